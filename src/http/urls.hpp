#pragma once
// The places where a URL comes in, the target of a request and the addresses that requests go to, and the text that
// goes into one. Boost.URL reads and writes them (RFC 3986 to the letter) and is seen by urls.cpp only. Pure
// functions.

#include <optional>
#include <string>
#include <string_view>

#include "http/server.hpp"

namespace waybill::http {

enum class TargetFault { none, malformed, has_nul };

/// Reads the target of a request into `out.target`, `out.path` and `out.query`; `out.method` is known.
[[nodiscard]] TargetFault parse_target(std::string_view target, Request& out);

struct BaseUrl {
    std::string host;  ///< an IPv6 address without its brackets
    std::string port;
    std::string path;       ///< percent-encoded, without a slash at its end
    std::string authority;  ///< host and port as they were written
};

/// Reads http://host[:port][/path]; nullopt for anything else.
[[nodiscard]] std::optional<BaseUrl> parse_base_url(std::string_view text);

/// Whether requests can be sent to it: http or https, a host that is a name of letters, digits, '-', '.' and '_' or an
/// address, a port that is one, no user and no fragment. Which host it is, and whether it is there, is not looked at.
[[nodiscard]] bool is_request_url(std::string_view text);

/// Text as it may stand in a path segment or a query value: all but letters, digits, '-', '.', '_' and '~' escaped.
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace waybill::http
