#include "core/inventory/put_demand.hpp"

#include <set>
#include <utility>

#include "core/field_checks.hpp"
#include "core/inventory/stock_row.hpp"

namespace waybill::core {

Result<Decision, Rejection> decide(const PutDemand& command, const TenantState& state, const Context& context) {
    if (command.rows.size() > limits::feed_rows_max) {
        return reject(Reject::too_many_rows,
                      "at most " + std::to_string(limits::feed_rows_max) + " rows in one message");
    }
    Faults faults;
    if (command.rows.empty()) faults.add("/rows", Reject::invalid_request, "must have at least one row");
    DemandPut event;
    std::set<std::pair<ItemIx, LocationIx>> named;
    for (std::size_t i = 0; i < command.rows.size(); ++i) {
        const DemandInput& input = command.rows[i];
        check_range(faults, at("/rows", i, "weekly_units"), input.weekly_milliunits, 0, limits::weekly_milliunits_max);
        check_range(faults, at("/rows", i, "markdown"), input.markdown_bp, 0, limits::markdown_bp_max);
        const auto resolved = resolve_stock_row(input.sku, input.location, state, context);
        if (!resolved) {
            const RowFault& fault = resolved.error();
            faults.add(at("/rows", i, fault.member), fault.code, fault.detail);
            continue;
        }
        const auto [item, location] = *resolved;
        if (!named.insert(*resolved).second) {
            faults.add(at("/rows", i), Reject::invalid_request, "an earlier row is of the same item and location");
            continue;
        }
        if (faults.any()) continue;
        const DemandRate rate{location, input.weekly_milliunits, static_cast<std::int32_t>(input.markdown_bp)};
        const ItemDemand* demand = state.demand_of(item);
        const DemandRate* known = demand == nullptr ? nullptr : demand->find(location);
        if (known == nullptr ? rate.is_zero() : *known == rate) continue;
        event.rows.push_back({item, rate.location, rate.weekly_milliunits, rate.markdown_bp});
    }
    if (faults.any()) return faults.take();
    Decision decision;
    decision.outcome.object = {AggregateKind::tenant, 0};
    if (!event.rows.empty()) decision.events.emplace_back(std::move(event));
    return decision;
}

}  // namespace waybill::core
