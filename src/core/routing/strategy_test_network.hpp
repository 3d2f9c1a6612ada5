#pragma once
// What tests of strategies share: small random networks, and a slow evaluation of them that is right at a glance. It
// enumerates every plan and compares lists of values; it knows nothing of weights, problems and solvers.

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/core_test_shop.hpp"
#include "core/routing/route.hpp"

namespace waybill::core::testing {

struct Network {
    Shop shop;
    RouteRequest request;
    RoutingStrategy strategy;

    [[nodiscard]] const TenantState& state() const { return *shop.state; }
    [[nodiscard]] RouteResult decide() { return route(request, *shop.state, shop.context()); }
};

inline void put_place(Shop& shop, Location location) {
    PutLocation put;
    put.location = std::move(location);
    put.location.calendar.working_days.fill(true);
    WAYBILL_ASSERT(shop.run(put).has_value());
}

inline void put_thing(Shop& shop, const std::string& sku, std::int64_t price_micros, bool alone = false,
                      const std::string& item_class = "", std::int64_t weight_g = 0) {
    PutItem put;
    put.item.sku = sku;
    put.item.units = {{"each", 1, ""}};
    put.item.price_micros = price_micros;
    put.item.ship_alone = alone;
    put.item.item_class = item_class;
    put.item.weight_g = weight_g;
    WAYBILL_ASSERT(shop.run(put).has_value());
}

/// A plan by line and location, and what is short of each line.
using Given = std::vector<std::vector<std::int64_t>>;

class Reference {
public:
    explicit Reference(Network& network)
        : network_(network), policy_(policy_under(network.request.policy, &network.strategy)) {
        for (LocationIx l = 0; l < network.state().locations.size(); ++l) look_at(l);
        for (std::size_t p = 0; p < places_.size(); ++p) places_[p].index = static_cast<std::int64_t>(p);
    }

    /// The least list of values of any plan that keeps all rules; `hold`: parts worth too little break one.
    [[nodiscard]] std::vector<std::int64_t> best(bool hold) {
        best_.clear();
        hold_ = hold;
        std::vector<std::vector<std::int64_t>> left;
        for (const Place& place : places_) left.push_back(place.stock);
        std::vector<std::int64_t> room;
        for (const Place& place : places_) room.push_back(place.room);
        Given given(network_.request.lines.size(), std::vector<std::int64_t>(places_.size(), 0));
        fill(0, 0, network_.request.lines.empty() ? 0 : network_.request.lines[0].quantity, given, left, room);
        return best_;
    }

    [[nodiscard]] std::vector<std::int64_t> values_of(const RouteResult& routed) const {
        Given given(network_.request.lines.size(), std::vector<std::int64_t>(places_.size(), 0));
        for (const auto& row : routed.allocations) {
            for (std::size_t p = 0; p < places_.size(); ++p) {
                if (places_[p].ix == row.allocation.location) {
                    given[row.line_no.raw() - 1][p] += row.allocation.quantity;
                }
            }
        }
        return values(given);
    }

    [[nodiscard]] bool holds(const RouteResult& routed) const {
        Given given(network_.request.lines.size(), std::vector<std::int64_t>(places_.size(), 0));
        for (const auto& row : routed.allocations) {
            for (std::size_t p = 0; p < places_.size(); ++p) {
                if (places_[p].ix == row.allocation.location) {
                    given[row.line_no.raw() - 1][p] += row.allocation.quantity;
                }
            }
        }
        return parts_hold(given);
    }

private:
    struct Place {
        LocationIx ix = 0;
        std::int64_t index = 0;
        std::vector<std::int64_t> stock;  // by item
        std::int64_t room = INT32_MAX;
        std::int64_t distance_m = -1;
        std::int64_t depth = 0;
        std::int64_t weekly_milliunits = 0;
        std::vector<std::int64_t> marked;  // the markdown of each unit that could be sent, one by one
        std::int64_t used_units = 0;
        std::int64_t units_per_day = 0;
    };

    void look_at(LocationIx l) {
        const TenantState& state = network_.state();
        const Location& location = state.locations[l];
        Place place;
        place.ix = l;
        std::map<ItemIx, std::int64_t> wanted;
        for (const RouteLine& line : network_.request.lines) wanted[line.item] += line.quantity;
        for (ItemIx item = 0; item < state.items.size(); ++item) {
            const Level* level = state.levels_of(item).find(l);
            std::int64_t units = level == nullptr ? 0 : level->sellable();
            if (location.kind == LocationKind::store) units -= network_.strategy.safety_units;
            units = std::max<std::int64_t>(units, 0);
            place.stock.push_back(units);
            if (!wanted.contains(item)) continue;
            place.depth += units;
            const auto [weekly, markdown] = sale(item, l);
            place.weekly_milliunits += weekly;
            for (std::int64_t u = 0; u < std::min(units, wanted[item]); ++u) place.marked.push_back(markdown);
        }
        if (location.capacity.units_per_day) {
            place.units_per_day = *location.capacity.units_per_day;
            const auto& days = state.capacity.read(l).days;
            place.used_units = days.empty() ? 0 : days.back().units;
            place.room = place.units_per_day - place.used_units;
        }
        if (location.point.is_set() && network_.request.point.is_set()) {
            place.distance_m = distance_m(network_.request.point, location.point);
        }
        const bool served = !has_tables(place) || !services(place).empty();
        if (place.depth > 0 && place.room > 0 && served) places_.push_back(std::move(place));
    }

    /// Of the item at the location: milliunits a week, and the markdown.
    [[nodiscard]] std::pair<std::int64_t, std::int64_t> sale(ItemIx item, LocationIx location) const {
        const TenantState& state = network_.state();
        for (std::uint32_t d = 0; d < state.demand.size(); ++d) {
            if (state.demand.codes.key(d) != state.items[item].sku) continue;
            for (const DemandRate& rate : state.demand[d].rates) {
                if (rate.location == location) return {rate.weekly_milliunits, rate.markdown_bp};
            }
        }
        return {0, 0};
    }

    void fill(std::size_t line, std::size_t p, std::int64_t open, Given& given,
              std::vector<std::vector<std::int64_t>>& left, std::vector<std::int64_t>& room) {
        const auto& lines = network_.request.lines;
        if (line == lines.size()) return take(given);
        if (p == places_.size()) {
            fill(line + 1, 0, line + 1 < lines.size() ? lines[line + 1].quantity : 0, given, left, room);
            return;
        }
        std::int64_t& stock = left[p][lines[line].item];
        const std::int64_t most = std::min({open, stock, room[p]});
        for (std::int64_t units = 0; units <= most; ++units) {
            given[line][p] = units;
            stock -= units;
            room[p] -= units;
            fill(line, p + 1, open - units, given, left, room);
            stock += units;
            room[p] += units;
        }
        given[line][p] = 0;
    }

    void take(const Given& given) {
        if (!allowed(given) || (hold_ && !parts_hold(given))) return;
        const std::vector<std::int64_t> now = values(given);
        if (best_.empty() || now < best_) best_ = now;
    }

    [[nodiscard]] static std::int64_t sum(const std::vector<std::int64_t>& row) {
        std::int64_t out = 0;
        for (const std::int64_t units : row) out += units;
        return out;
    }
    [[nodiscard]] const Item& item(std::size_t line) const {
        return network_.state().items[network_.request.lines[line].item];
    }
    [[nodiscard]] std::int64_t short_of(const Given& given, std::size_t line) const {
        return network_.request.lines[line].quantity - sum(given[line]);
    }

    [[nodiscard]] bool allowed(const Given& given) const {
        std::int64_t sent = 0;
        std::int64_t missing = 0;
        for (std::size_t l = 0; l < given.size(); ++l) {
            const auto& classes = network_.strategy.no_split_classes;
            const bool whole =
                !policy_.allow_split || std::find(classes.begin(), classes.end(), item(l).item_class) != classes.end();
            const auto from = std::count_if(given[l].begin(), given[l].end(), [](std::int64_t u) { return u > 0; });
            if (whole && from > 1) return false;
            if (policy_.max_line_shipments && from > *policy_.max_line_shipments) return false;
            sent += sum(given[l]);
            missing += short_of(given, l);
        }
        for (const Parcel& parcel : parcels(given)) {
            if (has_tables(places_[parcel.place]) && !freight(places_[parcel.place], parcel.weight_g)) return false;
        }
        if (policy_.ship_complete && sent > 0 && missing > 0) return false;
        return !policy_.max_shipments || shipments(given) <= *policy_.max_shipments;
    }

    [[nodiscard]] bool parts_hold(const Given& given) const {
        if (!network_.strategy.min_part_value_micros) return true;
        std::vector<std::int64_t> worth;
        for (std::size_t p = 0; p < places_.size(); ++p) {
            std::int64_t part = 0;
            std::int64_t units = 0;
            for (std::size_t l = 0; l < given.size(); ++l) {
                part += given[l][p] * item(l).price_micros;
                units += given[l][p];
            }
            if (units > 0) worth.push_back(part);
        }
        if (worth.empty()) return true;
        std::int64_t rest = 0;
        std::int64_t missing = 0;
        for (std::size_t l = 0; l < given.size(); ++l) {
            rest += short_of(given, l) * item(l).price_micros;
            missing += short_of(given, l);
        }
        if (missing > 0 && policy_.on_shortage == OnShortage::backorder) worth.push_back(rest);
        return worth.size() == 1 ||
               *std::min_element(worth.begin(), worth.end()) >= *network_.strategy.min_part_value_micros;
    }

    struct Parcel {
        std::size_t place = 0;
        std::int64_t weight_g = 0;
    };
    [[nodiscard]] std::vector<Parcel> parcels(const Given& given) const {
        std::vector<Parcel> out;
        for (std::size_t p = 0; p < places_.size(); ++p) {
            bool shared = false;
            std::int64_t weight = 0;
            for (std::size_t l = 0; l < given.size(); ++l) {
                if (given[l][p] == 0) continue;
                if (item(l).ship_alone) {
                    out.push_back({p, given[l][p] * item(l).weight_g});
                } else {
                    shared = true;
                    weight += given[l][p] * item(l).weight_g;
                }
            }
            if (shared) out.push_back({p, weight});
        }
        return out;
    }
    [[nodiscard]] std::int64_t shipments(const Given& given) const {
        return static_cast<std::int64_t>(parcels(given).size());
    }

    [[nodiscard]] bool has_tables(const Place& place) const {
        return !network_.state().locations[place.ix].costs->rate_tables.empty();
    }
    [[nodiscard]] static std::int64_t metres(const Place& place) {
        return place.distance_m < 0 ? 300'000 : place.distance_m;
    }
    [[nodiscard]] bool matches(const RateZone& zone, const Place& place) const {
        if (!zone.country.empty() && zone.country != network_.request.country) return false;
        if (zone.max_km && metres(place) > *zone.max_km * 1'000) return false;
        if (zone.postcodes.empty()) return true;
        // As the tests write postcodes and entries.
        const std::string& to = network_.request.postcode;
        const auto named = [&](const std::string& entry) {
            if (entry == "SW*") return to == "sw1a 1aa";
            if (entry == "20000-29999") return to == "25000";
            return entry == to;
        };
        return std::any_of(zone.postcodes.begin(), zone.postcodes.end(), named);
    }
    [[nodiscard]] std::vector<const RateZone*> services(const Place& place) const {
        const TenantState& state = network_.state();
        std::vector<const RateZone*> out;
        for (std::uint32_t t = 0; t < state.rate_tables.size(); ++t) {
            const auto& named = state.locations[place.ix].costs->rate_tables;
            if (std::find(named.begin(), named.end(), state.rate_tables[t].code) == named.end()) continue;
            for (const RateZone& zone : state.rate_tables[t].zones) {
                if (!matches(zone, place)) continue;
                out.push_back(&zone);
                break;
            }
        }
        return out;
    }
    [[nodiscard]] std::int64_t late(const RateZone& zone) const {
        if (!network_.request.wanted_by || !zone.transit_days) return 0;
        const std::int64_t today = network_.shop.now.micros() / micros_per_day;
        return std::max<std::int64_t>(0, today + *zone.transit_days - network_.request.wanted_by->days());
    }
    [[nodiscard]] std::int64_t least_late(const Place& place) const {
        std::int64_t least = INT64_MAX;
        for (const RateZone* zone : services(place)) least = std::min(least, late(*zone));
        return least == INT64_MAX ? 0 : least;
    }
    [[nodiscard]] bool counts_lateness() const {
        return !network_.strategy.is_ordered() && network_.strategy.late_cost_per_unit_day_micros > 0;
    }
    /// nullopt: nobody carries it.
    [[nodiscard]] std::optional<std::int64_t> freight(const Place& place, std::int64_t weight_g) const {
        std::optional<std::int64_t> best;
        for (const RateZone* zone : services(place)) {
            if (counts_lateness() && late(*zone) > least_late(place)) continue;
            for (const RateBreak& step : zone->weight_breaks) {
                if (weight_g > step.max_g) continue;
                best = std::min(best.value_or(INT64_MAX), step.price_micros);
            }
        }
        return best;
    }

    [[nodiscard]] bool before(Criterion criterion, const Place& a, const Place& b) const {
        const Location& at = network_.state().locations[a.ix];
        const Location& bt = network_.state().locations[b.ix];
        switch (criterion) {
            case Criterion::fewest_shipments:
                break;
            case Criterion::distance:
                return a.distance_m >= 0 && (b.distance_m < 0 || a.distance_m < b.distance_m);
            case Criterion::priority:
                return at.priority < bt.priority;
            case Criterion::stock_depth:
                return a.depth > b.depth;
            case Criterion::workload:
                // Shares as fractions, to the millionth as they are recorded.
                return (a.units_per_day == 0 ? 0 : a.used_units * 1'000'000 / a.units_per_day) <
                       (b.units_per_day == 0 ? 0 : b.used_units * 1'000'000 / b.units_per_day);
            case Criterion::capacity_left:
                return left_of(a) > left_of(b);
            case Criterion::supplier_last:
                return at.kind != LocationKind::supplier && bt.kind == LocationKind::supplier;
            case Criterion::weeks_of_supply:
                return weeks(a) > weeks(b);
            case Criterion::markdown:
                return mean(a.marked) > mean(b.marked);
        }
        return false;
    }

    /// To the thousandth.
    [[nodiscard]] static std::int64_t weeks(const Place& place) {
        if (place.weekly_milliunits == 0) return INT64_MAX;
        return place.depth * 1'000 * 1'000 / place.weekly_milliunits;
    }
    [[nodiscard]] static std::int64_t mean(const std::vector<std::int64_t>& values) {
        return values.empty() ? 0 : sum(values) / static_cast<std::int64_t>(values.size());
    }
    [[nodiscard]] static std::int64_t left_of(const Place& place) {
        return place.units_per_day == 0 ? INT64_MAX : place.units_per_day - place.used_units;
    }

    [[nodiscard]] std::int64_t rank_sum(const Given& given, const std::vector<Criterion>& criteria) const {
        std::int64_t out = 0;
        for (std::size_t p = 0; p < places_.size(); ++p) {
            std::int64_t units = 0;
            for (const auto& row : given) units += row[p];
            std::int64_t rank = 0;
            for (const Place& other : places_) rank += better(other, places_[p], criteria) ? 1 : 0;
            out += units * rank;
        }
        return out;
    }
    [[nodiscard]] bool better(const Place& a, const Place& b, const std::vector<Criterion>& criteria) const {
        for (const Criterion criterion : criteria) {
            if (before(criterion, a, b)) return true;
            if (before(criterion, b, a)) return false;
        }
        return a.index < b.index;
    }

    [[nodiscard]] std::int64_t credit(std::size_t line, const Place& place) const {
        const auto has = [](const std::vector<std::string>& list, const std::string& name) {
            return list.empty() || std::find(list.begin(), list.end(), name) != list.end();
        };
        const std::string& code = network_.state().locations[place.ix].code;
        for (const ClearanceTerm& term : network_.strategy.clearance) {
            if (has(term.item_classes, item(line).item_class) && has(term.locations, code)) return term.credit_micros;
        }
        return 0;
    }

    [[nodiscard]] std::int64_t money(const Given& given) const {
        std::int64_t out = 0;
        for (std::size_t p = 0; p < places_.size(); ++p) {
            const Location& at = network_.state().locations[places_[p].ix];
            std::int64_t units = 0;
            std::int64_t parcels = 0;
            bool shared = false;
            for (std::size_t l = 0; l < given.size(); ++l) {
                units += given[l][p];
                if (given[l][p] > 0 && item(l).ship_alone) ++parcels;
                shared = shared || (given[l][p] > 0 && !item(l).ship_alone);
            }
            if (units == 0) continue;
            parcels += shared ? 1 : 0;
            out += parcels * at.costs->per_shipment_micros + units * at.costs->per_unit_micros;
            out += at.priority * 1'000 + metres(places_[p]) / 1'000;
            if (counts_lateness() && has_tables(places_[p])) {
                out += units * least_late(places_[p]) * network_.strategy.late_cost_per_unit_day_micros;
            }
        }
        for (std::size_t l = 0; l < given.size(); ++l) {
            for (std::size_t p = 0; p < places_.size(); ++p) out -= given[l][p] * credit(l, places_[p]);
        }
        for (const Parcel& parcel : parcels(given)) {
            if (has_tables(places_[parcel.place])) out += *freight(places_[parcel.place], parcel.weight_g);
        }
        out += std::max<std::int64_t>(shipments(given) - 1, 0) * network_.strategy.split_penalty_micros;
        for (std::size_t l = 0; l < given.size(); ++l) out += short_of(given, l) * 1'000'000'000;
        return out;
    }

    [[nodiscard]] std::vector<std::int64_t> values(const Given& given) const {
        if (network_.strategy.rank_by == RankBy::least_cost) return {money(given)};
        std::vector<std::int64_t> out{0};
        for (std::size_t l = 0; l < given.size(); ++l) out[0] += short_of(given, l);
        std::vector<Criterion> group;
        bool counted = false;
        for (const Criterion criterion : network_.strategy.criteria) {
            if (criterion != Criterion::fewest_shipments) {
                group.push_back(criterion);
                continue;
            }
            if (!group.empty()) out.push_back(rank_sum(given, group));
            group.clear();
            out.push_back(shipments(given));
            counted = true;
        }
        if (!group.empty()) out.push_back(rank_sum(given, group));
        if (!counted) out.push_back(shipments(given));
        out.push_back(rank_sum(given, {}));
        return out;
    }

    Network& network_;
    RoutingPolicy policy_;
    std::vector<Place> places_;
    bool hold_ = false;
    std::vector<std::int64_t> best_;
};

}  // namespace waybill::core::testing
