#include "core/automation/explain_rules.hpp"

#include <algorithm>

#include "core/automation/apply_rules.hpp"
#include "core/automation/order_changes.hpp"
#include "core/automation/order_facts.hpp"
#include "core/rules/fault.hpp"

namespace waybill::core {
namespace {

ExplainedRule look_at(std::string code, std::string name, const rules::Program& condition, const OrderFacts& facts,
                      rules::Scratch& scratch) {
    ExplainedRule out;
    out.code = std::move(code);
    out.name = std::move(name);
    out.verdict = RuleVerdict::did_not_hold;
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

/// What the rules of `placed` made of the order itself.
void explain_changes(const Order& order, const RulesTrace& trace, ExplainedRules& out) {
    for (const LineAsOrdered& came : trace.substituted) {
        const OrderLine* line = find_substituted(order, came);
        if (line == nullptr) continue;
        out.substitutes.push_back({came.line_no, line->ordered_item, came.quantity, line->item, line->quantity});
    }
    if (trace.method_before) out.method = ExplainedMethod{order.method, order.pickup_location};
    const RoutingPolicy& policy = order.routing;
    if (policy.required_kinds.empty() && policy.required_locations.empty()) return;
    out.required = ExplainedSources{policy.required_kinds, policy.required_locations};
}

/// Whether the same rules fire as in the trace.
bool explain_automation(const CompiledRules& rules, Moment moment, const RulesTrace& trace, const OrderFacts& facts,
                        rules::Scratch& scratch, ExplainedRules& out) {
    bool stopped = false;
    std::vector<std::uint16_t> fired;
    for (const std::uint16_t r : rules.of(moment)) {
        const AutomationRule& rule = rules.source.automation[r];
        ExplainedRule& told = out.automation.emplace_back();
        if (stopped) {
            told.code = rule.code;
            told.name = rule.name;
        } else {
            told = look_at(rule.code, rule.name, rules.automation[r], facts, scratch);
        }
        told.moment = moment;
        if (told.verdict == RuleVerdict::fired) fired.push_back(r);
        stopped = stopped || (rule.stop && told.verdict == RuleVerdict::fired);
    }
    const auto is_told = [&](const RuleFailure& failure) {
        const auto& of = rules.of(moment);
        const auto at = std::lower_bound(of.begin(), of.end(), failure.rule);
        if (at == of.end() || *at != failure.rule) return false;
        return out.automation[static_cast<std::size_t>(at - of.begin())].verdict == RuleVerdict::failed;
    };
    const auto failed = std::count_if(out.automation.begin(), out.automation.end(),
                                      [](const ExplainedRule& rule) { return rule.verdict == RuleVerdict::failed; });
    return fired == trace.fired && static_cast<std::size_t>(failed) == trace.failed.size() &&
           std::all_of(trace.failed.begin(), trace.failed.end(), is_told);
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
                out.branches.emplace_back().code = (*source)[b].code;
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
    if (of != RulesOf::rerouting) {
        explain_changes(order, trace, out);
        Order came = order;
        take_back_changes(trace, came);
        OrderFacts facts(came, came.tags, state, context);
        facts.know_available(trace.available);
        out.reproduced = explain_automation(rules, Moment::placed, trace, facts, scratch, out);
    }
    if (of == RulesOf::holding) return out;
    OrderFacts facts(order, order.tags, state, context);
    facts.know_available(trace.available_to_route());
    const auto way = explain_tree(rules, facts, scratch, out);
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

ExplainedRules explain_moment(const CompiledRules& rules, Moment moment, const Order& order, const RulesTrace& trace,
                              const TenantState& state, const Context& context) {
    ExplainedRules out;
    out.rule_set = rules.number;
    out.tags_added = trace.tags_added;
    rules::Scratch scratch;
    const OrderFacts facts(order, order.tags, state, context);
    out.reproduced = explain_automation(rules, moment, trace, facts, scratch, out);
    return out;
}

}  // namespace waybill::core
