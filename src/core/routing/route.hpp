#pragma once
// route: chooses the source of every unit of some lines: eligibility, costs, exact solve, allocations. One function for
// live orders, previews, re-routes and replays; what it read is packed into the trace so that it can be run again.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "core/decide.hpp"
#include "core/network/rates.hpp"
#include "core/order/order.hpp"
#include "core/routing/location_filters.hpp"
#include "core/routing/strategy.hpp"
#include "core/routing/trace.hpp"
#include "core/sourcing/problem.hpp"

namespace waybill::core {

/// Units of one line that want a source, in the item's base unit.
struct RouteLine {
    LineNo line_no;
    ItemIx item = 0;
    std::int64_t quantity = 0;
    std::vector<KitTake> takes;  ///< of a kit, one for each unit; empty: the item itself
};

struct RouteRequest {
    std::vector<RouteLine> lines;
    RoutingPolicy policy;
    FulfillmentMethod method = FulfillmentMethod::ship;
    LocationIx pickup_location = no_index;
    GeoPoint point;  ///< of the ship-to; unset: distances are unknown
    std::string country;
    std::string postcode;
    std::optional<CivilDate> wanted_by;  ///< when what was promised, or else asked for, is to arrive
    std::vector<LocationIx> excluded;    ///< ascending
    /// Reservations of the same order that the route may use again as if they were free.
    struct Freed {
        ItemIx item = 0;
        LocationIx location = 0;
        std::int64_t units = 0;
    };
    std::vector<Freed> freed;
    /// Capacity that the order holds and may use again.
    struct Held {
        LocationIx location = 0;
        CivilDate day;
        std::int64_t units = 0;  ///< given back by the re-route
    };
    std::vector<Held> held;
    /// Units of an item at a location that a trial finds there.
    struct GivenStock {
        ItemIx item = 0;
        LocationIx location = 0;
        std::int64_t units = 0;
        auto operator<=>(const GivenStock&) const = default;
    };
    /// Ascending, to be looked at in place of levels and capacity; nullptr: those of the state.
    const std::vector<GivenStock>* stock = nullptr;
    const RoutingStrategy* strategy = nullptr;  ///< nullptr: the cheapest plan under `policy`
    const LocationFilters* filters = nullptr;   ///< nullptr: none
};

/// Why a location can not serve an order.
enum class Ineligible : std::uint8_t {
    inactive,
    not_on_channel,
    excluded,
    does_not_ship,
    not_the_pickup_location,
    capacity_full,
    refused_by_filter,
    forbidden_by_rule,
    not_required_by_rule,  ///< a rule names the sources, and it is none of them
    no_rate,               ///< it ships with rate tables, and none of them serves the destination
    no_stock,              ///< of none of the items; only explanations say so
};
BOOST_DESCRIBE_ENUM(Ineligible, inactive, not_on_channel, excluded, does_not_ship, not_the_pickup_location,
                    capacity_full, refused_by_filter, forbidden_by_rule, not_required_by_rule, no_rate, no_stock)

struct IneligibleLocation {
    LocationIx location = 0;
    Ineligible reason = Ineligible::inactive;
    std::uint16_t filter = 0;  ///< of `refused_by_filter`: FilterVerdict::filter
};

/// One location as the decision saw it.
struct Candidate {
    LocationIx location = 0;
    std::int64_t distance_m = -1;  ///< -1: unknown
    CivilDate capacity_day;
    std::int64_t shipment_cost_micros = 0;  ///< without what `rates` ask on top
    std::int64_t order_cost_micros = 0;     ///< once per order; priority adds its few micros here
    std::int64_t per_unit_micros = 0;
    std::int64_t per_kg_micros = 0;
    std::uint32_t rates = no_index;         ///< in RoutingProblem::rates; no_index: without rate tables
    std::int64_t late_days = 0;             ///< of all that it sends, where the strategy counts them
    std::int64_t late_per_unit_micros = 0;  ///< what they cost
    std::int64_t units_left = -1;           ///< capacity of the day; -1: unlimited
    std::int64_t stock_depth = 0;           ///< sellable units of the order's items, where the strategy reads them
    std::int64_t workload_ppm = 0;          ///< millionths of the day's capacity used, where the strategy reads it
    std::int64_t capacity_left = -1;  ///< units that the day has room for, where the strategy reads it; -1: unlimited
    std::int64_t weekly_milliunits = 0;  ///< rate of sale of the order's items, where the strategy reads it
    std::int64_t markdown_bp = 0;        ///< of the order's items, where the strategy reads it
};

struct RouteResult {
    struct LineAllocation {
        LineNo line_no;
        Allocation allocation;
    };
    std::vector<LineAllocation> allocations;  ///< ascending by (line, location)
    std::vector<std::pair<LineNo, std::int64_t>> short_units;
    std::uint32_t choice = 0;  ///< index of the strategy that decided, of those that were tried
    RoutingTrace trace;        ///< of the attempt that decided; `relaxed` says how many filters were
};

/// Errors: none; what can not be sourced is in short_units. Cost: O(lines x locations with stock) and the solver's
/// budget, for each attempt: limits::filter_attempts_max where soft filters are relaxed, limits::part_solves_max where
/// parts have a least value.
[[nodiscard]] RouteResult route(const RouteRequest& request, const TenantState& state, const Context& context);

/// A strategy and the filters that go with it.
struct StrategyChoice {
    const RoutingStrategy* strategy = nullptr;
    const LocationFilters* filters = nullptr;
};

/// Tries the choices in their order, in place of those of `request`: the first that leaves nothing short decides, else
/// the one that leaves the fewest units short, the earlier on ties. RoutingTrace::strategy is its index + 1. No
/// choices: as `route`. At most limits::strategy_attempts_max are tried.
[[nodiscard]] RouteResult route_by_strategies(const RouteRequest& request, std::span<const StrategyChoice> choices,
                                              const TenantState& state, const Context& context);

}  // namespace waybill::core
