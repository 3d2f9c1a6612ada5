#pragma once
// How the demand that no pattern serves is met: from open plain sources, cheapest first, or by being short.

#include "core/sourcing/partition.hpp"

namespace waybill::sourcing {

inline constexpr std::int64_t unreachable = INT64_MAX / 2;

/// Lists the items of open plain sources by line, cheapest first, in `memory.supply`.
void prepare_supply(const Model& model, const Region& region, const std::vector<std::uint32_t>& active,
                    PartitionMemory& memory);

/// What serving `remaining` units of demand of a line costs: without shortage, and with shortage where that is cheaper.
struct LineCompletion {
    std::int64_t full = unreachable;
    std::int64_t any = unreachable;
};
[[nodiscard]] LineCompletion complete_line(const Model& model, const PartitionMemory& memory, std::uint32_t line,
                                           std::int64_t remaining);

/// The cheapest completion of `remaining` (demand of each line), the backorder cost included where something is short,
/// was short before, or the region has paid it anyway. `unreachable` when there is none.
[[nodiscard]] std::int64_t complete(const Model& model, Choice shortage, bool short_before,
                                    const PartitionMemory& memory, const std::vector<std::int64_t>& remaining);

/// Adds the units of that completion to `amounts` (of each item).
void fill(const Model& model, Choice shortage, bool short_before, const PartitionMemory& memory,
          const std::vector<std::int64_t>& remaining, std::vector<std::int64_t>& amounts);

}  // namespace waybill::sourcing
