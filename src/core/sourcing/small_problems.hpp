#pragma once
// For tests: seeded small problems that use every rule at once, and their optimum by trying everything.

#include <cstdint>
#include <optional>

#include "core/sourcing/problem.hpp"

namespace waybill::sourcing::testing {

/// At most four lines and five nodes; pools shared inside a node and between nodes, kits, capacities, weight breaks,
/// every flag, negative unit costs.
[[nodiscard]] Problem small_problem(std::uint64_t seed);

/// The least cost over every assignment, as price_plan sees it; nullopt when no plan is valid.
[[nodiscard]] std::optional<std::int64_t> optimum_by_trying(const Problem& problem);

}  // namespace waybill::sourcing::testing
