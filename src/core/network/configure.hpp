#pragma once
// Commands that configure a tenant, its locations, channels and postcode areas. Putting what is already there changes
// nothing and writes no event.

#include "core/decide.hpp"

namespace waybill::core {

/// Errors: invalid_request, unknown_currency, currency_fixed, unknown_rate_table.
[[nodiscard]] Result<Decision, Rejection> decide(const ConfigureTenant& command, const TenantState& state,
                                                 const Context& context);

/// Errors: invalid_request, unknown_zone, unknown_rate_table.
[[nodiscard]] Result<Decision, Rejection> decide(const PutLocation& command, const TenantState& state,
                                                 const Context& context);

/// Errors: invalid_request, unknown_location.
[[nodiscard]] Result<Decision, Rejection> decide(const PutChannel& command, const TenantState& state,
                                                 const Context& context);

/// Errors: invalid_request, too_many_rows.
[[nodiscard]] Result<Decision, Rejection> decide(const PutPostcodeAreas& command, const TenantState& state,
                                                 const Context& context);

}  // namespace waybill::core
