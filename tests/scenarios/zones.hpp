#pragma once
// The machine's time zones, read once for a test program.

#include <vector>

#include "core/network/zone_rules.hpp"

namespace waybill::scenarios {

[[nodiscard]] const std::vector<core::ZoneRules>& test_zones();

}  // namespace waybill::scenarios
