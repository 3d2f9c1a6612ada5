#include "core/order/ship_order.hpp"

#include <algorithm>

#include "base/mutant.hpp"
#include "core/access/scope.hpp"
#include "core/automation/after_event.hpp"
#include "core/field_checks.hpp"
#include "core/fulfillment/release_order.hpp"
#include "core/fulfillment/tracking_number.hpp"
#include "core/fulfillment/units_in_work.hpp"
#include "core/order/line_change.hpp"

namespace waybill::core {
namespace {

std::int64_t reserved_at(const OrderLine& line, LocationIx location) {
    std::int64_t sum = 0;
    for (const Allocation& allocation : line.allocations) {
        if (allocation.location == location) sum += allocation.quantity - allocation.shipped;
    }
    return sum;
}

std::int64_t packed_at(const Order& order, const OrderLine& line, LocationIx location) {
    std::int64_t sum = 0;
    for (const Allocation& allocation : line.allocations) {
        if (allocation.location == location) {
            sum += packed_units(order, line.line_no, location, allocation.capacity_day);
        }
    }
    return sum;
}

/// What is in work first, then what is not; the earliest working day first.
LineChange ship_units(const Order& order, const OrderLine& line, LocationIx location, std::int64_t units,
                      Leaving leaving) {
    LineChange change;
    change.line_no = line.line_no;
    std::vector<std::int64_t> taken(line.allocations.size());
    for (const bool in_work : {true, false}) {
        for (std::size_t i = 0; i < line.allocations.size(); ++i) {
            const Allocation& allocation = line.allocations[i];
            if (allocation.location != location) continue;
            const std::int64_t free = unreleased(order, line, allocation);
            std::int64_t there = in_work ? allocation.quantity - allocation.shipped - free : free;
            if (in_work && leaving == Leaving::unpacked) {
                there -= packed_units(order, line.line_no, location, allocation.capacity_day);
            }
            const std::int64_t part = std::min(units, there);
            if (part == 0) continue;
            if (in_work) note_fulfilled(order, change, location, allocation.capacity_day, part, leaving);
            taken[i] += part;
            units -= part;
        }
    }
    for (std::size_t i = 0; i < taken.size(); ++i) {
        if (taken[i] > 0) change.shipped.push_back({location, line.allocations[i].capacity_day, taken[i]});
    }
    WAYBILL_ASSERT(units == 0);
    return change;
}

}  // namespace

Result<Unit, Rejection> check_may_ship(const Order& order) {
    if (order.blocked_by(HoldBlock::shipping) == nullptr || WAYBILL_MUTANT(held_order_shipped)) return Unit{};
    return reject(Reject::order_on_hold, "held by " + holds_text(order, HoldBlock::shipping));
}

Result<Decision, Rejection> decide(const ShipOrder& command, const TenantState& state, const Context& context) {
    const Order* order = state.working.find_order(command.order);
    if (order == nullptr) return reject(Reject::unknown_order);
    const auto location = state.locations.find(command.location);
    if (!location) return reject(Reject::unknown_location, "no location has the code " + command.location);
    if (!in_scope(context, *location)) return reject(Reject::out_of_scope, "the key is not for " + command.location);
    if (!knows_of(context, *order)) return reject(Reject::unknown_order);
    Faults faults;
    check_text(faults, "/carrier", command.carrier, 0, limits::code_bytes_max);
    check_text(faults, "/tracking", command.tracking, 0, limits::name_bytes_max);
    if (command.lines.size() > limits::order_lines_max) {
        faults.add("/lines", Reject::invalid_request, "more lines than an order has");
        return faults.take();
    }
    OrderShipped event{order->id, *location, {}, command.carrier, command.tracking, context.now, {}};
    settle_tracking(event.carrier, event.tracking, "/tracking", faults);
    if (command.lines.empty()) {
        for (const OrderLine& line : order->lines) {
            const std::int64_t units = reserved_at(line, *location);
            if (units > 0) event.lines.push_back(ship_units(*order, line, *location, units, Leaving::all));
        }
        if (event.lines.empty()) return reject(Reject::order_closed, "nothing is reserved at " + command.location);
        for (const FulfillmentOrder& fulfillment : order->fulfillments) {
            if (fulfillment.location != *location) continue;
            for (const Parcel& parcel : fulfillment.parcels) {
                if (!parcel.is_open()) continue;
                event.parcels.push_back(shipped_parcel(fulfillment.number, parcel, event, "/tracking", faults));
            }
        }
        settle_shipment(event);
    }
    for (std::size_t i = 0; i < command.lines.size(); ++i) {
        const ShipLineInput& input = command.lines[i];
        const OrderLine* line = find_line(*order, input.line_no);
        if (line == nullptr) {
            faults.add(at("/lines", i, "line_no"), Reject::unknown_line, "the order has no such line");
            continue;
        }
        const bool repeated = std::any_of(event.lines.begin(), event.lines.end(),
                                          [&](const LineChange& change) { return change.line_no == input.line_no; });
        if (repeated) {
            faults.add(at("/lines", i, "line_no"), Reject::invalid_request, "is named twice");
            continue;
        }
        const std::int64_t reserved = reserved_at(*line, *location);
        if (input.quantity < 1 || input.quantity > reserved) {
            faults.add(at("/lines", i, "quantity"), Reject::quantity_not_allocated,
                       std::to_string(reserved) + " units are reserved at " + command.location);
            continue;
        }
        const std::int64_t packed = packed_at(*order, *line, *location);
        if (input.quantity > reserved - packed) {
            faults.add(at("/lines", i, "quantity"), Reject::quantity_packed,
                       std::to_string(packed) + " of them are in parcels");
            continue;
        }
        event.lines.push_back(ship_units(*order, *line, *location, input.quantity, Leaving::unpacked));
    }
    if (faults.any()) return faults.take();
    if (auto free = check_may_ship(*order); !free) return fail(std::move(free).error());
    Decision decision;
    decision.outcome.object = {AggregateKind::order, order->id.raw()};
    decision.events.emplace_back(std::move(event));
    add_automation_after(Moment::shipped, *order, state, context, decision);
    release_freed(*order, state, context, decision);
    return decision;
}

}  // namespace waybill::core
