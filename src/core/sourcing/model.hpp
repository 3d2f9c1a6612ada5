#pragma once
// The solver's own form of a sourcing problem: what can not matter is gone, costs are scaled, supply is grouped.
//
// - An *item* is an entry that can really give units: its `most` is the smallest of demand, private pools and capacity.
// - A *source* is a node, or one shipment group of a node where the groups do not influence each other, so that most
//   sources have one fixed cost and independent items ("plain").
// - A line that may come from one node only has a *demand* of 1 ("served or not"); giving it k of q units costs the
//   short cost of the rest as well. Any other line has its quantity as demand.
// - Costs are multiplied by 2^shift so that dual prices may be fractions of a cent and still be integers. A bound is
//   rounded up to whole costs at the very end.
//
// A ship_complete order is solved without shortage; the plan that sends nothing is compared afterwards by the caller.

#include <cstdint>
#include <span>
#include <vector>

#include "core/sourcing/problem.hpp"

namespace waybill::sourcing {

inline constexpr std::int64_t no_limit = INT64_MAX;
/// Largest cost_cap at which sums over a whole line table (line_table.hpp) are sure to fit 62 bits.
inline constexpr std::int64_t line_costs_max = std::int64_t{1} << 50;
inline constexpr std::uint32_t no_index = UINT32_MAX;

struct Demand {
    std::int64_t quantity = 0;
    std::int64_t demand = 0;      ///< what of quantity could be sent at all, or 1 for a line that may not be split
    std::int64_t short_cost = 0;  ///< scaled, per unit; only with can_short
    std::int64_t weight = 0;
    bool can_short = false;
    bool all_or_nothing = false;
    bool single = false;   ///< at most one node may send it
    bool partial = false;  ///< single, and fewer than `quantity` units may be sent

    /// What leaving one unit of demand unserved costs.
    [[nodiscard]] std::int64_t short_price() const { return single ? short_cost * quantity : short_cost; }
};

struct Item {
    std::uint32_t line = 0;
    std::uint32_t source = 0;
    std::uint32_t entry = 0;
    std::uint32_t pool_from = 0;  ///< its shared pools: model.draws[pool_from, pool_to)
    std::uint32_t pool_to = 0;
    std::int64_t most = 0;  ///< units
    std::int64_t cost = 0;  ///< scaled, per unit
};

struct Source {
    std::uint32_t node = 0;
    std::uint32_t from = 0;  ///< items [from, alone) travel together, items [alone, to) each alone
    std::uint32_t alone = 0;
    std::uint32_t to = 0;
    std::uint32_t break_from = 0;
    std::uint32_t break_to = 0;
    std::int64_t node_cost = 0;      ///< scaled
    std::int64_t shipment_cost = 0;  ///< scaled
    std::int64_t units_max = no_limit;
    std::int64_t shipments_max = no_limit;
    bool plain = false;  ///< one group, no capacity, no breaks, no shared pools: items are independent

    [[nodiscard]] std::uint32_t groups() const { return (alone > from ? 1U : 0U) + (to - alone); }
};

struct Draw {
    std::uint32_t pool = 0;  ///< index into model.pools
    std::int64_t units = 0;
};

struct SharedPool {
    std::int64_t quantity = 0;
    bool crosses_sources = false;  ///< a constraint over several sources: kept in the state of the partition search
};

enum class Buildable { yes, infeasible, too_large };

struct Model {
    std::vector<Demand> lines;
    std::vector<Item> items;  ///< by source; regular ones first
    std::vector<Source> sources;
    std::vector<WeightBreak> breaks;  ///< prices scaled
    std::vector<SharedPool> pools;
    std::vector<Draw> draws;
    std::vector<std::uint32_t> line_items;  ///< item indexes by line: [line_from[l], line_from[l + 1])
    std::vector<std::uint32_t> line_from;
    std::int64_t backorder_cost = 0;        ///< scaled; paid once when anything is short
    std::int64_t short_for_sure = 0;        ///< scaled short cost of units that nothing could send
    bool surely_short = false;              ///< there are such units: the backorder cost is certain
    std::int64_t shipments_max = no_limit;  ///< no_limit when it can not bind
    std::int64_t cost_cap = 0;              ///< scaled; no plan costs more, nor less than its negative
    int shift = 0;
    bool any_short = false;  ///< some line can be short

    [[nodiscard]] std::span<const Item> items_of(const Source& source) const {
        return std::span(items).subspan(source.from, source.to - source.from);
    }
    [[nodiscard]] std::int64_t unscaled_up(std::int64_t scaled) const {
        return (scaled + ((std::int64_t{1} << shift) - 1)) >> shift;
    }

    // Scratch of build(), kept for reuse.
    std::vector<std::uint32_t> entry_of_item, node_from, node_entries, pool_users, pool_index;
    std::vector<std::int64_t> entry_most, pool_demand;
    std::vector<std::uint32_t> pool_node;
};

/// Rebuilds `model` from `problem`, reusing its memory. `infeasible` when some line alone already shows it; `too_large`
/// when the sums of costs do not fit 64 bits.
[[nodiscard]] Buildable build(const Problem& problem, Model& model);

/// Lists the items of each line in `model.line_items`, after `model.items` has changed.
void index_lines(Model& model);

/// Price of a shipment of `weight` grams; no_limit when it is heavier than the last break. 0 without breaks.
[[nodiscard]] std::int64_t freight(const Model& model, const Source& source, std::int64_t weight);

/// Scaled cost of taking `units` of `item`: with the short cost of the rest where its line may come from one node only.
[[nodiscard]] inline std::int64_t item_cost(const Model& model, const Item& item, std::int64_t units) {
    const Demand& line = model.lines[item.line];
    const std::int64_t goods = item.cost * units;
    return line.single && units < line.quantity ? goods + line.short_cost * (line.quantity - units) : goods;
}

}  // namespace waybill::sourcing
