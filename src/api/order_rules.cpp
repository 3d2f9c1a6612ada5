// What automation did with an order and why, worked out again from the log.

#include "api/order_rules_json.hpp"

#include <algorithm>

#include "api/order_answer.hpp"
#include "api/query.hpp"
#include "api/resources.hpp"
#include "core/automation/explain_rules.hpp"
#include "engine/decision_history.hpp"
#include "engine/order_as_of.hpp"
#include "json/write.hpp"

namespace waybill::api {
namespace {

using core::Permission;
using Explained = Result<PassedMomentOutput, Problem>;

Explained explain_moment(const Call& call, engine::Reader& reader, core::OrderId id,
                         const engine::RecordedMoment& passed) {
    const auto order = engine::order_as_of(reader, call.caller.tenant, id, passed.seen);
    if (!order) return fail(problem_of(order.error()));
    const auto state = call.services.configurations.get(reader, call.caller.tenant, passed.config_sequence);
    if (!state) return fail(problem_of(state.error()));
    core::Context context;
    context.now = passed.at;
    context.zones = call.services.zones;
    PassedMomentOutput out;
    out.sequence = passed.sequence;
    out.at = passed.at;
    out.moment = passed.moment;
    const core::CompiledRules* rules = core::rules_at(**state, passed.at);
    if (rules == nullptr) return out;
    const core::ExplainedRules explained =
        passed.moment == core::Moment::placed
            ? core::explain_rules(*rules, *order, passed.rules, 0, core::RulesOf::holding, **state, context)
            : core::explain_moment(*rules, passed.moment, *order, passed.rules, **state, context);
    out.rule_set = rules->number;
    out.reproduced = explained.reproduced && (passed.rules.rule_set == 0 || passed.rules.rule_set == rules->number);
    out.automation = render_rules(explained.automation, RulesAre::automation);
    out.tags_added = passed.rules.tags_added;
    if (passed.moment == core::Moment::placed) {
        for (const core::OrderHold& hold : order->holds) out.holds.push_back(render_hold(hold, call.caller));
        for (const core::OrderException& raised : order->exceptions) {
            out.raised.push_back(render_open_exception(raised, false));
        }
        if (passed.rules.priority_before) out.priority = order->priority;
        out.changes = render_changes(explained, engine::TenantView(*state));
        return out;
    }
    for (const core::OrderHold& hold : passed.did.holds) out.holds.push_back(render_hold(hold, call.caller));
    out.released = passed.did.released;
    for (const core::OrderException& raised : passed.did.raised) {
        out.raised.push_back(render_open_exception(raised, false));
    }
    out.resolved = passed.did.resolved;
    out.priority = passed.did.priority;
    return out;
}

Answer explain_order_rules(const Call& call, engine::Reader& reader, core::OrderId id,
                           std::optional<core::Sequence> asked) {
    const auto known = load_order(call.caller, reader, id);
    if (!known) return fail(known.error());
    const auto passed = engine::recorded_moments(reader, call.caller.tenant, id);
    if (!passed) return fail(problem_of(passed.error()));
    OrderRulesOutput out;
    out.order_id = id;
    for (const engine::RecordedMoment& moment : *passed) {
        if (out.sequences.empty() || out.sequences.back() != moment.sequence) out.sequences.push_back(moment.sequence);
    }
    if (out.sequences.empty()) return refuse(core::Reject::unknown_order);
    const core::Sequence shown = asked.value_or(out.sequences.back());
    for (const engine::RecordedMoment& moment : *passed) {
        if (moment.sequence != shown) continue;
        auto explained = explain_moment(call, reader, id, moment);
        if (!explained) return fail(std::move(explained.error()));
        out.moments.push_back(*std::move(explained));
    }
    if (out.moments.empty()) return refuse(core::Reject::not_found, "that event brought no moment of the order");
    return json_response(200, json::to_text<json::Api>(out));
}

void explain_rules_of_order(CallPtr call) {
    // Rules name all places of the network, as routing does.
    if (call->caller.is_scoped()) return answer(call, refuse(core::Reject::out_of_scope));
    const auto id = read_order_id(call->parameters[0]);
    if (!id) return answer(call, fail(id.error()));
    QueryReader query(call->request, {"sequence"});
    const auto sequence = query.integer("sequence", 1, INT64_MAX);
    if (!query.is_valid()) return answer(call, query.take());
    std::optional<core::Sequence> asked;
    if (sequence) asked = core::Sequence(static_cast<std::uint64_t>(*sequence));
    answer_from_store(std::move(call), [id = *id, asked](const Call& done, engine::Reader& reader) {
        return explain_order_rules(done, reader, id, asked);
    });
}

}  // namespace

std::span<const Route> order_rules_routes() {
    static constexpr Route table[] = {
        {"GET", "/v1/orders/{id}/rules", Permission::read_orders, &explain_rules_of_order},
    };
    return table;
}

}  // namespace waybill::api
