#include "sim/zones.hpp"

#include "sim/spans.hpp"

namespace waybill::sim {
namespace {

// 2026-03-08 07:00 and 2026-11-01 06:00 UTC.
constexpr std::int64_t summer_begins = 1'772'953'200 * second;
constexpr std::int64_t summer_ends = 1'793'512'800 * second;

}  // namespace

const std::vector<core::ZoneRules>& zones() {
    static const std::vector<core::ZoneRules> all{
        {"America/New_York",
         {{Instant(0), -5 * 3'600}, {Instant(summer_begins), -4 * 3'600}, {Instant(summer_ends), -5 * 3'600}}},
        {"Asia/Tokyo", {{Instant(0), 9 * 3'600}}},
        {"UTC", {{Instant(0), 0}}},
    };
    return all;
}

std::int64_t local_minutes(const std::string& zone, Instant now) {
    std::int64_t offset_minutes = 0;
    if (zone == "Asia/Tokyo") offset_minutes = 9 * 60;
    if (zone == "America/New_York") {
        const bool summer = now.micros() >= summer_begins && now.micros() < summer_ends;
        offset_minutes = summer ? -4 * 60 : -5 * 60;
    }
    return now.micros() / (60 * second) + offset_minutes;
}

}  // namespace waybill::sim
