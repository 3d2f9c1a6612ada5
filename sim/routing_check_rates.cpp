// What rate tables, lateness and split penalties add to the check of a routing decision. Places with rate tables have
// no coordinates here, so that distances are the ones assumed.

#include <algorithm>

#include "sim/routing_check.hpp"

namespace waybill::sim {
namespace {

std::string squeezed(const std::string& postcode) {
    std::string out;
    for (const char c : postcode) {
        if (c != ' ') out += c;
    }
    return out;
}

/// Only beginnings are composed.
bool begins(const std::string& postcode, const std::string& entry) {
    return postcode.starts_with(entry.substr(0, entry.size() - 1));
}

}  // namespace

bool RoutingCheck::has_rates(std::uint32_t location) const {
    const auto& costs = model_.locations[location].costs;
    return order_.method == core::FulfillmentMethod::ship && costs && !costs->rate_tables.empty();
}

std::vector<core::RateZone> RoutingCheck::zones_from(std::uint32_t location) const {
    const core::Location& place = model_.locations[location];
    const std::int64_t km = place.address.country == order_.country ? 300 : 3'000;
    const std::string postcode = squeezed(order_.postcode);
    std::vector<core::RateZone> out;
    for (const std::string& code : place.costs->rate_tables) {
        for (const core::RateTable& table : model_.rate_tables) {
            if (table.code != code) continue;
            const auto zone = std::find_if(table.zones.begin(), table.zones.end(), [&](const core::RateZone& each) {
                const bool here = each.country.empty() || each.country == order_.country;
                const bool named = each.postcodes.empty() ||
                                   std::any_of(each.postcodes.begin(), each.postcodes.end(),
                                               [&](const std::string& entry) { return begins(postcode, entry); });
                return here && named && km <= each.max_km.value_or(km);
            });
            if (zone != table.zones.end()) out.push_back(*zone);
        }
    }
    return out;
}

std::int64_t RoutingCheck::days_late(std::uint32_t location, const core::RateZone& zone) const {
    const std::int64_t arrives = std::int64_t{model_.working_day(location, now_)} + zone.transit_days.value_or(0);
    if (!order_.wanted_by || !zone.transit_days) return 0;
    return std::max<std::int64_t>(0, arrives - order_.wanted_by->days());
}

/// What all that the place sends comes late, by the services that it then uses.
std::int64_t RoutingCheck::least_days_late(std::uint32_t location) const {
    std::int64_t least = INT64_MAX;
    for (const core::RateZone& zone : zones_from(location)) least = std::min(least, days_late(location, zone));
    return least == INT64_MAX ? 0 : least;
}

std::int64_t RoutingCheck::late_cost() const {
    if (strategy_ == nullptr || strategy_->strategy.is_ordered()) return 0;
    return strategy_->strategy.late_cost_per_unit_day_micros;
}

/// nullopt: no service of the place carries so much.
std::optional<std::int64_t> RoutingCheck::freight(std::uint32_t location, std::int64_t weight_g) const {
    std::optional<std::int64_t> best;
    const std::int64_t least = least_days_late(location);
    for (const core::RateZone& zone : zones_from(location)) {
        if (late_cost() > 0 && days_late(location, zone) > least) continue;
        for (const core::RateBreak& step : zone.weight_breaks) {
            if (step.max_g >= weight_g && (!best || step.price_micros < *best)) best = step.price_micros;
        }
    }
    return best;
}

std::map<std::pair<std::uint32_t, std::size_t>, std::int64_t> RoutingCheck::parcels(
    const std::vector<RoutedLine>& plan) const {
    std::map<std::pair<std::uint32_t, std::size_t>, std::int64_t> out;
    for (std::size_t i = 0; i < plan.size(); ++i) {
        const bool alone = model_.items[plan[i].item].wanted.ship_alone;
        for (const auto& [location, units] : plan[i].from) {
            out[{location, alone ? i + 1 : 0}] += units * weight_of(plan[i]);
        }
    }
    return out;
}

bool RoutingCheck::carried(const std::vector<RoutedLine>& plan) const {
    for (const auto& [parcel, weight] : parcels(plan)) {
        if (has_rates(parcel.first) && !freight(parcel.first, weight)) return false;
    }
    return true;
}

std::int64_t RoutingCheck::clearance(const std::vector<RoutedLine>& plan) const {
    if (strategy_ == nullptr || strategy_->strategy.is_ordered()) return 0;
    const auto names = [](const std::vector<std::string>& list, const std::string& name) {
        return list.empty() || std::find(list.begin(), list.end(), name) != list.end();
    };
    std::int64_t credit = 0;
    for (const RoutedLine& line : plan) {
        for (const auto& [location, units] : line.from) {
            for (const core::ClearanceTerm& term : strategy_->strategy.clearance) {
                if (!names(term.item_classes, model_.items[line.item].wanted.item_class)) continue;
                if (!names(term.locations, model_.locations[location].code)) continue;
                credit += units * term.credit_micros;
                break;
            }
        }
    }
    return credit;
}

/// Freight by rate tables, lateness, penalties and credits. The plan is carried.
std::int64_t RoutingCheck::rate_costs(const std::vector<RoutedLine>& plan) const {
    std::int64_t cost = 0;
    const auto sent = parcels(plan);
    for (const auto& [parcel, weight] : sent) {
        if (has_rates(parcel.first)) cost += freight(parcel.first, weight).value_or(0);
    }
    for (const RoutedLine& line : plan) {
        for (const auto& [location, units] : line.from) {
            if (has_rates(location)) cost += units * least_days_late(location) * late_cost();
        }
    }
    cost -= clearance(plan);
    const bool by_cost = strategy_ != nullptr && !strategy_->strategy.is_ordered();
    if (by_cost && sent.size() > 1 && order_.method == core::FulfillmentMethod::ship) {
        cost += strategy_->strategy.split_penalty_micros * static_cast<std::int64_t>(sent.size() - 1);
    }
    return cost;
}

}  // namespace waybill::sim
