#include "core/fulfillment/ship_fulfillment.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "core/automation/after_event.hpp"
#include "core/fulfillment/find_work.hpp"
#include "core/fulfillment/release_order.hpp"
#include "core/fulfillment/units_in_work.hpp"
#include "core/order/ship_order.hpp"

namespace waybill::core {
namespace {

/// Of one line, picked units first, whatever day they were reserved for.
LineChange ship_units(const Order& order, const FulfillmentOrder& fulfillment, LineNo line_no, std::int64_t units) {
    LineChange change;
    change.line_no = line_no;
    std::map<CivilDate, std::int64_t> days;
    for (const bool picked : {true, false}) {
        for (const FulfillmentLine& part : fulfillment.lines) {
            if (part.line_no != line_no) continue;
            const std::int64_t taken = std::min(units, picked ? part.picked : part.to_pick());
            if (taken > 0) days[part.capacity_day] += taken;
            units -= taken;
        }
    }
    for (const auto& [day, left] : days) {
        change.shipped.push_back({fulfillment.location, day, left});
        note_fulfilled(order, change, fulfillment.location, day, left, fulfillment.number);
    }
    return change;
}

}  // namespace

Result<Decision, Rejection> decide(const ShipFulfillment& command, const TenantState& state, const Context& context) {
    const auto work = find_work(command.order, command.number, FulfillmentAction::ship, state, context);
    if (!work) return fail(work.error());
    const Order& order = *work->order;
    const FulfillmentOrder& fulfillment = *work->fulfillment;
    Faults faults;
    check_text(faults, "/carrier", command.carrier, 0, limits::code_bytes_max);
    check_text(faults, "/tracking", command.tracking, 0, limits::name_bytes_max);
    check_named_lines(order, command.lines, faults);
    if (faults.any()) return faults.take();
    std::vector<std::pair<LineNo, std::int64_t>> leaving;
    const bool has_picked = std::any_of(fulfillment.lines.begin(), fulfillment.lines.end(),
                                        [](const FulfillmentLine& line) { return line.picked > 0; });
    if (command.lines.empty()) {
        for (const LineNo line_no : lines_of(fulfillment)) {
            const LineUnits units = line_units(fulfillment, line_no);
            const std::int64_t wanted = has_picked ? units.picked : units.to_pick;
            if (wanted > 0) leaving.emplace_back(line_no, wanted);
        }
    }
    for (std::size_t i = 0; i < command.lines.size(); ++i) {
        const ShipLineInput& input = command.lines[i];
        const LineUnits units = line_units(fulfillment, input.line_no);
        if (input.quantity < 1 || input.quantity > units.open()) {
            faults.add(at("/lines", i, "quantity"), Reject::quantity_not_in_work,
                       std::to_string(units.open()) + " units are in work");
            continue;
        }
        leaving.emplace_back(input.line_no, input.quantity);
    }
    if (faults.any()) return faults.take();
    if (auto free = check_may_ship(order); !free) return fail(std::move(free).error());
    OrderShipped event{order.id, fulfillment.location, {}, command.carrier, command.tracking, context.now};
    for (const auto& [line_no, units] : leaving) event.lines.push_back(ship_units(order, fulfillment, line_no, units));
    Decision decision = decision_on(order);
    decision.events.emplace_back(std::move(event));
    add_automation_after(Moment::shipped, order, state, context, decision);
    release_freed(order, state, context, decision);
    return decision;
}

}  // namespace waybill::core
