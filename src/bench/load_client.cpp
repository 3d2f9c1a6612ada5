#include "bench/load_client.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <deque>
#include <optional>

#include "bench/ground.hpp"
#include "bench/machine.hpp"

namespace waybill::bench {
namespace {

using Steady = std::chrono::steady_clock;

struct Connection {
    int socket = -1;
    std::uint64_t request = 0;
    Steady::time_point due;
    std::string received;
};

struct Answer {
    int status = 0;
    std::size_t bytes = 0;
};

/// The answer at the beginning of `bytes` when it is there completely. The server sends lengths for all that is asked
/// of it here.
std::optional<Answer> whole_answer(std::string_view bytes) {
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos || bytes.size() < 12) return std::nullopt;
    Answer out;
    std::from_chars(bytes.data() + 9, bytes.data() + 12, out.status);
    std::size_t length = 0;
    for (const std::string_view name : {"content-length: ", "Content-Length: "}) {
        const std::size_t at = bytes.substr(0, end).find(name);
        if (at == std::string_view::npos) continue;
        std::from_chars(bytes.data() + at + name.size(), bytes.data() + end, length);
    }
    out.bytes = end + 4 + length;
    if (bytes.size() < out.bytes) return std::nullopt;
    return out;
}

class LoadRun {
public:
    explicit LoadRun(const Load& load) : load_(load) {}
    ~LoadRun() {
        for (const Connection& connection : connections_) ::close(connection.socket);
        if (epoll_ >= 0) ::close(epoll_);
    }
    LoadRun(const LoadRun&) = delete;
    LoadRun& operator=(const LoadRun&) = delete;

    Result<LoadResult, std::string> run();

private:
    Result<Unit, std::string> connect();
    Result<Unit, std::string> send_due();
    Result<Unit, std::string> send(Connection& connection);
    Result<Unit, std::string> receive(Connection& connection);
    void take_answer(Connection& connection, const Answer& answer);
    [[nodiscard]] Steady::time_point due(std::uint64_t request) const {
        return began_ + std::chrono::nanoseconds(
                            static_cast<std::int64_t>(static_cast<double>(request) * 1e9 / load_.per_second));
    }
    [[nodiscard]] int wait_ms() const;

    const Load& load_;
    int epoll_ = -1;
    std::vector<Connection> connections_;
    std::deque<Connection*> idle_;
    Steady::time_point began_;
    std::uint64_t sent_ = 0;
    LoadResult out_;
};

Result<Unit, std::string> LoadRun::connect() {
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    connections_.resize(load_.connections);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(load_.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (Connection& connection : connections_) {
        connection.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket interface is made that way.
        const auto* generic = reinterpret_cast<const sockaddr*>(&address);
        if (connection.socket < 0 || ::connect(connection.socket, generic, sizeof address) != 0) {
            return fail(std::string("can not connect: ") + std::strerror(errno));
        }
        const int on = 1;
        ::setsockopt(connection.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = &connection;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.socket, &event);
        idle_.push_back(&connection);
    }
    return Unit{};
}

Result<Unit, std::string> LoadRun::send(Connection& connection) {
    connection.request = sent_++;
    connection.due = load_.per_second > 0 ? due(connection.request) : Steady::now();
    const std::string bytes = load_.make(connection.request);
    std::size_t at = 0;
    while (at < bytes.size()) {
        const ssize_t wrote = ::send(connection.socket, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return fail(std::string("the server closed a connection: ") + std::strerror(errno));
        at += static_cast<std::size_t>(wrote);
    }
    return Unit{};
}

Result<Unit, std::string> LoadRun::send_due() {
    while (!idle_.empty() && sent_ < load_.requests) {
        if (load_.per_second > 0 && due(sent_) > Steady::now()) break;
        Connection* connection = idle_.front();
        idle_.pop_front();
        if (auto sent = send(*connection); !sent) return sent;
    }
    return Unit{};
}

int LoadRun::wait_ms() const {
    if (load_.per_second <= 0 || sent_ >= load_.requests || idle_.empty()) return -1;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(due(sent_) - Steady::now()).count();
    return static_cast<int>(std::max<std::int64_t>(0, left));
}

void LoadRun::take_answer(Connection& connection, const Answer& answer) {
    const std::int64_t took =
        std::chrono::duration_cast<std::chrono::nanoseconds>(Steady::now() - connection.due).count();
    ++out_.answered;
    ++out_.by_class[static_cast<std::size_t>(answer.status / 100) % out_.by_class.size()];
    if (load_.keep_each) {
        out_.status_by_request[connection.request] = static_cast<std::uint16_t>(answer.status);
        out_.nanos_by_request[connection.request] = took;
    }
    if (answer.status / 100 == 2) {
        out_.good_nanos.push_back(took);
    } else if (answer.status == 503) {
        ++out_.status_503;
        out_.refused_nanos.push_back(took);
    } else if (out_.first_failure.empty()) {
        out_.first_failure = connection.received.substr(0, answer.bytes);
    }
    connection.received.erase(0, answer.bytes);
    idle_.push_back(&connection);
}

Result<Unit, std::string> LoadRun::receive(Connection& connection) {
    std::array<char, 64 * 1024> buffer;
    const ssize_t got = ::recv(connection.socket, buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EINTR) return Unit{};
    if (got <= 0) return fail(std::string("the server closed a connection"));
    connection.received.append(buffer.data(), static_cast<std::size_t>(got));
    if (const auto answer = whole_answer(connection.received)) take_answer(connection, *answer);
    return Unit{};
}

Result<LoadResult, std::string> LoadRun::run() {
    if (auto connected = connect(); !connected) return fail(connected.error());
    if (load_.keep_each) {
        out_.status_by_request.resize(load_.requests);
        out_.nanos_by_request.resize(load_.requests);
    }
    out_.good_nanos.reserve(load_.requests);
    const double cpu = cpu_seconds();
    began_ = Steady::now();
    std::array<epoll_event, 256> events;
    while (out_.answered < load_.requests) {
        if (auto sent = send_due(); !sent) return fail(sent.error());
        const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), wait_ms());
        for (int i = 0; i < ready; ++i) {
            auto& connection = *static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr);
            if (auto received = receive(connection); !received) return fail(received.error());
        }
    }
    out_.seconds = std::chrono::duration<double>(Steady::now() - began_).count();
    out_.client_cpu_seconds = cpu_seconds() - cpu;
    return std::move(out_);
}

}  // namespace

Result<LoadResult, std::string> run_load(const Load& load) { return LoadRun(load).run(); }

std::string get_request(std::string_view target) {
    return fmt::format("GET {} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\r\n", target, tenant_secret);
}

std::string post_request(std::string_view target, std::string_view body) {
    return fmt::format(
        "POST {} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\ncontent-type: "
        "application/json\r\ncontent-length: {}\r\n\r\n{}",
        target, tenant_secret, body.size(), body);
}

}  // namespace waybill::bench
