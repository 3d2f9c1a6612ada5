#pragma once
// put_rate_table: a carrier's prices, made or replaced as a whole.

#include "core/decide.hpp"

namespace waybill::core {

/// Errors: invalid_request, too_many_rows.
[[nodiscard]] Result<Decision, Rejection> decide(const PutRateTable& command, const TenantState& state,
                                                 const Context& context);

}  // namespace waybill::core
