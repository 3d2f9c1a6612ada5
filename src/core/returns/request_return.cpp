#include "core/returns/request_return.hpp"

#include <algorithm>

#include "base/mutant.hpp"
#include "core/access/scope.hpp"
#include "core/fulfillment/find_work.hpp"
#include "core/fulfillment/release_order.hpp"
#include "core/order/order_steps.hpp"

namespace waybill::core {
namespace {

constexpr std::int64_t micros_per_day = std::int64_t{24} * 60 * 60 * 1'000'000;

bool is_over(const ReturnPolicy& policy, const Order& order, const Context& context) {
    if (!policy.window_days || !order.shipped_at.is_set()) return false;
    return context.now.micros() - order.shipped_at.micros() > *policy.window_days * micros_per_day;
}

bool is_known_reason(const ReturnPolicy& policy, const std::string& reason) {
    return policy.reasons.empty() || std::binary_search(policy.reasons.begin(), policy.reasons.end(), reason);
}

std::vector<ReturnLine> read_lines(const RequestReturn& command, const Order& order, const ReturnPolicy& policy,
                                   Faults& faults) {
    std::vector<ReturnLine> out;
    for (std::size_t i = 0; i < command.lines.size(); ++i) {
        const ReturnLineInput& input = command.lines[i];
        const OrderLine* line = find_line(order, input.line_no);
        WAYBILL_ASSERT(line != nullptr);
        const std::int64_t left = returnable(order, *line);
        const std::int64_t wanted = input.quantity.value_or(left);
        const bool is_left = wanted <= left || WAYBILL_MUTANT(over_return_taken);
        if (wanted < 1 || !is_left) {
            faults.add(at("/lines", i, "quantity"), Reject::quantity_not_returnable,
                       std::to_string(left) + " units have shipped and are in no return");
        }
        check_code(faults, at("/lines", i, "reason"), input.reason, limits::code_bytes_max);
        if (!is_known_reason(policy, input.reason) && !command.overrides_policy) {
            faults.add(at("/lines", i, "reason"), Reject::invalid_request, "is no reason that the channel takes");
        }
        out.push_back({.line_no = input.line_no, .quantity = wanted, .reason = input.reason});
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.line_no < b.line_no; });
    return out;
}

}  // namespace

std::int64_t returnable(const Order& order, const OrderLine& line) {
    std::int64_t left = line.shipped();
    for (const OrderReturn& made : order.returns) {
        const ReturnLine* of = made.find_line(line.line_no);
        if (of != nullptr) left -= of->quantity - of->dropped;
    }
    return left;
}

Result<Decision, Rejection> decide(const RequestReturn& command, const TenantState& state, const Context& context) {
    const Order* order = state.working.find_order(command.order);
    if (order == nullptr) return reject(Reject::unknown_order);
    const auto location = state.locations.find(command.location);
    // A store takes back what was bought elsewhere: for what is to come to itself it may ask.
    const bool is_its_own = location && in_scope(context, *location);
    if (!knows_of(context, *order) && !is_its_own) return reject(Reject::unknown_order);
    if (auto room = check_room(order->returns.size(), limits::order_returns_max, "returns"); !room) {
        return fail(std::move(room).error());
    }
    OrderReturn made;
    if (!command.location.empty()) {
        if (!location) return reject(Reject::unknown_location, "no location has the code " + command.location);
        if (!state.locations[*location].capabilities.returns) {
            return reject(Reject::return_location_invalid, command.location + " takes no goods back");
        }
        made.location = *location;
    }
    Faults faults;
    check_named_lines(*order, command.lines, faults);
    if (command.lines.empty()) faults.add("/lines", Reject::invalid_request, "name what comes back");
    if (faults.any()) return faults.take();
    const ReturnPolicy& policy = state.channels[order->channel].returns;
    made.lines = read_lines(command, *order, policy, faults);
    if (made.reasons().size() > limits::return_reasons_max) {
        faults.add("/lines", Reject::invalid_request,
                   "at most " + std::to_string(limits::return_reasons_max) + " different reasons");
    }
    if (faults.any()) return faults.take();
    if (is_over(policy, *order, context) && !command.overrides_policy && !WAYBILL_MUTANT(return_window_ignored)) {
        return reject(Reject::return_window_over,
                      "the channel takes goods back for " + std::to_string(*policy.window_days) + " days");
    }
    made.number = static_cast<std::uint32_t>(order->returns.size()) + 1;
    made.requested_at = context.now;
    made.requested_by = context.actor;
    Decision decision = decision_on(*order);
    OrderSteps steps(order, state, context, decision);
    const std::uint32_t number = made.number;
    steps.add(ReturnRequested{order->id, std::move(made)});
    steps.look_at_rules(Moment::return_requested);
    const bool stopped =
        steps.order().blocked_by(HoldBlock::returning) != nullptr && !WAYBILL_MUTANT(held_return_approved);
    if (!policy.by_person && !stopped) steps.add(ReturnApproved{order->id, number});
    // The rules may have taken off what kept the rest of the order from being worked on.
    release_freed(*order, steps);
    return decision;
}

}  // namespace waybill::core
