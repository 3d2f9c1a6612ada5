#include "core/automation/explain_rules.hpp"

#include <algorithm>

#include "core/automation/apply_rules.hpp"
#include "core/automation/order_facts.hpp"
#include "core/rules/fault.hpp"

namespace waybill::core {
namespace {

ExplainedRule look_at(std::string code, std::string name, const rules::Program& condition, const OrderFacts& facts,
                      rules::Scratch& scratch) {
    ExplainedRule out{std::move(code), std::move(name), RuleVerdict::did_not_hold, {}, {}};
    scratch.reset();
    const auto held = rules::evaluate_explained(condition, facts, scratch, out.read);
    if (!held) {
        out.verdict = RuleVerdict::failed;
        out.fault = rules::fault_text(held.error());
    } else if (rules::truthy(*held)) {
        out.verdict = RuleVerdict::fired;
    }
    return out;
}

/// The tags that the order came with.
std::vector<std::string> tags_before(const Order& order, const RulesTrace& trace) {
    std::vector<std::string> out;
    std::set_difference(order.tags.begin(), order.tags.end(), trace.tags_added.begin(), trace.tags_added.end(),
                        std::back_inserter(out));
    return out;
}

bool same_rules(const std::vector<ExplainedRule>& explained, const RulesTrace& trace) {
    std::vector<std::uint16_t> fired;
    for (std::uint16_t r = 0; r < explained.size(); ++r) {
        if (explained[r].verdict == RuleVerdict::fired) fired.push_back(r);
    }
    return fired == trace.fired;
}

void explain_automation(const CompiledRules& rules, const OrderFacts& facts, rules::Scratch& scratch,
                        ExplainedRules& out) {
    bool stopped = false;
    for (std::size_t r = 0; r < rules.automation.size(); ++r) {
        const AutomationRule& rule = rules.source.automation[r];
        if (stopped) {
            out.automation.push_back({rule.code, rule.name, RuleVerdict::not_reached, {}, {}});
            continue;
        }
        out.automation.push_back(look_at(rule.code, rule.name, rules.automation[r], facts, scratch));
        stopped = rule.stop && out.automation.back().verdict == RuleVerdict::fired;
    }
}

/// The way through the tree: an index among its siblings for each branch that holds.
std::vector<std::uint16_t> explain_tree(const CompiledRules& rules, const OrderFacts& facts, rules::Scratch& scratch,
                                        ExplainedRules& out) {
    std::vector<std::uint16_t> way;
    const std::vector<CompiledBranch>* level = &rules.routing;
    const std::vector<RoutingBranch>* source = &rules.source.routing;
    while (true) {
        std::size_t taken = level->size();
        for (std::size_t b = 0; b < level->size(); ++b) {
            if (taken < level->size()) {
                out.branches.push_back({(*source)[b].code, {}, RuleVerdict::not_reached, {}, {}});
                continue;
            }
            out.branches.push_back(look_at((*source)[b].code, {}, (*level)[b].when, facts, scratch));
            if (out.branches.back().verdict == RuleVerdict::fired) taken = b;
        }
        if (taken == level->size()) return way;
        way.push_back(static_cast<std::uint16_t>(taken));
        source = &(*source)[taken].branches;
        level = &(*level)[taken].branches;
    }
}

}  // namespace

ExplainedRules explain_rules(const CompiledRules& rules, const Order& order, const RulesTrace& trace,
                             std::uint32_t strategy, RulesOf of, const TenantState& state, const Context& context) {
    ExplainedRules out;
    out.rule_set = rules.number;
    out.tags_added = trace.tags_added;
    rules::Scratch scratch;
    if (of == RulesOf::placing) {
        const std::vector<std::string> tags = tags_before(order, trace);
        explain_automation(rules, OrderFacts(order, tags, state, context), scratch, out);
        out.reproduced = same_rules(out.automation, trace);
    }
    const auto way = explain_tree(rules, OrderFacts(order, order.tags, state, context), scratch, out);
    const bool same_way =
        trace.branch.size() <= way.size() && std::equal(trace.branch.begin(), trace.branch.end(), way.begin());
    out.reproduced = out.reproduced && same_way;
    RuleRouting routing(rules, order, state, context);
    if (!routing.follow(trace)) {
        out.reproduced = false;
    } else if (strategy > 0 && strategy <= routing.choices().size()) {
        out.strategy = routing.strategy(strategy - 1).strategy.code;
    }
    return out;
}

}  // namespace waybill::core
