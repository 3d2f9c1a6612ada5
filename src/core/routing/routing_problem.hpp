#pragma once
// From a route request to the sourcing problem: eligibility, costs and the stock that was read. Built once from live
// state and again from a trace, by the same code, so that a decision can be run again.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/routing/ordered_pricing.hpp"
#include "core/routing/route.hpp"

namespace waybill::core {

/// What a decision read of the world that changes: stock by item and place, capacity by place.
struct RoutingInputs {
    struct Stock {
        LocationIx location = 0;
        std::int64_t units = 0;  ///< at most the demand
    };
    struct ItemStock {
        ItemIx item = 0;
        std::int64_t demand = 0;    ///< over all lines and kits
        std::vector<Stock> places;  ///< ascending by location, eligible places with units only
    };
    struct Capacity {
        LocationIx location = 0;
        std::int64_t units_left = 0;  ///< 0: full
    };
    /// What an `ordered` strategy reads of a candidate beyond that.
    struct Standing {
        LocationIx location = 0;
        std::int64_t stock_depth = 0;        ///< 0 where the strategy does not read it
        std::int64_t workload_ppm = 0;       ///< as above
        std::int64_t capacity_left = -1;     ///< as above; -1: unlimited
        std::int64_t weekly_milliunits = 0;  ///< as above
        std::int64_t markdown_bp = 0;        ///< as above
    };
    std::vector<ItemStock> items;     ///< ascending by item
    std::vector<Capacity> capacity;   ///< ascending by location, only where it binds
    std::vector<Standing> standings;  ///< ascending by location: all candidates, where the strategy reads any
};

/// What terms of the strategy are in the cost of a unit from one place.
struct EntryTerms {
    std::int64_t late_micros = 0;    ///< on top
    std::int64_t credit_micros = 0;  ///< taken off: stock that is to be sold off
};

struct RoutingProblem {
    sourcing::Problem problem;
    std::vector<Candidate> candidates;           ///< by node index, ascending by location
    std::vector<std::vector<RateStep>> rates;    ///< freight of a shipment by its weight, of candidates that name them
    std::vector<EntryTerms> terms;               ///< by entry of the problem; empty: the strategy has none
    std::vector<IneligibleLocation> ineligible;  ///< ascending by location; only when asked for
    RoutingInputs inputs;
    std::optional<OrderedPricing> ordered;  ///< what the costs in `problem` stand for, where they are no money
    bool soft_refused = false;              ///< a soft filter kept a location out that has stock
    std::uint64_t work = 0;                 ///< rough cost of building, for budgets
    /// In the price of every shipment, so also of the first one: see first_shipment_micros.
    std::int64_t split_penalty_micros = 0;
};

/// Empty where the candidate names no rate tables.
[[nodiscard]] inline std::span<const RateStep> rates_of(const RoutingProblem& built, const Candidate& candidate) {
    if (candidate.rates == no_index) return {};
    return built.rates[candidate.rates];
}

/// What the solver's cost of a plan has too much, where shipments beyond the first have a penalty: all plans that send
/// anything pay it once more than they should.
[[nodiscard]] inline std::int64_t first_shipment_micros(const RoutingProblem& built, const sourcing::Plan& plan) {
    return plan.assignments.empty() ? 0 : built.split_penalty_micros;
}

enum class ListIneligible : std::uint8_t { no, yes };

/// Reads stock and capacity from `state`. The last `relaxed` soft filters are not in force.
[[nodiscard]] RoutingProblem build_problem(const RouteRequest& request, const TenantState& state,
                                           const Context& context, ListIneligible list, std::uint32_t relaxed = 0);

/// Uses recorded inputs instead; configuration still comes from `state`. Locations in the inputs passed the filters.
[[nodiscard]] RoutingProblem build_problem(const RouteRequest& request, const RoutingInputs& recorded,
                                           const TenantState& state, const Context& context, ListIneligible list,
                                           std::uint32_t relaxed = 0);

/// What the order can have of a level of `item`; negative where the place owes units or keeps more back than it has.
[[nodiscard]] std::int64_t units_to_have(const RouteRequest& request, ItemIx item, const Level& level,
                                         const TenantState& state);

/// The working day of a location at context.now.
[[nodiscard]] CivilDate working_day_of(LocationIx location, const TenantState& state, const Context& context);

}  // namespace waybill::core
