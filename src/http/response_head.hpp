#pragma once
// What a response is made of on the wire: its head as text, and the frame of one chunk. Pure functions.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/server.hpp"

namespace waybill::http {

enum class HttpVersion { v1_0, v1_1 };
enum class Persistence { keep, close };

/// How the end of a response body is told: by its length, by chunks, by closing, or there is none to tell.
enum class ResponseFraming { length, chunked, until_close, no_body };

struct ResponseShape {
    HttpVersion version = HttpVersion::v1_1;
    Persistence persistence = Persistence::keep;
    ResponseFraming framing = ResponseFraming::length;
};

/// Appends status line, headers and the empty line. Framing headers and Date among `response.headers` are ignored: they
/// are this function's to write. CR, LF and NUL in a header value become blanks, so that no value can end its header.
void append_response_head(std::string& out, const Response& response, const ResponseShape& shape,
                          std::string_view date);

/// Whether a response with this status has a body at all (RFC 9110 section 6.4.1).
[[nodiscard]] bool status_has_body(int status);

/// `seconds` since 1970 as an IMF-fixdate: "Sun, 22 Nov 2026 08:00:00 GMT".
[[nodiscard]] std::string format_http_date(std::int64_t seconds);

/// Appends the line that opens a chunk of `bytes` bytes. The data and CR LF follow it.
void append_chunk_size(std::string& out, std::size_t bytes);

inline constexpr std::string_view last_chunk = "0\r\n\r\n";

}  // namespace waybill::http
