#pragma once

#include "core/decide.hpp"

namespace waybill::core {

/// Somebody says that the goods may come. Errors: as find_return.
[[nodiscard]] Result<Decision, Rejection> decide(const ApproveReturn& command, const TenantState& state,
                                                 const Context& context);
/// Or that they will not be taken. Errors: as find_return; invalid_request.
[[nodiscard]] Result<Decision, Rejection> decide(const DeclineReturn& command, const TenantState& state,
                                                 const Context& context);
/// What has not come is not expected any more. Errors: as find_return; invalid_request.
[[nodiscard]] Result<Decision, Rejection> decide(const CancelReturn& command, const TenantState& state,
                                                 const Context& context);

}  // namespace waybill::core
