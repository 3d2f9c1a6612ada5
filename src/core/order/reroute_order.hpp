#pragma once
// RerouteOrder: sources again what waits and, unless told otherwise, what is reserved and has not shipped.

#include "core/decide.hpp"

namespace waybill::core {

/// Reservations are given back and taken in the same decision, so nobody can come between; units that find no other
/// place keep none and wait. A re-route that would change nothing writes no event. Errors: unknown_order,
/// out_of_scope, invalid_request, unknown_location, nothing_to_route.
[[nodiscard]] Result<Decision, Rejection> decide(const RerouteOrder& command, const TenantState& state,
                                                 const Context& context);

}  // namespace waybill::core
