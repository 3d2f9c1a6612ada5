// Bulk requests: order of results, faults of single lines, streaming within bounds, repeating; and the line splitter.

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "api/api_test_kit.hpp"
#include "api/bulk.hpp"

namespace waybill::api {
namespace {

using testing::order_text;

TEST(LineSplitter, CutsWhateverTheChunks) {
    const std::string text = "one\n\nthree\nfour";
    for (std::size_t chunk = 1; chunk <= text.size(); ++chunk) {
        LineSplitter lines(100);
        std::vector<std::string> out;
        const auto take = [&] {
            while (const auto line = lines.next()) out.emplace_back(line->text);
        };
        for (std::size_t at = 0; at < text.size(); at += chunk) {
            lines.add(std::string_view(text).substr(at, chunk));
            take();
        }
        EXPECT_EQ(out.size(), 3u);
        lines.end();
        take();
        EXPECT_EQ(out, (std::vector<std::string>{"one", "", "three", "four"})) << chunk;
    }
}

TEST(LineSplitter, DropsALongLineAsItArrives) {
    LineSplitter lines(8);
    for (int i = 0; i < 1000; ++i) {
        lines.add("0123456789");
        EXPECT_LE(lines.buffered_bytes(), 18u);
    }
    EXPECT_FALSE(lines.has_line());
    lines.add("\nshort\n");
    const auto first = lines.next();
    ASSERT_TRUE(first);
    EXPECT_TRUE(first->is_too_long);
    const auto second = lines.next();
    ASSERT_TRUE(second);
    EXPECT_EQ(second->text, "short");
    EXPECT_FALSE(second->is_too_long);
}

class BulkApi : public ::testing::Test {
protected:
    explicit BulkApi() : server_(options()) { admin_ = server_.open_tenant("acme").at("admin"); }
    static ApiOptions options() {
        ApiOptions out;
        out.bulk_line_bytes_max = 2'000;
        out.bulk_in_flight_max = 64;
        return out;
    }
    testing::TestServer server_;
    std::string admin_;
};

TEST_F(BulkApi, AnswersLineByLineInOrder) {
    const std::string lines = order_text("B-1", "A", 1) + "\nnonsense\n" + order_text("B-2", "NOPE", 1) + "\n\n" +
                              std::string(3'000, 'x') + "\n" + order_text("B-3", "A", 1);
    const auto results = server_.bulk("/v1/orders/bulk", admin_, lines);
    ASSERT_EQ(results.size(), 5u);
    EXPECT_EQ(results[0].at("line"), 1);
    EXPECT_EQ(results[0].at("status"), 201);
    EXPECT_EQ(results[0].at("channel_order_id").as_string(), "B-1");
    EXPECT_EQ(results[0].at("order_status").as_string(), "allocated");
    EXPECT_TRUE(results[0].at("proved").as_bool());
    EXPECT_EQ(results[1].at("error").at("code").as_string(), "malformed_json");
    EXPECT_EQ(results[2].at("error").at("code").as_string(), "unknown_sku");
    EXPECT_EQ(results[2].at("channel_order_id").as_string(), "B-2");
    EXPECT_EQ(results[3].at("line"), 5);
    EXPECT_EQ(results[3].at("error").at("code").as_string(), "body_too_large");
    EXPECT_EQ(results[4].at("line"), 6);
    EXPECT_EQ(results[4].at("status"), 201);
}

TEST_F(BulkApi, StreamsTenThousandOrders) {
    constexpr int count = 10'000;
    int sent = 0;
    std::string received;
    auto client = http::Client::make(server_.url()).value();
    http::ClientRequest request{"POST",
                                "/v1/orders/bulk",
                                {{"authorization", "Bearer " + admin_}, {"content-type", "application/x-ndjson"}},
                                {}};
    http::Client::Streams streams;
    streams.source = [&]() -> std::optional<std::string> {
        if (sent == count) return std::nullopt;
        std::string chunk;
        for (int i = 0; i < 100; ++i, ++sent) chunk += order_text("S-" + std::to_string(sent), "A", 1) + '\n';
        return chunk;
    };
    streams.sink = [&](std::string_view bytes) {
        received += bytes;
        return http::SinkFlow::more;
    };
    const auto response = client.exchange(request, streams);
    ASSERT_TRUE(response) << response.error().text;
    EXPECT_EQ(response->status, 200);
    int line = 0;
    int allocated = 0;
    std::string_view rest = received;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        const auto result = boost::json::parse(rest.substr(0, end));
        rest.remove_prefix(end + 1);
        ++line;
        ASSERT_EQ(result.at("line"), line);
        ASSERT_EQ(result.at("status"), 201);
        if (result.at("order_status").as_string() == "allocated") ++allocated;
    }
    EXPECT_EQ(line, count);
    EXPECT_EQ(allocated, 200) << "as many as there were units";
}

TEST_F(BulkApi, RepeatsWithoutHarm) {
    const std::string lines = order_text("R-1", "A", 1) + "\n" + order_text("R-2", "A", 1) + "\n";
    const std::vector<http::Header> key = {{"idempotency-key", "file-1"}};
    const auto first = server_.send("POST", "/v1/orders/bulk", admin_, lines, key);
    const auto again = server_.send("POST", "/v1/orders/bulk", admin_, lines, key);
    EXPECT_EQ(first.status, 200);
    const auto one = boost::json::parse(first.text.substr(0, first.text.find('\n')));
    const auto two = boost::json::parse(again.text.substr(0, again.text.find('\n')));
    EXPECT_EQ(one.at("id"), two.at("id"));
    EXPECT_EQ(two.at("status"), 201);
}

TEST_F(BulkApi, EveryOtherResource) {
    const auto one = [&](const std::string& target, const std::string& line) {
        const auto results = server_.bulk(target, admin_, line);
        EXPECT_EQ(results.size(), 1u) << target;
        return results.empty() ? boost::json::value() : results.front();
    };
    EXPECT_EQ(one("/v1/items/bulk", R"({"sku":"N","price":"1"})").at("sku").as_string(), "N");
    EXPECT_EQ(one("/v1/items/bulk", R"({"price":"1"})").at("error").at("errors").at(0).at("pointer").as_string(),
              "/sku");
    EXPECT_EQ(one("/v1/locations/bulk", R"({"code":"L9","kind":"3pl"})").at("status"), 200);
    EXPECT_EQ(one("/v1/channels/bulk", R"({"code":"shop"})").at("status"), 200);
    EXPECT_EQ(one("/v1/postcode-areas/bulk", R"({"country":"GB","prefix":"SW1","latitude":51.5,"longitude":-0.1})")
                  .at("status"),
              200);
    EXPECT_EQ(one("/v1/inventory/movements/bulk",
                  R"({"reference":"G","moves":[{"kind":"receive","sku":"N","location":"L9","quantity":5}]})")
                  .at("status"),
              201);
    const std::string feed =
        R"({"source":"wms","sequence":1,"rows":[{"sku":"N","location":"L9","quantity":7},{"sku":"?","location":"L9","quantity":1}]})";
    const auto fed = one("/v1/inventory/feeds/bulk", feed);
    EXPECT_EQ(fed.at("rows_taken"), 1);
    EXPECT_EQ(fed.at("skipped").at(0).at("code").as_string(), "unknown_sku");
    EXPECT_TRUE(one("/v1/inventory/feeds/bulk", feed).at("already_applied").as_bool());
    ASSERT_EQ(one("/v1/orders/bulk", order_text("E-1", "A", 4)).at("status"), 201);
    const auto cancelled = one(
        "/v1/cancellations/bulk",
        R"({"channel":"web","channel_order_id":"E-1","reason":"late","lines":[{"channel_line_id":"1","quantity":1}]})");
    EXPECT_EQ(cancelled.at("status"), 200) << boost::json::serialize(cancelled);
    EXPECT_EQ(one("/v1/cancellations/bulk", R"({"channel":"web","channel_order_id":"none","reason":"x"})")
                  .at("error")
                  .at("code")
                  .as_string(),
              "unknown_order");
    const std::string id(cancelled.at("id").as_string());
    EXPECT_EQ(
        one("/v1/shipments/bulk", R"({"order_id":")" + id + R"(","location":"LON"})").at("order_status").as_string(),
        "shipped");
    const auto type = server_.send("POST", "/v1/orders/bulk", admin_, "{}", {{"content-type", "application/json"}});
    EXPECT_EQ(type.code(), "unsupported_media_type");
}

}  // namespace
}  // namespace waybill::api
