#pragma once
// Locations as JSON.

#include <array>
#include <boost/describe.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/cost_json.hpp"
#include "api/problem.hpp"
#include "core/commands.hpp"
#include "core/limits.hpp"
#include "engine/engine.hpp"
#include "json/describe.hpp"
#include "json/rules.hpp"

namespace waybill::api {

/// core::LocationKind under its public names. An enum of its own, since stored documents keep the names of core's.
enum class PlaceKind { dc, store, supplier, third_party };
BOOST_DESCRIBE_ENUM(PlaceKind, dc, store, supplier, third_party)

enum class Weekday { monday, tuesday, wednesday, thursday, friday, saturday, sunday };
BOOST_DESCRIBE_ENUM(Weekday, monday, tuesday, wednesday, thursday, friday, saturday, sunday)

struct AddressJson {
    static constexpr std::string_view schema_name = "PlaceAddress";
    std::string line1;
    std::string line2;
    std::string city;
    std::string region;
    std::string postcode;
    std::string country;
};
BOOST_DESCRIBE_STRUCT(AddressJson, (), (line1, line2, city, region, postcode, country))

struct CalendarJson {
    static constexpr std::string_view schema_name = "Calendar";
    std::vector<Weekday> working_days{Weekday::monday, Weekday::tuesday, Weekday::wednesday, Weekday::thursday,
                                      Weekday::friday};
    std::string cut_off = "24:00";
    std::vector<CivilDate> closed_days;
};
BOOST_DESCRIBE_STRUCT(CalendarJson, (), (working_days, cut_off, closed_days))

struct CapabilitiesJson {
    static constexpr std::string_view schema_name = "Capabilities";
    bool ship = true;
    bool pickup = false;
    bool returns = false;
};
BOOST_DESCRIBE_STRUCT(CapabilitiesJson, (), (ship, pickup, returns))

struct CapacityJson {
    static constexpr std::string_view schema_name = "Capacity";
    std::optional<std::int64_t> orders_per_day;
    std::optional<std::int64_t> units_per_day;
};
BOOST_DESCRIBE_STRUCT(CapacityJson, (), (orders_per_day, units_per_day))

struct LocationInput {
    std::optional<std::string> code;
    std::string name;
    PlaceKind kind = PlaceKind::dc;
    AddressJson address;
    std::optional<boost::json::value> latitude;
    std::optional<boost::json::value> longitude;
    std::string zone = "UTC";
    CalendarJson calendar;
    CapabilitiesJson capabilities;
    CapacityJson capacity;
    std::optional<CostTermsJson> costs;
    std::int32_t priority = 0;
    bool active = true;
    core::ReleasePolicy release = core::ReleasePolicy::manual;
};
BOOST_DESCRIBE_STRUCT(LocationInput, (),
                      (code, name, kind, address, latitude, longitude, zone, calendar, capabilities, capacity, costs,
                       priority, active, release))

struct LocationOutput {
    static constexpr std::string_view schema_name = "Location";
    std::string code;
    std::string name;
    PlaceKind kind = PlaceKind::dc;
    AddressJson address;
    std::optional<boost::json::value> latitude;
    std::optional<boost::json::value> longitude;
    std::string zone;
    CalendarJson calendar;
    CapabilitiesJson capabilities;
    CapacityJson capacity;
    std::optional<CostTermsJson> costs;
    std::int32_t priority = 0;
    bool active = true;
    core::ReleasePolicy release = core::ReleasePolicy::manual;
    std::uint64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(LocationOutput, (),
                      (code, name, kind, address, latitude, longitude, zone, calendar, capabilities, capacity, costs,
                       priority, active, release, version))

[[nodiscard]] PlaceKind place_kind(core::LocationKind kind);
[[nodiscard]] core::LocationKind core_kind(PlaceKind kind);

/// `path_code` as in read_item. Errors: malformed_json, invalid_request, amount_out_of_range.
[[nodiscard]] Result<core::PutLocation, Problem> read_location(std::string_view text, std::string_view path_code);
[[nodiscard]] LocationOutput render_location(const core::Location& location, const engine::TenantView& view);

}  // namespace waybill::api

namespace waybill::json {

template <>
struct WireName<api::PlaceKind> {
    static constexpr std::string_view of(api::PlaceKind kind) {
        return kind == api::PlaceKind::third_party ? "3pl" : std::string_view{};
    }
};

template <>
struct Rules<api::AddressJson> {
    static constexpr auto fields = std::array{text("line1", 0, core::limits::name_bytes_max).defaulted(),
                                              text("line2", 0, core::limits::name_bytes_max).defaulted(),
                                              text("city", 0, core::limits::name_bytes_max).defaulted(),
                                              text("region", 0, core::limits::code_bytes_max).defaulted(),
                                              text("postcode", 0, core::limits::postcode_bytes_max).defaulted(),
                                              text("country", 0, 2).defaulted()};
};
template <>
struct Rules<api::CalendarJson> {
    static constexpr auto fields =
        std::array{items("working_days", 1, 7).defaulted(), text("cut_off", 5, 5).defaulted(),
                   items("closed_days", 0, core::limits::closed_days_max).defaulted()};
};
template <>
struct Rules<api::CapabilitiesJson> {
    static constexpr auto fields = std::array{defaulted("ship"), defaulted("pickup"), defaulted("returns")};
};
template <>
struct Rules<api::CapacityJson> {
    static constexpr auto fields = std::array{integer("orders_per_day", 0, core::limits::quantity_max),
                                              integer("units_per_day", 0, core::limits::quantity_max)};
};
template <>
struct Rules<api::LocationInput> {
    static constexpr auto fields = std::array{text("code", 1, core::limits::code_bytes_max),
                                              text("name", 0, core::limits::name_bytes_max).defaulted(),
                                              defaulted("kind"),
                                              defaulted("address"),
                                              text("zone", 1, core::limits::code_bytes_max).defaulted(),
                                              defaulted("calendar"),
                                              defaulted("capabilities"),
                                              defaulted("capacity"),
                                              integer("priority", 0, core::limits::priority_max).defaulted(),
                                              defaulted("active"),
                                              defaulted("release")};
};

}  // namespace waybill::json
