#include "http/request_reader.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "http/urls.hpp"
#include "http/wire_parser.hpp"

namespace waybill::http {
namespace {

/// Whether the request line ends in a version that is spelt well and that we do not speak.
bool names_another_version(std::string_view bytes) {
    std::string_view version = bytes.substr(0, bytes.find('\r'));
    version.remove_prefix(std::min(version.rfind(' ') + 1, version.size()));
    return version.size() == 8 && version.starts_with("HTTP/") && version != "HTTP/1.1" && version != "HTTP/1.0";
}

}  // namespace

class RequestReader::Parser final : public WireParser<true> {
public:
    Parser(RequestHead& head, std::size_t head_bytes_max, std::size_t target_bytes_max)
        : WireParser(head.request.headers, head_bytes_max), head_(head), target_bytes_max_(target_bytes_max) {}

    /// Why the head that `bytes` belong to was refused, by our rules or by Beast.
    [[nodiscard]] HttpFault explain(std::string_view bytes, const ErrorCode& error) const {
        if (fault_) return *fault_;
        if (error == beast::http::error::header_limit) {
            return {in_request_line(bytes) ? 414 : 431, "the head of the request is too large"};
        }
        if (error == beast::http::error::bad_version && names_another_version(bytes)) {
            return {505, "this server speaks HTTP/1.1 and HTTP/1.0"};
        }
        return {400, "the head of the request is malformed: " + error.message()};
    }
    [[nodiscard]] bool in_request_line(std::string_view bytes) const {
        return head_bytes() == 0 && bytes.find('\n') == std::string_view::npos;
    }

    /// What can be told only when all of the head has been seen.
    [[nodiscard]] ErrorCode judge_whole_head() {
        const bool is_1_0 = head_.version == HttpVersion::v1_0;
        if (hosts_ == 0 && !is_1_0) return refuse({400, "HTTP/1.1 asks for a Host header"});
        // Proxies that speak HTTP/1.0 do not know the coding and take the chunks for requests.
        if (chunked() && is_1_0) return refuse({400, "HTTP/1.0 has no Transfer-Encoding"});
        head_.persistence = keep_alive() ? Persistence::keep : Persistence::close;
        head_.chunked = chunked();
        head_.content_length = content_length().value_or(0);
        return {};
    }

private:
    [[nodiscard]] ErrorCode refuse(HttpFault fault) {
        fault_ = std::move(fault);
        return beast::http::error::bad_value;
    }

    void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target, int version,
                         ErrorCode& ec) override {
        // Beast takes any token. Methods know upper from lower case, so "get" is no method of anybody.
        const auto is_method_byte = [](char c) { return (c >= 'A' && c <= 'Z') || c == '-' || c == '_'; };
        constexpr std::size_t method_bytes_max = 32;
        if (method.size() > method_bytes_max || !std::all_of(method.begin(), method.end(), is_method_byte)) {
            ec = refuse({400, "the method of the request is not in capitals"});
            return;
        }
        head_.request.method.assign(method.begin(), method.end());
        head_.version = version == 10 ? HttpVersion::v1_0 : HttpVersion::v1_1;
        if (target.size() > target_bytes_max_) {
            ec = refuse({414, "the request target is too long"});
            return;
        }
        switch (http::parse_target(target, head_.request)) {
            case TargetFault::none:
                return;
            case TargetFault::malformed:
                ec = refuse({400, "the request target is neither a path nor an http URL, or has a broken escape"});
                return;
            case TargetFault::has_nul:
                ec = refuse({400, "the request target has an escaped NUL"});
                return;
        }
    }

    void on_header(beast::http::field name, std::string_view value, ErrorCode& ec) override {
        if (name == beast::http::field::host) {
            // Which of two counts is for each reader to guess.
            if (++hosts_ > 1) ec = refuse({400, "more than one Host"});
        } else if (name == beast::http::field::content_length) {
            // Beast takes "3, 3" and repeated lengths when they agree; a proxy before us may not.
            if (++content_lengths_ > 1 || value.find(',') != std::string_view::npos)
                ec = refuse({400, "more than one Content-Length"});
        } else if (name == beast::http::field::transfer_encoding) {
            // Beast only asks whether chunked comes last, and hands on a body that is still coded.
            if (!beast::iequals(value, "chunked")) ec = refuse({501, "the only transfer coding known is chunked"});
        } else if (name == beast::http::field::expect && head_.version == HttpVersion::v1_1) {
            if (!beast::iequals(value, "100-continue"))
                ec = refuse({417, "the only expectation known is 100-continue"});
            head_.expectation = Expectation::continue_100;
        }
    }

    RequestHead& head_;
    std::size_t target_bytes_max_;
    int hosts_ = 0;
    int content_lengths_ = 0;
    std::optional<HttpFault> fault_;
};

std::optional<std::string_view> Request::header(std::string_view lower_case_name) const {
    for (const Header& header : headers) {
        if (header.name == lower_case_name) return header.value;
    }
    return std::nullopt;
}

std::optional<std::string_view> Request::query_value(std::string_view name) const {
    for (const auto& [key, value] : query) {
        if (key == name) return value;
    }
    return std::nullopt;
}

RequestReader::RequestReader(std::size_t head_bytes_max, std::size_t target_bytes_max)
    : head_bytes_max_(head_bytes_max), target_bytes_max_(target_bytes_max) {}
RequestReader::RequestReader(RequestReader&&) noexcept = default;
RequestReader::~RequestReader() = default;

bool RequestReader::has_begun() const { return parser_ && parser_->head_bytes() > 0; }
bool RequestReader::done() const { return parser_ && parser_->is_done(); }
void RequestReader::reset() { parser_.reset(); }
void RequestReader::limit_body(std::uint64_t bytes_max) { parser_->body_limit(bytes_max); }

RequestReader::HeadStep RequestReader::feed_head(std::string_view bytes, RequestHead& out) {
    using State = HeadStep::State;
    std::size_t skipped = 0;
    if (!parser_) {
        // RFC 9112 section 2.2: old clients end a body with a line end that its length does not count.
        while (bytes.substr(skipped).starts_with("\r\n")) skipped += 2;
        bytes.remove_prefix(skipped);
        if (bytes.empty() || bytes == "\r") return {skipped, State::starved, {}};
        out.version = HttpVersion::v1_1;
        out.expectation = Expectation::none;
        out.request.method.clear();
        out.request.query.clear();
        out.request.headers.clear();
        out.request.headers.reserve(12);
        parser_ = std::make_unique<Parser>(out, head_bytes_max_, target_bytes_max_);
    }
    Parser::ErrorCode error;
    const std::size_t consumed = skipped + parser_->feed(bytes, 0, error).consumed;
    if (!error && parser_->is_header_done()) error = parser_->judge_whole_head();
    if (error) return {consumed, State::refused, parser_->explain(bytes, error)};
    if (parser_->is_header_done()) return {consumed, State::complete, {}};
    // Without this an endless target would fill the buffer for the whole head first.
    constexpr std::size_t request_line_extra = 64;  // method and version beside the target
    if (bytes.size() > target_bytes_max_ + request_line_extra && parser_->in_request_line(bytes)) {
        return {consumed, State::refused, {414, "the request target is too long"}};
    }
    return {consumed, State::starved, {}};
}

RequestReader::BodyStep RequestReader::feed_body(std::string_view bytes, std::size_t data_bytes_max) {
    using State = BodyStep::State;
    WAYBILL_ASSERT(parser_ && parser_->is_header_done());
    Parser::ErrorCode error;
    const auto [consumed, data] = parser_->feed(bytes, data_bytes_max, error);
    if (error) {
        return {consumed, {}, error == beast::http::error::body_limit ? State::too_large : State::malformed};
    }
    if (!data.empty()) return {consumed, data, State::piece};
    return {consumed, {}, parser_->is_done() ? State::complete : State::starved};
}

}  // namespace waybill::http
