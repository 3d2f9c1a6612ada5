#pragma once
// A made-up retailer for benchmarks: a catalogue whose popularity falls off as in real shops, a network of places with
// stock, and orders as the JSON text that a channel would send. Everything comes from a seed by integer arithmetic, so
// the same seed is the same work on every machine.
//
//   items      5,000, popularity of rank r about 1/r
//   locations  40: 4 warehouses that hold everything, 36 stores that hold a third each
//   orders     1-5 lines (mean 3), 1-3 units, four in five to an address with a postcode and coordinates
//
// Stock is ample, so that the measure is of routing, reserving and storing and not of refusals.

#include <cstdint>
#include <string>
#include <vector>

#include "core/commands.hpp"

namespace waybill::app {

struct BenchShape {
    std::uint64_t seed = 1;
    std::uint32_t items = 5'000;
    std::uint32_t locations = 40;
};

/// The commands that set the retailer up, in order.
[[nodiscard]] std::vector<core::Command> bench_setup(const BenchShape& shape);

/// Orders as JSON, one text each.
[[nodiscard]] std::vector<std::string> bench_orders(const BenchShape& shape, std::uint64_t count);

}  // namespace waybill::app
