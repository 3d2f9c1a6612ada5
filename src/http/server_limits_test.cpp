// Every limit of Limits, over real sockets, and what slow and hostile clients can not do to others.
#include <sys/resource.h>

#include "http/server.hpp"
#include "http/server_harness.hpp"

namespace waybill::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

const std::string get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

void expect_refused(RawSocket& socket, int status) {
    const RawResponse response = socket.read_response();
    EXPECT_EQ(response.status(), status) << response.head;
    EXPECT_NE(response.head.find("connection: close"), std::string::npos);
    EXPECT_NE(response.body.find("detail"), std::string::npos);
    EXPECT_TRUE(socket.is_closed());
}

TEST(HttpLimits, header_bytes_max_is_431_complete_or_endless) {
    Limits limits;
    limits.header_bytes_max = 1000;
    RunningServer server(limits);
    server.run();
    RawSocket fits(server);
    EXPECT_EQ(fits.ask("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(900, 'a') + "\r\n\r\n").status(), 200);
    RawSocket complete(server);
    complete.send("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(1000, 'a') + "\r\n\r\n");
    expect_refused(complete, 431);
    RawSocket endless(server);
    endless.send("GET / HTTP/1.1\r\nHost: h\r\n");
    for (int at = 0; at < 100; ++at) endless.send("X: aaaaaaaaaaaaaaaaa\r\n");
    expect_refused(endless, 431);
}

TEST(HttpLimits, header_bytes_max_may_be_larger_than_one_read) {
    Limits limits;
    limits.header_bytes_max = 200'000;
    RunningServer server(limits);
    server.run();
    RawSocket socket(server);
    EXPECT_EQ(socket.ask("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(190'000, 'a') + "\r\n\r\n").status(), 200);
}

TEST(HttpLimits, target_bytes_max_is_414_complete_or_endless) {
    Limits limits;
    limits.target_bytes_max = 100;
    RunningServer server(limits);
    server.run();
    RawSocket fits(server);
    EXPECT_EQ(fits.ask("GET /" + std::string(99, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n").status(), 200);
    RawSocket complete(server);
    complete.send("GET /" + std::string(100, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n");
    expect_refused(complete, 414);
    RawSocket endless(server);
    endless.send("GET /" + std::string(10'000, 'a'));
    expect_refused(endless, 414);
}

TEST(HttpLimits, body_bytes_max_is_413_before_a_declared_body_and_within_a_chunked_one) {
    Limits limits;
    limits.body_bytes_max = 1000;
    RunningServer server(limits);
    server.run();
    RawSocket fits(server);
    EXPECT_EQ(fits.ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'a')).status(),
              200);
    RawSocket declared(server);
    declared.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n");
    expect_refused(declared, 413);
    RawSocket expecting(server);
    expecting.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n");
    expect_refused(expecting, 413);
    RawSocket chunked(server);
    chunked.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int at = 0; at < 11; ++at) chunked.send("64\r\n" + std::string(100, 'a') + "\r\n");
    expect_refused(chunked, 413);
    RawSocket one_chunk(server);
    one_chunk.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n" +
                   std::string(1001, 'a'));
    expect_refused(one_chunk, 413);
}

TEST(HttpLimits, the_answer_to_a_body_that_is_too_large_survives_a_client_that_keeps_sending) {
    Limits limits;
    limits.body_bytes_max = 1000;
    RunningServer server(limits);
    server.run();
    RawSocket socket(server);
    socket.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n" + std::string(3'000'000, 'a'));
    EXPECT_EQ(socket.read_response().status(), 413);
}

TEST(HttpLimits, header_wait_max_is_408_from_the_first_byte_however_many_follow) {
    Limits limits;
    limits.header_wait_max = milliseconds(60);
    RunningServer server(limits);
    server.run();
    RawSocket stalled(server);
    stalled.send("GET / HT");
    RawSocket dripping(server);
    std::atomic<bool> done = false;
    std::thread drip([&] {
        dripping.send("GET / HTTP/1.1\r\n");
        // A header every few milliseconds: each is progress, and none of it buys time.
        while (!done && dripping.send("X: y\r\n")) std::this_thread::sleep_for(milliseconds(5));
    });
    expect_refused(stalled, 408);
    EXPECT_EQ(dripping.read_response().status(), 408);
    done = true;
    drip.join();
}

TEST(HttpLimits, body_wait_max_is_408_when_a_body_stops_arriving) {
    Limits limits;
    limits.body_wait_max = milliseconds(60);
    RunningServer server(limits);
    server.run();
    RawSocket with_length(server);
    with_length.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
    RawSocket chunked(server);
    chunked.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab");
    expect_refused(with_length, 408);
    expect_refused(chunked, 408);
}

TEST(HttpLimits, body_bytes_per_second_min_is_408_for_a_body_that_only_drips) {
    Limits limits;
    limits.body_wait_max = milliseconds(100);
    limits.body_bytes_per_second_min = 1'000'000;
    RunningServer server(limits);
    server.handler.on_open = [](const Request& head, std::shared_ptr<StreamOut> out) -> std::unique_ptr<StreamIn> {
        if (head.path != "/stream") return nullptr;
        struct Sink final : StreamIn {
            explicit Sink(std::shared_ptr<StreamOut> to) : out(std::move(to)) {}
            Flow on_data(std::string_view) override { return Flow::more; }
            void on_end() override {}
            void on_abort() override {}
            std::shared_ptr<StreamOut> out;
        };
        return std::make_unique<Sink>(std::move(out));
    };
    server.run();
    // A byte every few milliseconds: none makes the server wait long, all of them together do.
    const auto drip = [](RawSocket& socket) {
        while (socket.send("1\r\na\r\n")) std::this_thread::sleep_for(milliseconds(5));
    };
    for (const char* path : {"/", "/stream"}) {
        RawSocket socket(server);
        socket.send("POST " + std::string(path) + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
        std::thread dripping([&] { drip(socket); });
        EXPECT_EQ(socket.read_response().status(), 408) << path;
        dripping.join();
    }
}

TEST(HttpLimits, bytes_that_arrive_fast_enough_earn_the_waiting_time_back) {
    Limits limits;
    limits.body_wait_max = milliseconds(100);
    limits.body_bytes_per_second_min = 10;
    RunningServer server(limits);
    server.run();
    RawSocket socket(server);
    socket.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 40\r\n\r\n");
    // In all far longer than body_wait_max; each byte earns a tenth of a second.
    for (int at = 0; at < 40; ++at) {
        std::this_thread::sleep_for(milliseconds(5));
        ASSERT_TRUE(socket.send("a"));
    }
    EXPECT_EQ(socket.read_response().status(), 200);
}

TEST(HttpLimits, arriving_bytes_max_is_503_until_bodies_are_complete_or_given_up) {
    Limits limits;
    limits.arriving_bytes_max = 1000;
    RunningServer server(limits);
    server.run();
    const auto begin = [&](RawSocket& socket, std::size_t bytes, std::size_t of) {
        socket.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(of) + "\r\n\r\n" +
                    std::string(bytes, 'a'));
    };
    const auto taken = [&](std::uint64_t bytes) {
        while (server.server->stats().bytes_in < bytes) server.settle();
    };
    RawSocket first(server);
    begin(first, 900, 901);
    taken(900);
    RawSocket second(server);
    begin(second, 101, 200);
    expect_refused(second, 503);
    EXPECT_EQ(first.ask("a").status(), 200);
    RawSocket third(server);
    begin(third, 1000, 1001);
    taken(2000);
    third.close();
    // What a client gave up is free again, sooner or later: the server has to notice first.
    int status = 503;
    while (status == 503) {
        RawSocket fourth(server);
        begin(fourth, 1000, 1000);
        status = fourth.read_response().status();
    }
    EXPECT_EQ(status, 200);
}

TEST(HttpLimits, idle_wait_crowded_max_makes_room_when_most_connections_are_taken) {
    Limits limits;
    limits.connections_max = 8;
    limits.idle_wait_crowded_max = milliseconds(60);
    RunningServer server(limits);
    std::atomic<bool> all_there = false;
    std::atomic<int> ticks = 0;
    std::promise<void> waited;
    server.server->every(milliseconds(20), [&] {
        if (all_there && ++ticks == 6) waited.set_value();
    });
    server.run();
    std::vector<RawSocket> idle;
    for (int at = 0; at < 6; ++at) {
        idle.emplace_back(server);
        EXPECT_EQ(idle.back().ask(get).status(), 200);
    }
    // Six are no crowd: they may be idle for longer.
    all_there = true;
    waited.get_future().wait();
    EXPECT_EQ(server.server->stats().connections_open, 6U);
    // The seventh makes it crowded, and all that have been idle go; one in the middle of a request is not idle.
    RawSocket busy(server);
    busy.send("GET / HT");
    for (RawSocket& socket : idle) EXPECT_TRUE(socket.is_closed());
    EXPECT_EQ(busy.ask("TP/1.1\r\nHost: h\r\n\r\n").status(), 200);
}

TEST(HttpLimits, connections_max_leaves_room_for_other_files) {
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const RunningServer server;
    const std::uint64_t most = server.server->stats().connections_max;
    EXPECT_LE(most, Limits().connections_max);
    EXPECT_LE(most + 256, std::max<std::uint64_t>(before.rlim_max, 512));
}

TEST(HttpLimits, idle_wait_max_closes_silently_fresh_or_kept) {
    Limits limits;
    limits.idle_wait_max = milliseconds(60);
    RunningServer server(limits);
    server.run();
    RawSocket fresh(server);
    RawSocket kept(server);
    EXPECT_EQ(kept.ask(get).status(), 200);
    EXPECT_TRUE(fresh.is_closed());
    EXPECT_TRUE(kept.is_closed());
}

TEST(HttpLimits, an_exchange_being_answered_has_no_deadline) {
    Limits limits;
    limits.idle_wait_max = limits.header_wait_max = limits.body_wait_max = milliseconds(20);
    std::promise<Reply> handed;
    std::promise<void> later;
    std::atomic<int> ticks = 0;
    RunningServer server(limits);
    server.handler.on_request = [&](const Request&, Reply reply) { handed.set_value(std::move(reply)); };
    server.server->every(milliseconds(20), [&] {
        if (++ticks == 5) later.set_value();
    });
    server.run();
    RawSocket socket(server);
    socket.send(get);
    const Reply reply = handed.get_future().get();
    later.get_future().wait();
    reply({});
    EXPECT_EQ(socket.read_response().status(), 200);
}

TEST(HttpLimits, write_wait_max_closes_a_client_that_does_not_read) {
    Limits limits;
    limits.write_wait_max = milliseconds(60);
    std::promise<void> closed;
    std::atomic<bool> told = false;
    RunningServer server(limits);
    server.handler.on_request = [](const Request&, const Reply& reply) {
        reply({.status = 200, .content_type = "text/plain", .headers = {}, .body = std::string(8'000'000, 'a')});
    };
    server.server->every(milliseconds(5), [&] {
        const ServerStats stats = server.server->stats();
        if (stats.requests_total == 1 && stats.connections_open == 0 && !told.exchange(true)) closed.set_value();
    });
    server.run();
    RawSocket socket(server, 4096);
    socket.send(get);
    closed.get_future().wait();
    EXPECT_LT(server.server->stats().bytes_out, 8'000'000U);
}

TEST(HttpLimits, connections_max_answers_503_and_serves_again_when_there_is_room) {
    Limits limits;
    limits.connections_max = 2;
    RunningServer server(limits);
    server.run();
    RawSocket first(server);
    RawSocket second(server);
    EXPECT_EQ(first.ask(get).status(), 200);
    EXPECT_EQ(second.ask(get).status(), 200);
    RawSocket third(server);
    expect_refused(third, 503);
    RawSocket speaking(server);
    EXPECT_EQ(speaking.ask(get).status(), 503);
    EXPECT_EQ(first.ask(get).status(), 200);
    const ServerStats stats = server.server->stats();
    EXPECT_EQ(stats.connections_open, 2U);
    EXPECT_EQ(stats.connections_refused, 2U);

    EXPECT_TRUE(second.ask("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").status() == 200 &&
                second.is_closed());
    second.close();
    int status = 503;
    while (status == 503) status = RawSocket(server).ask(get).status();
    EXPECT_EQ(status, 200);
}

TEST(HttpLimits, thousands_of_idle_and_half_open_connections_do_not_stop_others) {
    RunningServer server;
    server.run();
    // Both ends are in this process; Server::listen has raised the limit as far as it may.
    rlimit files{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
    const std::size_t count = std::min<std::size_t>(4000, (files.rlim_cur - 100) / 2);
    std::vector<RawSocket> others;
    others.reserve(count);
    for (std::size_t at = 0; at < count; ++at) {
        others.emplace_back(server);
        ASSERT_TRUE(others.back().connected()) << at;
        if (at % 3 == 1) others.back().send("GET / HT");
        if (at % 3 == 2) others.back().send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc");
    }
    RawSocket socket(server);
    const auto begin = steady_clock::now();
    for (int at = 0; at < 200; ++at) ASSERT_EQ(socket.ask(get).status(), 200);
    EXPECT_LT(steady_clock::now() - begin, std::chrono::seconds(5));
    EXPECT_EQ(server.server->stats().connections_open, count + 1);
    // The first of them can still go on where it stopped.
    EXPECT_EQ(others[1].ask("TP/1.1\r\nHost: h\r\n\r\n").status(), 200);
}

}  // namespace
}  // namespace waybill::http
