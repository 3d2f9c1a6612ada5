#pragma once
// One connection of the server: a state machine over received bytes, the answer to the request under way, and a buffer
// of bytes to send. Everything runs on the server's thread.
//
// A connection has one exchange at a time. Requests that a client pipelines stay in the buffer (or in the kernel) until
// the one before is answered, so answers are in order. A client that does not read its answers is not read from either.

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "http/byte_buffers.hpp"
#include "http/request_reader.hpp"
#include "http/response_head.hpp"
#include "http/server.hpp"
#include "http/server_inbox.hpp"
#include "http/server_stream.hpp"

namespace waybill::http {

using SteadyTime = std::chrono::steady_clock::time_point;

/// What the connections of one server share. Server's thread only, but for the counters.
struct ServerShared {
    ServerShared(Handler& the_handler, const Limits& the_limits, std::shared_ptr<Inbox> the_inbox)
        : handler(the_handler), limits(the_limits), inbox(std::move(the_inbox)) {}

    Handler& handler;
    const Limits limits;
    const std::shared_ptr<Inbox> inbox;
    std::function<void(std::uint32_t slot)> closed;  ///< a connection has closed; may destroy it
    std::string date;                                ///< the Date header, refreshed by the sweep
    std::uint64_t exchanges = 0;
    std::size_t arriving_bytes = 0;  ///< of all bodies that are being gathered for `Handler::handle`
    enum class Mode { serving, stopping } mode = Mode::serving;
    /// Most requests turn out not to be streamed; the handle made for asking is kept for the next one.
    std::shared_ptr<StreamHandle> spare_stream;

    std::atomic<std::uint64_t> requests_total = 0;
    std::atomic<std::uint64_t> bytes_in = 0;
    std::atomic<std::uint64_t> bytes_out = 0;
};

class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(boost::asio::ip::tcp::socket socket, ServerShared& shared, std::uint32_t slot);

    void start();
    /// Answers 503 without reading and closes.
    void start_refused();
    /// REQUIRES: delivery.key names the current exchange.
    void deliver(Delivery&& delivery);
    /// Acts on deadlines that have passed; `idle_max` is how long a connection may be without a request just now. Cost:
    /// a few comparisons when none has.
    void check_deadlines(SteadyTime now, std::chrono::milliseconds idle_max);
    /// The server is stopping: closes now when no request has begun, else after its answer.
    void retire();
    /// Closes whatever is under way.
    void abort();
    [[nodiscard]] std::uint64_t exchange() const { return exchange_; }

private:
    enum class Phase { head, body, handling, streaming, closing, lingering, closed };
    enum class Next { again, wait };
    enum class Intake { arriving, paused, complete };
    enum class ResponseState { none, started, complete };

    void advance();
    [[nodiscard]] Next step();
    [[nodiscard]] Next step_head();
    [[nodiscard]] Next step_body();
    [[nodiscard]] Next step_closing();
    [[nodiscard]] Next step_lingering();

    /// Nothing of a next request has come.
    [[nodiscard]] bool is_idle() const { return in_.empty() && !reader_.has_begun(); }
    [[nodiscard]] Next begin_exchange();
    [[nodiscard]] Next dispatch();
    void respond(Response response);
    void refuse(int status, std::string_view detail);
    void end_exchange();

    using BodyState = RequestReader::BodyStep::State;
    /// Takes the next piece of the request body off in_; its data is still to be used.
    [[nodiscard]] RequestReader::BodyStep next_body_piece();
    /// Waits for more of a body for as long as the client's patience account holds out.
    void wait_for_body();
    void earn_patience(std::size_t bytes);
    /// Gives up the body that is being gathered.
    void drop_body();

    // Streamed exchanges, in server_connection_stream.cpp.
    [[nodiscard]] bool open_stream();
    [[nodiscard]] Next step_streaming();
    [[nodiscard]] Next feed_stream();
    /// Moves what writers queued to the output. False when the connection is no longer streaming.
    [[nodiscard]] bool pump_stream();
    void append_stream_head(const Response& head);
    void append_stream_bytes(std::string bytes);
    [[nodiscard]] Next finish_stream();
    void drop_stream();
    void refuse_stream(int status, std::string_view detail);

    // Socket input and output.
    /// Sends what there is and reads more, until `deadline`.
    [[nodiscard]] Next wait_for_bytes(SteadyTime deadline);
    void read();
    void on_read(const boost::system::error_code& error, std::size_t bytes);
    [[nodiscard]] bool flush();
    void wait_writable();
    void close();

    boost::asio::ip::tcp::socket socket_;
    ServerShared& shared_;
    const std::uint32_t slot_;
    Phase phase_ = Phase::head;
    std::uint64_t exchange_ = 0;
    std::string peer_;

    InBuffer in_;
    std::size_t in_capacity_ = InBuffer::bytes_at_rest;
    RequestReader reader_;
    RequestHead head_;

    OutBuffer out_;
    ResponseShape shape_;
    enum class Method { with_body, head } method_ = Method::with_body;

    std::unique_ptr<StreamIn> stream_in_;
    std::shared_ptr<StreamState> stream_;
    Intake intake_ = Intake::complete;
    ResponseState response_state_ = ResponseState::none;

    enum class Pending { no, yes };
    Pending reading_ = Pending::no;
    Pending blocked_ = Pending::no;  // waiting for room to write
    enum class Peer { sending, finished } peer_state_ = Peer::sending;
    std::chrono::milliseconds patience_{0};           // how much longer the body under way may keep us waiting
    SteadyTime body_wait_began_ = SteadyTime::max();  // max: not waiting for a body
    SteadyTime idle_since_ = SteadyTime::max();       // max: not idle
    SteadyTime head_deadline_ = SteadyTime::max();    // of the head that has begun to arrive
    SteadyTime read_deadline_ = SteadyTime::max();
    SteadyTime write_deadline_ = SteadyTime::max();
};

}  // namespace waybill::http
