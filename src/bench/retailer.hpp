#pragma once
// A made-up retailer for benchmarks: a catalogue whose popularity falls off as in real shops, a network of places with
// stock, and orders as the JSON text that a channel would send. Everything comes from a seed by integer arithmetic, so
// the same seed is the same work on every machine. Each order is drawn from its own number, so that a store can be
// filled in parts and order 7,000,000 is the same whoever makes it.
//
//   retail   5,000 items, popularity of rank r about 1/r; 40 places: 4 warehouses that hold everything, 36 stores that
//            hold a third each; orders of 1-5 lines (mean 3), 1-3 units, four in five with a postcode and coordinates
//   pgbench  10,000 items, 20 places that all hold everything; orders of 2 lines: the order of bench/postgres
//
// Orders come in the order in which they were placed, three seconds apart, give or take ten minutes. Stock is ample, so
// that the measure is of routing, reserving and storing and not of refusals.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/commands.hpp"

namespace waybill::bench {

struct Shape {
    std::string_view name = "retail";
    std::uint64_t seed = 1;
    std::uint32_t items = 5'000;
    std::uint32_t warehouses = 4;
    std::uint32_t locations = 40;
    std::uint32_t lines_min = 1;
    std::uint32_t lines_max = 5;
    std::uint32_t customers = 50'000;
};

[[nodiscard]] inline Shape retail_shape() { return {}; }
[[nodiscard]] inline Shape pgbench_shape() {
    return {.name = "pgbench", .items = 10'000, .warehouses = 20, .locations = 20, .lines_min = 2, .lines_max = 2};
}

/// The commands that set the retailer up, in order.
[[nodiscard]] std::vector<core::Command> set_up_commands(const Shape& shape);

[[nodiscard]] std::string sku_of(std::uint32_t item);
[[nodiscard]] std::string place_of(const Shape& shape, std::uint32_t location);
/// Given and family names: the first of a list is the most common one.
[[nodiscard]] std::string_view given_name(std::uint32_t rank);
[[nodiscard]] std::string_view family_name(std::uint32_t rank);
inline constexpr std::uint32_t given_names = 32;
inline constexpr std::uint32_t family_names = 64;
/// "web" takes 70 of 100 orders, "market" 20, "phone" 9 and "trade" 1.
inline constexpr std::string_view channel_codes[] = {"web", "market", "phone", "trade"};
/// When order `number` was placed, to ten minutes.
[[nodiscard]] Instant placed_about(std::uint64_t number);

/// Makes orders as JSON by their number, from 1.
class OrderMaker {
public:
    explicit OrderMaker(const Shape& shape);
    [[nodiscard]] std::string make(std::uint64_t number) const;
    [[nodiscard]] std::vector<std::string> make(std::uint64_t first, std::uint64_t count) const;

private:
    Shape shape_;
    std::vector<std::uint64_t> popularity_;  ///< cumulative weights
};

}  // namespace waybill::bench
