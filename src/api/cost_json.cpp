#include "api/cost_json.hpp"

#include "api/amounts.hpp"

namespace waybill::api {

core::CostTerms read_costs(const CostTermsJson& input, const json::Pointer& at, FieldErrors& errors) {
    AmountReader amounts(errors);
    core::CostTerms out;
    out.per_shipment_micros = amounts.micros(input.per_shipment, json::Pointer(at, "per_shipment"));
    out.per_unit_micros = amounts.micros(input.per_unit, json::Pointer(at, "per_unit"));
    out.per_kg_micros = amounts.micros(input.per_kg, json::Pointer(at, "per_kg"));
    out.per_order_micros = amounts.micros(input.per_order, json::Pointer(at, "per_order"));
    if (input.rate_tables) out.rate_tables = *input.rate_tables;
    if (!input.distance_bands) return out;
    const json::Pointer bands(at, "distance_bands");
    for (std::size_t i = 0; i < input.distance_bands->size(); ++i) {
        const DistanceBandJson& band = (*input.distance_bands)[i];
        const json::Pointer here(bands, i);
        out.distance_bands.push_back({band.max_km,
                                      amounts.micros(band.per_shipment, json::Pointer(here, "per_shipment")),
                                      amounts.micros(band.per_kg, json::Pointer(here, "per_kg"))});
    }
    return out;
}

CostTermsJson render_costs(const core::CostTerms& terms, Currency currency) {
    CostTermsJson out;
    out.per_shipment = micros_text(terms.per_shipment_micros, currency);
    out.per_unit = micros_text(terms.per_unit_micros, currency);
    out.per_kg = micros_text(terms.per_kg_micros, currency);
    out.per_order = micros_text(terms.per_order_micros, currency);
    auto& bands = out.distance_bands.emplace();
    for (const core::DistanceBand& band : terms.distance_bands) {
        bands.push_back(
            {band.max_km, micros_text(band.per_shipment_micros, currency), micros_text(band.per_kg_micros, currency)});
    }
    if (!terms.rate_tables.empty()) out.rate_tables = terms.rate_tables;
    return out;
}

}  // namespace waybill::api
