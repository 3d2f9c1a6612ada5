#pragma once
// From a route request to the sourcing problem: eligibility, costs and the stock that was read. Built once from live
// state and again from a trace, by the same code, so that a decision can be run again.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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
    std::vector<ItemStock> items;    ///< ascending by item
    std::vector<Capacity> capacity;  ///< ascending by location, only where it binds
};

struct RoutingProblem {
    sourcing::Problem problem;
    std::vector<Candidate> candidates;                          ///< by node index, ascending by location
    std::vector<std::pair<LocationIx, Ineligible>> ineligible;  ///< ascending by location; only when asked for
    RoutingInputs inputs;
    std::uint64_t work = 0;  ///< rough cost of building, for budgets
};

enum class ListIneligible : std::uint8_t { no, yes };

/// Reads stock and capacity from `state`.
[[nodiscard]] RoutingProblem build_problem(const RouteRequest& request, const TenantState& state,
                                           const Context& context, ListIneligible list);

/// Uses recorded inputs instead; configuration still comes from `state`.
[[nodiscard]] RoutingProblem build_problem(const RouteRequest& request, const RoutingInputs& recorded,
                                           const TenantState& state, const Context& context, ListIneligible list);

/// The working day of a location at context.now.
[[nodiscard]] CivilDate working_day_of(LocationIx location, const TenantState& state, const Context& context);

}  // namespace waybill::core
