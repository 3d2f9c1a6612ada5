#pragma once
// The partition search: the exact optimum of a region by dynamic programming over the demand still to be served.
//
// Each source offers *patterns*: everything that it could send, priced. At good prices almost all of them lose more
// than the distance between bound and best plan, so that only a few per source remain; the search then passes over the
// sources once and keeps, for each remaining-demand vector, the cheapest way to get there (a *label*). A label dies
// when its cost plus the relaxation's bound for the rest reaches the best plan. Plain sources that are open are not
// enumerated: they fill what remains at the end, cheapest first, as does shortage.
//
// The vector is packed into one integer of 64 or 128 bits, each line a field with a guard bit, so that "fits" is one
// subtraction. Shipment limits and pools shared between sources are fields like the lines. A region that needs more
// bits, patterns or labels than allowed is given back as too_big, for the caller to divide; or only its most promising
// patterns and labels are kept, which proves nothing but finds good plans.

#include <cstdint>
#include <vector>

#include "base/checked_math.hpp"
#include "core/sourcing/relax.hpp"

namespace waybill::sourcing {

__extension__ using UInt128 = unsigned __int128;

/// What to do when there is more than the limits allow: give the region back, or go on with the most promising part of
/// it for the sake of a good plan.
enum class Excess { give_back, keep_best };

struct PartitionLimits {
    Excess excess = Excess::give_back;
    std::size_t patterns_max = 0;  ///< over all sources
    std::size_t labels_max = 0;
    std::uint64_t work_max = 0;
};

enum class Outcome {
    complete,  ///< nothing better than `target` exists in the region but what was returned
    too_big,   ///< nothing is proved; a better plan may have been found
};

struct PartitionAnswer {
    Outcome outcome = Outcome::too_big;
    bool improved = false;
    std::int64_t cost = 0;              ///< scaled, of the better plan
    std::vector<std::int64_t> amounts;  ///< units of each item
    std::uint64_t work = 0;
};

/// Memory of the search, reused.
struct PartitionMemory {
    struct Pattern {
        std::int64_t reduced = 0;
        std::int64_t cost = 0;
        std::uint32_t source = 0;
        std::uint32_t amounts = 0;  ///< index of its first amount
        std::uint32_t shape = 0;    ///< index of its packed use
        bool leaves_short = false;  ///< part of a line stays short for good
    };
    struct Stage {
        std::uint32_t source = 0;
        std::uint32_t from = 0;
        std::uint32_t to = 0;
        std::int64_t best = 0;  ///< least reduced cost of its patterns
    };
    struct Step {
        std::uint32_t before = 0;
        std::uint32_t pattern = 0;
    };
    struct Supply {
        std::int64_t cost = 0;
        std::int64_t most = 0;
        std::uint32_t item = 0;
    };
    template <class Key>
    struct Labels {
        std::vector<Key> keys;
        std::vector<Key> uses;  ///< of patterns
        std::vector<Key> room;  ///< what the stages from here on can still serve
    };
    std::vector<Pattern> patterns;
    std::vector<std::int64_t> pattern_amounts;
    std::vector<Stage> stages;
    std::vector<std::int64_t> values, values_before, order;
    std::vector<std::uint32_t> trails, trails_before;
    std::vector<Step> steps;
    std::vector<std::uint32_t> table;
    std::vector<std::int64_t> suffix;  ///< per stage: reduced cost that the later stages could still save
    std::vector<Supply> supply;        ///< of open plain sources, by line then cost
    std::vector<std::uint32_t> supply_from;
    std::vector<std::uint8_t> field_shift, field_bits, pool_shift, pool_bits;
    std::vector<std::int64_t> pool_left, remaining, amounts, suffix_gain;
    Labels<std::uint64_t> narrow;
    Labels<UInt128> wide;
};

/// What to search: a region, and the relaxation of it at the prices that guide the search.
struct PartitionTask {
    const Model& model;
    const Region& region;
    const std::vector<std::uint32_t>& active;  ///< its sources that are not closed
    const Prices& prices;
    const Relaxation& relaxation;  ///< at `prices`
    std::int64_t target = 0;       ///< scaled; only cheaper plans are looked for
};

void search_partition(const PartitionTask& task, const PartitionLimits& limits, PartitionMemory& memory,
                      PartitionAnswer& answer);

}  // namespace waybill::sourcing
