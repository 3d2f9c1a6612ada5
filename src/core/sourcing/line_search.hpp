#pragma once
// Branch and bound over domains with the bound of payments (payments.hpp): for orders whose lines need several sources
// each, which the partition search can not list.
//
// Each part of the search space has choices for sources and a range of units for every item. Regrets narrow the ranges
// until they say nothing more; then the part is divided where both halves rise most: a source used or not, or, where
// all sources are decided, an item's range. Ranges shrink with every division, so the search ends, whatever the rules.

#include "core/sourcing/agreement.hpp"
#include "core/sourcing/completion.hpp"
#include "core/sourcing/replan.hpp"

namespace waybill::sourcing {

struct LineSearchNode {
    std::int64_t bound = -unreachable;  ///< scaled
    std::uint64_t sequence = 0;
    Domain domain;
    Payments payments;
};

/// Memory of the partition search, shared with the caller.
struct ProbeMemory {
    Relaxation relaxation;
    PriceResult prices;
    PartitionMemory partition;
    PartitionAnswer answer;
    std::vector<std::uint32_t> active;
};

struct LineSearchMemory {
    Model narrowed;
    std::vector<std::uint32_t> origin;  ///< of each item of `narrowed`
    Prices probe_prices;
    std::vector<std::int64_t> slack;
    PaymentMemory payments;
    AgreementMemory agreement;
    LineAnswers answers;
    Regrets regrets;
    ReplanMemory replan;
    Payments best;
    std::vector<LineSearchNode> open;  ///< a heap, least bound first
};

struct LineSearchResult {
    std::int64_t bound = 0;  ///< scaled; no plan in the region costs less than the lesser of this and the incumbent
    std::uint64_t work = 0;
};

/// Looks for plans better than `incumbent` in `region`, guided at first by `prices`, until there are none or about
/// `work_max` is spent.
void search_lines(const Model& model, const Region& region, const Prices& prices, std::uint64_t work_max,
                  LineSearchMemory& memory, ProbeMemory& probe, ConstructMemory& construct, Incumbent& incumbent,
                  LineSearchResult& result);

}  // namespace waybill::sourcing
