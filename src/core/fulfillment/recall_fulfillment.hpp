#pragma once
// RecallFulfillment: what the location has not picked is taken back from it.

#include "core/decide.hpp"

namespace waybill::core {

/// It stays reserved there. Errors: unknown_fulfillment_order, fulfillment_state, invalid_request.
[[nodiscard]] Result<Decision, Rejection> decide(const RecallFulfillment& command, const TenantState& state,
                                                 const Context& context);

}  // namespace waybill::core
