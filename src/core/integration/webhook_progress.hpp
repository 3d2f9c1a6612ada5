#pragma once

#include "core/decide.hpp"

namespace waybill::core {

/// What a delivery came to. Errors: unknown_webhook, webhook_moved.
[[nodiscard]] Result<Decision, Rejection> decide(const RecordDelivery& command, const TenantState& state,
                                                 const Context& context);

/// A paused webhook goes on, and any webhook is told again, or not at all, of what lies behind.
/// Errors: unknown_webhook, invalid_request.
[[nodiscard]] Result<Decision, Rejection> decide(const ResumeWebhook& command, const TenantState& state,
                                                 const Context& context);

}  // namespace waybill::core
