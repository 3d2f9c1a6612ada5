#pragma once
// The sourcing problem as a mixed integer program for GLPK: a second opinion that shares no idea with the solver.

#include <cstdint>
#include <optional>

#include "core/sourcing/problem.hpp"

namespace waybill::oracle {

enum class Verdict { optimal, infeasible, undecided };

struct Answer {
    Verdict verdict = Verdict::undecided;
    std::int64_t cost = 0;
};

/// Solves with GLPK's branch and cut. `undecided` when `milliseconds_max` ran out.
[[nodiscard]] Answer solve_with_glpk(const sourcing::Problem& problem, int milliseconds_max);

}  // namespace waybill::oracle
