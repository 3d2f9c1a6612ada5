#include "core/network/costs.hpp"

#include "base/assert.hpp"

namespace waybill::core {
namespace {

constexpr std::int64_t currency_unit = 1'000'000;  // one major unit of currency in micros

CostTerms parcel_terms(std::int64_t per_shipment, std::int64_t per_unit, std::int64_t per_order) {
    CostTerms terms;
    terms.per_shipment_micros = per_shipment;
    terms.per_unit_micros = per_unit;
    terms.per_order_micros = per_order;
    terms.distance_bands = {
        {50, 4 * currency_unit, currency_unit / 10},           {200, 5 * currency_unit, currency_unit / 5},
        {500, 13 * currency_unit / 2, 7 * currency_unit / 20}, {1'000, 8 * currency_unit, 11 * currency_unit / 20},
        {2'500, 11 * currency_unit, 9 * currency_unit / 10},   {5'000, 15 * currency_unit, 3 * currency_unit / 2},
        {20'100, 28 * currency_unit, 4 * currency_unit},
    };
    return terms;
}

}  // namespace

const CostTerms& default_costs(LocationKind kind) {
    static const CostTerms dc = parcel_terms(currency_unit, currency_unit / 5, 0);
    static const CostTerms store = parcel_terms(5 * currency_unit / 2, currency_unit / 2, 0);
    static const CostTerms supplier = parcel_terms(currency_unit, currency_unit / 5, 2 * currency_unit);
    static const CostTerms third_party = parcel_terms(7 * currency_unit / 4, 3 * currency_unit / 10, 0);
    switch (kind) {
        case LocationKind::dc:
            return dc;
        case LocationKind::store:
            return store;
        case LocationKind::supplier:
            return supplier;
        case LocationKind::third_party:
            return third_party;
    }
    WAYBILL_ASSERT(false);
}

const CostTerms& costs_of(const Location& location, const TenantSettings& settings) {
    if (location.costs) return *location.costs;
    if (settings.costs) return *settings.costs;
    return default_costs(location.kind);
}

ShipmentCosts shipment_costs(const CostTerms& terms, std::int64_t distance_m) {
    ShipmentCosts out{terms.per_shipment_micros, terms.per_order_micros, terms.per_unit_micros, terms.per_kg_micros};
    if (!terms.rate_tables.empty()) return out;
    const DistanceBand* band = nullptr;
    for (const DistanceBand& candidate : terms.distance_bands) {
        band = &candidate;
        if (distance_m <= candidate.max_km * 1'000) break;
    }
    if (band != nullptr) {
        out.per_shipment_micros += band->per_shipment_micros;
        out.per_kg_micros += band->per_kg_micros;
    }
    return out;
}

}  // namespace waybill::core
