#include "engine/order_value_rows.hpp"

#include <memory>

#include "base/assert.hpp"
#include "core/evolve.hpp"

namespace waybill::engine {

void OrderValueRows::follow(const EventRow& row, const core::Event& event, const std::vector<core::Movement>& movements,
                            core::TenantState& state) {
    const core::EventStamp stamp{row.sequence, row.at};
    const core::Aggregate aggregate = core::aggregate_of(event);
    if (aggregate.kind != core::AggregateKind::order) return core::evolve(event, movements, stamp, state);
    const core::OrderId order(aggregate.id);
    const auto known = state.working.orders.find(order);
    // It may be replaced in its place.
    const std::shared_ptr<const core::Order> before = known == state.working.orders.end() ? nullptr : known->second;
    core::evolve(event, movements, stamp, state);
    const core::Order* now = state.working.find_order(order);
    WAYBILL_ASSERT(now != nullptr);
    exceptions.note(before.get(), *now, event, row.at, row.actor);
    fulfillments.note(before.get(), *now);
    returns.note(before.get(), *now);
}

}  // namespace waybill::engine
