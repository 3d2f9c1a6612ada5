#include "api/demand_json.hpp"

#include <utility>

#include "base/decimal.hpp"
#include "json/read.hpp"

namespace waybill::api {
namespace {

constexpr int weekly_units_places = 3;
constexpr int markdown_places = 2;

std::int64_t read_demand_number(const std::string& text, int places, const char* requirement, const json::Pointer& at,
                                FieldErrors& errors) {
    const auto value = parse_decimal(text, places);
    if (!value && errors.size() < json::issues_max) {
        errors.push_back({at.text(), std::string(json::rule::format), requirement});
    }
    return value.value_or(0);
}

core::DemandInput read_columns_of_demand(DemandRowJson& row, const json::Pointer& at, FieldErrors& errors) {
    const std::int64_t weekly = read_demand_number(row.weekly_units, weekly_units_places,
                                                   "must be units a week with at most 3 decimals, such as \"12.5\"",
                                                   json::Pointer(at, "weekly_units"), errors);
    const std::int64_t markdown = read_demand_number(row.markdown, markdown_places,
                                                     "must be a percentage with at most 2 decimals, such as \"30\"",
                                                     json::Pointer(at, "markdown"), errors);
    return {std::move(row.sku), std::move(row.location), weekly, markdown};
}

}  // namespace

Result<core::PutDemand, Problem> read_demand(std::string_view text) {
    auto input = json::read_text<json::Api, DemandInput>(text);
    if (!input) return fail(problem_of(input.error()));
    // Too many rows has a name of its own, so it is not a rule of the struct.
    if (input->rows.size() > core::limits::feed_rows_max) {
        return fail(Problem{core::Reject::too_many_rows,
                            "at most " + std::to_string(core::limits::feed_rows_max) + " rows; split the message",
                            {},
                            {}});
    }
    FieldErrors errors;
    const json::Pointer root;
    const json::Pointer rows(root, "rows");
    core::PutDemand out;
    out.rows.reserve(input->rows.size());
    for (std::size_t i = 0; i < input->rows.size(); ++i) {
        out.rows.push_back(read_columns_of_demand(input->rows[i], json::Pointer(rows, i), errors));
    }
    if (!errors.empty()) return fail(problem_of(std::move(errors)));
    return out;
}

Result<core::DemandInput, Problem> read_demand_row(std::string_view text) {
    auto input = json::read_text<json::Api, DemandRowJson>(text);
    if (!input) return fail(problem_of(input.error()));
    FieldErrors errors;
    core::DemandInput out = read_columns_of_demand(*input, json::Pointer(), errors);
    if (!errors.empty()) return fail(problem_of(std::move(errors)));
    return out;
}

DemandRowJson render_demand(std::string sku, std::string location, const core::DemandRate& rate) {
    return {std::move(sku), std::move(location), format_decimal(rate.weekly_milliunits, weekly_units_places, 0),
            format_decimal(rate.markdown_bp, markdown_places, 0)};
}

}  // namespace waybill::api
