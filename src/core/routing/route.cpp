#include "core/routing/route.hpp"

#include "core/limits.hpp"
#include "core/routing/packed_inputs.hpp"
#include "core/routing/routing_problem.hpp"

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

}  // namespace

RouteResult route(const RouteRequest& request, const TenantState& state, const Context& context) {
    RoutingProblem built = build_problem(request, state, context, ListIneligible::no);
    const sourcing::Plan plan = sourcing::solve(built.problem, context.routing_budget, *context.workspace);

    RouteResult result;
    RoutingTrace& trace = result.trace;
    trace.decision_version = decision_version;
    trace.config_sequence = state.config_sequence;
    trace.status = status_of(plan.status);
    trace.method = method_of(plan.method);
    trace.cost_micros = plan.cost;
    trace.lower_bound_micros = plan.lower_bound;
    trace.work = plan.work;
    trace.work_max = context.routing_budget.work_max;
    trace.excluded = request.excluded;
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
    return result;
}

}  // namespace waybill::core
