#pragma once
// solve(): the exact optimiser. Pure and deterministic: the same problem and budget give the same plan, bit for bit, on
// every machine; no clock, no chance, no floating point, no hash order.

#include <memory>

#include "core/sourcing/problem.hpp"

namespace waybill::sourcing {

/// Memory that one thread reuses from problem to problem, so that a live decision allocates (almost) nothing.
class Workspace {
public:
    Workspace();
    ~Workspace();
    Workspace(Workspace&&) noexcept;
    Workspace& operator=(Workspace&&) noexcept;

    struct Impl;
    [[nodiscard]] Impl& impl() { return *impl_; }

private:
    std::unique_ptr<Impl> impl_;
};

/// Whether the costs of `problem` are small enough for exact 64-bit sums: (all that could be paid) * (lines + 4) is
/// less than 2^61. solve() answers `unknown` to a problem that is not.
[[nodiscard]] bool fits(const Problem& problem);

/// Shape:  any problem with entries sorted by (line, node) and indexes in range; any size.
/// REQUIRES: quantities at least 1, weights, fixed costs and backorder cost not negative, weight breaks ascending in
///         both columns. Unit costs may have any sign.
/// Errors: none; what can not be proved inside the budget is said in Plan::status with a proved lower bound.
/// Cost:   at most budget.work_max work units and one round of a bound over all lines and sources: with the live budget
///         up to a tenth more for a hundred lines, half more where carriers charge by weight.
[[nodiscard]] Plan solve(const Problem& problem, Budget budget, Workspace& workspace);

}  // namespace waybill::sourcing
