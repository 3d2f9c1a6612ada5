#pragma once
// RateTable: what one service of a carrier asks for a shipment, by zone and weight (docs/domain/costs.md). Locations
// name the tables that they ship with in their cost terms.

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waybill::core {

struct RateBreak {
    std::int64_t max_g = 0;  ///< inclusive
    std::int64_t price_micros = 0;
    bool operator==(const RateBreak&) const = default;
};
BOOST_DESCRIBE_STRUCT(RateBreak, (), (max_g, price_micros))

/// Destinations of one price list. All that a zone names has to hold; a zone that names nothing is everywhere.
struct RateZone {
    std::string code;
    std::string country;                 ///< empty: any
    std::vector<std::string> postcodes;  ///< entries as in core/rules/postcodes.hpp: ranges, then others; empty: all
    std::optional<std::int64_t> max_km;  ///< from the place that sends, inclusive
    std::optional<std::int32_t> transit_days;  ///< calendar days on the way; none: not told
    std::vector<RateBreak> weight_breaks;      ///< both ascending; what is heavier than the last is not carried
    bool operator==(const RateZone&) const = default;
};
BOOST_DESCRIBE_STRUCT(RateZone, (), (code, country, postcodes, max_km, transit_days, weight_breaks))

struct RateTable {
    std::string code;
    std::string name;
    std::string carrier;
    std::string service;
    std::vector<RateZone> zones;  ///< the first that matches counts
    std::uint64_t version = 0;
    bool operator==(const RateTable&) const = default;
};
BOOST_DESCRIBE_STRUCT(RateTable, (), (code, name, carrier, service, zones, version))

}  // namespace waybill::core
