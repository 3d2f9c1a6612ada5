#pragma once
// Ordered pricing: costs that make the cheapest plan of a sourcing problem the best one by a list of criteria, compared
// one after another (docs/domain/sourcing.md, "Strategies").
//
// A plan has a value at each level, the fewer the better: units short first, then the strategy's criteria, then ties.
// Its cost is the sum of value x weight, and each weight is one more than all that can come after it, so that costs
// compare as the values do. The weights are exact; where the order is so large that they would not fit the solver
// (sourcing::fits), our own tie-breaks are left out; where that is not enough, the least important criteria are told
// apart less finely, and `coarse` says so.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/routing/route.hpp"
#include "core/sourcing/problem.hpp"

namespace waybill::core {

struct OrderedPricing {
    enum class Kind : std::uint8_t { shipments, ranks };
    struct Level {
        Kind kind = Kind::shipments;
        /// Criteria of the strategy from `first` on that make this level; 0 of them: a tie-break of ours.
        std::uint32_t first = 0;
        std::uint32_t criteria = 0;
        std::vector<std::uint32_t> ranks;  ///< by node, 0..n-1
        std::int64_t buckets = 0;          ///< groups of neighbouring ranks that are told apart
        std::int64_t weight = 0;           ///< of a shipment, or of a unit and bucket; 0: the level counts nothing
    };
    std::vector<Level> levels;      ///< the most important first
    std::int64_t short_weight = 1;  ///< of one unit short: more than all levels together
    bool coarse = false;            ///< a criterion is told apart less finely than it could be, or not at all
};

/// What `criterion` sees of a candidate; the smaller is the better, except where there can not be too much of it: stock
/// depth, capacity left, weeks of supply, markdown. nullopt: an unknown distance, an unlimited capacity, a stock of
/// which nothing is sold. REQUIRES: a criterion that ranks locations.
[[nodiscard]] std::optional<std::int64_t> criterion_value(Criterion criterion, const Candidate& candidate,
                                                          const TenantState& state);

/// Replaces the costs of `problem`, whose nodes are `candidates`. Cost: O(criteria x n log n + entries).
[[nodiscard]] OrderedPricing price_in_order(const RoutingStrategy& strategy, std::span<const Candidate> candidates,
                                            const TenantState& state, sourcing::Problem& problem);

/// The values of a plan: units short, then one for each level. Comparing them in this order is what costs stand for,
/// except that ranks are counted here as they are where they were too many to be told apart.
[[nodiscard]] std::vector<std::int64_t> values_of_plan(const OrderedPricing& pricing, const sourcing::Problem& problem,
                                                       const sourcing::Plan& plan);

}  // namespace waybill::core
