// Which webhooks rules send the events of the log, as core reads it from the events, against what the model foretold.

#include <fmt/format.h>

#include "core/integration/webhook_calls.hpp"
#include "engine/codec.hpp"
#include "engine/decision_history.hpp"
#include "sim/check_state.hpp"

namespace waybill::sim {

void check_calls(engine::Reader& reader, core::TenantId tenant, const Model& model,
                 std::vector<std::string>& problems) {
    const auto state = engine::configuration_as_of(reader, tenant, model.config_sequence);
    engine::EventQuery query;
    query.limit = 1'000'000;
    const auto rows = reader.events(tenant, query);
    if (!state || !rows) return problems.push_back("the log can not be read");
    const std::map<std::string, std::vector<std::string>> none;
    for (const engine::EventRow& row : *rows) {
        const auto event = engine::decode_event(row.type, row.schema_version, row.body);
        if (!event) return problems.push_back("an event can not be read: " + event.error());
        const auto expected = model.calls.find(row.sequence.raw());
        const auto& called = expected == model.calls.end() ? none : expected->second;
        for (const WebhookModel& webhook : model.webhooks) {
            const std::string& code = webhook.wanted.code;
            const auto rules = core::rules_that_call(code, *event, **state);
            const auto by = called.find(code);
            const std::vector<std::string> wanted = by == called.end() ? std::vector<std::string>() : by->second;
            if (std::vector<std::string>(rules.begin(), rules.end()) == wanted) continue;
            problems.push_back(fmt::format("{} rules send event {} to {}, {} should", rules.size(), row.sequence.raw(),
                                           code, wanted.size()));
        }
    }
    for (const WebhookModel& webhook : model.webhooks) {
        bool is_called = false;
        for (const core::RuleSet& rules : model.rule_sets) {
            for (const core::AutomationRule& rule : rules.automation) {
                for (const core::RuleAction& action : rule.then) {
                    const auto* call = std::get_if<core::CallWebhook>(&action);
                    is_called = is_called || (call != nullptr && call->webhook == webhook.wanted.code);
                }
            }
        }
        if (core::is_called_by_rules(webhook.wanted.code, **state) == is_called) continue;
        problems.push_back("whether any rule calls " + webhook.wanted.code + " is wrong");
    }
}

}  // namespace waybill::sim
