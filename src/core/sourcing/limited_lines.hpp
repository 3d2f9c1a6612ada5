#pragma once
// Lines from at most so many nodes (Line::max_nodes): branch and bound around the solver, whose engines know nothing of
// such limits.
//
// Without the limits a problem is a relaxation: its bound holds, and a plan of it that keeps the limits is the answer,
// which is the usual case. Else one line comes from more nodes than it may, n1, n2, ... Whatever k nodes a plan allows
// the line, the first k + 1 of these are not all among them. So the region of all plans is divided by the first one
// that is not: child i allows n1..n(i-1) and leaves out ni, by dropping the entries of the line there. The children are
// disjoint and leave no set of nodes out, and once k nodes are allowed all others are left out, so that no problem is
// solved twice and the depth is at most the number of entries. The region of the least bound is divided next, with what
// is left of one budget, and only plans better than the best one are looked for.

#include <cstdint>

#include "core/sourcing/solve.hpp"

namespace waybill::sourcing {

inline constexpr std::int64_t any_cost = INT64_MAX;

/// solve() as if no line had a limit of nodes. Only plans that cost less than `below` are looked for: `infeasible` says
/// that there are none.
[[nodiscard]] Plan solve_free(const Problem& problem, std::uint64_t work_max, std::int64_t below, Workspace& workspace);

/// Whether a limit of a line could matter: fewer nodes than the line has, and than it has units. Cost: O(lines), and
/// O(entries) only where a line has a limit.
[[nodiscard]] bool has_limited_lines(const Problem& problem);

/// solve() for problems that have. Cost: as solve(); where the budget ends before a plan that keeps the limits was
/// found, up to three rounds of a bound more, to find one.
[[nodiscard]] Plan solve_limited_lines(const Problem& problem, Budget budget, Workspace& workspace);

}  // namespace waybill::sourcing
