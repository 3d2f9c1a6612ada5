#pragma once
// Seeded families of sourcing problems, shaped like the orders that a solver meets: for tests and for
// `waybill bench solve`. The same seed gives the same problems on every machine.

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/sourcing/problem.hpp"
#include "core/sourcing/solve.hpp"

namespace waybill::solve_io {

enum class Family {
    retail,          ///< 1-5 lines, up to 60 locations, few units
    ten_by_1000,     ///< 10 lines, 1,000 locations
    scarce,          ///< thin stores with unit capacities, up to 12 units a line
    constrained,     ///< shipment limits, ship-alone, complete orders, lines that may not be split
    dropship,        ///< vendors with order fees beside stores
    bignet,          ///< hundreds of stores, small capacities
    tariff,          ///< carrier prices by weight
    adversarial,     ///< set-cover cores, near-equal costs, greedy traps
    stress,          ///< 14 lines, larger quantities, thin stores, mixed rules (tier C)
    stress_mixed,    ///< tier C with every rule where it binds: late costs, credits, capacities, limits
    stress_freight,  ///< the same with carrier prices by weight
    wholesale,       ///< 200 lines over 30 nodes
    trade,           ///< 20-100 lines over 20-60 locations, as shops order from a wholesaler
};
inline constexpr Family all_families[] = {
    Family::retail,         Family::ten_by_1000, Family::scarce,      Family::constrained, Family::dropship,
    Family::bignet,         Family::tariff,      Family::adversarial, Family::stress,      Family::stress_mixed,
    Family::stress_freight, Family::wholesale,   Family::trade};

[[nodiscard]] std::string_view family_name(Family family);

/// Whether its problems take milliseconds to seconds each, where those of the others take microseconds.
[[nodiscard]] bool is_heavy(Family family);

/// The problem number `number` of a family.
[[nodiscard]] sourcing::Problem make_problem(Family family, std::uint64_t seed, std::uint64_t number);

/// Whether one node could send the whole order.
[[nodiscard]] bool has_covering_node(const sourcing::Problem& problem);

struct FamilyResult {
    std::string_view family;
    std::size_t count = 0;
    std::size_t proved = 0;  ///< optimal or infeasible
    std::size_t infeasible = 0;
    std::size_t wrong = 0;      ///< plans that the independent check prices otherwise, or finds invalid: must be 0
    std::size_t uncovered = 0;  ///< problems without a single covering node
    std::int64_t p50_ns = 0;
    std::int64_t p95_ns = 0;
    std::int64_t p99_ns = 0;
    std::int64_t max_ns = 0;
    std::uint64_t max_work = 0;
    std::int64_t worst_gap_ppm = 0;  ///< of unproved plans: (cost - bound) per million of cost
};

/// Solves `count` problems of one family, one after the other on the calling thread, and measures each.
[[nodiscard]] FamilyResult run_family_bench(Family family, std::uint64_t seed, std::size_t count,
                                            sourcing::Budget budget);

/// Every family; the heavy ones take a tenth of `count_per_family` each, at least one.
[[nodiscard]] std::vector<FamilyResult> run_solve_bench(std::uint64_t seed, std::size_t count_per_family,
                                                        sourcing::Budget budget = sourcing::solve_budget);

}  // namespace waybill::solve_io
