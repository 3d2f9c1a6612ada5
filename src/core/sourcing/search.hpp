#pragma once
// Branch and bound over regions: relax, fix what the prices decide, search the partition, divide what is too big.

#include "core/sourcing/completion.hpp"
#include "core/sourcing/exchange.hpp"
#include "core/sourcing/line_search.hpp"
#include "core/sourcing/partition.hpp"

namespace waybill::sourcing {

struct SearchNode {
    std::int64_t bound = -unreachable;  ///< scaled
    std::uint64_t sequence = 0;
    Region region;
    Prices prices;
};

struct SearchMemory {
    ProbeMemory probe;
    ConstructMemory construct;
    ExchangeMemory exchange;
    LineSearchMemory lines;
    std::vector<std::int64_t> slack;
    std::vector<SearchNode> open;  ///< a heap, least bound first
};

struct SearchResult {
    std::int64_t bound = 0;  ///< scaled; no plan costs less
    std::uint64_t work = 0;
    Method method = Method::partition;
    bool complete = false;  ///< the incumbent is optimal, or there is no plan at all
};

/// Improves `incumbent` until it is proved or about `work_max` is spent.
void search(const Model& model, std::uint64_t work_max, SearchMemory& memory, Incumbent& incumbent,
            SearchResult& result);

}  // namespace waybill::sourcing
