#pragma once
// Local time as data. A zone's offsets come from the IANA database through an adapter and arrive as a table; core only
// looks instants up in it.

#include <cstdint>
#include <string>
#include <vector>

#include "base/instant.hpp"

namespace waybill::core {

struct ZoneRules {
    struct Change {
        Instant from;
        std::int32_t offset_seconds;  ///< local = UTC + offset
    };
    std::string name;             ///< "Europe/London"
    std::vector<Change> changes;  ///< ascending; the first also holds for all time before it
};

struct LocalTime {
    CivilDate day;
    std::int32_t minute_of_day;
};

/// REQUIRES: the zone has at least one change. Cost: a binary search.
[[nodiscard]] LocalTime to_local(Instant instant, const ZoneRules& zone);

}  // namespace waybill::core
