// Rule sets: versions of what decides, their check, and from when on which one decides.

#include <algorithm>
#include <charconv>
#include <utility>

#include "api/look.hpp"
#include "api/page.hpp"
#include "api/resources.hpp"
#include "api/rule_set_json.hpp"
#include "api/submit.hpp"
#include "core/automation/compile_rules.hpp"
#include "json/read.hpp"
#include "json/write.hpp"

namespace waybill::api {
namespace {

using core::Permission;

std::optional<std::uint32_t> read_number(const std::string& text) {
    std::uint32_t number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc() || read.ptr != end || number == 0 || text.front() == '0') return std::nullopt;
    return number;
}

const core::RuleSetVersion* find_version(const engine::TenantView& view, std::uint32_t number) {
    const auto& rows = view.state().rule_sets.rows;
    return number == 0 || number > rows.committed_size() ? nullptr : &rows.committed(number - 1);
}

Answer version_now(const Call& call, std::uint32_t number, int status) {
    const auto view = call.view();
    if (!view) return fail(view.error());
    const core::RuleSetVersion* version = find_version(*view, number);
    if (version == nullptr) return refuse(core::Reject::unknown_rule_set);
    return json_response(status, json::to_text<json::Api>(render_rule_set(*version, view->settings().currency)));
}

/// Rules speak of all places, their stock and their costs: not for keys that are limited to some.
bool is_refused(const CallPtr& call) {
    if (!call->caller.is_scoped()) return false;
    answer(call, refuse(core::Reject::out_of_scope));
    return true;
}

void save_rule_set(CallPtr call) {
    if (is_refused(call)) return;
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    auto rules = read_rule_set(call->request.body);
    if (!rules) return answer(call, fail(std::move(rules.error())));
    submit(std::move(call), {core::SaveRuleSet{std::move(*rules)}, {}, {}, 201},
           [](const CallPtr& done, const engine::Receipt& receipt) {
               const auto number = static_cast<std::uint32_t>(receipt.outcome.object.id);
               auto response = version_now(*done, number, status_of(receipt, 201));
               if (response) add_sequence(*response, receipt.sequence);
               if (response) add_replayed(*response, receipt);
               answer(done, std::move(response));
           });
}

void get_rule_set(CallPtr call) {
    if (is_refused(call)) return;
    const auto number = read_number(call->parameters[0]);
    answer(call, number ? version_now(*call, *number, 200) : Answer(refuse(core::Reject::unknown_rule_set)));
}

void list_rule_sets(CallPtr call) {
    if (is_refused(call)) return;
    answer(call, memory_page(
                     *call, "rule-sets",
                     [](const engine::TenantView& view) { return view.state().rule_sets.rows.committed_size(); },
                     [](const engine::TenantView& view, std::uint32_t ix) {
                         return std::optional(summarise(view.state().rule_sets.rows.committed(ix)));
                     }));
}

void check_rule_set(CallPtr call) {
    if (is_refused(call)) return;
    const auto number = read_number(call->parameters[0]);
    if (!number) return answer(call, refuse(core::Reject::unknown_rule_set));
    look(
        call,
        [number = *number](const core::TenantState& state, const core::Context& context) -> Answer {
            const auto rules = core::compiled_version(state, number);
            if (!rules) return fail(problem_of(rules.error()));
            const auto results = core::run_golden_orders(**rules, state, context);
            return json_response(200, json::to_text<json::Api>(render_check(number, results)));
        },
        &answer);
}

Answer describe_current(const core::TenantState& state, const core::Context& context) {
    CurrentRulesOutput out;
    out.rule_set = core::rule_set_at(state, context.now);
    for (std::uint32_t ix = state.activations.size(); ix > 0; --ix) {
        const core::RuleActivation& activation = state.activations[ix - 1];
        if (activation.from <= context.now) {
            out.activation = render_activation(activation);
            break;
        }
        // One that comes no earlier than a later one was replaced by it.
        const bool replaced = !out.scheduled.empty() && out.scheduled.back().from <= activation.from;
        if (!replaced) out.scheduled.push_back(render_activation(activation));
    }
    std::reverse(out.scheduled.begin(), out.scheduled.end());
    return json_response(200, json::to_text<json::Api>(out));
}

void current_rules(CallPtr call) {
    if (is_refused(call)) return;
    look(call, &describe_current, &answer);
}

void list_activations(CallPtr call) {
    if (is_refused(call)) return;
    answer(call, memory_page(
                     *call, "rule-activations",
                     [](const engine::TenantView& view) { return view.state().activations.rows.committed_size(); },
                     [](const engine::TenantView& view, std::uint32_t ix) {
                         return std::optional(render_activation(view.state().activations.rows.committed(ix)));
                     }));
}

/// The last activation of the rule set that the receipt names.
void answer_with_activation(const CallPtr& call, const engine::Receipt& receipt) {
    const auto view = call->view();
    if (!view) return answer(call, fail(view.error()));
    const auto& rows = view->state().activations.rows;
    ActivationOutput out;
    for (std::uint32_t ix = rows.committed_size(); ix > 0; --ix) {
        const core::RuleActivation& row = rows.committed(ix - 1);
        if (row.number != receipt.outcome.object.id || row.version > receipt.sequence.raw()) continue;
        out = render_activation(row);
        break;
    }
    auto response = json_response(status_of(receipt, 201), json::to_text<json::Api>(out));
    add_sequence(response, receipt.sequence);
    add_replayed(response, receipt);
    answer(call, std::move(response));
}

void activate(CallPtr call) {
    if (is_refused(call)) return;
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    auto input = json::read_text<json::Api, ActivationInput>(call->request.body);
    if (!input) return answer(call, fail(problem_of(input.error())));
    core::ActivateRuleSet command{input->rule_set, input->at.value_or(Instant()), std::move(input->reason)};
    submit(std::move(call), {std::move(command), {}, {}, 201}, &answer_with_activation);
}

void roll_back(CallPtr call) {
    if (is_refused(call)) return;
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    auto input = json::read_text<json::Api, RollBackInput>(call->request.body);
    if (!input) return answer(call, fail(problem_of(input.error())));
    submit(std::move(call), {core::RollBackRuleSet{std::move(input->reason)}, {}, {}, 201}, &answer_with_activation);
}

void list_facts(CallPtr call) {
    std::string body;
    {
        json::ObjectWriter page(body);
        auto data = page.array("data");
        for (const RuleFactOutput& fact : rule_facts()) data.value(fact);
    }
    answer(call, json_response(200, std::move(body)));
}

}  // namespace

std::span<const Route> rule_set_routes() {
    static constexpr Route table[] = {
        {"GET", "/v1/rule-sets", Permission::read_configuration, &list_rule_sets},
        {"POST", "/v1/rule-sets", Permission::configure, &save_rule_set},
        {"GET", "/v1/rule-sets/{number}", Permission::read_configuration, &get_rule_set},
        {"POST", "/v1/rule-sets/{number}/check", Permission::configure, &check_rule_set},
        {"GET", "/v1/rule-activations", Permission::read_configuration, &list_activations},
        {"POST", "/v1/rule-activations", Permission::configure, &activate},
        {"GET", "/v1/rule-activations/current", Permission::read_configuration, &current_rules},
        {"POST", "/v1/rule-activations/rollback", Permission::configure, &roll_back},
        {"GET", "/v1/rule-facts", Permission::read_configuration, &list_facts},
    };
    return table;
}

}  // namespace waybill::api
