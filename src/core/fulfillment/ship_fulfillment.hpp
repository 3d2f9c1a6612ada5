#pragma once
// ShipFulfillment: units of one fulfillment order leave.

#include "core/decide.hpp"

namespace waybill::core {

/// What is picked goes first. Errors: unknown_fulfillment_order, fulfillment_state, invalid_request, unknown_line,
/// quantity_not_in_work, order_on_hold.
[[nodiscard]] Result<Decision, Rejection> decide(const ShipFulfillment& command, const TenantState& state,
                                                 const Context& context);

}  // namespace waybill::core
