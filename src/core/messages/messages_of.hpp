#pragma once
// Which messages an event of an order makes: those of templates that name its type, and those that its rules send.
// Nothing of it is kept, as for webhooks: an event says which rules of which version fired.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/events.hpp"
#include "core/state.hpp"

namespace waybill::core {

/// Whether events of this type happen to an order.
[[nodiscard]] bool is_order_event(std::string_view type);
/// nullopt: it happened to no order.
[[nodiscard]] std::optional<OrderId> order_of(const Event& event);

/// Codes of messages that rules that fired in `event` send, in the order of their rule set, each once. Looks at
/// committed rows only.
[[nodiscard]] std::vector<std::string_view> messages_of_rules(const Event& event, const TenantState& state);

/// Types of events that can make any message, ascending: what is read of the log. Looks at committed rows only.
[[nodiscard]] std::vector<std::string> types_with_messages(const TenantState& state);

/// The templates of the messages that `event`, which is number `sequence`, makes for a reader with this locale: one
/// for each message, in the order in which the messages were first made. Of a message's templates that are active and
/// go out, it is the one whose locale is that of the reader or the longest beginning of it; else the one of the
/// default locale; else the first one. Looks at committed rows only.
[[nodiscard]] std::vector<MessageIx> messages_of(const Event& event, Sequence sequence, std::string_view locale,
                                                 const TenantState& state);

}  // namespace waybill::core
