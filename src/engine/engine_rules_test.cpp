// Rules over an engine: what is counted of them for whoever watches.

#include <gtest/gtest.h>

#include "engine/codec.hpp"
#include "engine/decision_history.hpp"
#include "engine/engine_test_kit.hpp"
#include "engine/order_as_of.hpp"
#include "json/json_value_of.hpp"
#include "json/parse.hpp"
#include "storage/memory/memory_store.hpp"

namespace waybill::engine {
namespace {

using testing::Answer;
using testing::order_of;
using testing::rejection_of;

JsonValue condition(std::string_view logic) { return json::json_value_of(json::parse(logic)->root()); }

core::AutomationRule rule_of(std::string code, JsonValue when) {
    core::AutomationRule rule;
    rule.code = std::move(code);
    rule.when = std::move(when);
    rule.then = {core::AddTag{rule.code}};
    return rule;
}

core::FilteredStrategy strategy_of(std::string code, bool hard) {
    core::FilteredStrategy out;
    out.strategy.code = std::move(code);
    core::LocationFilter nowhere;
    nowhere.code = "nowhere";
    nowhere.reason = "is not nowhere";
    nowhere.when = condition(R"({"==":[{"var":"location.code"},"NOWHERE"]})");
    nowhere.hard = hard;
    out.filters = {nowhere};
    return out;
}

/// A rule that fires, one that can not be worked out, and a strategy that never finds a source before one that gives
/// way.
core::RuleSet rules_of() {
    core::RuleSet out;
    out.automation = {rule_of("seen", {}),
                      rule_of("broken", condition(R"({"/":[1,{"-":[{"var":"order.units"},{"var":"order.units"}]}]})"))};
    out.strategies = {strategy_of("first", true), strategy_of("second", false)};
    core::RoutingBranch all;
    all.code = "all";
    all.strategies = {"first", "second"};
    out.routing = {all};
    return out;
}

class EngineRules : public ::testing::Test {
protected:
    std::unique_ptr<Store> store_ = storage::memory::open_memory();
    testing::Shop shop_{*store_};

    RuleCounts counts() { return shop_.engine->stats().rules; }
    Answer activate(std::uint32_t number) {
        core::ActivateRuleSet command;
        command.number = number;
        return shop_.run(command);
    }
    Answer save(core::RuleSet rules) {
        core::SaveRuleSet command;
        command.rules = std::move(rules);
        return shop_.run(command);
    }
};

TEST_F(EngineRules, WhatTheyDidIsCounted) {
    shop_.open_shop(10);
    ASSERT_TRUE(shop_.run(order_of("1", "A", 1)));
    EXPECT_EQ(counts().orders, 0U) << "no rules were in force";
    ASSERT_TRUE(save(rules_of()));
    ASSERT_TRUE(activate(1));
    EXPECT_EQ(counts().activations, 1U);
    const Answer placed = shop_.run(order_of("2", "A", 1));
    ASSERT_TRUE(placed);
    EXPECT_EQ(placed->order->tags, std::vector<std::string>{"seen"});
    ASSERT_TRUE(shop_.run(order_of("3", "B", 2)));
    EXPECT_EQ(counts().orders, 2U);
    EXPECT_EQ(counts().fired, 2U);
    EXPECT_EQ(counts().failed, 2U);
    EXPECT_EQ(counts().fallback, 2U);
    EXPECT_EQ(counts().relaxed, 2U);
    ASSERT_TRUE(activate(0));
    ASSERT_TRUE(shop_.run(order_of("4", "A", 1)));
    EXPECT_EQ(counts().orders, 2U);
    EXPECT_EQ(counts().activations, 2U);
    EXPECT_EQ(counts().refused, 0U);
}

TEST_F(EngineRules, AnActivationThatAGoldenOrderRefusesIsCounted) {
    shop_.open_shop(10);
    core::RuleSet rules = rules_of();
    core::GoldenOrder golden;
    golden.code = "untagged";
    golden.channel = "WEB";
    golden.country = "GB";
    golden.lines = {{"A", 1, 0}};
    golden.expect.tags = std::vector<std::string>{};
    rules.golden_orders = {golden};
    ASSERT_TRUE(save(std::move(rules)));
    const std::uint64_t rejected_before = shop_.engine->stats().rejected;
    EXPECT_EQ(rejection_of(activate(1)), core::Reject::golden_order_failed);
    EXPECT_EQ(rejection_of(activate(7)), core::Reject::unknown_rule_set);
    EXPECT_EQ(counts().refused, 1U);
    EXPECT_EQ(counts().activations, 0U);
    EXPECT_EQ(shop_.engine->stats().rejected, rejected_before + 2) << "also where nothing else was in the batch";
}

class EngineMoments : public EngineRules {
protected:
    /// Moments and the events that brought them and that rules looked at, counted from the one that placed the order.
    std::string moments_of(core::OrderId order) {
        const auto reader = store_->reader();
        const auto passed = recorded_moments(**reader, shop_.tenant, order);
        if (!passed) return passed.error().detail;
        std::string out;
        for (const RecordedMoment& one : *passed) {
            out += std::to_string(static_cast<int>(one.moment)) + ":" +
                   std::to_string(one.sequence.raw() - order.raw()) + "/" +
                   std::to_string(one.seen.raw() - order.raw());
            for (const std::uint32_t rule : one.rules.fired) out += " rule " + std::to_string(rule);
            EXPECT_EQ(one.did.order.is_set(), !one.rules.fired.empty());
            out += "; ";
        }
        return out;
    }
    core::OrderId run(const core::Command& command) {
        const Answer answer = shop_.run(command);
        EXPECT_TRUE(answer);
        return answer ? core::OrderId(answer->outcome.object.id) : core::OrderId();
    }
    /// Orders of more than two units are seen when they are given back, those of more than five held once before.
    void activate_rules() {
        core::RuleSet rules;
        core::AutomationRule held = rule_of("held", condition(R"({"and":[{">":[{"var":"order.units"},5]},)"
                                                              R"({"!":{"in":["seen",{"var":"order.tags"}]}}]})"));
        held.moment = core::Moment::before_release;
        held.then = {core::PlaceHold{"check", "", {core::HoldBlock::releasing}}, core::AddTag{"seen"}};
        core::AutomationRule tagged = rule_of("tagged", condition(R"({">":[{"var":"order.units"},2]})"));
        tagged.moment = core::Moment::before_release;
        core::AutomationRule refused = tagged;
        refused.code = "refused";
        refused.moment = core::Moment::rejected;
        rules.automation = {held, tagged, refused};
        ASSERT_TRUE(save(rules));
        ASSERT_TRUE(activate(1));
    }
};

TEST_F(EngineMoments, RulesLookBeforeAReleaseAndWhenWorkIsGivenBack) {
    shop_.open_shop(30);
    activate_rules();
    const core::OrderId order = run(order_of("1", "A", 3));
    EXPECT_EQ(moments_of(order), "0:0/0; 1:0/0; ");
    // What rules do comes before the release and brings the moment; they saw the order as it was placed.
    run(core::ReleaseOrder{order, {}});
    EXPECT_EQ(moments_of(order), "0:0/0; 1:0/0; 4:1/0 rule 1; ");
    // Given back, seen by the rules, and routed to the other place.
    run(core::RejectFulfillment{order, 1, {}, "closed", core::StockFinding::kept});
    EXPECT_EQ(moments_of(order), "0:0/0; 1:0/0; 4:1/0 rule 1; 5:3/3 rule 2; 1:5/5; ");
    // The same where no rule fires: the release itself brings the moment.
    const core::OrderId small = run(order_of("2", "A", 1));
    run(core::ReleaseOrder{small, {}});
    run(core::RejectFulfillment{small, 1, {}, "closed", core::StockFinding::kept});
    EXPECT_EQ(moments_of(small), "0:0/0; 1:0/0; 4:1/0; 5:2/2; 1:3/3; ");
}

TEST_F(EngineMoments, AReleaseThatAHoldStopsIsAMomentOfItsOwn) {
    shop_.open_shop(30);
    activate_rules();
    const core::OrderId order = run(order_of("1", "A", 6));
    run(core::ReleaseOrder{order, {}});
    EXPECT_EQ(moments_of(order), "0:0/0; 1:0/0; 4:1/0 rule 0 rule 1; ");
    const auto reader = store_->reader();
    EXPECT_TRUE((*reader)->fulfillments(shop_.tenant, {})->empty());
    core::ReleaseHold let_go;
    let_go.order = order;
    let_go.code = "check";
    run(let_go);
    ASSERT_TRUE(activate(0));
    run(core::ReleaseOrder{order, {}});
    EXPECT_EQ(moments_of(order), "0:0/0; 1:0/0; 4:1/0 rule 0 rule 1; 4:4/2; ");
}

TEST_F(EngineMoments, RulesLookWhenAReturnIsRequestedAndAreExplained) {
    shop_.open_shop(30);
    core::RuleSet set;
    core::AutomationRule worn = rule_of("worn", condition(R"({"in":["worn",{"var":"order.return_reasons"}]})"));
    worn.moment = core::Moment::return_requested;
    worn.then = {core::PlaceHold{"look", "", {core::HoldBlock::returning}}};
    core::AutomationRule many = rule_of("many", condition(R"({">":[{"var":"order.returning_units"},2]})"));
    many.moment = core::Moment::return_requested;
    set.automation = {worn, many};
    ASSERT_TRUE(save(set));
    ASSERT_TRUE(activate(1));
    const Answer placed = shop_.run(order_of("1", "A", 4));
    ASSERT_TRUE(placed);
    const core::OrderId order = placed->order->id;
    const std::string from = placed->order->lines[0].allocations[0].location == 0 ? "LON" : "MAN";
    run(core::ShipOrder{order, from, {}, "", ""});
    run(core::RequestReturn{order, {{core::LineNo(1), 1, "worn"}}, "", false});
    // Held by the rule, so that nobody was told that the goods may come.
    EXPECT_EQ(moments_of(order), "0:0/0; 1:0/0; 2:1/1; 6:2/2 rule 0; ");
    EXPECT_EQ(rejection_of(shop_.run(core::ApproveReturn{order, 1})), core::Reject::order_on_hold);
    core::ReleaseHold let_go;
    let_go.order = order;
    let_go.code = "look";
    run(let_go);
    run(core::RequestReturn{order, {{core::LineNo(1), 2, "torn"}}, "", false});
    EXPECT_EQ(moments_of(order), "0:0/0; 1:0/0; 2:1/1; 6:2/2 rule 0; 6:5/5 rule 1; ");

    const auto reader = store_->reader();
    const auto passed = recorded_moments(**reader, shop_.tenant, order);
    ASSERT_TRUE(passed);
    const RecordedMoment& last = passed->back();
    const auto then = order_as_of(**reader, shop_.tenant, order, last.seen);
    const auto state = configuration_as_of(**reader, shop_.tenant, last.config_sequence);
    ASSERT_TRUE(then && state);
    core::Context context;
    context.now = last.at;
    context.zones = &testing::test_zones();
    const core::CompiledRules* rules = core::rules_at(**state, last.at);
    ASSERT_NE(rules, nullptr);
    const core::ExplainedRules explained =
        core::explain_moment(*rules, last.moment, *then, last.rules, **state, context);
    EXPECT_TRUE(explained.reproduced);
    ASSERT_EQ(explained.automation.size(), 2U);
    EXPECT_EQ(explained.automation[0].verdict, core::RuleVerdict::did_not_hold);
    EXPECT_EQ(explained.automation[1].verdict, core::RuleVerdict::fired);
    ASSERT_EQ(explained.automation[1].read.size(), 1U);
}

TEST_F(EngineMoments, WhatRulesDidAtAMomentThatWasNotIsTold) {
    shop_.open_shop(30);
    const core::OrderId order = run(order_of("1", "A", 1));
    core::OrderMarked marked;
    marked.order = order;
    marked.moment = core::Moment::shipped;
    EventRow row;
    row.sequence = core::Sequence(order.raw() + 1);
    row.aggregate = core::aggregate_of(marked);
    row.type = core::type_of(marked);
    encode_event(row.body, marked);
    TenantBatch batch;
    batch.tenant = shop_.tenant;
    batch.head_before = core::Sequence(order.raw());
    batch.events = {row};
    ASSERT_TRUE(store_->commit({batch}));
    EXPECT_NE(moments_of(order).find("a moment that the order did not pass"), std::string::npos);
}

}  // namespace
}  // namespace waybill::engine
