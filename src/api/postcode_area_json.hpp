#pragma once
// Postcode areas as JSON: where orders are measured from that come without coordinates.

#include <array>
#include <boost/describe.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "api/problem.hpp"
#include "core/commands.hpp"
#include "core/limits.hpp"
#include "core/tenant.hpp"
#include "json/rules.hpp"

namespace waybill::api {

struct PostcodeAreaJson {
    static constexpr std::string_view schema_name = "PostcodeArea";
    std::string country;
    std::string prefix;
    std::optional<boost::json::value> latitude;
    std::optional<boost::json::value> longitude;
};
BOOST_DESCRIBE_STRUCT(PostcodeAreaJson, (), (country, prefix, latitude, longitude))

/// Errors: malformed_json, invalid_request.
[[nodiscard]] Result<core::PostcodeArea, Problem> read_postcode_area(std::string_view text);
[[nodiscard]] PostcodeAreaJson render_postcode_area(const core::PostcodeArea& area);

}  // namespace waybill::api

namespace waybill::json {

template <>
struct Rules<api::PostcodeAreaJson> {
    static constexpr auto fields = std::array{pattern("country", Pattern::country),
                                              text("prefix", 0, core::limits::area_prefix_bytes_max).defaulted()};
};

}  // namespace waybill::json
