#pragma once

#include "core/decide.hpp"

namespace waybill::core {

/// Units came back to a location, which says what becomes of each. What comes is taken wherever it comes to: it is
/// there. Errors: as find_return; unknown_location, out_of_scope, invalid_request, unknown_line, quantity_not_expected.
[[nodiscard]] Result<Decision, Rejection> decide(const ReceiveReturn& command, const TenantState& state,
                                                 const Context& context);

}  // namespace waybill::core
