// The solver against GLPK on the families, and on small problems with every rule.

#include <gtest/gtest.h>

#include <algorithm>

#include "core/sourcing/limited_lines.hpp"
#include "core/sourcing/small_problems.hpp"
#include "core/sourcing/solve.hpp"
#include "glpk_oracle.hpp"
#include "solve_io/bench_families.hpp"

namespace waybill::oracle {
namespace {

using solve_io::Family;
using sourcing::Plan;
using sourcing::Problem;
using sourcing::Status;

constexpr int glpk_milliseconds_max = 2'000;

void expect_agreement(const Problem& problem, const Plan& plan, const Answer& truth) {
    switch (truth.verdict) {
        case Verdict::optimal:
            ASSERT_EQ(plan.status, Status::optimal);
            EXPECT_EQ(plan.cost, truth.cost);
            EXPECT_EQ(sourcing::price_plan(problem, plan), plan.cost);
            return;
        case Verdict::infeasible:
            EXPECT_EQ(plan.status, Status::infeasible);
            return;
        case Verdict::undecided:
            return;
    }
}

void compare_family(Family family, std::uint64_t count) {
    sourcing::Workspace workspace;
    std::uint64_t decided = 0;
    for (std::uint64_t number = 0; number < count; ++number) {
        SCOPED_TRACE(number);
        const Problem problem = solve_io::make_problem(family, 77, number);
        const Answer truth = solve_with_glpk(problem, glpk_milliseconds_max);
        if (truth.verdict != Verdict::undecided) ++decided;
        expect_agreement(problem, sourcing::solve(problem, sourcing::solve_budget, workspace), truth);
    }
    EXPECT_GE(decided * 2, count) << "GLPK ran out of time too often for this to say anything";
}

TEST(AgainstGlpk, Retail) { compare_family(Family::retail, 800); }
TEST(AgainstGlpk, Scarce) { compare_family(Family::scarce, 80); }
TEST(AgainstGlpk, Constrained) { compare_family(Family::constrained, 300); }
TEST(AgainstGlpk, Dropship) { compare_family(Family::dropship, 300); }
TEST(AgainstGlpk, Bignet) { compare_family(Family::bignet, 40); }
TEST(AgainstGlpk, Tariff) { compare_family(Family::tariff, 120); }

TEST(AgainstGlpk, Adversarial) { compare_family(Family::adversarial, 12); }

// Tier C takes GLPK seconds to minutes; what it decides in its time must agree, and what it only bounds is left out.
void compare_stress(Family family, std::uint64_t count) {
    sourcing::Workspace workspace;
    std::uint64_t decided = 0;
    for (std::uint64_t number = 0; number < count; ++number) {
        SCOPED_TRACE(number);
        const Problem problem = solve_io::make_problem(family, 79, number);
        const Plan plan = sourcing::solve(problem, {.work_max = 30'000'000}, workspace);
        const Answer truth = solve_with_glpk(problem, 1'000);
        if (truth.verdict == Verdict::undecided) continue;
        ++decided;
        if (truth.verdict == Verdict::infeasible) {
            EXPECT_TRUE(plan.status == Status::infeasible || plan.status == Status::unknown);
            continue;
        }
        ASSERT_NE(plan.status, Status::infeasible);
        ASSERT_LE(plan.lower_bound, truth.cost);
        if (plan.status == Status::unknown) continue;
        ASSERT_EQ(sourcing::price_plan(problem, plan), plan.cost);
        if (plan.status == Status::optimal) {
            ASSERT_EQ(plan.cost, truth.cost);
        } else {
            ASSERT_GE(plan.cost, truth.cost);
        }
    }
    EXPECT_GE(decided, count / 10);
}

TEST(AgainstGlpk, Stress) { compare_stress(Family::stress, 14); }
TEST(AgainstGlpk, StressMixed) { compare_stress(Family::stress_mixed, 10); }

TEST(AgainstGlpk, SmallProblemsWithEveryRule) {
    sourcing::Workspace workspace;
    for (std::uint64_t seed = 1'000'000; seed < 1'006'000; ++seed) {
        SCOPED_TRACE(seed);
        const Problem problem = sourcing::testing::small_problem(seed);
        const Answer truth = solve_with_glpk(problem, glpk_milliseconds_max);
        expect_agreement(problem, sourcing::solve(problem, sourcing::solve_budget, workspace), truth);
    }
}

TEST(AgainstGlpk, SmallProblemsWithLimitedLines) {
    sourcing::Workspace workspace;
    for (std::uint64_t seed = 1'000'000; seed < 1'003'000; ++seed) {
        SCOPED_TRACE(seed);
        const Problem problem = sourcing::testing::small_limited_problem(seed);
        const Answer truth = solve_with_glpk(problem, glpk_milliseconds_max);
        expect_agreement(problem, sourcing::solve(problem, sourcing::solve_budget, workspace), truth);
    }
}

// The families with lines of several units that may come from two places, where stock is thin and parcels are cheap.
Problem limited_problem(Family family, std::uint64_t number) {
    Problem problem = solve_io::make_problem(family, 81, number);
    for (sourcing::Node& node : problem.nodes) node.shipment_cost /= 1 + static_cast<std::int64_t>(number % 10);
    for (sourcing::Pool& pool : problem.pools) pool.quantity = std::min<std::int64_t>(pool.quantity, 3);
    for (std::size_t l = 0; l < problem.lines.size(); ++l) {
        problem.lines[l].quantity += static_cast<std::int64_t>((number + l) % 6);
        if ((number + l) % 4 != 0) problem.lines[l].max_nodes = 2;
    }
    return problem;
}

TEST(AgainstGlpk, FamiliesWithLimitedLines) {
    sourcing::Workspace workspace;
    std::uint64_t decided = 0;
    std::uint64_t bound_by_limits = 0;
    for (const Family family : {Family::retail, Family::scarce, Family::constrained, Family::dropship}) {
        for (std::uint64_t number = 0; number < 40; ++number) {
            SCOPED_TRACE(number);
            const Problem problem = limited_problem(family, number);
            const Answer truth = solve_with_glpk(problem, glpk_milliseconds_max);
            if (truth.verdict != Verdict::undecided) ++decided;
            expect_agreement(problem, sourcing::solve(problem, sourcing::solve_budget, workspace), truth);
            if (truth.verdict != Verdict::optimal) continue;
            const Plan free =
                sourcing::solve_free(problem, sourcing::live_budget.work_max, sourcing::any_cost, workspace);
            if (free.cost < truth.cost) ++bound_by_limits;
            for (const std::uint64_t work : {100U, 3'000U, 30'000U}) {
                const Plan plan = sourcing::solve(problem, {.work_max = work}, workspace);
                ASSERT_NE(plan.status, Status::infeasible);
                ASSERT_LE(plan.lower_bound, truth.cost);
                if (plan.status == Status::unknown) continue;
                ASSERT_GE(plan.cost, truth.cost);
                ASSERT_EQ(sourcing::price_plan(problem, plan), plan.cost);
            }
        }
    }
    EXPECT_GE(decided, 120U);
    EXPECT_GE(bound_by_limits, 20U);
}

// With a small budget GLPK's optimum must never contradict what is claimed.
TEST(AgainstGlpk, BoundsHoldUnderSmallBudgets) {
    sourcing::Workspace workspace;
    for (const Family family : {Family::scarce, Family::constrained}) {
        for (std::uint64_t number = 0; number < 40; ++number) {
            SCOPED_TRACE(number);
            const Problem problem = solve_io::make_problem(family, 78, number);
            const Answer truth = solve_with_glpk(problem, glpk_milliseconds_max);
            if (truth.verdict != Verdict::optimal) continue;
            for (const std::uint64_t work : {100U, 3'000U, 30'000U, 300'000U}) {
                const Plan plan = sourcing::solve(problem, {.work_max = work}, workspace);
                ASSERT_NE(plan.status, Status::infeasible);
                ASSERT_LE(plan.lower_bound, truth.cost);
                if (plan.status == Status::unknown) continue;
                ASSERT_GE(plan.cost, truth.cost);
                ASSERT_EQ(sourcing::price_plan(problem, plan), plan.cost);
            }
        }
    }
}

}  // namespace
}  // namespace waybill::oracle
