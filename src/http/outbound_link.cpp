#include "http/outbound_link.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

#include "base/assert.hpp"
#include "http/response_head.hpp"

namespace waybill::http {
namespace {

using std::chrono::steady_clock;

/// Peers whose host has gone without a word are noticed after this many seconds.
constexpr int keep_alive_idle_s = 15;
constexpr int keep_alive_interval_s = 5;
constexpr int keep_alive_probes = 3;

void set_options(int socket) {
    const auto set = [socket](int level, int name, int value) {
        static_cast<void>(::setsockopt(socket, level, name, &value, sizeof value));
    };
    set(IPPROTO_TCP, TCP_NODELAY, 1);
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, keep_alive_idle_s);
    set(IPPROTO_TCP, TCP_KEEPINTVL, keep_alive_interval_s);
    set(IPPROTO_TCP, TCP_KEEPCNT, keep_alive_probes);
}

void append_request_head(std::string& out, const BaseUrl& url, const OutboundRequest& outbound) {
    const ClientRequest& request = outbound.request;
    out.append(request.method).append(" ").append(url.path).append(request.target).append(" HTTP/1.1\r\nhost: ");
    out.append(url.authority).append("\r\n");
    for (const Header& header : request.headers) {
        out.append(header.name).append(": ").append(header.value).append("\r\n");
    }
    if (outbound.body == OutboundRequest::Body::streamed) {
        out.append("transfer-encoding: chunked\r\n");
    } else if (!request.body.empty() || (request.method != "GET" && request.method != "DELETE")) {
        out.append("content-length: ").append(std::to_string(request.body.size())).append("\r\n");
    }
    out.append("\r\n");
}

}  // namespace

Link::Link(boost::asio::io_context& context, std::function<void(const std::shared_ptr<Link>&)> changed)
    : socket_(context), resolver_(context), changed_(std::move(changed)) {}

void Link::connect(const BaseUrl& url) {
    authority_ = url.authority;
    ErrorCode error;
    const auto address = boost::asio::ip::make_address(url.host, error);
    if (!error) {
        const tcp::endpoint endpoint(address, static_cast<std::uint16_t>(std::stoul(url.port)));
        socket_.async_connect(endpoint,
                              [self = shared_from_this()](const ErrorCode& failed) { self->on_connected(failed); });
        return;
    }
    resolver_.async_resolve(
        url.host, url.port, tcp::resolver::numeric_service,
        [self = shared_from_this()](const ErrorCode& failed, const tcp::resolver::results_type& found) {
            if (self->phase_ != Phase::connecting) return;
            if (failed) return self->on_connected(failed);
            boost::asio::async_connect(self->socket_, found, [self](const ErrorCode& refused, const tcp::endpoint&) {
                self->on_connected(refused);
            });
        });
}

void Link::on_connected(const ErrorCode& error) {
    if (phase_ != Phase::connecting) return;
    if (error) return fail(OutboundFailure::Kind::unreachable, "can not connect: " + error.message());
    phase_ = Phase::open;
    set_options(socket_.native_handle());
    if (!user_) {
        read();
        return changed_(shared_from_this());
    }
    last_moved_ = steady_clock::now();
    flush();
    read();
}

void Link::begin(std::shared_ptr<LinkUser> user, const BaseUrl& url, const OutboundRequest& outbound) {
    WAYBILL_ASSERT(!user_ && phase_ != Phase::closed);
    user_ = std::move(user);
    using Method = ResponseReader::RequestMethod;
    reader_ = std::make_unique<ResponseReader>(outbound.request.method == "HEAD" ? Method::head : Method::other);
    head_ = Head::awaited;
    sent_ = OutboundFailure::Sent::nothing;
    last_moved_ = steady_clock::now();
    append_request_head(out_.tail(), url, outbound);
    out_.appended();
    if (outbound.body == OutboundRequest::Body::streamed) {
        body_side_ = BodySide::streaming;
    } else {
        body_side_ = BodySide::ended;
        out_.append(outbound.request.body);
    }
    if (phase_ == Phase::open) flush();
}

void Link::write(std::string bytes) {
    if (body_side_ != BodySide::streaming || broken_ == Pending::yes || bytes.empty()) return;
    append_chunk_size(out_.tail(), bytes.size());
    out_.appended();
    out_.append_owned(std::move(bytes));
    out_.append("\r\n");
    if (phase_ == Phase::open) flush();
}

void Link::finish() {
    if (body_side_ != BodySide::streaming) return;
    body_side_ = BodySide::ended;
    if (broken_ == Pending::yes) return;
    out_.append(last_chunk);
    if (phase_ == Phase::open) flush();
}

void Link::resume() {
    if (paused_ == Pending::no) return;
    paused_ = Pending::no;
    // Later: the caller may be inside on_body.
    boost::asio::post(socket_.get_executor(), [self = shared_from_this()] {
        if (self->user_ && self->paused_ == Pending::no) self->use_received();
    });
}

bool Link::is_usable() {
    if (!is_free()) return false;
    char byte = 0;
    const ssize_t peeked = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return peeked < 0 && errno == EAGAIN;
}

void Link::read() {
    if (reading_ == Pending::yes || paused_ == Pending::yes || phase_ != Phase::open) return;
    reading_ = Pending::yes;
    const std::span<char> room = in_.room(user_ ? receive_bytes : InBuffer::bytes_at_rest);
    socket_.async_read_some(
        boost::asio::buffer(room.data(), room.size()),
        [self = shared_from_this()](const ErrorCode& error, std::size_t bytes) { self->on_read(error, bytes); });
}

void Link::on_read(const ErrorCode& error, std::size_t bytes) {
    reading_ = Pending::no;
    if (phase_ == Phase::closed) return;
    if (!user_) return close();  // a server that was asked nothing has nothing to say but that it closes
    if (error) {
        if (error == boost::asio::error::eof && reader_->end_of_input()) return use_received();
        return fail(OutboundFailure::Kind::cut, "the connection broke: " + error.message());
    }
    in_.commit(bytes);
    last_moved_ = steady_clock::now();
    use_received();
}

void Link::use_received() {
    const auto self = shared_from_this();
    const std::shared_ptr<LinkUser> user = user_;
    while (!reader_->done() || head_ == Head::awaited) {
        const auto step = reader_->feed(in_.view());
        if (!step) return fail(OutboundFailure::Kind::bad_response, step.error());
        in_.consume(step->consumed);
        if (head_ == Head::awaited && reader_->has_head()) {
            head_ = Head::told;
            user->on_head(reader_->response());
            if (user_ != user) return;
        }
        if (!step->body.empty() && user->on_body(step->body) == Flow::pause) paused_ = Pending::yes;
        if (user_ != user) return;
        if (paused_ == Pending::yes && !reader_->done()) return;
        if (step->consumed == 0) break;
    }
    if (!reader_->done()) return read();
    complete();
}

void Link::complete() {
    const std::shared_ptr<LinkUser> user = std::exchange(user_, nullptr);
    const bool keep = reader_->persistence() == Persistence::keep && out_.empty() && in_.empty() &&
                      body_side_ == BodySide::ended && broken_ == Pending::no;
    reader_.reset();
    paused_ = Pending::no;
    last_moved_ = steady_clock::now();
    if (keep) {
        in_.rest();
        read();
    } else {
        close();
    }
    user->on_end();
    if (keep) changed_(shared_from_this());
}

void Link::flush() {
    if (blocked_ == Pending::yes || out_.empty()) return;
    while (!out_.empty()) {
        std::array<iovec, OutBuffer::pieces_max> pieces;
        msghdr message{};
        message.msg_iov = pieces.data();
        message.msg_iovlen = out_.pieces(pieces);
        const ssize_t sent = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0) {
            if (errno == EINTR) continue;
            if (errno == EAGAIN) return wait_writable();
            // A server that refuses a request answers, and closes, before it has read everything: the answer says why.
            // When there is none, receiving fails.
            broken_ = Pending::yes;
            sent_ = OutboundFailure::Sent::something;
            out_.sent(out_.size());
            return;
        }
        sent_ = OutboundFailure::Sent::something;
        last_moved_ = steady_clock::now();
        out_.sent(static_cast<std::size_t>(sent));
    }
}

void Link::wait_writable() {
    blocked_ = Pending::yes;
    socket_.async_wait(tcp::socket::wait_write, [self = shared_from_this()](const ErrorCode& error) {
        self->blocked_ = Pending::no;
        if (self->phase_ == Phase::closed || error) return;
        self->flush();
        const std::shared_ptr<LinkUser> user = self->user_;
        if (user && self->out_.empty()) user->on_drained();
    });
}

void Link::fail(OutboundFailure::Kind kind, std::string_view reason) {
    const std::shared_ptr<LinkUser> user = std::exchange(user_, nullptr);
    close();
    if (user) user->on_failure({kind, sent_, "http://" + authority_ + ": " + std::string(reason)});
}

void Link::drop() {
    user_.reset();
    close();
}

void Link::close() {
    if (phase_ == Phase::closed) return;
    phase_ = Phase::closed;
    resolver_.cancel();
    ErrorCode ignored;
    socket_.close(ignored);
    changed_(shared_from_this());
}

}  // namespace waybill::http
