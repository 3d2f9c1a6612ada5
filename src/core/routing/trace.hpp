#pragma once
// RoutingTrace: what a routing decision saw and how it ended, small enough to be kept for every order. Explanations are
// derived from it by running the same decision again (core/routing/explain.hpp).

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "core/ids.hpp"

namespace waybill::core {

enum class RoutingStatus : std::uint8_t {
    optimal,
    feasible,
    infeasible,
    unknown,
    held,  ///< a hold kept the order from being routed
};
BOOST_DESCRIBE_ENUM(RoutingStatus, optimal, feasible, infeasible, unknown, held)

enum class RoutingMethod : std::uint8_t { trivial, partition, branch_and_bound, heuristic };
BOOST_DESCRIBE_ENUM(RoutingMethod, trivial, partition, branch_and_bound, heuristic)

struct RoutingTrace {
    std::uint32_t decision_version = 1;  ///< of the code that decided
    std::uint64_t config_sequence = 0;   ///< the configuration that it saw
    RoutingStatus status = RoutingStatus::optimal;
    RoutingMethod method = RoutingMethod::trivial;
    std::int64_t cost_micros = 0;  ///< of a strategy that is `ordered`: its weighted score, which is no money
    std::int64_t lower_bound_micros = 0;
    std::uint64_t work = 0;
    std::uint64_t work_max = 0;            ///< the budget
    std::vector<LineNo> lines;             ///< the lines that were routed; empty: all, with all their units
    std::vector<std::int64_t> quantities;  ///< units routed of each of `lines`
    std::vector<LocationIx> excluded;      ///< locations that the command ruled out
    std::string inputs;                    ///< availability and capacity read, packed (core/routing/packed_inputs.hpp)
    std::uint32_t strategy = 0;            ///< index of the strategy that decided, of those tried, + 1; 0: none
    std::uint32_t relaxed = 0;             ///< soft filters that were not in force, counted from the last
    bool by_score = false;                 ///< ordered: cost_micros and lower_bound_micros are scores and no money
    bool coarse = false;                   ///< ordered: too large an order for its criteria to be told apart exactly
    bool operator==(const RoutingTrace&) const = default;
};
BOOST_DESCRIBE_STRUCT(RoutingTrace, (),
                      (decision_version, config_sequence, status, method, cost_micros, lower_bound_micros, work,
                       work_max, lines, quantities, excluded, inputs, strategy, relaxed, by_score, coarse))

}  // namespace waybill::core
