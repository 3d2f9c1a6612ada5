#pragma once
// AcceptFulfillment: the location will do it.

#include "core/decide.hpp"

namespace waybill::core {

/// Errors: unknown_fulfillment_order, fulfillment_state.
[[nodiscard]] Result<Decision, Rejection> decide(const AcceptFulfillment& command, const TenantState& state,
                                                 const Context& context);

}  // namespace waybill::core
