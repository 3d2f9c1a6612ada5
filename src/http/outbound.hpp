#pragma once
// Requests from this server to others, sent on its own thread: what one process of a cluster hands on to another.
// HTTP/1.1 over kept connections, full duplex where asked; Asio is seen by outbound_link.* and outbound_pool.* only.
//
// Threads: everything is used on the server's thread while it runs, and the sinks are called there, never from inside a
// call to what is declared here.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "http/client.hpp"

namespace waybill::http {

struct OutboundLimits {
    /// To one address, beside those of streamed exchanges, whose number the caller bounds; more exchanges wait.
    std::size_t connections_per_address_max = 128;
    std::chrono::milliseconds connect_wait_max{2'000};
    /// A kept connection without a request is closed after this. Shorter than any idle limit of the other server, so
    /// that a request seldom meets a connection that is being closed.
    std::chrono::milliseconds idle_wait_max{3'000};
};

struct OutboundRequest {
    std::string address;  ///< "http://10.0.0.5:8080"
    ClientRequest request;
    /// `whole` sends the request's body with its length; `streamed` sends what `write` brings, on a connection of its
    /// own.
    enum class Body { whole, streamed } body = Body::whole;
    std::chrono::milliseconds wait_max{0};     ///< for all of the exchange; 0: no limit
    std::chrono::milliseconds silence_max{0};  ///< without a byte sent or received; 0: no limit
};

struct OutboundFailure {
    enum class Kind {
        unreachable,   ///< the address is none, has no host, or nobody takes a connection there
        cut,           ///< the connection broke before the response was complete
        timed_out,     ///< `wait_max` or `silence_max` is over
        bad_response,  ///< what came is not HTTP/1.1
    };
    Kind kind = Kind::unreachable;
    /// `nothing`: not a byte of the request has left, so that it has certainly had no effect.
    enum class Sent { nothing, something } sent = Sent::nothing;
    std::string text;  ///< one line, for a log
};

/// Takes the response: a head, pieces of the body, and an end; or a failure, at any time before the end.
class OutboundSink {
public:
    virtual ~OutboundSink() = default;
    virtual void on_head(ClientResponse head) = 0;
    /// After `pause` nothing comes until `resume`.
    virtual Flow on_body(std::string_view bytes) = 0;
    virtual void on_end() = 0;
    virtual void on_failure(OutboundFailure failure) = 0;
    /// All that was written has been sent.
    virtual void on_drained() = 0;
};

/// One request under way. Let go of, it goes on; its sink is kept until it has ended or was cancelled.
class OutboundExchange {
public:
    virtual ~OutboundExchange() = default;
    /// More of a streamed body. Taken in any case, so look at `queued_bytes`.
    virtual void write(std::string bytes) = 0;
    /// The end of a streamed body.
    virtual void finish() = 0;
    [[nodiscard]] virtual std::size_t queued_bytes() const = 0;
    virtual void resume() = 0;
    /// Closes the connection; the sink hears nothing more.
    virtual void cancel() = 0;
};

struct OutboundStats {
    std::size_t connections_open = 0;
    std::size_t waiting = 0;  ///< exchanges without a connection
};

class Outbound {
public:
    virtual ~Outbound() = default;
    [[nodiscard]] virtual std::shared_ptr<OutboundExchange> send(OutboundRequest request,
                                                                 std::shared_ptr<OutboundSink> sink) = 0;
    [[nodiscard]] virtual OutboundStats stats() const = 0;
};

}  // namespace waybill::http
