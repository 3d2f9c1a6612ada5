#pragma once
// Location: a place that can fulfil. Its costs, calendar and capacities are configuration; what it has done today
// (capacity used) is state and lives in core/network/capacity.hpp.

#include <array>
#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "core/ids.hpp"
#include "core/network/geography.hpp"

namespace waybill::core {

enum class LocationKind : std::uint8_t { dc, store, supplier, third_party };  // third_party is "3pl" on the wire
BOOST_DESCRIBE_ENUM(LocationKind, dc, store, supplier, third_party)

/// Business address of a place. Customers' addresses are personal data and are never of this type.
struct PlaceAddress {
    std::string line1;
    std::string line2;
    std::string city;
    std::string region;  ///< ISO 3166-2 subdivision without the country, where there is one
    std::string postcode;
    std::string country;  ///< ISO 3166-1 alpha-2
    bool operator==(const PlaceAddress&) const = default;
};
BOOST_DESCRIBE_STRUCT(PlaceAddress, (), (line1, line2, city, region, postcode, country))

/// What a place charges up to a distance. Costs are 10^-6 of the tenant's currency.
struct DistanceBand {
    std::int64_t max_km = 0;  ///< inclusive; the last band also holds for everything beyond it
    std::int64_t per_shipment_micros = 0;
    std::int64_t per_kg_micros = 0;
    bool operator==(const DistanceBand&) const = default;
};
BOOST_DESCRIBE_STRUCT(DistanceBand, (), (max_km, per_shipment_micros, per_kg_micros))

/// What it costs to send from a place: handling per shipment and unit, freight by rate tables or, where none are named,
/// by distance and weight.
struct CostTerms {
    std::int64_t per_shipment_micros = 0;
    std::int64_t per_unit_micros = 0;
    std::int64_t per_kg_micros = 0;
    std::int64_t per_order_micros = 0;         ///< once per order that uses the place at all (a supplier's order fee)
    std::vector<DistanceBand> distance_bands;  ///< ascending by max_km; not looked at where there are rate tables
    std::vector<std::string> rate_tables;      ///< codes of the services that the place ships with, without repeats
    bool operator==(const CostTerms&) const = default;
};
BOOST_DESCRIBE_STRUCT(CostTerms, (),
                      (per_shipment_micros, per_unit_micros, per_kg_micros, per_order_micros, distance_bands,
                       rate_tables))

/// Opening times of fulfilment work, in the location's zone. An order that comes after the cut-off, or on a day on
/// which the place does not work, belongs to the next working day.
struct OperatingCalendar {
    std::array<bool, 7> working_days{true, true, true, true, true, false, false};  ///< Monday first
    std::int32_t cut_off_minute = 24 * 60;                                         ///< minutes after local midnight
    std::vector<CivilDate> closed_days;                                            ///< ascending
    bool operator==(const OperatingCalendar&) const = default;
};
BOOST_DESCRIBE_STRUCT(OperatingCalendar, (), (working_days, cut_off_minute, closed_days))

struct Capabilities {
    bool ship = true;      ///< sends parcels
    bool pickup = false;   ///< customers collect here
    bool returns = false;  ///< takes goods back
    bool operator==(const Capabilities&) const = default;
};
BOOST_DESCRIBE_STRUCT(Capabilities, (), (ship, pickup, returns))

/// Per local working day; none: unlimited.
struct CapacityTerms {
    std::optional<std::int64_t> orders_per_day;
    std::optional<std::int64_t> units_per_day;
    bool operator==(const CapacityTerms&) const = default;
};
BOOST_DESCRIBE_STRUCT(CapacityTerms, (), (orders_per_day, units_per_day))

/// When what is routed to a location becomes its work.
enum class ReleasePolicy : std::uint8_t {
    manual,       ///< when somebody asks for it
    when_routed,  ///< at once
};
BOOST_DESCRIBE_ENUM(ReleasePolicy, manual, when_routed)

struct Location {
    std::string code;
    std::string name;
    LocationKind kind = LocationKind::dc;
    PlaceAddress address;
    GeoPoint point;
    std::int32_t latitude_e6 = 0;  ///< as configured, for people and maps; decisions use `point`
    std::int32_t longitude_e6 = 0;
    std::string zone = "UTC";  ///< IANA name
    OperatingCalendar calendar;
    Capabilities capabilities;
    CapacityTerms capacity;
    std::optional<CostTerms> costs;  ///< none: the tenant's defaults
    std::int32_t priority = 0;       ///< smaller is preferred where costs are equal
    bool active = true;
    std::uint64_t version = 0;
    ReleasePolicy release = ReleasePolicy::manual;

    bool operator==(const Location&) const = default;
};
BOOST_DESCRIBE_STRUCT(Location, (),
                      (code, name, kind, address, point, latitude_e6, longitude_e6, zone, calendar, capabilities,
                       capacity, costs, priority, active, version, release))

}  // namespace waybill::core
