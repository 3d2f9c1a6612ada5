// The client against the real server, and against sockets that answer what no server should.
#include "http/client.hpp"

#include <deque>

#include "http/client_response.hpp"
#include "http/server_harness.hpp"
#include "http/urls.hpp"

namespace waybill::http {
namespace {

using std::chrono::milliseconds;
using Kind = ClientError::Kind;

Client make_client(const std::string& url, ClientOptions options = {}) {
    auto made = Client::make(url, std::move(options));
    EXPECT_TRUE(made.has_value());
    return std::move(made).value();
}

/// Accepts connections one after the other, reads until the end of a head and says one fixed thing to each.
class ScriptedServer {
public:
    explicit ScriptedServer(std::vector<std::string> answers) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        sockaddr generic{};
        std::memcpy(&generic, &address, sizeof address);
        EXPECT_EQ(::bind(listener_, &generic, sizeof generic), 0);
        EXPECT_EQ(::listen(listener_, 8), 0);
        socklen_t size = sizeof generic;
        EXPECT_EQ(::getsockname(listener_, &generic, &size), 0);
        std::memcpy(&address, &generic, sizeof address);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this, answers = std::move(answers)] {
            for (const std::string& answer : answers) serve(answer);
        });
    }
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;
    ~ScriptedServer() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

private:
    void serve(const std::string& answer) {
        const int socket = ::accept(listener_, nullptr, nullptr);
        if (socket < 0) return;
        std::string head;
        char byte = 0;
        while (!head.ends_with("\r\n\r\n") && ::recv(socket, &byte, 1, 0) == 1) head.push_back(byte);
        EXPECT_EQ(::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL), static_cast<ssize_t>(answer.size()));
        ::close(socket);
    }
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

TEST(HttpClient, sends_headers_and_bodies_on_one_kept_connection) {
    RunningServer server;
    server.handler.on_request = [](const Request& request, const Reply& reply) {
        reply({.status = 201,
               .content_type = "text/plain",
               .headers = {{"etag", std::string(request.header("x-one").value_or("none"))}},
               .body = request.method + " " + request.path + " " + request.body + " " +
                       std::string(request.header("x-all").value_or(""))});
    };
    server.run();
    ClientOptions options;
    options.headers = {{"x-all", "always"}};
    Client client = make_client(server.url() + "/base/", options);
    for (int round = 0; round < 3; ++round) {
        const auto response =
            client.send({.method = "POST", .target = "/a%20b", .headers = {{"x-one", "1"}}, .body = "body"});
        ASSERT_TRUE(response.has_value()) << response.error().text;
        EXPECT_EQ(response.value().status, 201);
        EXPECT_EQ(response.value().header("etag"), "1");
        EXPECT_EQ(response.value().body, "POST /base/a b body always");
    }
    const auto get = client.send({.method = "GET", .target = "/x", .headers = {}, .body = {}});
    ASSERT_TRUE(get.has_value());
    EXPECT_EQ(get.value().body, "GET /base/x  always");
    const auto head = client.send({.method = "HEAD", .target = "/x", .headers = {}, .body = {}});
    ASSERT_TRUE(head.has_value());
    EXPECT_EQ(head.value().body, "");
    EXPECT_EQ(server.server->stats().connections_total, 1U);
}

TEST(HttpClient, opens_a_new_connection_when_the_server_has_closed_the_kept_one) {
    Limits limits;
    limits.idle_wait_max = milliseconds(20);
    RunningServer server(limits);
    server.run();
    Client client = make_client(server.url());
    ASSERT_TRUE(client.send({.method = "POST", .target = "/", .headers = {}, .body = "1"}).has_value());
    while (server.server->stats().connections_open > 0) server.settle();
    const auto again = client.send({.method = "POST", .target = "/", .headers = {}, .body = "2"});
    ASSERT_TRUE(again.has_value()) << again.error().text;
    EXPECT_EQ(again.value().body, "POST / 2");
    EXPECT_EQ(server.server->stats().connections_total, 2U);
}

TEST(HttpClient, streams_both_ways_at_once) {
    RunningServer server;
    // Answers every line as it comes; the client sends a line only when the one before is answered.
    class Echo final : public StreamIn {
    public:
        explicit Echo(std::shared_ptr<StreamOut> out) : out_(std::move(out)) {
            out_->start({.status = 200, .content_type = "application/x-ndjson", .headers = {}, .body = {}});
        }
        Flow on_data(std::string_view bytes) override {
            out_->write("re: " + std::string(bytes));
            return Flow::more;
        }
        void on_end() override { out_->finish(); }
        void on_abort() override {}

    private:
        std::shared_ptr<StreamOut> out_;
    };
    server.handler.on_open = [](const Request&, std::shared_ptr<StreamOut> out) {
        return std::make_unique<Echo>(std::move(out));
    };
    server.run();
    Client client = make_client(server.url());
    for (int round = 0; round < 2; ++round) {
        int sent = 0;
        int answered = 0;
        Client::Streams streams;
        streams.source = [&]() -> std::optional<std::string> {
            if (sent == 100) return std::nullopt;
            if (sent > answered) return "";
            return std::to_string(sent++) + "\n";
        };
        int status = 0;
        streams.on_head = [&](const ClientResponse& head) {
            status = head.status;
            return SinkFlow::more;
        };
        std::string received;
        streams.sink = [&](std::string_view bytes) {
            received.append(bytes);
            answered = static_cast<int>(std::count(received.begin(), received.end(), '\n'));
            return SinkFlow::more;
        };
        const auto response =
            client.exchange({.method = "POST", .target = "/bulk", .headers = {}, .body = {}}, streams);
        ASSERT_TRUE(response.has_value()) << response.error().text;
        EXPECT_EQ(status, 200);
        std::string expected;
        for (int at = 0; at < 100; ++at) expected += "re: " + std::to_string(at) + "\n";
        EXPECT_EQ(received, expected);
    }
    EXPECT_EQ(server.server->stats().connections_total, 1U);
}

TEST(HttpClient, hands_on_the_answer_of_a_server_that_does_not_want_the_rest_of_the_body) {
    Limits limits;
    limits.body_bytes_max = 1000;
    RunningServer server(limits);
    server.run();
    Client client = make_client(server.url());
    Client::Streams streams;
    streams.source = [] { return std::string(10'000, 'a'); };
    const auto streamed = client.exchange({.method = "POST", .target = "/", .headers = {}, .body = {}}, streams);
    ASSERT_TRUE(streamed.has_value()) << streamed.error().text;
    EXPECT_EQ(streamed.value().status, 413);
    const auto whole =
        client.send({.method = "POST", .target = "/", .headers = {}, .body = std::string(8'000'000, 'a')});
    ASSERT_TRUE(whole.has_value()) << whole.error().text;
    EXPECT_EQ(whole.value().status, 413);
}

TEST(HttpClient, a_sink_can_stop_an_endless_response) {
    std::promise<void> aborted;
    RunningServer server;
    class Events final : public StreamIn {
    public:
        Events(std::shared_ptr<StreamOut> out, std::promise<void>& aborted) : out_(std::move(out)), aborted_(aborted) {
            out_->start({.status = 200, .content_type = "text/event-stream", .headers = {}, .body = "data: 1\n\n"});
        }
        Flow on_data(std::string_view) override { return Flow::more; }
        void on_end() override {}
        void on_abort() override { aborted_.set_value(); }

    private:
        std::shared_ptr<StreamOut> out_;
        std::promise<void>& aborted_;
    };
    server.handler.on_open = [&](const Request&, std::shared_ptr<StreamOut> out) {
        return std::make_unique<Events>(std::move(out), aborted);
    };
    server.run();
    Client client = make_client(server.url());
    Client::Streams streams;
    streams.sink = [](std::string_view) { return SinkFlow::stop; };
    const auto stopped = client.exchange({.method = "GET", .target = "/events", .headers = {}, .body = {}}, streams);
    ASSERT_FALSE(stopped.has_value());
    EXPECT_EQ(stopped.error().kind, Kind::stopped);
    aborted.get_future().wait();
}

TEST(HttpUrls, to_which_requests_can_be_sent) {
    for (const char* good : {"https://a.example", "https://a.example/", "http://a:8080/x?y=1&z", "https://10.0.0.1/in",
                             "https://[::1]:8443/in", "HTTPS://A_b-c.example/%20"}) {
        EXPECT_TRUE(is_request_url(good)) << good;
    }
    for (const char* bad :
         {"", "a.example/in", "ftp://a.example/", "https://", "https:///in", "https://:443/in", "https://u@a.example/",
          "https://a.example/#x", "https://a.example/a b", "https://a.example/|", "https://a.example/%4",
          "https://a$b.example/", "https://a%20b.example/", "https://h:0/", "https://h:65536/", "https://h:x/",
          "https://[::1/", "https://[v1.x]/"}) {
        EXPECT_FALSE(is_request_url(bad)) << bad;
    }
}

TEST(HttpClient, says_what_failed_and_with_whom) {
    for (const char* bad : {"", "https://h", "http://", "http://:80", "http://h:0", "http://h:x", "http://h:70000",
                            "http://h:99999", "http://u@h", "http://[::1", "http://h/a?b", "ftp://h"}) {
        const auto made = Client::make(bad);
        ASSERT_FALSE(made.has_value()) << bad;
        EXPECT_EQ(made.error().kind, Kind::bad_url);
    }
    std::string closed_url;
    {
        const RunningServer gone;
        closed_url = gone.url();
    }
    const auto refused = make_client(closed_url).send({});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, Kind::connect);
    EXPECT_NE(refused.error().text.find(closed_url), std::string::npos) << refused.error().text;
    EXPECT_NE(refused.error().text.find("refused"), std::string::npos) << refused.error().text;

    std::vector<Reply> kept;
    RunningServer silent;
    silent.handler.on_request = [&](const Request&, Reply reply) { kept.push_back(std::move(reply)); };
    silent.run();
    ClientOptions hasty;
    hasty.progress_wait_max = milliseconds(30);
    const auto late = make_client(silent.url(), hasty).send({});
    ASSERT_FALSE(late.has_value());
    EXPECT_EQ(late.error().kind, Kind::timed_out);
}

struct Answer {
    const char* what;
    std::string bytes;
    std::optional<Kind> error;
    std::string body = {};
};

TEST(HttpClient, reads_every_framing_and_refuses_what_is_not_http) {
    const Answer answers[] = {
        {"until close", "HTTP/1.1 200 OK\r\n\r\nall of it", std::nullopt, "all of it"},
        {"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", std::nullopt, "ok"},
        {"no reason phrase", "HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok", std::nullopt, "ok"},
        {"100 first", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", std::nullopt,
         "ok"},
        {"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", std::nullopt, "ok"},
        {"cut in the head", "HTTP/1.1 200 OK\r\nContent-Le", Kind::receive},
        {"cut in the body", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", Kind::receive},
        {"cut in the chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", Kind::receive},
        {"nothing", "", Kind::receive},
        {"another protocol", "SSH-2.0-OpenSSH_9.2\r\n", Kind::bad_response},
        {"not HTTP", "SMTP ready, go on please\r\n\r\n", Kind::bad_response},
        {"bad status", "HTTP/1.1 2x0 OK\r\n\r\n", Kind::bad_response},
        {"no blank after the status", "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", Kind::bad_response},
        {"folded line", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok", Kind::bad_response},
        {"two framings", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\nok",
         Kind::bad_response},
        {"bad chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno\r\n", Kind::bad_response},
        {"bad length", "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n", Kind::bad_response},
        {"unknown coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", Kind::bad_response},
        {"endless head", "HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'a'), Kind::bad_response},
    };
    for (const Answer& answer : answers) {
        ScriptedServer server({answer.bytes});
        const auto response = make_client(server.url()).send({});
        ASSERT_EQ(response.has_value(), !answer.error) << answer.what;
        if (answer.error) {
            EXPECT_EQ(response.error().kind, *answer.error) << answer.what << ": " << response.error().text;
        } else {
            EXPECT_EQ(response.value().status, 200) << answer.what;
            EXPECT_EQ(response.value().body, answer.body) << answer.what;
        }
    }
}

TEST(HttpClient, does_not_collect_more_than_it_is_told_to) {
    RunningServer server;
    server.run();
    ClientOptions small;
    small.response_bytes_max = 5;
    const auto response = make_client(server.url(), small).send({});
    ASSERT_FALSE(response.has_value());
    EXPECT_EQ(response.error().kind, Kind::bad_response);
}

}  // namespace
}  // namespace waybill::http
