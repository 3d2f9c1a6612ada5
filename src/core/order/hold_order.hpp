#pragma once
// HoldOrder and ReleaseHold: a person or a system puts a hold on an order, and takes one off.

#include <string_view>
#include <vector>

#include "core/decide.hpp"

namespace waybill::core {

/// Errors: unknown_order, out_of_scope, order_closed, invalid_request, already_on_hold.
[[nodiscard]] Result<Decision, Rejection> decide(const HoldOrder& command, const TenantState& state,
                                                 const Context& context);

/// Where the hold was the last that blocked routing, what waits is routed in the same decision; units that are short
/// then are cancelled if that is what the order wants, none of it had a place before and no hold blocks it; else they
/// wait. Errors: unknown_order, out_of_scope,
/// invalid_request, unknown_hold.
[[nodiscard]] Result<Decision, Rejection> decide(const ReleaseHold& command, const TenantState& state,
                                                 const Context& context);

/// Adds a hold to those of an order, ascending by code; one of its code that is there stays as it is.
void put_hold(std::vector<OrderHold>& holds, OrderHold hold);
/// Takes the hold of that code off, if there is one.
void take_hold_off(Order& order, std::string_view code);
/// Of an order on hold the status reason is the code of the first hold that keeps it from being routed or shipped.
void name_hold(Order& order);

}  // namespace waybill::core
