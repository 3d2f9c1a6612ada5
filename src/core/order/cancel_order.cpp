#include "core/order/cancel_order.hpp"

#include <algorithm>

#include "base/mutant.hpp"
#include "core/access/scope.hpp"
#include "core/automation/after_event.hpp"
#include "core/field_checks.hpp"
#include "core/fulfillment/release_order.hpp"
#include "core/fulfillment/units_in_work.hpp"
#include "core/order/line_change.hpp"

namespace waybill::core {
namespace {

/// Takes up to `units` out of work, the latest fulfillment order first; what each allocation gives goes to `taken`.
std::int64_t recall_units(const Order& order, const OrderLine& line, std::int64_t units, LineChange& change,
                          std::vector<std::int64_t>& taken) {
    std::int64_t rest = units;
    for (std::size_t f = order.fulfillments.size(); f-- > 0 && rest > 0;) {
        const FulfillmentOrder& fulfillment = order.fulfillments[f];
        for (std::size_t w = fulfillment.lines.size(); w-- > 0;) {
            const FulfillmentLine& work = fulfillment.lines[w];
            if (work.line_no != line.line_no) continue;
            const std::int64_t part = std::min(rest, work.open() - spared(work));
            if (part == 0) continue;
            const Allocation* allocation = find_allocation(line, fulfillment.location, work.capacity_day);
            WAYBILL_ASSERT(allocation != nullptr);
            taken[static_cast<std::size_t>(allocation - line.allocations.data())] += part;
            change.recalled.push_back({fulfillment.number, work.capacity_day, part});
            rest -= part;
        }
    }
    return units - rest;
}

/// Takes `units` from what is open, then from what is not in work, the last place first, then from work.
LineChange cancel_units(const Order& order, const OrderLine& line, std::int64_t units) {
    LineChange change;
    change.line_no = line.line_no;
    change.cancelled = units;
    std::int64_t rest = units - std::min(units, line.open());
    std::vector<std::int64_t> taken(line.allocations.size());
    for (std::size_t i = line.allocations.size(); i-- > 0 && rest > 0;) {
        taken[i] = std::min(rest, unreleased(order, line, line.allocations[i]));
        rest -= taken[i];
    }
    rest -= recall_units(order, line, rest, change, taken);
    for (std::size_t i = line.allocations.size(); i-- > 0;) {
        if (taken[i] == 0) continue;
        change.released.push_back({line.allocations[i].location, line.allocations[i].capacity_day, taken[i]});
    }
    WAYBILL_ASSERT(rest == 0);
    return change;
}

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
            const std::int64_t units = cancellable(*order, line);
            if (units > 0) event.lines.push_back(cancel_units(*order, line, units));
        }
        if (event.lines.empty()) return reject(Reject::quantity_not_cancellable, "all that is left is picked");
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
        const std::int64_t units = input.quantity.value_or(cancellable(*order, *line));
        if (units < 1 || units > cancellable(*order, *line)) {
            faults.add(at("/lines", i, "quantity"), Reject::quantity_not_cancellable,
                       std::to_string(cancellable(*order, *line)) + " units can still be cancelled");
            continue;
        }
        event.lines.push_back(cancel_units(*order, *line, units));
    }
    if (faults.any()) return faults.take();
    if (order->blocked_by(HoldBlock::cancelling) != nullptr && !WAYBILL_MUTANT(held_order_cancelled)) {
        return reject(Reject::order_on_hold, "held by " + holds_text(*order, HoldBlock::cancelling));
    }
    Decision decision;
    decision.outcome.object = {AggregateKind::order, order->id.raw()};
    decision.events.emplace_back(std::move(event));
    add_automation_after(Moment::cancelled, *order, state, context, decision);
    release_freed(*order, state, context, decision);
    return decision;
}

}  // namespace waybill::core
