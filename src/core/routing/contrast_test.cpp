// Contrast on random networks: whatever an explanation says would make a place win is done, and the same order is
// decided again: it has to use the place. With one unit fewer, or at the price named, it must not.

#include "core/routing/contrast.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "core/network/costs.hpp"
#include "core/order/place_order.hpp"
#include "core/order/preview.hpp"
#include "core/routing/explain.hpp"
#include "core/routing/filters_test_lists.hpp"
#include "core/routing/routing_problem.hpp"
#include "core/routing/strategy_test_network.hpp"

namespace waybill::core {
namespace {

using testing::Dice;
using testing::ListedFilters;
using testing::point_at;
using testing::pound;
using testing::put_place;
using testing::put_thing;
using testing::Shop;

/// Up to six places with stock of A, B, C, some owing units or keeping some back; a kit of A and B; an item that ships
/// alone; some places with little capacity.
class World {
public:
    explicit World(std::uint64_t seed) : dice_(seed) {
        put_things();
        for (std::int64_t p = dice_.between(2, 6); p > 0; --p) add_place("p" + std::to_string(p));
        shop.put_channel("web");
        for (int n = 0; n < 2; ++n) use_some("EARLIER" + std::to_string(n));
        // A count that finds less than is reserved: the place owes units.
        if (dice_.between(0, 1) == 0) shop.count("A", "p1", 0);
        make_request();
        make_strategies();
    }
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    [[nodiscard]] RouteResult decide() { return route_by_strategies(request, choices, *shop.state, shop.context()); }

    /// The request as the attempt that decided had it.
    [[nodiscard]] RouteRequest decided_request(const RouteResult& routed) const {
        RouteRequest out = request;
        if (choices.empty()) return out;
        out.strategy = choices[routed.choice].strategy;
        out.filters = choices[routed.choice].filters;
        return out;
    }

    Shop shop;
    RouteRequest request;
    std::vector<StrategyChoice> choices;

private:
    void put_things() {
        for (const char* sku : {"A", "B", "C"}) {
            put_thing(shop, sku, dice_.between(1, 5) * pound, dice_.between(0, 4) == 0,
                      dice_.between(0, 3) == 0 ? "fragile" : "", dice_.between(0, 3) * 100);
        }
        shop.put_item("KIT", {{"A", dice_.between(1, 2)}, {"B", 1}});
        PutRateTable put;
        put.table.code = "parcel";
        RateZone& zone = put.table.zones.emplace_back();
        zone.code = "all";
        zone.max_km = dice_.between(150, 400);
        zone.transit_days = 2;
        zone.weight_breaks = {{200, pound}, {500, 2 * pound}, {1'000, 3 * pound}};
        WAYBILL_ASSERT(shop.run(put).has_value());
    }

    void add_place(const std::string& code) {
        Location place;
        place.code = code;
        place.kind = static_cast<LocationKind>(dice_.between(0, 3));
        place.address.country = "GB";
        if (dice_.between(0, 4) != 0) place.point = point_at(0, static_cast<double>(dice_.between(0, 3)));
        place.priority = static_cast<std::int32_t>(dice_.between(0, 2));
        place.costs = CostTerms{
            dice_.between(1, 9) * pound, dice_.between(0, 3) * pound / 10, 0, dice_.between(0, 1) * pound, {}, {}};
        if (dice_.between(0, 1) == 0) place.costs->distance_bands = {{120, pound, 0}, {500, 2 * pound, 0}};
        if (dice_.between(0, 4) == 0) place.costs->rate_tables = {"parcel"};
        if (dice_.between(0, 2) == 0) place.capacity.units_per_day = dice_.between(1, 7);
        if (dice_.between(0, 4) == 0) place.capacity.orders_per_day = dice_.between(0, 2);
        put_place(shop, place);
        for (const char* sku : {"A", "B", "C"}) {
            if (dice_.between(0, 1) == 0) shop.count(sku, code, dice_.between(0, 5));
        }
        PutDemand demand;
        for (const char* sku : {"A", "B", "C"}) {
            demand.rows.push_back({sku, code, dice_.between(0, 3) * 750, dice_.between(0, 3) * 1'111});
        }
        WAYBILL_ASSERT(shop.run(demand).has_value());
    }

    void use_some(const std::string& number) {
        PlaceOrder order = shop.order(number);
        for (const char* sku : {"A", "B"}) {
            LineInput line;
            line.sku = sku;
            line.quantity = dice_.between(1, 3);
            order.lines.push_back(line);
        }
        WAYBILL_ASSERT(shop.run(order).has_value());
    }

    void make_request() {
        request.country = "GB";
        if (dice_.between(0, 5) != 0) request.point = point_at(0, 1);
        request.wanted_by = CivilDate(static_cast<std::int32_t>(shop.now.micros() / micros_per_day + 1));
        const std::int64_t lines = dice_.between(1, 3);
        for (std::int64_t l = 1; l <= lines; ++l) {
            RouteLine line;
            line.line_no = LineNo(static_cast<std::uint32_t>(l));
            line.item = static_cast<ItemIx>(dice_.between(0, 3));
            line.quantity = dice_.between(1, 4);
            for (const Component& part : shop.state->items[line.item].components) {
                line.takes.push_back({part.item, part.quantity});
            }
            request.lines.push_back(line);
        }
        if (dice_.between(0, 4) == 0) request.policy.allow_split = false;
        if (dice_.between(0, 4) == 0) request.policy.ship_complete = true;
        if (dice_.between(0, 4) == 0) request.policy.max_shipments = dice_.between(1, 3);
        if (dice_.between(0, 4) == 0) request.policy.max_line_shipments = dice_.between(1, 2);
    }

    void make_strategies() {
        strategies_.reserve(3);
        filters_.reserve(3);
        for (std::int64_t n = dice_.between(0, 3); n > 0; --n) {
            make_strategy(strategies_.emplace_back());
            StrategyChoice choice{&strategies_.back(), nullptr};
            if (dice_.between(0, 1) == 0) choice.filters = &make_filters();
            choices.push_back(choice);
        }
    }

    void make_strategy(RoutingStrategy& strategy) {
        if (dice_.between(0, 2) != 0) {
            strategy.rank_by = RankBy::ordered;
        } else {
            strategy.split_penalty_micros = dice_.between(0, 2) * pound;
            strategy.late_cost_per_unit_day_micros = dice_.between(0, 2) * pound;
            if (dice_.between(0, 2) == 0) strategy.clearance = {{{"fragile"}, {}, dice_.between(1, 3) * pound}};
        }
        std::vector<Criterion> left{Criterion::fewest_shipments, Criterion::distance, Criterion::priority,
                                    Criterion::stock_depth,      Criterion::workload, Criterion::capacity_left,
                                    Criterion::supplier_last,    Criterion::markdown, Criterion::weeks_of_supply};
        for (std::int64_t n = dice_.between(1, 4); n > 0; --n) {
            const auto at = dice_.between(0, static_cast<std::int64_t>(left.size()) - 1);
            strategy.criteria.push_back(left[static_cast<std::size_t>(at)]);
            left.erase(left.begin() + at);
        }
        if (dice_.between(0, 5) == 0) strategy.max_shipments = dice_.between(1, 3);
        if (dice_.between(0, 5) == 0) strategy.max_line_shipments = dice_.between(1, 2);
        if (dice_.between(0, 5) == 0) strategy.allow_split = dice_.between(0, 1) == 0;
        if (dice_.between(0, 5) == 0) strategy.ship_complete = dice_.between(0, 1) == 0;
        if (dice_.between(0, 3) == 0) strategy.no_split_classes = {"fragile"};
        if (dice_.between(0, 3) == 0) strategy.safety_units = dice_.between(1, 2);
        if (dice_.between(0, 5) == 0) strategy.min_part_value_micros = dice_.between(2, 9) * pound;
    }

    ListedFilters& make_filters() {
        std::vector<ListedFilters::Filter> filters;
        for (std::int64_t n = dice_.between(1, 3); n > 0; --n) {
            ListedFilters::Filter filter;
            filter.hard = dice_.between(0, 2) == 0;
            for (LocationIx l = 0; l < shop.state->locations.size(); ++l) {
                if (dice_.between(0, 2) == 0) filter.refused.push_back(l);
            }
            filters.push_back(std::move(filter));
        }
        return filters_.emplace_back(std::move(filters));
    }

    Dice dice_;
    std::vector<RoutingStrategy> strategies_;
    std::vector<ListedFilters> filters_;
};

void add_stock(Shop& shop, ItemIx item, LocationIx place, std::int64_t units) {
    if (units == 0) return;
    MoveInventory move;
    MoveInput row;
    row.kind = MoveKind::adjust;
    row.sku = shop.state->items[item].sku;
    row.location = shop.state->locations[place].code;
    row.quantity = units;
    row.reason = "found";
    move.moves.push_back(row);
    WAYBILL_ASSERT(shop.run(move).has_value());
}

/// What a recorded decision does not know of: the place owes some, or keeps some back.
std::int64_t missing_at(const Shop& shop, const RouteRequest& request, ItemIx item, LocationIx place) {
    Level none;
    none.location = place;
    const Level* level = shop.state->levels_of(item).find(place);
    return std::max<std::int64_t>(-units_to_have(request, item, level == nullptr ? none : *level, *shop.state), 0);
}

void change_place(Shop& shop, LocationIx place, const std::function<void(Location&)>& change) {
    PutLocation put;
    put.location = shop.state->locations[place];
    change(put.location);
    WAYBILL_ASSERT(shop.run(put).has_value());
}

/// Lets a shipment from the place to this order cost so much, all else as it is.
void set_price(Shop& shop, LocationIx place, std::int64_t micros) {
    change_place(shop, place, [micros](Location& location) {
        location.costs->distance_bands.clear();
        location.costs->per_shipment_micros = micros;
    });
}

void add_capacity(Shop& shop, LocationIx place, const Contrast& contrast, std::int64_t less) {
    change_place(shop, place, [&](Location& location) {
        if (location.capacity.units_per_day) *location.capacity.units_per_day += contrast.capacity_units - less;
        if (location.capacity.orders_per_day) *location.capacity.orders_per_day += contrast.capacity_orders;
    });
}

struct Told {
    LocationIx place = 0;
    Contrast contrast;
};

std::vector<Told> contrasts_of(const Explanation& explanation) {
    std::vector<Told> out;
    for (const ExplainedCandidate& candidate : explanation.candidates) {
        if (candidate.chosen) {
            EXPECT_TRUE(candidate.contrast.empty());
        }
        if (!candidate.contrast.empty()) out.push_back({candidate.candidate.location, candidate.contrast});
    }
    for (const ExplainedIneligible& row : explanation.ineligible) {
        if (!row.contrast.empty()) out.push_back({row.location, row.contrast});
    }
    return out;
}

/// How often each kind of contrast was told and done.
struct Count {
    int units = 0;
    int several = 0;
    int without_stock = 0;
    int prices = 0;
    int capacity = 0;
    int full = 0;
    int fallbacks = 0;
};

using Uses = std::function<bool(World&, LocationIx)>;

class Doer {
public:
    enum class From : std::uint8_t { preview, record };
    enum class Attempts : std::uint8_t { one, several };

    Doer(std::uint64_t seed, const RouteRequest& decided, From from, Attempts attempts, Uses uses, Count& count)
        : seed_(seed),
          decided_(decided),
          recorded_(from == From::record),
          only_attempt_(attempts == Attempts::one),
          uses_(std::move(uses)),
          count_(count) {}

    void do_all(const Explanation& explanation) {
        for (const Told& told : contrasts_of(explanation)) {
            do_units(told);
            do_price(told, explanation.trace.cost_micros);
            do_capacity(told);
        }
    }

private:
    /// The world again, with a change.
    [[nodiscard]] bool then_uses(LocationIx place, const std::function<void(Shop&)>& change) {
        World world(seed_);
        change(world.shop);
        return uses_(world, place);
    }

    void do_units(const Told& told) {
        const auto& units = told.contrast.units;
        if (units.empty()) return;
        ++(units.size() > 1 ? count_.several : count_.units);
        count_.fallbacks += only_attempt_ ? 0 : 1;
        const auto done = [&](std::size_t one_less) {
            return then_uses(told.place, [&](Shop& shop) {
                for (std::size_t u = 0; u < units.size(); ++u) {
                    std::int64_t more = units[u].units - (u == one_less ? 1 : 0);
                    if (recorded_) more += missing_at(shop, decided_, units[u].item, told.place);
                    add_stock(shop, units[u].item, told.place, more);
                }
            });
        };
        EXPECT_TRUE(done(units.size())) << "p" << told.place << " with " << units[0].units << " of item "
                                        << units[0].item << (recorded_ ? ", recorded" : ", preview");
        // Where other attempts may decide, one of them may be content with less.
        for (std::size_t u = 0; only_attempt_ && u < units.size(); ++u) {
            EXPECT_FALSE(done(u)) << "p" << told.place << " with one fewer than " << units[u].units << " of item "
                                  << units[u].item << (recorded_ ? ", recorded" : ", preview");
        }
    }

    void do_price(const Told& told, std::int64_t cost) {
        if (!told.contrast.shipment_under_micros) return;
        ++count_.prices;
        const std::int64_t under = *told.contrast.shipment_under_micros;
        ASSERT_GT(under, 0);
        for (const std::int64_t price : {under - 1, under - 1 - (under - 1) / 7, std::int64_t{0}}) {
            EXPECT_TRUE(then_uses(told.place, [&](Shop& shop) { set_price(shop, told.place, price); }))
                << "p" << told.place << " at " << price << ", told under " << under;
        }
        if (!only_attempt_) return;
        World world(seed_);
        set_price(world.shop, told.place, under);
        EXPECT_EQ(world.decide().trace.cost_micros, cost) << "nothing is won at the price that is told";
    }

    void do_capacity(const Told& told) {
        const Contrast& contrast = told.contrast;
        if (contrast.capacity_units == 0 && contrast.capacity_orders == 0) return;
        ++(contrast.capacity_orders > 0 ? count_.full : count_.capacity);
        const auto done = [&](std::int64_t less) {
            return then_uses(told.place, [&](Shop& shop) { add_capacity(shop, told.place, contrast, less); });
        };
        EXPECT_TRUE(done(0)) << "p" << told.place << " with room for " << contrast.capacity_units << " more";
        if (only_attempt_ && contrast.capacity_units > 0) {
            EXPECT_FALSE(done(1)) << "p" << told.place;
        }
    }

    std::uint64_t seed_;
    const RouteRequest& decided_;
    bool recorded_;
    bool only_attempt_;
    Uses uses_;
    Count& count_;
};

bool has_soft_filters(const World& world) {
    return std::any_of(world.choices.begin(), world.choices.end(), [](const StrategyChoice& choice) {
        return choice.filters != nullptr && choice.filters->soft_filters() > 0;
    });
}

bool route_uses(World& world, LocationIx place) {
    const RouteResult routed = world.decide();
    return std::any_of(routed.allocations.begin(), routed.allocations.end(),
                       [place](const auto& row) { return row.allocation.location == place; });
}

TEST(contrast, is_true_when_it_is_done_and_nothing_less_would_do) {
    Count count;
    for (std::uint64_t seed = 1; seed <= 650; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        World world(seed);
        const RouteResult routed = world.decide();
        const RouteRequest request = world.decided_request(routed);
        const bool one = world.choices.size() <= 1 && !has_soft_filters(world);
        const Doer::Attempts attempts = one ? Doer::Attempts::one : Doer::Attempts::several;
        const Explanation preview =
            explain_preview(request, *world.shop.state, world.shop.context(), routed.trace.strategy, world.choices);
        ASSERT_EQ(preview.trace.cost_micros, routed.trace.cost_micros);
        EXPECT_TRUE(preview.contrast_complete);
        Doer(seed, request, Doer::From::preview, attempts, &route_uses, count).do_all(preview);
        const Explanation recorded = explain_recorded(request, routed.trace, world.shop.now, *world.shop.state,
                                                      world.shop.context(), world.choices);
        ASSERT_TRUE(recorded.reproduced);
        Doer(seed, request, Doer::From::record, attempts, &route_uses, count).do_all(recorded);
    }
    // Each kind was told often enough to have been tried.
    EXPECT_GE(count.units, 700);
    EXPECT_GE(count.several, 300);
    EXPECT_GE(count.prices, 40);
    EXPECT_GE(count.capacity, 12);
    EXPECT_GE(count.full, 25);
    EXPECT_GE(count.fallbacks, 400);
}

/// The order that the request of a world stands for.
PlaceOrder order_of(const World& world) {
    PlaceOrder out = world.shop.order("CONTRAST");
    out.ship_to.point = world.request.point;
    out.allow_split = world.request.policy.allow_split;
    out.ship_complete = world.request.policy.ship_complete;
    out.max_shipments = world.request.policy.max_shipments;
    out.max_line_shipments = world.request.policy.max_line_shipments;
    for (const RouteLine& wanted : world.request.lines) {
        LineInput line;
        line.sku = world.shop.state->items[wanted.item].sku;
        line.quantity = wanted.quantity;
        out.lines.push_back(line);
    }
    return out;
}

bool placed_uses(World& world, LocationIx place) {
    const auto decision = world.shop.run(order_of(world));
    WAYBILL_ASSERT(decision.has_value());
    for (const OrderLine& line : world.shop.placed(*decision).lines) {
        for (const Allocation& allocation : line.allocations) {
            if (allocation.location == place) return true;
        }
    }
    return false;
}

TEST(contrast, of_an_order_comes_true_when_the_order_is_placed) {
    Count count;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        World world(seed);
        const PlaceOrder command = order_of(world);
        const RouteRequest request = preview_request(command, *world.shop.state, world.shop.context()).value();
        const auto preview = preview_order(command, nullptr, "", *world.shop.state, world.shop.context());
        ASSERT_TRUE(preview);
        Doer(seed, request, Doer::From::preview, Doer::Attempts::several, &placed_uses, count).do_all(preview->routing);
        const Instant then = world.shop.now;
        const auto decision = world.shop.run(command);
        ASSERT_TRUE(decision);
        const auto& placed = std::get<OrderPlaced>(decision->events.back());
        const Explanation recorded = explain_recorded(request_of(placed.order, placed.routing), placed.routing, then,
                                                      *world.shop.state, world.shop.context());
        ASSERT_TRUE(recorded.reproduced);
        Doer(seed, request, Doer::From::record, Doer::Attempts::several, &placed_uses, count).do_all(recorded);
    }
    EXPECT_GE(count.units, 150);
    EXPECT_GE(count.prices, 30);
}

}  // namespace
}  // namespace waybill::core
