#include "core/network/zone_rules.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/mutant.hpp"

namespace waybill::core {

LocalTime to_local(Instant instant, const ZoneRules& zone) {
    WAYBILL_ASSERT(!zone.changes.empty());
    auto after = std::upper_bound(zone.changes.begin(), zone.changes.end(), instant,
                                  [](Instant at, const ZoneRules::Change& change) { return at < change.from; });
    if (WAYBILL_MUTANT(summer_time_forgotten)) after = zone.changes.begin();
    if (after != zone.changes.begin()) --after;
    const std::int64_t local = instant.micros() + std::int64_t{after->offset_seconds} * micros_per_second;
    std::int64_t day = local / micros_per_day;
    std::int64_t rest = local % micros_per_day;
    if (rest < 0) {
        rest += micros_per_day;
        --day;
    }
    return {CivilDate(static_cast<std::int32_t>(day)), static_cast<std::int32_t>(rest / (60 * micros_per_second))};
}

}  // namespace waybill::core
