#include "core/routing/route.hpp"

#include <algorithm>

#include "base/mutant.hpp"
#include "core/limits.hpp"
#include "core/routing/packed_inputs.hpp"
#include "core/routing/routing_problem.hpp"
#include "core/routing/solve_route.hpp"

namespace waybill::core {
namespace {

constexpr std::uint32_t decision_version = 1;

RoutingStatus status_of(sourcing::Status status) {
    switch (status) {
        case sourcing::Status::optimal:
            return RoutingStatus::optimal;
        case sourcing::Status::feasible:
            return RoutingStatus::feasible;
        case sourcing::Status::infeasible:
            return RoutingStatus::infeasible;
        case sourcing::Status::unknown:
            return RoutingStatus::unknown;
    }
    WAYBILL_ASSERT(false);
}

RoutingMethod method_of(sourcing::Method method) {
    switch (method) {
        case sourcing::Method::trivial:
            return RoutingMethod::trivial;
        case sourcing::Method::partition:
            return RoutingMethod::partition;
        case sourcing::Method::branch_and_bound:
            return RoutingMethod::branch_and_bound;
        case sourcing::Method::heuristic:
            return RoutingMethod::heuristic;
    }
    WAYBILL_ASSERT(false);
}

Allocation allocation_of(const RouteLine& line, const Candidate& candidate, std::int64_t quantity,
                         const TenantState& state) {
    Allocation out;
    out.location = candidate.location;
    out.quantity = quantity;
    out.capacity_day = candidate.capacity_day;
    if (state.locations[candidate.location].kind != LocationKind::supplier) return out;
    const ItemIx stocked = line.takes.empty() ? line.item : line.takes.front().item;
    const Level* level = state.levels_of(stocked).find(candidate.location);
    if (level == nullptr || level->feed == no_index) return out;
    out.supply = SupplyKind::feed;
    out.supply_id = state.feeds[level->feed].source;
    return out;
}

/// One attempt, and whether another one with fewer filters could see more locations.
struct Attempt {
    RouteResult result;
    bool soft_refused = false;
};

Attempt attempt(const RouteRequest& request, std::uint32_t relaxed, const TenantState& state, const Context& context) {
    const RoutingProblem built = build_problem(request, state, context, ListIneligible::no, relaxed);
    const sourcing::Plan plan = solve_route(request, built, state, context);

    Attempt out;
    out.soft_refused = built.soft_refused;
    RouteResult& result = out.result;
    RoutingTrace& trace = result.trace;
    trace.decision_version = decision_version;
    trace.config_sequence = state.config_sequence;
    trace.status = status_of(plan.status);
    trace.method = method_of(plan.method);
    trace.cost_micros = plan.cost - first_shipment_micros(built, plan);
    trace.lower_bound_micros = plan.lower_bound - first_shipment_micros(built, plan);
    trace.work = plan.work;
    trace.work_max = context.routing_budget.work_max;
    trace.excluded = request.excluded;
    trace.relaxed = relaxed;
    trace.by_score = built.ordered.has_value();
    trace.coarse = built.ordered && built.ordered->coarse;
    trace.inputs = pack_inputs(built.inputs);
    if (trace.inputs.size() > limits::trace_bytes_max) trace.inputs.clear();

    std::vector<std::int64_t> sourced(request.lines.size(), 0);
    for (const sourcing::Assignment& assignment : plan.assignments) {
        const RouteLine& line = request.lines[assignment.line];
        sourced[assignment.line] += assignment.quantity;
        result.allocations.push_back(
            {line.line_no, allocation_of(line, built.candidates[assignment.node], assignment.quantity, state)});
    }
    for (std::size_t l = 0; l < request.lines.size(); ++l) {
        const std::int64_t missing = request.lines[l].quantity - sourced[l];
        WAYBILL_ASSERT(missing >= 0);
        if (missing > 0) result.short_units.emplace_back(request.lines[l].line_no, missing);
    }
    return out;
}

std::int64_t units_short(const RouteResult& result) {
    std::int64_t units = 0;
    for (const auto& [line, missing] : result.short_units) units += missing;
    return units;
}

}  // namespace

RouteResult route(const RouteRequest& request, const TenantState& state, const Context& context) {
    Attempt tried = attempt(request, 0, state, context);
    if (request.filters == nullptr) return std::move(tried.result);
    const std::uint32_t soft = request.filters->soft_filters();
    RouteResult best = std::move(tried.result);
    std::uint32_t relaxed = 0;
    std::uint64_t work = best.trace.work;
    for (std::size_t attempts = 1; attempts < limits::filter_attempts_max; ++attempts) {
        if (best.short_units.empty() || !tried.soft_refused || relaxed >= soft) break;
        if (work >= context.routing_budget.work_max * limits::routing_budgets_max) break;
        // The last attempt that is allowed does without all of them.
        relaxed = attempts + 1 == limits::filter_attempts_max ? soft : relaxed + 1;
        tried = attempt(request, relaxed, state, context);
        work += tried.result.trace.work;
        if (units_short(tried.result) < units_short(best)) best = std::move(tried.result);
    }
    return best;
}

RouteResult route_by_strategies(const RouteRequest& request, std::span<const StrategyChoice> choices,
                                const TenantState& state, const Context& context) {
    if (choices.empty()) return route(request, state, context);
    RouteResult best;
    const std::size_t tries = std::min(choices.size(), limits::strategy_attempts_max);
    std::uint64_t work = 0;
    for (std::uint32_t choice = 0; choice < tries; ++choice) {
        RouteRequest under = request;
        under.strategy = choices[choice].strategy;
        under.filters = choices[choice].filters;
        RouteResult routed = route(under, state, context);
        work += routed.trace.work;
        if (choice == 0 || units_short(routed) < units_short(best)) {
            best = std::move(routed);
            best.choice = choice;
            best.trace.strategy = choice + 1;
        }
        if (best.short_units.empty() || WAYBILL_MUTANT(fallback_never_tried)) break;
        if (work >= context.routing_budget.work_max * limits::routing_budgets_max) break;
    }
    return best;
}

}  // namespace waybill::core
