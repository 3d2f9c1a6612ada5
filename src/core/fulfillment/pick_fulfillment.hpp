#pragma once
// PickFulfillment: units are off the shelf.

#include "core/decide.hpp"

namespace waybill::core {

/// What was missing is given back and routed elsewhere, as by RejectFulfillment with stock that is missing. Errors:
/// unknown_fulfillment_order, fulfillment_state, invalid_request, unknown_line, quantity_not_in_work, kit_has_no_stock.
[[nodiscard]] Result<Decision, Rejection> decide(const PickFulfillment& command, const TenantState& state,
                                                 const Context& context);

}  // namespace waybill::core
