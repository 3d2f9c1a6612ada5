// Buffered requests over real sockets: framing, order, errors, replies from other threads, stopping.
#include "http/server.hpp"

#include <condition_variable>

#include "http/server_harness.hpp"

namespace waybill::http {
namespace {

using std::chrono::milliseconds;

TEST(HttpServer, answers_a_get_with_its_path_query_headers_and_peer) {
    RunningServer server;
    server.handler.on_request = [](const Request& request, const Reply& reply) {
        EXPECT_EQ(request.method, "GET");
        EXPECT_EQ(request.path, "/orders/a b");
        EXPECT_EQ(request.query_value("q"), "x y&z");
        EXPECT_EQ(request.query_value("empty"), "");
        EXPECT_EQ(request.query_value("none"), std::nullopt);
        EXPECT_EQ(request.header("x-mixed-case"), "a value");
        EXPECT_EQ(request.header("host"), "h");
        EXPECT_EQ(request.peer, "127.0.0.1");
        EXPECT_TRUE(request.body.empty());
        reply({.status = 201,
               .content_type = "text/plain",
               .headers = {{"location", "/orders/1\r\nx: y"}},
               .body = "made"});
    };
    server.run();
    RawSocket socket(server);
    const RawResponse response =
        socket.ask("GET /orders/a%20b?q=x+y%26z&empty= HTTP/1.1\r\nHost: h\r\nX-Mixed-Case: \t a value \r\n\r\n");
    EXPECT_TRUE(response.head.starts_with("HTTP/1.1 201 Created\r\n")) << response.head;
    EXPECT_NE(response.head.find("content-type: text/plain\r\n"), std::string::npos);
    EXPECT_NE(response.head.find("\r\ndate: "), std::string::npos);
    // A value can not end its header: the line break has become blanks.
    EXPECT_NE(response.head.find("location: /orders/1  x: y\r\n"), std::string::npos) << response.head;
    EXPECT_EQ(response.body, "made");
}

TEST(HttpServer, keeps_the_connection_and_answers_pipelined_requests_in_order) {
    RunningServer server;
    server.run();
    RawSocket socket(server);
    std::string many;
    for (int at = 0; at < 500; ++at) {
        const std::string body = "body" + std::to_string(at);
        many.append("POST /n").append(std::to_string(at)).append(" HTTP/1.1\r\nHost: h\r\nContent-Length: ");
        many.append(std::to_string(body.size())).append("\r\n\r\n").append(body);
    }
    ASSERT_TRUE(socket.send(many));
    for (int at = 0; at < 500; ++at) {
        const std::string number = std::to_string(at);
        ASSERT_EQ(socket.read_response().body, "POST /n" + number + " body" + number);
    }
    EXPECT_EQ(server.server->stats().requests_total, 500U);
    EXPECT_EQ(server.server->stats().connections_total, 1U);
}

TEST(HttpServer, takes_a_request_byte_by_byte) {
    RunningServer server;
    server.run();
    RawSocket socket(server);
    for (const char c : std::string_view("\r\nPOST /slow HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc")) {
        ASSERT_TRUE(socket.send({&c, 1}));
    }
    EXPECT_EQ(socket.read_response().body, "POST /slow abc");
}

TEST(HttpServer, decodes_chunked_bodies) {
    RunningServer server;
    server.run();
    RawSocket socket(server);
    const std::string request =
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"
        "5;name=\"value\"\r\nhello\r\n1\r\n \r\n00A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n";
    EXPECT_EQ(socket.ask(request).body, "POST / hello 0123456789");
    for (const char c : request) ASSERT_TRUE(socket.send({&c, 1}));
    EXPECT_EQ(socket.read_response().body, "POST / hello 0123456789");
}

TEST(HttpServer, sends_large_bodies_whole_in_both_directions) {
    RunningServer server;
    server.handler.on_request = [](Request request, const Reply& reply) {
        reply({.status = 200, .content_type = "text/plain", .headers = {}, .body = std::move(request.body)});
    };
    server.run();
    std::string large;
    for (int at = 0; large.size() < 3'000'000; ++at) large += std::to_string(at);
    RawSocket socket(server);
    for (int round = 0; round < 2; ++round) {
        const RawResponse response = socket.ask(
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(large.size()) + "\r\n\r\n" + large);
        ASSERT_EQ(response.status(), 200);
        ASSERT_TRUE(response.body == large);
    }
}

TEST(HttpServer, tells_100_continue_before_the_body_and_not_when_it_is_there) {
    RunningServer server;
    server.run();
    RawSocket socket(server);
    socket.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(socket.read_to("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_EQ(socket.ask("ok").body, "POST / ok");
    EXPECT_EQ(socket.ask("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok").status(),
              200);
    EXPECT_EQ(socket.ask("POST / HTTP/1.1\r\nHost: h\r\nExpect: other\r\nContent-Length: 2\r\n\r\n").status(), 417);
}

TEST(HttpServer, answers_head_with_the_length_only_and_204_and_304_without_one) {
    RunningServer server;
    server.handler.on_request = [](const Request& request, const Reply& reply) {
        const int status = request.path == "/" ? 200 : std::stoi(request.path.substr(1));
        reply({.status = status, .content_type = "text/plain", .headers = {{"etag", "\"1\""}}, .body = "12345"});
    };
    server.run();
    RawSocket socket(server);
    socket.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_NE(socket.read_to("\r\n\r\n").find("content-length: 5\r\n"), std::string::npos);
    for (const std::string status : {"204", "304"}) {
        socket.send("GET /" + status + " HTTP/1.1\r\nHost: h\r\n\r\n");
        const std::string head = socket.read_to("\r\n\r\n");
        EXPECT_TRUE(head.starts_with("HTTP/1.1 " + status)) << head;
        EXPECT_EQ(head.find("content-length"), std::string::npos);
    }
    EXPECT_EQ(socket.ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n").body, "12345");
}

TEST(HttpServer, closes_when_the_client_asks_and_for_http_1_0) {
    RunningServer server;
    server.run();
    for (const std::string_view request :
         {"GET / HTTP/1.1\r\nHost: h\r\nConnection: x, Close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"}) {
        RawSocket socket(server);
        const RawResponse response = socket.ask(request);
        EXPECT_EQ(response.status(), 200);
        EXPECT_NE(response.head.find("connection: close\r\n"), std::string::npos);
        EXPECT_TRUE(socket.is_closed());
    }
    RawSocket kept(server);
    for (int round = 0; round < 2; ++round) {
        EXPECT_NE(kept.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").head.find("connection: keep-alive"),
                  std::string::npos);
    }
}

struct BadRequest {
    const char* what;
    std::string bytes;
    int status = 400;
};

TEST(HttpServer, refuses_what_is_malformed_or_could_be_read_in_two_ways) {
    RunningServer server;
    server.handler.on_request = [](const Request&, const Reply& reply) {
        ADD_FAILURE() << "a malformed request reached the handler";
        reply({});
    };
    server.run();
    const std::string host = "Host: h\r\n";
    const std::string get = "GET / HTTP/1.1\r\n" + host;
    const std::string post = "POST / HTTP/1.1\r\n" + host;
    const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
    const BadRequest cases[] = {
        {"no version", "GET /\r\n\r\n"},
        {"lower-case method", "get / HTTP/1.1\r\n" + host + "\r\n"},
        {"two blanks", "GET  / HTTP/1.1\r\n" + host + "\r\n"},
        {"no HTTP", "GET / FTP/1.1\r\n" + host + "\r\n"},
        {"TLS hello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15)},
        {"HTTP/2.0", "GET / HTTP/2.0\r\n" + host + "\r\n", 505},
        {"fragment", "GET /a#b HTTP/1.1\r\n" + host + "\r\n"},
        {"relative target", "GET a HTTP/1.1\r\n" + host + "\r\n"},
        {"asterisk with GET", "GET * HTTP/1.1\r\n" + host + "\r\n"},
        {"raw non-ASCII target", "GET /\xc3\xa9 HTTP/1.1\r\n" + host + "\r\n"},
        {"escape cut short", "GET /a%2 HTTP/1.1\r\n" + host + "\r\n"},
        {"escape without hex", "GET /a%zz HTTP/1.1\r\n" + host + "\r\n"},
        {"NUL in the path", "GET /a%00b HTTP/1.1\r\n" + host + "\r\n"},
        {"broken escape in the query", "GET /?a=%g1 HTTP/1.1\r\n" + host + "\r\n"},
        {"NUL in the query", "GET /?a=%00 HTTP/1.1\r\n" + host + "\r\n"},
        {"no Host", "GET / HTTP/1.1\r\n\r\n"},
        {"two Hosts", get + host + "\r\n"},
        {"header without colon", get + "Header\r\n\r\n"},
        {"header without name", get + ": value\r\n\r\n"},
        {"blank before the colon", get + "Content-Length : 1\r\n\r\nx"},
        {"folded line", get + "A: b\r\n c\r\n\r\n"},
        {"bare CR in a value", get + "A: b\rContent-Length: 5\r\n\r\n"},
        {"bare LF", get + "A: b\nB: c\r\n\r\n"},
        {"bare LF only", "GET / HTTP/1.1\nHost: h\n\n"},
        {"NUL in a value", get + std::string("A: b\0c\r\n\r\n", 10)},
        {"control character in a name", get + "A\x01: b\r\n\r\n"},
        {"length and coding", post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"coding and length", post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"},
        {"two lengths that differ", post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"},
        {"two lengths alike", post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"},
        {"length list", post + "Content-Length: 3, 3\r\n\r\nabc"},
        {"negative length", post + "Content-Length: -1\r\n\r\n"},
        {"signed length", post + "Content-Length: +1\r\n\r\nx"},
        {"hexadecimal length", post + "Content-Length: 0x1\r\n\r\nx"},
        {"empty length", post + "Content-Length:\r\n\r\n"},
        {"length beyond 64 bits", post + "Content-Length: 99999999999999999999\r\n\r\n"},
        {"two codings", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"coding of HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"unknown coding", post + "Transfer-Encoding: gzip\r\n\r\n", 501},
        {"coding list", post + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
        {"obscured coding", post + "Transfer-Encoding: \x0b"
                                   "chunked\r\n\r\n"},
        {"chunk size empty", chunked + "\r\n\r\n"},
        {"chunk size not hexadecimal", chunked + "g\r\n\r\n"},
        {"chunk size negative", chunked + "-1\r\n\r\n"},
        {"chunk size with 0x", chunked + "0x1\r\nx\r\n0\r\n\r\n"},
        {"chunk size with blank", chunked + "1 \r\nx\r\n0\r\n\r\n"},
        {"chunk size too large", chunked + "fffffffffffffffff\r\n"},
        {"chunk size ends with LF", chunked + "1\nx\r\n0\r\n\r\n"},
        {"chunk longer than said", chunked + "1\r\nxy\r\n0\r\n\r\n"},
        {"chunk extension with bare LF", chunked + "1;a\nb\r\nx\r\n0\r\n\r\n"},
        {"chunk extension without end", chunked + "1;" + std::string(1000, 'a')},
        {"folded trailer", chunked + "0\r\n a: b\r\n\r\n"},
        {"endless trailers", chunked + "0\r\n" + std::string(9000, 'a')},
    };
    for (const BadRequest& bad : cases) {
        RawSocket socket(server);
        // What follows must never be taken for a request of its own.
        socket.send(bad.bytes + "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n");
        const RawResponse response = socket.read_response();
        EXPECT_EQ(response.status(), bad.status) << bad.what;
        EXPECT_NE(response.head.find("content-type: application/problem+json"), std::string::npos) << bad.what;
        EXPECT_NE(response.head.find("connection: close"), std::string::npos) << bad.what;
        EXPECT_NE(response.body.find("detail"), std::string::npos) << bad.what;
        EXPECT_TRUE(socket.is_closed()) << bad.what;
    }
}

TEST(HttpServer, answers_500_for_a_reply_that_is_dropped_and_once_for_one_that_is_given_twice) {
    RunningServer server;
    server.handler.on_request = [](const Request& request, const Reply& reply) {
        if (request.path == "/dropped") return;
        reply({.status = 200, .content_type = "text/plain", .headers = {}, .body = "first"});
        reply({.status = 200, .content_type = "text/plain", .headers = {}, .body = "second"});
    };
    server.run();
    RawSocket socket(server);
    EXPECT_EQ(socket.ask("GET /dropped HTTP/1.1\r\nHost: h\r\n\r\n").status(), 500);
    EXPECT_EQ(socket.ask("GET /twice HTTP/1.1\r\nHost: h\r\n\r\n").body, "first");
    EXPECT_EQ(socket.ask("GET /twice HTTP/1.1\r\nHost: h\r\n\r\n").body, "first");
}

/// Answers what it is handed on its own thread, all that has gathered at once, as the engine does with a batch.
class BatchThread {
public:
    ~BatchThread() {
        {
            const std::lock_guard lock(mutex_);
            ending_ = true;
        }
        changed_.notify_one();
        thread_.join();
    }
    void add(Request request, Reply reply) {
        {
            const std::lock_guard lock(mutex_);
            waiting_.emplace_back(std::move(request), std::move(reply));
        }
        changed_.notify_one();
    }

private:
    void run() {
        std::unique_lock lock(mutex_);
        while (true) {
            changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
            if (ending_) return;
            auto batch = std::exchange(waiting_, {});
            lock.unlock();
            for (auto& [request, reply] : batch)
                reply({.status = 200, .content_type = "text/plain", .headers = {}, .body = request.body});
            lock.lock();
        }
    }
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::pair<Request, Reply>> waiting_;
    bool ending_ = false;
    std::thread thread_{[this] { run(); }};
};

TEST(HttpServer, takes_replies_from_another_thread_for_many_connections) {
    BatchThread batches;
    RunningServer server;
    server.handler.on_request = [&](Request request, Reply reply) {
        batches.add(std::move(request), std::move(reply));
    };
    server.run();
    std::vector<RawSocket> sockets;
    sockets.reserve(32);
    for (int at = 0; at < 32; ++at) sockets.emplace_back(server);
    for (int round = 0; round < 50; ++round) {
        for (std::size_t at = 0; at < sockets.size(); ++at) {
            const std::string body = std::to_string(round * 1000 + static_cast<int>(at));
            ASSERT_TRUE(sockets[at].send(
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body));
        }
        for (std::size_t at = 0; at < sockets.size(); ++at) {
            ASSERT_EQ(sockets[at].read_response().body, std::to_string(round * 1000 + static_cast<int>(at)));
        }
    }
}

TEST(HttpServer, drops_a_reply_that_outlives_its_connection_and_its_server) {
    std::promise<Reply> handed;
    Reply late;
    {
        RunningServer server;
        server.handler.on_request = [&](const Request&, Reply reply) { handed.set_value(std::move(reply)); };
        server.run();
        RawSocket socket(server);
        socket.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        late = handed.get_future().get();
    }
    late({.status = 200, .content_type = "text/plain", .headers = {}, .body = "nobody listens"});
}

TEST(HttpServer, stop_closes_idle_connections_and_waits_for_exchanges_under_way) {
    std::promise<Reply> handed;
    RunningServer server;
    server.handler.on_request = [&](const Request& request, Reply reply) {
        if (request.path == "/slow") return handed.set_value(std::move(reply));
        reply({});
    };
    server.run();
    RawSocket idle(server);
    EXPECT_EQ(idle.ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n").status(), 200);
    RawSocket busy(server);
    busy.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
    Reply reply = handed.get_future().get();

    server.server->stop(std::chrono::minutes(1));
    EXPECT_TRUE(idle.is_closed());
    EXPECT_FALSE(RawSocket(server).connected());
    reply({.status = 200, .content_type = "text/plain", .headers = {}, .body = "in time"});
    const RawResponse response = busy.read_response();
    EXPECT_EQ(response.body, "in time");
    EXPECT_NE(response.head.find("connection: close"), std::string::npos);
    EXPECT_TRUE(busy.is_closed());
    busy.close();
    server.join();
    EXPECT_EQ(server.server->stats().connections_open, 0U);
}

TEST(HttpServer, stop_gives_up_on_exchanges_when_the_grace_is_over) {
    std::promise<Reply> handed;
    RunningServer server;
    server.handler.on_request = [&](const Request&, Reply reply) { handed.set_value(std::move(reply)); };
    server.run();
    RawSocket socket(server);
    socket.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    const Reply kept = handed.get_future().get();
    server.stop(milliseconds(20));
    EXPECT_EQ(socket.read_to_end(), "");
}

TEST(HttpServer, runs_posted_and_periodic_work_on_its_thread) {
    std::promise<std::thread::id> posted;
    std::promise<void> third;
    std::atomic<int> ticks = 0;
    RunningServer server;
    server.server->post([&] { posted.set_value(std::this_thread::get_id()); });
    server.server->every(milliseconds(2), [&] {
        if (++ticks == 3) third.set_value();
    });
    server.run();
    EXPECT_NE(posted.get_future().get(), std::this_thread::get_id());
    third.get_future().wait();
    server.stop(milliseconds(0));
    EXPECT_GE(ticks.load(), 3);
}

TEST(HttpServer, says_why_it_can_not_listen) {
    RunningServer first;
    FunctionHandler handler;
    const auto taken = Server::listen({.address = "127.0.0.1", .port = first.server->port(), .limits = {}}, handler);
    ASSERT_FALSE(taken.has_value());
    EXPECT_NE(taken.error().find("127.0.0.1 port " + std::to_string(first.server->port())), std::string::npos)
        << taken.error();
    EXPECT_NE(taken.error().find("in use"), std::string::npos) << taken.error();
    EXPECT_FALSE(Server::listen({.address = "192.0.2.1", .port = 0, .limits = {}}, handler).has_value());
}

}  // namespace
}  // namespace waybill::http
