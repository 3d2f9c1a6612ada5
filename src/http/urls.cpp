#include "http/urls.hpp"

#include <algorithm>
#include <boost/url/encode.hpp>
#include <boost/url/params_view.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <charconv>
#include <cstdint>

namespace waybill::http {
namespace {

namespace urls = boost::urls;

bool names_a_host(const urls::url_view& url) {
    // Boost.URL 1.81 takes what follows a port that is no number for a path ("http://h:x").
    return !url.encoded_host().empty() && (url.encoded_path().empty() || url.encoded_path().starts_with('/'));
}

bool is_http_url(const urls::url_view& url) { return url.scheme_id() == urls::scheme::http && names_a_host(url); }

/// Boost.URL 1.81 takes some that do not fit into 16 bits, such as 99999, for others.
bool is_port(std::string_view text) {
    std::uint16_t number = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
    return end.ec == std::errc() && end.ptr == text.data() + text.size() && number != 0;
}

bool is_host_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
               c == '_';
    });
}

bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

}  // namespace

TargetFault parse_target(std::string_view target, Request& out) {
    if (target == "*" && out.method == "OPTIONS") {
        out.path = out.target = "*";
        return TargetFault::none;
    }
    // A client that takes us for a proxy sends the whole URL; its authority says nothing that Host does not.
    const bool whole = !target.starts_with('/');
    const auto url = whole ? urls::parse_absolute_uri(target) : urls::parse_origin_form(target);
    if (!url || (whole && !is_http_url(*url))) return TargetFault::malformed;
    out.path = url->path();
    if (out.path.empty()) out.path = "/";
    // An escaped NUL is good spelling and good for nothing: code behind us that ends a text there sees another path.
    if (has_nul(out.path)) return TargetFault::has_nul;
    out.target = url->encoded_resource();
    if (!out.target.starts_with('/')) out.target.insert(0, "/");
    if (!url->has_query()) return TargetFault::none;
    for (const urls::param& param : url->params()) {
        if (param.key.empty() && !param.has_value) continue;  // "a&&b"
        if (has_nul(param.key) || has_nul(param.value)) return TargetFault::has_nul;
        out.query.emplace_back(param.key, param.value);
    }
    return TargetFault::none;
}

std::optional<BaseUrl> parse_base_url(std::string_view text) {
    const auto url = urls::parse_absolute_uri(text);
    if (!url || !is_http_url(*url) || url->has_userinfo() || url->has_query()) return std::nullopt;
    if (url->has_port() && !is_port(url->port())) return std::nullopt;
    BaseUrl out{.host = url->host_address(),
                .port = url->has_port() ? std::string(url->port()) : "80",
                .path = std::string(url->encoded_path()),
                .authority = std::string(url->encoded_host_and_port())};
    while (out.path.ends_with('/')) out.path.pop_back();
    return out;
}

bool is_request_url(std::string_view text) {
    const auto url = urls::parse_uri(text);
    if (!url || !names_a_host(*url) || url->has_userinfo() || url->has_fragment()) return false;
    if (url->scheme_id() != urls::scheme::http && url->scheme_id() != urls::scheme::https) return false;
    if (url->has_port() && !is_port(url->port())) return false;
    switch (url->host_type()) {
        case urls::host_type::ipv4:
        case urls::host_type::ipv6:
            return true;
        case urls::host_type::name:
            return is_host_name(url->encoded_host());
        case urls::host_type::none:
        case urls::host_type::ipvfuture:
            return false;
    }
    return false;
}

std::string percent_encoded(std::string_view text) { return urls::encode(text, urls::unreserved_chars); }

}  // namespace waybill::http
