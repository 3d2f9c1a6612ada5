#include "zones/load_zones.hpp"

#include <date/tz.h>

#include <algorithm>
#include <array>
#include <exception>
#include <fstream>
#include <iterator>
#include <optional>

#include "zones/posix_rule.hpp"

namespace waybill::zones {
namespace {

const date::sys_seconds first_instant{date::sys_days{date::year{2000} / 1 / 1}};
constexpr int last_year = 2050;
const date::sys_seconds end_instant{date::sys_days{date::year{last_year + 1} / 1 / 1}};

Instant to_instant(date::sys_seconds at) {
    return Instant(std::int64_t{at.time_since_epoch().count()} * micros_per_second);
}

void add_change(core::ZoneRules& zone, Instant from, std::int32_t offset_seconds) {
    if (!zone.changes.empty() && zone.changes.back().offset_seconds == offset_seconds) return;
    zone.changes.push_back({from, offset_seconds});
}

/// Goes on from the last change that the file lists.
void add_yearly_changes(core::ZoneRules& zone, const PosixRule& rule, Instant after) {
    std::vector<core::ZoneRules::Change> changes;
    for (int year = 1999; year <= last_year; ++year) {
        changes.push_back({rule.summer_begins(year), rule.summer->offset});
        changes.push_back({rule.summer_ends(year), rule.standard_offset});
    }
    std::sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) { return a.from < b.from; });
    for (const auto& change : changes) {
        if (change.from > after) add_change(zone, change.from, change.offset_seconds);
    }
}

/// The rule after the last listed change: the last line of the file. The date library (3.0) does not read it, and files
/// compiled "slim" list no change that it covers.
std::optional<std::string> footer_of(const std::string& directory, const std::string& name) {
    std::ifstream file(directory + "/" + name, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (bytes.size() < 2 || bytes.back() != '\n') return std::nullopt;
    const std::size_t before = bytes.rfind('\n', bytes.size() - 2);
    if (before == std::string::npos) return std::nullopt;
    std::string rule = bytes.substr(before + 1, bytes.size() - before - 2);
    if (rule.empty() || rule.size() > 100) return std::nullopt;
    return rule;
}

core::ZoneRules rules_of(const date::time_zone& zone, const std::string& directory) {
    core::ZoneRules out;
    out.name = zone.name();
    date::sys_seconds at = first_instant;
    while (at < end_instant) {
        const date::sys_info info = zone.get_info(at);
        add_change(out, to_instant(at), static_cast<std::int32_t>(info.offset.count()));
        if (info.end >= end_instant) break;
        at = info.end;
    }
    const auto footer = footer_of(directory, out.name);
    const auto rule = footer ? parse_posix_rule(*footer) : std::nullopt;
    if (rule && rule->summer) add_yearly_changes(out, *rule, to_instant(at));
    return out;
}

std::optional<std::string> database_directory() {
    constexpr std::array places{"/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/usr/lib/zoneinfo"};
    for (const char* place : places) {
        if (std::ifstream(std::string(place) + "/UTC")) return place;
    }
    return std::nullopt;
}

}  // namespace

Result<std::vector<core::ZoneRules>, std::string> load_zones() {
    const auto directory = database_directory();
    if (!directory) return fail("there is no time zone database in /usr/share/zoneinfo: install the package tzdata");
    try {
        std::vector<core::ZoneRules> out;
        for (const date::time_zone& zone : date::get_tzdb().zones) {
            // These two are files of the database without being IANA names.
            if (zone.name() == "localtime" || zone.name() == "Factory") continue;
            out.push_back(rules_of(zone, *directory));
        }
        if (out.empty()) return fail("the time zone database in " + *directory + " is empty");
        std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
        return out;
    } catch (const std::exception& error) {
        return fail("the time zone database in " + *directory + " can not be read: " + error.what());
    }
}

}  // namespace waybill::zones
