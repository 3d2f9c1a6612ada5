#include "core/routing/rate_finder.hpp"

#include <algorithm>

#include "base/mutant.hpp"
#include "core/rules/postcodes.hpp"

namespace waybill::core {

RateFinder::RateFinder(const RouteRequest& request, const TenantState& state) : request_(request), state_(state) {}

const std::vector<std::uint32_t>& RateFinder::zones_of(RateTableIx table) {
    if (zones_.empty()) {
        zones_.resize(state_.rate_tables.size());
        postcode_ = rules::plain_postcode(request_.postcode);
    }
    auto& known = zones_[table];
    if (!known) known = zones_to(state_.rate_tables[table], request_.country, postcode_);
    return *known;
}

std::vector<TableZone> RateFinder::services(const CostTerms& terms, std::int64_t distance_m) {
    std::vector<TableZone> out;
    for (const std::string& code : terms.rate_tables) {
        const auto table = state_.rate_tables.find(code);
        if (!table) continue;
        for (const std::uint32_t zone : zones_of(*table)) {
            const RateZone& prices = state_.rate_tables[*table].zones[zone];
            if (prices.max_km && distance_m > *prices.max_km * 1'000 && !WAYBILL_MUTANT(far_zone_taken)) continue;
            out.push_back({*table, zone, &prices});
            break;
        }
    }
    return out;
}

std::int64_t days_late(CivilDate leaves, const RateZone& zone, std::optional<CivilDate> wanted_by) {
    if (!wanted_by || !zone.transit_days) return 0;
    return std::max<std::int64_t>(std::int64_t{leaves.days()} + *zone.transit_days - wanted_by->days(), 0);
}

std::int64_t keep_least_late(std::vector<TableZone>& services, CivilDate leaves, std::optional<CivilDate> wanted_by) {
    std::int64_t least = INT64_MAX;
    for (const TableZone& service : services) least = std::min(least, days_late(leaves, *service.prices, wanted_by));
    std::erase_if(services,
                  [&](const TableZone& service) { return days_late(leaves, *service.prices, wanted_by) > least; });
    return services.empty() ? 0 : least;
}

}  // namespace waybill::core
