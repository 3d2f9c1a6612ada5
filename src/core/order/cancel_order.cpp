#include "core/order/cancel_order.hpp"

#include <algorithm>

#include "base/mutant.hpp"
#include "core/access/scope.hpp"
#include "core/automation/after_event.hpp"
#include "core/field_checks.hpp"
#include "core/order/line_change.hpp"

namespace waybill::core {
namespace {

/// Takes `units` from what is open, then from allocations, the last place first.
LineChange cancel_units(const OrderLine& line, std::int64_t units) {
    LineChange change;
    change.line_no = line.line_no;
    change.cancelled = units;
    std::int64_t rest = units - std::min(units, line.open());
    for (std::size_t i = line.allocations.size(); i-- > 0 && rest > 0;) {
        const Allocation& allocation = line.allocations[i];
        const std::int64_t taken = std::min(rest, allocation.quantity - allocation.shipped);
        if (taken == 0) continue;
        change.released.push_back({allocation.location, allocation.capacity_day, taken});
        rest -= taken;
    }
    WAYBILL_ASSERT(rest == 0);
    return change;
}

std::int64_t cancellable(const OrderLine& line) { return line.open() + line.allocated(); }

}  // namespace

Result<Decision, Rejection> decide(const CancelOrder& command, const TenantState& state, const Context& context) {
    const Order* order = state.working.find_order(command.order);
    if (order == nullptr) return reject(Reject::unknown_order);
    if (auto scope = check_order_in_scope(context, *order); !scope) return fail(std::move(scope).error());
    Faults faults;
    check_code(faults, "/reason", command.reason, limits::code_bytes_max);
    if (command.lines.size() > limits::order_lines_max) {
        faults.add("/lines", Reject::invalid_request, "more lines than an order has");
        return faults.take();
    }
    if (order->is_closed()) return reject(Reject::order_closed);

    OrderCancelled event{order->id, command.reason, {}};
    if (command.lines.empty()) {
        for (const OrderLine& line : order->lines) {
            if (cancellable(line) > 0) event.lines.push_back(cancel_units(line, cancellable(line)));
        }
    }
    for (std::size_t i = 0; i < command.lines.size(); ++i) {
        const CancelLineInput& input = command.lines[i];
        const OrderLine* line = find_line(*order, input.line_no);
        if (line == nullptr) {
            faults.add(at("/lines", i, "line_no"), Reject::unknown_line,
                       "the order has " + std::to_string(order->lines.size()) + " lines");
            continue;
        }
        const bool repeated = std::any_of(event.lines.begin(), event.lines.end(),
                                          [&](const LineChange& change) { return change.line_no == input.line_no; });
        if (repeated) {
            faults.add(at("/lines", i, "line_no"), Reject::invalid_request, "is named twice");
            continue;
        }
        const std::int64_t units = input.quantity.value_or(cancellable(*line));
        if (units < 1 || units > cancellable(*line)) {
            faults.add(at("/lines", i, "quantity"), Reject::quantity_not_cancellable,
                       std::to_string(cancellable(*line)) + " units can still be cancelled");
            continue;
        }
        event.lines.push_back(cancel_units(*line, units));
    }
    if (faults.any()) return faults.take();
    if (order->blocked_by(HoldBlock::cancelling) != nullptr && !WAYBILL_MUTANT(held_order_cancelled)) {
        return reject(Reject::order_on_hold, "held by " + holds_text(*order, HoldBlock::cancelling));
    }
    Decision decision;
    decision.outcome.object = {AggregateKind::order, order->id.raw()};
    decision.events.emplace_back(std::move(event));
    add_automation_after(Moment::cancelled, *order, state, context, decision);
    return decision;
}

}  // namespace waybill::core
