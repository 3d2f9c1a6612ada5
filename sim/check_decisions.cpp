// Every recorded routing decision, run again: the trace must lead to the same outcome, and the independent pricing of
// plans must agree with it.

#include <fmt/format.h>
#include <map>

#include "core/automation/apply_rules.hpp"
#include "core/automation/explain_rules.hpp"
#include "core/routing/explain.hpp"
#include "core/routing/packed_inputs.hpp"
#include "core/routing/routing_problem.hpp"
#include "core/routing/solve_route.hpp"
#include "engine/codec.hpp"
#include "engine/decision_history.hpp"
#include "engine/order_as_of.hpp"
#include "sim/check_state.hpp"
#include "sim/zones.hpp"

namespace waybill::sim {
namespace {

std::string rerun(const core::Order& order, const engine::RecordedDecision& decision, const core::TenantState& state,
                  sourcing::Workspace& workspace) {
    const core::RoutingTrace& trace = decision.trace;
    core::RouteRequest request = core::request_of(order, trace);
    const auto inputs = core::unpack_inputs(trace.inputs);
    if (!inputs) return "the trace can not be read";
    core::Context context;
    context.now = decision.decided_at;
    context.zones = &zones();
    context.workspace = &workspace;
    context.routing_budget.work_max = trace.work_max;
    std::optional<core::RuleRouting> routing;
    if (decision.rules.rule_set > 0) {
        if (decision.rules.rule_set > state.compiled_rules.size()) return "its rule set is not in the configuration";
        const core::CompiledRules* rules = state.compiled_rules.read(decision.rules.rule_set - 1).get();
        if (rules == nullptr) return "its rule set was never activated";
        routing.emplace(*rules, order, state, context);
        if (!routing->follow(decision.rules) || trace.strategy > routing->choices().size()) {
            return "the way through the routing tree is none";
        }
        const auto explained =
            core::explain_rules(*rules, order, decision.rules, trace.strategy, decision.of, state, context);
        if (!explained.reproduced) return "run again, other rules fire";
    }
    if (trace.strategy > 0) {
        if (!routing) return "a strategy of no rule set decided";
        request.strategy = routing->choices()[trace.strategy - 1].strategy;
        request.filters = routing->choices()[trace.strategy - 1].filters;
    }
    const core::RoutingProblem built =
        core::build_problem(request, *inputs, state, context, core::ListIneligible::no, trace.relaxed);
    const sourcing::Plan plan = core::solve_route(request, built, state, context);
    const std::int64_t told = plan.cost - core::first_shipment_micros(built, plan);
    if (told != trace.cost_micros || plan.work != trace.work) {
        return fmt::format("run again it costs {}, not {}", told, trace.cost_micros);
    }
    const auto price = sourcing::price_plan(built.problem, plan);
    if (price && *price == plan.cost) return {};
    if (plan.status == sourcing::Status::infeasible || plan.status == sourcing::Status::unknown) return {};
    return "the plan breaks a rule or costs something else";
}

}  // namespace

namespace {

/// The fold of the log's configuration events against the model.
void compare_configuration(engine::Reader& reader, core::TenantId tenant, const Model& model,
                           std::vector<std::string>& problems) {
    const auto then = engine::configuration_as_of(reader, tenant, model.config_sequence);
    if (!then) return problems.push_back("the configuration can not be read from the log: " + then.error().detail);
    bool same = (*then)->channels.rows.committed_size() == model.channels.size() &&
                (*then)->locations.rows.committed_size() == model.locations.size() &&
                (*then)->items.rows.committed_size() == model.items.size() &&
                (*then)->rate_tables.rows.committed_size() == model.rate_tables.size() &&
                (*then)->rule_sets.rows.committed_size() == model.rule_sets.size() &&
                (*then)->activations.rows.committed_size() == model.activations.size() &&
                (*then)->webhooks.rows.committed_size() == model.webhooks.size() &&
                (*then)->message_templates.rows.committed_size() == model.messages.size();
    const auto without_version = [](auto row) {
        row.version = 0;
        return row;
    };
    for (std::uint32_t ix = 0; same && ix < model.channels.size(); ++ix) {
        same = without_version((*then)->channels.rows.committed(ix)) == model.channels[ix];
    }
    for (std::uint32_t ix = 0; same && ix < model.locations.size(); ++ix) {
        same = without_version((*then)->locations.rows.committed(ix)) == model.locations[ix];
    }
    for (std::uint32_t ix = 0; same && ix < model.rate_tables.size(); ++ix) {
        same = without_version((*then)->rate_tables.rows.committed(ix)) == model.rate_tables[ix];
    }
    for (std::uint32_t ix = 0; same && ix < model.webhooks.size(); ++ix) {
        same = without_version((*then)->webhooks.rows.committed(ix)) == model.webhooks[ix].wanted;
    }
    for (std::uint32_t ix = 0; same && ix < model.messages.size(); ++ix) {
        same = without_version((*then)->message_templates.rows.committed(ix)) == model.messages[ix];
    }
    for (std::uint32_t ix = 0; same && ix < model.rule_sets.size(); ++ix) {
        same = (*then)->rule_sets.rows.committed(ix).rules == model.rule_sets[ix];
    }
    if (!same) problems.emplace_back("the configuration that the log says is not the one there is");
}

}  // namespace

namespace {

/// Every moment that an order has passed, its rules run again.
std::string moments_again(engine::Reader& reader, core::TenantId tenant, const core::Order& order) {
    const auto passed = engine::recorded_moments(reader, tenant, order.id);
    if (!passed) return "the moments can not be read: " + passed.error().detail;
    for (const engine::RecordedMoment& moment : *passed) {
        if (moment.rules.rule_set == 0 || moment.moment == core::Moment::placed) continue;
        const auto then = engine::order_as_of(reader, tenant, order.id, moment.seen);
        const auto state = engine::configuration_as_of(reader, tenant, moment.config_sequence);
        if (!then || !state) return "the order or the configuration of then can not be read";
        core::Context context;
        context.now = moment.at;
        context.zones = &zones();
        const core::CompiledRules* rules = core::rules_at(**state, moment.at);
        if (rules == nullptr || rules->number != moment.rules.rule_set) return "another version decided then";
        if (!core::explain_moment(*rules, moment.moment, *then, moment.rules, **state, context).reproduced) {
            return "run again, other rules fire";
        }
    }
    return {};
}

}  // namespace

void check_decisions(engine::Reader& reader, core::TenantId tenant, const Model& model,
                     std::vector<std::string>& problems) {
    compare_configuration(reader, tenant, model, problems);
    sourcing::Workspace workspace;
    std::map<std::uint64_t, std::unique_ptr<core::TenantState>> configurations;
    for (const auto& [id, expected] : model.orders) {
        const auto stored = reader.order(tenant, core::OrderId(id));
        const auto decision = engine::latest_decision(reader, tenant, core::OrderId(id));
        if (!stored || !*stored || !decision || !*decision) {
            problems.push_back(fmt::format("order {} has no decision on record", id));
            continue;
        }
        const auto order = engine::order_as_of(reader, tenant, core::OrderId(id), (*decision)->sequence);
        if (!order) {
            problems.push_back(fmt::format("order {} as it was decided can not be read", id));
            continue;
        }
        if (auto found = moments_again(reader, tenant, *order); !found.empty()) {
            problems.push_back(fmt::format("the rules of order {}: {}", id, found));
        }
        if ((*decision)->of == core::RulesOf::holding) continue;
        auto& state = configurations[(*decision)->trace.config_sequence];
        if (state == nullptr) {
            auto then = engine::configuration_as_of(reader, tenant, (*decision)->trace.config_sequence);
            if (!then) {
                problems.push_back("the configuration of the past can not be read: " + then.error().detail);
                return;
            }
            state = *std::move(then);
        }
        if (auto found = rerun(*order, **decision, *state, workspace); !found.empty()) {
            problems.push_back(fmt::format("the decision on order {}: {}", id, found));
        }
    }
}

}  // namespace waybill::sim
