// Explaining routing: of an order as it was decided, and of an order that nobody has placed.

#include <utility>

#include "api/explanation_json.hpp"
#include "api/look.hpp"
#include "api/order_answer.hpp"
#include "api/order_input.hpp"
#include "api/order_output.hpp"
#include "api/order_preview_json.hpp"
#include "api/query.hpp"
#include "api/resources.hpp"
#include "core/automation/apply_rules.hpp"
#include "core/order/preview.hpp"
#include "engine/decision_history.hpp"
#include "engine/order_as_of.hpp"
#include "json/write.hpp"

namespace waybill::api {
namespace {

using core::Permission;

/// A preview with the strategy that it names, which lives as long as the rules do.
struct Previewed {
    core::Preview preview;
    std::optional<core::FilteredStrategy> strategy;
    std::vector<core::Difference> differences;  ///< of an order that was placed
};

std::optional<core::FilteredStrategy> strategy_named(const core::CompiledRules* rules, const std::string& code) {
    if (rules == nullptr || code.empty()) return std::nullopt;
    for (const core::FilteredStrategy& strategy : rules->source.strategies) {
        if (strategy.strategy.code == code) return strategy;
    }
    return std::nullopt;
}

struct AskedRules {
    const core::CompiledRules* rules = nullptr;  ///< nullptr: none
    std::shared_ptr<const core::CompiledRules> kept;
};

/// Those in force, or those of a version; 0: none. Errors: unknown_rule_set, as compiling it.
Result<AskedRules, Problem> rules_asked(std::optional<std::int64_t> version, const core::TenantState& state,
                                        const core::Context& context) {
    AskedRules out{core::rules_at(state, context.now), {}};
    if (!version) return out;
    out.rules = nullptr;
    if (*version == 0) return out;
    auto compiled = core::compiled_version(state, static_cast<std::uint32_t>(*version));
    if (!compiled) return fail(problem_of(compiled.error()));
    out.kept = *std::move(compiled);
    out.rules = out.kept.get();
    return out;
}

/// On the writer thread: what placing the order would decide now, by the rules in force or those of a version.
Result<Previewed, Problem> explain_now(const core::PlaceOrder& command, std::optional<std::int64_t> version,
                                       const std::string& customer_group, const core::TenantState& state,
                                       const core::Context& context) {
    const auto asked = rules_asked(version, state, context);
    if (!asked) return fail(asked.error());
    auto preview = core::preview_order(command, asked->rules, customer_group, state, context);
    if (!preview) return fail(problem_of(preview.error()));
    auto strategy = strategy_named(asked->rules, preview->rules ? preview->rules->strategy : "");
    return Previewed{*std::move(preview), std::move(strategy), {}};
}

/// What is read of an order that is to be decided once more.
struct StoredOrder {
    core::Order now;
    core::Order placed;
    engine::RecordedDecision placing;
};

Result<StoredOrder, Problem> load_stored(const Caller& caller, engine::Reader& reader, core::OrderId id) {
    auto now = load_order(caller, reader, id);
    if (!now) return fail(std::move(now.error()));
    auto placing = engine::placing_decision(reader, caller.tenant, id);
    if (!placing) return fail(problem_of(placing.error()));
    if (!*placing) return refuse(core::Reject::unknown_order);
    auto placed = engine::order_as_of(reader, caller.tenant, id, (*placing)->sequence);
    if (!placed) return fail(problem_of(placed.error()));
    return StoredOrder{*std::move(now), *std::move(placed), **std::move(placing)};
}

/// On the writer thread: what the rules would decide of the order if it came now.
Result<Previewed, Problem> explain_again(const StoredOrder& stored, std::optional<std::int64_t> version,
                                         const core::TenantState& state, const core::Context& context) {
    const auto asked = rules_asked(version, state, context);
    if (!asked) return fail(asked.error());
    const core::PlacedBefore before{stored.now, stored.placed, stored.placing.rules, stored.placing.trace.strategy};
    core::DryRun run = core::preview_again(before, asked->rules, state, context);
    auto strategy = strategy_named(asked->rules, run.preview.rules ? run.preview.rules->strategy : "");
    return Previewed{std::move(run.preview), std::move(strategy), std::move(run.differences)};
}

ExplanationOutput render_previewed(const Previewed& explained, const engine::TenantView& view) {
    return render_explanation(explained.preview.routing, explained.preview.rules ? &*explained.preview.rules : nullptr,
                              explained.strategy ? &*explained.strategy : nullptr, view);
}

Answer explanation_answer(const Call& call, const Result<Previewed, Problem>& explained) {
    if (!explained) return fail(explained.error());
    const auto view = call.view();
    if (!view) return fail(view.error());
    return json_response(200, json::to_text<json::Api>(render_previewed(*explained, *view)));
}

Answer order_preview_answer(const Call& call, core::OrderId id, const Result<Previewed, Problem>& explained) {
    if (!explained) return fail(explained.error());
    const auto view = call.view();
    if (!view) return fail(view.error());
    OrderPreviewOutput out;
    out.order_id = id;
    if (explained->preview.rules) out.rule_set = explained->preview.rules->rule_set;
    for (const core::Difference& difference : explained->differences) {
        out.differences.push_back({static_cast<DifferenceOf>(difference.of), difference.text});
    }
    out.explanation = render_previewed(*explained, *view);
    return json_response(200, json::to_text<json::Api>(out));
}

void preview_order(CallPtr call) {
    if (call->caller.is_scoped()) return answer(call, refuse(core::Reject::out_of_scope));
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    QueryReader query(call->request, {"rule_set", "customer_group"});
    const auto version = query.integer("rule_set", 0, core::limits::rule_sets_max);
    const std::string group(query.text("customer_group", core::limits::code_bytes_max).value_or(""));
    if (!query.is_valid()) return answer(call, query.take());
    auto place = read_order(call->request.body);
    if (!place) return answer(call, fail(std::move(place.error())));
    look(
        std::move(call),
        [version, group, command = std::move(place->command)](const core::TenantState& state,
                                                              const core::Context& context) {
            return explain_now(command, version, group, state, context);
        },
        [](const CallPtr& done, const Result<Previewed, Problem>& explained) {
            answer(done, explanation_answer(*done, explained));
        });
}

void preview_stored_order(CallPtr call) {
    if (call->caller.is_scoped()) return answer(call, refuse(core::Reject::out_of_scope));
    const auto id = read_order_id(call->parameters[0]);
    if (!id) return answer(call, fail(id.error()));
    QueryReader query(call->request, {"rule_set"});
    const auto version = query.integer("rule_set", 0, core::limits::rule_sets_max);
    if (!query.is_valid()) return answer(call, query.take());
    const bool taken = call->services.readers->submit([call, id = *id, version](engine::Reader& reader) {
        auto stored = load_stored(call->caller, reader, id);
        if (!stored) return answer(call, fail(stored.error()));
        look(
            call,
            [version, stored = *std::move(stored)](const core::TenantState& state, const core::Context& context) {
                return explain_again(stored, version, state, context);
            },
            [id](const CallPtr& done, const Result<Previewed, Problem>& explained) {
                answer(done, order_preview_answer(*done, id, explained));
            });
    });
    if (!taken) answer(call, refuse(core::Reject::engine_overloaded, "too many reads are waiting"));
}

/// The version that the decision says it was made by; nullptr: none, or one that this build can not read any more.
const core::CompiledRules* rules_of(const engine::RecordedDecision& decision, const core::TenantState& state) {
    const std::uint32_t number = decision.rules.rule_set;
    if (number == 0 || number > state.compiled_rules.size()) return nullptr;
    return state.compiled_rules.read(number - 1).get();
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
    const core::CompiledRules* rules = rules_of(**decision, **state);
    core::RouteRequest request = core::request_of(*order, trace);
    std::optional<core::RuleRouting> routing;
    const core::FilteredStrategy* strategy = nullptr;
    if (rules != nullptr && trace.strategy > 0) {
        routing.emplace(*rules, *order, **state, context);
        if (routing->follow((*decision)->rules) && trace.strategy <= routing->choices().size()) {
            const core::StrategyChoice& choice = routing->choices()[trace.strategy - 1];
            strategy = &routing->strategy(trace.strategy - 1);
            request.strategy = choice.strategy;
            request.filters = choice.filters;
        }
    }
    std::span<const core::StrategyChoice> choices;
    if (routing) choices = routing->choices();
    const core::Explanation explanation =
        core::explain_recorded(request, trace, (*decision)->decided_at, **state, context, choices);
    std::optional<core::ExplainedRules> ruled;
    if (rules != nullptr) {
        ruled =
            core::explain_rules(*rules, *order, (*decision)->rules, trace.strategy, (*decision)->of, **state, context);
    }
    const auto view = call.view();
    if (!view) return fail(view.error());
    ExplanationOutput out = render_explanation(explanation, ruled ? &*ruled : nullptr, strategy, *view);
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

}  // namespace

std::span<const Route> preview_routes() {
    static constexpr Route table[] = {
        {"GET", "/v1/orders/{id}/routing", Permission::read_orders, &explain_routing},
        {"POST", "/v1/orders/{id}/preview", Permission::read_orders, &preview_stored_order},
        {"POST", "/v1/sourcing/preview", Permission::read_orders, &preview_order},
    };
    return table;
}

}  // namespace waybill::api
