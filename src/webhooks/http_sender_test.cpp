// Against real servers on this machine: Waybill's own, and a socket that answers as it is told.

#include "webhooks/http_sender.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <future>
#include <mutex>
#include <thread>

#include "http/server.hpp"

namespace waybill::webhooks {
namespace {

using namespace std::chrono_literals;

/// Answers by a function, and remembers what was asked.
class Receiver final : public http::Handler {
public:
    explicit Receiver(std::function<http::Response(const http::Request&)> answer) : answer_(std::move(answer)) {
        server_ = http::Server::listen({}, *this).value();
        thread_ = std::thread([this] { server_->run(); });
    }
    ~Receiver() override {
        server_->stop(0ms);
        thread_.join();
    }
    Receiver(const Receiver&) = delete;
    Receiver& operator=(const Receiver&) = delete;

    std::unique_ptr<http::StreamIn> open_stream(const http::Request&, std::shared_ptr<http::StreamOut>) override {
        return nullptr;
    }
    void handle(http::Request request, http::Reply reply) override {
        const http::Response response = answer_(request);
        {
            const std::lock_guard lock(mutex_);
            requests_.push_back(std::move(request));
        }
        reply(response);
    }
    http::Response error(int status, std::string_view) override { return {status, "text/plain", {}, {}}; }

    [[nodiscard]] std::string url(const std::string& path = "/hook") const {
        return "http://127.0.0.1:" + std::to_string(server_->port()) + path;
    }
    [[nodiscard]] std::vector<http::Request> requests() {
        const std::lock_guard lock(mutex_);
        return requests_;
    }

private:
    std::function<http::Response(const http::Request&)> answer_;
    std::mutex mutex_;
    std::vector<http::Request> requests_;
    std::unique_ptr<http::Server> server_;
    std::thread thread_;
};

/// Takes connections and answers each with a text, or not at all.
class RawReceiver {
public:
    explicit RawReceiver(std::string text) : text_(std::move(text)), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(socket_, 64), 0);
        socklen_t length = sizeof address;
        EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length), 0);
        port_ = ntohs(address.sin_port);
        if (!text_.empty()) thread_ = std::thread([this] { serve(); });
    }
    ~RawReceiver() {
        ::shutdown(socket_, SHUT_RDWR);
        if (thread_.joinable()) thread_.join();
        ::close(socket_);
    }
    RawReceiver(const RawReceiver&) = delete;
    RawReceiver& operator=(const RawReceiver&) = delete;
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

private:
    void serve() {
        while (true) {
            const int taken = ::accept(socket_, nullptr, nullptr);
            if (taken < 0) return;
            char buffer[4096];
            static_cast<void>(::recv(taken, buffer, sizeof buffer, 0));
            for (std::size_t at = 0; at < text_.size();) {
                const ssize_t sent = ::send(taken, text_.data() + at, text_.size() - at, MSG_NOSIGNAL);
                if (sent <= 0) break;
                at += static_cast<std::size_t>(sent);
            }
            ::close(taken);
        }
    }

    std::string text_;
    int socket_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

HttpSenderOptions allowed() {
    HttpSenderOptions options;
    options.allow_private = true;
    options.request_wait_max = 2s;
    return options;
}

Delivery sent(HttpSender& sender, std::string url, std::vector<std::string> headers = {}, std::string body = "{}") {
    std::promise<Delivery> came;
    sender.send({std::move(url), std::move(headers), std::move(body)},
                [&came](Delivery delivery) { came.set_value(std::move(delivery)); });
    return came.get_future().get();
}

Delivery sent_allowed(const std::string& url) {
    const auto sender = HttpSender::start(allowed()).value();
    return sent(*sender, url);
}

http::Response answer_of(int status) { return {status, "text/plain", {}, "x"}; }

TEST(HttpSender, PostsHeadersAndBody) {
    Receiver receiver([](const http::Request&) { return answer_of(204); });
    auto sender = HttpSender::start(allowed()).value();
    const std::string body(100'000, 'b');
    EXPECT_EQ(sent(*sender, receiver.url("/a%20b/../c?d=e"), {"content-type: x/y", "webhook-id: ten_1/2"}, body).kind,
              Delivery::Kind::taken);
    const auto requests = receiver.requests();
    ASSERT_EQ(requests.size(), 1U);
    EXPECT_EQ(requests[0].method, "POST");
    EXPECT_EQ(requests[0].target, "/a%20b/../c?d=e");
    EXPECT_EQ(requests[0].body, body);
    EXPECT_EQ(requests[0].header("content-type"), "x/y");
    EXPECT_EQ(requests[0].header("webhook-id"), "ten_1/2");
    EXPECT_EQ(requests[0].header("expect"), std::nullopt);
    EXPECT_EQ(requests[0].header("cookie"), std::nullopt);
    EXPECT_EQ(requests[0].header("authorization"), std::nullopt);
}

TEST(HttpSender, AStatusDecides) {
    for (const int status : {200, 201, 202, 204, 299}) {
        Receiver receiver([status](const http::Request&) { return answer_of(status); });
        EXPECT_EQ(sent_allowed(receiver.url()).kind, Delivery::Kind::taken) << status;
    }
    for (const int status : {400, 401, 404, 409, 429, 500, 503}) {
        Receiver receiver([status](const http::Request&) { return answer_of(status); });
        const Delivery delivery = sent_allowed(receiver.url());
        EXPECT_EQ(delivery.kind, Delivery::Kind::failed) << status;
        EXPECT_EQ(delivery.failure, "HTTP " + std::to_string(status));
    }
    Receiver gone([](const http::Request&) { return answer_of(410); });
    EXPECT_EQ(sent_allowed(gone.url()).kind, Delivery::Kind::gone);
}

TEST(HttpSender, TellsRetryAfter) {
    Receiver receiver([](const http::Request&) {
        return http::Response{503, "text/plain", {{"retry-after", "90"}}, {}};
    });
    EXPECT_EQ(sent_allowed(receiver.url()).retry_after, 90s);
}

TEST(HttpSender, FollowsNoRedirect) {
    Receiver inside([](const http::Request&) { return answer_of(200); });
    for (const int status : {301, 302, 303, 307, 308}) {
        Receiver receiver([&](const http::Request&) {
            return http::Response{status, "text/plain", {{"location", inside.url()}}, {}};
        });
        const Delivery delivery = sent_allowed(receiver.url());
        EXPECT_EQ(delivery.kind, Delivery::Kind::failed);
        EXPECT_EQ(delivery.failure, "HTTP " + std::to_string(status) + ": redirects are not followed");
    }
    EXPECT_TRUE(inside.requests().empty());
}

TEST(HttpSender, KeepsOutOfPrivateAddresses) {
    Receiver inside([](const http::Request&) { return answer_of(200); });
    auto sender = HttpSender::start({}).value();
    EXPECT_EQ(sent(*sender, inside.url()).failure, "only https:// is allowed (webhooks.allow_private)");
    const std::string port = inside.url("").substr(inside.url("").rfind(':'));
    for (const std::string host : {"127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]",
                                   "[::ffff:127.0.0.1]", "0.0.0.0", "169.254.169.254", "10.0.0.1"}) {
        const Delivery delivery = sent(*sender, "https://" + host + port + "/");
        EXPECT_EQ(delivery.kind, Delivery::Kind::failed) << host;
        EXPECT_EQ(delivery.failure, "the address is not public (webhooks.allow_private)") << host;
    }
    for (const std::string scheme : {"file", "ftp", "gopher", "smtp"}) {
        EXPECT_EQ(sent(*sender, scheme + "://127.0.0.1" + port + "/").kind, Delivery::Kind::failed);
    }
    EXPECT_TRUE(inside.requests().empty());
}

TEST(HttpSender, UsesNoProxyOfTheEnvironment) {
    Receiver proxy([](const http::Request&) { return answer_of(200); });
    Receiver receiver([](const http::Request&) { return answer_of(202); });
    for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"}) {
        ::setenv(name, proxy.url("").c_str(), 1);
    }
    EXPECT_EQ(sent_allowed(receiver.url()).kind, Delivery::Kind::taken);
    for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"}) ::unsetenv(name);
    EXPECT_TRUE(proxy.requests().empty());
    EXPECT_EQ(receiver.requests().size(), 1U);
}

TEST(HttpSender, KeepsNoCookies) {
    Receiver receiver([](const http::Request&) {
        return http::Response{200, "text/plain", {{"set-cookie", "a=b; Path=/"}}, {}};
    });
    auto sender = HttpSender::start(allowed()).value();
    EXPECT_EQ(sent(*sender, receiver.url()).kind, Delivery::Kind::taken);
    EXPECT_EQ(sent(*sender, receiver.url()).kind, Delivery::Kind::taken);
    EXPECT_EQ(receiver.requests().at(1).header("cookie"), std::nullopt);
}

TEST(HttpSender, WaitsNoLongerThanItIsToldTo) {
    RawReceiver silent("");
    HttpSenderOptions options = allowed();
    options.request_wait_max = 200ms;
    auto sender = HttpSender::start(options).value();
    const Delivery delivery = sent(*sender, silent.url());
    EXPECT_EQ(delivery.kind, Delivery::Kind::failed);
    EXPECT_EQ(delivery.failure, "no answer in time");
}

TEST(HttpSender, CutsOffLongAnswers) {
    const std::string taken = "HTTP/1.1 200 OK\r\n";
    RawReceiver body(taken + "\r\n" + std::string(50'000'000, 'x'));
    EXPECT_EQ(sent_allowed(body.url()).kind, Delivery::Kind::taken);
    std::string endless = taken;
    for (int line = 0; line < 20'000; ++line)
        endless += "x-header-" + std::to_string(line) + ": " + std::string(80, 'y') + "\r\n";
    RawReceiver headers(endless + "\r\n");
    EXPECT_EQ(sent_allowed(headers.url()).kind, Delivery::Kind::taken);
    RawReceiver cut(taken + "content-length: 10\r\n\r\nabc");
    EXPECT_EQ(sent_allowed(cut.url()).kind, Delivery::Kind::taken);
}

TEST(HttpSender, WhatIsNoAnswerIsAFailure) {
    for (const std::string text : {"nonsense\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "\r\n"}) {
        RawReceiver receiver(text);
        const Delivery delivery = sent_allowed(receiver.url());
        EXPECT_EQ(delivery.kind, Delivery::Kind::failed) << text;
        EXPECT_FALSE(delivery.failure.empty());
        EXPECT_EQ(delivery.failure.find('\n'), std::string::npos);
    }
    EXPECT_EQ(sent_allowed("http://127.0.0.1:1/").kind, Delivery::Kind::failed);
    EXPECT_EQ(sent_allowed("http://no-such-host.invalid/").kind, Delivery::Kind::failed);
    EXPECT_EQ(sent_allowed("http://[/").kind, Delivery::Kind::failed);
}

TEST(HttpSender, ASilentAddressHoldsUpNobody) {
    RawReceiver silent("");
    Receiver receiver([](const http::Request&) { return answer_of(200); });
    auto sender = HttpSender::start(allowed()).value();
    std::promise<Delivery> late;
    for (int request = 0; request < 40; ++request) {
        sender->send({silent.url(), {}, "{}"}, [&late, request](Delivery delivery) {
            if (request == 0) late.set_value(std::move(delivery));
        });
    }
    auto late_came = late.get_future();
    for (int request = 0; request < 50; ++request) {
        EXPECT_EQ(sent(*sender, receiver.url()).kind, Delivery::Kind::taken);
    }
    EXPECT_EQ(late_came.wait_for(0s), std::future_status::timeout);
    sender->stop();
    EXPECT_EQ(late_came.get().kind, Delivery::Kind::cut_off);
    EXPECT_EQ(sent(*sender, receiver.url()).kind, Delivery::Kind::cut_off);
}

}  // namespace
}  // namespace waybill::webhooks
