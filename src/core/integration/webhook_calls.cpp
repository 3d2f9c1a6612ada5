#include "core/integration/webhook_calls.hpp"

#include <algorithm>

#include "base/mutant.hpp"

namespace waybill::core {
namespace {

bool calls(const AutomationRule& rule, std::string_view webhook) {
    return std::any_of(rule.then.begin(), rule.then.end(), [&](const RuleAction& action) {
        const auto* call = std::get_if<CallWebhook>(&action);
        return call != nullptr && call->webhook == webhook;
    });
}

/// nullptr: no rules of its own take part in such an event.
const RulesTrace* rules_of(const Event& event) {
    if (const auto* placed = std::get_if<OrderPlaced>(&event)) return &placed->rules;
    if (const auto* marked = std::get_if<OrderMarked>(&event); marked != nullptr && !WAYBILL_MUTANT(later_call_lost))
        return &marked->rules;
    return nullptr;
}

}  // namespace

std::vector<std::string_view> rules_that_call(std::string_view webhook, const Event& event, const TenantState& state) {
    std::vector<std::string_view> out;
    const RulesTrace* trace = rules_of(event);
    if (trace == nullptr || trace->rule_set == 0 || trace->rule_set > state.rule_sets.rows.committed_size()) return out;
    const std::uint32_t number =
        WAYBILL_MUTANT(newest_rules_call) ? state.rule_sets.rows.committed_size() : trace->rule_set;
    const auto& rules = state.rule_sets.rows.committed(number - 1).rules.automation;
    for (const std::uint16_t fired : trace->fired) {
        if (fired < rules.size() && calls(rules[fired], webhook)) out.push_back(rules[fired].code);
    }
    return out;
}

bool is_called_by_rules(std::string_view webhook, const TenantState& state) {
    const auto versions = static_cast<std::uint32_t>(state.rule_sets.rows.committed_size());
    for (std::uint32_t ix = 0; ix < versions; ++ix) {
        const auto& automation = state.rule_sets.rows.committed(ix).rules.automation;
        if (std::any_of(automation.begin(), automation.end(), [&](const auto& rule) { return calls(rule, webhook); }))
            return true;
    }
    return false;
}

}  // namespace waybill::core
