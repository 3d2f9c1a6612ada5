// Streamed exchanges over real sockets: both directions at once, pausing, time-outs, clients that go away.
#include "http/server.hpp"
#include "http/server_harness.hpp"

namespace waybill::http {
namespace {

using std::chrono::milliseconds;

Response text_head() { return {.status = 200, .content_type = "application/x-ndjson", .headers = {}, .body = {}}; }

class FunctionStream final : public StreamIn {
public:
    std::function<Flow(std::string_view)> data = [](std::string_view) { return Flow::more; };
    std::function<void()> end = [] {};
    std::function<void()> aborted = [] {};
    std::function<void()> gone = [] {};

    FunctionStream() = default;
    FunctionStream(const FunctionStream&) = delete;
    FunctionStream& operator=(const FunctionStream&) = delete;
    ~FunctionStream() override { gone(); }
    Flow on_data(std::string_view bytes) override { return data(bytes); }
    void on_end() override { end(); }
    void on_abort() override { aborted(); }
};

/// Hands the response side of one stream to the test's own thread.
class OpenedStream {
public:
    std::function<std::unique_ptr<StreamIn>(const Request&, std::shared_ptr<StreamOut>)> take() {
        return [this](const Request&, std::shared_ptr<StreamOut> out) {
            auto in = std::make_unique<FunctionStream>();
            in->aborted = [this] { aborted_.set_value(); };
            opened_.set_value(std::move(out));
            return in;
        };
    }
    std::shared_ptr<StreamOut> wait() { return opened_.get_future().get(); }
    void wait_for_abort() { aborted_.get_future().wait(); }

private:
    std::promise<std::shared_ptr<StreamOut>> opened_;
    std::promise<void> aborted_;
};

const std::string chunked_post = "POST /bulk HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

TEST(HttpStream, answers_while_the_request_is_still_arriving) {
    RunningServer server;
    server.handler.on_open = [](const Request& head, std::shared_ptr<StreamOut> out) -> std::unique_ptr<StreamIn> {
        if (head.path != "/bulk") return nullptr;
        EXPECT_TRUE(head.body.empty());
        auto in = std::make_unique<FunctionStream>();
        out->start(text_head());
        in->data = [out](std::string_view bytes) {
            EXPECT_TRUE(out->write("<" + std::string(bytes) + ">"));
            return Flow::more;
        };
        in->end = [out] {
            out->write("end");
            out->finish();
        };
        return in;
    };
    server.run();
    RawSocket socket(server);
    for (int round = 0; round < 2; ++round) {
        socket.send(chunked_post);
        const std::string head = socket.read_to("\r\n\r\n");
        EXPECT_NE(head.find("transfer-encoding: chunked"), std::string::npos) << head;
        socket.send("3\r\none\r\n");
        EXPECT_EQ(socket.read_to(">\r\n"), "5\r\n<one>\r\n");
        socket.send("3\r\ntwo\r\n0\r\n\r\n");
        EXPECT_EQ(socket.read_to("0\r\n\r\n"), "5\r\n<two>\r\n3\r\nend\r\n0\r\n\r\n");
    }
    // The same connection goes on with an ordinary request.
    EXPECT_EQ(socket.ask("GET /plain HTTP/1.1\r\nHost: h\r\n\r\n").body, "GET /plain ");
}

TEST(HttpStream, a_stream_is_not_bound_by_the_body_limit_and_gets_bounded_pieces) {
    Limits limits;
    limits.body_bytes_max = 1000;
    limits.stream_chunk_bytes_max = 4096;
    RunningServer server(limits);
    server.handler.on_open = [](const Request&, std::shared_ptr<StreamOut> out) {
        auto in = std::make_unique<FunctionStream>();
        auto total = std::make_shared<std::size_t>(0);
        in->data = [total](std::string_view bytes) {
            EXPECT_LE(bytes.size(), 4096U);
            *total += bytes.size();
            return Flow::more;
        };
        in->end = [total, out] {
            out->start(text_head());
            out->write(std::to_string(*total));
            out->finish();
        };
        return in;
    };
    server.run();
    RawSocket socket(server);
    socket.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n" + std::string(1'000'000, 'a'));
    EXPECT_NE(socket.read_to("0\r\n\r\n").find("\r\n1000000\r\n"), std::string::npos);
    socket.send(chunked_post + "f4240\r\n" + std::string(1'000'000, 'a') + "\r\n0\r\n\r\n");
    EXPECT_NE(socket.read_to("0\r\n\r\n").find("\r\n1000000\r\n"), std::string::npos);
}

TEST(HttpStream, pause_stops_reading_until_resume_from_another_thread) {
    std::atomic<std::size_t> received = 0;
    std::promise<std::shared_ptr<StreamOut>> paused;
    std::promise<void> ended;
    RunningServer server;
    server.handler.on_open = [&](const Request&, std::shared_ptr<StreamOut> out) {
        auto in = std::make_unique<FunctionStream>();
        out->start(text_head());
        in->data = [&, out, first = true](std::string_view bytes) mutable {
            received += bytes.size();
            if (!std::exchange(first, false)) return Flow::more;
            paused.set_value(out);
            return Flow::pause;
        };
        in->end = [&, out] {
            out->finish();
            ended.set_value();
        };
        return in;
    };
    server.run();
    RawSocket socket(server);
    constexpr std::size_t total = 20'000'000;
    std::thread sender([&] {
        socket.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(total) + "\r\n\r\n" +
                    std::string(total, 'a'));
    });
    auto future = paused.get_future();
    const std::shared_ptr<StreamOut> out = future.get();
    const std::size_t at_pause = received;
    for (int round = 0; round < 50; ++round) server.settle();
    // Nothing more is handed on, and what the client sends meanwhile stays with the kernel.
    EXPECT_EQ(received, at_pause);
    EXPECT_LT(server.server->stats().bytes_in, 1'000'000U);
    out->resume();
    ended.get_future().wait();
    EXPECT_EQ(received, total);
    sender.join();
    EXPECT_NE(socket.read_to("0\r\n\r\n").find("HTTP/1.1 200"), std::string::npos);
}

TEST(HttpStream, a_resume_that_comes_before_the_pause_is_returned_is_not_lost) {
    RunningServer server;
    server.handler.on_open = [&](const Request&, std::shared_ptr<StreamOut> out) {
        auto in = std::make_unique<FunctionStream>();
        out->start(text_head());
        in->data = [out](std::string_view bytes) {
            out->write(std::string(bytes));
            std::thread([out] { out->resume(); }).join();
            return Flow::pause;
        };
        in->end = [out] { out->finish(); };
        return in;
    };
    server.run();
    RawSocket socket(server);
    socket.send(chunked_post);
    for (int at = 0; at < 100; ++at) {
        socket.send("1\r\na\r\n");
        ASSERT_NE(socket.read_to("1\r\na\r\n"), "");
    }
    socket.send("0\r\n\r\n");
    EXPECT_EQ(socket.read_to("0\r\n\r\n"), "0\r\n\r\n");
}

TEST(HttpStream, notices_that_a_client_of_events_went_away_though_nothing_is_written) {
    std::promise<std::shared_ptr<StreamOut>> aborted;
    std::promise<void> gone;
    std::atomic<int> ends = 0;
    RunningServer server;
    server.handler.on_open = [&](const Request&, std::shared_ptr<StreamOut> out) {
        auto in = std::make_unique<FunctionStream>();
        Response head = text_head();
        head.content_type = "text/event-stream";
        head.body = ": hello\n\n";
        out->start(std::move(head));
        in->end = [&ends] { ++ends; };
        in->aborted = [&, out] { aborted.set_value(out); };
        in->gone = [&] { gone.set_value(); };
        return in;
    };
    server.run();
    RawSocket socket(server);
    socket.send("GET /events HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_NE(socket.read_to(": hello\n\n").find("content-type: text/event-stream"), std::string::npos);
    socket.close();
    auto future = aborted.get_future();
    const std::shared_ptr<StreamOut> out = future.get();
    gone.get_future().wait();
    EXPECT_EQ(ends, 1);
    EXPECT_FALSE(out->write("late"));
    out->finish();
    out->resume();
}

TEST(HttpStream, takes_writes_and_the_finish_from_another_thread_in_order) {
    OpenedStream opened;
    RunningServer server;
    server.handler.on_open = opened.take();
    server.run();
    std::string expected;
    for (int at = 0; at < 20'000; ++at) expected += std::to_string(at) + "\n";
    RawSocket socket(server);
    // HTTP/1.0 has no chunks: the end is the end of the connection.
    socket.send("GET / HTTP/1.0\r\n\r\n");
    std::thread writer([out = opened.wait()] {
        out->start(text_head());
        for (int at = 0; at < 20'000; ++at) ASSERT_TRUE(out->write(std::to_string(at) + "\n"));
        out->finish();
    });
    const std::string head = socket.read_to("\r\n\r\n");
    EXPECT_EQ(head.find("chunked"), std::string::npos);
    EXPECT_TRUE(socket.read_to_end() == expected);
    writer.join();
}

TEST(HttpStream, head_of_a_stream_has_no_body) {
    RunningServer server;
    server.handler.on_open = [&](const Request&, std::shared_ptr<StreamOut> out) {
        out->start(text_head());
        out->write("not for you");
        out->finish();
        return std::make_unique<FunctionStream>();
    };
    server.run();
    RawSocket socket(server);
    socket.send("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    const std::string all = socket.read_to_end();
    EXPECT_TRUE(all.starts_with("HTTP/1.1 200")) << all;
    EXPECT_TRUE(all.ends_with("\r\n\r\n")) << all;
    EXPECT_EQ(all.find("not for you"), std::string::npos);
}

TEST(HttpStream, stream_out_buffer_bytes_max_closes_a_slow_reader) {
    Limits limits;
    limits.stream_out_buffer_bytes_max = 100'000;
    OpenedStream opened;
    RunningServer server(limits);
    server.handler.on_open = opened.take();
    server.run();
    RawSocket socket(server, 4096);
    socket.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    const std::shared_ptr<StreamOut> out = opened.wait();
    out->start(text_head());
    std::size_t largest = 0;
    while (out->write(std::string(10'000, 'a'))) largest = std::max(largest, out->queued_bytes());
    // Head and chunk frames count too once they are made.
    EXPECT_LE(largest, 101'000U);
    opened.wait_for_abort();
}

TEST(HttpStream, a_writer_that_looks_at_queued_bytes_serves_a_slow_reader_whole) {
    Limits limits;
    limits.stream_out_buffer_bytes_max = 200'000;
    constexpr std::size_t pieces = 1000;
    OpenedStream opened;
    RunningServer server(limits);
    server.handler.on_open = opened.take();
    server.run();
    RawSocket socket(server, 4096);
    socket.send("GET / HTTP/1.0\r\n\r\n");
    std::thread writer([out = opened.wait()] {
        out->start(text_head());
        for (std::size_t at = 0; at < pieces; ++at) {
            while (out->queued_bytes() > 100'000) std::this_thread::yield();
            ASSERT_TRUE(out->write(std::string(10'000, 'a')));
        }
        out->finish();
    });
    socket.read_to("\r\n\r\n");
    EXPECT_EQ(socket.read_to_end().size(), 10'000 * pieces);
    writer.join();
}

TEST(HttpStream, what_is_written_behind_blocked_output_is_sent_though_nothing_more_comes) {
    constexpr std::size_t much = 20'000'000;  // more than the kernel takes for a client that does not read
    Limits limits;
    limits.stream_out_buffer_bytes_max = 2 * much;
    OpenedStream opened;
    RunningServer server(limits);
    server.handler.on_open = opened.take();
    server.run();
    RawSocket socket(server, 4096);
    socket.send("GET / HTTP/1.0\r\n\r\n");
    const std::shared_ptr<StreamOut> out = opened.wait();
    out->start(text_head());
    ASSERT_TRUE(out->write(std::string(much, 'a')));
    server.settle();
    ASSERT_GT(out->queued_bytes(), 0U);
    ASSERT_TRUE(out->write("the end"));
    out->finish();
    server.settle();
    socket.read_to("\r\n\r\n");
    const std::string all = socket.read_to_end();
    EXPECT_EQ(all.size(), much + 7);
    EXPECT_TRUE(all.ends_with("the end"));
}

TEST(HttpStream, a_broken_or_slow_body_aborts_with_an_answer_while_none_has_begun) {
    Limits limits;
    limits.body_wait_max = milliseconds(60);
    std::atomic<int> aborts = 0;
    RunningServer server(limits);
    server.handler.on_open = [&](const Request& head, std::shared_ptr<StreamOut> out) {
        auto in = std::make_unique<FunctionStream>();
        if (head.path == "/started") out->start(text_head());
        in->aborted = [&aborts, out] { ++aborts; };
        return in;
    };
    server.run();
    RawSocket broken(server);
    EXPECT_EQ(broken.ask(chunked_post + "3\r\nabc\r\nno\r\n").status(), 400);
    EXPECT_TRUE(broken.is_closed());
    RawSocket slow(server);
    EXPECT_EQ(slow.ask(chunked_post + "3\r\nabc\r\n").status(), 408);
    EXPECT_TRUE(slow.is_closed());
    EXPECT_EQ(aborts, 2);
    RawSocket started(server);
    started.send("POST /started HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    const std::string all = started.read_to_end();
    EXPECT_TRUE(all.starts_with("HTTP/1.1 200")) << all;
    // Without the last chunk the client knows that the response is cut off.
    EXPECT_FALSE(all.ends_with("0\r\n\r\n")) << all;
    server.settle();
    EXPECT_EQ(aborts, 3);
}

TEST(HttpStream, a_stream_may_be_answered_before_its_body_has_come) {
    RunningServer server;
    server.handler.on_open = [&](const Request&, std::shared_ptr<StreamOut> out) {
        Response head = text_head();
        head.status = 401;
        head.body = "who are you?";
        out->start(std::move(head));
        out->finish();
        return std::make_unique<FunctionStream>();
    };
    server.run();
    RawSocket socket(server);
    socket.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\n\r\n");
    const std::string all = socket.read_to_end();
    EXPECT_TRUE(all.starts_with("HTTP/1.1 401")) << all;
    EXPECT_TRUE(all.ends_with("c\r\nwho are you?\r\n0\r\n\r\n")) << all;
}

TEST(HttpStream, a_stream_dropped_without_a_word_is_500_and_one_dropped_half_way_is_cut_off) {
    RunningServer server;
    server.handler.on_open = [&](const Request& head, std::shared_ptr<StreamOut> out) {
        if (head.path == "/half") {
            out->start(text_head());
            out->write("half");
        }
        return std::make_unique<FunctionStream>();
    };
    server.run();
    RawSocket silent(server);
    EXPECT_EQ(silent.ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n").status(), 500);
    RawSocket half(server);
    half.send("GET /half HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_FALSE(half.read_to_end().ends_with("0\r\n\r\n"));
}

TEST(HttpStream, stop_waits_for_a_stream_and_aborts_it_when_the_grace_is_over) {
    for (const milliseconds grace : {milliseconds(20), milliseconds(60'000)}) {
        std::promise<std::shared_ptr<StreamOut>> opened;
        std::atomic<int> aborts = 0;
        RunningServer server;
        server.handler.on_open = [&](const Request&, std::shared_ptr<StreamOut> out) {
            auto in = std::make_unique<FunctionStream>();
            in->aborted = [&aborts] { ++aborts; };
            out->start(text_head());
            opened.set_value(std::move(out));
            return in;
        };
        server.run();
        RawSocket socket(server);
        socket.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        auto future = opened.get_future();
        const std::shared_ptr<StreamOut> out = future.get();
        socket.read_to("\r\n\r\n");
        server.server->stop(grace);
        if (grace > std::chrono::seconds(1)) {
            server.settle();
            EXPECT_TRUE(out->write("last"));
            out->finish();
            EXPECT_EQ(socket.read_to("0\r\n\r\n"), "4\r\nlast\r\n0\r\n\r\n");
            socket.close();
            server.join();
            EXPECT_EQ(aborts, 0);
        } else {
            server.join();
            EXPECT_EQ(aborts, 1);
            EXPECT_FALSE(out->write("late"));
        }
    }
}

}  // namespace
}  // namespace waybill::http
