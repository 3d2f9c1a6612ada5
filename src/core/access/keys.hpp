#pragma once
// Commands on API keys.

#include "core/decide.hpp"

namespace waybill::core {

/// Errors: invalid_request (a role that needs a scope has none, a vendor with other than one supplier),
/// unknown_location.
[[nodiscard]] Result<Decision, Rejection> decide(const IssueKey& command, const TenantState& state,
                                                 const Context& context);

/// Errors: unknown_key. Revoking twice is no fault and changes nothing.
[[nodiscard]] Result<Decision, Rejection> decide(const RevokeKey& command, const TenantState& state,
                                                 const Context& context);

}  // namespace waybill::core
