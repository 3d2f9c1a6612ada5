#pragma once
// Rate tables as JSON: prices are decimal text outside, 10^-6 of the tenant's currency inside.

#include <array>
#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/problem.hpp"
#include "base/currency.hpp"
#include "core/commands.hpp"
#include "core/limits.hpp"
#include "json/rules.hpp"

namespace waybill::api {

struct RateBreakJson {
    static constexpr std::string_view schema_name = "RateBreak";
    std::int64_t max_g = 0;
    std::string price;
};
BOOST_DESCRIBE_STRUCT(RateBreakJson, (), (max_g, price))

struct RateZoneJson {
    static constexpr std::string_view schema_name = "RateZone";
    std::string code;
    std::optional<std::string> country;
    std::vector<std::string> postcodes;
    std::optional<std::int64_t> max_km;
    std::optional<std::int32_t> transit_days;
    std::vector<RateBreakJson> weight_breaks;
};
BOOST_DESCRIBE_STRUCT(RateZoneJson, (), (code, country, postcodes, max_km, transit_days, weight_breaks))

struct RateTableInput {
    std::optional<std::string> code;
    std::string name;
    std::string carrier;
    std::string service;
    std::vector<RateZoneJson> zones;
};
BOOST_DESCRIBE_STRUCT(RateTableInput, (), (code, name, carrier, service, zones))

struct RateTableOutput {
    static constexpr std::string_view schema_name = "RateTable";
    std::string code;
    std::string name;
    std::string carrier;
    std::string service;
    std::vector<RateZoneJson> zones;
    std::uint64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(RateTableOutput, (), (code, name, carrier, service, zones, version))

/// `path_code` as in read_item. Errors: malformed_json, invalid_request, amount_out_of_range.
[[nodiscard]] Result<core::PutRateTable, Problem> read_rate_table(std::string_view text, std::string_view path_code);
[[nodiscard]] RateTableOutput render_rate_table(const core::RateTable& table, Currency currency);

}  // namespace waybill::api

namespace waybill::json {

template <>
struct Rules<api::RateBreakJson> {
    static constexpr auto fields =
        std::array{integer("max_g", 1, core::limits::rate_weight_g_max), text("price", 1, 24).pattern(Pattern::amount)};
};
template <>
struct Rules<api::RateZoneJson> {
    static constexpr auto fields = std::array{
        text("code", 1, core::limits::code_bytes_max),
        text("country", 2, 2),
        items("postcodes", 0, core::limits::rate_postcodes_max).text(1, core::limits::postcode_bytes_max).defaulted(),
        integer("max_km", 1, core::limits::distance_km_max),
        integer("transit_days", 0, core::limits::transit_days_max),
        items("weight_breaks", 1, core::limits::rate_breaks_max)};
};
template <>
struct Rules<api::RateTableInput> {
    static constexpr auto fields = std::array{
        text("code", 1, core::limits::code_bytes_max), text("name", 0, core::limits::name_bytes_max).defaulted(),
        text("carrier", 0, core::limits::name_bytes_max).defaulted(),
        text("service", 0, core::limits::name_bytes_max).defaulted(), items("zones", 0, core::limits::rate_zones_max)};
};

}  // namespace waybill::json
