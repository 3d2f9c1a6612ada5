#include "core/routing/strategy.hpp"

#include "base/mutant.hpp"

namespace waybill::core {

RoutingPolicy policy_under(const RoutingPolicy& policy, const RoutingStrategy* strategy) {
    RoutingPolicy out = policy;
    if (strategy != nullptr) {
        if (strategy->max_shipments) out.max_shipments = strategy->max_shipments;
        if (strategy->max_line_shipments) out.max_line_shipments = strategy->max_line_shipments;
        out.allow_split = strategy->allow_split.value_or(out.allow_split);
        out.ship_complete = strategy->ship_complete.value_or(out.ship_complete);
        out.on_shortage = strategy->on_shortage.value_or(out.on_shortage);
    }
    const bool waits = out.on_shortage == OnShortage::wait && !WAYBILL_MUTANT(wait_is_backorder);
    out.ship_complete = out.ship_complete || waits;
    return out;
}

}  // namespace waybill::core
