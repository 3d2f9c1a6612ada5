#include "http/client_response.hpp"

#include "http/wire_parser.hpp"

namespace waybill::http {
namespace {

constexpr std::size_t head_bytes_max = 64 * 1024;

}  // namespace

class ResponseReader::Parser final : public WireParser<false> {
public:
    explicit Parser(ClientResponse& response) : WireParser(response.headers, head_bytes_max), response_(response) {}

private:
    void on_response_impl(int status, beast::string_view, int, ErrorCode& error) override {
        response_.status = status;
        // Beast takes any three digits.
        if (status < 100 || status > 599) error = beast::http::error::bad_status;
    }
    void on_header(beast::http::field name, std::string_view value, ErrorCode& error) override {
        // Beast hands on a body in any other coding as it is.
        if (name == beast::http::field::transfer_encoding && !beast::iequals(value, "chunked"))
            error = beast::http::error::bad_transfer_encoding;
    }

    ClientResponse& response_;
};

std::optional<std::string_view> ClientResponse::header(std::string_view lower_case_name) const {
    for (const Header& header : headers) {
        if (header.name == lower_case_name) return header.value;
    }
    return std::nullopt;
}

ResponseReader::ResponseReader(RequestMethod method) : method_(method) { begin_message(); }
ResponseReader::~ResponseReader() = default;

void ResponseReader::begin_message() {
    response_.headers.clear();
    parser_ = std::make_unique<Parser>(response_);
    if (method_ == RequestMethod::head) parser_->skip(true);
}

Result<ResponseReader::Step, std::string> ResponseReader::feed(std::string_view bytes) {
    Parser::ErrorCode error;
    const auto [consumed, body] = parser_->feed(bytes, bytes.size(), error);
    if (error) return fail("the response is malformed: " + error.message());
    // 100 Continue and its like announce the response proper, whose head comes next.
    if (parser_->is_done() && response_.status < 200) begin_message();
    return Step{consumed, body};
}

bool ResponseReader::end_of_input() {
    if (!parser_->got_some()) return false;
    Parser::ErrorCode error;
    parser_->put_eof(error);
    return !error;
}

bool ResponseReader::has_head() const { return parser_->is_header_done(); }
bool ResponseReader::done() const { return parser_->is_done(); }

Persistence ResponseReader::persistence() const {
    return parser_->keep_alive() ? Persistence::keep : Persistence::close;
}

}  // namespace waybill::http
