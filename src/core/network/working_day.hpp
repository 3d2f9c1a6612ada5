#pragma once
// The working day of a location that an order arriving now belongs to.

#include <vector>

#include "base/instant.hpp"
#include "core/network/location.hpp"
#include "core/network/zone_rules.hpp"

namespace waybill::core {

/// nullptr: the database has no such zone. REQUIRES: zones ascending by name.
[[nodiscard]] const ZoneRules* find_zone(const std::vector<ZoneRules>& zones, std::string_view name);

/// Today where the place works today and its cut-off has not passed, else the next day on which it works. A place that
/// never works within a year of closed days gets that last day.
[[nodiscard]] CivilDate working_day(Instant now, const Location& location, const std::vector<ZoneRules>& zones);

}  // namespace waybill::core
