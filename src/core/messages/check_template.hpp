#pragma once
// Whether a text is a template: Mustache as docs/domain/messages.md has it, every tag of which names a field of the
// message model (core/messages/message_fields.hpp). Left out of Mustache are tags that do not escape, partials, other
// delimiters and {{.}}. The library that renders takes whatever is taken here; a test holds both to that.

#include <optional>
#include <string>
#include <string_view>

namespace waybill::core {

/// What is wrong with it first, in one line that quotes the tag; nullopt: nothing. Cost: O(bytes x fields).
[[nodiscard]] std::optional<std::string> fault_of_template(std::string_view text);

/// A language tag as RFC 5646 writes it, as far as it is used to find texts: "en", "de-AT", "zh-Hant-TW".
[[nodiscard]] bool is_locale(std::string_view text);

/// An address that mail can be sent to: ASCII, one @, nothing that would end a header or an SMTP command.
[[nodiscard]] bool is_mail_address(std::string_view text);

}  // namespace waybill::core
