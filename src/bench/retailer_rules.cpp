#include "bench/retailer_rules.hpp"

#include <fmt/format.h>

#include "base/assert.hpp"
#include "bench/retailer.hpp"
#include "json/json_value_of.hpp"
#include "json/parse.hpp"

namespace waybill::bench {
namespace {

JsonValue condition(const std::string& logic) {
    const auto document = json::parse(logic);
    WAYBILL_ASSERT(document);
    return json::json_value_of(document->root());
}

std::string logic_of(std::size_t i) {
    switch (i % 4) {
        case 0:
            return fmt::format(
                R"({{"and":[{{">":[{{"var":"order.total"}},{}]}},{{"==":[{{"var":"order.channel"}},"{}"]}}]}})",
                200 + 10 * i, channel_codes[0]);
        case 1:
            return fmt::format(R"({{"in":["vip-{}",{{"var":"order.tags"}}]}})", i);
        case 2:
            return fmt::format(R"({{"and":[{{"==":[{{"var":"ship_to.country"}},"GB"]}},)"
                               R"({{"in":[{{"var":"customer.group"}},["trade-{0}","staff-{0}"]]}}]}})",
                               i);
        default:
            return fmt::format(R"({{"some":[{{"var":"order.lines"}},{{"==":[{{"var":"sku"}},"{}"]}}]}})",
                               sku_of(static_cast<std::uint32_t>(i)));
    }
}

}  // namespace

std::string_view name_of(RulesExtent extent) {
    switch (extent) {
        case RulesExtent::automation:
            return "rules";
        case RulesExtent::tree:
            return "rules, tree, strategy";
        case RulesExtent::filter:
            return "rules, tree, strategy, filter";
    }
    WAYBILL_ASSERT(false);
}

core::RuleSet retailer_rules(std::size_t rules, RulesExtent extent) {
    core::RuleSet out;
    out.name = "benchmark";
    for (std::size_t i = 0; i < rules; ++i) {
        core::AutomationRule rule;
        rule.code = fmt::format("rule-{}", i);
        rule.when = condition(logic_of(i));
        rule.then = {core::AddTag{fmt::format("tag-{}", i)}};
        out.automation.push_back(std::move(rule));
    }
    if (extent == RulesExtent::automation) return out;
    core::FilteredStrategy cheapest;
    cheapest.strategy.code = "cheapest";
    if (extent == RulesExtent::filter) {
        core::LocationFilter near;
        near.code = "near";
        near.reason = "more than 2,000 km away";
        near.when = condition(R"({"<=":[{"var":["location.distance_km",0]},2000]})");
        near.hard = false;
        cheapest.filters.push_back(std::move(near));
    }
    out.strategies.push_back(std::move(cheapest));
    out.lists.push_back({"islands", rules::ListKind::postcodes, {"HS*", "KW15*", "KW16*", "ZE*"}});
    const auto add_branch = [&](std::string code, JsonValue when) {
        core::RoutingBranch branch;
        branch.code = std::move(code);
        branch.when = std::move(when);
        branch.strategies = {"cheapest"};
        out.routing.push_back(std::move(branch));
    };
    add_branch("islands", condition(R"({"in_list":[{"var":"ship_to.postcode"},"islands"]})"));
    add_branch("trade", condition(R"({"==":[{"var":"customer.group"},"trade"]})"));
    add_branch("all", {});
    return out;
}

std::vector<core::Command> rules_commands(core::RuleSet rules) {
    core::SaveRuleSet save;
    save.rules = std::move(rules);
    core::ActivateRuleSet activate;
    activate.number = 1;
    std::vector<core::Command> out;
    out.emplace_back(std::move(save));
    out.emplace_back(std::move(activate));
    return out;
}

}  // namespace waybill::bench
