#pragma once

#include "core/decide.hpp"

namespace waybill::core {

/// Makes a template, which goes out at what comes after it, or replaces it.
/// Errors: invalid_request, too_many_rows.
[[nodiscard]] Result<Decision, Rejection> decide(const PutMessageTemplate& command, const TenantState& state,
                                                 const Context& context);

}  // namespace waybill::core
