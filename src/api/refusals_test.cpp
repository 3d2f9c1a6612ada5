// Every refusal by name over HTTP. What is left out is named at the end, with where it is tested.

#include <gtest/gtest.h>

#include <set>

#include "api/api_test_kit.hpp"
#include "core/rejection.hpp"

namespace waybill::api {
namespace {

using testing::order_text;

struct Case {
    const char* code;
    const char* method;
    const char* target;
    const char* body;
};

/// After these have succeeded, the cases below are refused. Item U has no stock, KIT is made of A, GONE and OFF are not
/// active; customer cus_BLOCKED can not be named before it exists, so the identity is used.
constexpr Case setting[] = {
    {"", "PUT", "/v1/items/U",
     R"({"units":[{"unit":"each","factor":1,"gtin":"4006381333931"},{"unit":"case","factor":12}]})"},
    {"", "PUT", "/v1/items/KIT", R"({"components":[{"sku":"A","quantity":2}]})"},
    {"", "PUT", "/v1/items/GONE", R"({"active":false})"},
    {"", "PUT", "/v1/channels/off", R"({"active":false})"},
    {"", "PUT", "/v1/locations/SHUT", R"({"active":false})"},
    {"", "POST", "/v1/customers", R"({"identities":[{"channel":"web","external_id":"BAD"}],"blocked":true})"},
    {"", "POST", "/v1/orders",
     R"({"channel":"web","channel_order_id":"HAVE","currency":"GBP","ship_to":{"country":"GB"},"lines":[{"sku":"A","quantity":1,"unit_price":"1"}]})"},
    {"", "POST", "/v1/inventory/feeds/wms", R"({"sequence":5000,"rows":[{"sku":"A","location":"SUP","quantity":1}]})"},
};

#define WAYBILL_ORDER_WITH(members) \
    R"({"channel":"web","channel_order_id":"X","currency":"GBP","ship_to":{"country":"GB"},)" members "}"
#define WAYBILL_LINE R"("lines":[{"sku":"A","quantity":1,"unit_price":"1.00"}])"
#define WAYBILL_MOVE(members) R"({"moves":[{)" members "}]}"

constexpr Case cases[] = {
    {"invalid_request", "POST", "/v1/orders", "{}"},
    {"malformed_json", "POST", "/v1/orders", "{"},
    {"not_found", "GET", "/v1/items/none", ""},
    {"method_not_allowed", "PUT", "/v1/orders", "{}"},
    {"invalid_cursor", "GET", "/v1/items?cursor=AAAA", ""},
    {"unknown_key", "DELETE", "/v1/keys/key_99999", ""},
    {"unknown_sku", "GET", "/v1/inventory?sku=none", ""},
    {"unknown_location", "GET", "/v1/inventory?location=none", ""},
    {"unknown_channel", "GET", "/v1/orders?channel=none", ""},
    {"unknown_unit", "POST", "/v1/orders",
     WAYBILL_ORDER_WITH(R"("lines":[{"sku":"A","unit":"pallet","quantity":1,"unit_price":"1"}])")},
    {"gtin_taken", "PUT", "/v1/items/V", R"({"units":[{"unit":"each","factor":1,"gtin":"4006381333931"}]})"},
    {"unit_in_use", "PUT", "/v1/items/U", R"({"units":[{"unit":"piece","factor":1}]})"},
    {"kit_of_kits", "PUT", "/v1/items/KIT2", R"({"components":[{"sku":"KIT","quantity":1}]})"},
    {"item_inactive", "POST", "/v1/orders",
     WAYBILL_ORDER_WITH(R"("lines":[{"sku":"GONE","quantity":1,"unit_price":"1"}])")},
    {"channel_inactive", "POST", "/v1/orders",
     R"({"channel":"off","channel_order_id":"X","currency":"GBP","ship_to":{"country":"GB"},"lines":[{"sku":"A","quantity":1,"unit_price":"1"}]})"},
    {"unknown_rate_table", "PUT", "/v1/locations/Z", R"({"costs":{"rate_tables":["none"]}})"},
    {"unknown_zone", "PUT", "/v1/locations/Z", R"({"zone":"Mars/Base"})"},
    {"unknown_currency", "PUT", "/v1/settings", R"({"name":"acme","currency":"QQQ"})"},
    {"currency_fixed", "PUT", "/v1/settings", R"({"name":"acme","currency":"EUR"})"},
    {"stock_would_be_negative", "POST", "/v1/inventory/movements",
     WAYBILL_MOVE(R"("kind":"adjust","sku":"B","location":"MAN","quantity":-50,"reason":"lost")")},
    {"stock_not_sellable", "POST", "/v1/inventory/movements",
     WAYBILL_MOVE(R"("kind":"transfer","sku":"B","location":"MAN","to_location":"LON","quantity":50)")},
    {"kit_has_no_stock", "POST", "/v1/inventory/movements",
     WAYBILL_MOVE(R"("kind":"receive","sku":"KIT","location":"LON","quantity":1)")},
    {"quantity_out_of_range", "POST", "/v1/inventory/movements",
     WAYBILL_MOVE(R"("kind":"receive","sku":"U","location":"LON","unit":"case","quantity":1000000000)")},
    {"feed_message_too_old", "POST", "/v1/inventory/feeds/wms",
     R"({"sequence":1,"rows":[{"sku":"A","location":"SUP","quantity":1}]})"},
    {"unknown_customer", "GET", "/v1/customers/cus_99999", ""},
    {"customer_blocked", "POST", "/v1/orders", WAYBILL_ORDER_WITH(R"("customer":{"external_id":"BAD"},)" WAYBILL_LINE)},
    {"identity_taken", "POST", "/v1/customers", R"({"identities":[{"channel":"web","external_id":"BAD"}]})"},
    {"unknown_order", "GET", "/v1/orders/ord_99999", ""},
    {"unknown_fulfillment_order", "GET", "/v1/fulfillment-orders/ful_99999-1", ""},
    {"unknown_return", "GET", "/v1/returns/ret_99999-1", ""},
    {"duplicate_order", "POST", "/v1/orders",
     R"({"channel":"web","channel_order_id":"HAVE","currency":"GBP","ship_to":{"country":"GB"},"lines":[{"sku":"A","quantity":1,"unit_price":"1"}]})"},
    {"total_mismatch", "POST", "/v1/orders", WAYBILL_ORDER_WITH(R"("total":"9.99",)" WAYBILL_LINE)},
    {"discount_too_large", "POST", "/v1/orders", WAYBILL_ORDER_WITH(R"("discount":"9.99",)" WAYBILL_LINE)},
    {"amount_out_of_range", "POST", "/v1/orders",
     WAYBILL_ORDER_WITH(R"("lines":[{"sku":"A","quantity":1,"unit_price":"2000000000"}])")},
    {"insufficient_supply", "POST", "/v1/orders",
     WAYBILL_ORDER_WITH(R"("routing":{"on_shortage":"reject"},"lines":[{"sku":"U","quantity":1,"unit_price":"1"}])")},
    {"pickup_location_invalid", "POST", "/v1/orders",
     WAYBILL_ORDER_WITH(R"("method":"pickup","pickup_location":"LON",)" WAYBILL_LINE)},
};

/// Refusals of an order that exists; {id} is its id, of one unit allocated at LON.
constexpr Case order_cases[] = {
    {"unknown_line", "POST", "/cancel", R"({"reason":"late","lines":[{"line_no":9}]})"},
    {"quantity_not_cancellable", "POST", "/cancel", R"({"reason":"late","lines":[{"line_no":1,"quantity":9}]})"},
    {"quantity_not_allocated", "POST", "/shipments", R"({"location":"LON","lines":[{"line_no":1,"quantity":9}]})"},
    {"nothing_to_route", "POST", "/reroute", R"({"reason":"again","open_only":true})"},
    {"unknown_hold", "POST", "/holds/release", R"({"code":"none"})"},
    {"unknown_exception", "POST", "/exceptions/resolve", R"({"kind":"none"})"},
};

class Refusals : public ::testing::Test {
protected:
    void expect(const std::string& code, const testing::Answered& answered) {
        EXPECT_EQ(answered.code(), code) << answered.status << ' ' << answered.text;
        EXPECT_EQ(answered.header("content-type"), "application/problem+json");
        seen_.insert(answered.code());
    }
    /// Of one picked unit, which is picked again in the end.
    void expect_parcels(const std::string& work, const std::string& admin) {
        const std::string named = R"({"sscc":"340123450000000017"})";
        expect("scan_not_in_order",
               server_.post(work + "/pack", admin, R"({"lines":[{"gtin":"96385074","quantity":1}]})"));
        ASSERT_EQ(server_.post(work + "/pack", admin, named).status, 200);
        expect("unknown_parcel", server_.post(work + "/pack", admin, R"({"number":9,"weight_g":1})"));
        expect("quantity_packed", server_.post(work + "/ship", admin, R"({"lines":[{"line_no":1,"quantity":1}]})"));
        ASSERT_EQ(server_.post(work + "/unpack", admin, named).status, 200);
        expect("parcel_state", server_.post(work + "/unpack", admin, R"({"number":1})"));
        expect("sscc_taken", server_.post(work + "/pack", admin, named));
    }
    /// Of goods that have left and may come back.
    void expect_returns(const std::string& admin) {
        const auto put = server_.send("PUT", "/v1/channels/web", admin, R"({"returns":{"window_days":30}})");
        ASSERT_EQ(put.status, 200) << put.text;
        const auto placed = server_.post("/v1/orders", admin, order_text("BACK", "A", 2));
        const std::string order = "/v1/orders/" + placed.text_at("id");
        ASSERT_EQ(server_.post(order + "/shipments", admin, R"({"location":"LON"})").status, 201);
        const auto asking = [&](const std::string& members) {
            return server_.post(order + "/returns", admin, R"({"lines":[{"line_no":1,"reason":"broken")" + members);
        };
        expect("quantity_not_returnable", asking(R"(,"quantity":9}]})"));
        expect("return_location_invalid", asking(R"(}],"location":"LON"})"));
        ASSERT_EQ(asking(R"(,"quantity":1}]})").status, 201);
        const std::string made = "/v1/returns/ret_" + placed.text_at("id").substr(4) + "-1";
        expect("quantity_not_expected",
               server_.post(made + "/receive", admin, R"({"location":"LON","lines":[{"line_no":1,"quantity":2}]})"));
        ASSERT_EQ(server_.post(made + "/receive", admin, R"({"location":"LON"})").status, 200);
        expect("return_state", server_.post(made + "/approve", admin, "{}"));
        server_.clock().micros += std::int64_t{31} * 24 * 3'600 * 1'000'000;
        expect("return_window_over", asking("}]}"));
    }

    testing::TestServer server_;
    std::set<std::string> seen_;
};

TEST_F(Refusals, EveryName) {
    auto secrets = server_.open_tenant("acme");
    const std::string admin = secrets.at("admin");
    for (const Case& step : setting) {
        const auto answered = server_.send(step.method, step.target, admin, step.body);
        ASSERT_LT(answered.status, 300) << step.target << ' ' << answered.text;
    }
    for (const Case& refused : cases) {
        SCOPED_TRACE(std::string(refused.target) + ' ' + refused.body);
        expect(refused.code, server_.send(refused.method, refused.target, admin, refused.body));
    }
    expect("nothing_to_roll_back", server_.post("/v1/rule-activations/rollback", admin, "{}"));
    expect("unknown_rule_set", server_.post("/v1/rule-activations", admin, R"({"rule_set":1})"));
    expect("invalid_rule",
           server_.post("/v1/rule-sets", admin, R"({"automation":[{"code":"a","when":{"var":"order.totl"}}]})"));
    expect("unknown_strategy",
           server_.post("/v1/rule-sets", admin, R"({"routing":[{"code":"a","strategies":["none"]}]})"));
    expect("unknown_webhook",
           server_.post("/v1/rule-sets", admin,
                        R"({"automation":[{"code":"a","then":[{"type":"call_webhook","webhook":"none"}]}]})"));
    expect("unknown_message",
           server_.post("/v1/rule-sets", admin,
                        R"({"automation":[{"code":"a","then":[{"type":"notify","message":"none"}]}]})"));
    const auto unsigned_ = server_.send("PUT", "/v1/webhooks/erp", admin, R"({"url":"https://a.example","events":[]})");
    expect("not_configured", unsigned_);
    EXPECT_EQ(unsigned_.status, 503);
    EXPECT_EQ(unsigned_.header("retry-after"), "") << "it does not come by itself";
    const auto failing = server_.post("/v1/rule-sets", admin,
                                      R"({"golden_orders":[{"code":"g","channel":"web","country":"GB",)"
                                      R"("lines":[{"sku":"A","quantity":1}],"expect":{"tags":["none"]}}]})");
    ASSERT_EQ(failing.status, 201) << failing.text;
    expect("golden_order_failed", server_.post("/v1/rule-activations", admin, R"({"rule_set":1})"));
    const std::string metrics = server_.get("/metrics", "").text;
    EXPECT_NE(metrics.find("\nwaybill_rule_activations_refused_total 1\n"), std::string::npos);
    EXPECT_NE(metrics.find("\nwaybill_orders_ruled_total 0\n"), std::string::npos);
    const auto order = server_.post("/v1/orders", admin, order_text("LIVE", "A", 1));
    const std::string target = "/v1/orders/" + order.text_at("id");
    for (const Case& refused : order_cases) {
        SCOPED_TRACE(refused.target);
        expect(refused.code, server_.send(refused.method, target + refused.target, admin, refused.body));
    }
    const std::string hold = R"({"code":"check","blocks":["shipping"]})";
    ASSERT_EQ(server_.post(target + "/holds", admin, hold).status, 201);
    expect("already_on_hold", server_.post(target + "/holds", admin, hold));
    const std::string exception = R"({"kind":"late"})";
    ASSERT_EQ(server_.post(target + "/exceptions", admin, exception).status, 201);
    expect("already_raised", server_.post(target + "/exceptions", admin, exception));
    const std::string counted = server_.get("/metrics", "").text;
    EXPECT_NE(counted.find("\nwaybill_exceptions_raised_total 1\n"), std::string::npos);
    ASSERT_EQ(server_.post(target + "/release", admin, "{}").status, 200);
    expect("nothing_to_release", server_.post(target + "/release", admin, "{}"));
    const std::string work = "/v1/fulfillment-orders/ful_" + order.text_at("id").substr(4) + "-1";
    expect("quantity_not_in_work", server_.post(work + "/pick", admin, R"({"lines":[{"line_no":1,"quantity":9}]})"));
    ASSERT_EQ(server_.post(work + "/pick", admin, "{}").status, 200);
    expect_parcels(work, admin);
    expect("fulfillment_state", server_.post(work + "/accept", admin, "{}"));
    expect("order_on_hold", server_.post(target + "/shipments", admin, R"({"location":"LON"})"));
    ASSERT_EQ(server_.post(work + "/reject", admin, R"({"reason":"closed","lines":[{"line_no":1}]})").status, 200);
    ASSERT_EQ(server_.post(target + "/cancel", admin, R"({"reason":"late"})").status, 200);
    expect("order_closed", server_.post(target + "/cancel", admin, R"({"reason":"late"})"));
    expect("precondition_failed",
           server_.send("POST", target + "/reroute", admin, R"({"reason":"x"})", {{"if-match", "\"77\""}}));
    expect_returns(admin);
    expect("unsupported_media_type", server_.send("POST", "/v1/orders", admin, "x", {{"content-type", "text/csv"}}));
    expect("body_too_large", server_.post("/v1/orders", admin, std::string(5u << 20, ' ')));
    std::string skus(400, ',');
    for (std::size_t i = 0; i < skus.size(); i += 2) skus[i] = 'A';
    expect("too_many_rows", server_.get("/v1/availability?channel=web&sku=" + skus, admin));
    const std::vector<http::Header> key = {{"idempotency-key", "k"}};
    ASSERT_EQ(server_.send("POST", "/v1/customers", admin, R"({"name":"A"})", key).status, 201);
    expect("idempotency_key_reused", server_.send("POST", "/v1/customers", admin, R"({"name":"B"})", key));
    expect("tenant_name_taken",
           server_.post("/v1/tenants", secrets.at("operator"), R"({"name":"acme","currency":"GBP"})"));
    expect("unauthenticated", server_.get("/v1/orders", ""));
    expect("forbidden", server_.get("/v1/keys", secrets.at("viewer")));
    expect("out_of_scope", server_.get("/v1/customers", secrets.at("store")));
    const auto one = server_.post("/v1/customers", admin, R"({"name":"one"})").text_at("id");
    const auto two = server_.post("/v1/customers", admin, R"({"name":"two"})").text_at("id");
    ASSERT_EQ(server_.post("/v1/customers/" + one + "/merge", admin, R"({"into":")" + two + "\"}").status, 200);
    expect("customer_merged", server_.send("PATCH", "/v1/customers/" + one, admin, R"({"group":"x"})"));
    expect("headers_too_large", server_.get("/v1/" + std::string(9'000, 'x'), admin));
    server_.store().faults.push_back({{engine::IoFailure::full, "no space"}, false});
    expect("store_unavailable", server_.post("/v1/orders", admin, order_text("F-1", "A", 1)));

    // key_revoked, engine_overloaded: roles_test, events_api_test. request_timeout, malformed_http: server_limits_test.
    // outcome_unknown: below. unknown_tenant, internal_error have no request that
    // causes them in a sound store. shutting_down: below. no_owner: forwarding_api_test.
    // webhook_moved and messages_moved answer whoever sends, inside the process: the scenarios. sscc_exhausted takes
    // too many events: core's fulfillment_test.
    const std::set<std::string> elsewhere = {"key_revoked",    "engine_overloaded", "request_timeout",
                                             "malformed_http", "outcome_unknown",   "unknown_tenant",
                                             "internal_error", "shutting_down",     "no_owner",
                                             "webhook_moved",  "messages_moved",    "sscc_exhausted"};
    for (const core::RejectInfo& info : core::all_rejections()) {
        const std::string name(info.name);
        EXPECT_NE(seen_.contains(name), elsewhere.contains(name)) << name;
    }
}

TEST_F(Refusals, TheStateOfTheProcess) {
    const std::string admin = server_.open_tenant("acme").at("admin");
    server_.store().head_unreadable = true;
    server_.store().faults.push_back({{engine::IoFailure::outcome_unknown, "died while committing"}, false});
    const auto unknown = server_.post("/v1/orders", admin, order_text("F-1", "A", 1));
    expect("outcome_unknown", unknown);
    EXPECT_EQ(unknown.header("retry-after"), "1");
    const auto ready = server_.get("/readyz", "");
    EXPECT_EQ(ready.status, 503);
    EXPECT_NE(ready.text_at("reason"), "");
    EXPECT_EQ(server_.get("/v1/items/A", admin).status, 200) << "reads go on";
    server_.store().head_unreadable = false;
    testing::TestServer stopping;
    const std::string other = stopping.open_tenant("acme").at("admin");
    stopping.stop_engine();
    expect("shutting_down", stopping.post("/v1/orders", other, order_text("F-2", "A", 1)));
}

}  // namespace
}  // namespace waybill::api
