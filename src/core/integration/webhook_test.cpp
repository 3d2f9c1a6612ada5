// Webhooks: what can be configured, where their deliveries stand, and which events rules send them.

#include "core/integration/webhook.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/core_test_shop.hpp"
#include "core/integration/webhook_calls.hpp"
#include "core/limits.hpp"

namespace waybill::core {
namespace {

using testing::Shop;
using Codes = std::vector<std::string_view>;

PutWebhook erp() {
    PutWebhook put;
    put.webhook.code = "erp";
    put.webhook.url = "https://erp.example/waybill";
    put.webhook.events = {"order_placed"};
    return put;
}

/// Item A with 10 at L, channel web, and the webhook "erp".
class WebhookShop : public Shop {
public:
    WebhookShop() {
        put_item("A");
        put_location("L", {});
        put_channel("web");
        count("A", "L", 10);
        WAYBILL_ASSERT(run(erp()).has_value());
    }

    [[nodiscard]] const Webhook& webhook() const { return state->webhooks[0]; }
    [[nodiscard]] const DeliveryProgress& progress() const { return state->webhook_progress.read(0); }
    [[nodiscard]] Sequence head() const { return state->head; }

    /// Events that are of no concern here.
    void happen(int times) {
        for (int i = 0; i < times; ++i) count("A", "L", 11 + i);
    }

    [[nodiscard]] RecordDelivery delivery(Sequence through, std::string failure = {}) const {
        RecordDelivery record;
        record.after = progress().through;
        record.through = through;
        record.failure = std::move(failure);
        return record;
    }

    Result<Decision, Rejection> place(const std::string& number, std::vector<std::string> tags = {}) {
        PlaceOrder placing = order(number);
        placing.tags = std::move(tags);
        placing.lines.push_back({"", "A", "", 1, 0, 0, 0});
        return run(placing);
    }
};

/// The field at fault; "accepted" otherwise.
std::string field_at_fault(Shop& shop, const Command& command) {
    const auto decision = decide(command, *shop.state, shop.context());
    if (decision) return "accepted";
    EXPECT_EQ(decision.error().code, Reject::invalid_request);
    EXPECT_EQ(decision.error().faults.size(), 1U);
    return decision.error().faults.at(0).pointer;
}

TEST(Webhooks, ANewOneIsToldOfWhatComesAfterIt) {
    WebhookShop shop;
    EXPECT_EQ(shop.progress(), (DeliveryProgress{shop.head(), {}, {}, false}));
    EXPECT_EQ(shop.webhook().secret, 1U);
    EXPECT_FALSE(shop.webhook().secret_since.is_set());
    EXPECT_EQ(shop.webhook().version, shop.head().raw());
    shop.happen(2);
    PutWebhook another = erp();
    another.webhook.code = "wms";
    const auto made = shop.run(another);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->outcome.object, (Aggregate{AggregateKind::webhook, 1}));
    EXPECT_EQ(shop.state->webhook_progress.read(1).through, shop.head());
    EXPECT_EQ(shop.progress().through.raw(), shop.head().raw() - 3);
}

TEST(Webhooks, ToReplaceOneKeepsItsSecretAndItsProgress) {
    WebhookShop shop;
    ASSERT_TRUE(shop.run(RotateWebhookSecret{"erp"}));
    shop.happen(3);
    ASSERT_TRUE(shop.run(shop.delivery(shop.head(), "503")));
    const Webhook before = shop.webhook();
    const DeliveryProgress progress = shop.progress();
    PutWebhook put = erp();
    put.webhook.url = "http://localhost:8080/hook";
    put.webhook.description = "the new one";
    put.webhook.events = {"order_shipped", "order_placed", "order_shipped"};
    put.webhook.active = false;
    put.webhook.batch_max = 100;
    // What is not for the caller to say.
    put.webhook.secret = 7;
    put.webhook.secret_since = Instant(5);
    put.webhook.version = 99;
    ASSERT_TRUE(shop.run(put));
    Webhook expected = put.webhook;
    expected.events = {"order_placed", "order_shipped"};
    expected.secret = 2;
    expected.secret_since = before.secret_since;
    expected.version = shop.head().raw();
    EXPECT_EQ(shop.webhook(), expected);
    EXPECT_EQ(shop.progress(), progress);
    EXPECT_EQ(shop.state->webhooks.size(), 1U);
    const auto again = shop.run(put);
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->events.empty()) << "what is there already changes nothing";
}

TEST(Webhooks, AUrlIsOne) {
    WebhookShop shop;
    const auto found = [&](const std::string& url) {
        PutWebhook put = erp();
        put.webhook.url = url;
        return field_at_fault(shop, put);
    };
    for (const char* url : {"https://a", "https://a/", "http://a.example:1/x?y=z", "https://a.example:65535",
                            "https://[::1]:8443/hook", "https://[2001:db8::1]", "https://a?b", "https://a/%20@%7B"}) {
        EXPECT_EQ(found(url), "accepted") << url;
    }
    for (const char* url : {"",
                            "erp.example",
                            "ftp://a",
                            "HTTPS://a",
                            "https://",
                            "https:///hook",
                            "https://?x",
                            "https://:443/x",
                            "https://a:/x",
                            "https://a:0/x",
                            "https://a:65536/x",
                            "https://a:4x/x",
                            "https://a:-1/x",
                            "https://[::1",
                            "https://[]/x",
                            "https://[::1]x/y",
                            "https://u@a/x",
                            "https://u:p@a/x",
                            "https://a/x#y",
                            "https://a b/x",
                            "https://a/\t",
                            "https://\xC3\xA4.example/x",
                            "https://a\\@b/x",
                            "https://a/<x>",
                            "https://a/{x}"}) {
        EXPECT_EQ(found(url), "/url") << url;
    }
}

TEST(Webhooks, EventsAreTypesOfEvents) {
    WebhookShop shop;
    const auto found = [&](std::vector<std::string> events) {
        PutWebhook put = erp();
        put.webhook.events = std::move(events);
        return field_at_fault(shop, put);
    };
    EXPECT_EQ(found({}), "accepted") << "what rules send is enough";
    EXPECT_EQ(found({"*"}), "accepted");
    EXPECT_EQ(found({"webhook_put", "tenant_configured"}), "accepted");
    EXPECT_EQ(found({"order_placed", "order_eaten"}), "/events/1");
    EXPECT_EQ(found({"waybill.order_placed.v1"}), "/events/0");
    EXPECT_EQ(found({"order_placed", "*"}), "/events/1");
    EXPECT_EQ(found({"webhook_progressed"}), "/events/0");
    EXPECT_EQ(found({""}), "/events/0");
}

TEST(Webhooks, EveryFaultIsTold) {
    WebhookShop shop;
    PutWebhook put;
    put.webhook.code = " erp";
    put.webhook.url = "nowhere";
    put.webhook.events = {"none"};
    put.webhook.batch_max = 0;
    const auto refused = shop.run(put);
    ASSERT_FALSE(refused);
    std::vector<std::string> pointers;
    for (const Fault& fault : refused.error().faults) pointers.push_back(fault.pointer);
    EXPECT_EQ(pointers, (std::vector<std::string>{"/code", "/url", "/events/0", "/batch_max"}));
}

TEST(Webhooks, ASecretIsRotatedByItsNumber) {
    WebhookShop shop;
    const Webhook before = shop.webhook();
    const DeliveryProgress progress = shop.progress();
    shop.now = Instant(shop.now.micros() + 60 * micros_per_second);
    const auto rotated = shop.run(RotateWebhookSecret{"erp"});
    ASSERT_TRUE(rotated);
    EXPECT_EQ(rotated->outcome.object, (Aggregate{AggregateKind::webhook, 0}));
    Webhook expected = before;
    expected.secret = 2;
    expected.secret_since = shop.now;
    expected.version = shop.head().raw();
    EXPECT_EQ(shop.webhook(), expected);
    EXPECT_EQ(shop.progress(), progress);
    EXPECT_EQ(shop.run(RotateWebhookSecret{"none"}).error().code, Reject::unknown_webhook);
}

TEST(Webhooks, ADeliveryMovesProgress) {
    WebhookShop shop;
    shop.happen(5);
    const Sequence begin = shop.progress().through;
    const Sequence middle(begin.raw() + 2);
    const auto recorded = shop.run(shop.delivery(middle));
    ASSERT_TRUE(recorded);
    EXPECT_EQ(recorded->outcome.object, (Aggregate{AggregateKind::webhook, 0}));
    EXPECT_EQ(shop.progress(), (DeliveryProgress{middle, {}, {}, false}));
    // Nothing was taken, and nothing failed: there is nothing to keep.
    const auto nothing = shop.run(shop.delivery(middle));
    ASSERT_TRUE(nothing);
    EXPECT_TRUE(nothing->events.empty());

    const auto refused = [&](RecordDelivery record) {
        const auto decision = shop.run(record);
        return decision ? "accepted" : info_of(decision.error().code).name;
    };
    RecordDelivery late = shop.delivery(shop.head());
    late.after = begin;
    EXPECT_EQ(refused(late), "webhook_moved");
    EXPECT_EQ(refused(shop.delivery(begin)), "webhook_moved") << "progress does not go back";
    EXPECT_EQ(refused(shop.delivery(Sequence(shop.head().raw() + 1))), "webhook_moved") << "beyond the log";
    RecordDelivery other = shop.delivery(middle);
    other.webhook = 1;
    EXPECT_EQ(refused(other), "unknown_webhook");
    EXPECT_EQ(refused(shop.delivery(shop.head())), "accepted");
}

TEST(Webhooks, AFailureIsKeptUntilSomethingIsTaken) {
    WebhookShop shop;
    shop.happen(4);
    const Sequence begin = shop.progress().through;
    const Instant first = shop.now;
    ASSERT_TRUE(shop.run(shop.delivery(begin, "answered 503")));
    EXPECT_EQ(shop.progress(), (DeliveryProgress{begin, first, "answered 503", false}));
    const auto same = shop.run(shop.delivery(begin, "answered 503"));
    ASSERT_TRUE(same);
    EXPECT_TRUE(same->events.empty());
    // Since when it fails stays, also over a part of a batch that was taken meanwhile.
    shop.now = Instant(first.micros() + 3'600 * micros_per_second);
    const Sequence next(begin.raw() + 1);
    ASSERT_TRUE(shop.run(shop.delivery(next, "timed out")));
    EXPECT_EQ(shop.progress(), (DeliveryProgress{next, first, "timed out", false}));
    ASSERT_TRUE(shop.run(shop.delivery(Sequence(next.raw() + 1))));
    EXPECT_EQ(shop.progress(), (DeliveryProgress{Sequence(next.raw() + 1), {}, {}, false}));
    ASSERT_TRUE(shop.run(shop.delivery(shop.progress().through, "again")));
    EXPECT_EQ(shop.progress().failing_since, shop.now);
}

TEST(Webhooks, AFailureIsCutAtItsLimitBetweenCharacters) {
    WebhookShop shop;
    const auto kept = [&](const std::string& failure) {
        EXPECT_TRUE(shop.run(shop.delivery(shop.progress().through, failure)));
        return shop.progress().failure;
    };
    constexpr std::size_t most = limits::webhook_failure_bytes_max;
    const std::string long_enough(most - 1, 'x');
    EXPECT_EQ(kept(long_enough + "y"), long_enough + "y");
    EXPECT_EQ(kept(long_enough + "yz"), long_enough + "y");
    EXPECT_EQ(kept(long_enough + "\xC3\xA4"), long_enough);
    EXPECT_EQ(kept(long_enough.substr(1) + "\xC3\xA4" + "z"), long_enough.substr(1) + "\xC3\xA4");
    EXPECT_EQ(kept(long_enough.substr(2) + "\xF0\x9F\x93\xA6"), long_enough.substr(2));
    EXPECT_EQ(kept(long_enough.substr(3) + "\xF0\x9F\x93\xA6"), long_enough.substr(3) + "\xF0\x9F\x93\xA6");
}

TEST(Webhooks, APausedOneIsRecordedNoMoreUntilItIsResumed) {
    WebhookShop shop;
    shop.happen(4);
    const Sequence begin = shop.progress().through;
    RecordDelivery gone = shop.delivery(begin, "answered 410");
    gone.gives_up = true;
    ASSERT_TRUE(shop.run(gone));
    EXPECT_EQ(shop.progress(), (DeliveryProgress{begin, shop.now, "answered 410", true}));
    EXPECT_EQ(shop.run(shop.delivery(shop.head())).error().code, Reject::webhook_moved);
    const auto resumed = shop.run(ResumeWebhook{"erp", {}});
    ASSERT_TRUE(resumed);
    EXPECT_EQ(resumed->outcome.object, (Aggregate{AggregateKind::webhook, 0}));
    EXPECT_EQ(shop.progress(), (DeliveryProgress{begin, {}, {}, false}));
    const auto again = shop.run(ResumeWebhook{"erp", {}});
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->events.empty()) << "it goes on already";
    ASSERT_TRUE(shop.run(shop.delivery(shop.head())));
}

TEST(Webhooks, OneIsResumedWhereItIsWanted) {
    WebhookShop shop;
    shop.happen(4);
    const RecordDelivery under_way = shop.delivery(shop.head());
    ASSERT_TRUE(shop.run(ResumeWebhook{"erp", Sequence(0)}));
    EXPECT_EQ(shop.progress().through, Sequence(0)) << "the whole log once more";
    EXPECT_EQ(shop.run(under_way).error().code, Reject::webhook_moved);
    ASSERT_TRUE(shop.run(ResumeWebhook{"erp", shop.head()}));
    const Sequence end = shop.progress().through;
    EXPECT_EQ(end.raw(), shop.head().raw() - 1);
    EXPECT_EQ(field_at_fault(shop, ResumeWebhook{"erp", shop.head()}), "accepted");
    EXPECT_EQ(field_at_fault(shop, ResumeWebhook{"erp", Sequence(shop.head().raw() + 1)}), "/after");
    EXPECT_EQ(shop.run(ResumeWebhook{"none", {}}).error().code, Reject::unknown_webhook);
}

AutomationRule calling(const std::string& code, Moment moment, std::vector<RuleAction> then) {
    return {code, "", moment, {}, std::move(then), false};
}

TEST(WebhookCalls, AreOfTheRulesThatFiredInAnOrderPlaced) {
    WebhookShop shop;
    PutWebhook wms = erp();
    wms.webhook.code = "wms";
    ASSERT_TRUE(shop.run(wms));
    EXPECT_FALSE(is_called_by_rules("erp", *shop.state));
    RuleSet rules;
    rules.automation = {calling("one", Moment::placed, {AddTag{"t"}, CallWebhook{"erp"}}),
                        calling("two", Moment::placed, {AddTag{"u"}}),
                        calling("three", Moment::placed, {CallWebhook{"wms"}, CallWebhook{"erp"}})};
    const JsonValue rush = JsonValue::make_text("rush");
    rules.automation[2].when = JsonValue::make_object(
        {{"in", JsonValue::make_list({rush, JsonValue::make_object({{"var", JsonValue::make_text("order.tags")}})})}});
    ASSERT_TRUE(shop.run(SaveRuleSet{rules}));
    EXPECT_TRUE(is_called_by_rules("erp", *shop.state)) << "as soon as any version has such a rule";
    EXPECT_FALSE(is_called_by_rules("none", *shop.state));
    const auto before = shop.place("W1", {"rush"});
    ASSERT_TRUE(before);
    EXPECT_EQ(rules_that_call("erp", before->events.back(), *shop.state), Codes{}) << "nothing decides yet";
    ASSERT_TRUE(shop.run(ActivateRuleSet{1, {}, ""}));
    const auto plain = shop.place("W2");
    ASSERT_TRUE(plain);
    EXPECT_EQ(rules_that_call("erp", plain->events.front(), *shop.state), Codes{"one"});
    EXPECT_EQ(rules_that_call("wms", plain->events.front(), *shop.state), Codes{});
    const auto rushed = shop.place("W3", {"rush"});
    ASSERT_TRUE(rushed);
    EXPECT_EQ(rules_that_call("erp", rushed->events.front(), *shop.state), (Codes{"one", "three"}));
    EXPECT_EQ(rules_that_call("wms", rushed->events.front(), *shop.state), Codes{"three"});

    // Another version decides: what an event before it says is still read by the rules that fired in it.
    RuleSet other;
    other.automation = {calling("new", Moment::placed, {CallWebhook{"wms"}})};
    ASSERT_TRUE(shop.run(SaveRuleSet{other}));
    ASSERT_TRUE(shop.run(ActivateRuleSet{2, {}, ""}));
    const auto later = shop.place("W4", {"rush"});
    ASSERT_TRUE(later);
    EXPECT_EQ(rules_that_call("wms", later->events.front(), *shop.state), Codes{"new"});
    EXPECT_EQ(rules_that_call("erp", later->events.front(), *shop.state), Codes{});
    EXPECT_EQ(rules_that_call("erp", rushed->events.front(), *shop.state), (Codes{"one", "three"}));
}

TEST(WebhookCalls, AreOfLaterMomentsToo) {
    WebhookShop shop;
    RuleSet rules;
    for (std::size_t m = 0; m < moments; ++m) {
        rules.automation.push_back(calling("at" + std::to_string(m), static_cast<Moment>(m), {CallWebhook{"erp"}}));
    }
    ASSERT_TRUE(shop.run(SaveRuleSet{rules}));
    ASSERT_TRUE(shop.run(ActivateRuleSet{1, {}, ""}));
    std::vector<std::string> called;
    const auto take = [&](const Result<Decision, Rejection>& decision) {
        ASSERT_TRUE(decision) << decision.error().detail;
        for (const Event& event : decision->events) {
            const Codes by = rules_that_call("erp", event, *shop.state);
            const bool is_of_rules =
                std::holds_alternative<OrderPlaced>(event) || std::holds_alternative<OrderMarked>(event);
            EXPECT_EQ(by.size(), is_of_rules ? 1U : 0U);
            for (const std::string_view code : by) called.emplace_back(code);
        }
    };
    const auto placed = shop.place("W1");
    take(placed);
    const OrderId id(placed->outcome.object.id);
    take(shop.run(ReleaseOrder{id, ""}));
    take(shop.run(RejectFulfillment{id, 1, {}, "no_time", StockFinding::kept}));
    const auto shipped = shop.place("W2");
    take(shipped);
    take(shop.run(ShipOrder{OrderId(shipped->outcome.object.id), "L", {}, "", ""}));
    take(shop.run(RequestReturn{OrderId(shipped->outcome.object.id), {{LineNo(1), {}, "broken"}}, "", false}));
    take(shop.run(CancelOrder{id, {}, "enough"}));
    const auto at = [](Moment moment) { return "at" + std::to_string(static_cast<int>(moment)); };
    for (std::size_t m = 0; m < moments; ++m) {
        EXPECT_NE(std::find(called.begin(), called.end(), at(static_cast<Moment>(m))), called.end()) << m;
    }
    EXPECT_EQ(called.front(), at(Moment::placed));
}

TEST(WebhookCalls, ByAnEventThatNamesNoSuchRuleAreNone) {
    WebhookShop shop;
    ASSERT_TRUE(shop.run(SaveRuleSet{{"", "", {}, {calling("r", Moment::placed, {CallWebhook{"erp"}})}, {}, {}, {}}}));
    OrderMarked marked;
    marked.rules.fired = {0};
    EXPECT_EQ(rules_that_call("erp", marked, *shop.state), Codes{});
    marked.rules.rule_set = 1;
    EXPECT_EQ(rules_that_call("erp", marked, *shop.state), Codes{"r"});
    marked.rules.fired = {1};
    EXPECT_EQ(rules_that_call("erp", marked, *shop.state), Codes{});
    marked.rules = {};
    marked.rules.rule_set = 2;
    marked.rules.fired = {0};
    EXPECT_EQ(rules_that_call("erp", marked, *shop.state), Codes{});
}

}  // namespace
}  // namespace waybill::core
