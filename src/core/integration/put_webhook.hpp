#pragma once

#include "core/decide.hpp"

namespace waybill::core {

/// Makes a webhook, which is told of what comes after it, or replaces it; its secret and its progress stay.
/// Errors: invalid_request, too_many_rows.
[[nodiscard]] Result<Decision, Rejection> decide(const PutWebhook& command, const TenantState& state,
                                                 const Context& context);

/// Errors: unknown_webhook.
[[nodiscard]] Result<Decision, Rejection> decide(const RotateWebhookSecret& command, const TenantState& state,
                                                 const Context& context);

}  // namespace waybill::core
