#include "core/fulfillment/release_order.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/mutant.hpp"
#include "core/access/scope.hpp"
#include "core/field_checks.hpp"
#include "core/fulfillment/units_in_work.hpp"

namespace waybill::core {
namespace {

/// What would be released at the locations that `wanted` takes, one for each, ascending by location.
template <class Wanted>
std::vector<FulfillmentOrder> releasable(const Order& order, const Context& context, const Wanted& wanted) {
    std::vector<FulfillmentOrder> out;
    for (const OrderLine& line : order.lines) {
        for (const Allocation& allocation : line.allocations) {
            if (!wanted(allocation.location)) continue;
            const std::int64_t units = unreleased(order, line, allocation);
            if (units == 0) continue;
            auto place = std::lower_bound(
                out.begin(), out.end(), allocation.location,
                [](const FulfillmentOrder& known, LocationIx location) { return known.location < location; });
            if (place == out.end() || place->location != allocation.location) {
                place = out.insert(place, FulfillmentOrder());
                place->location = allocation.location;
                place->released_at = context.now;
                place->released_by = context.actor;
            }
            FulfillmentLine& work = place->lines.emplace_back();
            work.line_no = line.line_no;
            work.capacity_day = allocation.capacity_day;
            work.quantity = units;
        }
    }
    std::uint32_t number = static_cast<std::uint32_t>(order.fulfillments.size());
    for (FulfillmentOrder& fulfillment : out) fulfillment.number = ++number;
    return out;
}

bool has_room(const Order& order, const std::vector<FulfillmentOrder>& asked) {
    std::size_t lines = 0;
    for (const auto* list : {&order.fulfillments, &asked}) {
        for (const FulfillmentOrder& fulfillment : *list) lines += fulfillment.lines.size();
    }
    return order.fulfillments.size() + asked.size() <= limits::order_fulfillments_max &&
           lines <= limits::order_work_lines_max;
}

bool may_release(const Order& order) {
    return order.blocked_by(HoldBlock::releasing) == nullptr || WAYBILL_MUTANT(held_order_released);
}

/// Rules of the moment, and unless they hold the order the release itself: what is reserved they do not change.
void release(OrderSteps& steps, std::vector<FulfillmentOrder> asked, std::string_view spared = {}) {
    steps.look_at_rules(Moment::before_release, spared);
    if (may_release(steps.order())) steps.add(FulfillmentReleased{steps.order().id, std::move(asked)});
}

bool releases_when_routed(const TenantState& state, LocationIx location) {
    return state.locations[location].release == ReleasePolicy::when_routed;
}

bool has_automatic_place(const std::vector<OrderLine>& lines, const TenantState& state) {
    return std::any_of(lines.begin(), lines.end(), [&](const OrderLine& line) {
        return std::any_of(line.allocations.begin(), line.allocations.end(), [&](const Allocation& allocation) {
            return allocation.quantity > allocation.shipped && releases_when_routed(state, allocation.location);
        });
    });
}

}  // namespace

Result<Decision, Rejection> decide(const ReleaseOrder& command, const TenantState& state, const Context& context) {
    const Order* order = state.working.find_order(command.order);
    if (order == nullptr) return reject(Reject::unknown_order);
    LocationIx only = no_index;
    if (!command.location.empty()) {
        const auto location = state.locations.find(command.location);
        if (!location) return reject(Reject::unknown_location, "no location has the code " + command.location);
        if (!in_scope(context, *location)) {
            return reject(Reject::out_of_scope, "the key is not for " + command.location);
        }
        if (!knows_of(context, *order)) return reject(Reject::unknown_order);
        only = *location;
    } else if (auto scope = check_order_in_scope(context, *order); !scope) {
        return fail(std::move(scope).error());
    }
    const auto wanted = [&](LocationIx location) { return only == no_index || location == only; };
    std::vector<FulfillmentOrder> asked = releasable(*order, context, wanted);
    if (asked.empty()) return reject(Reject::nothing_to_release);
    if (!has_room(*order, asked)) {
        return reject(Reject::invalid_request,
                      "an order has at most " + std::to_string(limits::order_fulfillments_max) +
                          " fulfillment orders, with " + std::to_string(limits::order_work_lines_max) + " lines");
    }
    if (!may_release(*order)) {
        return reject(Reject::order_on_hold, "held by " + holds_text(*order, HoldBlock::releasing));
    }
    Decision decision;
    decision.outcome.object = {AggregateKind::order, order->id.raw()};
    OrderSteps steps(order, state, context, decision);
    release(steps, std::move(asked));
    return decision;
}

void release_routed(OrderSteps& steps, std::string_view spared) {
    const Order& order = steps.order();
    if (!has_automatic_place(order.lines, steps.state()) || !may_release(order)) return;
    const auto wanted = [&](LocationIx location) { return releases_when_routed(steps.state(), location); };
    std::vector<FulfillmentOrder> asked = releasable(order, steps.context(), wanted);
    if (asked.empty() || !has_room(order, asked)) return;
    release(steps, std::move(asked), spared);
}

void release_routed(const Order* before, const TenantState& state, const Context& context, Decision& decision) {
    if (before == nullptr) {
        // Looked at before the order is put together once more: orders are placed more often than all else.
        const auto is_automatic = [&](const Event& event) {
            const auto* placed = std::get_if<OrderPlaced>(&event);
            return placed != nullptr && has_automatic_place(placed->order.lines, state);
        };
        if (std::none_of(decision.events.begin(), decision.events.end(), is_automatic)) return;
    }
    OrderSteps steps(before, state, context, decision);
    release_routed(steps);
}

void release_freed(const Order& before, OrderSteps& steps) {
    const bool all_stay = std::all_of(before.holds.begin(), before.holds.end(), [&](const OrderHold& hold) {
        return steps.order().find_hold(hold.code) != nullptr;
    });
    if (!all_stay) release_routed(steps);
}

void release_freed(const Order& before, const TenantState& state, const Context& context, Decision& decision) {
    if (before.holds.empty()) return;
    OrderSteps steps(&before, state, context, decision);
    release_freed(before, steps);
}

}  // namespace waybill::core
