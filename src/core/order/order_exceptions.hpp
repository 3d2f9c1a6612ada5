#pragma once
// The open exceptions of an order: the commands of people and systems on them, and how events change them.

#include <string_view>
#include <vector>

#include "core/decide.hpp"
#include "core/order/exception.hpp"

namespace waybill::core {

/// Errors: unknown_order, out_of_scope, invalid_request, already_raised.
[[nodiscard]] Result<Decision, Rejection> decide(const RaiseException& command, const TenantState& state,
                                                 const Context& context);

/// Who looks after it, how much it matters, when it is due. Errors: unknown_order, out_of_scope, invalid_request,
/// unknown_exception.
[[nodiscard]] Result<Decision, Rejection> decide(const ChangeException& command, const TenantState& state,
                                                 const Context& context);

/// Errors: unknown_order, out_of_scope, invalid_request, unknown_exception.
[[nodiscard]] Result<Decision, Rejection> decide(const ResolveException& command, const TenantState& state,
                                                 const Context& context);

/// Adds one to those of an order, ascending by kind; one of its kind that is there stays as it is.
void put_exception(std::vector<OrderException>& exceptions, OrderException exception);
/// Takes the exception of that kind out, if there is one.
void take_exception_out(Order& order, std::string_view kind);
/// nullptr: no exception of that kind is open.
[[nodiscard]] const OrderException* find_exception(const Order& order, std::string_view kind);

}  // namespace waybill::core
