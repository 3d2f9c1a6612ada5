#pragma once
// One line alone: how many units it takes from which of its sources, when each costs something per unit and something
// once. Solved exactly by a table over the units served so far; lines with very many units by filling in parts, which
// is a bound only.

#include <cstdint>
#include <span>
#include <vector>

#include "core/sourcing/model.hpp"

namespace waybill::sourcing {

/// A line with more demand than this has no table.
inline constexpr std::int64_t table_units_max = 256;

/// One of the line's sources.
struct Way {
    std::int64_t unit_cost = 0;
    std::int64_t fixed = 0;  ///< once, at least 0
    std::int64_t least = 0;  ///< units; at least 1 means that it must be used
    std::int64_t most = 0;   ///< at least 1
    std::uint32_t item = 0;
};

struct LineTask {
    std::int64_t quantity = 0;
    std::int64_t short_cost = 0;   ///< per unit
    std::int64_t short_fixed = 0;  ///< once when anything is short
    bool may_short = false;
    bool all_or_nothing = false;
    bool single = false;  ///< at most one way is used; with may_short and not all_or_nothing also in part

    [[nodiscard]] bool has_table() const { return !single && quantity <= table_units_max; }
};

struct LineMemory {
    std::vector<std::int64_t> forward, backward;  ///< rows of quantity + 1, one more than ways
    std::vector<std::int64_t> row;
    std::vector<std::uint32_t> ring;
    std::vector<std::uint32_t> order;
    std::vector<std::int64_t> units;  ///< answer: of each way
    std::uint64_t work = 0;           ///< added to by every call
};

/// The least cost of serving the line, `unreachable` when it can not be; the units of each way go to `memory.units`.
/// Exact, but for lines that are too large for a table: there a lower bound, and units that may break `least`.
[[nodiscard]] std::int64_t solve_line(const LineTask& task, std::span<const Way> ways, LineMemory& memory);

struct WayRegret {
    std::int64_t unused = 0;  ///< how much dearer the line is without this way
    std::int64_t used = 0;    ///< and when at least one unit comes this way
    std::int64_t least = 0;  ///< units with a regret of at most the limit are in [least, most]; empty when least > most
    std::int64_t most = 0;
};

/// How much dearer the line gets when a way is ruled out or enforced, for each way; after solve_line of the same task,
/// which returned `value`. `shortage` is of not being short (unused) and of being short (used). All are 0 where the
/// line is too large for a table.
void list_way_regrets(const LineTask& task, std::span<const Way> ways, std::int64_t value, std::int64_t limit,
                      LineMemory& memory, std::vector<WayRegret>& regrets, WayRegret& shortage);

}  // namespace waybill::sourcing
