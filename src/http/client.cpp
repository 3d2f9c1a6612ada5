#include "http/client.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>
#include <utility>

#include "http/byte_buffers.hpp"
#include "http/client_response.hpp"
#include "http/response_head.hpp"
#include "http/urls.hpp"

namespace waybill::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

std::string system_reason(int error) { return std::generic_category().message(error); }

/// Time left until `deadline` as poll() takes it; -1 is no limit.
int poll_wait(std::optional<steady_clock::time_point> deadline) {
    if (!deadline) return -1;
    const auto left = std::chrono::ceil<milliseconds>(*deadline - steady_clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000));
}

bool may_be_repeated(const ClientRequest& request) {
    if (request.method == "GET" || request.method == "HEAD" || request.method == "PUT" || request.method == "DELETE")
        return true;
    for (const Header& header : request.headers) {
        if (header.name == "idempotency-key" || header.name == "Idempotency-Key") return true;
    }
    return false;
}

}  // namespace

class Client::Connection {
public:
    Connection(BaseUrl url, ClientOptions options) : url_(std::move(url)), options_(std::move(options)) {}
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() { disconnect(); }

    [[nodiscard]] Result<ClientResponse, ClientError> send(const ClientRequest& request);
    [[nodiscard]] Result<ClientResponse, ClientError> exchange(const ClientRequest& request, const Streams& streams);
    void disconnect();

private:
    using Kind = ClientError::Kind;
    using Failure = std::optional<ClientError>;
    enum class Freshness { fresh, kept };

    [[nodiscard]] Failure ensure_connected();
    [[nodiscard]] Failure connect_to(const addrinfo& address);
    [[nodiscard]] ClientError error(Kind kind, std::string_view reason) const;
    void append_head(const ClientRequest& request, const Streams& streams);
    [[nodiscard]] Failure run(ResponseReader& reader, const Streams& streams);
    [[nodiscard]] Failure wait(int events, short& ready);
    void send_some();
    [[nodiscard]] Failure receive_some(ResponseReader& reader);
    [[nodiscard]] Failure use_received(ResponseReader& reader, const Streams& streams);
    void refill(const BodySource& source);

    BaseUrl url_;
    ClientOptions options_;
    int socket_ = -1;
    Freshness freshness_ = Freshness::fresh;

    // Of the exchange under way.
    std::string out_;
    std::size_t out_sent_ = 0;
    enum class Source { none, more, waiting, ended, broken } source_ = Source::none;
    InBuffer in_;
    enum class Heard { nothing, something } heard_ = Heard::nothing;
    enum class Head { awaited, told } head_ = Head::awaited;
};

ClientError Client::Connection::error(Kind kind, std::string_view reason) const {
    return {kind, "http://" + url_.authority + ": " + std::string(reason)};
}

void Client::Connection::disconnect() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
}

std::optional<ClientError> Client::Connection::ensure_connected() {
    if (socket_ >= 0) {
        // Between two responses a server has nothing to say but that it closes.
        pollfd ready{socket_, POLLIN, 0};
        if (::poll(&ready, 1, 0) == 0) {
            freshness_ = Freshness::kept;
            return std::nullopt;
        }
        disconnect();
    }
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int code = ::getaddrinfo(url_.host.c_str(), url_.port.c_str(), &hints, &found); code != 0) {
        return error(Kind::connect, std::string("no address: ") + ::gai_strerror(code));
    }
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found, &::freeaddrinfo);
    Failure failure = error(Kind::connect, "no address");
    for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
        failure = connect_to(*at);
        if (!failure) return std::nullopt;
        disconnect();
    }
    return failure;
}

std::optional<ClientError> Client::Connection::connect_to(const addrinfo& address) {
    socket_ = ::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol);
    if (socket_ < 0) return error(Kind::connect, "no socket: " + system_reason(errno));
    const int on = 1;
    static_cast<void>(::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
    freshness_ = Freshness::fresh;
    if (::connect(socket_, address.ai_addr, address.ai_addrlen) == 0) return std::nullopt;
    if (errno != EINPROGRESS) return error(Kind::connect, "can not connect: " + system_reason(errno));
    const auto deadline = steady_clock::now() + options_.connect_wait_max;
    pollfd ready{socket_, POLLOUT, 0};
    int count = 0;
    do {
        count = ::poll(&ready, 1, poll_wait(deadline));
    } while (count < 0 && errno == EINTR);
    if (count == 0) return error(Kind::timed_out, "connecting took too long");
    int reason = 0;
    socklen_t size = sizeof reason;
    static_cast<void>(::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &reason, &size));
    if (reason != 0) return error(Kind::connect, "can not connect: " + system_reason(reason));
    return std::nullopt;
}

void Client::Connection::append_head(const ClientRequest& request, const Streams& streams) {
    out_.clear();
    out_sent_ = 0;
    out_.append(request.method).append(" ").append(url_.path).append(request.target).append(" HTTP/1.1\r\nhost: ");
    out_.append(url_.authority).append("\r\n");
    const auto append_headers = [this](const std::vector<Header>& headers) {
        for (const Header& header : headers) out_.append(header.name).append(": ").append(header.value).append("\r\n");
    };
    append_headers(options_.headers);
    append_headers(request.headers);
    const bool has_length =
        !request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
    if (streams.source) {
        out_.append("transfer-encoding: chunked\r\n");
    } else if (has_length) {
        out_.append("content-length: ").append(std::to_string(request.body.size())).append("\r\n");
    }
    out_.append("\r\n");
    if (!streams.source) out_.append(request.body);
}

Result<ClientResponse, ClientError> Client::Connection::send(const ClientRequest& request) {
    auto response = exchange(request, {});
    // A kept connection may be closed by the server at the very moment that we send.
    const bool repeat = !response && freshness_ == Freshness::kept && heard_ == Heard::nothing &&
                        may_be_repeated(request) &&
                        (response.error().kind == Kind::send || response.error().kind == Kind::receive);
    return repeat ? exchange(request, {}) : std::move(response);
}

Result<ClientResponse, ClientError> Client::Connection::exchange(const ClientRequest& request, const Streams& streams) {
    if (auto failure = ensure_connected()) return fail(std::move(*failure));
    append_head(request, streams);
    source_ = streams.source ? Source::more : Source::none;
    in_.clear();
    heard_ = Heard::nothing;
    head_ = Head::awaited;
    ResponseReader reader(request.method == "HEAD" ? ResponseReader::RequestMethod::head
                                                   : ResponseReader::RequestMethod::other);
    if (auto failure = run(reader, streams)) {
        disconnect();
        return fail(std::move(*failure));
    }
    const bool all_sent = out_sent_ == out_.size() && (source_ == Source::none || source_ == Source::ended);
    if (reader.persistence() == Persistence::close || !all_sent || !in_.empty()) disconnect();
    return std::move(reader.response());
}

std::optional<ClientError> Client::Connection::run(ResponseReader& reader, const Streams& streams) {
    // An ordinary request fits into the socket's buffer: sending it before asking whether there is room saves a poll.
    short ready = POLLOUT;
    while (true) {
        if ((ready & (POLLIN | POLLHUP | POLLERR)) != 0) {
            if (auto failure = receive_some(reader)) return failure;
            if (auto failure = use_received(reader, streams)) return failure;
            if (reader.done()) return std::nullopt;
        }
        refill(streams.source);
        if ((ready & POLLOUT) != 0) send_some();
        if (auto failure =
                wait(out_sent_ < out_.size() || source_ == Source::more ? POLLIN | POLLOUT : POLLIN, ready)) {
            return failure;
        }
    }
}

void Client::Connection::refill(const BodySource& source) {
    if (source_ != Source::more || out_sent_ < out_.size()) return;
    const std::optional<std::string> piece = source();
    out_.clear();
    out_sent_ = 0;
    if (!piece) {
        source_ = Source::ended;
        out_.append(last_chunk);
    } else if (piece->empty()) {
        source_ = Source::waiting;
    } else {
        append_chunk_size(out_, piece->size());
        out_.append(*piece).append("\r\n");
    }
}

std::optional<ClientError> Client::Connection::wait(int events, short& ready) {
    std::optional<steady_clock::time_point> deadline;
    if (options_.progress_wait_max.count() > 0) deadline = steady_clock::now() + options_.progress_wait_max;
    pollfd entry{socket_, static_cast<short>(events), 0};
    while (true) {
        const int count = ::poll(&entry, 1, poll_wait(deadline));
        if (count > 0) break;
        if (count == 0) return error(Kind::timed_out, "nothing was sent or received for too long");
        if (errno != EINTR) return error(Kind::receive, "can not wait: " + system_reason(errno));
    }
    ready = entry.revents;
    return std::nullopt;
}

void Client::Connection::send_some() {
    if (out_sent_ == out_.size()) return;
    const ssize_t sent = ::send(socket_, out_.data() + out_sent_, out_.size() - out_sent_, MSG_NOSIGNAL);
    if (sent >= 0) {
        out_sent_ += static_cast<std::size_t>(sent);
    } else if (errno != EAGAIN && errno != EINTR) {
        // A server that refuses a request answers, and closes, before it has read everything: the answer says why. When
        // there is none, receiving fails and tells what broke.
        out_.clear();
        out_sent_ = 0;
        source_ = Source::broken;
    }
}

std::optional<ClientError> Client::Connection::receive_some(ResponseReader& reader) {
    const std::span<char> room = in_.room(receive_bytes);
    const ssize_t received = ::recv(socket_, room.data(), room.size(), 0);
    if (received > 0) {
        in_.commit(static_cast<std::size_t>(received));
        heard_ = Heard::something;
    } else if (received == 0) {
        if (!reader.end_of_input())
            return error(Kind::receive, "the server closed the connection before its response was complete");
    } else if (errno != EAGAIN && errno != EINTR) {
        const Kind kind = source_ == Source::broken ? Kind::send : Kind::receive;
        return error(kind, "the connection broke: " + system_reason(errno));
    }
    return std::nullopt;
}

std::optional<ClientError> Client::Connection::use_received(ResponseReader& reader, const Streams& streams) {
    if (source_ == Source::waiting) source_ = Source::more;
    while (!reader.done() || head_ == Head::awaited) {
        const auto step = reader.feed(in_.view());
        if (!step) return error(Kind::bad_response, step.error());
        in_.consume(step.value().consumed);
        if (head_ == Head::awaited && reader.has_head()) {
            head_ = Head::told;
            if (streams.on_head && streams.on_head(reader.response()) == SinkFlow::stop)
                return error(Kind::stopped, "stopped");
        }
        const std::string_view body = step.value().body;
        if (!body.empty()) {
            if (streams.sink) {
                if (streams.sink(body) == SinkFlow::stop) return error(Kind::stopped, "stopped");
            } else if (reader.response().body.size() + body.size() > options_.response_bytes_max) {
                return error(Kind::bad_response, "the response is larger than allowed");
            } else {
                reader.response().body.append(body);
            }
        }
        if (step.value().consumed == 0) break;
    }
    return std::nullopt;
}

Client::Client(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Client, ClientError> Client::make(std::string_view base_url, ClientOptions options) {
    auto url = parse_base_url(base_url);
    if (!url) {
        return fail(ClientError{ClientError::Kind::bad_url,
                                "\"" + std::string(base_url) + "\" is not http://host[:port][/path]"});
    }
    return Client(std::make_unique<Connection>(std::move(*url), std::move(options)));
}

Result<ClientResponse, ClientError> Client::send(const ClientRequest& request) { return connection_->send(request); }

Result<ClientResponse, ClientError> Client::exchange(const ClientRequest& request, const Streams& streams) {
    return connection_->exchange(request, streams);
}

void Client::disconnect() { connection_->disconnect(); }

}  // namespace waybill::http
