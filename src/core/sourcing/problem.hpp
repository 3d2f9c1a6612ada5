#pragma once
// The sourcing problem of one order: which place sends how many units of which line, at least cost.
//
// It is the problem of format `oms-sourcing-1` (docs/formats/sourcing.md) with one generalisation: supply is a set of
// pools that entries draw from. Two lines of one SKU at one place, or two kits with a common part, name the same pool,
// so a unit is never taken twice; the file format is the case of one pool per entry. Lateness is not seen here: whoever
// builds the problem adds late costs to `Entry::unit_cost` and leaves out the pairs that would be forbidden.
//
// All numbers are exact integers. Costs are in one unit that the caller chooses (the format's cents, 10^-6 for live
// orders); the solver only adds and compares them. Everything is addressed by index.

#include <cstdint>
#include <optional>
#include <vector>

namespace waybill::sourcing {

struct Line {
    std::int64_t quantity = 1;               ///< ordered units, at least 1
    std::int64_t unit_weight_g = 0;          ///< used by weight breaks only
    std::optional<std::int64_t> short_cost;  ///< per unit not sourced; none: shortage is not allowed
    bool splittable = true;                  ///< units may come from several nodes
    bool all_or_nothing = false;             ///< sourced completely or not at all
    bool ship_alone = false;                 ///< its units share no shipment with other lines
    /// Most nodes that its units may come from, at least 1; none: any number.
    std::optional<std::int64_t> max_nodes = std::nullopt;
    /// The line that this one is a part of: the nodes of both count together against the limit of that one. A part has
    /// no limit and no parts of its own.
    std::optional<std::uint32_t> part_of = std::nullopt;
};

struct WeightBreak {
    std::int64_t max_g = 0;
    std::int64_t price = 0;
};

struct Node {
    std::int64_t shipment_cost = 0;                  ///< per shipment
    std::int64_t node_cost = 0;                      ///< once when the node is used at all
    std::optional<std::int64_t> capacity_units;      ///< over all lines of this order
    std::optional<std::int64_t> capacity_shipments;  ///<
    std::vector<WeightBreak> weight_breaks;          ///< both columns ascending; empty: weight costs nothing
};

struct Pool {
    std::int64_t quantity = 0;
};

/// One unit of an entry takes `units` from `pool`. A kit takes from several pools.
struct Take {
    std::uint32_t pool = 0;
    std::int64_t units = 1;
};

/// Units of `line` that can come from `node`. At most one entry for each pair; sorted by (line, node).
struct Entry {
    std::uint32_t line = 0;
    std::uint32_t node = 0;
    std::int64_t unit_cost = 0;    ///< may be negative (a markdown credit)
    std::uint32_t takes_from = 0;  ///< the entry's takes are takes[takes_from, takes_to), at least one
    std::uint32_t takes_to = 0;
};

struct Problem {
    std::vector<Line> lines;
    std::vector<Node> nodes;
    std::vector<Pool> pools;
    std::vector<Take> takes;
    std::vector<Entry> entries;
    std::optional<std::int64_t> max_shipments;
    bool ship_complete = false;  ///< everything or nothing
    bool allow_line_split = true;
    std::int64_t backorder_fixed_cost = 0;
};

struct Assignment {
    std::uint32_t line = 0;
    std::uint32_t node = 0;
    std::int64_t quantity = 0;
    bool operator==(const Assignment&) const = default;
};

enum class Status {
    optimal,     ///< proved: no cheaper plan exists
    feasible,    ///< a valid plan; the budget ended before the proof
    infeasible,  ///< proved: no valid plan exists
    unknown,     ///< the budget ended before any plan was found
};

/// How the answer was proved (or not), for traces and benchmarks.
enum class Method { trivial, partition, branch_and_bound, heuristic };

struct Plan {
    Status status = Status::unknown;
    std::int64_t cost = 0;                  ///< exact objective of this plan
    std::int64_t lower_bound = 0;           ///< proved; equals cost when optimal
    std::vector<Assignment> assignments;    ///< sorted by (line, node), quantities at least 1
    std::vector<std::int64_t> short_units;  ///< one for each line
    std::uint64_t work = 0;                 ///< work units spent
    Method method = Method::trivial;
};

/// Budgets are counted in work units, never in time, so that the same problem has the same answer everywhere. One unit
/// is about one elementary step of a search (an entry priced, a state relaxed); measured on one core of a 2-core EPYC,
/// a million take 5 to 12 milliseconds, the dearer end where little is proved.
struct Budget {
    std::uint64_t work_max = 0;
};

/// About 2 ms: all of the retail family needs less than a quarter of it.
inline constexpr Budget live_budget{.work_max = 250'000};
/// About 10 to 15 s: the hardest orders of up to 14 lines seen needed a fifth of it, unless carriers charge by weight.
inline constexpr Budget solve_budget{.work_max = 1'500'000'000};

/// The cost of a plan, computed afresh from the problem; nullopt when the plan breaks any constraint. Independent of
/// the solver: it is what checks the solver. Units: as the problem. Cost: O(assignments + entries).
[[nodiscard]] std::optional<std::int64_t> price_plan(const Problem& problem, const Plan& plan);

}  // namespace waybill::sourcing
