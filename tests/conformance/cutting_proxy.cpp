#include "conformance/cutting_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <vector>

#include "base/assert.hpp"

namespace waybill::conformance {

namespace {

constexpr std::int64_t no_limit = std::numeric_limits<std::int64_t>::max();

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

const sockaddr* generic(const sockaddr_in& address) {
    return reinterpret_cast<const sockaddr*>(&address);  // NOLINT(*-reinterpret-cast): the sockets interface
}

}  // namespace

CuttingProxy::CuttingProxy(std::uint16_t server_port) : server_port_(server_port) {
    for (auto& left : left_) left = no_limit;
    for (auto& passed : passed_) passed = 0;
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    WAYBILL_ASSERT(::bind(listener_, generic(address), sizeof address) == 0 && ::listen(listener_, 16) == 0);
    socklen_t size = sizeof address;
    WAYBILL_ASSERT(::getsockname(listener_, const_cast<sockaddr*>(generic(address)), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
}

CuttingProxy::~CuttingProxy() {
    stops_ = true;
    thread_.join();
    ::close(listener_);
}

void CuttingProxy::refuse_new() {
    refuses_new_ = true;
    ::shutdown(listener_, SHUT_RDWR);
}

void CuttingProxy::cut_after(Way way, std::int64_t bytes) {
    silences_ = false;
    set_last_words({});
    left_[static_cast<int>(way)] = bytes;
}

void CuttingProxy::cut_with_last_words(std::int64_t bytes, std::string last_words) {
    silences_ = false;
    set_last_words(std::move(last_words));
    left_[static_cast<int>(Way::to_client)] = bytes;
}

void CuttingProxy::set_last_words(std::string last_words) {
    const std::lock_guard lock(last_words_mutex_);
    last_words_ = std::move(last_words);
}

std::string CuttingProxy::last_words() {
    const std::lock_guard lock(last_words_mutex_);
    return last_words_;
}

void CuttingProxy::silence_after(std::int64_t bytes) {
    silences_ = true;
    left_[static_cast<int>(Way::to_client)] = bytes;
}

void CuttingProxy::heal() {
    silences_ = false;
    for (auto& left : left_) left = no_limit;
    closes_silent_ = true;
}

bool CuttingProxy::move(Pair& pair, Way way) {
    const int from = way == Way::to_server ? pair.client : pair.server;
    const int to = way == Way::to_server ? pair.server : pair.client;
    std::array<char, 16'384> buffer{};
    const ssize_t got = ::recv(from, buffer.data(), buffer.size(), 0);
    if (got <= 0) return false;
    auto& left = left_[static_cast<int>(way)];
    const std::int64_t allowed = std::min<std::int64_t>(got, left);
    // Counted first: who gets the last byte may ask at once.
    passed_[static_cast<int>(way)] += allowed;
    for (std::int64_t sent = 0; sent < allowed;) {
        const ssize_t n = ::send(to, buffer.data() + sent, static_cast<std::size_t>(allowed - sent), MSG_NOSIGNAL);
        if (n <= 0) return false;
        sent += n;
    }
    if (left == no_limit) return true;
    left -= allowed;
    if (left > 0) return true;
    // One cut for each call of cut_after; silence lasts until it is healed.
    left = no_limit;
    pair.is_silent = silences_;
    if (!pair.is_silent && way == Way::to_client) {
        const std::string words = last_words();
        static_cast<void>(::send(to, words.data(), words.size(), MSG_NOSIGNAL));
    }
    return pair.is_silent;
}

void CuttingProxy::run() {
    std::vector<Pair> pairs;
    const auto end = [](Pair& pair) {
        ::close(pair.client);
        ::close(pair.server);
        pair.client = -1;
    };
    while (!stops_) {
        std::vector<pollfd> waited{{refuses_new_ ? -1 : listener_, POLLIN, 0}};
        for (const Pair& pair : pairs) {
            const short events = pair.is_silent ? 0 : POLLIN;
            waited.push_back({pair.client, events, 0});
            waited.push_back({pair.server, events, 0});
        }
        static_cast<void>(::poll(waited.data(), waited.size(), 5));
        const bool closes_silent = closes_silent_.exchange(false);
        for (std::size_t at = 0; at < pairs.size(); ++at) {
            Pair& pair = pairs[at];
            if (pair.is_silent) {
                if (closes_silent) end(pair);
                continue;
            }
            const bool client_speaks = waited[1 + 2 * at].revents != 0;
            const bool server_speaks = waited[2 + 2 * at].revents != 0;
            const bool goes_on = (!client_speaks || move(pair, Way::to_server)) &&
                                 (!server_speaks || pair.is_silent || move(pair, Way::to_client));
            if (!goes_on) end(pair);
        }
        std::erase_if(pairs, [](const Pair& pair) { return pair.client < 0; });
        if (waited[0].revents == 0 || refuses_new_) continue;
        Pair pair;
        pair.client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        pair.server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const sockaddr_in address = loopback(server_port_);
        const int on = 1;
        for (const int socket : {pair.client, pair.server}) {
            static_cast<void>(::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
        }
        if (pair.client >= 0 && ::connect(pair.server, generic(address), sizeof address) == 0) {
            pairs.push_back(pair);
        } else {
            end(pair);
        }
    }
    for (Pair& pair : pairs) end(pair);
}

}  // namespace waybill::conformance
