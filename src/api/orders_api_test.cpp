// Orders over HTTP: placing, repeating, reading as of, changing on condition, searching page by page.

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <set>

#include "api/api_test_kit.hpp"
#include "base/decimal.hpp"

namespace waybill::api {
namespace {

using testing::Answered;
using testing::order_text;

class OrdersApi : public ::testing::Test {
protected:
    void SetUp() override {
        secrets_ = server_.open_tenant("acme");
        admin_ = secrets_.at("admin");
    }
    testing::TestServer server_;
    std::map<std::string, std::string> secrets_;
    std::string admin_;
};

TEST_F(OrdersApi, PlacesReadsAndShowsEverything) {
    const auto placed = server_.post("/v1/orders", admin_, order_text("W-1", "A", 2));
    ASSERT_EQ(placed.status, 201) << placed.text;
    EXPECT_EQ(placed.header("etag"), "\"1\"");
    EXPECT_FALSE(placed.header("waybill-sequence").empty());
    EXPECT_EQ(placed.text_at("status"), "allocated");
    EXPECT_EQ(placed.body.at("totals").at("total").as_string(), "5.10");
    EXPECT_EQ(placed.body.at("sourcing").at("status").as_string(), "optimal");
    EXPECT_EQ(placed.body.at("ship_to").at("line1").as_string(), "1 Long Lane");
    const auto read = server_.get("/v1/orders/" + placed.text_at("id"), admin_);
    ASSERT_EQ(read.status, 200);
    EXPECT_EQ(read.body.at("customer").at("email").as_string(), "ann@example.com");
    EXPECT_EQ(read.body.at("lines"), placed.body.at("lines"));
    EXPECT_EQ(server_.get("/v1/inventory?sku=A&location=LON", admin_).body.at("data").at(0).at("reserved"), 2);
}

TEST_F(OrdersApi, NamesEveryFaultyField) {
    const auto refused =
        server_.post("/v1/orders", admin_,
                     R"({"channel":"web","channel_order_id":"","currency":"GBP","colour":1,"ship_to":{"latitude":51.5},
            "lines":[{"sku":"A","quantity":0,"unit_price":"x"}]})");
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.code(), "invalid_request");
    std::set<std::string> pointers;
    for (const auto& error : refused.body.at("errors").as_array()) pointers.emplace(error.at("pointer").as_string());
    for (const char* pointer : {"/channel_order_id", "/colour", "/lines/0/quantity", "/lines/0/unit_price"}) {
        EXPECT_TRUE(pointers.contains(pointer)) << pointer << " in " << refused.text;
    }
    const auto place = server_.post(
        "/v1/orders", admin_,
        R"({"channel":"web","channel_order_id":"W","currency":"GBP","ship_to":{"latitude":91},"discount":"0.001",
            "lines":[{"sku":"A","quantity":1,"unit_price":"1"}]})");
    pointers.clear();
    for (const auto& error : place.body.at("errors").as_array()) pointers.emplace(error.at("pointer").as_string());
    EXPECT_EQ(pointers, (std::set<std::string>{"/ship_to/country", "/ship_to/longitude", "/discount"})) << place.text;
    const auto core = server_.post("/v1/orders", admin_, order_text("W", "NOPE", 1));
    EXPECT_EQ(core.code(), "unknown_sku");
    EXPECT_EQ(core.body.at("errors").at(0).at("pointer").as_string(), "/lines/0/sku");
}

TEST_F(OrdersApi, RefusesWhatIsNotARequest) {
    EXPECT_EQ(server_.post("/v1/orders", admin_, "{").code(), "malformed_json");
    EXPECT_EQ(server_.post("/v1/orders", admin_, R"({"a":1,"a":2})").code(), "malformed_json");
    EXPECT_EQ(server_.post("/v1/orders", admin_, std::string(100, '[') + std::string(100, ']')).code(),
              "malformed_json");
    const auto type = server_.send("POST", "/v1/orders", admin_, "x", {{"content-type", "text/plain"}});
    EXPECT_EQ(type.code(), "unsupported_media_type");
    EXPECT_EQ(server_.get("/v1/nothing", admin_).code(), "not_found");
    const auto method = server_.send("DELETE", "/v1/orders", admin_);
    EXPECT_EQ(method.code(), "method_not_allowed");
    EXPECT_EQ(method.header("allow"), "POST, GET");
    EXPECT_EQ(server_.get("/v1/orders?colour=red", admin_).code(), "invalid_request");
    EXPECT_EQ(server_.get("/v1/orders?limit=201", admin_).code(), "invalid_request");
    EXPECT_EQ(server_.get("/v1/orders?cursor=bm9uZQ", admin_).code(), "invalid_cursor");
    EXPECT_EQ(server_.get("/v1/orders/12", admin_).code(), "unknown_order");
    EXPECT_EQ(server_.get("/v1/items/none", admin_).code(), "not_found");
    EXPECT_EQ(server_.post("/v1/orders", admin_, std::string(5u << 20, ' ')).code(), "body_too_large");
}

TEST_F(OrdersApi, TheSameKeyGivesTheSameAnswer) {
    const std::vector<http::Header> key = {{"idempotency-key", "once"}};
    const auto first = server_.send("POST", "/v1/orders", admin_, order_text("W-1", "A", 1), key);
    ASSERT_EQ(first.status, 201) << first.text;
    ASSERT_EQ(server_.post("/v1/orders/" + first.text_at("id") + "/cancel", admin_, R"({"reason":"late"})").status,
              200);
    const auto again = server_.send("POST", "/v1/orders", admin_, order_text("W-1", "A", 1), key);
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.header("idempotency-replayed"), "true");
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.header("waybill-sequence"), first.header("waybill-sequence"));
    const auto other = server_.send("POST", "/v1/orders", admin_, order_text("W-2", "A", 1), key);
    EXPECT_EQ(other.code(), "idempotency_key_reused");
    const auto bad =
        server_.send("POST", "/v1/orders", admin_, order_text("W-3", "A", 1), {{"idempotency-key", "a b"}});
    EXPECT_EQ(bad.code(), "invalid_request");
    EXPECT_EQ(server_.post("/v1/orders", admin_, order_text("W-1", "A", 1)).code(), "duplicate_order");
    const std::vector<http::Header> keyed = {{"idempotency-key", "key"}};
    const auto made = server_.send("POST", "/v1/keys", admin_, R"({"name":"k","role":"viewer"})", keyed);
    const auto repeated = server_.send("POST", "/v1/keys", admin_, R"({"name":"k","role":"viewer"})", keyed);
    EXPECT_EQ(repeated.text_at("id"), made.text_at("id"));
    EXPECT_EQ(repeated.text_at("secret"), "") << "the secret was not kept";
}

TEST_F(OrdersApi, ChangesOnConditionAndReadsAsOf) {
    const auto placed = server_.post("/v1/orders", admin_, order_text("W-1", "A", 3));
    const std::string target = "/v1/orders/" + placed.text_at("id");
    const auto stale =
        server_.send("POST", target + "/cancel", admin_, R"({"reason":"late"})", {{"if-match", "\"7\""}});
    EXPECT_EQ(stale.status, 412);
    EXPECT_EQ(server_.send("POST", target + "/cancel", admin_, R"({"reason":"late"})", {{"if-match", "7"}}).code(),
              "invalid_request");
    const auto part =
        server_.send("POST", target + "/cancel", admin_,
                     R"({"reason":"late","lines":[{"channel_line_id":"1","quantity":1}]})", {{"if-match", "\"1\""}});
    ASSERT_EQ(part.status, 200) << part.text;
    EXPECT_EQ(part.body.at("lines").at(0).at("quantities").at("cancelled"), 1);
    EXPECT_EQ(part.header("etag"), "\"2\"");
    const auto before = server_.get(target + "?as_of=" + placed.header("waybill-sequence"), admin_);
    EXPECT_EQ(before.body.at("version"), 1) << before.text;
    EXPECT_EQ(server_.get(target + "?as_of=1", admin_).code(), "unknown_order");
    EXPECT_EQ(server_.get(target + "?as_of=2000-01-01T00:00:00Z", admin_).code(), "unknown_order");
    EXPECT_EQ(server_.get(target + "?as_of=2040-01-01T00:00:00Z", admin_).body.at("version"), 2);
    EXPECT_EQ(server_.get(target + "?as_of=soon", admin_).code(), "invalid_request");
    const auto shipped =
        server_.post(target + "/shipments", admin_, R"({"location":"LON","carrier":"post","tracking":"T1"})");
    EXPECT_EQ(shipped.status, 201) << shipped.text;
    EXPECT_EQ(shipped.text_at("status"), "shipped");
    EXPECT_EQ(server_.get(target + "/events", admin_).body.at("data").as_array().size(), 3u);
}

TEST_F(OrdersApi, ReroutesExplainsAndPreviews) {
    const auto preview = server_.post("/v1/sourcing/preview", admin_, order_text("P", "A", 1));
    ASSERT_EQ(preview.status, 200) << preview.text;
    EXPECT_EQ(preview.text_at("status"), "optimal");
    EXPECT_EQ(server_.get("/v1/inventory?sku=A&location=LON", admin_).body.at("data").at(0).at("reserved"), 0);
    const auto placed = server_.post("/v1/orders", admin_, order_text("W-1", "A", 1));
    const std::string target = "/v1/orders/" + placed.text_at("id");
    const auto explained = server_.get(target + "/routing", admin_);
    ASSERT_EQ(explained.status, 200) << explained.text;
    EXPECT_TRUE(explained.body.at("reproduced").as_bool()) << explained.text;
    EXPECT_EQ(explained.text_at("cost"), placed.body.at("sourcing").at("cost").as_string());
    EXPECT_EQ(explained.body.at("candidates").at(0).at("location").as_string(), "LON");
    const auto moved = server_.post(target + "/reroute", admin_, R"({"reason":"closed","exclude_locations":["LON"]})");
    ASSERT_EQ(moved.status, 200) << moved.text;
    EXPECT_EQ(moved.body.at("lines").at(0).at("allocations").at(0).at("location").as_string(), "MAN");
}

TEST_F(OrdersApi, HoldsAreTakenExplainedAndReleased) {
    const auto saved =
        server_.post("/v1/rule-sets", admin_,
                     R"({"automation":[{"code":"big","name":"Look at it","when":{">":[{"var":"order.units"},0]},)"
                     R"("then":[{"type":"place_hold","code":"review","blocks":["routing"]}]},)"
                     R"({"code":"late","moment":"routed","when":{"<":[{"var":"order.places"},9]},)"
                     R"("then":[{"type":"add_tag","tag":"seen"},{"type":"set_priority","priority":-2}]}]})");
    ASSERT_EQ(saved.status, 201) << saved.text;
    ASSERT_EQ(server_.post("/v1/rule-activations", admin_, R"({"rule_set":1})").status, 201);
    const auto placed = server_.post("/v1/orders", admin_, order_text("W-1", "A", 1));
    ASSERT_EQ(placed.status, 201) << placed.text;
    EXPECT_EQ(placed.text_at("status"), "on_hold");
    EXPECT_EQ(placed.body.at("holds").at(0).at("placed_by").as_string(), "rule_set_1/big");
    EXPECT_EQ(placed.body.at("sourcing").at("status").as_string(), "held");
    const std::string target = "/v1/orders/" + placed.text_at("id");
    const auto waits = server_.get(target + "/routing", admin_);
    ASSERT_EQ(waits.status, 200) << waits.text;
    EXPECT_NE(waits.text_at("summary").find("on hold"), std::string::npos) << waits.text;
    EXPECT_EQ(server_.get("/v1/orders?status=on_hold", admin_).body.at("data").as_array().size(), 1u);

    const auto released = server_.post(target + "/holds/release", admin_, R"({"code":"review","reason":"phoned"})");
    ASSERT_EQ(released.status, 200) << released.text;
    EXPECT_EQ(released.text_at("status"), "allocated");
    EXPECT_EQ(released.body.at("priority"), -2);
    EXPECT_EQ(released.body.at("tags").at(0).as_string(), "seen");
    EXPECT_EQ(server_.get("/v1/orders?q=seen", admin_).body.at("data").as_array().size(), 1u);

    const auto rules = server_.get(target + "/rules", admin_);
    ASSERT_EQ(rules.status, 200) << rules.text;
    ASSERT_EQ(rules.body.at("sequences").as_array().size(), 2u) << rules.text;
    const auto& moment = rules.body.at("moments").at(0);
    EXPECT_EQ(moment.at("moment").as_string(), "routed");
    EXPECT_TRUE(moment.at("reproduced").as_bool()) << rules.text;
    EXPECT_EQ(moment.at("automation").at(0).at("code").as_string(), "late");
    EXPECT_EQ(moment.at("automation").at(0).at("read").at(0).at("fact").as_string(), "order.places");
    EXPECT_EQ(moment.at("automation").at(0).at("read").at(0).at("value").as_string(), "1");
    const auto first = server_.get(
        target + "/rules?sequence=" + std::to_string(rules.body.at("sequences").at(0).to_number<std::int64_t>()),
        admin_);
    ASSERT_EQ(first.body.at("moments").as_array().size(), 1u) << first.text;
    EXPECT_EQ(first.body.at("moments").at(0).at("moment").as_string(), "placed");
    EXPECT_EQ(first.body.at("moments").at(0).at("holds").at(0).at("code").as_string(), "review");
    const auto events = server_.get(target + "/events", admin_);
    EXPECT_EQ(events.body.at("data").as_array().size(), 4u) << events.text;

    const auto preview = server_.post("/v1/sourcing/preview", admin_, order_text("P", "A", 1));
    EXPECT_EQ(preview.text_at("status"), "held") << preview.text;
}

const boost::json::value& candidate_at(const Answered& explained, std::string_view location) {
    for (const boost::json::value& row : explained.body.at("candidates").as_array()) {
        if (row.at("location").as_string() == location) return row;
    }
    ADD_FAILURE() << location << " is not listed: " << explained.text;
    return explained.body;
}

TEST_F(OrdersApi, SaysWhatWouldMakeAnotherPlaceWin) {
    const auto placed = server_.post("/v1/orders", admin_, order_text("W-1", "B", 2));
    const std::string target = "/v1/orders/" + placed.text_at("id") + "/routing";
    const auto explained = server_.get(target, admin_);
    ASSERT_EQ(explained.status, 200) << explained.text;
    EXPECT_TRUE(explained.body.at("contrast_complete").as_bool());
    EXPECT_TRUE(candidate_at(explained, "MAN").at("chosen").as_bool());
    EXPECT_FALSE(candidate_at(explained, "MAN").as_object().contains("contrast"));
    const boost::json::value& london = candidate_at(explained, "LON");
    EXPECT_FALSE(london.at("eligible").as_bool());
    EXPECT_EQ(london.at("reason").as_string(), "no_stock");
    EXPECT_EQ(boost::json::serialize(london.at("contrast")), R"({"units":[{"sku":"B","units":2}]})");
    EXPECT_NE(
        explained.text_at("summary").find("LON has none of it to sell; it would be chosen with 2 more units of B."),
        std::string::npos)
        << explained.text_at("summary");
    ASSERT_EQ(server_
                  .post("/v1/inventory/movements", admin_,
                        R"({"reference":"GRN-2","moves":[{"kind":"receive","sku":"B","location":"LON","quantity":2}]})")
                  .status,
              201);
    const auto again = server_.post("/v1/sourcing/preview", admin_, order_text("P", "B", 2));
    EXPECT_TRUE(candidate_at(again, "LON").at("chosen").as_bool()) << again.text;

    // Now the shop is what loses, by its price.
    const boost::json::value& shop = candidate_at(again, "MAN");
    const std::string under(shop.at("contrast").at("per_shipment_under").as_string());
    EXPECT_NE(again.text_at("summary").find("MAN would be " + std::string(shop.at("loses_by").as_string()) +
                                            " GBP dearer; it would be chosen at a rate under "),
              std::string::npos)
        << again.text_at("summary");
    const auto price = [&](const std::string& per_shipment) {
        const std::string costs = R"("costs":{"per_order":"0","per_kg":"0","per_unit":")" +
                                  std::string(shop.at("costs").at("per_unit").as_string()) + R"(","per_shipment":")" +
                                  per_shipment + R"("}})";
        ASSERT_EQ(
            server_
                .send("PUT", "/v1/locations/MAN", admin_,
                      R"({"kind":"store","latitude":53.5,"longitude":-2.24,"zone":"UTC","address":{"country":"GB"},)" +
                          costs)
                .status,
            200);
    };
    price(under);
    EXPECT_FALSE(candidate_at(server_.post("/v1/sourcing/preview", admin_, order_text("P", "B", 2)), "MAN")
                     .at("chosen")
                     .as_bool());
    price(format_decimal(parse_decimal(under, micros_places).value() - 1, micros_places, 2));
    EXPECT_TRUE(candidate_at(server_.post("/v1/sourcing/preview", admin_, order_text("P", "B", 2)), "MAN")
                    .at("chosen")
                    .as_bool());
}

TEST_F(OrdersApi, DecidesAnOrderOnceMoreAndTakesNothing) {
    const auto placed = server_.post("/v1/orders", admin_, order_text("W-1", "B", 10));
    const std::string target = "/v1/orders/" + placed.text_at("id") + "/preview";
    const auto again = server_.send("POST", target, secrets_.at("viewer"));
    ASSERT_EQ(again.status, 200) << again.text;
    EXPECT_EQ(again.text_at("order_id"), placed.text_at("id"));
    EXPECT_EQ(again.body.at("rule_set"), 0);
    EXPECT_TRUE(again.body.at("differences").as_array().empty()) << "all that MAN had is there for it: " << again.text;
    ASSERT_EQ(
        server_
            .post("/v1/inventory/movements", admin_,
                  R"({"reference":"GRN-2","moves":[{"kind":"receive","sku":"B","location":"LON","quantity":10}]})")
            .status,
        201);
    const auto otherwise = server_.send("POST", target + "?rule_set=0", admin_);
    EXPECT_EQ(boost::json::serialize(otherwise.body.at("differences")),
              R"([{"of":"sources","text":"line 1, B: was 10 from MAN, would be 10 from LON"}])");
    EXPECT_EQ(server_.get("/v1/inventory?sku=B&location=LON", admin_).body.at("data").at(0).at("reserved"), 0);
    EXPECT_EQ(server_.get("/v1/orders/" + placed.text_at("id"), admin_).body.at("version"), 1);
    EXPECT_EQ(server_.send("POST", target + "?rule_set=7", admin_).code(), "unknown_rule_set");
    EXPECT_EQ(server_.send("POST", target + "?rule_set=x", admin_).code(), "invalid_request");
    EXPECT_EQ(server_.send("POST", target + "?version=1", admin_).code(), "invalid_request");
    EXPECT_EQ(server_.send("POST", target, secrets_.at("store")).code(), "out_of_scope");
    EXPECT_EQ(server_.send("POST", "/v1/orders/ord_99999/preview", admin_).code(), "unknown_order");
    EXPECT_EQ(server_.send("POST", "/v1/orders/12/preview", admin_).code(), "unknown_order");
}

TEST_F(OrdersApi, SearchesPageByPage) {
    for (int i = 0; i < 7; ++i) {
        ASSERT_EQ(server_.post("/v1/orders", admin_, order_text("W-" + std::to_string(i), "A", 1)).status, 201);
    }
    std::set<std::string> seen;
    std::string cursor;
    int pages = 0;
    do {
        const auto page = server_.get("/v1/orders?limit=3" + (cursor.empty() ? "" : "&cursor=" + cursor), admin_);
        ASSERT_EQ(page.status, 200) << page.text;
        for (const auto& order : page.body.at("data").as_array()) seen.emplace(order.at("id").as_string());
        cursor = page.text_at("next_cursor");
        ++pages;
    } while (!cursor.empty());
    EXPECT_EQ(seen.size(), 7u);
    EXPECT_EQ(pages, 3);
    const auto count = [&](const std::string& query) {
        const auto found = server_.get("/v1/orders?" + query, admin_);
        EXPECT_EQ(found.status, 200) << found.text;
        return found.body.at("data").as_array().size();
    };
    EXPECT_EQ(count("status=allocated&channel=web&sku=A&location=LON"), 7u);
    EXPECT_EQ(count("status=cancelled,shipped"), 0u);
    EXPECT_EQ(count("q=W-3"), 1u);
    EXPECT_EQ(count("q=ann"), 7u);
    EXPECT_EQ(server_.get("/v1/orders?q=ann", secrets_.at("viewer")).body.at("data").as_array().size(), 0u);
    EXPECT_EQ(count("placed_before=2020-01-01T00:00:00Z"), 0u);
}

TEST_F(OrdersApi, CustomersAreMergedAndErased) {
    const auto one =
        server_.post("/v1/customers", admin_,
                     R"({"identities":[{"channel":"web","external_id":"X1"}],"name":"Bo","email":"bo@example.com"})");
    ASSERT_EQ(one.status, 201) << one.text;
    const std::string target = "/v1/customers/" + one.text_at("id");
    const auto changed = server_.send("PATCH", target, admin_, R"({"phone":"123","group":"vip"})");
    ASSERT_EQ(changed.status, 200) << changed.text;
    EXPECT_EQ(changed.text_at("email"), "bo@example.com") << "what the request leaves out stays";
    EXPECT_EQ(changed.text_at("phone"), "123");
    EXPECT_EQ(server_.get("/v1/customers?q=bo", admin_).body.at("data").as_array().size(), 1u);
    const auto two = server_.post("/v1/customers", admin_, R"({"name":"Bo again"})");
    const auto merged = server_.post("/v1/customers/" + two.text_at("id") + "/merge", admin_,
                                     R"({"into":")" + one.text_at("id") + "\"}");
    EXPECT_EQ(merged.status, 200) << merged.text;
    EXPECT_EQ(server_.post(target + "/erase", admin_, "").status, 204);
    EXPECT_EQ(server_.get(target, admin_).text_at("name"), "");
    EXPECT_EQ(server_.get("/v1/customers?q=bo", admin_).body.at("data").as_array().size(), 0u);
}

TEST_F(OrdersApi, ProcessRoutesNeedNoKey) {
    EXPECT_EQ(server_.get("/livez", "").text_at("status"), "alive");
    EXPECT_EQ(server_.get("/readyz", "").text_at("status"), "ready");
    EXPECT_NE(server_.get("/metrics", "")
                  .text.find("waybill_http_requests_total{method=\"GET\",route=\"/livez\",status=\"200\"} 1"),
              std::string::npos);
    EXPECT_NE(server_.get("/openapi.yaml", "").text.find("openapi: 3.1.0"), std::string::npos);
    EXPECT_NE(server_.get("/docs", "").text.find("/openapi.json"), std::string::npos);
}

}  // namespace
}  // namespace waybill::api
