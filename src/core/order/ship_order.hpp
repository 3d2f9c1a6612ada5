#pragma once
// ShipOrder: units left a location. Consumes their reservations and the stock.

#include "core/decide.hpp"

namespace waybill::core {

/// Errors: unknown_order, unknown_location, out_of_scope, invalid_request, unknown_line, quantity_not_allocated,
/// order_on_hold, order_closed (nothing is reserved there).
[[nodiscard]] Result<Decision, Rejection> decide(const ShipOrder& command, const TenantState& state,
                                                 const Context& context);

/// Errors: order_on_hold.
[[nodiscard]] Result<Unit, Rejection> check_may_ship(const Order& order);

}  // namespace waybill::core
