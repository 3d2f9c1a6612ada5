#include "core/routing/strategy.hpp"

namespace waybill::core {

RoutingPolicy policy_under(const RoutingPolicy& policy, const RoutingStrategy* strategy) {
    RoutingPolicy out = policy;
    if (strategy == nullptr) return out;
    if (strategy->max_shipments) out.max_shipments = strategy->max_shipments;
    if (strategy->max_line_shipments) out.max_line_shipments = strategy->max_line_shipments;
    out.allow_split = strategy->allow_split.value_or(out.allow_split);
    out.ship_complete = strategy->ship_complete.value_or(out.ship_complete);
    out.on_shortage = strategy->on_shortage.value_or(out.on_shortage);
    return out;
}

}  // namespace waybill::core
