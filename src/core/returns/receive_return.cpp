#include "core/returns/receive_return.hpp"

#include <map>

#include "base/mutant.hpp"
#include "core/access/scope.hpp"
#include "core/fulfillment/find_work.hpp"
#include "core/returns/find_return.hpp"

namespace waybill::core {
namespace {

const std::string returned = "returned";
const std::string returned_to_vendor = "returned_to_vendor";

void add_movement(std::vector<Movement>& out, ItemIx item, LocationIx location, std::int64_t units,
                  Disposition disposition) {
    if (disposition == Disposition::destroy && !WAYBILL_MUTANT(destroyed_units_kept)) return;
    Movement& movement = out.emplace_back();
    movement.item = item;
    movement.location = location;
    movement.kind = MovementKind::receive;
    movement.on_hand = units;
    const bool can_be_sold = disposition == Disposition::restock || WAYBILL_MUTANT(quarantined_return_sold);
    movement.unsellable = can_be_sold ? 0 : units;
    movement.reason = disposition == Disposition::vendor ? returned_to_vendor : returned;
}

/// A kit comes back as its components.
void add_movements(std::vector<Movement>& out, const OrderLine& line, LocationIx location, const ReceivedUnits& units) {
    if (line.takes.empty()) return add_movement(out, line.item, location, units.quantity, units.disposition);
    for (const KitTake& take : line.takes) {
        add_movement(out, take.item, location, take.quantity * units.quantity, units.disposition);
    }
}

/// No level goes beyond what is counted.
bool fits(const std::vector<Movement>& movements, const TenantState& state) {
    std::map<std::pair<ItemIx, LocationIx>, std::int64_t> came;
    for (const Movement& movement : movements) {
        std::int64_t& units = came[{movement.item, movement.location}];
        units += movement.on_hand;
        const Level* level = state.levels_of(movement.item).find(movement.location);
        const std::int64_t there = level == nullptr ? 0 : std::int64_t{level->on_hand};
        if (units > limits::quantity_max - there) return false;
    }
    return true;
}

}  // namespace

Result<Decision, Rejection> decide(const ReceiveReturn& command, const TenantState& state, const Context& context) {
    const auto found = find_return(command.order, command.number, ReturnAction::receive, state, context);
    if (!found) return fail(found.error());
    const auto location = state.locations.find(command.location);
    if (!location) return reject(Reject::unknown_location, "no location has the code " + command.location);
    if (!in_scope(context, *location)) return reject(Reject::out_of_scope, "the key is not for " + command.location);
    const Order& order = *found->order;
    Faults faults;
    if (command.lines.size() > limits::order_lines_max * dispositions) {
        faults.add("/lines", Reject::invalid_request, "more lines than an order has");
        return faults.take();
    }
    ReturnReceived event{command.order, command.number, *location, {}, {}};
    if (command.lines.empty()) {
        for (const ReturnLine& line : found->made->lines) {
            if (line.expected() > 0) event.lines.push_back({line.line_no, line.expected(), command.disposition});
        }
    }
    std::map<LineNo, std::int64_t> taken;
    for (std::size_t i = 0; i < command.lines.size(); ++i) {
        const ReceiveLineInput& input = command.lines[i];
        const ReturnLine* line = found->made->find_line(input.line_no);
        if (line == nullptr) {
            faults.add(at("/lines", i, "line_no"), Reject::unknown_line, "the return has no such line");
            continue;
        }
        const std::int64_t left = line->expected() - taken[input.line_no];
        const std::int64_t units = input.quantity.value_or(left);
        if (units < 1 || units > left) {
            faults.add(at("/lines", i, "quantity"), Reject::quantity_not_expected,
                       std::to_string(left) + " units are expected");
            continue;
        }
        if (!WAYBILL_MUTANT(unit_received_twice)) taken[input.line_no] += units;
        event.lines.push_back({input.line_no, units, input.disposition.value_or(command.disposition)});
    }
    if (faults.any()) return faults.take();
    for (const ReceivedUnits& units : event.lines) {
        add_movements(event.movements, *find_line(order, units.line_no), *location, units);
    }
    if (!fits(event.movements, state)) return reject(Reject::quantity_out_of_range);
    Decision decision = decision_on(order);
    decision.events.emplace_back(std::move(event));
    return decision;
}

}  // namespace waybill::core
