#pragma once
// Which webhooks the rules that took part in an event call. Nothing of it is kept: an event says which rules of which
// version fired, and versions never change.

#include <string_view>
#include <vector>

#include "core/events.hpp"
#include "core/state.hpp"

namespace waybill::core {

/// Codes of the rules that fired in `event` and send it to `webhook`, in the order in which they stand in their rule
/// set. Looks at committed rows only: the event has to be one of those that led to them, or before. Cost: that of the
/// rules that fired.
[[nodiscard]] std::vector<std::string_view> rules_that_call(std::string_view webhook, const Event& event,
                                                            const TenantState& state);

/// Whether any version of the rules has a rule that calls `webhook`. Looks at committed rows only. Cost: O(actions of
/// all versions).
[[nodiscard]] bool is_called_by_rules(std::string_view webhook, const TenantState& state);

}  // namespace waybill::core
