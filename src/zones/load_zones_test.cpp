#include "zones/load_zones.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "zones/posix_rule.hpp"

namespace waybill::zones {
namespace {

const std::vector<core::ZoneRules>& all() {
    static const std::vector<core::ZoneRules> zones = [] {
        auto loaded = load_zones();
        EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error());
        return loaded ? *std::move(loaded) : std::vector<core::ZoneRules>{};
    }();
    return zones;
}

const core::ZoneRules* find(std::string_view name) {
    for (const auto& zone : all()) {
        if (zone.name == name) return &zone;
    }
    return nullptr;
}

std::string local(std::string_view name, std::string_view utc) {
    const core::ZoneRules* zone = find(name);
    if (zone == nullptr) return "no such zone";
    const core::LocalTime at = core::to_local(parse_instant(utc).value(), *zone);
    return format_date(at.day) + " " + std::to_string(at.minute_of_day);
}

TEST(LoadZones, AscendingByNameWithLinksAndAtLeastOneChangeEach) {
    EXPECT_TRUE(std::is_sorted(all().begin(), all().end(), [](auto& a, auto& b) { return a.name < b.name; }));
    EXPECT_GT(all().size(), 400U);
    for (const auto& zone : all()) {
        ASSERT_FALSE(zone.changes.empty()) << zone.name;
        EXPECT_TRUE(std::is_sorted(zone.changes.begin(), zone.changes.end(), [](auto& a, auto& b) {
            return a.from < b.from;
        })) << zone.name;
    }
    EXPECT_NE(find("GB"), nullptr);
    EXPECT_NE(find("US/Pacific"), nullptr);
    EXPECT_NE(find("Asia/Calcutta"), nullptr);
    EXPECT_EQ(find("localtime"), nullptr);
}

TEST(LoadZones, SummerTimeNowAndAfterTheLastListedChange) {
    EXPECT_EQ(local("Europe/London", "2026-03-29T00:59:59Z"), "2026-03-29 59");
    EXPECT_EQ(local("Europe/London", "2026-03-29T01:00:00Z"), "2026-03-29 120");
    EXPECT_EQ(local("America/New_York", "2026-11-22T03:30:00Z"), "2026-11-21 1350");
    // Files list changes up to 2037 at most; the rule of the footer goes on.
    EXPECT_EQ(local("Europe/London", "2049-07-01T12:00:00Z"), "2049-07-01 780");
    EXPECT_EQ(local("America/New_York", "2050-01-15T12:00:00Z"), "2050-01-15 420");
    EXPECT_EQ(local("Australia/Sydney", "2049-12-31T14:00:00Z"), "2050-01-01 60");
}

TEST(LoadZones, ZonesThatChangedTheirRules) {
    EXPECT_EQ(local("UTC", "2026-07-01T00:00:00Z"), "2026-07-01 0");
    EXPECT_EQ(local("Asia/Kolkata", "2026-07-01T00:00:00Z"), "2026-07-01 330");
    EXPECT_EQ(local("Europe/Moscow", "2012-01-01T00:00:00Z"), "2012-01-01 240");
    EXPECT_EQ(local("Europe/Moscow", "2026-01-01T00:00:00Z"), "2026-01-01 180");
    EXPECT_EQ(local("Africa/Casablanca", "2026-07-01T00:00:00Z"), "2026-07-01 60");
}

TEST(PosixRule, ReadsEveryFormAndRefusesTheRest) {
    const auto london = parse_posix_rule("GMT0BST,M3.5.0/1,M10.5.0");
    ASSERT_TRUE(london && london->summer);
    EXPECT_EQ(format_instant(london->summer_begins(2027)), "2027-03-28T01:00:00Z");
    EXPECT_EQ(format_instant(london->summer_ends(2027)), "2027-10-31T01:00:00Z");
    const auto lord_howe = parse_posix_rule("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0");
    ASSERT_TRUE(lord_howe && lord_howe->summer);
    EXPECT_EQ(lord_howe->standard_offset, 37'800);
    EXPECT_EQ(lord_howe->summer->offset, 39'600);
    const auto nuuk = parse_posix_rule("<-02>2<-01>,M3.5.0/-1,M10.5.0/0");
    ASSERT_TRUE(nuuk && nuuk->summer);
    EXPECT_EQ(format_instant(nuuk->summer_begins(2026)), "2026-03-29T01:00:00Z");
    const auto by_day = parse_posix_rule("XXX3YYY,J60,59/24");
    ASSERT_TRUE(by_day && by_day->summer);
    EXPECT_EQ(format_date(by_day->summer->begin.in(2028)), "2028-03-01");
    EXPECT_EQ(format_date(by_day->summer->end.in(2028)), "2028-02-29");
    EXPECT_EQ(parse_posix_rule("JST-9")->standard_offset, 32'400);
    for (const char* text : {"", "GM0", "GMT", "GMT0BST", "GMT0BST,M3.5.0", "GMT0BST,M13.5.0,M10.5.0", "JST-9 "}) {
        EXPECT_FALSE(parse_posix_rule(text)) << text;
    }
}

}  // namespace
}  // namespace waybill::zones
