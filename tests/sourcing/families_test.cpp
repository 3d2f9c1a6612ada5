// The seeded families at the budgets that users get: what is proved, what is only bounded, and that nothing is claimed
// falsely when the budget is small.

#include <gtest/gtest.h>

#include "core/sourcing/solve.hpp"
#include "solve_io/bench_families.hpp"

namespace waybill::solve_io {
namespace {

using sourcing::Plan;
using sourcing::Problem;
using sourcing::Status;

class ProvedFamily : public ::testing::TestWithParam<Family> {};

TEST_P(ProvedFamily, IsProvedWithinTheSolveBudget) {
    sourcing::Workspace workspace;
    for (std::uint64_t number = 0; number < 60; ++number) {
        SCOPED_TRACE(number);
        const Problem problem = make_problem(GetParam(), 11, number);
        const Plan plan = sourcing::solve(problem, sourcing::solve_budget, workspace);
        ASSERT_TRUE(plan.status == Status::optimal || plan.status == Status::infeasible);
        if (plan.status == Status::infeasible) continue;
        EXPECT_EQ(sourcing::price_plan(problem, plan), plan.cost);
        EXPECT_EQ(plan.lower_bound, plan.cost);
    }
}

TEST_P(ProvedFamily, ClaimsNothingFalseWithinSmallBudgets) {
    sourcing::Workspace workspace;
    for (std::uint64_t number = 100; number < 120; ++number) {
        SCOPED_TRACE(number);
        const Problem problem = make_problem(GetParam(), 11, number);
        const Plan truth = sourcing::solve(problem, sourcing::solve_budget, workspace);
        for (const std::uint64_t work : {0U, 1'000U, 10'000U, 100'000U, 1'000'000U}) {
            const Plan plan = sourcing::solve(problem, {.work_max = work}, workspace);
            if (plan.status == Status::infeasible) {
                ASSERT_EQ(truth.status, Status::infeasible);
            }
            if (plan.status == Status::optimal) {
                ASSERT_EQ(plan.cost, truth.cost);
            }
            if (truth.status == Status::optimal) {
                ASSERT_LE(plan.lower_bound, truth.cost);
            }
            if (!plan.assignments.empty()) {
                ASSERT_EQ(sourcing::price_plan(problem, plan), plan.cost);
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(TiersAAndB, ProvedFamily,
                         ::testing::Values(Family::retail, Family::scarce, Family::constrained, Family::dropship,
                                           Family::bignet, Family::tariff, Family::adversarial, Family::ten_by_1000),
                         [](const auto& family) { return std::string(family_name(family.param)); });

TEST(RetailFamily, IsProvedWithinTheLiveBudget) {
    sourcing::Workspace workspace;
    std::size_t uncovered = 0;
    constexpr std::uint64_t count = 1'000;
    for (std::uint64_t number = 0; number < count; ++number) {
        const Problem problem = make_problem(Family::retail, 12, number);
        if (!has_covering_node(problem)) ++uncovered;
        ASSERT_EQ(sourcing::solve(problem, sourcing::live_budget, workspace).status, Status::optimal) << number;
    }
    EXPECT_GE(uncovered * 10, count * 3);
}

// Hundreds of lines: no proof is promised, but a plan, a bound, and a small gap.
TEST(WholesaleFamily, HasASmallProvedGap) {
    sourcing::Workspace workspace;
    for (std::uint64_t number = 0; number < 3; ++number) {
        SCOPED_TRACE(number);
        const Problem problem = make_problem(Family::wholesale, 13, number);
        const Plan plan = sourcing::solve(problem, {.work_max = 20'000'000}, workspace);
        ASSERT_TRUE(plan.status == Status::feasible || plan.status == Status::optimal);
        EXPECT_EQ(sourcing::price_plan(problem, plan), plan.cost);
        EXPECT_LE(plan.cost - plan.lower_bound, plan.cost / 500);
        const Plan live = sourcing::solve(problem, sourcing::live_budget, workspace);
        EXPECT_EQ(sourcing::price_plan(problem, live), live.cost);
        EXPECT_LE(live.lower_bound, plan.cost);
        EXPECT_GE(live.cost, plan.lower_bound);
        EXPECT_LE(live.cost - live.lower_bound, live.cost / 8);
        EXPECT_LE(live.work, sourcing::live_budget.work_max * 3 / 2);
    }
}

// Orders of shops: most are proved with a hundredth of the work of `solve`.
TEST(TradeFamily, IsMostlyProvedWithLittleWork) {
    sourcing::Workspace workspace;
    constexpr std::uint64_t count = 20;
    std::uint64_t proved = 0;
    for (std::uint64_t number = 0; number < count; ++number) {
        SCOPED_TRACE(number);
        const Problem problem = make_problem(Family::trade, 15, number);
        const Plan plan = sourcing::solve(problem, {.work_max = 10'000'000}, workspace);
        EXPECT_EQ(sourcing::price_plan(problem, plan), plan.cost);
        EXPECT_LE(plan.cost - plan.lower_bound, plan.cost / 200);
        if (plan.status == Status::optimal) ++proved;
        const Plan live = sourcing::solve(problem, sourcing::live_budget, workspace);
        EXPECT_EQ(sourcing::price_plan(problem, live), live.cost);
        EXPECT_LE(live.lower_bound, plan.cost);
        EXPECT_GE(live.cost, plan.lower_bound);
        EXPECT_LE(live.work, sourcing::live_budget.work_max * 5 / 4);
    }
    EXPECT_GE(proved * 10, count * 7);
}

// Tier C: proved, within a tenth of the budget of `solve`.
TEST(StressFamily, IsProved) {
    sourcing::Workspace workspace;
    for (std::uint64_t number = 0; number < 50; ++number) {
        SCOPED_TRACE(number);
        const Problem problem = make_problem(Family::stress, 14, number);
        const Plan plan = sourcing::solve(problem, {.work_max = sourcing::solve_budget.work_max / 10}, workspace);
        ASSERT_TRUE(plan.status == Status::optimal || plan.status == Status::infeasible);
        if (plan.status == Status::optimal) {
            EXPECT_EQ(sourcing::price_plan(problem, plan), plan.cost);
        }
    }
}

// Tier C: what is claimed with little work must agree with what much work finds.
class StressBudgets : public ::testing::TestWithParam<Family> {};

TEST_P(StressBudgets, BoundsAndPlansAgree) {
    sourcing::Workspace workspace;
    for (std::uint64_t number = 0; number < 10; ++number) {
        SCOPED_TRACE(number);
        const Problem problem = make_problem(GetParam(), 14, number);
        const std::uint64_t much = GetParam() == Family::stress ? 30'000'000U : 10'000'000U;
        const Plan large = sourcing::solve(problem, {.work_max = much}, workspace);
        const Plan small = sourcing::solve(problem, sourcing::live_budget, workspace);
        EXPECT_LE(small.work, sourcing::live_budget.work_max * 2);
        for (const Plan& plan : {large, small}) {
            if (plan.status != Status::feasible && plan.status != Status::optimal) continue;
            EXPECT_EQ(sourcing::price_plan(problem, plan), plan.cost);
        }
        if (large.status == Status::infeasible) {
            EXPECT_TRUE(small.status == Status::infeasible || small.status == Status::unknown);
        } else if (large.status != Status::unknown) {
            EXPECT_LE(small.lower_bound, large.cost);
            EXPECT_NE(small.status, Status::infeasible);
            if (small.status == Status::feasible) {
                EXPECT_GE(small.cost, large.lower_bound);
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(TierC, StressBudgets,
                         ::testing::Values(Family::stress, Family::stress_mixed, Family::stress_freight),
                         [](const auto& family) { return std::string(family_name(family.param)); });

}  // namespace
}  // namespace waybill::solve_io
