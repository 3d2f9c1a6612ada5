// More than the server can take, over HTTP: the store holds a commit, so that the engine's queue is full for as long as
// the test wants.

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <future>
#include <map>

#include "api/api_test_kit.hpp"

namespace waybill::api {
namespace {

using testing::Answered;
using testing::order_text;

constexpr std::size_t queue_max = 4;

class Overload : public ::testing::Test {
protected:
    Overload() : server_({}, engine_options()) { admin_ = server_.open_tenant("acme").at("admin"); }
    ~Overload() override { server_.store().gate.open(); }
    static engine::EngineOptions engine_options() {
        engine::EngineOptions out;
        out.queue_commands_max = queue_max;
        return out;
    }

    /// A request on a connection of its own.
    std::future<Answered> later(const std::string& target, const std::string& body, const std::string& key = {}) {
        return std::async(std::launch::async, [this, target, body, key] {
            std::vector<http::Header> headers;
            if (!key.empty()) headers.push_back({"idempotency-key", key});
            return server_.send_apart("POST", target, admin_, body, headers);
        });
    }
    Answered again(const std::string& number) {
        return server_.send("POST", "/v1/orders", admin_, order_text(number, "A", 1),
                            {{"idempotency-key", "key-" + number}});
    }
    /// The writer is inside the commit of one order.
    std::future<Answered> hold_writer() {
        server_.store().gate.close();
        auto held = later("/v1/orders", order_text("held", "A", 1));
        server_.store().gate.wait_until_held();
        return held;
    }
    void wait_for(std::uint64_t engine::EngineStats::*count, std::uint64_t value) {
        while (server_.engine().stats().*count < value) std::this_thread::yield();
    }
    std::size_t stored_orders() {
        return server_.get("/v1/orders?limit=200", admin_).body.at("data").as_array().size();
    }
    static std::string join(const std::vector<std::string>& lines) {
        std::string out;
        for (const std::string& line : lines) out += line + '\n';
        return out;
    }
    static std::vector<boost::json::value> lines_of(const std::string& text) {
        std::vector<boost::json::value> out;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = text.find('\n', at);
            out.push_back(boost::json::parse(text.substr(at, end - at)));
            at = end + 1;
        }
        return out;
    }

    testing::TestServer server_;
    std::string admin_;
};

TEST_F(Overload, AnOrderThatMeetsAFullQueueIsToldToComeAgain) {
    auto held = hold_writer();
    std::vector<std::future<Answered>> queued;
    for (std::size_t i = 0; i < queue_max; ++i) {
        const std::string number = "q" + std::to_string(i);
        queued.push_back(later("/v1/orders", order_text(number, "A", 1), "key-" + number));
    }
    wait_for(&engine::EngineStats::queued, queue_max);
    for (const std::string number : {"late-1", "late-2"}) {
        const Answered refused = again(number);
        EXPECT_EQ(refused.status, 503);
        EXPECT_EQ(refused.header("content-type"), "application/problem+json");
        EXPECT_EQ(refused.header("retry-after"), "1");
        EXPECT_EQ(refused.code(), "engine_overloaded");
        EXPECT_EQ(refused.text_at("retry"), "same");
        EXPECT_EQ(refused.header("connection"), "") << "the connection is kept";
    }
    EXPECT_EQ(stored_orders(), 0U) << "reads go on";
    EXPECT_EQ(server_.get("/v1/availability?sku=A&channel=web", admin_).status, 200);
    EXPECT_EQ(server_.get("/livez", {}).status, 200);

    server_.store().gate.open();
    EXPECT_EQ(held.get().status, 201);
    for (auto& one : queued) EXPECT_EQ(one.get().status, 201);
    EXPECT_EQ(stored_orders(), 1 + queue_max);
    const Answered taken = again("late-1");
    EXPECT_EQ(taken.status, 201);
    EXPECT_EQ(taken.header("idempotency-replayed"), "");
    const Answered repeated = again("late-1");
    EXPECT_EQ(repeated.status, 201);
    EXPECT_EQ(repeated.header("idempotency-replayed"), "true");
    EXPECT_EQ(repeated.text_at("id"), taken.text_at("id"));
    EXPECT_EQ(stored_orders(), 2 + queue_max);
}

TEST_F(Overload, LinesOfABulkThatMeetAFullQueueFailAloneAndSucceedOnceWhenSentAgain) {
    auto held = hold_writer();
    // Line 3 is nonsense and line 6 is blank: neither takes a place in the queue, and the numbers must stay right.
    std::vector<std::string> file;
    for (int order = 1; order <= 8; ++order) {
        if (file.size() == 2) file.emplace_back("nonsense");
        if (file.size() == 5) file.emplace_back();
        file.push_back(order_text("B-" + std::to_string(order), "A", 1));
    }
    const std::map<int, int> status_by_line{{1, 201}, {2, 201}, {3, 400}, {4, 201}, {5, 201},
                                            {7, 503}, {8, 503}, {9, 503}, {10, 503}};
    auto first = later("/v1/orders/bulk", join(file), "file-1");
    wait_for(&engine::EngineStats::overloaded, queue_max);
    EXPECT_EQ(server_.engine().stats().queued, queue_max);
    server_.store().gate.open();
    EXPECT_EQ(held.get().status, 201);

    const auto results = lines_of(first.get().text);
    ASSERT_EQ(results.size(), status_by_line.size());
    std::map<int, std::string> ids;
    auto expected = status_by_line.begin();
    int order = 0;
    for (const boost::json::value& result : results) {
        const auto [line, status] = *expected++;
        EXPECT_EQ(result.at("line"), line);
        EXPECT_EQ(result.at("status"), status) << boost::json::serialize(result);
        if (status == 400) continue;
        EXPECT_EQ(result.at("channel_order_id").as_string(), "B-" + std::to_string(++order));
        if (status == 201) {
            ids[line] = result.at("id").as_string();
            continue;
        }
        EXPECT_EQ(result.at("error").at("code").as_string(), "engine_overloaded");
        EXPECT_EQ(result.at("error").at("retry").as_string(), "same");
    }
    EXPECT_EQ(stored_orders(), 1 + queue_max);

    // What was refused is sent again under the same key. Blank lines in the place of the others keep the numbers.
    const auto send_again = [&](int wanted) {
        std::vector<std::string> some = file;
        for (std::size_t i = 0; i < some.size(); ++i) {
            const auto status = status_by_line.find(static_cast<int>(i) + 1);
            if (status == status_by_line.end() || status->second != wanted) some[i].clear();
        }
        return lines_of(later("/v1/orders/bulk", join(some), "file-1").get().text);
    };
    for (const boost::json::value& result : send_again(503)) {
        EXPECT_EQ(result.at("status"), 201);
        const bool is_new = ids.emplace(result.at("line").to_number<int>(), result.at("id").as_string()).second;
        EXPECT_TRUE(is_new);
    }
    EXPECT_EQ(ids.size(), 8U);
    EXPECT_EQ(stored_orders(), 1 + ids.size());
    for (const int wanted : {201, 503}) {
        for (const boost::json::value& result : send_again(wanted)) {
            EXPECT_EQ(result.at("status"), 201);
            EXPECT_EQ(result.at("id").as_string(), ids.at(result.at("line").to_number<int>())) << "the same order";
        }
    }
    EXPECT_EQ(stored_orders(), 1 + ids.size()) << "each once";
    std::size_t reserved = 0;
    const Answered levels = server_.get("/v1/inventory?sku=A", admin_);
    for (const auto& row : levels.body.at("data").as_array()) reserved += row.at("reserved").to_number<std::size_t>();
    EXPECT_EQ(reserved, 1 + ids.size());
}

TEST_F(Overload, PreviewsThatWaitAreBoundedToo) {
    auto held = hold_writer();
    std::size_t waiting = 0;
    const auto look = [](const core::TenantState*, const core::Context&) {};
    while (server_.engine().inspect(engine::system_tenant, look)) ++waiting;
    EXPECT_EQ(waiting, engine::EngineOptions{}.inspections_max);
    const Answered refused = server_.post("/v1/sourcing/preview", admin_, order_text("P", "A", 1));
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.code(), "engine_overloaded");
    EXPECT_EQ(refused.header("retry-after"), "1");
    server_.store().gate.open();
    EXPECT_EQ(held.get().status, 201);
    while (!server_.engine().inspect(engine::system_tenant, look)) std::this_thread::yield();
    EXPECT_EQ(server_.post("/v1/sourcing/preview", admin_, order_text("P", "A", 1)).status, 200);
}

}  // namespace
}  // namespace waybill::api
