#pragma once
// CancelOrder: an order, some lines, or some units of a line. What waits is cancelled before what is reserved.

#include "core/decide.hpp"

namespace waybill::core {

/// Errors: unknown_order, out_of_scope, order_closed, order_on_hold, invalid_request, unknown_line,
/// quantity_not_cancellable.
[[nodiscard]] Result<Decision, Rejection> decide(const CancelOrder& command, const TenantState& state,
                                                 const Context& context);

}  // namespace waybill::core
