#pragma once

#include "core/decide.hpp"

namespace waybill::core {

/// What mails came to. Errors: messages_moved.
[[nodiscard]] Result<Decision, Rejection> decide(const RecordMessages& command, const TenantState& state,
                                                 const Context& context);

}  // namespace waybill::core
