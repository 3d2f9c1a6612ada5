// The log over HTTP: pages, CloudEvents, streams that go on after Last-Event-ID, and the limit on their number.

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "api/api_test_kit.hpp"

namespace waybill::api {
namespace {

using testing::order_text;

/// Reads a stream until `wanted` events have come, or the server ends it; returns their data.
std::vector<boost::json::value> follow(const std::string& url, const std::string& secret, const std::string& target,
                                       std::vector<http::Header> headers, std::size_t wanted,
                                       const std::function<void(std::size_t)>& on_event = {}) {
    auto client = http::Client::make(url).value();
    headers.push_back({"authorization", "Bearer " + secret});
    std::string text;
    std::vector<boost::json::value> out;
    http::Client::Streams streams;
    streams.sink = [&](std::string_view bytes) {
        text += bytes;
        for (std::size_t end = text.find("\n\n"); end != std::string::npos; end = text.find("\n\n")) {
            const std::string block = text.substr(0, end);
            text.erase(0, end + 2);
            const std::size_t data = block.find("data: ");
            if (data == std::string::npos) continue;
            out.push_back(boost::json::parse(std::string_view(block).substr(data + 6)));
            EXPECT_EQ(block.substr(0, block.find('\n')),
                      "id: " + std::to_string(out.back().at("sequence").to_number<int>()));
            if (on_event) on_event(out.size());
        }
        return out.size() >= wanted ? http::SinkFlow::stop : http::SinkFlow::more;
    };
    const auto ended = client.exchange({"GET", target, std::move(headers), {}}, streams);
    EXPECT_EQ(static_cast<bool>(ended), out.size() < wanted) << "a stream ends by itself only when its key is gone";
    return out;
}

TEST(Events, AnOrderSaysWhichRulesFiredAndWhichWayItWent) {
    testing::TestServer server;
    const std::string admin = server.open_tenant("acme").at("admin");
    const std::string rules =
        R"({"automation":[{"code":"one","when":{"==":[{"var":"order.units"},1]},"then":[{"type":"add_tag","tag":"t"}]}],)"
        R"("strategies":[{"code":"first"},{"code":"second"}],)"
        R"("routing":[{"code":"none","when":false,"strategies":["first"]},)"
        R"({"code":"all","branches":[{"code":"inner","strategies":["second"]}]}]})";
    ASSERT_EQ(server.post("/v1/rule-sets", admin, rules).status, 201);
    ASSERT_EQ(server.post("/v1/rule-activations", admin, R"({"rule_set":1})").status, 201);
    ASSERT_EQ(server.post("/v1/orders", admin, order_text("W-1", "A", 1)).status, 201);
    const auto page = server.get("/v1/events?types=waybill.order_placed.v1", admin);
    EXPECT_EQ(page.body.at("data").at(0).at("data").at("rules"),
              boost::json::parse(R"({"rule_set":1,"fired":["one"],"branch":"inner","strategy":"second"})"))
        << page.text;
}

TEST(Events, PagesAreCloudEvents) {
    testing::TestServer server;
    const std::string admin = server.open_tenant("acme").at("admin");
    const auto placed = server.post("/v1/orders", admin, order_text("W-1", "A", 1));
    ASSERT_EQ(placed.status, 201);
    std::uint64_t last = 0;
    std::vector<boost::json::value> all;
    while (true) {
        const auto page = server.get("/v1/events?limit=2&after=" + std::to_string(last), admin);
        ASSERT_EQ(page.status, 200) << page.text;
        if (page.body.at("data").as_array().empty()) break;
        for (const auto& event : page.body.at("data").as_array()) all.push_back(event);
        last = page.body.at("last_sequence").to_number<std::uint64_t>();
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(all[i].at("sequence"), i + 1);
        EXPECT_EQ(all[i].at("id").as_string(), "ten_2/" + std::to_string(i + 1));
        EXPECT_EQ(all[i].at("specversion").as_string(), "1.0");
    }
    const auto orders = server.get("/v1/events?types=waybill.order_placed.v1", admin);
    const auto& event = orders.body.at("data").at(0);
    EXPECT_EQ(event.at("subject").as_string(), placed.text_at("id"));
    EXPECT_EQ(event.at("data").at("order").at("lines").at(0).at("sku").as_string(), "A");
    EXPECT_EQ(orders.text.find("Ann"), std::string::npos) << "personal data is in no event";
    EXPECT_EQ(server.get("/v1/events?types=nothing", admin).code(), "invalid_request");
    EXPECT_EQ(server.get("/v1/events?after=-1", admin).code(), "invalid_request");
}

TEST(Events, StreamsGoOnWhereTheyWere) {
    testing::TestServer server;
    const std::string admin = server.open_tenant("acme").at("admin");
    ASSERT_EQ(server.post("/v1/orders", admin, order_text("W-1", "A", 1)).status, 201);
    const std::string target = "/v1/events/stream?types=order_placed";
    // The second order is placed while the stream is open.
    const auto first = follow(server.url(), admin, target, {}, 2, [&](std::size_t count) {
        if (count == 1) {
            EXPECT_EQ(server.post("/v1/orders", admin, order_text("W-2", "A", 1)).status, 201);
        }
    });
    ASSERT_EQ(first.size(), 2u);
    EXPECT_EQ(first[1].at("data").at("order").at("channel_order_id").as_string(), "W-2");
    ASSERT_EQ(server.post("/v1/orders", admin, order_text("W-3", "A", 1)).status, 201);
    const std::string seen = std::to_string(first[1].at("sequence").to_number<int>());
    const auto rest = follow(server.url(), admin, target, {{"last-event-id", seen}}, 1);
    ASSERT_EQ(rest.size(), 1u);
    EXPECT_EQ(rest[0].at("data").at("order").at("channel_order_id").as_string(), "W-3");
    const auto all = follow(server.url(), admin, "/v1/events/stream", {}, 10);
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].at("sequence"), i + 1);
    EXPECT_EQ(server.send("GET", "/v1/events/stream", admin, "", {{"last-event-id", "x"}}).code(), "invalid_request");
}

TEST(Events, StreamsEndWhenTheirKeyIsRevoked) {
    testing::TestServer server;
    const std::string admin = server.open_tenant("acme").at("admin");
    const auto key = server.post("/v1/keys", admin, R"({"name":"listener","role":"integrator"})");
    ASSERT_EQ(server.post("/v1/orders", admin, order_text("W-1", "A", 1)).status, 201);
    // Far more is asked for than there is, so only the server can end this.
    const auto seen = follow(server.url(), key.text_at("secret"), "/v1/events/stream?types=order_placed,key_revoked",
                             {}, 100, [&](std::size_t count) {
                                 if (count > 1) return;
                                 EXPECT_EQ(server.send("DELETE", "/v1/keys/" + key.text_at("id"), admin).status, 204);
                                 EXPECT_EQ(server.post("/v1/orders", admin, order_text("W-2", "A", 1)).status, 201);
                             });
    ASSERT_EQ(seen.size(), 1u) << "nothing that came after the key was revoked";
}

TEST(Events, StreamsAreLimited) {
    ApiOptions options;
    options.streams_max = 0;
    testing::TestServer server(options);
    const std::string admin = server.open_tenant("acme").at("admin");
    const auto refused = server.get("/v1/events/stream", admin);
    EXPECT_EQ(refused.code(), "engine_overloaded");
    EXPECT_EQ(refused.header("retry-after"), "1");
}

TEST(Limits, ReadersThatCanNotKeepUp) {
    ApiOptions options;
    options.reader_queue_max = 0;
    testing::TestServer server(options);
    const std::string admin = server.open_tenant("acme").at("admin");
    EXPECT_EQ(server.get("/v1/orders", admin).code(), "engine_overloaded");
    EXPECT_EQ(server.get("/v1/items", admin).status, 200) << "reads of memory need no reader";
}

TEST(Limits, PagesAndQuestions) {
    ApiOptions options;
    options.page_limit_max = 2;
    options.page_limit_default = 1;
    options.availability_skus_max = 1;
    testing::TestServer server(options);
    const std::string admin = server.open_tenant("acme").at("admin");
    EXPECT_EQ(server.get("/v1/items?limit=3", admin).code(), "invalid_request");
    const auto page = server.get("/v1/items", admin);
    EXPECT_EQ(page.body.at("data").as_array().size(), 1u);
    const auto next = server.get("/v1/items?cursor=" + page.text_at("next_cursor"), admin);
    EXPECT_EQ(next.body.at("data").at(0).at("sku").as_string(), "B");
    EXPECT_EQ(next.text_at("next_cursor"), "");
    EXPECT_EQ(server.get("/v1/locations?cursor=" + page.text_at("next_cursor"), admin).code(), "invalid_cursor");
    EXPECT_EQ(server.get("/v1/availability?sku=A,B&channel=web", admin).code(), "too_many_rows");
    EXPECT_EQ(server.get("/v1/availability?sku=A&channel=web", admin).body.at(0).at("available_to_sell"), 200);
    std::string moves;
    for (int i = 0; i < 1'001; ++i) {
        moves += (i == 0 ? "" : ",") + std::string(R"({"kind":"receive","sku":"A","location":"LON","quantity":1})");
    }
    EXPECT_EQ(server.post("/v1/inventory/movements", admin, "{\"moves\":[" + moves + "]}").code(), "too_many_rows");
}

}  // namespace
}  // namespace waybill::api
