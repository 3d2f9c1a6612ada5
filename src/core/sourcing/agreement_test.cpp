#include "core/sourcing/agreement.hpp"

#include <gtest/gtest.h>

#include "core/sourcing/completion.hpp"
#include "core/sourcing/small_problems.hpp"

namespace waybill::sourcing {
namespace {

using testing::small_freight_problem;
using testing::small_problem;
using testing::try_every_plan;

// A bound that is too high is a false claim. So every valid plan of small problems, not only the best, is held against
// what an agreement says of it: the bound, and the regret of everything that the plan does or leaves.
class Agreement : public ::testing::Test {
protected:
    // False when the problem is settled before any search, or sums might not fit.
    bool prepare(const Problem& problem) {
        if (build(problem, model_) != Buildable::yes) return false;
        const bool paid = model_.backorder_cost == 0 || model_.surely_short;
        domain_.region.sources.assign(model_.sources.size(), Choice::free);
        domain_.region.shortage = !model_.any_short ? Choice::closed : (paid ? Choice::open : Choice::free);
        domain_.least.assign(model_.items.size(), 0);
        domain_.most.clear();
        for (const Item& item : model_.items) domain_.most.push_back(item.most);
        Prices prices;
        std::vector<std::uint32_t> active;
        for (std::uint32_t s = 0; s < model_.sources.size(); ++s) active.push_back(s);
        std::vector<std::int64_t> slack;
        raise_prices(model_, active, prices, slack);
        pay_by_prices(model_, domain_, prices, payments_);
        price_units(model_, domain_, memory_, payments_);
        return true;
    }

    // Prices that nobody would choose: the bound must hold at any.
    void shake(std::uint64_t seed) {
        std::uint64_t state = seed * 0x9E3779B97F4A7C15ULL + 1;
        const auto between = [&state](std::int64_t most) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            return static_cast<std::int64_t>(state % static_cast<std::uint64_t>(2 * most + 1)) - most;
        };
        const std::int64_t most = std::int64_t{20} << model_.shift;
        for (std::int64_t& price : payments_.table) price += between(most);
        for (std::size_t s = 0; s < model_.sources.size(); ++s) {
            if (model_.sources[s].units_max != no_limit)
                payments_.rent[s] = std::max<std::int64_t>(0, payments_.rent[s] + between(most));
            if (model_.sources[s].shipments_max != no_limit)
                payments_.berth[s] = std::max<std::int64_t>(0, payments_.berth[s] + between(most));
        }
        if (model_.shipments_max != no_limit)
            payments_.shipment = std::max<std::int64_t>(0, payments_.shipment + between(most));
    }

    void pass(int rounds) {
        for (int round = 0; round < rounds; ++round)
            static_cast<void>(pass_differences(model_, domain_, model_.cost_cap, memory_, payments_));
    }

    // The units of each item in a plan; the searches do not look at a ship_complete order that sends nothing.
    [[nodiscard]] std::vector<std::int64_t> amounts_of(const Problem& problem, const Plan& plan) const {
        std::vector<std::int64_t> amounts(model_.items.size(), 0);
        for (const Assignment& part : plan.assignments) {
            for (std::size_t i = 0; i < model_.items.size(); ++i) {
                const Entry& entry = problem.entries[model_.items[i].entry];
                if (entry.line == part.line && entry.node == part.node) amounts[i] = part.quantity;
            }
        }
        return amounts;
    }

    void expect_regrets_hold(const Problem& problem, const Plan& plan, std::int64_t limit) {
        const std::int64_t cost = plan.cost << model_.shift;
        ASSERT_LE(answers_.bound, cost);
        const std::vector<std::int64_t> amounts = amounts_of(problem, plan);
        for (std::size_t s = 0; s < model_.sources.size(); ++s) {
            bool used = false;
            for (std::uint32_t i = model_.sources[s].from; i < model_.sources[s].to; ++i) {
                used = used || amounts[i] > 0;
                ASSERT_LE(answers_.bound + (amounts[i] > 0 ? regrets_.used[i] : regrets_.unused[i]), cost);
                if (cost > answers_.bound + limit) continue;
                ASSERT_GE(amounts[i], regrets_.least[i]);
                ASSERT_LE(amounts[i], regrets_.most[i]);
            }
            ASSERT_LE(answers_.bound + (used ? regrets_.opened[s] : regrets_.closed[s]), cost);
        }
        if (domain_.region.shortage != Choice::free) return;
        bool is_short = false;
        for (const std::int64_t units : plan.short_units) is_short = is_short || units > 0;
        ASSERT_LE(answers_.bound + (is_short ? regrets_.shortage_opened : regrets_.shortage_closed), cost);
    }

    void expect_all_hold(const Problem& problem) {
        list_agreed_regrets(model_, domain_, payments_, model_.cost_cap, memory_, answers_, regrets_);
        const std::int64_t limit = model_.cost_cap - answers_.bound;
        try_every_plan(problem, [&](const Plan& plan) {
            if (problem.ship_complete && plan.assignments.empty()) return;
            if (HasFatalFailure()) return;
            expect_regrets_hold(problem, plan, limit);
        });
    }

    Model model_;
    Domain domain_;
    Payments payments_;
    AgreementMemory memory_;
    LineAnswers answers_;
    Regrets regrets_;
};

TEST_F(Agreement, HoldsForEveryPlanAtAnyPrices) {
    for (std::uint64_t seed = 1; seed <= 4'000; ++seed) {
        SCOPED_TRACE(seed);
        const Problem problem = seed % 4 == 0 ? small_problem(seed) : small_freight_problem(seed);
        if (!prepare(problem)) continue;
        expect_all_hold(problem);
        shake(seed);
        expect_all_hold(problem);
        pass(static_cast<int>(seed % 5) + 1);
        expect_all_hold(problem);
        if (HasFatalFailure()) return;
    }
}

TEST_F(Agreement, PassingDifferencesNeverLowersTheBound) {
    std::uint64_t risen = 0;
    for (std::uint64_t seed = 1; seed <= 1'500; ++seed) {
        SCOPED_TRACE(seed);
        if (!prepare(small_freight_problem(seed))) continue;
        std::int64_t before = -unreachable;
        for (int round = 0; round < 6; ++round) {
            const std::int64_t bound = pass_differences(model_, domain_, model_.cost_cap, memory_, payments_);
            // Differences are divided in whole numbers, rounded down: never up, never more than they are.
            ASSERT_GE(bound, before);
            if (round > 0 && bound > before) ++risen;
            before = bound;
        }
    }
    EXPECT_GT(risen, 200U);
}

// Six units of 1 kg from one place, whose carrier takes 5 kg for 100 and 10 kg for 300. A straight line below the steps
// that ends at 6 kg sees the same; one that has to reach 10 kg, for the sake of a place with more, would see 140.
TEST_F(Agreement, SeesTheStepsOfACarrier) {
    Problem problem;
    problem.lines.push_back({.quantity = 6, .unit_weight_g = 1'000, .short_cost = std::nullopt});
    problem.nodes.emplace_back().weight_breaks = {{5'000, 100}, {10'000, 300}};
    problem.pools.push_back({.quantity = 6});
    problem.takes.push_back({.pool = 0, .units = 1});
    problem.entries.push_back({.line = 0, .node = 0, .unit_cost = 1, .takes_from = 0, .takes_to = 1});
    ASSERT_TRUE(prepare(problem));
    list_agreed_regrets(model_, domain_, payments_, model_.cost_cap, memory_, answers_, regrets_);
    EXPECT_LE(model_.unscaled_up(answers_.bound), 306);
    pass(3);
    list_agreed_regrets(model_, domain_, payments_, model_.cost_cap, memory_, answers_, regrets_);
    EXPECT_EQ(model_.unscaled_up(answers_.bound), 306);
}

}  // namespace
}  // namespace waybill::sourcing
