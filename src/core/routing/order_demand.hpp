#pragma once
// How the items of an order sell at places: what the criteria `weeks_of_supply` and `markdown` go by
// (docs/domain/sourcing.md, "Strategies").

#include <cstdint>
#include <optional>

#include "core/routing/routing_problem.hpp"

namespace waybill::core {

/// The mean of markdowns, each weighted by units. Exact: a hundred thousand items of a thousand million units fit.
class MarkdownMean {
public:
    void add(std::int64_t units, std::int64_t markdown_bp) {
        units_ += units;
        marked_ += units * markdown_bp;
    }
    /// In hundredths of a percent, rounded down; of no units: 0.
    [[nodiscard]] std::int64_t value() const { return units_ == 0 ? 0 : marked_ / units_; }

private:
    std::int64_t units_ = 0;
    std::int64_t marked_ = 0;
};

/// Thousandths of weeks for which `units` last at a rate of sale, rounded down. nullopt: nothing is sold, they last for
/// ever. What no number holds is as much as one does, and still less than for ever.
[[nodiscard]] std::optional<std::int64_t> weeks_of_supply(std::int64_t units, std::int64_t weekly_milliunits);

struct OrderDemand {
    std::int64_t weekly_milliunits = 0;  ///< of all items of the order
    std::int64_t markdown_bp = 0;        ///< mean over the units that the place could send
};
/// At one place that has the units which `inputs` say. Cost: O(items x log of their rows).
[[nodiscard]] OrderDemand demand_at(LocationIx place, const RoutingInputs& inputs, const TenantState& state);

}  // namespace waybill::core
