#pragma once
// The HTTP/1.1 server behind a plain header: Asio is seen by server.cpp and server_connection*.cpp only. It knows
// sockets, framing, limits and time-outs, and nothing of Waybill's domain.
//
// Threads: one thread runs the server (`run`). Handler calls come on that thread and must not block. Reply and
// StreamOut may be used from any thread, once or until finished; they outlive their connection safely (writing to a
// closed one does nothing).

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace waybill::http {

/// Limits of one server. Every one of them has a test in server_test.cpp.
struct Limits {
    /// More are accepted and closed with 503. Server::listen lowers it to what the limit on open files leaves room for.
    std::size_t connections_max = 10'000;
    std::size_t header_bytes_max = 16 * 1024;                   ///< 431
    std::size_t target_bytes_max = 8 * 1024;                    ///< 414
    std::size_t body_bytes_max = 4 * 1024 * 1024;               ///< 413, for bodies that are not streamed
    std::size_t arriving_bytes_max = 256 * 1024 * 1024;         ///< of all unstreamed bodies still arriving: 503
    std::size_t stream_chunk_bytes_max = 64 * 1024;             ///< one on_data call
    std::size_t stream_out_buffer_bytes_max = 4 * 1024 * 1024;  ///< unsent output; a reader slower than that is closed
    std::chrono::milliseconds header_wait_max{10'000};  ///< first byte of a request to the end of its headers: 408
    /// How long a body may keep us waiting, in one piece or several: 408. What arrives earns time back, never more than
    /// this, at `body_bytes_per_second_min`; with a rate of 0 every piece earns all of it.
    std::chrono::milliseconds body_wait_max{30'000};
    std::size_t body_bytes_per_second_min = 500;
    std::chrono::milliseconds idle_wait_max{75'000};         ///< keep-alive without a request: closed silently
    std::chrono::milliseconds idle_wait_crowded_max{5'000};  ///< the same while 7/8 of connections_max are open
    std::chrono::milliseconds write_wait_max{30'000};        ///< a write that makes no progress: closed
};

struct Header {
    std::string name;  ///< lower case
    std::string value;
};

struct Request {
    std::string method;                                      ///< upper case
    std::string target;                                      ///< path and query as they came, percent-encoded
    std::string path;                                        ///< percent-decoded path, without the query
    std::vector<std::pair<std::string, std::string>> query;  ///< decoded, in order
    std::vector<Header> headers;
    std::string body;  ///< empty for streamed requests
    std::string peer;  ///< address of the client

    [[nodiscard]] std::optional<std::string_view> header(std::string_view lower_case_name) const;
    [[nodiscard]] std::optional<std::string_view> query_value(std::string_view name) const;
};

struct Response {
    int status = 200;
    std::string content_type = "application/json";
    std::vector<Header> headers;
    std::string body;
};

/// Answers one buffered request, exactly once. Dropping it unanswered answers 500.
using Reply = std::function<void(Response)>;

/// The response side of a streamed exchange (NDJSON, server-sent events).
class StreamOut {
public:
    virtual ~StreamOut() = default;
    /// Sends status and headers; must come first. The body is chunked.
    virtual void start(Response head) = 0;
    /// Queues bytes. False when the client is gone or too slow: stop writing. A single write may exceed the buffer's
    /// limit when nothing is queued before it.
    virtual bool write(std::string bytes) = 0;
    /// Bytes queued and not yet on the socket; writers that can wait look at it.
    [[nodiscard]] virtual std::size_t queued_bytes() const = 0;
    virtual void finish() = 0;
    /// Asks for more request body after on_data returned `pause`. Callable from any thread.
    virtual void resume() = 0;
};

enum class Flow { more, pause };

/// The request side of a streamed exchange. Calls come on the server's thread.
class StreamIn {
public:
    virtual ~StreamIn() = default;
    virtual Flow on_data(std::string_view bytes) = 0;
    virtual void on_end() = 0;
    /// The client went away (which includes closing only its sending side), sent a broken body or was too slow, or the
    /// server ended; nothing more comes. Also after finish(), unless everything has been sent by then. While reading is
    /// paused, a client that goes away is noticed only by what is written to it.
    virtual void on_abort() = 0;
};

class Handler {
public:
    virtual ~Handler() = default;
    /// Decides by the head (method, path, headers; the body is still empty) whether the exchange is streamed. Returning
    /// a StreamIn takes the exchange over; nullptr lets the server read the whole body and call `handle`.
    virtual std::unique_ptr<StreamIn> open_stream(const Request& head, std::shared_ptr<StreamOut> out) = 0;
    virtual void handle(Request request, Reply reply) = 0;
    /// The body of an error that the server itself answers (400, 408, 413, 414, 431, 503 ...), as problem+json.
    virtual Response error(int status, std::string_view detail) = 0;
};

struct ServerStats {
    std::uint64_t connections_open = 0;
    std::uint64_t connections_total = 0;
    std::uint64_t connections_refused = 0;
    std::uint64_t connections_max = 0;  ///< the limit that holds
    std::uint64_t requests_total = 0;
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
};

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0: any free port
    Limits limits;
};

class Outbound;
struct OutboundLimits;

class Server {
public:
    /// Binds and listens. Errors: one line naming address, port and the system's reason.
    [[nodiscard]] static Result<std::unique_ptr<Server>, std::string> listen(ServerOptions options, Handler& handler);
    virtual ~Server() = default;

    [[nodiscard]] virtual std::uint16_t port() const = 0;
    /// Serves until `stop` has been called and every exchange under way has ended or `grace` has passed.
    virtual void run() = 0;
    /// From any thread or a signal-handling thread: no new connections or requests; idle ones are closed.
    virtual void stop(std::chrono::milliseconds grace) = 0;
    /// Runs a function on the server's thread.
    virtual void post(std::function<void()> work) = 0;
    /// Runs a function on the server's thread every `interval`, until the server stops.
    virtual void every(std::chrono::milliseconds interval, std::function<void()> work) = 0;
    /// Sends requests to other servers on this server's thread (http/outbound.hpp); ends with the server. Call once,
    /// before `run`.
    virtual Outbound& open_outbound(const OutboundLimits& limits) = 0;
    [[nodiscard]] virtual ServerStats stats() const = 0;
};

}  // namespace waybill::http
