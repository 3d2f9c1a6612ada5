#pragma once
// For the tests of this folder: a server on a free port with a handler made of functions, and a socket that says
// exactly the bytes it is told to.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "http/server.hpp"

namespace waybill::http {

class FunctionHandler final : public Handler {
public:
    std::function<std::unique_ptr<StreamIn>(const Request&, std::shared_ptr<StreamOut>)> on_open;
    std::function<void(Request, Reply)> on_request = [](const Request& request, const Reply& reply) {
        reply({.status = 200,
               .content_type = "text/plain",
               .headers = {},
               .body = request.method + " " + request.path + " " + request.body});
    };

    std::unique_ptr<StreamIn> open_stream(const Request& head, std::shared_ptr<StreamOut> out) override {
        return on_open ? on_open(head, std::move(out)) : nullptr;
    }
    void handle(Request request, Reply reply) override { on_request(std::move(request), std::move(reply)); }
    Response error(int status, std::string_view detail) override {
        return {.status = status,
                .content_type = "application/problem+json",
                .headers = {},
                .body = "{\"detail\":\"" + std::string(detail) + "\"}"};
    }
};

class RunningServer {
public:
    explicit RunningServer(Limits limits = {}) {
        auto made = Server::listen({.address = "127.0.0.1", .port = 0, .limits = limits}, handler);
        EXPECT_TRUE(made.has_value()) << made.error();
        server = std::move(made).value();
    }
    ~RunningServer() { stop(std::chrono::milliseconds(0)); }

    /// Starts serving; set the handler's functions before.
    RunningServer& run() {
        thread_ = std::thread([this] { server->run(); });
        return *this;
    }
    void stop(std::chrono::milliseconds grace) {
        server->stop(grace);
        join();
    }
    void join() {
        if (thread_.joinable()) thread_.join();
    }
    /// Waits until the server's thread has done everything posted before.
    void settle() {
        std::promise<void> done;
        server->post([&done] { done.set_value(); });
        done.get_future().wait();
    }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(server->port()); }

    FunctionHandler handler;
    std::unique_ptr<Server> server;

private:
    std::thread thread_;
};

struct RawResponse {
    std::string head;
    std::string body;
    [[nodiscard]] int status() const { return head.size() < 12 ? 0 : std::stoi(head.substr(9, 3)); }
};

class RawSocket {
public:
    explicit RawSocket(const RunningServer& server, int receive_buffer_bytes = 0) {
        socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (receive_buffer_bytes > 0) {
            ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
        }
        // Only a broken server lets a test wait this long.
        const timeval patience{20, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(server.server->port());
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        sockaddr generic{};
        static_assert(sizeof generic == sizeof address);
        std::memcpy(&generic, &address, sizeof address);
        connected_ = socket_ >= 0 && ::connect(socket_, &generic, sizeof generic) == 0;
    }
    RawSocket(RawSocket&& other) noexcept
        : socket_(std::exchange(other.socket_, -1)),
          connected_(other.connected_),
          received_(std::move(other.received_)) {}
    RawSocket& operator=(RawSocket&&) = delete;
    ~RawSocket() { close(); }

    [[nodiscard]] bool connected() const { return connected_; }
    void close() {
        if (socket_ >= 0) ::close(socket_);
        socket_ = -1;
    }
    /// False when the server has broken the connection.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    /// Reads on until `text` has come; returns everything up to its end.
    std::string read_to(std::string_view text) {
        std::size_t at = 0;
        while ((at = received_.find(text)) == std::string::npos) {
            if (!receive()) return std::exchange(received_, {});
        }
        std::string out = received_.substr(0, at + text.size());
        received_.erase(0, out.size());
        return out;
    }
    std::string read_bytes(std::size_t count) {
        while (received_.size() < count && receive()) {
        }
        std::string out = received_.substr(0, count);
        received_.erase(0, out.size());
        return out;
    }
    /// Everything until the server closes.
    std::string read_to_end() {
        while (receive()) {
        }
        return std::exchange(received_, {});
    }
    /// Whether the server closes in an orderly way and without another byte.
    bool is_closed() { return received_.empty() && !receive() && closed_; }

    /// A response with a length.
    RawResponse read_response() {
        RawResponse out;
        out.head = read_to("\r\n\r\n");
        const std::size_t at = out.head.find("content-length: ");
        if (at != std::string::npos) out.body = read_bytes(std::stoul(out.head.substr(at + 16)));
        return out;
    }
    RawResponse ask(std::string_view request) {
        send(request);
        return read_response();
    }

private:
    bool receive() {
        char bytes[16 * 1024];
        const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
        if (count == 0) closed_ = true;
        if (count <= 0) return false;
        received_.append(bytes, static_cast<std::size_t>(count));
        return true;
    }

    int socket_ = -1;
    bool connected_ = false;
    bool closed_ = false;
    std::string received_;
};

}  // namespace waybill::http
