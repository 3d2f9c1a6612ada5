#pragma once
// Good plans quickly: greedy construction against line prices, and rebuilding parts of a plan.

#include <cstdint>
#include <vector>

#include "core/sourcing/relax.hpp"

namespace waybill::sourcing {

/// Memory of the heuristics, reused.
struct ConstructMemory {
    struct Choice {
        std::int64_t gain = 0;  ///< per unit
        std::uint32_t item = 0;
    };
    struct Load {
        std::int64_t units = 0;
        std::int64_t weight = 0;  ///< of the regular shipment
        std::int64_t groups = 0;
        bool regular = false;
    };
    std::vector<std::int64_t> worth, remaining, pool_left, served, source_gain;
    std::vector<std::uint8_t> banned;  ///< sources that may not be used
    std::vector<Load> loads;
    std::vector<Choice> ranked;
    std::vector<std::int64_t> draft;  ///< units of each item
    std::vector<std::uint32_t> served_by;
    std::uint64_t work = 0;  ///< added to by every call
};

/// Exact scaled cost of sending `amounts` (units of each item); `unreachable` when that breaks a rule.
[[nodiscard]] std::int64_t price_amounts(const Model& model, const std::vector<std::int64_t>& amounts,
                                         ConstructMemory& memory);

struct Incumbent {
    std::int64_t cost = 0;              ///< scaled; `unreachable` when there is no plan yet
    std::vector<std::int64_t> amounts;  ///< units of each item
    bool all_short = false;             ///< the plan of a ship_complete order that sends nothing
};

/// What a unit is worth while a plan is built.
enum class Worth {
    rising_prices,  ///< its price, raised step by step until everything is served or shortage is cheaper
    shortage,       ///< what being short would cost
};

/// Builds a plan, always taking the source that earns most against the worth of a unit, and keeps it when it is better
/// than `incumbent`.
void construct(const Model& model, const Prices& prices, Worth worth, ConstructMemory& memory, Incumbent& incumbent);

/// Takes everything from the sources marked in `memory.banned` out of the incumbent, serves it from the others against
/// rising prices, and keeps the result when it is better. True when it was.
bool rebuild_without(const Model& model, const Prices& prices, ConstructMemory& memory, Incumbent& incumbent);

}  // namespace waybill::sourcing
