// Rules over an engine: what is counted of them for whoever watches.

#include <gtest/gtest.h>

#include "engine/engine_test_kit.hpp"
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

}  // namespace
}  // namespace waybill::engine
