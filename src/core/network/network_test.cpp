// Distances against known city pairs, and the working day through clock changes and closed days.

#include <gtest/gtest.h>

#include "core/core_test_shop.hpp"
#include "core/network/geography.hpp"
#include "core/network/working_day.hpp"

namespace waybill::core {
namespace {

using testing::point_at;

struct Pair {
    const char* name;
    double from_latitude, from_longitude, to_latitude, to_longitude;
    double kilometres;  // great circle, from published tables
};

TEST(geography, agrees_with_known_city_pairs_within_half_a_percent) {
    const Pair pairs[] = {
        {"London-Paris", 51.5074, -0.1278, 48.8566, 2.3522, 343.6},
        {"New York-Los Angeles", 40.7128, -74.0060, 34.0522, -118.2437, 3936},
        {"London-New York", 51.5074, -0.1278, 40.7128, -74.0060, 5570},
        {"Sydney-Melbourne", -33.8688, 151.2093, -37.8136, 144.9631, 713},
        {"Tokyo-Osaka", 35.6762, 139.6503, 34.6937, 135.5023, 392},
        {"Berlin-Madrid", 52.5200, 13.4050, 40.4168, -3.7038, 1869},
        {"Cape Town-Cairo", -33.9249, 18.4241, 30.0444, 31.2357, 7238},
        {"Auckland-Anchorage, over the date line", -36.8485, 174.7633, 61.2181, -149.9003, 11'373},
    };
    for (const Pair& pair : pairs) {
        const std::int64_t metres = distance_m(point_at(pair.from_latitude, pair.from_longitude),
                                               point_at(pair.to_latitude, pair.to_longitude));
        EXPECT_NEAR(static_cast<double>(metres) / 1'000, pair.kilometres, pair.kilometres * 0.005) << pair.name;
    }
}

TEST(geography, agrees_with_the_haversine_formula_up_to_ten_thousand_kilometres) {
    testing::Dice dice(7);
    for (int i = 0; i < 20'000; ++i) {
        const double lat1 = static_cast<double>(dice.between(-89'000, 89'000)) / 1'000;
        const double lon1 = static_cast<double>(dice.between(-180'000, 180'000)) / 1'000;
        const double lat2 = static_cast<double>(dice.between(-89'000, 89'000)) / 1'000;
        const double lon2 = static_cast<double>(dice.between(-180'000, 180'000)) / 1'000;
        const double radians = std::numbers::pi / 180.0;
        const double a =
            std::pow(std::sin((lat2 - lat1) * radians / 2), 2) +
            std::cos(lat1 * radians) * std::cos(lat2 * radians) * std::pow(std::sin((lon2 - lon1) * radians / 2), 2);
        const double exact = 2 * static_cast<double>(earth_radius_m) * std::asin(std::sqrt(a));
        const std::int64_t metres = distance_m(point_at(lat1, lon1), point_at(lat2, lon2));
        if (exact > 10'000'000) continue;
        EXPECT_NEAR(static_cast<double>(metres), exact, exact * 0.001 + 3)
            << lat1 << ',' << lon1 << ' ' << lat2 << ',' << lon2;
        EXPECT_EQ(metres, distance_m(point_at(lat2, lon2), point_at(lat1, lon1)));
    }
}

/// Points are whole metres; near the antipode their rounding shows, magnified.
TEST(geography, never_decreases_with_the_true_distance_beyond_the_rounding_of_points) {
    constexpr std::int64_t rounding_m = 50;
    const GeoPoint pole = point_at(90, 0);
    std::int64_t before = 0;
    for (int latitude = 8'990; latitude >= -9'000; --latitude) {
        const std::int64_t metres = distance_m(pole, point_at(latitude / 100.0, 12.5));
        EXPECT_GE(metres + rounding_m, before) << latitude;
        before = metres;
    }
}

const ZoneRules london{"Europe/London",
                       {{parse_instant("2025-10-26T01:00:00Z").value(), 0},
                        {parse_instant("2026-03-29T01:00:00Z").value(), 3600},
                        {parse_instant("2026-10-25T01:00:00Z").value(), 0}}};

class WorkingDay : public ::testing::Test {
protected:
    std::string day(const char* instant) const {
        return format_date(working_day(parse_instant(instant).value(), location, zones));
    }
    std::vector<ZoneRules> zones{london};
    Location location = [] {
        Location out;
        out.code = "dc1";
        out.zone = "Europe/London";
        out.calendar.cut_off_minute = 15 * 60;
        return out;
    }();
};

TEST_F(WorkingDay, ends_at_the_cut_off) {
    EXPECT_EQ(day("2026-03-02T14:59:59Z"), "2026-03-02");
    EXPECT_EQ(day("2026-03-02T15:00:00Z"), "2026-03-03");
    EXPECT_EQ(day("2026-03-06T15:00:00Z"), "2026-03-09");
    EXPECT_EQ(day("2026-03-07T09:00:00Z"), "2026-03-09");
}

TEST_F(WorkingDay, follows_the_local_clock_when_it_changes) {
    location.calendar.working_days.fill(true);
    EXPECT_EQ(day("2026-03-28T14:59:00Z"), "2026-03-28");
    EXPECT_EQ(day("2026-03-29T13:59:00Z"), "2026-03-29");
    EXPECT_EQ(day("2026-03-29T14:00:00Z"), "2026-03-30");
    EXPECT_EQ(day("2026-03-29T23:30:00Z"), "2026-03-30");
    EXPECT_EQ(day("2026-10-25T14:59:00Z"), "2026-10-25");
    EXPECT_EQ(day("2026-10-25T15:00:00Z"), "2026-10-26");
    // Twice 01:30 local on one day is the same day.
    location.calendar.cut_off_minute = 60;
    EXPECT_EQ(day("2026-10-25T00:30:00Z"), "2026-10-26");
    EXPECT_EQ(day("2026-10-25T01:30:00Z"), "2026-10-26");
}

TEST_F(WorkingDay, skips_closed_days_and_week_ends) {
    for (const char* closed : {"2026-04-03", "2026-04-06"}) {
        location.calendar.closed_days.push_back(parse_date(closed).value());
    }
    EXPECT_EQ(day("2026-04-02T14:00:00Z"), "2026-04-07");
    EXPECT_EQ(day("2026-04-03T08:00:00Z"), "2026-04-07");
}

TEST_F(WorkingDay, a_cut_off_at_midnight_never_takes_today_and_one_at_24_always_does) {
    location.calendar.working_days.fill(true);
    location.calendar.cut_off_minute = 0;
    EXPECT_EQ(day("2026-03-02T00:00:00Z"), "2026-03-03");
    location.calendar.cut_off_minute = 24 * 60;
    EXPECT_EQ(day("2026-03-02T23:59:59Z"), "2026-03-02");
}

TEST_F(WorkingDay, instants_before_1970_have_a_day) {
    location.zone = "UTC";
    location.calendar.working_days.fill(true);
    location.calendar.cut_off_minute = 24 * 60;
    EXPECT_EQ(day("1969-12-31T23:59:59Z"), "1969-12-31");
    EXPECT_EQ(day("1970-01-01T00:00:00Z"), "1970-01-01");
}

}  // namespace
}  // namespace waybill::core
