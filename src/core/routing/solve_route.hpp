#pragma once
// solve_route: the plan for a built routing problem, with what the sourcing problem can not say: the least value of the
// parts of a split (RoutingStrategy::min_part_value_micros).
//
// A plan whose parts are worth too little is cut: its least part may not be sent from there, or the order has to go in
// as few parcels as it can, or as a whole where what waits is worth too little. What comes out is cut again where it
// has to be. Of the plans found that hold, and of sending nothing, the best is taken, the earlier on ties. At most
// limits::part_solves_max problems are solved. Plans found so are the best of those tried: `feasible`, unless they cost
// no more than was proved without the rule.

#include "core/routing/routing_problem.hpp"

namespace waybill::core {

/// Work in the answer is that of all problems solved. Without a least value it is sourcing::solve, bit for bit.
[[nodiscard]] sourcing::Plan solve_route(const RouteRequest& request, const RoutingProblem& built,
                                         const TenantState& state, const Context& context);

}  // namespace waybill::core
