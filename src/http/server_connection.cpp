#include "http/server_connection.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <cerrno>
#include <utility>

namespace waybill::http {
namespace {

using std::chrono::steady_clock;

/// How long a connection that we end is still read from. Without it the kernel answers bytes that come late with a
/// reset, which can destroy the answer on its way to the client.
constexpr std::chrono::milliseconds linger_wait_max{1'000};
/// Answers to pipelined requests are gathered into one write up to this size.
constexpr std::size_t gathered_bytes_max = 64 * 1024;
constexpr std::size_t body_read_bytes = 64 * 1024;

/// Counters have one writer, so they need no read-modify-write on the bus.
void add(std::atomic<std::uint64_t>& counter, std::uint64_t value) {
    counter.store(counter.load(std::memory_order_relaxed) + value, std::memory_order_relaxed);
}

}  // namespace

Connection::Connection(boost::asio::ip::tcp::socket socket, ServerShared& shared, std::uint32_t slot)
    : socket_(std::move(socket)),
      shared_(shared),
      slot_(slot),
      reader_(shared.limits.header_bytes_max, shared.limits.target_bytes_max) {
    boost::system::error_code ignored;
    socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
    const auto peer = socket_.remote_endpoint(ignored);
    if (!ignored) peer_ = peer.address().to_string();
}

void Connection::start() { advance(); }

void Connection::start_refused() {
    refuse(503, "the server has as many connections as it takes");
    advance();
}

void Connection::deliver(Delivery&& delivery) {
    switch (delivery.kind) {
        case Delivery::Kind::reply:
            if (phase_ != Phase::handling) return;
            respond(std::move(delivery.response));
            break;
        case Delivery::Kind::dropped:
            if (phase_ != Phase::handling) return;
            respond(shared_.handler.error(500, "the request was not answered"));
            break;
        case Delivery::Kind::stream:
            if (phase_ != Phase::streaming) return;
            break;
    }
    advance();
}

void Connection::check_deadlines(SteadyTime now, std::chrono::milliseconds idle_max) {
    if (now >= write_deadline_) return close();
    if (idle_since_ != SteadyTime::max() && now - idle_since_ >= idle_max) return close();
    if (now < read_deadline_) return;
    read_deadline_ = SteadyTime::max();
    switch (phase_) {
        case Phase::head:
            refuse(408, "the head of the request took too long to arrive");
            break;
        case Phase::body:
            refuse(408, "the body of the request took too long to arrive");
            break;
        case Phase::streaming:
            refuse_stream(408, "the body of the request took too long to arrive");
            break;
        case Phase::handling:
        case Phase::closing:
            return;
        case Phase::lingering:
        case Phase::closed:
            return close();
    }
    advance();
}

void Connection::retire() {
    if (phase_ == Phase::head && is_idle() && out_.empty()) close();
}

void Connection::abort() { close(); }

void Connection::advance() {
    while (step() == Next::again) {
    }
}

Connection::Next Connection::step() {
    switch (phase_) {
        case Phase::head:
            return step_head();
        case Phase::body:
            return step_body();
        case Phase::handling:
            static_cast<void>(flush());
            return Next::wait;
        case Phase::streaming:
            return step_streaming();
        case Phase::closing:
            return step_closing();
        case Phase::lingering:
            return step_lingering();
        case Phase::closed:
            return Next::wait;
    }
    return Next::wait;
}

Connection::Next Connection::step_head() {
    if (blocked_ == Pending::yes) return Next::wait;
    if (out_.size() > gathered_bytes_max && !flush()) return Next::wait;
    if (is_idle()) {
        if (shared_.mode == ServerShared::Mode::stopping) {
            shape_.persistence = Persistence::close;
            phase_ = Phase::closing;
            return Next::again;
        }
        if (reading_ == Pending::no) in_.rest();
        in_capacity_ = InBuffer::bytes_at_rest;
        if (!flush()) return Next::wait;
        idle_since_ = steady_clock::now();
        return wait_for_bytes(SteadyTime::max());
    }
    idle_since_ = SteadyTime::max();
    RequestReader::HeadStep step = reader_.feed_head(in_.view(), head_);
    in_.consume(step.consumed);
    switch (step.state) {
        case RequestReader::HeadStep::State::starved:
            if (is_idle()) return Next::again;
            if (head_deadline_ == SteadyTime::max())
                head_deadline_ = steady_clock::now() + shared_.limits.header_wait_max;
            return wait_for_bytes(head_deadline_);
        case RequestReader::HeadStep::State::refused:
            method_ = Method::with_body;
            shape_ = {};
            refuse(step.fault.status, step.fault.detail);
            return Next::again;
        case RequestReader::HeadStep::State::complete:
            return begin_exchange();
    }
    return Next::wait;
}

Connection::Next Connection::begin_exchange() {
    const Limits& limits = shared_.limits;
    method_ = head_.request.method == "HEAD" ? Method::head : Method::with_body;
    shape_ = {head_.version, head_.persistence, ResponseFraming::length};
    exchange_ = ++shared_.exchanges;
    add(shared_.requests_total, 1);
    head_.request.peer = peer_;
    head_.request.body.clear();
    response_state_ = ResponseState::none;
    if (head_.chunked || head_.content_length > in_.size()) in_capacity_ = body_read_bytes;
    patience_ = limits.body_wait_max;

    if (open_stream()) {
        phase_ = Phase::streaming;
        intake_ = Intake::arriving;
        // A stream that was answered at once (refused, say) does not want the body.
        if (!pump_stream()) return Next::again;
    } else {
        if (head_.content_length > limits.body_bytes_max) {
            refuse(413, "the body of the request is too large");
            return Next::again;
        }
        reader_.limit_body(limits.body_bytes_max);
        phase_ = Phase::body;
    }
    if (head_.expectation == Expectation::continue_100 && !reader_.done() && in_.empty() &&
        response_state_ == ResponseState::none) {
        out_.append("HTTP/1.1 100 Continue\r\n\r\n");
    }
    return Next::again;
}

RequestReader::BodyStep Connection::next_body_piece() {
    const RequestReader::BodyStep step = reader_.feed_body(in_.view(), shared_.limits.stream_chunk_bytes_max);
    in_.consume(step.consumed);
    return step;
}

Connection::Next Connection::step_body() {
    while (true) {
        const RequestReader::BodyStep piece = next_body_piece();
        switch (piece.state) {
            case BodyState::piece:
                if (shared_.arriving_bytes + piece.data.size() > shared_.limits.arriving_bytes_max) {
                    refuse(503, "the server is taking as many bytes of requests as it can; try again");
                    return Next::again;
                }
                head_.request.body.append(piece.data);
                shared_.arriving_bytes += piece.data.size();
                break;
            case BodyState::starved:
                if (!flush()) return Next::wait;
                wait_for_body();
                return Next::wait;
            case BodyState::complete:
                return dispatch();
            case BodyState::too_large:
                refuse(413, "the body of the request is too large");
                return Next::again;
            case BodyState::malformed:
                refuse(400, "the chunks of the body are malformed");
                return Next::again;
        }
    }
}

Connection::Next Connection::dispatch() {
    shared_.arriving_bytes -= head_.request.body.size();
    phase_ = Phase::handling;
    read_deadline_ = SteadyTime::max();
    shared_.inbox->begin_inline(exchange_);
    shared_.handler.handle(std::move(head_.request), make_reply(shared_.inbox, {slot_, exchange_}));
    if (auto answer = shared_.inbox->end_inline()) respond(std::move(*answer));
    return Next::again;
}

void Connection::respond(Response response) {
    const bool has_body = status_has_body(response.status);
    shape_.framing = has_body ? ResponseFraming::length : ResponseFraming::no_body;
    if (shared_.mode == ServerShared::Mode::stopping) shape_.persistence = Persistence::close;
    append_response_head(out_.tail(), response, shape_, shared_.date);
    out_.appended();
    if (has_body && method_ == Method::with_body) out_.append_owned(std::move(response.body));
    end_exchange();
}

void Connection::refuse(int status, std::string_view detail) {
    shape_.persistence = Persistence::close;
    respond(shared_.handler.error(status, detail));
}

void Connection::end_exchange() {
    exchange_ = 0;
    if (phase_ == Phase::body) drop_body();
    reader_.reset();
    head_deadline_ = read_deadline_ = SteadyTime::max();
    phase_ = shape_.persistence == Persistence::close ? Phase::closing : Phase::head;
}

Connection::Next Connection::step_closing() {
    if (!flush()) return Next::wait;
    if (peer_state_ == Peer::finished) {
        close();
        return Next::wait;
    }
    boost::system::error_code ignored;
    socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
    read_deadline_ = steady_clock::now() + linger_wait_max;
    phase_ = Phase::lingering;
    return Next::again;
}

Connection::Next Connection::step_lingering() {
    if (reading_ == Pending::yes) return Next::wait;
    in_.clear();
    read();
    return Next::wait;
}

Connection::Next Connection::wait_for_bytes(SteadyTime deadline) {
    if (!flush()) return Next::wait;
    read_deadline_ = deadline;
    read();
    return Next::wait;
}

void Connection::wait_for_body() {
    body_wait_began_ = steady_clock::now();
    read_deadline_ = body_wait_began_ + patience_;
    read();
}

void Connection::earn_patience(std::size_t bytes) {
    if (body_wait_began_ == SteadyTime::max()) return;
    using std::chrono::milliseconds;
    const auto waited = std::chrono::duration_cast<milliseconds>(steady_clock::now() - body_wait_began_);
    body_wait_began_ = SteadyTime::max();
    const milliseconds most = shared_.limits.body_wait_max;
    const std::size_t rate = shared_.limits.body_bytes_per_second_min;
    const milliseconds earned = rate == 0 ? most : milliseconds(bytes * 1'000 / rate);
    patience_ = std::clamp(patience_ - waited + earned, milliseconds(0), most);
}

void Connection::drop_body() {
    shared_.arriving_bytes -= head_.request.body.size();
    head_.request.body = std::string();
}

void Connection::read() {
    if (reading_ == Pending::yes) return;
    reading_ = Pending::yes;
    const std::span<char> room = in_.room(in_capacity_);
    socket_.async_read_some(boost::asio::buffer(room.data(), room.size()),
                            [self = shared_from_this()](const boost::system::error_code& error, std::size_t bytes) {
                                self->on_read(error, bytes);
                            });
}

void Connection::on_read(const boost::system::error_code& error, std::size_t bytes) {
    reading_ = Pending::no;
    if (phase_ == Phase::closed) return;
    if (!error) {
        in_.commit(bytes);
        add(shared_.bytes_in, bytes);
        earn_patience(bytes);
        return advance();
    }
    // What we still have to say is said to a client that only finished its own side; everything else is over.
    peer_state_ = Peer::finished;
    if (error != boost::asio::error::eof || phase_ != Phase::closing) close();
}

bool Connection::flush() {
    if (blocked_ == Pending::yes) return false;
    while (!out_.empty()) {
        std::array<iovec, OutBuffer::pieces_max> pieces;
        msghdr message{};
        message.msg_iov = pieces.data();
        message.msg_iovlen = out_.pieces(pieces);
        const ssize_t sent = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0) {
            if (errno == EINTR) continue;
            if (errno == EAGAIN) {
                wait_writable();
            } else {
                close();
            }
            return false;
        }
        out_.sent(static_cast<std::size_t>(sent));
        add(shared_.bytes_out, static_cast<std::uint64_t>(sent));
    }
    return true;
}

void Connection::wait_writable() {
    blocked_ = Pending::yes;
    write_deadline_ = steady_clock::now() + shared_.limits.write_wait_max;
    socket_.async_wait(boost::asio::ip::tcp::socket::wait_write,
                       [self = shared_from_this()](const boost::system::error_code& error) {
                           self->blocked_ = Pending::no;
                           self->write_deadline_ = SteadyTime::max();
                           if (self->phase_ == Phase::closed) return;
                           if (error) return self->close();
                           self->advance();
                       });
}

void Connection::close() {
    if (phase_ == Phase::closed) return;
    if (phase_ == Phase::body) drop_body();
    phase_ = Phase::closed;
    exchange_ = 0;
    read_deadline_ = write_deadline_ = idle_since_ = SteadyTime::max();
    drop_stream();
    boost::system::error_code ignored;
    socket_.close(ignored);
    shared_.closed(slot_);
}

}  // namespace waybill::http
