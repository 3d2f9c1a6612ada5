#include "core/sourcing/line_search.hpp"

#include <gtest/gtest.h>

#include "core/sourcing/small_problems.hpp"

namespace waybill::sourcing {
namespace {

using testing::optimum_by_trying;
using testing::small_problem;

constexpr std::uint64_t problems = 6'000;

// search_lines alone, without the searches that come before it in solve().
class SearchLines : public ::testing::Test {
protected:
    // False when the problem is settled before any search.
    bool prepare(const Problem& problem) {
        if (build(problem, model_) != Buildable::yes) return false;
        region_.sources.assign(model_.sources.size(), Choice::free);
        const bool paid = model_.backorder_cost == 0 || model_.surely_short;
        region_.shortage = !model_.any_short ? Choice::closed : (paid ? Choice::open : Choice::free);
        std::vector<std::uint32_t> active;
        for (std::uint32_t s = 0; s < model_.sources.size(); ++s) active.push_back(s);
        std::vector<std::int64_t> slack;
        raise_prices(model_, active, prices_, slack);
        incumbent_ = {};
        incumbent_.cost = unreachable;
        return true;
    }

    void search(std::uint64_t work_max) {
        search_lines(model_, region_, prices_, work_max, memory_, probe_, construct_, incumbent_, result_);
    }

    // A ship_complete order may send nothing at all; the searches do not look at that plan.
    static std::optional<std::int64_t> optimum_when_sending(const Problem& problem) {
        if (!problem.ship_complete) return optimum_by_trying(problem);
        Problem strict = problem;
        strict.ship_complete = false;
        for (Line& line : strict.lines) line.short_cost.reset();
        return optimum_by_trying(strict);
    }

    Model model_;
    Region region_;
    Prices prices_;
    LineSearchMemory memory_;
    ProbeMemory probe_;
    ConstructMemory construct_;
    Incumbent incumbent_;
    LineSearchResult result_;
};

TEST_F(SearchLines, EqualsTryingEverythingOnSmallProblems) {
    for (std::uint64_t seed = 1; seed <= problems; ++seed) {
        const Problem problem = small_problem(seed);
        if (!prepare(problem)) continue;
        search(UINT64_MAX / 2);
        const auto optimum = optimum_when_sending(problem);
        ASSERT_EQ(incumbent_.cost != unreachable, optimum.has_value()) << "seed " << seed;
        if (!optimum) continue;
        ASSERT_EQ(incumbent_.cost >> model_.shift, *optimum) << "seed " << seed;
        ASSERT_GE(result_.bound, incumbent_.cost) << "seed " << seed;
    }
}

TEST_F(SearchLines, BoundsHoldHoweverEarlyItStops) {
    for (std::uint64_t seed = 1; seed <= problems / 3; ++seed) {
        const Problem problem = small_problem(seed);
        for (const std::uint64_t work : {0U, 20U, 100U, 500U, 3'000U}) {
            if (!prepare(problem)) continue;
            search(work);
            const auto optimum = optimum_when_sending(problem);
            const std::int64_t bound = std::min(result_.bound, incumbent_.cost);
            if (optimum) {
                ASSERT_LE(model_.unscaled_up(bound), *optimum) << "seed " << seed << " work " << work;
            } else {
                ASSERT_EQ(incumbent_.cost, unreachable) << "seed " << seed << " work " << work;
            }
        }
    }
}

}  // namespace
}  // namespace waybill::sourcing
