// Explaining routing: of an order as it was decided, and of an order that nobody has placed.

#include <utility>

#include "api/explanation_json.hpp"
#include "api/order_answer.hpp"
#include "api/order_input.hpp"
#include "api/order_output.hpp"
#include "api/resources.hpp"
#include "core/order/preview.hpp"
#include "engine/decision_history.hpp"
#include "engine/order_as_of.hpp"
#include "json/write.hpp"

namespace waybill::api {
namespace {

using core::Permission;

/// On the writer thread: what placing the order would decide now.
Result<core::Explanation, Problem> explain_now(const core::PlaceOrder& command, const core::TenantState& state,
                                               const core::Context& context) {
    const auto request = core::preview_request(command, state, context);
    if (!request) return fail(problem_of(request.error()));
    return core::explain_preview(*request, state, context);
}

/// The caller's tenant exists, but the engine can not vouch for its state now, or it has gone to another process.
Problem unseen(engine::Engine& engine, core::TenantId tenant) {
    const bool is_here = engine.placement(tenant).where == engine::Placement::Where::here;
    return {is_here ? core::Reject::store_unavailable : core::Reject::no_owner, {}, {}, {}};
}

Answer explanation_answer(const Call& call, const Result<core::Explanation, Problem>& explained) {
    if (!explained) return fail(explained.error());
    const auto view = call.view();
    if (!view) return fail(view.error());
    return json_response(200, json::to_text<json::Api>(render_explanation(*explained, *view)));
}

void preview_order(CallPtr call) {
    if (call->caller.is_scoped()) return answer(call, refuse(core::Reject::out_of_scope));
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    auto place = read_order(call->request.body);
    if (!place) return answer(call, fail(std::move(place.error())));
    const core::TenantId tenant = call->caller.tenant;
    engine::Engine& engine = call->engine();
    const bool taken = engine.inspect(tenant, [call, command = std::move(place->command)](
                                                  const core::TenantState* state, const core::Context& context) {
        auto explained = state == nullptr ? fail(unseen(call->engine(), call->caller.tenant))
                                          : explain_now(command, *state, context);
        call->services.completions.push(
            [call, explained = std::move(explained)]() { answer(call, explanation_answer(*call, explained)); });
    });
    if (!taken) answer(call, refuse(core::Reject::engine_overloaded, "too many previews are waiting"));
}

/// What the recorded decision of the order saw, decided again.
Answer explain_order(const Call& call, engine::Reader& reader, core::OrderId id) {
    const auto now = load_order(call.caller, reader, id);
    if (!now) return fail(now.error());
    const auto decision = engine::latest_decision(reader, call.caller.tenant, id);
    if (!decision) return fail(problem_of(decision.error()));
    if (!*decision) return refuse(core::Reject::unknown_order);
    const auto order = engine::order_as_of(reader, call.caller.tenant, id, (*decision)->sequence);
    if (!order) return fail(problem_of(order.error()));
    const core::RoutingTrace& trace = (*decision)->trace;
    const auto state = call.services.configurations.get(reader, call.caller.tenant, trace.config_sequence);
    if (!state) return fail(problem_of(state.error()));

    thread_local sourcing::Workspace workspace;
    core::Context context;
    context.now = (*decision)->decided_at;
    context.zones = call.services.zones;
    context.workspace = &workspace;
    const core::Explanation explanation =
        core::explain_recorded(core::request_of(*order, trace), trace, (*decision)->decided_at, **state, context);
    const auto view = call.view();
    if (!view) return fail(view.error());
    ExplanationOutput out = render_explanation(explanation, *view);
    out.order_id = id;
    out.sequence = (*decision)->sequence;
    out.decided_at = (*decision)->decided_at;
    return json_response(200, json::to_text<json::Api>(out));
}

void explain_routing(CallPtr call) {
    // Candidates are all places of the network: not for callers who may see some of them only.
    if (call->caller.is_scoped()) return answer(call, refuse(core::Reject::out_of_scope));
    const auto id = read_order_id(call->parameters[0]);
    if (!id) return answer(call, fail(id.error()));
    answer_from_store(std::move(call), [id = *id](const Call& asked, engine::Reader& reader) {
        return explain_order(asked, reader, id);
    });
}

constexpr Route table[] = {
    {"GET", "/v1/orders/{id}/routing", Permission::read_orders, &explain_routing},
    {"POST", "/v1/sourcing/preview", Permission::read_orders, &preview_order},
};

}  // namespace

std::span<const Route> preview_routes() { return table; }

}  // namespace waybill::api
