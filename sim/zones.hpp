#pragma once
// The few time zones of simulated places, as the engine gets them, and the model's own reading of them.

#include <cstdint>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "core/network/zone_rules.hpp"

namespace waybill::sim {

[[nodiscard]] const std::vector<core::ZoneRules>& zones();

/// Minutes of local time since the local midnight of 1970-01-01. REQUIRES: a zone of the list, an instant after 1970.
[[nodiscard]] std::int64_t local_minutes(const std::string& zone, Instant now);

/// Where simulated time begins: a Sunday evening in 2026, a few days before clocks change in America/New_York.
inline constexpr std::int64_t first_micros = 1'772'400'000'000'000;

}  // namespace waybill::sim
