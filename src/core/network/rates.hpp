#pragma once
// What rate tables ask of a shipment: the zone of a destination, and the steps of several services together.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/network/rate_table.hpp"

namespace waybill::core {

/// Zones that may serve a destination, the distance aside: indices, ascending. `postcode` is plain
/// (core/rules/postcodes.hpp).
[[nodiscard]] std::vector<std::uint32_t> zones_to(const RateTable& table, std::string_view country,
                                                  const std::string& postcode);

/// A zone of a table that serves a destination from some place.
struct TableZone {
    RateTableIx table = 0;
    std::uint32_t zone = 0;
    const RateZone* prices = nullptr;
};

/// A step of the prices by weight of a place: up to max_g, what the cheapest of its services asks.
struct RateStep {
    std::int64_t max_g = 0;
    std::int64_t price_micros = 0;
    RateTableIx table = 0;
    std::uint32_t zone = 0;
    bool operator==(const RateStep&) const = default;
};

/// The cheapest of the services at each weight, the earlier where two ask the same: at each weight exactly the least
/// of their prices, up to the heaviest that any of them carries. Both columns of the result rise.
[[nodiscard]] std::vector<RateStep> cheapest_steps(std::span<const TableZone> services);

/// REQUIRES: not heavier than the last step; steps not empty.
[[nodiscard]] const RateStep& step_at(std::span<const RateStep> steps, std::int64_t weight_g);

}  // namespace waybill::core
