#pragma once
// For tests: seeded small problems that use every rule at once, and their optimum by trying everything.

#include <cstdint>
#include <functional>
#include <optional>

#include "core/sourcing/problem.hpp"

namespace waybill::sourcing::testing {

/// At most four lines and five nodes; pools shared inside a node and between nodes, kits, capacities, weight breaks,
/// every flag, negative unit costs.
[[nodiscard]] Problem small_problem(std::uint64_t seed);

/// The same with carrier prices by weight at most nodes, in uneven steps and weights, so that nothing is round.
[[nodiscard]] Problem small_freight_problem(std::uint64_t seed);

/// One of both, of which most lines may come from one to three nodes only; with `part_of` in some of them.
[[nodiscard]] Problem small_limited_problem(std::uint64_t seed);

/// Calls `found` with every valid plan; of a plan, its assignments, short units and cost are there.
void try_every_plan(const Problem& problem, const std::function<void(const Plan&)>& found);

/// The least cost over every assignment, as price_plan sees it; nullopt when no plan is valid.
[[nodiscard]] std::optional<std::int64_t> optimum_by_trying(const Problem& problem);

}  // namespace waybill::sourcing::testing
