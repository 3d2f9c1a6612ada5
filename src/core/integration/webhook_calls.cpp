#include "core/integration/webhook_calls.hpp"

#include <algorithm>

#include "core/integration/fired_rules.hpp"

namespace waybill::core {
namespace {

bool calls(const AutomationRule& rule, std::string_view webhook) {
    return std::any_of(rule.then.begin(), rule.then.end(), [&](const RuleAction& action) {
        const auto* call = std::get_if<CallWebhook>(&action);
        return call != nullptr && call->webhook == webhook;
    });
}

}  // namespace

std::vector<std::string_view> rules_that_call(std::string_view webhook, const Event& event, const TenantState& state) {
    std::vector<std::string_view> out;
    each_fired_rule(event, state, [&](const AutomationRule& rule) {
        if (calls(rule, webhook)) out.push_back(rule.code);
    });
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
