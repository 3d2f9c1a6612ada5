#pragma once
// Reads HTTP/1.1 requests from bytes that arrive in pieces: Boost.Beast's parser behind a plain header, and what we
// refuse beyond it. A pure machine: no sockets, no clock.
//
// It is stricter than RFC 9112 asks wherever leniency lets two parties disagree about where a request ends: one
// Content-Length at most, no transfer coding but chunked and that in HTTP/1.1 only, no folded lines.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/response_head.hpp"
#include "http/server.hpp"

namespace waybill::http {

enum class Expectation { none, continue_100 };

/// Why bytes are not a request that this server takes: the status to answer and a sentence for the client.
struct HttpFault {
    int status = 400;
    std::string detail;
};

struct RequestHead {
    Request request;
    HttpVersion version = HttpVersion::v1_1;
    Persistence persistence = Persistence::keep;
    Expectation expectation = Expectation::none;
    bool chunked = false;
    std::uint64_t content_length = 0;
};

/// Reads one request after the other: the head until it is complete, then the body until it is complete, then `reset`.
class RequestReader {
public:
    RequestReader(std::size_t head_bytes_max, std::size_t target_bytes_max);
    RequestReader(RequestReader&&) noexcept;
    RequestReader& operator=(RequestReader&&) = delete;
    ~RequestReader();

    struct HeadStep {
        std::size_t consumed = 0;
        enum class State { starved, complete, refused } state = State::starved;
        HttpFault fault;  ///< when refused
    };
    /// Takes the front of `bytes` into `out` (its peer and body are left alone). What is not consumed must be fed
    /// again, with more behind it.
    ///
    /// Errors: 400 malformed, 414 target too long, 417 unknown expectation, 431 too large, 501 transfer coding, 505
    ///         version.
    [[nodiscard]] HeadStep feed_head(std::string_view bytes, RequestHead& out);

    struct BodyStep {
        std::size_t consumed = 0;
        std::string_view data;  ///< part of the input, the end of what was consumed
        enum class State { piece, starved, complete, malformed, too_large } state = State::starved;
    };
    /// Takes the front of `bytes`, up to the next piece of the body. REQUIRES: the head is complete.
    [[nodiscard]] BodyStep feed_body(std::string_view bytes, std::size_t data_bytes_max);
    /// Refuses a chunk that makes the body larger. REQUIRES: the head is complete and no body has been fed.
    void limit_body(std::uint64_t bytes_max);

    /// Whether a part of a head has been consumed.
    [[nodiscard]] bool has_begun() const;
    /// Whether head and body are complete.
    [[nodiscard]] bool done() const;
    /// Makes ready for the next request. Between requests a reader holds no memory.
    void reset();

private:
    class Parser;

    std::size_t head_bytes_max_;
    std::size_t target_bytes_max_;
    std::unique_ptr<Parser> parser_;
};

}  // namespace waybill::http
