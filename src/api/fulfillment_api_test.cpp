// Fulfillment orders over HTTP: released, listed, worked on, given back, and who may see and do what.

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <string>
#include <vector>

#include "api/api_test_kit.hpp"
#include "api/fulfillment_json.hpp"

namespace waybill::api {
namespace {

using testing::Answered;
using testing::order_text;

class FulfillmentApi : public ::testing::Test {
protected:
    void SetUp() override {
        secrets_ = server_.open_tenant("acme");
        admin_ = secrets_.at("admin");
        store_ = secrets_.at("store");
    }

    /// The id of an order that was placed and released.
    std::string release(const std::string& number, const std::string& sku, int quantity) {
        const auto placed = server_.post("/v1/orders", admin_, order_text(number, sku, quantity));
        EXPECT_EQ(placed.status, 201) << placed.text;
        const auto released = server_.post("/v1/orders/" + placed.text_at("id") + "/release", admin_, "{}");
        EXPECT_EQ(released.status, 200) << released.text;
        return placed.text_at("id");
    }
    static std::string work_of(const std::string& order, int number = 1) {
        return "/v1/fulfillment-orders/ful_" + order.substr(4) + '-' + std::to_string(number);
    }
    std::vector<std::string> listed(const std::string& filters, const std::string& secret) {
        const auto page = server_.get("/v1/fulfillment-orders" + filters, secret);
        EXPECT_EQ(page.status, 200) << filters << ' ' << page.text;
        std::vector<std::string> out;
        if (page.status != 200) return out;
        for (const auto& row : page.body.at("data").as_array()) {
            out.emplace_back(row.at("channel_order_id").as_string());
        }
        return out;
    }

    testing::TestServer server_;
    std::map<std::string, std::string> secrets_;
    std::string admin_;
    std::string store_;
};

using Names = std::vector<std::string>;

TEST(FulfillmentIds, OneTextEach) {
    const auto id = parse_fulfillment_id("ful_12-3");
    ASSERT_TRUE(id.has_value());
    EXPECT_EQ(id->order, core::OrderId(12));
    EXPECT_EQ(id->number, 3u);
    for (const char* bad :
         {"", "ful_", "ful_12", "ful_12-", "ful_12-0", "ful_12-03", "ful_012-3", "ful_0-1", "ord_12-3", "ful_12-3x",
          "ful_12--3", "ful_-3", "ful_12-4294967296", "ful_99999999999999999999-1"}) {
        EXPECT_FALSE(parse_fulfillment_id(bad).has_value()) << bad;
    }
}

TEST_F(FulfillmentApi, FromReleasedToShipped) {
    const auto placed = server_.post("/v1/orders", admin_, order_text("W-1", "A", 3));
    ASSERT_EQ(placed.status, 201) << placed.text;
    EXPECT_TRUE(placed.body.at("fulfillment_orders").as_array().empty());
    EXPECT_TRUE(placed.body.at("refused_by").as_array().empty());
    const std::string order = placed.text_at("id");
    const auto released = server_.post("/v1/orders/" + order + "/release", admin_, R"({"location":"LON"})");
    ASSERT_EQ(released.status, 200) << released.text;
    const auto& asked = released.body.at("fulfillment_orders").at(0);
    EXPECT_EQ(asked.at("status").as_string(), "released");
    EXPECT_EQ(asked.at("location").as_string(), "LON");
    EXPECT_TRUE(asked.at("released_by").as_string().starts_with("key_"));
    EXPECT_EQ(asked.at("lines").at(0).at("to_pick"), 3);

    const std::string work = work_of(order);
    const auto read = server_.get(work, admin_);
    ASSERT_EQ(read.status, 200) << read.text;
    EXPECT_EQ(read.body, asked);
    EXPECT_EQ(read.header("etag"), released.header("etag"));
    const auto accepted = server_.post(work + "/accept", store_, "{}");
    ASSERT_EQ(accepted.status, 200) << accepted.text;
    EXPECT_EQ(accepted.text_at("status"), "accepted");
    EXPECT_FALSE(accepted.text_at("accepted_at").empty());
    EXPECT_EQ(accepted.text_at("released_by"), "") << "not for keys that are limited to locations";
    const auto stale = server_.send("POST", work + "/pick", store_, "{}", {{"if-match", "\"1\""}});
    EXPECT_EQ(stale.status, 412) << stale.text;
    const auto picked = server_.send("POST", work + "/pick", store_, R"({"lines":[{"line_no":1,"quantity":2}]})",
                                     {{"if-match", accepted.header("etag")}});
    ASSERT_EQ(picked.status, 200) << picked.text;
    EXPECT_EQ(picked.text_at("status"), "picking");
    EXPECT_EQ(picked.body.at("lines").at(0).at("picked"), 2);
    const auto recalled = server_.post(work + "/recall", admin_, R"({"reason":"changed"})");
    ASSERT_EQ(recalled.status, 200) << recalled.text;
    EXPECT_EQ(recalled.body.at("lines").at(0).at("recalled"), 1);
    EXPECT_EQ(recalled.text_at("reason"), "changed");
    const auto shipped = server_.post(work + "/ship", store_, R"({"carrier":"post","tracking":"T1"})");
    ASSERT_EQ(shipped.status, 200) << shipped.text;
    EXPECT_EQ(shipped.text_at("status"), "shipped");
    EXPECT_EQ(shipped.body.at("lines").at(0).at("shipped"), 2);
    EXPECT_TRUE(shipped.body.at("allowed_actions").as_array().empty());
    EXPECT_FALSE(shipped.header("waybill-sequence").empty());

    const auto events = server_.get("/v1/orders/" + order + "/events", admin_);
    Names types;
    for (const auto& event : events.body.at("data").as_array()) types.emplace_back(event.at("type").as_string());
    EXPECT_EQ(types,
              (Names{"waybill.order_placed.v1", "waybill.fulfillment_released.v1", "waybill.fulfillment_accepted.v1",
                     "waybill.fulfillment_picked.v1", "waybill.fulfillment_recalled.v1", "waybill.order_shipped.v1"}));
    const std::string id = work.substr(work.rfind('/') + 1);
    const auto data = [&](std::size_t n) -> const boost::json::value& {
        return events.body.at("data").at(n).at("data");
    };
    EXPECT_EQ(data(1).at("fulfillment_orders").at(0).at("id").as_string(), id);
    EXPECT_EQ(data(2).at("fulfillment_order").as_string(), id);
    EXPECT_EQ(data(3).at("lines").at(0).at("quantity"), 2);
    EXPECT_EQ(data(4).at("reason").as_string(), "changed");
    EXPECT_EQ(data(5).at("lines").at(0).at("fulfilled").at(0).at("fulfillment_order").as_string(), id);
}

TEST_F(FulfillmentApi, ParcelsHaveSlipsAndLeaveEachUnderItsNumber) {
    ASSERT_EQ(
        server_
            .send("PUT", "/v1/settings", admin_, R"({"name":"acme","currency":"GBP","gs1_company_prefix":"5012345"})")
            .status,
        200);
    EXPECT_EQ(server_.get("/v1/settings", admin_).text_at("gs1_company_prefix"), "5012345");
    const auto bad =
        server_.send("PUT", "/v1/settings", admin_, R"({"name":"acme","currency":"GBP","gs1_company_prefix":"50A"})");
    EXPECT_EQ(bad.status, 422) << bad.text;
    const std::string order = release("W-1", "A", 3);
    const std::string work = work_of(order);
    ASSERT_EQ(server_.post(work + "/pick", store_, "{}").status, 200);
    const auto packed = server_.post(
        work + "/pack", store_,
        R"({"lines":[{"line_no":1,"quantity":2}],"weight_g":900,"length_mm":300,"width_mm":200,"height_mm":100})");
    ASSERT_EQ(packed.status, 200) << packed.text;
    EXPECT_EQ(packed.text_at("status"), "picked");
    EXPECT_EQ(packed.body.at("lines").at(0).at("packed"), 2);
    const auto& parcel = packed.body.at("parcels").at(0);
    EXPECT_EQ(parcel.at("status").as_string(), "packed");
    EXPECT_EQ(parcel.at("weight_g"), 900);
    EXPECT_EQ(parcel.at("lines").at(0).at("sku").as_string(), "A");
    const std::string sscc(parcel.at("sscc").as_string());
    EXPECT_EQ(sscc.substr(1, 7), "5012345");
    EXPECT_EQ(parcel.as_object().count("tracking"), 0U);
    ASSERT_EQ(server_.post(work + "/pack", store_, "{}").status, 200);
    EXPECT_EQ(listed("?status=packed", store_), Names{"W-1"});
    EXPECT_EQ(server_.get(work, admin_).body.at("parcels").at(0), parcel);

    const auto slip = server_.get(work + "/parcels/1/packing-slip", store_);
    ASSERT_EQ(slip.status, 200) << slip.text;
    EXPECT_EQ(slip.text_at("order"), order);
    EXPECT_EQ(slip.text_at("sscc"), sscc);
    EXPECT_EQ(slip.body.at("parcels"), 2);
    EXPECT_EQ(slip.body.at("ship_to").at("country").as_string(), "GB");
    EXPECT_EQ(slip.body.at("lines").at(0).at("quantity"), 2);
    EXPECT_EQ(slip.body.at("lines").at(0).at("ordered"), 3);
    EXPECT_EQ(server_.get(work + "/parcels/3/packing-slip", store_).code(), "unknown_parcel");
    EXPECT_EQ(server_.get(work + "/parcels/01/packing-slip", store_).code(), "unknown_parcel");
    EXPECT_EQ(server_.get(work_of(order, 2) + "/parcels/1/packing-slip", store_).code(), "unknown_fulfillment_order");

    const auto misread = server_.post(work + "/ship", store_,
                                      R"({"parcels":[{"number":2,"carrier":"ups","tracking":"1Z5R89390357567128"}]})");
    EXPECT_EQ(misread.code(), "invalid_request");
    EXPECT_NE(misread.text.find("/parcels/0/tracking"), std::string::npos) << misread.text;
    const auto shipped = server_.post(work + "/ship", store_,
                                      R"({"parcels":[{"sscc":")" + sscc +
                                          R"(","tracking":"1Z5R89390357567127"},)"
                                          R"({"number":2,"carrier":"post","tracking":"T2"}]})");
    ASSERT_EQ(shipped.status, 200) << shipped.text;
    EXPECT_EQ(shipped.text_at("status"), "shipped");
    EXPECT_EQ(shipped.body.at("parcels").at(0).at("carrier").as_string(), "ups");
    EXPECT_FALSE(shipped.body.at("parcels").at(1).at("shipped_at").as_string().empty());

    const auto events = server_.get("/v1/orders/" + order + "/events", admin_);
    const auto& list = events.body.at("data").as_array();
    const auto& left = list.back().at("data");
    EXPECT_EQ(left.at("parcels").at(0).at("sscc").as_string(), sscc);
    EXPECT_EQ(left.at("parcels").at(1).at("tracking").as_string(), "T2");
    EXPECT_EQ(left.at("parcels").at(0).at("lines").at(0).at("quantity"), 2);
    EXPECT_EQ(list.at(list.size() - 2).at("type").as_string(), "waybill.fulfillment_packed.v1");
    const std::string metrics = server_.get("/metrics", "").text;
    EXPECT_NE(metrics.find("\nwaybill_parcels_shipped_total 2\n"), std::string::npos);

    const std::string id = work.substr(work.rfind('/') + 1);
    const auto bulk = server_.send("POST", "/v1/fulfillment-orders/unpack/bulk", store_,
                                   R"({"fulfillment_order":")" + id + R"(","number":1})" + "\n",
                                   {{"content-type", "application/x-ndjson"}});
    EXPECT_NE(bulk.text.find("fulfillment_state"), std::string::npos) << bulk.text;
}

TEST_F(FulfillmentApi, WhatIsGivenBackGoesElsewhere) {
    const std::string order = release("W-1", "A", 3);
    const auto picked =
        server_.post(work_of(order) + "/pick", store_, R"({"lines":[{"line_no":1,"quantity":2,"missing":1}]})");
    ASSERT_EQ(picked.status, 200) << picked.text;
    EXPECT_EQ(picked.text_at("status"), "picked");
    EXPECT_EQ(picked.text_at("reason"), "short_pick");
    const auto after = server_.get("/v1/orders/" + order, admin_);
    EXPECT_EQ(after.body.at("refused_by").at(0).as_string(), "LON");
    EXPECT_EQ(after.body.at("lines").at(0).at("allocations").at(1).at("location").as_string(), "MAN") << after.text;
    EXPECT_EQ(server_.get("/v1/inventory?sku=A&location=LON", admin_).body.at("data").at(0).at("on_hand"), 99);
    EXPECT_EQ(server_.get("/v1/orders/" + order, store_).body.as_object().if_contains("refused_by"), nullptr);

    // LON has picked units and gives them back as damaged: nothing of the order is there any more, but what became of
    // its work is.
    const auto rejected = server_.post(work_of(order) + "/reject", store_,
                                       R"({"reason":"broken","stock":"damaged","lines":[{"line_no":1}]})");
    ASSERT_EQ(rejected.status, 200) << rejected.text;
    EXPECT_EQ(rejected.text_at("status"), "rejected");
    EXPECT_EQ(server_.get("/v1/orders/" + order, store_).code(), "unknown_order");
    EXPECT_EQ(server_.get(work_of(order), store_).body, rejected.body);
    EXPECT_EQ(server_.get("/v1/inventory?sku=A&location=LON", admin_).body.at("data").at(0).at("unsellable"), 2);
    const auto events = server_.get("/v1/events?types=fulfillment_rejected", admin_).body.at("data").as_array();
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[1].at("data").at("stock").as_string(), "damaged");
    EXPECT_EQ(events[1].at("data").at("lines").at(0).at("released").at(0).at("quantity"), 2);
    EXPECT_EQ(events[1].at("data").at("movements").at(0).at("kind").as_string(), "quarantine");
    EXPECT_EQ(server_.post(work_of(order) + "/reject", admin_, R"({"reason":""})").code(), "invalid_request");
    EXPECT_EQ(server_.post(work_of(order) + "/reject", admin_, R"({"reason":"x","stock":"lost"})").code(),
              "invalid_request");
}

TEST_F(FulfillmentApi, AKeySeesAndWorksOnItsOwnLocations) {
    const std::string here = release("W-1", "A", 1);
    const std::string there = release("W-2", "B", 1);
    EXPECT_EQ(listed("", admin_), (Names{"W-1", "W-2"}));
    EXPECT_EQ(listed("", store_), (Names{"W-1"}));
    EXPECT_EQ(listed("?location=LON", store_), (Names{"W-1"}));
    EXPECT_EQ(server_.get("/v1/fulfillment-orders?location=LON,MAN", store_).code(), "out_of_scope");
    EXPECT_EQ(listed("?order=" + there, store_), Names{});
    EXPECT_EQ(server_.get(work_of(here), store_).status, 200);
    EXPECT_EQ(server_.get(work_of(there), store_).code(), "unknown_fulfillment_order");
    EXPECT_EQ(server_.get(work_of(here), secrets_.at("vendor")).code(), "unknown_fulfillment_order");
    for (const auto& [action, body] :
         {std::pair{"accept", "{}"}, {"pick", "{}"}, {"ship", "{}"}, {"reject", R"({"reason":"closed"})"}}) {
        EXPECT_EQ(server_.post(work_of(there) + '/' + action, store_, body).code(), "unknown_fulfillment_order")
            << action;
    }
    const auto lines = server_.bulk("/v1/fulfillment-orders/accept/bulk", store_,
                                    R"({"fulfillment_order":"ful_)" + there.substr(4) + R"(-1"})");
    EXPECT_EQ(lines.at(0).at("error").at("code").as_string(), "unknown_fulfillment_order");
    EXPECT_EQ(server_.get(work_of(there), admin_).text_at("status"), "released");

    // A key that may release is asked for its own locations only.
    const auto key = server_.post("/v1/keys", admin_, R"({"name":"ops","role":"operations","locations":["LON"]})");
    const std::string ops = key.text_at("secret");
    const auto placed = server_.post("/v1/orders", admin_, order_text("W-3", "B", 1));
    const std::string target = "/v1/orders/" + placed.text_at("id") + "/release";
    EXPECT_EQ(server_.post(target, ops, "{}").code(), "unknown_order");
    EXPECT_EQ(server_.post(target, ops, R"({"location":"MAN"})").code(), "out_of_scope");
    EXPECT_EQ(server_.post(work_of(there) + "/recall", ops, R"({"reason":"x"})").code(), "unknown_fulfillment_order");
    // An order with work at two places shows a key the work of its own.
    const auto part = server_.post(work_of(here) + "/reject", admin_, R"({"reason":"closed"})");
    ASSERT_EQ(part.status, 200) << part.text;
    ASSERT_EQ(server_.post("/v1/orders/" + here + "/release", admin_, "{}").status, 200);
    EXPECT_EQ(server_.get("/v1/orders/" + here, admin_).body.at("fulfillment_orders").as_array().size(), 2u);
    EXPECT_EQ(server_.get(work_of(here, 2), store_).code(), "unknown_fulfillment_order");
    EXPECT_EQ(listed("?status=rejected", store_), (Names{"W-1"}));
}

TEST_F(FulfillmentApi, TheSameKeyGivesTheSameAnswer) {
    const std::string order = release("W-1", "A", 2);
    const std::vector<http::Header> key = {{"idempotency-key", "once"}};
    const auto first =
        server_.send("POST", work_of(order) + "/pick", store_, R"({"lines":[{"line_no":1,"quantity":1}]})", key);
    ASSERT_EQ(first.status, 200) << first.text;
    ASSERT_EQ(server_.post(work_of(order) + "/ship", store_, "{}").status, 200);
    const auto again =
        server_.send("POST", work_of(order) + "/pick", store_, R"({"lines":[{"line_no":1,"quantity":1}]})", key);
    EXPECT_EQ(again.status, 200) << again.text;
    EXPECT_EQ(again.header("idempotency-replayed"), "true");
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.header("etag"), first.header("etag"));
    EXPECT_EQ(again.header("waybill-sequence"), first.header("waybill-sequence"));
}

TEST_F(FulfillmentApi, ListsPageByPage) {
    ASSERT_EQ(server_
                  .send("PUT", "/v1/locations/MAN", admin_,
                        R"({"kind":"store","zone":"UTC","address":{"country":"GB"},"release":"when_routed"})")
                  .status,
              200);
    EXPECT_EQ(server_.get("/v1/locations/MAN", admin_).text_at("release"), "when_routed");
    EXPECT_EQ(server_.get("/v1/locations/LON", admin_).text_at("release"), "manual");
    const auto later = release("W-1", "A", 1);
    std::string urgent = order_text("W-2", "A", 1);
    urgent.insert(1, R"("priority":-5,)");
    const auto placed = server_.post("/v1/orders", admin_, urgent);
    ASSERT_EQ(server_.post("/v1/orders/" + placed.text_at("id") + "/release", admin_, "{}").status, 200);
    const auto at_once = server_.post("/v1/orders", admin_, order_text("W-3", "B", 1));
    ASSERT_EQ(at_once.body.at("fulfillment_orders").as_array().size(), 1u) << at_once.text;
    EXPECT_EQ(listed("", admin_), (Names{"W-2", "W-1", "W-3"}));
    Names seen;
    std::string target = "/v1/fulfillment-orders?limit=1";
    while (true) {
        const auto page = server_.get(target, admin_);
        ASSERT_EQ(page.status, 200) << page.text;
        for (const auto& row : page.body.at("data").as_array())
            seen.emplace_back(row.at("channel_order_id").as_string());
        if (page.text_at("next_cursor").empty()) break;
        target = "/v1/fulfillment-orders?limit=1&cursor=" + page.text_at("next_cursor");
    }
    EXPECT_EQ(seen, (Names{"W-2", "W-1", "W-3"}));
    EXPECT_EQ(listed("?location=MAN", admin_), (Names{"W-3"}));
    EXPECT_EQ(listed("?location=MAN,LON", admin_).size(), 3u);
    EXPECT_EQ(listed("?location=MAN&location=LON", admin_).size(), 3u);
    EXPECT_EQ(listed("?order=" + later, admin_), (Names{"W-1"}));
    const std::string due(server_.get(work_of(later), admin_).text_at("due"));
    EXPECT_EQ(listed("?due_until=" + due, admin_).size(), 3u);
    EXPECT_EQ(listed("?due_until=2000-01-01", admin_), Names{});
    ASSERT_EQ(server_.post(work_of(later) + "/pick", admin_, "{}").status, 200);
    EXPECT_EQ(listed("?status=picked", admin_), (Names{"W-1"}));
    EXPECT_EQ(listed("?status=released", admin_), (Names{"W-2", "W-3"}));
    EXPECT_EQ(listed("?status=open", admin_).size(), 3u);
    ASSERT_EQ(server_.post(work_of(later) + "/ship", admin_, "{}").status, 200);
    EXPECT_EQ(listed("", admin_), (Names{"W-2", "W-3"}));
    EXPECT_EQ(listed("?status=done", admin_), (Names{"W-1"}));
    for (const char* bad : {"?status=late", "?order=7", "?due_until=soon", "?limit=0", "?colour=red"}) {
        EXPECT_EQ(server_.get(std::string("/v1/fulfillment-orders") + bad, admin_).code(), "invalid_request") << bad;
    }
    EXPECT_EQ(server_.get("/v1/fulfillment-orders?location=none", admin_).code(), "unknown_location");
    EXPECT_EQ(server_.get("/v1/fulfillment-orders?cursor=bm9uZQ", admin_).code(), "invalid_cursor");
    EXPECT_EQ(server_.get(work_of(later) + "?as_of=1", admin_).code(), "invalid_request");
    EXPECT_EQ(server_.get("/v1/fulfillment-orders/12", admin_).code(), "unknown_fulfillment_order");
    EXPECT_EQ(server_.get(work_of(later, 2), admin_).code(), "unknown_fulfillment_order");
}

/// Lines of different actions may read the same: they are not repetitions of one another.
TEST_F(FulfillmentApi, OneKeyIsNotForTwoBulks) {
    const std::string order = release("W-1", "A", 4);
    const std::string line = R"({"fulfillment_order":"ful_)" + order.substr(4) + R"(-1"})";
    const std::vector<http::Header> key = {{"idempotency-key", "wave"}};
    const auto accepted = server_.send("POST", "/v1/fulfillment-orders/accept/bulk", admin_, line, key);
    EXPECT_NE(accepted.text.find("accepted"), std::string::npos) << accepted.text;
    const auto picked = server_.send("POST", "/v1/fulfillment-orders/pick/bulk", admin_, line, key);
    EXPECT_NE(picked.text.find("idempotency_key_reused"), std::string::npos) << picked.text;
    const auto again = server_.send("POST", "/v1/fulfillment-orders/accept/bulk", admin_, line, key);
    EXPECT_EQ(again.text, accepted.text);
}

TEST_F(FulfillmentApi, ManyAtOnce) {
    const auto one = [&](const std::string& target, const std::string& line) {
        const auto results = server_.bulk(target, admin_, line);
        EXPECT_EQ(results.size(), 1u) << target;
        return results.empty() ? boost::json::value() : results.front();
    };
    const std::string order = server_.post("/v1/orders", admin_, order_text("W-1", "A", 4)).text_at("id");
    const auto released = one("/v1/releases/bulk", R"({"order":")" + order + R"(","location":"LON"})");
    EXPECT_EQ(released.at("status"), 200) << boost::json::serialize(released);
    EXPECT_EQ(released.at("id").as_string(), order);
    const std::string id = "ful_" + order.substr(4) + "-1";
    const std::string named = R"("fulfillment_order":")" + id + '"';
    const std::string routes = "/v1/fulfillment-orders/";
    const auto accepted = one(routes + "accept/bulk", '{' + named + '}');
    EXPECT_EQ(accepted.at("id").as_string(), id) << boost::json::serialize(accepted);
    EXPECT_EQ(accepted.at("fulfillment_status").as_string(), "accepted");
    EXPECT_EQ(accepted.at("order_status").as_string(), "allocated");
    EXPECT_EQ(accepted.at("channel_order_id").as_string(), "W-1");
    const auto picked = one(routes + "pick/bulk", '{' + named + R"(,"lines":[{"line_no":1,"quantity":2}]})");
    EXPECT_EQ(picked.at("fulfillment_status").as_string(), "picking");
    const auto rejected =
        one(routes + "reject/bulk", '{' + named + R"(,"reason":"late","lines":[{"line_no":1,"quantity":1}]})");
    EXPECT_EQ(rejected.at("fulfillment_status").as_string(), "picking") << boost::json::serialize(rejected);
    EXPECT_EQ(one(routes + "recall/bulk", '{' + named + R"(,"reason":"changed"})").at("fulfillment_status").as_string(),
              "picked");
    EXPECT_EQ(one(routes + "ship/bulk", '{' + named + R"(,"carrier":"post"})").at("fulfillment_status").as_string(),
              "shipped");
    const auto over = one(routes + "ship/bulk", '{' + named + '}');
    EXPECT_EQ(over.at("id").as_string(), id) << "a line that is refused says which it is, too";
    EXPECT_EQ(over.at("error").at("code").as_string(), "fulfillment_state");
    const auto unnamed = one(routes + "accept/bulk", R"({"fulfillment_order":"ord_1"})");
    EXPECT_EQ(unnamed.at("error").at("errors").at(0).at("pointer").as_string(), "/fulfillment_order");
    EXPECT_EQ(one(routes + "accept/bulk", "{}").at("error").at("code").as_string(), "invalid_request");
}

TEST_F(FulfillmentApi, HoldsAndTheMomentsOfRules) {
    const auto saved = server_.post(
        "/v1/rule-sets", admin_,
        R"({"automation":[{"code":"many","moment":"before_release","when":{">":[{"var":"order.units"},4]},)"
        R"("then":[{"type":"place_hold","code":"look","blocks":["releasing"]}]},)"
        R"({"code":"back","moment":"rejected","when":{"in":["LON",{"var":"order.refused_by"}]},)"
        R"("then":[{"type":"add_tag","tag":"given_back"}]}]})");
    ASSERT_EQ(saved.status, 201) << saved.text;
    ASSERT_EQ(server_.post("/v1/rule-activations", admin_, R"({"rule_set":1})").status, 201);
    const auto placed = server_.post("/v1/orders", admin_, order_text("W-1", "A", 5));
    const std::string target = "/v1/orders/" + placed.text_at("id");
    const auto held = server_.post(target + "/release", admin_, "{}");
    ASSERT_EQ(held.status, 200) << held.text;
    EXPECT_TRUE(held.body.at("fulfillment_orders").as_array().empty());
    EXPECT_EQ(held.body.at("holds").at(0).at("blocks").at(0).as_string(), "releasing");
    EXPECT_EQ(server_.post(target + "/release", admin_, "{}").code(), "order_on_hold");
    const auto before = server_.get(target + "/rules", admin_);
    ASSERT_EQ(before.status, 200) << before.text;
    const auto& moment = before.body.at("moments").as_array().back();
    EXPECT_EQ(moment.at("moment").as_string(), "before_release") << before.text;
    EXPECT_TRUE(moment.at("reproduced").as_bool()) << before.text;
    EXPECT_EQ(moment.at("holds").at(0).at("code").as_string(), "look");

    ASSERT_EQ(server_.post(target + "/holds/release", admin_, R"({"code":"look"})").status, 200);
    const std::string order = release("W-2", "A", 2);
    const auto rejected = server_.post(work_of(order) + "/reject", store_, R"({"reason":"closed"})");
    ASSERT_EQ(rejected.status, 200) << rejected.text;
    EXPECT_EQ(server_.get("/v1/orders/" + order, admin_).body.at("tags").at(0).as_string(), "given_back");
    const auto after = server_.get("/v1/orders/" + order + "/rules", admin_);
    ASSERT_EQ(after.status, 200) << after.text;
    Names moments;
    for (const auto& sequence : after.body.at("sequences").as_array()) {
        const auto told = server_.get(
            "/v1/orders/" + order + "/rules?sequence=" + std::to_string(sequence.to_number<std::int64_t>()), admin_);
        for (const auto& passed : told.body.at("moments").as_array()) {
            moments.emplace_back(passed.at("moment").as_string());
            EXPECT_TRUE(passed.at("reproduced").as_bool()) << told.text;
        }
    }
    EXPECT_EQ(moments, (Names{"placed", "routed", "before_release", "rejected", "routed"}));

    const std::string blocked = release("W-3", "A", 1);
    ASSERT_EQ(
        server_.post("/v1/orders/" + blocked + "/holds", admin_, R"({"code":"wait","blocks":["shipping"]})").status,
        201);
    const auto actions = server_.get(work_of(blocked), admin_).body.at("allowed_actions");
    EXPECT_EQ(boost::json::serialize(actions), R"(["accept","pick","reject","recall"])");
    EXPECT_EQ(server_.post(work_of(blocked) + "/ship", admin_, "{}").code(), "order_on_hold");
}

}  // namespace
}  // namespace waybill::api
