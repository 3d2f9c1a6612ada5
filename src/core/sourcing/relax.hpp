#pragma once
// The Lagrangian relaxation: every line's demand is priced instead of required, and then each source decides alone.
//
// bound = sum(price * demand) + what shortage would earn + the reduced costs of the sources that pay for themselves.
// Each source's reduced cost is itself a lower bound over everything it could send (exact for plain sources and for
// unit capacities, a fractional knapsack below weight breaks), so the sum is at most the cost of every plan, whatever
// the prices are. Good prices make it close; find_prices looks for them.

#include <cstdint>
#include <vector>

#include "core/sourcing/model.hpp"

namespace waybill::sourcing {

enum class Choice : std::uint8_t { free, open, closed };

/// A part of the search space: sources that must pay their fixed cost, and sources that may not be used.
struct Region {
    std::vector<Choice> sources;
    Choice shortage = Choice::free;
};

struct Prices {
    std::vector<std::int64_t> line;  ///< scaled, per unit of demand
    std::int64_t shipment = 0;       ///< scaled, at least 0; only with a shipment limit
};

struct Relaxation {
    std::int64_t bound = 0;             ///< scaled
    std::vector<std::int64_t> reduced;  ///< of each source, over non-empty use; undefined for closed ones
    std::vector<std::int64_t> used;     ///< demand units of each line that the relaxed answer serves or leaves short
    std::int64_t shipments = 0;
    std::int64_t shortage_reduced = 0;  ///< of paying the fixed backorder cost

    struct Ranked {
        std::int64_t gain = 0;  ///< per unit
        std::int64_t units = 0;
        std::int64_t weight = 0;  ///< per unit
        std::uint32_t line = 0;
        std::int64_t demand_per_unit = 1;
    };
    std::vector<Ranked> ranked;             ///< scratch
    std::vector<std::int64_t> group_gains;  ///< scratch
};

/// Evaluates the relaxation at `prices` over `active` (the sources not closed). Returns the work spent.
std::uint64_t evaluate(const Model& model, const Region& region, const std::vector<std::uint32_t>& active,
                       const Prices& prices, Relaxation& out);

/// Prices at which no source pays for itself, raised line by line until a source stops each one. A quick good start.
void raise_prices(const Model& model, const std::vector<std::uint32_t>& active, Prices& prices,
                  std::vector<std::int64_t>& slack);

struct PriceSearch {
    int rounds = 0;
    std::int64_t target = 0;  ///< scaled cost of the best plan; the search stops when the bound reaches it
    std::uint64_t work_max = 0;
};

struct PriceResult {
    std::vector<std::int64_t> direction;  ///< of the last step, per line and then for shipments; scaled by 16
    Prices best;
    std::int64_t bound = INT64_MIN;
    std::uint64_t work = 0;
};

/// Subgradient steps from `prices`; leaves the best prices and the relaxation at them in `out`/`relaxation`.
void find_prices(const Model& model, const Region& region, const std::vector<std::uint32_t>& active,
                 const PriceSearch& search, Prices& prices, Relaxation& relaxation, PriceResult& result);

}  // namespace waybill::sourcing
