#pragma once
// RateFinder: the services of rate tables that serve the destination of one order. What of a zone is the same for all
// places that send, country and postcodes, is looked at once for each table.

#include <optional>
#include <string>
#include <vector>

#include "core/network/rates.hpp"
#include "core/routing/route.hpp"

namespace waybill::core {

class RateFinder {
public:
    RateFinder(const RouteRequest& request, const TenantState& state);

    /// Of each table that the terms name, in their order, the zone that serves the destination from so far away; tables
    /// without one are left out.
    [[nodiscard]] std::vector<TableZone> services(const CostTerms& terms, std::int64_t distance_m);

private:
    [[nodiscard]] const std::vector<std::uint32_t>& zones_of(RateTableIx table);

    const RouteRequest& request_;
    const TenantState& state_;
    std::string postcode_;
    std::vector<std::optional<std::vector<std::uint32_t>>> zones_;  // by table, where it was asked about
};

/// Calendar days by which a shipment that leaves on a day comes after the day on which the order is wanted. 0 where it
/// is wanted on no day or nobody says how long the service takes.
[[nodiscard]] std::int64_t days_late(CivilDate leaves, const RateZone& zone, std::optional<CivilDate> wanted_by);

/// Leaves only the services that come with the fewest days late, and says how many these are.
[[nodiscard]] std::int64_t keep_least_late(std::vector<TableZone>& services, CivilDate leaves,
                                           std::optional<CivilDate> wanted_by);

}  // namespace waybill::core
