// Webhooks over HTTP: put, listed, their secrets, resumed; and what events say of them.

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <future>
#include <string>
#include <vector>

#include "api/api_test_kit.hpp"
#include "api/event_json.hpp"
#include "api/forwarding_test_kit.hpp"
#include "api/webhook_json.hpp"

namespace waybill::api {
namespace {

using testing::Answered;

constexpr std::int64_t micros_per_hour = 3'600 * micros_per_second;
constexpr std::string_view put_body =
    R"({"url":"https://erp.example/in","description":"ERP","events":["waybill.order_placed.v1","order_cancelled"]})";

ApiOptions with_webhook_key() {
    ApiOptions out;
    out.webhook_key = "0123456789abcdef0123456789abcdef";
    return out;
}

class WebhooksApi : public ::testing::Test {
protected:
    void SetUp() override {
        secrets_ = server_.open_tenant("acme");
        admin_ = secrets_.at("admin");
    }
    Answered put(const std::string& code, const std::string& body = std::string(put_body)) {
        return server_.send("PUT", "/v1/webhooks/" + code, admin_, body);
    }
    Answered secret_of(const std::string& code) { return server_.get("/v1/webhooks/" + code + "/secret", admin_); }
    /// As whoever sends does it. False: it was refused.
    bool record(core::RecordDelivery command) {
        engine::Submission submission;
        submission.tenant = core::TenantId(2);
        submission.command = std::move(command);
        std::promise<bool> made;
        submission.done = [&made](const auto& result) { made.set_value(result.has_value()); };
        server_.engine().submit(std::move(submission));
        return made.get_future().get();
    }
    static core::Sequence through(const Answered& webhook) {
        return core::Sequence(webhook.body.at("delivered_through").to_number<std::uint64_t>());
    }
    /// Where a refusal points to.
    static std::string pointer_of(const Answered& refused) {
        return std::string(refused.body.at("errors").at(0).at("pointer").as_string());
    }

    testing::TestServer server_{with_webhook_key()};
    std::map<std::string, std::string> secrets_;
    std::string admin_;
};

TEST_F(WebhooksApi, PutListedAndReplaced) {
    EXPECT_EQ(server_.get("/v1/webhooks/erp", admin_).code(), "not_found");
    const auto made = put("erp");
    ASSERT_EQ(made.status, 200) << made.text;
    EXPECT_EQ(made.body.at("events"), boost::json::parse(R"(["order_cancelled","order_placed"])"));
    EXPECT_EQ(made.text_at("status"), "active");
    EXPECT_EQ(made.text_at("url"), "https://erp.example/in");
    EXPECT_EQ(made.body.at("batch_max"), 1);
    EXPECT_EQ(made.body.at("behind"), 0);
    EXPECT_EQ(std::to_string(through(made).raw()), made.header("waybill-sequence")) << "told of what comes after";
    EXPECT_EQ(made.text.find("whsec_"), std::string::npos);
    EXPECT_EQ(server_.get("/v1/webhooks/erp", admin_).body, made.body);

    ASSERT_EQ(server_.post("/v1/orders", admin_, testing::order_text("W-1", "A", 1)).status, 201);
    EXPECT_EQ(server_.get("/v1/webhooks/erp", admin_).body.at("behind"), 2) << "a customer and an order";
    const auto off = put("erp", R"({"url":"https://erp.example/in","events":["*"],"active":false,"batch_max":100})");
    ASSERT_EQ(off.status, 200) << off.text;
    EXPECT_EQ(off.text_at("status"), "inactive");
    EXPECT_EQ(off.body.at("events").at(0).as_string(), "*");
    EXPECT_EQ(through(off), through(made)) << "its progress stays";
    EXPECT_GT(off.body.at("version").as_int64(), made.body.at("version").as_int64());

    const auto lines = server_.bulk("/v1/webhooks/bulk", admin_,
                                    R"({"code":"crm","url":"https://crm.example/","events":[]})"
                                    "\n"
                                    R"({"code":"bad","url":"crm.example","events":[]})"
                                    "\n");
    EXPECT_EQ(lines.at(0).at("code").as_string(), "crm");
    EXPECT_EQ(lines.at(1).at("error").at("code").as_string(), "invalid_request");
    const auto page = server_.get("/v1/webhooks?limit=1", admin_);
    ASSERT_EQ(page.body.at("data").as_array().size(), 1u);
    const auto rest = server_.get("/v1/webhooks?cursor=" + page.text_at("next_cursor"), admin_);
    EXPECT_EQ(rest.body.at("data").at(0).at("code").as_string(), "crm");
}

TEST_F(WebhooksApi, WhatCanNotBeOne) {
    const std::pair<const char*, const char*> faults[] = {
        {R"({"url":"https://a b/","events":[]})", "/url"},
        {R"({"url":"https://user@a.example/","events":[]})", "/url"},
        {R"({"url":"https://a.example/#part","events":[]})", "/url"},
        {R"({"url":"https://a.example:99999/","events":[]})", "/url"},
        {R"({"url":"https://a$b.example/","events":[]})", "/url"},
        {R"({"url":"ftp://a.example/","events":[]})", "/url"},
        {R"({"url":"https://a.example/","events":["order_placed","order_eaten"]})", "/events/1"},
        {R"({"url":"https://a.example/","events":["order_placed","*"]})", "/events/1"},
        {R"({"url":"https://a.example/","events":["webhook_progressed"]})", "/events/0"},
        {R"({"url":"https://a.example/","events":[],"batch_max":101})", "/batch_max"},
        {R"({"url":"https://a.example/","events":[],"batch_max":0})", "/batch_max"},
        {R"({"url":"https://a.example/"})", "/events"},
        {R"({"url":"https://a.example/","events":[],"secret":"x"})", "/secret"},
        {R"({"code":"other","url":"https://a.example/","events":[]})", "/code"},
    };
    for (const auto& [body, pointer] : faults) {
        const auto refused = put("erp", body);
        ASSERT_EQ(refused.status, 422) << body << refused.text;
        EXPECT_EQ(pointer_of(refused), pointer) << body << refused.text;
    }
    std::string many = R"({"url":"https://a.example/","events":["order_placed")";
    for (std::size_t e = 0; e < webhook_events_max; ++e) many += R"(,"order_placed")";
    EXPECT_EQ(pointer_of(put("erp", many + "]}")), "/events") << "the limit webhook_events_max";
    const std::string longest =
        R"({"events":[],"url":"https://a.example/)" + std::string(core::limits::webhook_url_bytes_max - 18, 'x');
    EXPECT_EQ(put("erp", longest + "\"}").status, 200);
    EXPECT_EQ(pointer_of(put("erp", longest + "x\"}")), "/url");
}

TEST_F(WebhooksApi, SecretsAreDerivedAndRotate) {
    ASSERT_EQ(put("erp").status, 200);
    ASSERT_EQ(put("crm").status, 200);
    const auto first = secret_of("erp");
    ASSERT_EQ(first.status, 200) << first.text;
    EXPECT_EQ(first.header("cache-control"), "no-store");
    const std::string secret = first.text_at("secret");
    EXPECT_TRUE(secret.starts_with("whsec_") && secret.size() == 6 + 44) << secret;
    EXPECT_EQ(first.text_at("previous"), "");
    EXPECT_EQ(secret_of("erp").text_at("secret"), secret);
    EXPECT_NE(secret_of("crm").text_at("secret"), secret);
    const std::string other = server_.open_tenant("rival").at("admin");
    EXPECT_EQ(server_.get("/v1/webhooks/erp", other).code(), "not_found");
    ASSERT_EQ(server_.send("PUT", "/v1/webhooks/erp", other, std::string(put_body)).status, 200);
    EXPECT_NE(server_.get("/v1/webhooks/erp/secret", other).text_at("secret"), secret);

    const auto rotated = server_.send("POST", "/v1/webhooks/erp/rotate-secret", admin_);
    ASSERT_EQ(rotated.status, 200) << rotated.text;
    EXPECT_NE(rotated.text_at("secret"), secret);
    EXPECT_EQ(rotated.text_at("previous"), secret);
    EXPECT_EQ(rotated.text_at("previous_until"),
              format_instant(Instant(server_.clock().micros.load() + 24 * micros_per_hour)));
    EXPECT_FALSE(rotated.header("waybill-sequence").empty());
    EXPECT_EQ(secret_of("erp").body, rotated.body);
    EXPECT_EQ(put("erp", R"({"url":"https://new.example/","events":[]})").status, 200);
    EXPECT_EQ(secret_of("erp").body, rotated.body) << "a put changes no secret";
    server_.clock().micros += 24 * micros_per_hour;
    EXPECT_EQ(secret_of("erp").text_at("secret"), rotated.text_at("secret"));
    EXPECT_EQ(secret_of("erp").text_at("previous"), "") << "the time in which both are good is over";
    EXPECT_EQ(server_.send("POST", "/v1/webhooks/none/rotate-secret", admin_).code(), "not_found");
    EXPECT_EQ(secret_of("none").code(), "not_found");

    const std::vector<http::Header> key = {{"idempotency-key", "k"}};
    const auto once = server_.send("POST", "/v1/webhooks/crm/rotate-secret", admin_, "", key);
    const auto again = server_.send("POST", "/v1/webhooks/crm/rotate-secret", admin_, "", key);
    EXPECT_EQ(again.body, once.body);
    EXPECT_EQ(again.header("idempotency-replayed"), "true");
}

TEST_F(WebhooksApi, FailingPausedAndResumed) {
    const auto made = put("erp");
    ASSERT_EQ(made.status, 200);
    ASSERT_EQ(server_.post("/v1/orders", admin_, testing::order_text("W-1", "A", 1)).status, 201);
    const core::Sequence at = through(made);
    ASSERT_TRUE(record({0, at, at, "answered 500", false}));
    auto now = server_.get("/v1/webhooks/erp", admin_);
    EXPECT_EQ(now.text_at("status"), "failing");
    EXPECT_EQ(now.text_at("failure"), "answered 500");
    EXPECT_EQ(now.text_at("failing_since"), format_instant(Instant(server_.clock().micros.load())));
    EXPECT_EQ(now.body.at("behind"), 3) << "what came with the order, and what was recorded of the request";
    ASSERT_TRUE(record({0, at, at, "answered 410", true}));
    EXPECT_EQ(server_.get("/v1/webhooks/erp", admin_).text_at("status"), "paused");
    EXPECT_FALSE(record({0, at, at, "", false})) << "nobody sends to it";

    auto resumed = server_.send("POST", "/v1/webhooks/erp/resume", admin_);
    ASSERT_EQ(resumed.status, 200) << resumed.text;
    EXPECT_EQ(resumed.text_at("status"), "active");
    EXPECT_EQ(through(resumed), at);
    EXPECT_EQ(resumed.body.as_object().if_contains("failure"), nullptr);
    resumed = server_.post("/v1/webhooks/erp/resume", admin_, R"({"after":0})");
    EXPECT_EQ(resumed.body.at("delivered_through"), 0) << resumed.text;
    const auto beyond = server_.post("/v1/webhooks/erp/resume", admin_, R"({"after":100000})");
    EXPECT_EQ(beyond.status, 422) << beyond.text;
    EXPECT_EQ(pointer_of(beyond), "/after");
    EXPECT_EQ(pointer_of(server_.post("/v1/webhooks/erp/resume", admin_, R"({"after":-1})")), "/after");
    EXPECT_EQ(server_.post("/v1/webhooks/none/resume", admin_, "{}").code(), "not_found");
}

TEST_F(WebhooksApi, WhatTheLogTells) {
    const auto made = put("erp");
    const core::Sequence at = through(made);
    ASSERT_TRUE(record({0, at, at, "answered 500", false}));
    const auto events = server_.get("/v1/events?types=webhook_put,webhook_progressed", admin_);
    ASSERT_EQ(events.body.at("data").as_array().size(), 2u) << events.text;
    const auto& was_put = events.body.at("data").at(0);
    EXPECT_EQ(was_put.at("subject").as_string(), "erp");
    EXPECT_EQ(was_put.at("data").at("webhook").at("url").as_string(), "https://erp.example/in");
    EXPECT_EQ(was_put.at("data").at("webhook").as_object().if_contains("secret"), nullptr);
    EXPECT_EQ(was_put.as_object().if_contains("rules"), nullptr);
    const auto& moved = events.body.at("data").at(1);
    EXPECT_EQ(moved.at("type").as_string(), "waybill.webhook_progressed.v1");
    EXPECT_EQ(moved.at("data").at("delivered_through"), at.raw());
    EXPECT_EQ(moved.at("data").at("failure").as_string(), "answered 500");
    for (const char* role : {"viewer", "integrator"}) {
        const auto seen = server_.get("/v1/events?types=webhook_put", secrets_.at(role));
        EXPECT_EQ(seen.body.at("data").at(0).at("data").at("webhook").as_object().if_contains("url"), nullptr) << role;
    }
}

TEST_F(WebhooksApi, AnEventThatRulesSendNamesThem) {
    const auto view = server_.engine().view(core::TenantId(2));
    ASSERT_TRUE(view.has_value());
    engine::EventRow row;
    row.sequence = core::Sequence(7);
    row.type = "no_longer_known";
    row.aggregate = {core::AggregateKind::order, 7};
    const Caller caller{core::TenantId(2), {}};
    std::string text;
    append_event(text, row, caller, *view);
    EXPECT_EQ(boost::json::parse(text).as_object().if_contains("rules"), nullptr);
    text.clear();
    append_event(text, row, caller, *view, std::vector<std::string_view>{"big", "new"});
    EXPECT_EQ(boost::json::parse(text).at("rules").as_string(), "big,new");
}

TEST_F(WebhooksApi, RulesCallThem) {
    const std::string rules =
        R"({"automation":[{"code":"big","when":{"var":"order.tags"},"then":[{"type":"call_webhook","webhook":"erp"}]}]})";
    const auto unknown = server_.post("/v1/rule-sets", admin_, rules);
    EXPECT_EQ(unknown.code(), "unknown_webhook") << unknown.text;
    EXPECT_EQ(pointer_of(unknown), "/automation/0/then/0/webhook");
    ASSERT_EQ(put("erp").status, 200);
    const auto saved = server_.post("/v1/rule-sets", admin_, rules);
    ASSERT_EQ(saved.status, 201) << saved.text;
    EXPECT_EQ(saved.body.at("automation").at(0).at("then").at(0),
              boost::json::parse(R"({"type":"call_webhook","webhook":"erp"})"));
}

TEST(WebhooksWithoutAKey, AreRefusedAndTheRestGoesOn) {
    testing::TestServer server;
    const std::string admin = server.open_tenant("acme").at("admin");
    for (const auto& refused :
         {server.send("PUT", "/v1/webhooks/erp", admin, std::string(put_body)),
          server.post("/v1/webhooks/bulk", admin, "{}"), server.get("/v1/webhooks/erp/secret", admin),
          server.send("POST", "/v1/webhooks/erp/rotate-secret", admin)}) {
        EXPECT_EQ(refused.code(), "not_configured");
        EXPECT_NE(refused.text_at("detail").find("webhooks.key_file"), std::string::npos) << refused.text;
    }
    EXPECT_EQ(server.get("/v1/webhooks", admin).status, 200);
    EXPECT_EQ(server.get("/metrics", "").text.find("waybill_webhook"), std::string::npos) << "it sends nothing";
}

TEST(WebhookMetrics, AreThoseOfWhoeverSends) {
    ApiOptions options;
    options.webhook_stats = [] { return engine::WebhookStats{5, 2, 40, 3, 1, 4}; };
    testing::TestServer server(options);
    const std::string text = server.get("/metrics", "").text;
    for (const char* line :
         {"waybill_webhook_requests_total{result=\"taken\"} 5", "waybill_webhook_requests_total{result=\"failed\"} 2",
          "waybill_webhook_events_total 40", "waybill_webhook_events_waiting 3", "waybill_webhooks_failing 1",
          "waybill_webhooks_paused 4"}) {
        EXPECT_NE(text.find("\n" + std::string(line) + "\n"), std::string::npos) << line;
    }
}

TEST(ForwardedWebhooks, AreAnsweredByTheOwnerWhoKnowsTheirProgress) {
    ApiOptions owner_options = with_webhook_key();
    owner_options.shares_store = true;
    owner_options.cluster_key = "fedcba9876543210fedcba9876543210";
    testing::TestServer owner(owner_options);
    const std::string admin = owner.open_tenant("acme").at("admin");
    testing::Neighbour near(owner, owner_options);
    near.engine().place(engine::Placement::Where::elsewhere, owner.url());
    ASSERT_EQ(near.send("PUT", "/v1/webhooks/erp", admin, std::string(put_body)).status, 200);
    EXPECT_EQ(near.send("GET", "/v1/webhooks/erp", admin).body, owner.get("/v1/webhooks/erp", admin).body);
    ASSERT_EQ(owner.post("/v1/orders", admin, testing::order_text("W-1", "A", 1)).status, 201);
    EXPECT_EQ(near.send("GET", "/v1/webhooks/erp", admin).body.at("behind"), 2);
    EXPECT_EQ(near.send("GET", "/v1/webhooks", admin).body.at("data").at(0).at("behind"), 2);
    EXPECT_EQ(near.send("GET", "/v1/webhooks/erp/secret", admin).body,
              owner.get("/v1/webhooks/erp/secret", admin).body);
    EXPECT_EQ(near.metric("waybill_followed_reads_total"), 0u);
}

}  // namespace
}  // namespace waybill::api
