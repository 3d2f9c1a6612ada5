#include "core/network/working_day.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "core/limits.hpp"

namespace waybill::core {
namespace {

bool works_on(const OperatingCalendar& calendar, CivilDate day) {
    return calendar.working_days[static_cast<std::size_t>(day.weekday())] &&
           (WAYBILL_MUTANT(closed_days_ignored) ||
            !std::binary_search(calendar.closed_days.begin(), calendar.closed_days.end(), day));
}

}  // namespace

const ZoneRules* find_zone(const std::vector<ZoneRules>& zones, std::string_view name) {
    const auto at = std::lower_bound(zones.begin(), zones.end(), name,
                                     [](const ZoneRules& zone, std::string_view key) { return zone.name < key; });
    return at == zones.end() || at->name != name ? nullptr : &*at;
}

CivilDate working_day(Instant now, const Location& location, const std::vector<ZoneRules>& zones) {
    const ZoneRules* zone = find_zone(zones, location.zone);
    // A zone that this machine's database dropped since the location was configured reads as UTC.
    static const ZoneRules utc{"UTC", {{Instant(0), 0}}};
    const LocalTime local = to_local(now, zone == nullptr ? utc : *zone);
    CivilDate day = local.day;
    if (works_on(location.calendar, day) && local.minute_of_day < location.calendar.cut_off_minute) return day;
    // A place may work on one weekday only and be closed on as many of them in a row as can be listed.
    for (std::size_t i = 0; i < (limits::closed_days_max + 1) * 7; ++i) {
        day = day.plus_days(WAYBILL_MUTANT(working_day_off_by_one) && i == 0 ? 2 : 1);
        if (works_on(location.calendar, day)) return day;
    }
    return day;
}

}  // namespace waybill::core
