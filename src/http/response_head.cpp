#include "http/response_head.hpp"

#include <array>
#include <boost/beast/http/status.hpp>
#include <charconv>

#include "base/instant.hpp"

namespace waybill::http {
namespace {

namespace beast = boost::beast;

void append_number(std::string& out, std::uint64_t value) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
}

void append_two_digits(std::string& out, std::int64_t value) {
    out.push_back(static_cast<char>('0' + value / 10 % 10));
    out.push_back(static_cast<char>('0' + value % 10));
}

void append_value(std::string& out, std::string_view value) {
    const std::size_t start = out.size();
    out.append(value);
    for (std::size_t at = start; at < out.size(); ++at) {
        if (out[at] == '\r' || out[at] == '\n' || out[at] == '\0') out[at] = ' ';
    }
}

bool is_written_here(std::string_view name) {
    return name == "content-length" || name == "transfer-encoding" || name == "connection" || name == "date";
}

}  // namespace

bool status_has_body(int status) { return status >= 200 && status != 204 && status != 304; }

void append_response_head(std::string& out, const Response& response, const ResponseShape& shape,
                          std::string_view date) {
    // Clients are answered with the highest version that this server speaks; only what the version allows is used.
    out.append("HTTP/1.1 ");
    append_number(out, static_cast<std::uint64_t>(response.status));
    out.push_back(' ');
    const auto reason = beast::http::obsolete_reason(static_cast<beast::http::status>(response.status));
    out.append(reason.data(), reason.size());
    out.append("\r\ndate: ");
    out.append(date);
    if (!response.content_type.empty() && shape.framing != ResponseFraming::no_body) {
        out.append("\r\ncontent-type: ");
        append_value(out, response.content_type);
    }
    for (const Header& header : response.headers) {
        if (is_written_here(header.name)) continue;
        out.append("\r\n");
        append_value(out, header.name);
        out.append(": ");
        append_value(out, header.value);
    }
    switch (shape.framing) {
        case ResponseFraming::length:
            out.append("\r\ncontent-length: ");
            append_number(out, response.body.size());
            break;
        case ResponseFraming::chunked:
            out.append("\r\ntransfer-encoding: chunked");
            break;
        case ResponseFraming::until_close:
        case ResponseFraming::no_body:
            break;
    }
    if (shape.persistence == Persistence::close) {
        out.append("\r\nconnection: close");
    } else if (shape.version == HttpVersion::v1_0) {
        out.append("\r\nconnection: keep-alive");
    }
    out.append("\r\n\r\n");
}

void append_chunk_size(std::string& out, std::size_t bytes) {
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), bytes, 16).ptr;
    out.append(digits.data(), end);
    out.append("\r\n");
}

std::string format_http_date(std::int64_t seconds) {
    static constexpr std::array<std::string_view, 7> days = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    constexpr std::int64_t day_seconds = 86'400;
    const CivilDate date(static_cast<std::int32_t>(seconds / day_seconds));
    const CivilDate::Ymd ymd = date.ymd();
    const std::int64_t in_day = seconds % day_seconds;
    std::string out(days[static_cast<std::size_t>(date.weekday())]);
    out.append(", ");
    append_two_digits(out, ymd.day);
    out.push_back(' ');
    out.append(months[static_cast<std::size_t>(ymd.month - 1)]);
    out.push_back(' ');
    append_number(out, static_cast<std::uint64_t>(ymd.year));
    out.push_back(' ');
    append_two_digits(out, in_day / 3600);
    out.push_back(':');
    append_two_digits(out, in_day / 60 % 60);
    out.push_back(':');
    append_two_digits(out, in_day % 60);
    out.append(" GMT");
    return out;
}

}  // namespace waybill::http
