#include "sim/routing_check.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <functional>
#include <numeric>

namespace waybill::sim {
namespace {

/// A unit that is left short is dearer than anything it could cost to send, as simulated places are configured.
constexpr std::int64_t dear_short_micros = 1'000'000'000;

}  // namespace

std::int64_t RoutedLine::sourced() const {
    std::int64_t sum = 0;
    for (const auto& [location, units] : from) sum += units;
    return sum;
}

bool RoutingCheck::eligible(std::uint32_t location) const {
    const core::Location& place = model_.locations[location];
    const auto& served = order_.policy.locations;
    if (!place.active || excluded.contains(location)) return false;
    if (!served.empty() && std::find(served.begin(), served.end(), location) == served.end()) return false;
    const auto& kinds = order_.policy.forbidden_kinds;
    const auto& out = order_.policy.forbidden_locations;
    if (std::find(kinds.begin(), kinds.end(), place.kind) != kinds.end()) return false;
    if (std::find(out.begin(), out.end(), location) != out.end()) return false;
    const auto& only_kinds = order_.policy.required_kinds;
    const auto& only = order_.policy.required_locations;
    const bool named = std::find(only_kinds.begin(), only_kinds.end(), place.kind) != only_kinds.end() ||
                       std::find(only.begin(), only.end(), location) != only.end();
    if (!named && !(only_kinds.empty() && only.empty())) return false;
    if (!passes_filters(location)) return false;
    if (order_.method == core::FulfillmentMethod::pickup) return location == order_.pickup;
    if (has_rates(location) && zones_from(location).empty()) return false;
    return place.capabilities.ship;
}

std::int64_t RoutingCheck::available(std::uint32_t item, std::uint32_t location) const {
    std::int64_t units = model_.sellable(item, location);
    const bool is_store = model_.locations[location].kind == core::LocationKind::store;
    if (strategy_ != nullptr && is_store) units -= strategy_->strategy.safety_units;
    if (!frees_reserved) return units;
    for (std::size_t i = 0; i < order_.lines.size(); ++i) {
        for (const auto& [place, part] : order_.lines[i].parts) {
            if (place.first != location) continue;
            for (const auto& [taken, each] : order_.lines[i].takes) {
                if (taken == item) units += order_.unreleased(i, place) * each;
            }
        }
    }
    return units;
}

bool RoutingCheck::has_limit(std::uint32_t location) const {
    const core::CapacityTerms& terms = model_.locations[location].capacity;
    return terms.orders_per_day || terms.units_per_day;
}

std::int64_t RoutingCheck::room(std::uint32_t location, std::int64_t wanted) const {
    const core::CapacityTerms& terms = model_.locations[location].capacity;
    const PlaceDay place{location, model_.working_day(location, now_)};
    const auto at = used_.find(place);
    const Model::Use used = at == used_.end() ? Model::Use{} : at->second;
    bool already_there = false;
    std::int64_t given_back = 0;
    for (std::size_t i = 0; i < order_.lines.size(); ++i) {
        if (!order_.lines[i].parts.contains(place)) continue;
        already_there = true;
        if (frees_reserved) given_back += order_.unreleased(i, place);
    }
    if (terms.orders_per_day && !already_there && used.orders >= *terms.orders_per_day) return 0;
    if (!terms.units_per_day) return wanted;
    return std::max<std::int64_t>(0, *terms.units_per_day - used.units + given_back);
}

std::vector<std::string> RoutingCheck::findings_in_force(const core::RoutingTrace* trace) const {
    std::vector<std::string> out;
    check_places(out);
    check_stock(out);
    check_policy(out);
    if (strategy_ != nullptr) check_parts(out);
    if (trace == nullptr || trace->status != core::RoutingStatus::optimal) return out;
    check_shortage(out);
    // An ordered strategy has no price.
    if (strategy_ == nullptr || !strategy_->strategy.is_ordered()) {
        check_cost(*trace, out);
    } else {
        check_first_criterion(*trace, out);
    }
    return out;
}

void RoutingCheck::check_places(std::vector<std::string>& out) const {
    std::map<std::uint32_t, std::int64_t> units_at;
    for (const RoutedLine& line : lines) {
        for (const auto& [location, units] : line.from) units_at[location] += units;
        if (line.sourced() > line.wanted) out.push_back("more units were sourced than were wanted");
    }
    for (const auto& [location, units] : units_at) {
        const std::string& code = model_.locations[location].code;
        if (!eligible(location)) out.push_back(code + " serves an order that it may not serve");
        if (has_limit(location) && units > room(location, units)) {
            out.push_back(
                fmt::format("{} gets {} units, but its day has room for {}", code, units, room(location, units)));
        }
    }
}

void RoutingCheck::check_stock(std::vector<std::string>& out) const {
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::int64_t> taken;
    for (const RoutedLine& line : lines) {
        for (const auto& [location, units] : line.from) {
            for (const auto& [item, each] : line.takes) taken[{item, location}] += units * each;
        }
    }
    for (const auto& [place, units] : taken) {
        if (units <= available(place.first, place.second)) continue;
        out.push_back(fmt::format("{} units of {} are promised at {}, but {} are free", units,
                                  model_.items[place.first].wanted.sku, model_.locations[place.second].code,
                                  available(place.first, place.second)));
    }
}

std::int64_t RoutingCheck::shipments(const std::vector<RoutedLine>& plan) const {
    std::set<std::pair<std::uint32_t, std::size_t>> out;
    for (std::size_t i = 0; i < plan.size(); ++i) {
        const bool alone = model_.items[plan[i].item].wanted.ship_alone;
        for (const auto& [location, units] : plan[i].from) out.insert({location, alone ? i + 1 : 0});
    }
    return static_cast<std::int64_t>(out.size());
}

void RoutingCheck::check_policy(std::vector<std::string>& out) const {
    bool any_short = false;
    bool any_sourced = false;
    if (!carried(lines)) out.push_back("a parcel is heavier than any service of its place carries");
    for (const RoutedLine& line : lines) {
        if (!policy_.allow_split && line.from.size() > 1) out.push_back("a line is split that may not be");
        if (policy_.max_line_shipments && std::ssize(line.from) > *policy_.max_line_shipments) {
            out.push_back(fmt::format("a line comes from {} places, at most {} are allowed", line.from.size(),
                                      *policy_.max_line_shipments));
        }
        any_short = any_short || line.sourced() < line.wanted;
        any_sourced = any_sourced || line.sourced() > 0;
    }
    if (policy_.ship_complete && any_short && any_sourced) {
        out.push_back("part of an order is reserved that ships complete or not at all");
    }
    if (policy_.max_shipments && shipments(lines) > *policy_.max_shipments) {
        out.push_back(fmt::format("{} shipments, at most {} are allowed", shipments(lines), *policy_.max_shipments));
    }
}

/// Where nothing ties lines and places together, each line gets what its places have, or the best of them.
void RoutingCheck::check_shortage(std::vector<std::string>& out) const {
    if (!policy_.allow_split || policy_.ship_complete || policy_.max_shipments) return;
    const core::RoutingStrategy* asks = strategy_ == nullptr ? nullptr : &strategy_->strategy;
    if (asks != nullptr && (asks->min_part_value_micros || !asks->no_split_classes.empty())) return;
    for (std::uint32_t location = 0; location < model_.locations.size(); ++location) {
        if (has_rates(location)) return;  // weight may tie lines together
    }
    const bool units_first = asks != nullptr && asks->is_ordered();
    if (!units_first && model_.settings.short_per_unit_micros < dear_short_micros) return;
    std::set<std::uint32_t> met;
    for (const RoutedLine& line : lines) {
        for (const auto& [item, each] : line.takes) {
            if (!met.insert(item).second) return;
        }
    }
    for (std::uint32_t location = 0; location < model_.locations.size(); ++location) {
        if (eligible(location) && has_limit(location)) return;
    }
    for (const RoutedLine& line : lines) {
        std::vector<std::int64_t> parts;
        for (std::uint32_t location = 0; location < model_.locations.size(); ++location) {
            if (!eligible(location)) continue;
            std::int64_t here = INT64_MAX;
            for (const auto& [item, each] : line.takes) {
                here = std::min(here, std::max<std::int64_t>(0, available(item, location)) / each);
            }
            parts.push_back(here);
        }
        std::sort(parts.begin(), parts.end(), std::greater<>());
        if (policy_.max_line_shipments && std::ssize(parts) > *policy_.max_line_shipments) {
            parts.resize(static_cast<std::size_t>(*policy_.max_line_shipments));
        }
        const std::int64_t there = std::accumulate(parts.begin(), parts.end(), std::int64_t{0});
        if (line.sourced() == std::min(there, line.wanted)) continue;
        out.push_back(fmt::format("{} of {} units of {} are sourced, though {} are free", line.sourced(), line.wanted,
                                  model_.items[line.item].wanted.sku, there));
    }
}

bool RoutingCheck::covers_alone(std::uint32_t location, std::vector<RoutedLine>& plan) const {
    if (!eligible(location)) return false;
    std::map<std::uint32_t, std::int64_t> taken;
    std::int64_t units = 0;
    plan = lines;
    for (RoutedLine& line : plan) {
        line.from = {{location, line.wanted}};
        units += line.wanted;
        for (const auto& [item, each] : line.takes) taken[item] += line.wanted * each;
    }
    for (const auto& [item, wanted] : taken) {
        if (wanted > available(item, location)) return false;
    }
    if (has_limit(location) && units > room(location, units)) return false;
    if (!carried(plan)) return false;
    return !policy_.max_shipments || shipments(plan) <= *policy_.max_shipments;
}

bool RoutingCheck::covered_in_force() const {
    if (model_.settings.short_per_unit_micros < dear_short_micros) return false;
    std::vector<RoutedLine> plan;
    for (std::uint32_t location = 0; location < model_.locations.size(); ++location) {
        if (covers_alone(location, plan)) return true;
    }
    return false;
}

std::int64_t RoutingCheck::weight_of(const RoutedLine& line) const {
    const std::int64_t own = model_.items[line.item].wanted.weight_g;
    if (own != 0) return own;
    std::int64_t sum = 0;
    for (const auto& [part, units] : line.takes) sum += model_.items[part].wanted.weight_g * units;
    return sum;
}

std::optional<std::int64_t> RoutingCheck::cost_of(const std::vector<RoutedLine>& plan) const {
    if (!carried(plan)) return std::nullopt;
    std::int64_t cost = rate_costs(plan);
    std::set<std::uint32_t> used;
    std::map<std::uint32_t, std::set<std::size_t>> parcels;
    bool any_short = false;
    for (std::size_t i = 0; i < plan.size(); ++i) {
        const std::int64_t missing = plan[i].wanted - plan[i].sourced();
        any_short = any_short || missing > 0;
        cost += missing * model_.settings.short_per_unit_micros;
        for (const auto& [location, units] : plan[i].from) {
            const core::Location& place = model_.locations[location];
            if (!place.costs || place.point.is_set()) return std::nullopt;
            if (!has_rates(location) && !place.costs->distance_bands.empty()) return std::nullopt;
            cost += units * place.costs->per_unit_micros;
            used.insert(location);
            if (order_.method == core::FulfillmentMethod::pickup) continue;
            cost += units * part_of(place.costs->per_kg_micros, weight_of(plan[i]), 1'000);
            parcels[location].insert(model_.items[plan[i].item].wanted.ship_alone ? i + 1 : 0);
        }
    }
    if (any_short) cost += model_.settings.backorder_fixed_micros;
    if (order_.method == core::FulfillmentMethod::pickup) return cost;
    for (const std::uint32_t location : used) {
        const core::Location& place = model_.locations[location];
        const std::int64_t km = place.address.country == order_.country ? 300 : 3'000;
        cost += place.costs->per_order_micros + place.priority * 1'000 + km;
        cost += place.costs->per_shipment_micros * static_cast<std::int64_t>(parcels[location].size());
    }
    return cost;
}

void RoutingCheck::check_cost(const core::RoutingTrace& trace, std::vector<std::string>& out) const {
    const auto cost = cost_of(lines);
    if (cost && *cost != trace.cost_micros) {
        out.push_back(fmt::format("the plan is said to cost {} and costs {}", trace.cost_micros, *cost));
    }
    std::vector<RoutedLine> plan;
    for (std::uint32_t location = 0; location < model_.locations.size(); ++location) {
        if (!covers_alone(location, plan)) continue;
        const auto other = cost_of(plan);
        if (other && *other < trace.cost_micros) {
            out.push_back(fmt::format("{} alone would have cost {}, the plan costs {}", model_.locations[location].code,
                                      *other, trace.cost_micros));
        }
    }
}

}  // namespace waybill::sim
