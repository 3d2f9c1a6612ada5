// The limits of ApiOptions that hold something back rather than refuse it: lines of a bulk under way, results and
// events that a client does not read, pages of a stream; and the queue of readers.

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <condition_variable>
#include <future>
#include <mutex>

#include "api/api_test_kit.hpp"
#include "api/bulk.hpp"
#include "api/reader_pool.hpp"
#include "core/limits.hpp"
#include "storage/memory/memory_store.hpp"

namespace waybill::api {
namespace {

using testing::order_text;

/// A client that reads only when it is told to: what was written and not read counts as unsent.
class ReluctantClient final : public http::StreamOut {
public:
    void start(http::Response head) override {
        const std::lock_guard lock(mutex_);
        status_ = head.status;
        changed_.notify_all();
    }
    bool write(std::string bytes) override {
        const std::lock_guard lock(mutex_);
        if (!keeps_reading_) unread_ += bytes.size();
        text_ += bytes;
        writes_.push_back(std::move(bytes));
        changed_.notify_all();
        return true;
    }
    [[nodiscard]] std::size_t queued_bytes() const override {
        const std::lock_guard lock(mutex_);
        return unread_;
    }
    void finish() override {
        const std::lock_guard lock(mutex_);
        is_finished_ = true;
        changed_.notify_all();
    }
    void resume() override {}

    void read_on() {
        const std::lock_guard lock(mutex_);
        keeps_reading_ = true;
        unread_ = 0;
    }
    void wait_for(const std::string& text) {
        std::unique_lock lock(mutex_);
        EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(60), [&] {
            return text_.find(text) != std::string::npos;
        })) << text_;
    }
    void wait_until_finished() {
        std::unique_lock lock(mutex_);
        EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(60), [&] { return is_finished_; })) << text_;
    }
    [[nodiscard]] int status() const {
        const std::lock_guard lock(mutex_);
        return status_;
    }
    [[nodiscard]] std::vector<std::string> writes() const {
        const std::lock_guard lock(mutex_);
        return writes_;
    }
    /// How often `text` was written.
    [[nodiscard]] std::size_t count(std::string_view text) const {
        const std::lock_guard lock(mutex_);
        std::size_t out = 0;
        for (std::size_t at = text_.find(text); at != std::string::npos; at = text_.find(text, at + 1)) ++out;
        return out;
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::string text_;
    std::vector<std::string> writes_;
    std::size_t unread_ = 0;
    int status_ = 0;
    bool keeps_reading_ = false;
    bool is_finished_ = false;
};

/// One streamed exchange with the API of a test server, without a socket between.
class Exchange {
public:
    Exchange(testing::TestServer& server, const std::string& method, const std::string& path, const std::string& secret)
        : server_(server) {
        http::Request head;
        head.method = method;
        head.path = path;
        head.headers = {{"authorization", "Bearer " + secret}, {"content-type", "application/x-ndjson"}};
        server_.on_http_thread([&] { in_ = server_.api().open_stream(head, client); });
    }
    ~Exchange() { abort(); }
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    http::Flow send(const std::string& body) {
        http::Flow flow = http::Flow::more;
        server_.on_http_thread([&] { flow = in_->on_data(body); });
        return flow;
    }
    void end() {
        server_.on_http_thread([&] { in_->on_end(); });
    }
    void abort() {
        server_.on_http_thread([&] {
            if (in_) in_->on_abort();
            in_.reset();
        });
    }

    std::shared_ptr<ReluctantClient> client = std::make_shared<ReluctantClient>();

private:
    testing::TestServer& server_;
    std::unique_ptr<http::StreamIn> in_;
};

/// Keeps the engine busy between two batches until it ends. What the writer waits on outlives the hold.
class Hold {
public:
    explicit Hold(engine::Engine& engine) {
        const auto begun = std::make_shared<std::promise<void>>();
        const std::shared_future<void> go_on = go_on_.get_future().share();
        engine.inspect(engine::system_tenant, [begun, go_on](const core::TenantState*, const core::Context&) {
            begun->set_value();
            go_on.wait();
        });
        begun->get_future().wait();
    }
    void end() { go_on_.set_value(); }

private:
    std::promise<void> go_on_;
};

std::string orders_text(const std::string& prefix, int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += order_text(prefix + std::to_string(i), "A", 1) + '\n';
    return out;
}

TEST(Limits, LinesOfABulkUnderWay) {
    ApiOptions options;
    options.bulk_in_flight_max = 3;
    testing::TestServer server(options);
    const std::string admin = server.open_tenant("acme").at("admin");
    Exchange bulk(server, "POST", "/v1/orders/bulk", admin);
    bulk.client->read_on();
    // While the engine is busy elsewhere nothing is decided, so what it has queued is what is under way.
    Hold hold(server.engine());
    EXPECT_EQ(bulk.send(orders_text("U-", 3)), http::Flow::more);
    EXPECT_EQ(server.engine().stats().queued, 3u);
    EXPECT_EQ(bulk.send(orders_text("V-", 7)), http::Flow::pause);
    EXPECT_EQ(server.engine().stats().queued, 3u) << "the other lines wait in the client";
    bulk.end();
    const std::uint64_t batches = server.engine().stats().batches;
    hold.end();
    bulk.client->wait_until_finished();
    EXPECT_EQ(bulk.client->count("\"status\":201"), 10u);
    EXPECT_GE(server.engine().stats().batches, batches + 4) << "ten lines, never more than three at once";
}

TEST(Limits, ResultsOfABulkThatTheClientDoesNotRead) {
    ApiOptions options;
    options.bulk_unsent_bytes_max = 1;
    testing::TestServer server(options);
    const std::string admin = server.open_tenant("acme").at("admin");
    Exchange bulk(server, "POST", "/v1/orders/bulk", admin);
    Hold hold(server.engine());
    EXPECT_EQ(bulk.send(orders_text("W-", 10)), http::Flow::more);
    hold.end();
    bulk.client->wait_for("\"line\":1,");
    // The ten were decided together; the first result is more than may be unsent, so the others wait for it.
    Hold(server.engine()).end();
    const std::uint64_t decided = server.engine().stats().commands;
    EXPECT_EQ(bulk.send(orders_text("X-", 50)), http::Flow::pause);
    EXPECT_EQ(bulk.client->count("\"status\":201"), 1u);
    bulk.end();
    EXPECT_EQ(server.engine().stats().commands + server.engine().stats().queued, decided) << "no line was taken";
    bulk.client->read_on();
    bulk.client->wait_until_finished();
    EXPECT_EQ(bulk.client->count("\"status\":201"), 60u);
}

TEST(Limits, ALineOfABulkAtItsLongest) {
    for (const std::size_t chunk : {1u, 5u, 100u}) {
        LineSplitter lines(8);
        const std::string text = "12345678\n123456789\n12345678";
        std::vector<std::pair<std::string, bool>> out;
        for (std::size_t at = 0; at < text.size(); at += chunk) {
            lines.add(std::string_view(text).substr(at, chunk));
            while (const auto line = lines.next()) out.emplace_back(line->text, line->is_too_long);
        }
        lines.end();
        while (const auto line = lines.next()) out.emplace_back(line->text, line->is_too_long);
        ASSERT_EQ(out.size(), 3u) << chunk;
        EXPECT_EQ(out[0], std::pair(std::string("12345678"), false));
        EXPECT_TRUE(out[1].second);
        EXPECT_EQ(out[2], std::pair(std::string("12345678"), false));
    }
}

TEST(Limits, EventsThatTheClientDoesNotRead) {
    ApiOptions options;
    options.stream_page_events = 2;
    options.stream_unsent_bytes_max = 100;
    testing::TestServer server(options);
    const std::string admin = server.open_tenant("acme").at("admin");
    const std::uint64_t head = server.engine().tenants().back().head.raw();
    ASSERT_GT(head, 6u);
    Exchange stream(server, "GET", "/v1/events/stream", admin);
    stream.client->wait_for("id: 2\n");
    // Neither commits nor anything else make a stream read on whose client does not. An event is far more than 100
    // bytes, and a query of another stream shows that the readers have had their turn.
    ASSERT_EQ(server.post("/v1/orders", admin, order_text("S-1", "A", 1)).status, 201);
    ASSERT_EQ(server.get("/v1/events", admin).status, 200);
    EXPECT_EQ(stream.client->count("data: "), 2u);
    stream.client->read_on();
    ASSERT_EQ(server.post("/v1/orders", admin, order_text("S-2", "A", 1)).status, 201);
    const std::uint64_t last = server.engine().tenants().back().head.raw();
    stream.client->wait_for("id: " + std::to_string(last) + "\n");
    EXPECT_EQ(stream.client->count("data: "), last) << "each once";
    for (const std::string& page : stream.client->writes()) {
        std::size_t events = 0;
        for (std::size_t at = page.find("id: "); at != std::string::npos; at = page.find("\nid: ", at + 1)) ++events;
        EXPECT_LE(events, 2u) << "one page a write";
    }
}

TEST(Limits, OpenStreams) {
    ApiOptions options;
    options.streams_max = 1;
    testing::TestServer server(options);
    const std::string admin = server.open_tenant("acme").at("admin");
    Exchange first(server, "GET", "/v1/events/stream", admin);
    EXPECT_EQ(first.client->status(), 200);
    Exchange second(server, "GET", "/v1/events/stream", admin);
    EXPECT_EQ(second.client->status(), 503);
    EXPECT_NE(second.client->count("engine_overloaded"), 0u);
    first.abort();
    Exchange third(server, "GET", "/v1/events/stream", admin);
    EXPECT_EQ(third.client->status(), 200) << "the place of one that ended is free";
}

/// The look at streams comes once a second, so this takes as long; the silence itself may be of no length.
TEST(Limits, SilenceOfAStream) {
    ApiOptions options;
    options.stream_heartbeat = std::chrono::seconds(0);
    testing::TestServer server(options);
    const std::string admin = server.open_tenant("acme").at("admin");
    testing::TestServer quiet;
    const std::string other = quiet.open_tenant("acme").at("admin");
    Exchange silent(quiet, "GET", "/v1/events/stream", other);
    Exchange stream(server, "GET", "/v1/events/stream", admin);
    stream.client->wait_for(": still here\n\n");
    EXPECT_EQ(silent.client->count("still here"), 0u) << "fifteen seconds have not passed";
}

TEST(Limits, ReadersAndTheirQueue) {
    const auto store = storage::memory::open_memory();
    const auto pool = ReaderPool::open(*store, 2, 2).value();
    std::promise<void> go_on;
    const std::shared_future<void> gone_on = go_on.get_future().share();
    std::vector<std::promise<void>> at_work(2);
    // Both threads are at work at once: neither job ends before the other has begun.
    for (std::promise<void>& begun : at_work) {
        ASSERT_TRUE(pool->submit([&begun, gone_on](engine::Reader&) {
            begun.set_value();
            gone_on.wait();
        }));
    }
    for (std::promise<void>& begun : at_work) begun.get_future().wait();
    std::atomic<int> ran{0};
    EXPECT_TRUE(pool->submit([&ran](engine::Reader&) { ++ran; }));
    EXPECT_TRUE(pool->submit([&ran](engine::Reader&) { ++ran; }));
    EXPECT_FALSE(pool->submit([&ran](engine::Reader&) { ++ran; }));
    EXPECT_EQ(pool->stats().queued, 2u);
    EXPECT_EQ(pool->stats().refused, 1u);
    go_on.set_value();
    while (ran < 2) std::this_thread::yield();
    EXPECT_TRUE(pool->submit([](engine::Reader&) {}));
}

TEST(Limits, AtTheirEdgesOverHttp) {
    ApiOptions options;
    options.page_limit_max = 2;
    testing::TestServer server(options);
    const std::string admin = server.open_tenant("acme").at("admin");
    EXPECT_EQ(server.get("/v1/items?limit=2", admin).status, 200);
    EXPECT_EQ(server.get("/v1/items?limit=3", admin).code(), "invalid_request");
    // Notes never become part of a command, so the core does not see them.
    const auto with_notes = [&](const std::string& number, std::size_t bytes) {
        std::string order = order_text(number, "A", 1);
        order.insert(1, R"("notes":")" + std::string(bytes, 'n') + "\",");
        return server.post("/v1/orders", admin, order);
    };
    EXPECT_EQ(with_notes("N-1", core::limits::note_bytes_max).status, 201);
    const auto refused = with_notes("N-2", core::limits::note_bytes_max + 1);
    EXPECT_EQ(refused.code(), "invalid_request");
    EXPECT_EQ(refused.body.at("errors").at(0).at("pointer").as_string(), "/notes");
    // What the contract allows the core takes, too.
    const std::string long_name(core::limits::name_bytes_max, 't');
    EXPECT_EQ(
        server.post("/v1/tenants", server.operator_secret(), R"({"name":")" + long_name + R"(","currency":"GBP"})")
            .status,
        201);
    const auto placed = server.post("/v1/orders", admin, order_text("T-1", "A", 1));
    EXPECT_EQ(server
                  .post("/v1/orders/" + placed.text_at("id") + "/shipments", admin,
                        R"({"location":"LON","tracking":")" + long_name + "\"}")
                  .status,
              201);
}

}  // namespace
}  // namespace waybill::api
