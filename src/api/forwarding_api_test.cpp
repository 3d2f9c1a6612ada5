// Requests of a tenant that another process serves: two servers in one process, over real sockets.

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <future>

#include "api/call.hpp"
#include "api/forwarding_test_kit.hpp"
#include "http/server_harness.hpp"

namespace waybill::api {
namespace {

using std::chrono::milliseconds;
using testing::Answered;
using testing::order_text;
using Where = engine::Placement::Where;

const std::string cluster_key = "0123456789abcdef0123456789abcdef";

ApiOptions clustered() {
    ApiOptions out;
    out.shares_store = true;
    out.cluster_key = cluster_key;
    return out;
}

/// Waits for an owner for no time worth mentioning.
ApiOptions impatient() {
    ApiOptions out = clustered();
    out.forward_wait_max = milliseconds(1);
    return out;
}

class Forwarded : public ::testing::Test {
protected:
    explicit Forwarded(ApiOptions options = clustered()) : owner_(clustered()) {
        secrets_ = owner_.open_tenant("acme");
        admin_ = secrets_.at("admin");
        open(std::move(options));
    }
    void open(ApiOptions options) {
        near_ = std::make_unique<testing::Neighbour>(owner_, std::move(options));
        near_->engine().place(Where::elsewhere, owner_.url());
    }
    Answered ask(const std::string& method, const std::string& target, const std::string& body = {},
                 std::vector<http::Header> headers = {}) {
        return near_->send(method, target, admin_, body, std::move(headers));
    }
    std::future<Answered> ask_later(const std::string& method, const std::string& target, const std::string& body = {},
                                    std::vector<http::Header> headers = {}) {
        return std::async(std::launch::async, [this, method, target, body, headers] {
            return near_->send(method, target, admin_, body, headers);
        });
    }
    [[nodiscard]] std::uint64_t result(const std::string& name) {
        return near_->metric("waybill_forwarded_requests_total{result=\"" + name + "\"}");
    }
    void wait_for_streams(std::uint64_t count) {
        while (testing::metric_of(owner_.url(), "waybill_event_streams_open") != count) std::this_thread::yield();
    }

    testing::TestServer owner_;
    std::map<std::string, std::string> secrets_;
    std::string admin_;
    std::unique_ptr<testing::Neighbour> near_;
};

/// A port on which nobody listens.
std::string nobody() {
    const http::RunningServer gone;
    return gone.url();
}

/// Takes the whole request, sends the head of an answer and breaks the connection off.
class CutAfterRequest final : public http::StreamIn {
public:
    CutAfterRequest(http::Server& server, std::shared_ptr<http::StreamOut> out)
        : server_(server), out_(std::move(out)) {}
    http::Flow on_data(std::string_view) override { return http::Flow::more; }
    void on_end() override {
        out_->start({});
        // Later, when the head has been sent.
        server_.post([out = std::move(out_)] {});
    }
    void on_abort() override {}

private:
    http::Server& server_;
    std::shared_ptr<http::StreamOut> out_;
};

/// Takes all that comes and says nothing.
class SilentStream final : public http::StreamIn {
public:
    explicit SilentStream(std::shared_ptr<http::StreamOut> out) : out_(std::move(out)) {}
    http::Flow on_data(std::string_view) override { return http::Flow::more; }
    void on_end() override {}
    void on_abort() override { out_.reset(); }

private:
    std::shared_ptr<http::StreamOut> out_;
};

TEST_F(Forwarded, RequestsOfEveryKindAreAnsweredAsByTheOwner) {
    EXPECT_EQ(ask("PUT", "/v1/items/a%2Fb%20c%25", R"({"title":"Odd & ends","price":"1"})").status, 200);
    EXPECT_EQ(owner_.get("/v1/items/a%2Fb%20c%25", admin_).text_at("sku"), "a/b c%");
    EXPECT_EQ(ask("GET", "/v1/items/a%2Fb%20c%25").text_at("title"), "Odd & ends");

    const auto placed = ask("POST", "/v1/orders", order_text("W 1", "A", 2), {{"idempotency-key", "k1"}});
    ASSERT_EQ(placed.status, 201) << placed.text;
    const auto direct = owner_.get("/v1/orders/" + placed.text_at("id"), admin_);
    const auto relayed = ask("GET", "/v1/orders/" + placed.text_at("id"));
    EXPECT_EQ(relayed.text, direct.text);
    EXPECT_EQ(relayed.header("etag"), direct.header("etag"));
    EXPECT_EQ(relayed.header("content-type"), direct.header("content-type"));
    EXPECT_FALSE(placed.header("waybill-sequence").empty());
    const auto again = ask("POST", "/v1/orders", order_text("W 1", "A", 2), {{"idempotency-key", "k1"}});
    EXPECT_EQ(again.header("idempotency-replayed"), "true");
    EXPECT_EQ(ask("GET", "/v1/orders?channel=web&limit=1").body.at("data").as_array().size(), 1u);

    EXPECT_EQ(ask("POST", "/v1/orders", "{").code(), "malformed_json");
    EXPECT_EQ(ask("GET", "/v1/orders/ord_99").code(), "unknown_order");
    EXPECT_EQ(near_->send("PUT", "/v1/items/B", secrets_.at("viewer"), R"({"title":"x"})").code(), "forbidden");
    EXPECT_EQ(ask("PATCH", "/v1/orders").code(), "method_not_allowed");
    const auto key = ask("POST", "/v1/keys", R"({"name":"gone","role":"viewer"})");
    EXPECT_EQ(ask("DELETE", "/v1/keys/" + key.text_at("id")).status, 204);
    EXPECT_EQ(near_->send("GET", "/v1/items", key.text_at("secret")).code(), "key_revoked");
}

TEST_F(Forwarded, RowsAreReadHereAndAreTheOwners) {
    const auto placed = ask("POST", "/v1/orders", order_text("W-1", "A", 1));
    const std::string order = "/v1/orders/" + placed.text_at("id");
    const auto here = [&] { return near_->metric("waybill_followed_reads_total"); };
    EXPECT_EQ(ask("GET", order).status, 200) << "the owner's answer, for the configuration is not known yet";
    while (near_->metric("waybill_followed_tenants") != 1) std::this_thread::yield();
    std::uint64_t before = here();
    for (const std::string& target : {order, order + "?as_of=3", order + "/events", std::string("/v1/orders"),
                                      std::string("/v1/orders?channel=web"), std::string("/v1/customers"),
                                      std::string("/v1/events"), std::string("/v1/inventory/movements"),
                                      std::string("/v1/orders/ord_999"), std::string("/v1/orders?limit=x")}) {
        const auto near = ask("GET", target);
        const auto far = owner_.get(target, admin_);
        EXPECT_EQ(near.text, far.text) << target;
        EXPECT_EQ(near.header("waybill-sequence"), far.header("waybill-sequence")) << target;
        EXPECT_EQ(here(), ++before) << target;
    }
    EXPECT_EQ(ask("GET", order, {}, {{"waybill-sequence", placed.header("waybill-sequence")}}).status, 200);
    EXPECT_EQ(here(), ++before);
    for (const std::string never : {"999999", "-1", "x"}) {
        EXPECT_EQ(ask("GET", order, {}, {{"waybill-sequence", never}}).status, 422) << never;
    }
    EXPECT_EQ(here(), before);

    // What was written is read at once, whoever wrote it.
    const auto second = owner_.post("/v1/orders", admin_, order_text("W-2", "B", 1));
    EXPECT_EQ(ask("GET", "/v1/orders/" + second.text_at("id")).status, 200);
    EXPECT_EQ(here(), ++before);
    near_->engine().place(Where::nowhere);
    EXPECT_EQ(ask("GET", order).status, 200) << "nobody need own the tenant for that";
}

TEST_F(Forwarded, RowsAreReadUnderTheConfigurationInForce) {
    const auto key = owner_.post("/v1/keys", admin_, R"({"name":"gone","role":"viewer"})");
    const std::string secret = key.text_at("secret");
    const auto read = [&](const std::string& by) { return near_->send("GET", "/v1/orders", by).status; };
    EXPECT_EQ(read(secret), 200);
    while (near_->metric("waybill_followed_tenants") != 1) std::this_thread::yield();
    EXPECT_EQ(read(secret), 200);
    EXPECT_EQ(near_->send("GET", "/v1/orders", secrets_.at("vendor")).status, 200);
    EXPECT_EQ(near_->send("GET", "/v1/customers", secret).code(), "forbidden");
    EXPECT_EQ(near_->send("GET", "/v1/orders", "wb_nobody").status, 401);
    EXPECT_EQ(owner_.send("DELETE", "/v1/keys/" + key.text_at("id"), admin_).status, 204);
    EXPECT_EQ(read(secret), 401);
    EXPECT_EQ(owner_.send("PUT", "/v1/items/NEW", admin_, R"({"title":"new"})").status, 200);
    const auto placed = owner_.post("/v1/orders", admin_, order_text("W-9", "NEW", 1));
    EXPECT_EQ(ask("GET", "/v1/orders/" + placed.text_at("id")).text,
              owner_.get("/v1/orders/" + placed.text_at("id"), admin_).text);
}

TEST_F(Forwarded, TheAnswerToHeadHasTheLengthOfThatToGet) {
    const auto whole = ask("GET", "/v1/items");
    const auto head = ask("HEAD", "/v1/items");
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.header("content-length"), std::to_string(whole.text.size()));
    EXPECT_EQ(head.text, "");
}

TEST_F(Forwarded, AKeyIsLookedUpOnce) {
    const auto before = near_->metric("waybill_reads_total");
    for (int i = 0; i < 3; ++i) EXPECT_EQ(ask("GET", "/v1/items").status, 200);
    EXPECT_EQ(near_->metric("waybill_reads_total"), before + 1);
    for (int i = 0; i < 2; ++i) EXPECT_EQ(near_->send("GET", "/v1/items", "wb_nobody").code(), "unauthenticated");
    EXPECT_EQ(near_->metric("waybill_reads_total"), before + 3) << "a key may be made at any time";
    EXPECT_EQ(near_->send("GET", "/v1/items", "").code(), "unauthenticated");
    EXPECT_EQ(near_->metric("waybill_reads_total"), before + 3);
}

TEST_F(Forwarded, ConnectionsAreKept) {
    const auto before = testing::metric_of(owner_.url(), "waybill_connections_total");
    for (int i = 0; i < 20; ++i) EXPECT_EQ(ask("GET", "/v1/items").status, 200);
    // One for the requests, one for each look at the metrics.
    EXPECT_EQ(testing::metric_of(owner_.url(), "waybill_connections_total"), before + 2);
    EXPECT_EQ(result("answered"), 20u);
    EXPECT_EQ(near_->metric("waybill_forward_seconds_count"), 20u);
    EXPECT_EQ(near_->metric("waybill_forwards_under_way"), 0u);
    EXPECT_EQ(near_->metric("waybill_forward_connections_open"), 1u);
    EXPECT_EQ(near_->metric("waybill_forwards_waiting"), 0u);
}

TEST_F(Forwarded, AWrongClusterKeyIsRefused) {
    for (const std::string& url : {owner_.url(), near_->url()}) {
        auto client = http::Client::make(url).value();
        for (const char* key : {"", "wrong", "0123456789abcdef0123456789abcdeF"}) {
            const auto refused =
                testing::TestServer::send_by(client, "GET", "/v1/items", admin_, {}, {{"waybill-cluster-key", key}});
            EXPECT_EQ(refused.status, 401) << key;
            EXPECT_EQ(refused.code(), "unauthenticated");
        }
        const auto bulk = testing::TestServer::send_by(client, "POST", "/v1/orders/bulk", admin_, "{}\n",
                                                       {{"waybill-cluster-key", "wrong"}});
        EXPECT_EQ(bulk.status, 401);
    }
    testing::TestServer alone;
    EXPECT_EQ(alone.send("GET", "/v1/items", "x", {}, {{"waybill-cluster-key", ""}}).status, 401);
}

TEST_F(Forwarded, AForwardedRequestIsNotForwardedAgain) {
    for (const char* target : {"/v1/items", "/v1/events/stream"}) {
        const auto refused = ask("GET", target, {}, {{"waybill-cluster-key", cluster_key}});
        EXPECT_EQ(refused.status, 421);
        EXPECT_EQ(refused.code(), "no_owner");
    }
    EXPECT_EQ(result("answered"), 0u);
    EXPECT_EQ(owner_.send("GET", "/v1/items", admin_, {}, {{"waybill-cluster-key", cluster_key}}).status, 200);
}

TEST_F(Forwarded, HeadersOfAConnectionStayWithIt) {
    std::promise<http::Request> seen;
    http::RunningServer owner;
    owner.handler.on_request = [&seen](http::Request request, const http::Reply& reply) {
        seen.set_value(std::move(request));
        http::Response response;
        response.headers = {{"keep-alive", "timeout=5"}, {"waybill-cluster-key", cluster_key}, {"etag", "\"7\""}};
        response.body = "{}";
        reply(std::move(response));
    };
    owner.run();
    near_->engine().place(Where::elsewhere, owner.url());
    const auto answered = ask("POST", "/v1/orders?a=%20b&a=", "{}",
                              {{"connection", "x-mine, Authorization"},
                               {"x-mine", "1"},
                               {"te", "trailers"},
                               {"x-yours", "2"},
                               {"expect", "100-continue"}});
    EXPECT_EQ(answered.status, 200);
    EXPECT_EQ(answered.header("etag"), "\"7\"");
    EXPECT_EQ(answered.header("keep-alive"), "");
    EXPECT_EQ(answered.header("waybill-cluster-key"), "");
    const http::Request request = seen.get_future().get();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/v1/orders?a=%20b&a=");
    EXPECT_EQ(request.body, "{}");
    EXPECT_EQ(request.header("waybill-cluster-key"), cluster_key);
    EXPECT_EQ(request.header("x-yours"), "2");
    EXPECT_EQ(request.header("content-type"), "application/json");
    for (const char* name : {"x-mine", "authorization", "te", "expect", "connection"}) {
        EXPECT_FALSE(request.header(name)) << name;
    }
    EXPECT_EQ(request.header("host"), owner.url().substr(7));
}

TEST_F(Forwarded, WithoutAClusterKeyNothingIsForwarded) {
    ApiOptions options = impatient();
    options.cluster_key.clear();
    open(options);
    const auto refused = ask("GET", "/v1/items");
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.code(), "no_owner");
}

TEST_F(Forwarded, ATenantWithoutAReachableOwnerIsRefusedForNow) {
    open(impatient());
    const auto expect_refused = [this](const char* why) {
        for (const char* target : {"/v1/items", "/v1/events/stream"}) {
            const auto refused = ask("GET", target);
            EXPECT_EQ(refused.status, 503) << why;
            EXPECT_EQ(refused.code(), "no_owner") << why;
            EXPECT_EQ(refused.text_at("retry"), "same");
            EXPECT_EQ(refused.header("retry-after"), "1");
        }
        const auto bulk = ask("POST", "/v1/orders/bulk", order_text("W-1", "A", 1) + "\n");
        EXPECT_EQ(bulk.code(), "no_owner") << why;
        EXPECT_EQ(ask("POST", "/v1/orders", order_text("W-1", "A", 1)).code(), "no_owner") << why;
    };
    near_->engine().place(Where::nowhere);
    expect_refused("nobody has it");
    near_->engine().place(Where::elsewhere, nobody());
    expect_refused("nobody listens there");
    near_->engine().place(Where::elsewhere, "nonsense");
    expect_refused("the address is none");
    testing::Neighbour other(owner_, impatient());
    near_->engine().place(Where::elsewhere, other.url());
    other.engine().place(Where::elsewhere, near_->url());
    expect_refused("it says that it does not have it, and thinks that we do");
    EXPECT_EQ(result("no_owner"), 16u);
    EXPECT_EQ(owner_.get("/v1/orders", admin_).body.at("data").as_array().size(), 0u);
}

TEST_F(Forwarded, ATakeOverIsAShortDelay) {
    struct Before {
        Where where;
        std::string address;
    };
    testing::Neighbour other(owner_, clustered());
    for (const Before& before :
         {Before{Where::nowhere, {}}, Before{Where::elsewhere, nobody()}, Before{Where::elsewhere, other.url()}}) {
        near_->engine().place(before.where, before.address);
        auto read = ask_later("GET", "/v1/items");
        near_->engine().wait_for_questions(2);
        near_->engine().place(Where::elsewhere, owner_.url());
        EXPECT_EQ(read.get().status, 200);

        near_->engine().place(before.where, before.address);
        auto bulk = ask_later("POST", "/v1/items/bulk",
                              R"({"sku":"X","title":"x"})"
                              "\n");
        near_->engine().wait_for_questions(2);
        near_->engine().place(Where::elsewhere, owner_.url());
        const auto lines = bulk.get();
        EXPECT_EQ(lines.status, 200);
        EXPECT_NE(lines.text.find(R"("line":1,"status":200)"), std::string::npos) << lines.text;
    }
}

TEST_F(Forwarded, ATenantThatComesHereIsServedHere) {
    near_->engine().place(Where::nowhere);
    auto read = ask_later("GET", "/v1/items");
    near_->engine().wait_for_questions(2);
    near_->engine().take_over(owner_.engine());
    EXPECT_EQ(read.get().status, 200);
    EXPECT_EQ(result("served_here"), 1u);
    EXPECT_EQ(ask("POST", "/v1/orders", order_text("W-1", "A", 1)).status, 201);
    EXPECT_EQ(result("answered"), 0u) << "from then on nothing is forwarded";
}

TEST_F(Forwarded, ARequestFollowsATenantThatLeavesBeforeItIsDecided) {
    near_->engine().take_over(owner_.engine());
    near_->engine().lose_at_next_submission(owner_.url());
    EXPECT_EQ(ask("POST", "/v1/orders", order_text("W-1", "A", 1)).status, 201);
    EXPECT_EQ(result("answered"), 1u);
    // Sent on by another process it is that one's to find out where the tenant is.
    near_->engine().take_over(owner_.engine());
    near_->engine().lose_at_next_submission(owner_.url());
    const auto handed_on = ask("POST", "/v1/orders", order_text("W-2", "A", 1), {{"waybill-cluster-key", cluster_key}});
    EXPECT_EQ(handed_on.status, misdirected_status);
    EXPECT_EQ(result("answered"), 1u);
}

TEST_F(Forwarded, WhatWasDoneIsNotAskedForAgainWhereTheTenantWent) {
    const auto lose = [&] {
        near_->engine().take_over(owner_.engine());
        near_->engine().lose_after_next_submission(owner_.url());
    };
    lose();
    const auto placed = ask("POST", "/v1/orders", order_text("W-1", "A", 1));
    EXPECT_EQ(placed.code(), "outcome_unknown") << "and not that there is such an order already";
    // A process that was handed the request says so, too: 421 would have it asked for again.
    lose();
    const auto handed_on = ask("POST", "/v1/orders", order_text("W-2", "A", 1), {{"waybill-cluster-key", cluster_key}});
    EXPECT_EQ(handed_on.code(), "outcome_unknown");
    EXPECT_NE(handed_on.status, misdirected_status);
    // What does no harm is asked for again.
    lose();
    EXPECT_EQ(ask("PUT", "/v1/items/C", R"({"title":"C"})").status, 200);
    lose();
    EXPECT_EQ(ask("POST", "/v1/orders", order_text("W-3", "A", 1), {{"idempotency-key", "k"}}).status, 201);
    // Where the answer needs nothing of the tenant, there is one.
    lose();
    const std::string receive = R"({"moves":[{"kind":"receive","sku":"A","location":"LON","quantity":5}]})";
    EXPECT_EQ(ask("POST", "/v1/inventory/movements", receive).code(), "");
    near_->engine().take_over(owner_.engine());
    EXPECT_EQ(ask("GET", "/v1/inventory?sku=A&location=LON").body.at("data").at(0).at("on_hand").as_int64(), 105);
}

TEST_F(Forwarded, ABulkThatWaitedIsServedHere) {
    near_->engine().place(Where::nowhere);
    std::string lines;
    for (int i = 0; i < 1'000; ++i) lines += order_text("W-" + std::to_string(i), "B", 1) + "\n";
    auto bulk = ask_later("POST", "/v1/orders/bulk", lines);
    near_->engine().wait_for_questions(2);
    near_->engine().take_over(owner_.engine());
    const auto answered = bulk.get();
    EXPECT_EQ(answered.status, 200);
    EXPECT_EQ(std::count(answered.text.begin(), answered.text.end(), '\n'), 1'000);
}

TEST_F(Forwarded, WhatWasCutOffIsRepeatedOnlyWhenThatDoesNoHarm) {
    std::atomic<int> requests = 0;
    http::RunningServer cutting;
    cutting.handler.on_open = [&](const http::Request&, std::shared_ptr<http::StreamOut> out) {
        ++requests;
        return std::make_unique<CutAfterRequest>(*cutting.server, std::move(out));
    };
    cutting.run();
    near_->engine().place(Where::elsewhere, cutting.url());

    const auto unknown = ask("POST", "/v1/orders", order_text("W-1", "A", 1));
    EXPECT_EQ(unknown.status, 503);
    EXPECT_EQ(unknown.code(), "outcome_unknown");
    EXPECT_EQ(requests, 1) << "an order without a key may have been placed";

    const auto repeated = [&](const std::string& method, const std::string& target, const std::string& body,
                              std::vector<http::Header> headers) {
        near_->engine().place(Where::elsewhere, cutting.url());
        auto later = ask_later(method, target, body, std::move(headers));
        near_->engine().wait_for_questions(2);
        near_->engine().place(Where::elsewhere, owner_.url());
        return later.get().status;
    };
    EXPECT_EQ(repeated("POST", "/v1/orders", order_text("W-2", "A", 1), {{"idempotency-key", "k"}}), 201);
    EXPECT_EQ(repeated("GET", "/v1/items", {}, {}), 200);
    EXPECT_EQ(repeated("PUT", "/v1/items/C", R"({"title":"C"})", {}), 200);
    EXPECT_EQ(result("outcome_unknown"), 1u);
}

TEST_F(Forwarded, NobodyKnowsWhatBecameOfAWriteWhoseOwnerStaysAway) {
    http::RunningServer cutting;
    cutting.handler.on_open = [&cutting](const http::Request&, std::shared_ptr<http::StreamOut> out) {
        return std::make_unique<CutAfterRequest>(*cutting.server, std::move(out));
    };
    cutting.run();
    open(impatient());
    near_->engine().place(Where::elsewhere, cutting.url());
    const auto write = ask("POST", "/v1/orders", order_text("W-1", "A", 1), {{"idempotency-key", "k"}});
    EXPECT_EQ(write.code(), "outcome_unknown") << "a later attempt that reached nobody says nothing of the first";
    EXPECT_EQ(ask("GET", "/v1/items").code(), "no_owner");
}

TEST_F(Forwarded, AnOwnerThatDoesNotAnswerIsWaitedForSoLong) {
    std::vector<http::Reply> kept;
    http::RunningServer silent;
    silent.handler.on_request = [&kept](const http::Request&, http::Reply reply) { kept.push_back(std::move(reply)); };
    silent.run();
    ApiOptions options = clustered();
    options.forward_answer_wait_max = milliseconds(20);
    open(options);
    near_->engine().place(Where::elsewhere, silent.url());
    EXPECT_EQ(ask("PUT", "/v1/items/C", R"({"title":"C"})").code(), "outcome_unknown");
    EXPECT_EQ(ask("GET", "/v1/items").code(), "no_owner");
}

TEST_F(Forwarded, WhatASilentOwnerWasAskedGoesToItsSuccessor) {
    std::atomic<int> asked = 0;
    std::vector<http::Reply> kept;
    http::RunningServer silent;
    silent.handler.on_request = [&](const http::Request&, http::Reply reply) {
        kept.push_back(std::move(reply));
        ++asked;
    };
    silent.handler.on_open = [&](const http::Request& head,
                                 std::shared_ptr<http::StreamOut> out) -> std::unique_ptr<http::StreamIn> {
        if (head.path != "/v1/orders/bulk") return nullptr;
        ++asked;
        return std::make_unique<SilentStream>(std::move(out));
    };
    silent.run();
    int before = 0;
    const auto succeeded = [&](const std::string& method, const std::string& target, const std::string& body,
                               std::vector<http::Header> headers = {}) {
        near_->engine().place(Where::elsewhere, silent.url());
        auto later = ask_later(method, target, body, std::move(headers));
        while (asked == before) std::this_thread::yield();
        before = asked;
        near_->engine().place(Where::nowhere);
        near_->engine().wait_for_questions(1);
        near_->engine().place(Where::elsewhere, owner_.url());
        return later.get().status;
    };
    EXPECT_EQ(succeeded("GET", "/v1/items", {}), 200);
    EXPECT_EQ(succeeded("POST", "/v1/orders", order_text("W-1", "A", 1), {{"idempotency-key", "k"}}), 201);
    EXPECT_EQ(succeeded("POST", "/v1/orders/bulk", order_text("W-2", "A", 1) + "\n"), 200);
}

TEST_F(Forwarded, AnswersLargerThanAllowedAreNotHandedOn) {
    const auto key = owner_.post("/v1/keys", admin_, R"({"name":"gone","role":"viewer"})").text_at("id");
    ApiOptions options = clustered();
    options.forward_answer_bytes_max = 10;
    open(options);
    EXPECT_EQ(ask("GET", "/v1/items").code(), "internal_error");
    EXPECT_EQ(ask("DELETE", "/v1/keys/" + key).status, 204);
}

TEST_F(Forwarded, RequestsUnderWayAreLimited) {
    std::vector<http::Reply> kept;
    std::promise<void> arrived;
    http::RunningServer slow;
    slow.handler.on_request = [&](const http::Request&, http::Reply reply) {
        kept.push_back(std::move(reply));
        arrived.set_value();
    };
    slow.run();
    ApiOptions options = clustered();
    options.forwards_max = 1;
    open(options);
    near_->engine().place(Where::elsewhere, slow.url());
    auto first = ask_later("GET", "/v1/items");
    arrived.get_future().wait();
    const auto second = ask("GET", "/v1/items");
    EXPECT_EQ(second.code(), "engine_overloaded");
    EXPECT_EQ(second.header("retry-after"), "1");
    EXPECT_EQ(near_->metric("waybill_forwards_under_way"), 1u);
    slow.server->post([&kept] { kept.front()(http::Response{}); });
    EXPECT_EQ(first.get().status, 200);
    EXPECT_EQ(result("overloaded"), 1u);
}

TEST_F(Forwarded, RequestsWaitForAConnection) {
    ApiOptions options = clustered();
    options.forward_connections_max = 1;
    open(options);
    const auto before = testing::metric_of(owner_.url(), "waybill_connections_total");
    std::vector<std::future<Answered>> all;
    for (int i = 0; i < 8; ++i) all.push_back(ask_later("GET", "/v1/items"));
    for (auto& each : all) EXPECT_EQ(each.get().status, 200);
    EXPECT_EQ(testing::metric_of(owner_.url(), "waybill_connections_total"), before + 2);
}

TEST_F(Forwarded, LookUpsOfKeysAndStreamsAreLimited) {
    ApiOptions options = clustered();
    options.key_lookups_max = 0;
    open(options);
    EXPECT_EQ(ask("GET", "/v1/items").code(), "engine_overloaded");
    EXPECT_EQ(ask("POST", "/v1/orders/bulk", "{}\n").code(), "engine_overloaded");
    options = clustered();
    options.forward_streams_max = 0;
    open(options);
    EXPECT_EQ(ask("GET", "/v1/items").status, 200);
    EXPECT_EQ(ask("POST", "/v1/orders/bulk", "{}\n").code(), "engine_overloaded");
    EXPECT_EQ(ask("GET", "/v1/events/stream").code(), "engine_overloaded");
}

TEST_F(Forwarded, ResultsOfABulkComeWhileLinesAreSent) {
    auto client = http::Client::make(near_->url()).value();
    int sent = 0;
    int answered = 0;
    http::Client::Streams streams;
    streams.source = [&]() -> std::optional<std::string> {
        if (sent == 50) return std::nullopt;
        if (sent > answered) return "";
        ++sent;
        return order_text("W-" + std::to_string(sent), "A", 1) + "\n";
    };
    streams.sink = [&](std::string_view bytes) {
        answered += static_cast<int>(std::count(bytes.begin(), bytes.end(), '\n'));
        return http::SinkFlow::more;
    };
    const auto done =
        client.exchange({"POST",
                         "/v1/orders/bulk",
                         {{"authorization", "Bearer " + admin_}, {"content-type", "application/x-ndjson"}},
                         {}},
                        streams);
    ASSERT_TRUE(done) << done.error().text;
    EXPECT_EQ(answered, 50) << "each line was sent when the one before was answered";
    EXPECT_EQ(owner_.get("/v1/orders?limit=200", admin_).body.at("data").as_array().size(), 50u);
}

TEST_F(Forwarded, BulksOfAnyLengthPassThroughSmallBuffers) {
    ApiOptions options = clustered();
    options.forward_unsent_bytes_max = 1'000;
    open(options);
    std::string lines;
    for (int i = 0; i < 3'000; ++i) lines += order_text("W-" + std::to_string(i), "B", 1) + "\n";
    const auto answered = ask("POST", "/v1/orders/bulk", lines);
    EXPECT_EQ(answered.status, 200);
    EXPECT_EQ(std::count(answered.text.begin(), answered.text.end(), '\n'), 3'000);
    EXPECT_NE(answered.text.find(R"("line":3000,"status":201)"), std::string::npos);
    EXPECT_EQ(result("answered"), 1u);
    EXPECT_EQ(ask("POST", "/v1/orders/bulk", "{}", {{"content-type", "text/csv"}}).code(), "unsupported_media_type");
    EXPECT_EQ(near_->metric("waybill_forwarded_streams_open"), 0u);
}

/// Reads a stream of events until `on_text` has seen enough. What it ended with.
Result<http::ClientResponse, http::ClientError> listen(const std::string& url, const std::string& secret,
                                                       const std::function<http::SinkFlow(std::string_view)>& on_text) {
    auto client = http::Client::make(url).value();
    http::Client::Streams streams;
    streams.sink = on_text;
    return client.exchange({"GET", "/v1/events/stream?types=order_placed", {{"authorization", "Bearer " + secret}}, {}},
                           streams);
}

TEST_F(Forwarded, EventsComeAsTheyHappenUntilTheClientLeaves) {
    std::string text;
    const auto ended = listen(near_->url(), admin_, [&](std::string_view bytes) {
        if (text.empty()) {
            EXPECT_EQ(owner_.post("/v1/orders", admin_, order_text("W-1", "A", 1)).status, 201);
        }
        text += bytes;
        return text.find("W-1") == std::string::npos ? http::SinkFlow::more : http::SinkFlow::stop;
    });
    EXPECT_FALSE(ended);
    EXPECT_TRUE(text.starts_with(": stream open\n\n")) << text;
    wait_for_streams(0);
    while (result("left") == 0) std::this_thread::yield();
}

TEST_F(Forwarded, EventStreamsEndWhenEitherProcessStops) {
    const auto near_stops = listen(near_->url(), admin_, [&](std::string_view) {
        near_->end_streams();
        return http::SinkFlow::more;
    });
    EXPECT_TRUE(near_stops) << near_stops.error().text;
    wait_for_streams(0);
    open(clustered());
    const auto owner_stops = listen(near_->url(), admin_, [&](std::string_view) {
        owner_.on_http_thread([this] { owner_.api().end_streams(); });
        return http::SinkFlow::more;
    });
    EXPECT_TRUE(owner_stops) << owner_stops.error().text;
}

TEST_F(Forwarded, AStreamThatTheOwnerCutsOffIsCutOff) {
    http::RunningServer cutting;
    cutting.handler.on_open = [&cutting](const http::Request&, std::shared_ptr<http::StreamOut> out) {
        return std::make_unique<CutAfterRequest>(*cutting.server, std::move(out));
    };
    cutting.run();
    near_->engine().place(Where::elsewhere, cutting.url());
    const auto cut = listen(near_->url(), admin_, [](std::string_view) { return http::SinkFlow::more; });
    ASSERT_FALSE(cut) << "an end that looks regular would hide that events are missing";
    EXPECT_EQ(cut.error().kind, http::ClientError::Kind::receive);
    EXPECT_EQ(result("cut"), 1u);
}

TEST_F(Forwarded, AStreamOnWhichNothingMovesIsCutOff) {
    class Silent final : public http::StreamIn {
    public:
        explicit Silent(std::shared_ptr<http::StreamOut> out) : out_(std::move(out)) { out_->start({}); }
        http::Flow on_data(std::string_view) override { return http::Flow::more; }
        void on_end() override {}
        void on_abort() override {}

    private:
        std::shared_ptr<http::StreamOut> out_;
    };
    http::RunningServer silent;
    silent.handler.on_open = [](const http::Request&, std::shared_ptr<http::StreamOut> out) {
        return std::make_unique<Silent>(std::move(out));
    };
    silent.run();
    ApiOptions options = clustered();
    options.forward_silence_max = milliseconds(20);
    open(options);
    near_->engine().place(Where::elsewhere, silent.url());
    const auto cut = listen(near_->url(), admin_, [](std::string_view) { return http::SinkFlow::more; });
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().kind, http::ClientError::Kind::receive);
}

}  // namespace
}  // namespace waybill::api
