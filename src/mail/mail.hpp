#pragma once
// One mail, and the texts of its headers. Pure.
//
// Source: RFC 5322 (headers), RFC 2047 (text in them that is not ASCII).

#include <string>
#include <string_view>

#include "base/instant.hpp"
#include "core/ids.hpp"

namespace waybill::mail {

struct Mail {
    std::string message_id;  ///< with its brackets
    std::string from_name;
    std::string reply_to;  ///< an address; may be empty
    std::string to;        ///< an address
    std::string to_name;
    std::string subject;
    std::string text;
    std::string html;  ///< may be empty
    Instant at;
};

/// The same for the same mail, whenever it is sent; nobody reads the recipient in it.
[[nodiscard]] std::string message_id(core::TenantId tenant, core::Sequence event, std::string_view code,
                                     std::string_view recipient, std::string_view domain);

/// What would end a line becomes a blank, so that no text of a customer begins a header.
[[nodiscard]] std::string one_line(std::string_view text);
/// A text as it stands in a header: itself, or in words of RFC 2047, a line each.
[[nodiscard]] std::string header_text(std::string_view text);
/// "Ada Lovelace" <ada@example.com>
[[nodiscard]] std::string header_address(std::string_view name, std::string_view address);
/// Fri, 27 Nov 2026 08:00:00 +0000
[[nodiscard]] std::string header_date(Instant at);

/// Lines that end as mail has it.
[[nodiscard]] std::string with_crlf(std::string_view text);

}  // namespace waybill::mail
