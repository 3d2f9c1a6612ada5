#pragma once
// Cost terms as JSON: decimal text outside, 10^-6 of the tenant's currency inside.

#include <array>
#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/problem.hpp"
#include "base/currency.hpp"
#include "core/limits.hpp"
#include "core/network/location.hpp"
#include "json/issue.hpp"
#include "json/rules.hpp"

namespace waybill::api {

struct DistanceBandJson {
    static constexpr std::string_view schema_name = "DistanceBand";
    std::int64_t max_km = 0;
    std::optional<std::string> per_shipment;
    std::optional<std::string> per_kg;
};
BOOST_DESCRIBE_STRUCT(DistanceBandJson, (), (max_km, per_shipment, per_kg))

struct CostTermsJson {
    static constexpr std::string_view schema_name = "CostTerms";
    std::optional<std::string> per_shipment;
    std::optional<std::string> per_unit;
    std::optional<std::string> per_kg;
    std::optional<std::string> per_order;
    std::optional<std::vector<DistanceBandJson>> distance_bands;
    std::optional<std::vector<std::string>> rate_tables;
};
BOOST_DESCRIBE_STRUCT(CostTermsJson, (), (per_shipment, per_unit, per_kg, per_order, distance_bands, rate_tables))

[[nodiscard]] core::CostTerms read_costs(const CostTermsJson& input, const json::Pointer& at, FieldErrors& errors);
[[nodiscard]] CostTermsJson render_costs(const core::CostTerms& terms, Currency currency);

}  // namespace waybill::api

namespace waybill::json {

template <>
struct Rules<api::DistanceBandJson> {
    static constexpr auto fields = std::array{integer("max_km", 1, core::limits::distance_km_max),
                                              text("per_shipment", 1, 24).pattern(Pattern::amount),
                                              text("per_kg", 1, 24).pattern(Pattern::amount)};
};
template <>
struct Rules<api::CostTermsJson> {
    static constexpr auto fields =
        std::array{text("per_shipment", 1, 24).pattern(Pattern::amount),
                   text("per_unit", 1, 24).pattern(Pattern::amount),
                   text("per_kg", 1, 24).pattern(Pattern::amount),
                   text("per_order", 1, 24).pattern(Pattern::amount),
                   items("distance_bands", 0, core::limits::distance_bands_max),
                   items("rate_tables", 0, core::limits::named_rate_tables_max).text(1, core::limits::code_bytes_max)};
};

}  // namespace waybill::json
