// Centres of postcode areas.

#include <utility>

#include "api/amounts.hpp"
#include "api/bulk.hpp"
#include "api/page.hpp"
#include "api/postcode_area_json.hpp"
#include "api/resources.hpp"
#include "json/read.hpp"

namespace waybill::api {

Result<core::PostcodeArea, Problem> read_postcode_area(std::string_view text) {
    auto input = json::read_text<json::Api, PostcodeAreaJson>(text);
    if (!input) return fail(problem_of(input.error()));
    FieldErrors errors;
    if (!input->latitude && !input->longitude) {
        errors.push_back({"/latitude", std::string(json::rule::required), "is missing"});
        errors.push_back({"/longitude", std::string(json::rule::required), "is missing"});
    }
    const auto place = read_coordinates(input->latitude, input->longitude, json::Pointer(), errors);
    if (!errors.empty()) return fail(problem_of(std::move(errors)));
    return core::PostcodeArea{std::move(input->country), std::move(input->prefix), place->point};
}

PostcodeAreaJson render_postcode_area(const core::PostcodeArea& area) {
    const Coordinates place = coordinates_of(area.point);
    return {area.country, area.prefix, degrees_value(place.latitude_e6), degrees_value(place.longitude_e6)};
}

namespace {

using core::Permission;

Result<BulkLine, Problem> read_area_line(std::string_view text) {
    auto area = read_postcode_area(text);
    if (!area) return fail(std::move(area.error()));
    std::string label = area->country + '/' + area->prefix;
    core::PutPostcodeAreas command;
    command.areas.push_back(std::move(*area));
    return BulkLine{std::move(command), {}, std::move(label), 0};
}

std::unique_ptr<http::StreamIn> put_areas(StreamCall call) {
    static const BulkVerb verb{&read_area_line, nullptr, &render_nothing, &BulkResult::code, 200};
    return open_bulk(std::move(call), verb);
}

void list_areas(CallPtr call) {
    answer(call, memory_page(
                     *call, "postcode-areas",
                     [](const engine::TenantView& view) { return view.state().postcode_areas.rows.committed_size(); },
                     [](const engine::TenantView& view, std::uint32_t ix) {
                         return std::optional(render_postcode_area(view.state().postcode_areas.rows.committed(ix)));
                     }));
}

}  // namespace

std::span<const Route> postcode_area_routes() {
    static constexpr Route table[] = {
        {"POST", "/v1/postcode-areas/bulk", Permission::configure, nullptr, &put_areas},
        {"GET", "/v1/postcode-areas", Permission::read_configuration, &list_areas},
    };
    return table;
}

}  // namespace waybill::api
