// Returns over HTTP: asked for, approved, received at a place, and who may see and do what.

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <string>
#include <vector>

#include "api/api_test_kit.hpp"
#include "api/return_json.hpp"

namespace waybill::api {
namespace {

using testing::order_text;
using Codes = std::vector<std::string>;

class ReturnsApi : public ::testing::Test {
protected:
    void SetUp() override {
        secrets_ = server_.open_tenant("acme");
        admin_ = secrets_.at("admin");
        store_ = secrets_.at("store");
        const auto put = server_.send(
            "PUT", "/v1/locations/MAN", admin_,
            R"({"kind":"store","zone":"UTC","address":{"country":"GB"},"capabilities":{"pickup":true,"returns":true}})");
        EXPECT_EQ(put.status, 200) << put.text;
        man_ =
            server_.post("/v1/keys", admin_, R"({"name":"man","role":"store","locations":["MAN"]})").text_at("secret");
    }

    /// The id of an order whose units have all left.
    std::string shipped(const std::string& number, const std::string& sku, int quantity) {
        const auto placed = server_.post("/v1/orders", admin_, order_text(number, sku, quantity));
        EXPECT_EQ(placed.status, 201) << placed.text;
        const std::string place(
            placed.body.at("lines").at(0).at("allocations").at(0).at("location").as_string().c_str());
        const auto sent = server_.post("/v1/orders/" + placed.text_at("id") + "/shipments", admin_,
                                       R"({"location":")" + place + "\"}");
        EXPECT_EQ(sent.status, 201) << sent.text;
        return placed.text_at("id");
    }
    static std::string line_of(int quantity, const std::string& reason = "too_small") {
        return R"("lines":[{"line_no":1,"quantity":)" + std::to_string(quantity) + R"(,"reason":")" + reason + "\"}]";
    }
    testing::Answered ask(const std::string& order, const std::string& members, const std::string& secret) {
        return server_.post("/v1/orders/" + order + "/returns", secret, '{' + members + '}');
    }
    static std::string return_of(const std::string& order, int number = 1) {
        return "/v1/returns/ret_" + order.substr(4) + '-' + std::to_string(number);
    }
    Codes listed(const std::string& filters, const std::string& secret) {
        const auto page = server_.get("/v1/returns" + filters, secret);
        EXPECT_EQ(page.status, 200) << filters << ' ' << page.text;
        Codes out;
        if (page.status != 200) return out;
        for (const auto& row : page.body.at("data").as_array()) out.emplace_back(row.at("id").as_string());
        return out;
    }
    boost::json::value level(const std::string& sku, const std::string& location) {
        return server_.get("/v1/inventory?sku=" + sku + "&location=" + location, admin_).body.at("data").at(0);
    }

    testing::TestServer server_;
    std::map<std::string, std::string> secrets_;
    std::string admin_;
    std::string store_;
    std::string man_;
};

TEST(ReturnIds, OneTextEach) {
    const auto id = parse_return_id("ret_12-3");
    ASSERT_TRUE(id.has_value());
    EXPECT_EQ(id->order, core::OrderId(12));
    EXPECT_EQ(id->number, 3u);
    for (const char* bad : {"", "ret_", "ret_12", "ret_12-0", "ret_12-03", "ret_012-3", "ful_12-1", "ret_12-3x",
                            "ret_12--3", "ret_12-4294967296"}) {
        EXPECT_FALSE(parse_return_id(bad).has_value()) << bad;
    }
}

TEST_F(ReturnsApi, FromAskedForToReceived) {
    const std::string order = shipped("W-1", "A", 3);
    const auto made = ask(order, line_of(2) + R"(,"location":"MAN")", admin_);
    ASSERT_EQ(made.status, 201) << made.text;
    EXPECT_EQ(made.text_at("id"), "ret_" + order.substr(4) + "-1");
    EXPECT_EQ(made.text_at("order_id"), order);
    EXPECT_EQ(made.text_at("channel"), "web");
    EXPECT_EQ(made.text_at("channel_order_id"), "W-1");
    EXPECT_EQ(made.text_at("status"), "approved") << "the channel has nobody decide";
    EXPECT_EQ(made.text_at("location"), "MAN");
    EXPECT_TRUE(made.text_at("requested_by").starts_with("key_"));
    EXPECT_FALSE(made.text_at("approved_at").empty());
    EXPECT_EQ(boost::json::serialize(made.body.at("allowed_actions")), R"(["receive","cancel"])");
    const auto& line = made.body.at("lines").at(0);
    EXPECT_EQ(line.at("sku").as_string(), "A");
    EXPECT_EQ(line.at("reason").as_string(), "too_small");
    EXPECT_EQ(line.at("expected"), 2);
    const std::string target = return_of(order);
    const auto read = server_.get(target, admin_);
    EXPECT_EQ(read.body, made.body) << read.text;
    EXPECT_EQ(read.header("etag"), made.header("etag"));
    EXPECT_FALSE(made.header("waybill-sequence").empty());

    const auto& before = level("A", "MAN");
    EXPECT_EQ(before.at("on_hand"), 100);
    const auto stale =
        server_.send("POST", target + "/receive", admin_, R"({"location":"MAN"})", {{"if-match", "\"1\""}});
    EXPECT_EQ(stale.status, 412) << stale.text;
    const auto some =
        server_.post(target + "/receive", man_,
                     R"({"location":"MAN","lines":[{"line_no":1,"quantity":1,"disposition":"quarantine"}]})");
    ASSERT_EQ(some.status, 200) << some.text;
    EXPECT_EQ(some.text_at("status"), "receiving");
    EXPECT_EQ(some.text_at("requested_by"), "") << "not for keys that are limited to locations";
    EXPECT_EQ(some.body.at("lines").at(0).at("quarantined"), 1);
    const auto rest = server_.post(target + "/receive", man_, R"({"location":"MAN"})");
    ASSERT_EQ(rest.status, 200) << rest.text;
    EXPECT_EQ(rest.text_at("status"), "received");
    EXPECT_EQ(rest.body.at("lines").at(0).at("restocked"), 1);
    EXPECT_TRUE(rest.body.at("allowed_actions").as_array().empty());
    EXPECT_EQ(level("A", "MAN").at("on_hand"), 102);
    EXPECT_EQ(level("A", "MAN").at("unsellable"), 1);

    const auto after = server_.get("/v1/orders/" + order, admin_);
    EXPECT_EQ(after.text_at("status"), "shipped");
    EXPECT_EQ(after.body.at("returns").at(0).at("status").as_string(), "received");
    EXPECT_EQ(after.body.at("lines").at(0).at("quantities").at("returned"), 2);
    EXPECT_EQ(after.body.at("lines").at(0).at("quantities").at("returning"), 0);
    EXPECT_EQ(ask(order, line_of(2), admin_).code(), "quantity_not_returnable");
    const auto again = ask(order, line_of(1, "broken"), admin_);
    ASSERT_EQ(again.status, 201) << again.text;
    EXPECT_EQ(again.text_at("id"), "ret_" + order.substr(4) + "-2");
    EXPECT_EQ(again.text_at("location"), "");
    const auto dropped = server_.post(return_of(order, 2) + "/cancel", admin_, R"({"reason":"kept"})");
    ASSERT_EQ(dropped.status, 200) << dropped.text;
    EXPECT_EQ(dropped.text_at("status"), "cancelled");
    EXPECT_EQ(dropped.text_at("reason"), "kept");
    EXPECT_EQ(dropped.body.at("lines").at(0).at("dropped"), 1);
    const std::string metrics = server_.get("/metrics", "").text;
    EXPECT_NE(metrics.find("\nwaybill_returns_requested_total 2\n"), std::string::npos);
    EXPECT_NE(metrics.find("\nwaybill_units_returned_total 2\n"), std::string::npos);
}

TEST_F(ReturnsApi, EventsTellWhatBecameOfThem) {
    const std::string order = shipped("W-1", "A", 3);
    ASSERT_EQ(server_.send("PUT", "/v1/channels/web", admin_, R"({"returns":{"approval":"by_person"}})").status, 200);
    ASSERT_EQ(ask(order, line_of(1) + R"(,"location":"MAN")", admin_).status, 201);
    ASSERT_EQ(server_.post(return_of(order) + "/approve", admin_, "{}").status, 200);
    ASSERT_EQ(
        server_.post(return_of(order) + "/receive", admin_, R"({"location":"MAN","disposition":"vendor"})").status,
        200);
    ASSERT_EQ(ask(order, line_of(1), admin_).status, 201);
    ASSERT_EQ(server_.post(return_of(order, 2) + "/decline", admin_, R"({"reason":"worn"})").status, 200);
    ASSERT_EQ(ask(order, line_of(1), admin_).status, 201);
    ASSERT_EQ(server_.post(return_of(order, 3) + "/cancel", admin_, R"({"reason":"kept"})").status, 200);
    const auto page = server_.get("/v1/orders/" + order + "/events", admin_);
    Codes types;
    for (const auto& event : page.body.at("data").as_array()) types.emplace_back(event.at("type").as_string());
    EXPECT_EQ(types,
              (Codes{"waybill.order_placed.v1", "waybill.order_shipped.v1", "waybill.return_requested.v1",
                     "waybill.return_approved.v1", "waybill.return_received.v1", "waybill.return_requested.v1",
                     "waybill.return_declined.v1", "waybill.return_requested.v1", "waybill.return_cancelled.v1"}));
    const auto data = [&](std::size_t n) -> const boost::json::value& { return page.body.at("data").at(n).at("data"); };
    const std::string id = "ret_" + order.substr(4) + "-1";
    EXPECT_EQ(data(2).at("return_id").as_string(), id);
    EXPECT_EQ(data(2).at("location").as_string(), "MAN");
    EXPECT_EQ(data(2).at("lines").at(0).at("reason").as_string(), "too_small");
    EXPECT_EQ(data(3).at("return_id").as_string(), id);
    EXPECT_EQ(data(4).at("lines").at(0).at("disposition").as_string(), "vendor");
    EXPECT_EQ(data(4).at("movements").at(0).at("reason").as_string(), "returned_to_vendor");
    EXPECT_EQ(data(4).at("movements").at(0).at("unsellable"), 1);
    EXPECT_EQ(data(6).at("reason").as_string(), "worn");
    EXPECT_EQ(data(8).at("reason").as_string(), "kept");
    EXPECT_EQ(server_.get("/v1/events?types=return_received", admin_).body.at("data").as_array().size(), 1u);
}

TEST_F(ReturnsApi, TheChannelSaysWhatIsTakenBack) {
    const std::string order = shipped("W-1", "A", 4);
    const auto put = server_.send(
        "PUT", "/v1/channels/web", admin_,
        R"({"returns":{"window_days":30,"reasons":["too_small","broken","broken"],"approval":"by_person"}})");
    ASSERT_EQ(put.status, 200) << put.text;
    EXPECT_EQ(boost::json::serialize(put.body.at("returns")),
              R"({"window_days":30,"reasons":["broken","too_small"],"approval":"by_person"})");
    const auto made = ask(order, line_of(1), admin_);
    EXPECT_EQ(made.text_at("status"), "requested") << made.text;
    EXPECT_EQ(boost::json::serialize(made.body.at("allowed_actions")), R"(["approve","decline","receive","cancel"])");
    const auto whim = ask(order, line_of(1, "whim"), admin_);
    EXPECT_EQ(whim.code(), "invalid_request");
    EXPECT_EQ(whim.body.at("errors").at(0).at("pointer").as_string(), "/lines/0/reason");
    server_.clock().micros += std::int64_t{31} * 24 * 3'600 * 1'000'000;
    EXPECT_EQ(ask(order, line_of(1), admin_).code(), "return_window_over");

    const std::string over = line_of(1, "whim") + R"(,"override_policy":true)";
    EXPECT_EQ(ask(order, over, store_).code(), "forbidden");
    EXPECT_EQ(ask(order, over + R"(,"location":"MAN")", man_).code(), "forbidden");
    EXPECT_EQ(ask(order, over, secrets_.at("operations")).status, 201);
    const auto lines = server_.bulk("/v1/returns/bulk", store_, R"({"order_id":")" + order + "\"," + over + '}');
    EXPECT_EQ(lines.at(0).at("error").at("code").as_string(), "forbidden");
    const auto taken = server_.bulk("/v1/returns/bulk", admin_, R"({"order_id":")" + order + "\"," + over + '}');
    EXPECT_EQ(taken.at(0).at("status"), 201) << boost::json::serialize(taken.at(0));
    for (const char* bad : {R"({"returns":{"window_days":0}})", R"({"returns":{"approval":"never"}})",
                            R"({"returns":{"reasons":[""]}})", R"({"returns":{"reasons":[" a"]}})"}) {
        EXPECT_EQ(server_.send("PUT", "/v1/channels/web", admin_, bad).code(), "invalid_request") << bad;
    }
}

TEST_F(ReturnsApi, AKeySeesAndReceivesWhatIsItsBusiness) {
    // W-1 shipped from LON, and is brought to MAN, which knows nothing of it.
    const std::string order = shipped("W-1", "A", 4);
    EXPECT_EQ(server_.get("/v1/orders/" + order, man_).code(), "unknown_order");
    EXPECT_EQ(ask(order, line_of(1), man_).code(), "unknown_order");
    EXPECT_EQ(ask(order, line_of(1) + R"(,"location":"LON")", man_).code(), "unknown_order");
    const auto at_counter = ask(order, line_of(1) + R"(,"location":"MAN")", man_);
    ASSERT_EQ(at_counter.status, 201) << at_counter.text;
    for (const auto& member : at_counter.body.as_object()) {
        const std::string name(member.key());
        EXPECT_TRUE(std::string("id order_id channel channel_order_id status location requested_at requested_by "
                                "approved_at lines allowed_actions")
                        .find(name) != std::string::npos)
            << name << " is of the order";
    }
    const std::string first = at_counter.text_at("id");
    const auto anywhere = ask(order, line_of(1), store_);
    ASSERT_EQ(anywhere.status, 201) << anywhere.text;
    const std::string second = anywhere.text_at("id");
    ASSERT_EQ(server_
                  .send("PUT", "/v1/locations/LON", admin_,
                        R"({"kind":"dc","zone":"UTC","address":{"country":"GB"},"capabilities":{"returns":true}})")
                  .status,
              200);
    const std::string third = ask(order, line_of(1) + R"(,"location":"LON")", admin_).text_at("id");

    EXPECT_EQ(listed("", admin_), (Codes{first, second, third}));
    EXPECT_EQ(listed("", man_), (Codes{first, second}));
    EXPECT_EQ(listed("?location=MAN", man_), (Codes{first}));
    EXPECT_EQ(listed("", store_), (Codes{second, third}));
    EXPECT_EQ(listed("?order=" + order, store_), (Codes{first, second, third})) << "it knows the order";
    EXPECT_EQ(listed("?order=" + order, man_), (Codes{first, second}));
    EXPECT_EQ(listed("", secrets_.at("vendor")), Codes{}) << "its place takes nothing back";
    EXPECT_EQ(server_.get("/v1/returns?location=LON", man_).code(), "out_of_scope");
    EXPECT_EQ(server_.get("/v1/returns/" + first, man_).status, 200);
    EXPECT_EQ(server_.get("/v1/returns/" + second, man_).status, 200);
    EXPECT_EQ(server_.get("/v1/returns/" + third, man_).code(), "unknown_return");
    EXPECT_EQ(server_.get("/v1/returns/" + first, store_).status, 200);
    EXPECT_EQ(server_.get("/v1/returns/" + second, secrets_.at("vendor")).code(), "unknown_return");

    EXPECT_EQ(server_.post("/v1/returns/" + first + "/cancel", man_, R"({"reason":"x"})").code(), "forbidden");
    EXPECT_EQ(server_.post("/v1/returns/" + first + "/receive", man_, R"({"location":"LON"})").code(), "out_of_scope");
    const auto ops = server_.post("/v1/keys", admin_, R"({"name":"ops","role":"operations","locations":["MAN"]})");
    EXPECT_EQ(server_.post("/v1/returns/" + first + "/cancel", ops.text_at("secret"), R"({"reason":"x"})").code(),
              "unknown_return");
    // What was expected elsewhere is here.
    const auto received = server_.post("/v1/returns/" + third + "/receive", man_, R"({"location":"MAN"})");
    ASSERT_EQ(received.status, 200) << received.text;
    EXPECT_EQ(received.text_at("status"), "received");
    EXPECT_EQ(level("A", "MAN").at("on_hand"), 101);
}

TEST_F(ReturnsApi, TheSameKeyGivesTheSameAnswer) {
    const std::string order = shipped("W-1", "A", 3);
    const std::string target = "/v1/orders/" + order + "/returns";
    const std::vector<http::Header> key = {{"idempotency-key", "once"}};
    const std::string body = '{' + line_of(1) + '}';
    const auto first = server_.send("POST", target, admin_, body, key);
    ASSERT_EQ(first.status, 201) << first.text;
    ASSERT_EQ(ask(order, line_of(1), admin_).status, 201);
    ASSERT_EQ(server_.post(return_of(order) + "/receive", admin_, R"({"location":"MAN"})").status, 200);
    const auto again = server_.send("POST", target, admin_, body, key);
    EXPECT_EQ(again.status, 201) << again.text;
    EXPECT_EQ(again.header("idempotency-replayed"), "true");
    EXPECT_EQ(again.body, first.body) << "the one that it made, as it was";
    EXPECT_EQ(again.header("etag"), first.header("etag"));
    const auto other = server_.send("POST", target, admin_, '{' + line_of(2) + '}', key);
    EXPECT_EQ(other.code(), "idempotency_key_reused");
}

TEST_F(ReturnsApi, ListsPageByPage) {
    const std::string one = shipped("W-1", "A", 3);
    const std::string two = shipped("W-2", "B", 2);
    Codes made;
    for (const auto& [order, place] : {std::pair{two, "MAN"}, {one, ""}, {one, "MAN"}}) {
        const std::string where = *place == '\0' ? "" : std::string(R"(,"location":")") + place + '"';
        const auto answered = ask(order, line_of(1) + where, admin_);
        ASSERT_EQ(answered.status, 201) << answered.text;
        made.push_back(answered.text_at("id"));
        server_.clock().micros += 1'000'000;
    }
    EXPECT_EQ(listed("", admin_), made) << "the oldest request first";
    Codes seen;
    std::string target = "/v1/returns?limit=1";
    while (true) {
        const auto page = server_.get(target, admin_);
        ASSERT_EQ(page.status, 200) << page.text;
        for (const auto& row : page.body.at("data").as_array()) seen.emplace_back(row.at("id").as_string());
        if (page.text_at("next_cursor").empty()) break;
        target = "/v1/returns?limit=1&cursor=" + page.text_at("next_cursor");
    }
    EXPECT_EQ(seen, made);
    EXPECT_EQ(listed("?location=MAN", admin_), (Codes{made[0], made[2]}));
    EXPECT_EQ(listed("?order=" + one, admin_), (Codes{made[1], made[2]}));
    EXPECT_EQ(listed("?order=" + one + "&location=MAN", admin_), (Codes{made[2]}));
    EXPECT_EQ(listed("?status=approved", admin_).size(), 3u);
    EXPECT_EQ(listed("?status=requested", admin_), Codes{});
    ASSERT_EQ(server_.post("/v1/returns/" + made[0] + "/receive", admin_, R"({"location":"MAN"})").status, 200);
    EXPECT_EQ(listed("?status=open", admin_), (Codes{made[1], made[2]}));
    EXPECT_EQ(listed("?status=done", admin_), (Codes{made[0]}));
    EXPECT_EQ(listed("?status=received", admin_), (Codes{made[0]}));
    const auto row = server_.get("/v1/returns?status=done", admin_).body.at("data").at(0);
    EXPECT_EQ(row, server_.get("/v1/returns/" + made[0], admin_).body);
    for (const char* bad : {"?status=late", "?order=7", "?limit=0", "?colour=red"}) {
        EXPECT_EQ(server_.get(std::string("/v1/returns") + bad, admin_).code(), "invalid_request") << bad;
    }
    EXPECT_EQ(server_.get("/v1/returns?location=none", admin_).code(), "unknown_location");
    EXPECT_EQ(server_.get("/v1/returns?cursor=bm9uZQ", admin_).code(), "invalid_cursor");
    EXPECT_EQ(server_.get("/v1/returns/12", admin_).code(), "unknown_return");
    EXPECT_EQ(server_.get(return_of(one, 9), admin_).code(), "unknown_return");
}

TEST_F(ReturnsApi, ManyAtOnce) {
    ASSERT_EQ(server_.send("PUT", "/v1/channels/web", admin_, R"({"returns":{"approval":"by_person"}})").status, 200);
    const std::string order = shipped("W-1", "A", 4);
    const auto one = [&](const std::string& target, const std::string& line) {
        const auto results = server_.bulk(target, admin_, line);
        EXPECT_EQ(results.size(), 1u) << target;
        return results.empty() ? boost::json::value() : results.front();
    };
    const std::string request = R"({"order_id":")" + order + "\"," + line_of(1) + '}';
    const auto made = server_.bulk("/v1/returns/bulk", admin_, request + '\n' + request + "\n" + request);
    ASSERT_EQ(made.size(), 3u);
    for (std::size_t i = 0; i < made.size(); ++i) {
        EXPECT_EQ(made[i].at("status"), 201) << boost::json::serialize(made[i]);
        EXPECT_EQ(made[i].at("id").as_string(), "ret_" + order.substr(4) + '-' + std::to_string(i + 1));
        EXPECT_EQ(made[i].at("return_status").as_string(), "requested");
        EXPECT_EQ(made[i].at("channel_order_id").as_string(), "W-1");
        EXPECT_EQ(made[i].as_object().if_contains("order_status"), nullptr);
    }
    const auto named = [&](int number) {
        return R"({"return_id":"ret_)" + order.substr(4) + '-' + std::to_string(number) + '"';
    };
    EXPECT_EQ(one("/v1/returns/approve/bulk", named(1) + '}').at("return_status").as_string(), "approved");
    EXPECT_EQ(one("/v1/returns/decline/bulk", named(2) + R"(,"reason":"worn"})").at("return_status").as_string(),
              "declined");
    EXPECT_EQ(one("/v1/returns/cancel/bulk", named(3) + R"(,"reason":"kept"})").at("return_status").as_string(),
              "cancelled");
    const auto received = one("/v1/returns/receive/bulk", named(1) + R"(,"location":"MAN","disposition":"destroy"})");
    EXPECT_EQ(received.at("return_status").as_string(), "received") << boost::json::serialize(received);
    EXPECT_EQ(level("A", "MAN").at("on_hand"), 100) << "it becomes no stock";
    const auto over = one("/v1/returns/receive/bulk", named(1) + R"(,"location":"MAN"})");
    EXPECT_EQ(over.at("error").at("code").as_string(), "return_state");
    EXPECT_EQ(over.at("id").as_string(), "ret_" + order.substr(4) + "-1");
    const auto unnamed = one("/v1/returns/approve/bulk", R"({"return_id":"ord_1"})");
    EXPECT_EQ(unnamed.at("error").at("errors").at(0).at("pointer").as_string(), "/return_id");
    EXPECT_EQ(one("/v1/returns/approve/bulk", "{}").at("error").at("code").as_string(), "invalid_request");

    const std::vector<http::Header> key = {{"idempotency-key", "wave"}};
    ASSERT_EQ(server_.send("POST", "/v1/returns/bulk", admin_, request, key).status, 200);
    ASSERT_EQ(server_.send("POST", "/v1/returns/bulk", admin_, request, key).status, 200);
    EXPECT_EQ(server_.get("/v1/orders/" + order, admin_).body.at("returns").as_array().size(), 4u) << "asked for once";
}

TEST_F(ReturnsApi, HoldsAndTheMomentOfRules) {
    const auto saved = server_.post(
        "/v1/rule-sets", admin_,
        R"({"automation":[{"code":"many","moment":"return_requested",)"
        R"("when":{"and":[{">":[{"var":"order.returning_units"},2]},{"in":["too_small",{"var":"order.return_reasons"}]}]},)"
        R"("then":[{"type":"place_hold","code":"look","blocks":["returning"]}]}]})");
    ASSERT_EQ(saved.status, 201) << saved.text;
    ASSERT_EQ(server_.post("/v1/rule-activations", admin_, R"({"rule_set":1})").status, 201);
    const std::string order = shipped("W-1", "A", 4);
    const std::string target = "/v1/orders/" + order;
    const auto held = ask(order, line_of(3), admin_);
    ASSERT_EQ(held.status, 201) << held.text;
    EXPECT_EQ(held.text_at("status"), "requested");
    EXPECT_EQ(boost::json::serialize(held.body.at("allowed_actions")), R"(["decline","cancel"])");
    const auto now = server_.get(target, admin_);
    EXPECT_EQ(now.body.at("holds").at(0).at("blocks").at(0).as_string(), "returning") << now.text;
    EXPECT_EQ(now.body.at("lines").at(0).at("quantities").at("returning"), 3);
    EXPECT_EQ(server_.post(return_of(order) + "/approve", admin_, "{}").code(), "order_on_hold");
    EXPECT_EQ(server_.post(return_of(order) + "/receive", admin_, R"({"location":"MAN"})").code(), "order_on_hold");
    const auto moments = server_.get(target + "/rules", admin_);
    ASSERT_EQ(moments.status, 200) << moments.text;
    const auto& moment = moments.body.at("moments").as_array().back();
    EXPECT_EQ(moment.at("moment").as_string(), "return_requested") << moments.text;
    EXPECT_TRUE(moment.at("reproduced").as_bool()) << moments.text;
    EXPECT_EQ(moment.at("holds").at(0).at("code").as_string(), "look");
    ASSERT_EQ(server_.post(target + "/holds/release", admin_, R"({"code":"look"})").status, 200);
    EXPECT_EQ(server_.post(return_of(order) + "/approve", admin_, "{}").text_at("status"), "approved");
    EXPECT_EQ(server_.post(target + "/holds", admin_, R"({"code":"again","blocks":["returning"]})").status, 201)
        << "also of an order that is closed";
}

}  // namespace
}  // namespace waybill::api
