#pragma once
// Improving a good plan by exchange: units move between sources along the cheapest cycles, and sources are dropped and
// their demand is served anew. Every step is priced in full; nothing here proves anything.

#include "core/sourcing/construct.hpp"

namespace waybill::sourcing {

/// Memory of the exchange, reused.
struct ExchangeMemory {
    struct Arc {
        std::int64_t cost = 0;
        std::uint32_t line = 0;
        std::uint32_t from_item = 0;
        std::uint32_t to_item = 0;
    };
    std::vector<Arc> arcs;  ///< cheapest move of one unit between every two places
    std::vector<std::int64_t> units, reach, amounts, missing;
    std::vector<std::uint32_t> before, cycle;
    std::vector<std::uint8_t> used;
};

/// Tries cycles of moves and the dropping of every source in use until nothing helps or `work_max` is spent.
void improve(const Model& model, const Prices& prices, std::uint64_t work_max, ExchangeMemory& memory,
             ConstructMemory& construct, Incumbent& incumbent);

}  // namespace waybill::sourcing
