#pragma once
// What a location does with its work: AcceptFulfillment, PickFulfillment, RejectFulfillment, ShipFulfillment; and
// RecallFulfillment, by which it is taken back. A key that is limited to locations may where the location is one of
// them.

#include "core/decide.hpp"

namespace waybill::core {

/// Errors: unknown_fulfillment_order, out_of_scope, fulfillment_state.
[[nodiscard]] Result<Decision, Rejection> decide(const AcceptFulfillment& command, const TenantState& state,
                                                 const Context& context);

/// Units are off the shelf; what was missing is given back and routed elsewhere as by RejectFulfillment with stock that
/// is missing. Errors: unknown_fulfillment_order, out_of_scope, fulfillment_state, invalid_request, unknown_line,
/// quantity_not_in_work, kit_has_no_stock.
[[nodiscard]] Result<Decision, Rejection> decide(const PickFulfillment& command, const TenantState& state,
                                                 const Context& context);

/// What is given back is reserved no more and routed at once, not to a location that gave work of this order back
/// before, unless a hold blocks routing. Where no place has it, it waits and the exception no_supply is raised. Picked
/// units are given back only where lines name them. Errors: as of PickFulfillment.
[[nodiscard]] Result<Decision, Rejection> decide(const RejectFulfillment& command, const TenantState& state,
                                                 const Context& context);

/// Takes back what is not picked. Errors: unknown_fulfillment_order, out_of_scope, fulfillment_state, invalid_request.
[[nodiscard]] Result<Decision, Rejection> decide(const RecallFulfillment& command, const TenantState& state,
                                                 const Context& context);

/// Units leave. Errors: unknown_fulfillment_order, out_of_scope, fulfillment_state, invalid_request, unknown_line,
/// quantity_not_in_work, order_on_hold.
[[nodiscard]] Result<Decision, Rejection> decide(const ShipFulfillment& command, const TenantState& state,
                                                 const Context& context);

}  // namespace waybill::core
