#pragma once
// MessageTemplate: a mail that goes out at events of an order, or when a rule says so (docs/domain/messages.md). One
// message, known by its code, has a template for each locale. What is sent comes from the log, as for webhooks; how far
// the mail of a tenant got is one row for all of its templates, so that a customer is told things in their order.

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"

namespace waybill::core {

/// Used where none fits better.
inline constexpr std::string_view default_locale = "en";

struct MessageTemplate {
    std::string code;                 ///< of the message: order_shipped
    std::string locale;               ///< a language tag: en, de-AT
    std::string subject;              ///< the three are Mustache: core/messages/check_template.hpp
    std::string text;                 ///< what every reader can show
    std::string html;                 ///< beside it; may be empty
    std::vector<std::string> events;  ///< types at which it goes out by itself, ascending
    std::vector<std::string> to;      ///< addresses; empty: the customer of the order
    bool active = true;
    Sequence since;  ///< made, or made active again, by this event: it goes out at events after it
    std::uint64_t version = 0;
    bool operator==(const MessageTemplate&) const = default;
};
BOOST_DESCRIBE_STRUCT(MessageTemplate, (), (code, locale, subject, text, html, events, to, active, since, version))

/// "order_shipped/de-AT": what one is found by among those of its tenant.
[[nodiscard]] std::string template_key(std::string_view code, std::string_view locale);

/// A mail that will never be taken. No address is in it, nor in `reason`.
struct FailedMessage {
    MessageIx message = 0;  ///< the template
    OrderId order;
    Sequence at;  ///< the event that it was to tell of
    std::string reason;
    bool operator==(const FailedMessage&) const = default;
};
BOOST_DESCRIBE_STRUCT(FailedMessage, (), (message, order, at, reason))

}  // namespace waybill::core
