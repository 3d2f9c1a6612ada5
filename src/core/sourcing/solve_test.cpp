#include "core/sourcing/solve.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/sourcing/limited_lines.hpp"
#include "core/sourcing/small_problems.hpp"

namespace waybill::sourcing {
namespace {

using testing::optimum_by_trying;
using testing::small_limited_problem;
using testing::small_problem;

constexpr std::uint64_t small_problems = 6'000;

// One line of `quantity` and one node per (stock, unit cost, shipment cost).
struct Place {
    std::int64_t stock = 0;
    std::int64_t unit_cost = 0;
    std::int64_t shipment_cost = 0;
};
Problem one_line(std::int64_t quantity, std::initializer_list<Place> places) {
    Problem problem;
    problem.lines.push_back({.quantity = quantity, .unit_weight_g = 0, .short_cost = 1'000});
    for (const Place& place : places) {
        const auto n = static_cast<std::uint32_t>(problem.nodes.size());
        problem.nodes.emplace_back().shipment_cost = place.shipment_cost;
        problem.pools.push_back({.quantity = place.stock});
        problem.takes.push_back({.pool = n, .units = 1});
        problem.entries.push_back(
            {.line = 0, .node = n, .unit_cost = place.unit_cost, .takes_from = n, .takes_to = n + 1});
    }
    return problem;
}

void expect_consistent(const Problem& problem, const Plan& plan) {
    if (plan.status == Status::optimal || plan.status == Status::feasible) {
        EXPECT_EQ(price_plan(problem, plan), plan.cost);
        EXPECT_LE(plan.lower_bound, plan.cost);
        if (plan.status == Status::optimal) {
            EXPECT_EQ(plan.lower_bound, plan.cost);
        }
    } else {
        EXPECT_TRUE(plan.assignments.empty());
    }
}

TEST(Solve, TakesTheCheaperOfTwoPlaces) {
    Workspace workspace;
    const Plan plan = solve(one_line(2, {{5, 10, 100}, {5, 20, 50}}), live_budget, workspace);
    EXPECT_EQ(plan.status, Status::optimal);
    EXPECT_EQ(plan.cost, 90);
    EXPECT_EQ(plan.assignments, (std::vector<Assignment>{{.line = 0, .node = 1, .quantity = 2}}));
}

TEST(Solve, SplitsWhereNoPlaceHoldsAll) {
    Workspace workspace;
    const Plan plan = solve(one_line(5, {{3, 10, 100}, {3, 20, 50}}), live_budget, workspace);
    EXPECT_EQ(plan.status, Status::optimal);
    EXPECT_EQ(plan.cost, 100 + 50 + 3 * 10 + 2 * 20);
}

TEST(Solve, LeavesShortWhatCostsLessShort) {
    Problem problem = one_line(1, {{5, 10, 2'000}});
    problem.backorder_fixed_cost = 30;
    Workspace workspace;
    const Plan plan = solve(problem, live_budget, workspace);
    EXPECT_EQ(plan.status, Status::optimal);
    EXPECT_EQ(plan.cost, 1'030);
    EXPECT_EQ(plan.short_units, std::vector<std::int64_t>{1});
}

TEST(Solve, ProvesThatNothingFits) {
    Problem problem = one_line(4, {{2, 1, 1}});
    problem.lines[0].short_cost.reset();
    Workspace workspace;
    EXPECT_EQ(solve(problem, live_budget, workspace).status, Status::infeasible);
}

TEST(Solve, AnOrderWithoutLinesCostsNothing) {
    Workspace workspace;
    const Plan plan = solve(Problem{}, live_budget, workspace);
    EXPECT_EQ(plan.status, Status::optimal);
    EXPECT_EQ(plan.cost, 0);
}

TEST(Solve, TwoLinesOfOnePoolNeverTakeTheSameUnit) {
    Problem problem = one_line(1, {{1, 10, 0}});
    problem.lines.push_back(problem.lines[0]);
    problem.entries.push_back({.line = 1, .node = 0, .unit_cost = 10, .takes_from = 0, .takes_to = 1});
    Workspace workspace;
    const Plan plan = solve(problem, live_budget, workspace);
    EXPECT_EQ(plan.status, Status::optimal);
    EXPECT_EQ(plan.cost, 1'010);
}

TEST(Solve, CostsBeyondExactSumsAreRefusedNotGuessed) {
    Problem problem = one_line(1'000'000'000, {{1'000'000'000, 1'000'000'000'000, 0}});
    Workspace workspace;
    EXPECT_FALSE(fits(problem));
    EXPECT_EQ(solve(problem, live_budget, workspace).status, Status::unknown);
}

TEST(Solve, EqualsTryingEverythingOnSmallProblems) {
    Workspace workspace;
    std::size_t infeasible = 0;
    for (std::uint64_t seed = 1; seed <= small_problems; ++seed) {
        const Problem problem = small_problem(seed);
        const auto optimum = optimum_by_trying(problem);
        const Plan plan = solve(problem, solve_budget, workspace);
        expect_consistent(problem, plan);
        ASSERT_EQ(plan.status, optimum ? Status::optimal : Status::infeasible) << "seed " << seed;
        if (!optimum) {
            ++infeasible;
            continue;
        }
        ASSERT_EQ(plan.cost, *optimum) << "seed " << seed;
    }
    EXPECT_GT(infeasible, small_problems / 50);
    EXPECT_LT(infeasible, small_problems / 2);
}

TEST(Solve, NeverClaimsMoreThanATinyBudgetShows) {
    Workspace workspace;
    for (std::uint64_t seed = 1; seed <= small_problems / 4; ++seed) {
        const Problem problem = small_problem(seed);
        const auto optimum = optimum_by_trying(problem);
        for (const std::uint64_t work : {0U, 5U, 20U, 60U, 200U, 1'000U}) {
            const Plan plan = solve(problem, Budget{.work_max = work}, workspace);
            expect_consistent(problem, plan);
            if (!optimum) {
                ASSERT_TRUE(plan.status == Status::infeasible || plan.status == Status::unknown) << "seed " << seed;
                continue;
            }
            ASSERT_NE(plan.status, Status::infeasible) << "seed " << seed;
            ASSERT_LE(plan.lower_bound, *optimum) << "seed " << seed << " work " << work;
            if (plan.status == Status::optimal) {
                ASSERT_EQ(plan.cost, *optimum) << "seed " << seed;
            }
        }
    }
}

TEST(SolveLimited, EqualsTryingEverythingOnSmallProblems) {
    Workspace workspace;
    std::size_t infeasible = 0;
    std::size_t bound_by_limits = 0;
    for (std::uint64_t seed = 1; seed <= small_problems / 2; ++seed) {
        const Problem problem = small_limited_problem(seed);
        const auto optimum = optimum_by_trying(problem);
        const Plan plan = solve(problem, solve_budget, workspace);
        expect_consistent(problem, plan);
        ASSERT_EQ(plan.status, optimum ? Status::optimal : Status::infeasible) << "seed " << seed;
        if (optimum) {
            ASSERT_EQ(plan.cost, *optimum) << "seed " << seed;
        }
        const Plan free = solve_free(problem, solve_budget.work_max, any_cost, workspace);
        if (optimum && free.cost < *optimum) ++bound_by_limits;
        if (!optimum && free.status == Status::optimal) ++infeasible;
    }
    EXPECT_GT(bound_by_limits, small_problems / 50);
    EXPECT_GT(infeasible, small_problems / 1'000);
}

TEST(SolveLimited, NeverClaimsMoreThanATinyBudgetShows) {
    Workspace workspace;
    for (std::uint64_t seed = 1; seed <= small_problems / 8; ++seed) {
        const Problem problem = small_limited_problem(seed);
        const auto optimum = optimum_by_trying(problem);
        for (const std::uint64_t work : {0U, 5U, 20U, 60U, 200U, 500U, 1'000U, 3'000U}) {
            const Plan plan = solve(problem, Budget{.work_max = work}, workspace);
            expect_consistent(problem, plan);
            if (!optimum) {
                ASSERT_TRUE(plan.status == Status::infeasible || plan.status == Status::unknown) << "seed " << seed;
                continue;
            }
            ASSERT_NE(plan.status, Status::infeasible) << "seed " << seed;
            ASSERT_LE(plan.lower_bound, *optimum) << "seed " << seed << " work " << work;
            if (plan.status == Status::optimal) {
                ASSERT_EQ(plan.cost, *optimum) << "seed " << seed;
            }
            const bool all_may_be_short = std::all_of(problem.lines.begin(), problem.lines.end(),
                                                      [](const Line& line) { return line.short_cost.has_value(); });
            if (all_may_be_short && has_limited_lines(problem)) {
                ASSERT_NE(plan.status, Status::unknown) << "seed " << seed << " work " << work;
            }
        }
    }
}

TEST(SolveLimited, AnswersTheSameWhateverTheWorkspaceDidBefore) {
    Workspace reused;
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        const Problem problem = small_limited_problem(seed);
        Workspace fresh;
        const Plan a = solve(problem, live_budget, reused);
        const Plan b = solve(problem, live_budget, fresh);
        ASSERT_EQ(a.status, b.status);
        ASSERT_EQ(a.cost, b.cost);
        ASSERT_EQ(a.assignments, b.assignments);
        ASSERT_EQ(a.work, b.work);
    }
}

// A limit that no plan can break is no limit: the same plan for the same work.
TEST(SolveLimited, LimitsThatCanNotBindCostNothing) {
    Workspace workspace;
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        Problem problem = small_problem(seed);
        const Plan without = solve(problem, live_budget, workspace);
        for (Line& line : problem.lines) line.max_nodes = 5;
        EXPECT_FALSE(has_limited_lines(problem));
        const Plan with = solve(problem, live_budget, workspace);
        ASSERT_EQ(with.status, without.status);
        ASSERT_EQ(with.assignments, without.assignments);
        ASSERT_EQ(with.work, without.work);
    }
}

// Twenty places with five units each, of which the nearest are cheapest: two of them give ten of the hundred units.
TEST(SolveLimited, TakesTheBestTwoPlaces) {
    Problem problem = one_line(100, {});
    for (std::uint32_t n = 0; n < 20; ++n) {
        problem.nodes.emplace_back().shipment_cost = 10;
        problem.pools.push_back({.quantity = 5});
        problem.takes.push_back({.pool = n, .units = 1});
        problem.entries.push_back({.line = 0, .node = n, .unit_cost = n, .takes_from = n, .takes_to = n + 1});
    }
    problem.lines[0].max_nodes = 2;
    Workspace workspace;
    const Plan plan = solve(problem, live_budget, workspace);
    EXPECT_EQ(plan.status, Status::optimal);
    EXPECT_EQ(plan.assignments, (std::vector<Assignment>{{0, 0, 5}, {0, 1, 5}}));
    EXPECT_EQ(plan.short_units, std::vector<std::int64_t>{90});
    EXPECT_EQ(plan.cost, 90'000 + 20 + 5);
}

TEST(SolveLimited, ProvesThatTwoPlacesAreTooFew) {
    Problem problem = one_line(6, {{2, 1, 1}, {2, 1, 1}, {2, 1, 1}});
    problem.lines[0].short_cost.reset();
    problem.lines[0].max_nodes = 2;
    Workspace workspace;
    EXPECT_EQ(solve(problem, live_budget, workspace).status, Status::infeasible);
    problem.lines[0].max_nodes = 3;
    EXPECT_EQ(solve(problem, live_budget, workspace).status, Status::optimal);
}

// A unit that has to come from one place is a part of its line: the rest may come from that place and one other.
TEST(SolveLimited, NodesOfPartsCountTogether) {
    Problem problem = one_line(3, {{2, 1, 0}, {2, 2, 0}, {2, 9, 0}});
    problem.lines[0].max_nodes = 2;
    problem.lines.push_back({.quantity = 1, .short_cost = std::nullopt, .part_of = 0});
    problem.entries.push_back({.line = 1, .node = 2, .unit_cost = 9, .takes_from = 2, .takes_to = 3});
    Workspace workspace;
    const Plan plan = solve(problem, live_budget, workspace);
    EXPECT_EQ(plan.status, Status::optimal);
    EXPECT_EQ(plan.assignments, (std::vector<Assignment>{{0, 0, 2}, {0, 2, 1}, {1, 2, 1}}));
    EXPECT_EQ(price_plan(problem, plan), 2 + 9 + 9);
}

TEST(Solve, AnswersTheSameWhateverTheWorkspaceDidBefore) {
    Workspace reused;
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        const Problem problem = small_problem(seed);
        Workspace fresh;
        const Plan a = solve(problem, live_budget, reused);
        const Plan b = solve(problem, live_budget, fresh);
        ASSERT_EQ(a.status, b.status);
        ASSERT_EQ(a.cost, b.cost);
        ASSERT_EQ(a.assignments, b.assignments);
        ASSERT_EQ(a.work, b.work);
    }
}

TEST(PricePlan, SaysNoToEveryBrokenRule) {
    Problem problem = one_line(3, {{2, 10, 5}, {2, 10, 5}});
    const Plan good{.assignments = {{0, 0, 2}, {0, 1, 1}}, .short_units = {0}};
    EXPECT_EQ(price_plan(problem, good), 40);
    Plan plan = good;
    plan.assignments[1].quantity = 2;
    EXPECT_EQ(price_plan(problem, plan), std::nullopt) << "more than ordered";
    plan = good;
    plan.assignments = {{0, 0, 3}};
    EXPECT_EQ(price_plan(problem, plan), std::nullopt) << "more than in stock";
    Problem changed = problem;
    changed.lines[0].splittable = false;
    EXPECT_EQ(price_plan(changed, good), std::nullopt) << "split";
    changed = problem;
    changed.lines[0].max_nodes = 1;
    EXPECT_EQ(price_plan(changed, good), std::nullopt) << "from too many nodes";
    changed.lines[0].max_nodes = 2;
    EXPECT_EQ(price_plan(changed, good), 40);
    changed = problem;
    changed.max_shipments = 1;
    EXPECT_EQ(price_plan(changed, good), std::nullopt) << "too many shipments";
    changed = problem;
    changed.nodes[0].capacity_units = 1;
    EXPECT_EQ(price_plan(changed, good), std::nullopt) << "unit capacity";
    changed = problem;
    changed.nodes[0].capacity_shipments = 0;
    EXPECT_EQ(price_plan(changed, good), std::nullopt) << "shipment capacity";
    changed = problem;
    changed.lines[0].unit_weight_g = 10;
    changed.nodes[0].weight_breaks = {{.max_g = 19, .price = 1}};
    EXPECT_EQ(price_plan(changed, good), std::nullopt) << "too heavy";
    plan = good;
    plan.assignments.pop_back();
    plan.short_units = {1};
    EXPECT_EQ(price_plan(problem, plan), 1'025);
    changed = problem;
    changed.lines[0].all_or_nothing = true;
    EXPECT_EQ(price_plan(changed, plan), std::nullopt) << "all or nothing";
    changed = problem;
    changed.ship_complete = true;
    EXPECT_EQ(price_plan(changed, plan), std::nullopt) << "complete or nothing";
    changed = problem;
    changed.lines[0].short_cost.reset();
    EXPECT_EQ(price_plan(changed, plan), std::nullopt) << "shortage not allowed";
}

}  // namespace
}  // namespace waybill::sourcing
