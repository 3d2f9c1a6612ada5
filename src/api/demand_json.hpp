#pragma once
// Demand as JSON: rates of sale and markdowns are decimal text outside, thousandths of a unit and hundredths of a
// percent inside.

#include <array>
#include <boost/describe.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "api/problem.hpp"
#include "core/commands.hpp"
#include "core/inventory/demand.hpp"
#include "core/limits.hpp"
#include "json/rules.hpp"

namespace waybill::api {

struct DemandRowJson {
    static constexpr std::string_view schema_name = "DemandRow";
    std::string sku;
    std::string location;
    std::string weekly_units = "0";
    std::string markdown = "0";
};
BOOST_DESCRIBE_STRUCT(DemandRowJson, (), (sku, location, weekly_units, markdown))

struct DemandInput {
    std::vector<DemandRowJson> rows;
};
BOOST_DESCRIBE_STRUCT(DemandInput, (), (rows))

struct DemandResult {
    core::Sequence sequence;
};
BOOST_DESCRIBE_STRUCT(DemandResult, (), (sequence))

/// Errors: malformed_json, invalid_request, too_many_rows.
[[nodiscard]] Result<core::PutDemand, Problem> read_demand(std::string_view text);
/// One row: a line of a bulk.
[[nodiscard]] Result<core::DemandInput, Problem> read_demand_row(std::string_view text);
[[nodiscard]] DemandRowJson render_demand(std::string sku, std::string location, const core::DemandRate& rate);

}  // namespace waybill::api

namespace waybill::json {

template <>
struct Rules<api::DemandRowJson> {
    static constexpr auto fields =
        std::array{text("sku", 1, core::limits::sku_bytes_max), text("location", 1, core::limits::code_bytes_max),
                   text("weekly_units", 1, 24).pattern(Pattern::amount).defaulted(),
                   text("markdown", 1, 24).pattern(Pattern::amount).defaulted()};
};
template <>
struct Rules<api::DemandInput> {
    static constexpr auto fields = std::array{items("rows", 1, SIZE_MAX)};
};

}  // namespace waybill::json
