#include "core/order/order_exceptions.hpp"

#include <algorithm>

#include "base/mutant.hpp"
#include "core/access/scope.hpp"
#include "core/field_checks.hpp"

namespace waybill::core {
namespace {

/// The order, where the caller may change its exceptions.
Result<const Order*, Rejection> order_for(OrderId id, const TenantState& state, const Context& context) {
    const Order* order = state.working.find_order(id);
    if (order == nullptr) return reject(Reject::unknown_order);
    if (auto scope = check_order_in_scope(context, *order); !scope) return fail(std::move(scope).error());
    return order;
}

/// Instants up to 1970 stand for no time at all.
void check_due(Faults& faults, std::optional<Instant> due_at) {
    if (due_at && due_at->micros() <= 0) {
        faults.add("/due_at", Reject::invalid_request, "must be after 1970-01-01T00:00:00Z");
    }
}

template <class Happened>
Decision decision_of(const Order& order, Happened event) {
    Decision decision;
    decision.outcome.object = {AggregateKind::order, order.id.raw()};
    decision.events.emplace_back(std::move(event));
    return decision;
}

}  // namespace

void put_exception(std::vector<OrderException>& exceptions, OrderException exception) {
    const auto place =
        std::lower_bound(exceptions.begin(), exceptions.end(), exception.kind,
                         [](const OrderException& at, const std::string& kind) { return at.kind < kind; });
    if (place != exceptions.end() && place->kind == exception.kind) return;
    exceptions.insert(place, std::move(exception));
}

void take_exception_out(Order& order, std::string_view kind) {
    std::erase_if(order.exceptions, [&](const OrderException& exception) { return exception.kind == kind; });
}

const OrderException* find_exception(const Order& order, std::string_view kind) {
    for (const OrderException& exception : order.exceptions) {
        if (exception.kind == kind) return &exception;
    }
    return nullptr;
}

Result<Decision, Rejection> decide(const RaiseException& command, const TenantState& state, const Context& context) {
    const auto order = order_for(command.order, state, context);
    if (!order) return fail(order.error());
    Faults faults;
    check_kind(faults, "/kind", command.kind);
    check_text(faults, "/reason", command.reason, 0, limits::name_bytes_max);
    check_text(faults, "/owner", command.owner, 0, limits::code_bytes_max);
    if (command.due_at.is_set()) check_due(faults, command.due_at);
    if (faults.any()) return faults.take();
    if (find_exception(**order, command.kind) != nullptr) return reject(Reject::already_raised);
    if ((*order)->exceptions.size() >= limits::order_exceptions_max) {
        faults.add("", Reject::invalid_request,
                   "an order has at most " + std::to_string(limits::order_exceptions_max) + " open exceptions");
        return faults.take();
    }
    OrderException raised{command.kind,   command.reason, command.severity, command.owner,
                          command.due_at, context.now,    context.actor,    context.next};
    return decision_of(**order, OrderExceptionRaised{(*order)->id, std::move(raised)});
}

Result<Decision, Rejection> decide(const ChangeException& command, const TenantState& state, const Context& context) {
    const auto order = order_for(command.order, state, context);
    if (!order) return fail(order.error());
    Faults faults;
    if (command.owner) check_text(faults, "/owner", *command.owner, 0, limits::code_bytes_max);
    check_due(faults, command.due_at);
    if (!command.owner && !command.severity && !command.due_at) {
        faults.add("", Reject::invalid_request, "changes nothing: name an owner, a severity or a due time");
    }
    if (faults.any()) return faults.take();
    if (find_exception(**order, command.kind) == nullptr) return reject(Reject::unknown_exception);
    return decision_of(
        **order, OrderExceptionChanged{(*order)->id, command.kind, command.owner, command.severity, command.due_at});
}

Result<Decision, Rejection> decide(const ResolveException& command, const TenantState& state, const Context& context) {
    const auto order = order_for(command.order, state, context);
    if (!order) return fail(order.error());
    Faults faults;
    check_text(faults, "/resolution", command.resolution, 0, limits::name_bytes_max);
    if (faults.any()) return faults.take();
    if (find_exception(**order, command.kind) == nullptr) return reject(Reject::unknown_exception);
    return decision_of(**order, OrderExceptionResolved{(*order)->id, command.kind, command.resolution});
}

}  // namespace waybill::core
