#pragma once
// RoutingStrategy: how a merchant wants the source of an order chosen (docs/domain/sourcing.md, "Strategies"). A value
// of defaults decides as if there were no strategy at all. What a strategy leaves open, the order's own policy says.

#include <algorithm>
#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/network/channel.hpp"

namespace waybill::core {

enum class RankBy : std::uint8_t {
    least_cost,  ///< the cheapest plan
    ordered,     ///< the plan that is best by `criteria`, one after another
};
BOOST_DESCRIBE_ENUM(RankBy, least_cost, ordered)

enum class Criterion : std::uint8_t {
    fewest_shipments,  ///< of the plan; all others rank locations
    distance,          ///< the nearer first, unknown distances last
    priority,          ///< the smaller Location::priority first
    stock_depth,       ///< the one with more sellable units of the order's items first
    workload,          ///< the one with the smaller share of its day's capacity used first
    capacity_left,     ///< the one with more units left of its day's capacity first, unlimited ones before all
    supplier_last,     ///< suppliers after all others
    weeks_of_supply,   ///< the one whose stock of the order's items lasts longest at its rate of sale first
    markdown,          ///< the one that sells the order's items down by most first
};
BOOST_DESCRIBE_ENUM(Criterion, fewest_shipments, distance, priority, stock_depth, workload, capacity_left,
                    supplier_last, weeks_of_supply, markdown)

/// Stock that is to be sold off: what each unit of it takes off the cost of a plan.
struct ClearanceTerm {
    std::vector<std::string> item_classes;  ///< of the lines that it is for; empty: all
    std::vector<std::string> locations;     ///< codes of the places that have such stock; empty: all
    std::int64_t credit_micros = 0;         ///< for each unit sent
    bool operator==(const ClearanceTerm&) const = default;
};
BOOST_DESCRIBE_STRUCT(ClearanceTerm, (), (item_classes, locations, credit_micros))

struct RoutingStrategy {
    std::string code;
    std::string name;
    RankBy rank_by = RankBy::least_cost;
    std::vector<Criterion> criteria;  ///< the most important first; of `ordered` only
    std::optional<std::int64_t> max_shipments;
    std::optional<bool> allow_split;
    std::optional<bool> ship_complete;
    /// What each part of a split must at least be worth at list price: what one location sends, and what waits.
    std::optional<std::int64_t> min_part_value_micros;
    /// Of least cost: what each shipment beyond the first counts, and each unit for each day that it comes late.
    std::int64_t split_penalty_micros = 0;
    std::int64_t late_cost_per_unit_day_micros = 0;
    std::vector<ClearanceTerm> clearance;       ///< of least cost; the first that fits a unit counts
    std::vector<std::string> no_split_classes;  ///< item classes whose lines never come from several locations
    std::int64_t safety_units = 0;              ///< of every item, kept back at every store on top of its safety stock
    std::optional<OnShortage> on_shortage;
    std::optional<std::int64_t> max_line_shipments;

    [[nodiscard]] bool is_ordered() const { return rank_by == RankBy::ordered; }
    [[nodiscard]] bool reads(Criterion criterion) const {
        return is_ordered() && std::find(criteria.begin(), criteria.end(), criterion) != criteria.end();
    }
    /// Whether a decision has to keep how its candidates stood.
    [[nodiscard]] bool reads_standings() const {
        return reads_depth() || reads(Criterion::workload) || reads(Criterion::capacity_left) ||
               reads(Criterion::markdown);
    }
    /// Whether it matters how many units a candidate has beyond what the order wants.
    [[nodiscard]] bool reads_depth() const {
        return reads(Criterion::stock_depth) || reads(Criterion::weeks_of_supply);
    }
    [[nodiscard]] bool reads_demand() const { return reads(Criterion::weeks_of_supply) || reads(Criterion::markdown); }
    bool operator==(const RoutingStrategy&) const = default;
};
BOOST_DESCRIBE_STRUCT(RoutingStrategy, (),
                      (code, name, rank_by, criteria, max_shipments, allow_split, ship_complete, min_part_value_micros,
                       split_penalty_micros, late_cost_per_unit_day_micros, clearance, no_split_classes, safety_units,
                       on_shortage, max_line_shipments))

/// What a unit costs for each day that it comes late; 0: nothing, as where plans are not compared by cost.
[[nodiscard]] inline std::int64_t late_cost_of(const RoutingStrategy* strategy) {
    return strategy == nullptr || strategy->is_ordered() ? 0 : strategy->late_cost_per_unit_day_micros;
}
[[nodiscard]] inline std::int64_t split_penalty_of(const RoutingStrategy* strategy) {
    return strategy == nullptr || strategy->is_ordered() ? 0 : strategy->split_penalty_micros;
}

/// The policy in force: what the strategy says takes the place of what channel and order say. nullptr: no strategy.
[[nodiscard]] RoutingPolicy policy_under(const RoutingPolicy& policy, const RoutingStrategy* strategy);

}  // namespace waybill::core
