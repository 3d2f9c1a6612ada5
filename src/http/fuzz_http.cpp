// Fuzzes what reads bytes from strangers, through the entry points of the server and the client: requests and
// responses. Whatever comes in must be taken or refused alike in one piece and byte by byte, and what is taken must
// keep the promises that callers build on.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "http/client_response.hpp"
#include "http/request_reader.hpp"

namespace waybill::http {
namespace {

constexpr std::uint64_t body_bytes_max = 5'000;

struct Outcome {
    enum class End { open, complete, refused } end = Outcome::End::open;
    std::size_t consumed = 0;
    std::size_t headers = 0;
    std::string path = {};
    std::string body = {};
    bool operator==(const Outcome&) const = default;
};

void check_promises(const RequestHead& head) {
    const Request& request = head.request;
    WAYBILL_ASSERT(!request.method.empty() && !request.path.empty());
    WAYBILL_ASSERT(request.path.find('\0') == std::string::npos);
    WAYBILL_ASSERT(!(request.header("content-length") && request.header("transfer-encoding")));
    WAYBILL_ASSERT(!(head.chunked && head.content_length > 0));
    for (const Header& header : request.headers) {
        WAYBILL_ASSERT(!header.name.empty());
        WAYBILL_ASSERT(header.name.find_first_of(" \t\r\n:ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos);
        WAYBILL_ASSERT(header.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
    }
}

/// One request, of which `piece_bytes` more are there each time the reader asks for more.
Outcome read_request(std::string_view bytes, std::size_t piece_bytes) {
    using HeadState = RequestReader::HeadStep::State;
    using BodyState = RequestReader::BodyStep::State;
    RequestReader reader(2'000, 1'000);
    RequestHead head;
    Outcome out;
    bool in_head = true;
    for (std::size_t here = std::min(piece_bytes, bytes.size());;) {
        const std::string_view waiting = bytes.substr(out.consumed, here - out.consumed);
        bool starved = false;
        if (in_head) {
            const RequestReader::HeadStep step = reader.feed_head(waiting, head);
            WAYBILL_ASSERT(step.consumed <= waiting.size());
            out.consumed += step.consumed;
            if (step.state == HeadState::refused) return {.end = Outcome::End::refused};
            starved = step.state == HeadState::starved;
            if (step.state == HeadState::complete) {
                check_promises(head);
                out.headers = head.request.headers.size();
                out.path = head.request.path;
                reader.limit_body(body_bytes_max);
                in_head = false;
            }
        } else {
            const RequestReader::BodyStep step = reader.feed_body(waiting, 100);
            WAYBILL_ASSERT(step.consumed <= waiting.size() &&
                           step.data.size() <= std::min<std::size_t>(step.consumed, 100));
            out.consumed += step.consumed;
            out.body.append(step.data);
            if (step.state == BodyState::malformed || step.state == BodyState::too_large)
                return {.end = Outcome::End::refused};
            if (step.state == BodyState::complete) {
                out.end = Outcome::End::complete;
                return out;
            }
            starved = step.state == BodyState::starved;
        }
        if (!starved) continue;
        if (here == bytes.size()) return out;
        here = std::min(here + piece_bytes, bytes.size());
    }
}

Outcome read_response(std::string_view bytes, std::size_t piece_bytes) {
    ResponseReader reader(ResponseReader::RequestMethod::other);
    Outcome out;
    for (std::size_t here = std::min(piece_bytes, bytes.size());;) {
        const auto step = reader.feed(bytes.substr(out.consumed, here - out.consumed));
        if (!step) return {.end = Outcome::End::refused};
        WAYBILL_ASSERT(step.value().consumed <= here - out.consumed);
        out.consumed += step.value().consumed;
        out.body.append(step.value().body);
        if (reader.done()) break;
        if (step.value().consumed > 0) continue;
        if (here == bytes.size()) break;
        here = std::min(here + piece_bytes, bytes.size());
    }
    if (reader.done() || reader.end_of_input()) out.end = Outcome::End::complete;
    if (reader.has_head()) out.headers = reader.response().headers.size();
    return out;
}

/// Beast looks at a head that has come in part only when its end has come: in pieces, what is wrong with a message that
/// is not complete is seen later, and less of it is done with.
bool agree(Outcome whole, const Outcome& pieces) {
    if (pieces.end != Outcome::End::open) return whole == pieces;
    whole.consumed = pieces.consumed;
    return whole.end == Outcome::End::refused || whole == pieces;
}

}  // namespace
}  // namespace waybill::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace waybill::http;
    const std::string bytes(data, data + size);
    WAYBILL_ASSERT(agree(read_request(bytes, size + 1), read_request(bytes, 1)));
    WAYBILL_ASSERT(agree(read_response(bytes, size + 1), read_response(bytes, 1)));
    // The body alone is too deep for a fuzzer that has to find a head first.
    const std::string chunked = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + bytes;
    WAYBILL_ASSERT(agree(read_request(chunked, chunked.size()), read_request(chunked, 1)));
    return 0;
}
