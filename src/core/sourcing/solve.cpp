#include "core/sourcing/solve.hpp"

#include <algorithm>

#include "base/checked_math.hpp"
#include "core/sourcing/completion.hpp"
#include "core/sourcing/limited_lines.hpp"
#include "core/sourcing/search.hpp"

namespace waybill::sourcing {

struct Workspace::Impl {
    Model model;
    SearchMemory search;
    Incumbent incumbent;
};

Workspace::Workspace() : impl_(std::make_unique<Impl>()) {}
Workspace::~Workspace() = default;
Workspace::Workspace(Workspace&&) noexcept = default;
Workspace& Workspace::operator=(Workspace&&) noexcept = default;

namespace {

// A ship_complete order may always send nothing where every line may be short.
void offer_nothing(const Problem& problem, const Model& model, Incumbent& incumbent) {
    if (!problem.ship_complete) return;
    std::int64_t cost = problem.backorder_fixed_cost;
    for (const Line& line : problem.lines) {
        if (!line.short_cost) return;
        cost += *line.short_cost * line.quantity;
    }
    incumbent.cost = cost * (std::int64_t{1} << model.shift);
    incumbent.all_short = true;
}

// An incumbent that stands for the plan the caller has already; what is found has to be cheaper. False: nothing is, or
// all that there is.
bool set_ceiling(std::int64_t below, const Model& model, Incumbent& incumbent) {
    const Int128 scaled = static_cast<Int128>(below) * (Int128{1} << model.shift);
    if (scaled > model.cost_cap || scaled > incumbent.cost) return false;
    incumbent.cost = static_cast<std::int64_t>(scaled);
    incumbent.all_short = true;
    return true;
}

void write_plan(const Problem& problem, const Model& model, const Incumbent& incumbent, Plan& plan) {
    plan.cost = incumbent.cost >> model.shift;
    plan.short_units.resize(problem.lines.size());
    for (std::size_t l = 0; l < problem.lines.size(); ++l) plan.short_units[l] = problem.lines[l].quantity;
    if (incumbent.all_short) return;
    for (std::size_t i = 0; i < incumbent.amounts.size(); ++i) {
        if (incumbent.amounts[i] == 0) continue;
        const Entry& entry = problem.entries[model.items[i].entry];
        plan.assignments.push_back({.line = entry.line, .node = entry.node, .quantity = incumbent.amounts[i]});
        plan.short_units[entry.line] -= incumbent.amounts[i];
    }
    std::sort(plan.assignments.begin(), plan.assignments.end(), [](const Assignment& a, const Assignment& b) {
        return a.line != b.line ? a.line < b.line : a.node < b.node;
    });
}

}  // namespace

Plan solve_free(const Problem& problem, std::uint64_t work_max, std::int64_t below, Workspace& workspace) {
    Workspace::Impl& memory = workspace.impl();
    Plan plan;
    memory.incumbent.cost = unreachable;
    memory.incumbent.all_short = false;
    const Buildable buildable = build(problem, memory.model);
    if (buildable == Buildable::too_large) {
        plan.lower_bound = INT64_MIN;
        plan.short_units.assign(problem.lines.size(), 0);
        return plan;
    }
    offer_nothing(problem, memory.model, memory.incumbent);
    const bool ceiling = below != any_cost && set_ceiling(below, memory.model, memory.incumbent);
    SearchResult result;
    if (buildable == Buildable::yes) {
        search(memory.model, work_max, memory.search, memory.incumbent, result);
    } else {
        result.complete = true;
        result.method = Method::trivial;
    }
    plan.work = result.work;
    plan.method = result.method;
    if (memory.incumbent.cost == unreachable || (ceiling && memory.incumbent.all_short)) {
        plan.status = result.complete ? Status::infeasible : Status::unknown;
        plan.lower_bound = result.complete ? 0 : memory.model.unscaled_up(result.bound);
        plan.short_units.assign(problem.lines.size(), 0);
        return plan;
    }
    write_plan(problem, memory.model, memory.incumbent, plan);
    plan.lower_bound = result.complete ? plan.cost : std::min(plan.cost, memory.model.unscaled_up(result.bound));
    plan.status = plan.lower_bound >= plan.cost ? Status::optimal : Status::feasible;
    if (plan.status == Status::feasible && result.method == Method::partition) plan.method = Method::heuristic;
    return plan;
}

Plan solve(const Problem& problem, Budget budget, Workspace& workspace) {
    if (has_limited_lines(problem)) return solve_limited_lines(problem, budget, workspace);
    return solve_free(problem, budget.work_max, any_cost, workspace);
}

}  // namespace waybill::sourcing
