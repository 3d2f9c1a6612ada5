// Fuzzes the solver through its file format: what can be read is solved within a small budget, and what the solver
// claims is checked by the pricing that knows nothing of it.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.hpp"
#include "core/sourcing/solve.hpp"
#include "solve_io/sourcing_json.hpp"

namespace waybill::solve_io {
namespace {

constexpr sourcing::Budget small_budget{.work_max = 20'000};
constexpr sourcing::Budget larger_budget{.work_max = 200'000};
constexpr std::size_t entries_max = 200;

void check(const sourcing::Problem& problem, const sourcing::Plan& plan) {
    const bool has_plan = plan.status == sourcing::Status::optimal || plan.status == sourcing::Status::feasible;
    if (!has_plan) return;
    const auto cost = sourcing::price_plan(problem, plan);
    WAYBILL_ASSERT(cost && *cost == plan.cost);
    WAYBILL_ASSERT(plan.lower_bound <= plan.cost);
    WAYBILL_ASSERT(plan.status != sourcing::Status::optimal || plan.lower_bound == plan.cost);
}

/// Two answers to one problem may differ in how far they got, and never contradict each other.
void check_agree(const sourcing::Plan& one, const sourcing::Plan& other) {
    using sourcing::Status;
    const auto has_plan = [](const sourcing::Plan& plan) {
        return plan.status == Status::optimal || plan.status == Status::feasible;
    };
    WAYBILL_ASSERT(!(one.status == Status::infeasible && has_plan(other)));
    WAYBILL_ASSERT(!(other.status == Status::infeasible && has_plan(one)));
    if (!has_plan(one) || !has_plan(other)) return;
    WAYBILL_ASSERT(one.lower_bound <= other.cost && other.lower_bound <= one.cost);
}

}  // namespace
}  // namespace waybill::solve_io

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace waybill;
    const std::string text(data, data + size);
    const auto instance = solve_io::read_instance(text);
    if (!instance) {
        WAYBILL_ASSERT(!instance.error().empty());
        return 0;
    }
    const sourcing::Problem& problem = instance->problem;
    if (problem.entries.size() > solve_io::entries_max) return 0;
    static sourcing::Workspace used;
    const sourcing::Plan plan = sourcing::solve(problem, solve_io::small_budget, used);
    solve_io::check(problem, plan);
    sourcing::Workspace fresh;
    const sourcing::Plan longer = sourcing::solve(problem, solve_io::larger_budget, fresh);
    solve_io::check(problem, longer);
    solve_io::check_agree(plan, longer);
    // What was solved before in the same memory must not show.
    const sourcing::Plan again = sourcing::solve(problem, solve_io::small_budget, fresh);
    WAYBILL_ASSERT(again.status == plan.status && again.cost == plan.cost && again.assignments == plan.assignments);
    if (plan.status != sourcing::Status::unknown) WAYBILL_ASSERT(!solve_io::write_solution(*instance, plan).empty());
    return 0;
}
