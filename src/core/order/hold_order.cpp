#include "core/order/hold_order.hpp"

#include <algorithm>

#include "base/mutant.hpp"
#include "core/access/scope.hpp"
#include "core/field_checks.hpp"
#include "core/fulfillment/release_order.hpp"
#include "core/order/no_supply.hpp"
#include "core/order/order_steps.hpp"
#include "core/order/reroute_order.hpp"

namespace waybill::core {
namespace {

const std::string hold_released = "hold_released";

const std::string no_supply = "no_supply";

/// Also where a location has given all of it back.
bool had_a_place(const Order& order) {
    return !order.fulfillments.empty() || std::any_of(order.lines.begin(), order.lines.end(),
                                                      [](const OrderLine& line) { return !line.allocations.empty(); });
}

/// The units that no place could supply, where the order does not want them to wait and nothing keeps them.
std::optional<OrderCancelled> cancelled_short(const Order& order, const Rerouting& rerouting) {
    if (rerouting.on_shortage != OnShortage::cancel || WAYBILL_MUTANT(released_short_waits)) return std::nullopt;
    if (order.blocked_by(HoldBlock::cancelling) != nullptr) return std::nullopt;
    OrderCancelled event{order.id, no_supply, {}};
    for (const OrderLine& line : order.lines) {
        LineChange change;
        change.line_no = line.line_no;
        change.cancelled = line.open();
        if (change.cancelled > 0) event.lines.push_back(std::move(change));
    }
    if (event.lines.empty()) return std::nullopt;
    return event;
}

/// What waits is routed, now that no hold keeps it; `held`: the order before the hold of that code was released.
void route_again(const Order& held, const std::string& code, OrderSteps& steps) {
    Rerouting rerouting =
        reroute(steps.order(), Resourced::open_units, {}, hold_released, steps.state(), steps.context());
    if (rerouting.is_short) rerouting.event.reason = no_supply;
    steps.add(std::move(rerouting.event));
    if (!had_a_place(held)) {
        if (auto cancelled = cancelled_short(steps.order(), rerouting)) steps.add(*std::move(cancelled));
    }
    steps.look_at_rules(Moment::routed, code);
    // What a location gave back while the order was held was not looked for before.
    flag_no_supply(given_back_and_waiting(steps.order()), steps);
}

}  // namespace

void put_hold(std::vector<OrderHold>& holds, OrderHold hold) {
    const auto place = std::lower_bound(holds.begin(), holds.end(), hold.code,
                                        [](const OrderHold& at, const std::string& code) { return at.code < code; });
    if (place != holds.end() && place->code == hold.code) return;
    holds.insert(place, std::move(hold));
}

void take_hold_off(Order& order, std::string_view code) {
    const std::size_t before = order.holds.size();
    std::erase_if(order.holds, [&](const OrderHold& hold) { return hold.code == code; });
    if (order.holds.size() == before || order.status_reason != code) return;
    order.status_reason = units_of(order).open > 0 ? no_supply : hold_released;
}

void name_hold(Order& order) {
    if (order.holds.empty() || order.status() != OrderStatus::on_hold) return;
    for (const OrderHold& hold : order.holds) {
        if (!hold.stops(HoldBlock::routing) && !hold.stops(HoldBlock::shipping)) continue;
        order.status_reason = hold.code;
        return;
    }
}

Result<Decision, Rejection> decide(const HoldOrder& command, const TenantState& state, const Context& context) {
    const Order* order = state.working.find_order(command.order);
    if (order == nullptr) return reject(Reject::unknown_order);
    if (auto scope = check_order_in_scope(context, *order); !scope) return fail(std::move(scope).error());
    const bool stops_returns =
        std::find(command.blocks.begin(), command.blocks.end(), HoldBlock::returning) != command.blocks.end();
    if (order->is_closed() && !stops_returns) return reject(Reject::order_closed);
    Faults faults;
    check_code(faults, "/code", command.code, limits::code_bytes_max);
    check_text(faults, "/reason", command.reason, 0, limits::code_bytes_max);
    OrderHold hold{command.code, command.reason, command.blocks, context.now, context.actor};
    check_blocks(faults, "/blocks", hold.blocks);
    if (faults.any()) return faults.take();
    if (order->find_hold(command.code) != nullptr) return reject(Reject::already_on_hold);
    if (order->holds.size() >= limits::order_holds_max) {
        faults.add("", Reject::invalid_request,
                   "an order has at most " + std::to_string(limits::order_holds_max) + " holds");
    }
    if (faults.any()) return faults.take();
    std::sort(hold.blocks.begin(), hold.blocks.end());
    Decision decision;
    decision.outcome.object = {AggregateKind::order, order->id.raw()};
    decision.events.emplace_back(OrderHeld{order->id, std::move(hold)});
    return decision;
}

Result<Decision, Rejection> decide(const ReleaseHold& command, const TenantState& state, const Context& context) {
    const Order* order = state.working.find_order(command.order);
    if (order == nullptr) return reject(Reject::unknown_order);
    if (auto scope = check_order_in_scope(context, *order); !scope) return fail(std::move(scope).error());
    Faults faults;
    check_text(faults, "/reason", command.reason, 0, limits::code_bytes_max);
    if (faults.any()) return faults.take();
    if (order->find_hold(command.code) == nullptr) return reject(Reject::unknown_hold);
    Decision decision;
    decision.outcome.object = {AggregateKind::order, order->id.raw()};
    const bool was_blocked = order->blocked_by(HoldBlock::routing) != nullptr;
    OrderSteps steps(order, state, context, decision);
    steps.add(OrderHoldReleased{order->id, command.code, command.reason});
    const bool may_route = was_blocked && steps.order().blocked_by(HoldBlock::routing) == nullptr;
    if (may_route && units_of(*order).open > 0 && !WAYBILL_MUTANT(released_not_routed)) {
        route_again(*order, command.code, steps);
    }
    release_routed(steps, command.code);
    return decision;
}

}  // namespace waybill::core
