#pragma once
// Enumeration of everything that one source could send without losing more than a given amount against the relaxation.

#include "core/sourcing/partition.hpp"

namespace waybill::sourcing {

enum class Enumerated { complete, too_many };

struct PatternLimits {
    std::int64_t slack = 0;  ///< most reduced cost
    std::int64_t shipments_max = no_limit;
    Choice shortage = Choice::free;  ///< closed: no single line is sent in part
    std::uint64_t work_max = UINT64_MAX;
    std::size_t patterns_max = 0;  ///< in memory.patterns, over all sources
};

/// Appends to `memory.patterns` every non-empty use of `source` within the limits, in no particular order; adds
/// to `work`.
[[nodiscard]] Enumerated enumerate_patterns(const Model& model, std::uint32_t source, const Prices& prices,
                                            const PatternLimits& limits, PartitionMemory& memory, std::uint64_t& work);

}  // namespace waybill::sourcing
