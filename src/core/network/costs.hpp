#pragma once
// Costs of sending from a place, and the defaults of a tenant that configured none (docs/domain/costs.md).

#include <cstdint>

#include "core/network/location.hpp"
#include "core/tenant.hpp"

namespace waybill::core {

/// Defaults by kind of place: parcel prices that rise with distance, more handling in stores than in warehouses, an
/// order fee at suppliers. In the tenant's currency, whatever it is; a merchant with real rates configures them.
[[nodiscard]] const CostTerms& default_costs(LocationKind kind);

/// The terms in force for a location: its own, else the tenant's, else the defaults of its kind.
[[nodiscard]] const CostTerms& costs_of(const Location& location, const TenantSettings& settings);

struct ShipmentCosts {
    std::int64_t per_shipment_micros = 0;
    std::int64_t per_order_micros = 0;
    std::int64_t per_unit_micros = 0;
    std::int64_t per_kg_micros = 0;
};
/// REQUIRES: distance_m >= 0. The last band holds for everything beyond it. Without freight where there are rate
/// tables.
[[nodiscard]] ShipmentCosts shipment_costs(const CostTerms& terms, std::int64_t distance_m);

/// Distances assumed where one end has no coordinates.
inline constexpr std::int64_t unknown_distance_same_country_m = 300'000;
inline constexpr std::int64_t unknown_distance_abroad_m = 3'000'000;

}  // namespace waybill::core
