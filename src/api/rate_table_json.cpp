#include "api/rate_table_json.hpp"

#include <utility>

#include "api/amounts.hpp"
#include "json/read.hpp"

namespace waybill::api {
namespace {

core::RateZone read_zone(RateZoneJson& input, const json::Pointer& at, AmountReader& amounts) {
    core::RateZone out;
    out.code = std::move(input.code);
    out.country = std::move(input.country).value_or("");
    out.postcodes = std::move(input.postcodes);
    out.max_km = input.max_km;
    out.transit_days = input.transit_days;
    const json::Pointer breaks(at, "weight_breaks");
    for (std::size_t b = 0; b < input.weight_breaks.size(); ++b) {
        const RateBreakJson& step = input.weight_breaks[b];
        const json::Pointer here(breaks, b);
        out.weight_breaks.push_back({step.max_g, amounts.micros(step.price, json::Pointer(here, "price"))});
    }
    return out;
}

RateZoneJson render_zone(const core::RateZone& zone, Currency currency) {
    RateZoneJson out;
    out.code = zone.code;
    if (!zone.country.empty()) out.country = zone.country;
    out.postcodes = zone.postcodes;
    out.max_km = zone.max_km;
    out.transit_days = zone.transit_days;
    for (const core::RateBreak& step : zone.weight_breaks) {
        out.weight_breaks.push_back({step.max_g, micros_text(step.price_micros, currency)});
    }
    return out;
}

}  // namespace

Result<core::PutRateTable, Problem> read_rate_table(std::string_view text, std::string_view path_code) {
    auto input = json::read_text<json::Api, RateTableInput>(text);
    if (!input) return fail(problem_of(input.error()));
    FieldErrors errors;
    if (path_code.empty() && !input->code) {
        errors.push_back({"/code", std::string(json::rule::required), "is missing"});
    } else if (!path_code.empty() && input->code && *input->code != path_code) {
        errors.push_back({"/code", std::string(json::rule::one_of), "must be the code of the path, or left out"});
    }
    AmountReader amounts(errors);
    core::PutRateTable out;
    const json::Pointer root;
    const json::Pointer zones(root, "zones");
    for (std::size_t z = 0; z < input->zones.size(); ++z) {
        out.table.zones.push_back(read_zone(input->zones[z], json::Pointer(zones, z), amounts));
    }
    if (!errors.empty()) return fail(problem_of(std::move(errors)));
    out.table.code = path_code.empty() ? std::move(*input->code) : std::string(path_code);
    out.table.name = std::move(input->name);
    out.table.carrier = std::move(input->carrier);
    out.table.service = std::move(input->service);
    return out;
}

RateTableOutput render_rate_table(const core::RateTable& table, Currency currency) {
    RateTableOutput out{table.code, table.name, table.carrier, table.service, {}, table.version};
    for (const core::RateZone& zone : table.zones) out.zones.push_back(render_zone(zone, currency));
    return out;
}

}  // namespace waybill::api
