// Fuzzes what requests say outside of their bodies: query strings, cursors, If-Match, Idempotency-Key, and the cutting
// of a bulk into lines.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/bulk.hpp"
#include "api/event_json.hpp"
#include "api/order_answer.hpp"
#include "api/query.hpp"
#include "api/submit.hpp"
#include "base/assert.hpp"
#include "http/request_reader.hpp"

namespace waybill::api {
namespace {

void read_query(std::string_view text) {
    http::RequestReader reader(16'384, 8'192);
    http::RequestHead head;
    const std::string request = "GET /?" + std::string(text) + " HTTP/1.1\r\nHost: h\r\n\r\n";
    if (reader.feed_head(request, head).state != http::RequestReader::HeadStep::State::complete) return;
    QueryReader query(head.request, {"limit", "cursor", "after", "status", "from", "text"});
    const ApiOptions options;
    const auto limit = query.limit(options);
    const auto after = query.integer("after", 0, 1'000);
    static_cast<void>(query.text("text", 64));
    static_cast<void>(query.instant("from"));
    for (const std::string& each : query.list("status")) WAYBILL_ASSERT(!each.empty() && each.find(',') == each.npos);
    if (query.is_valid()) {
        WAYBILL_ASSERT(limit >= 1 && limit <= options.page_limit_max);
        WAYBILL_ASSERT(!after || (*after >= 0 && *after <= 1'000));
    } else {
        WAYBILL_ASSERT(!query.take().error.errors.empty());
    }
    static_cast<void>(read_event_types(head.request));
}

void read_cursors(std::string_view text) {
    if (const auto position = read_cursor("orders", text)) {
        const auto again = read_cursor("orders", make_cursor("orders", *position));
        WAYBILL_ASSERT(again && *again == *position);
        WAYBILL_ASSERT(!read_cursor("customers", text));
    }
    if (const auto numbers = read_cursor_numbers("orders", make_cursor("orders", text), 2)) {
        WAYBILL_ASSERT(numbers->size() == 2 && numbers->front() >= 0 && numbers->back() >= 0);
    }
}

void read_headers(std::string_view text) {
    http::Request request;
    request.headers = {{"if-match", std::string(text)}, {"idempotency-key", std::string(text)}};
    static_cast<void>(read_if_match(request));
    if (const auto key = read_idempotency(request); key && *key) {
        WAYBILL_ASSERT((*key)->key == text && !text.empty() && text.size() <= 255);
    }
    static_cast<void>(read_order_id(std::string(text)));
}

struct Cut {
    std::vector<std::string> lines;
    std::size_t too_long = 0;
    bool operator==(const Cut&) const = default;
};

Cut cut_lines(std::string_view text, std::size_t piece_bytes) {
    constexpr std::size_t line_bytes_max = 20;
    LineSplitter splitter(line_bytes_max);
    Cut out;
    const auto take = [&] {
        while (const auto line = splitter.next()) {
            if (line->is_too_long) {
                ++out.too_long;
            } else {
                WAYBILL_ASSERT(line->text.size() <= line_bytes_max && line->text.find('\n') == std::string_view::npos);
                out.lines.emplace_back(line->text);
            }
        }
        WAYBILL_ASSERT(splitter.buffered_bytes() <= line_bytes_max + piece_bytes);
    };
    for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
        splitter.add(text.substr(at, piece_bytes));
        take();
    }
    splitter.end();
    take();
    return out;
}

}  // namespace
}  // namespace waybill::api

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace waybill::api;
    const std::string text(data, data + size);
    read_query(text);
    read_cursors(text);
    read_headers(text);
    const Cut whole = cut_lines(text, size + 1);
    WAYBILL_ASSERT(whole == cut_lines(text, 1) && whole == cut_lines(text, 7));
    return 0;
}
