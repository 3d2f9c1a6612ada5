// Strategies against an evaluation that enumerates all plans of small random networks, and their single settings.

#include "core/routing/strategy.hpp"

#include <gtest/gtest.h>

#include "core/routing/explain.hpp"
#include "core/routing/packed_inputs.hpp"
#include "core/routing/strategy_test_network.hpp"

namespace waybill::core {
namespace {

using testing::Dice;
using testing::Network;
using testing::point_at;
using testing::pound;
using testing::put_place;
using testing::put_thing;
using testing::Reference;
using testing::Shop;

void add_places(Shop& shop, Dice& dice) {
    for (std::int64_t p = dice.between(1, 5); p > 0; --p) {
        Location place;
        place.code = "p" + std::to_string(p);
        place.kind = static_cast<LocationKind>(dice.between(0, 3));
        place.address.country = "GB";
        if (dice.between(0, 4) != 0) place.point = point_at(0, static_cast<double>(dice.between(0, 3)));
        place.priority = static_cast<std::int32_t>(dice.between(0, 2));
        place.costs = CostTerms{dice.between(1, 9) * pound, dice.between(0, 3) * pound / 10, 0, 0, {}, {}};
        for (std::uint32_t t = 0; t < shop.state->rate_tables.size(); ++t) {
            if (dice.between(0, 2) != 0) place.costs->rate_tables.push_back(shop.state->rate_tables[t].code);
        }
        if (dice.between(0, 2) == 0) place.capacity.units_per_day = dice.between(2, 9);
        put_place(shop, place);
        for (const char* sku : {"A", "B", "C"}) {
            if (dice.between(0, 2) != 0) shop.count(sku, place.code, dice.between(0, 5));
        }
    }
    shop.put_channel("web");
}

/// Few different numbers, so that places are alike now and then.
void tell_demand(Shop& shop, Dice& dice) {
    PutDemand put;
    for (LocationIx l = 0; l < shop.state->locations.size(); ++l) {
        for (const char* sku : {"A", "B", "C"}) {
            if (dice.between(0, 2) == 0) continue;
            put.rows.push_back(
                {sku, shop.state->locations[l].code, dice.between(0, 3) * 750, dice.between(0, 3) * 1'111});
        }
    }
    if (!put.rows.empty()) WAYBILL_ASSERT(shop.run(put).has_value());
}

RateZone random_zone(Dice& dice) {
    RateZone zone;
    if (dice.between(0, 2) == 0) zone.country = "GB";
    if (!zone.country.empty() && dice.between(0, 1) == 0) zone.postcodes = {"20000-29999", "10115", "SW*"};
    if (dice.between(0, 2) == 0) zone.max_km = dice.between(60, 320);
    if (dice.between(0, 3) != 0) zone.transit_days = static_cast<std::int32_t>(dice.between(0, 4));
    std::int64_t grams = 0;
    std::int64_t price = 0;
    for (std::int64_t b = dice.between(1, 4); b > 0; --b) {
        grams += dice.between(1, 1'200);
        price += dice.between(0, 4) * pound;
        zone.weight_breaks.push_back({grams, price});
    }
    return zone;
}

void add_rate_tables(Shop& shop, Dice& dice) {
    for (std::int64_t t = dice.between(1, 3); t > 0; --t) {
        PutRateTable put;
        put.table.code = "t" + std::to_string(t);
        for (std::int64_t z = dice.between(1, 3); z > 0; --z) {
            put.table.zones.push_back(random_zone(dice));
            put.table.zones.back().code = "z" + std::to_string(z);
        }
        WAYBILL_ASSERT(shop.run(put).has_value());
    }
}

/// Something has been given to the day already, and is no longer in stock.
void use_some_capacity(Shop& shop, Dice& dice, const std::string& number) {
    PlaceOrder order = shop.order(number);
    LineInput line;
    line.sku = "A";
    line.quantity = dice.between(1, 4);
    order.lines.push_back(line);
    WAYBILL_ASSERT(shop.run(order).has_value());
}

void make_request(Network& network, Dice& dice) {
    RouteRequest& request = network.request;
    request.country = "GB";
    if (dice.between(0, 5) != 0) request.point = point_at(0, 1);
    request.postcode =
        std::vector<std::string>{"", "sw1a 1aa", "10115", "25000"}[static_cast<std::size_t>(dice.between(0, 3))];
    const CivilDate today(static_cast<std::int32_t>(network.shop.now.micros() / micros_per_day));
    if (dice.between(0, 1) == 0) {
        request.wanted_by = CivilDate(today.days() + static_cast<std::int32_t>(dice.between(0, 4)));
    }
    const std::int64_t lines = dice.between(1, 3);
    for (std::int64_t l = 1; l <= lines; ++l) {
        RouteLine line;
        line.line_no = LineNo(static_cast<std::uint32_t>(l));
        line.item = static_cast<ItemIx>(dice.between(0, 2));
        line.quantity = dice.between(1, lines == 3 ? 2 : 5 - lines);
        request.lines.push_back(line);
    }
    if (dice.between(0, 4) == 0) request.policy.allow_split = false;
    if (dice.between(0, 4) == 0) request.policy.ship_complete = true;
    if (dice.between(0, 4) == 0) request.policy.max_shipments = dice.between(1, 3);
    if (dice.between(0, 4) == 0) request.policy.max_line_shipments = dice.between(1, 2);
}

void make_strategy(RoutingStrategy& strategy, Dice& dice) {
    if (dice.between(0, 4) > 1) {
        strategy.rank_by = RankBy::ordered;
    } else {
        if (dice.between(0, 1) == 0) strategy.split_penalty_micros = dice.between(1, 4) * pound / 2;
        for (std::int64_t t = dice.between(0, 2); t > 0; --t) {
            ClearanceTerm& term = strategy.clearance.emplace_back();
            if (dice.between(0, 1) == 0) term.item_classes = {"fragile", "none"};
            if (dice.between(0, 1) == 0) term.locations = {"p1", "p2"};
            term.credit_micros = dice.between(1, 12) * pound / 2;
        }
        if (dice.between(0, 1) == 0) strategy.late_cost_per_unit_day_micros = dice.between(1, 6) * pound / 2;
    }
    std::vector<Criterion> left{Criterion::fewest_shipments, Criterion::distance, Criterion::priority,
                                Criterion::stock_depth,      Criterion::workload, Criterion::capacity_left,
                                Criterion::supplier_last,    Criterion::markdown, Criterion::weeks_of_supply};
    for (std::int64_t n = dice.between(0, 9); n > 0; --n) {
        const auto at = dice.between(0, static_cast<std::int64_t>(left.size()) - 1);
        strategy.criteria.push_back(left[static_cast<std::size_t>(at)]);
        left.erase(left.begin() + at);
    }
    if (dice.between(0, 5) == 0) strategy.max_shipments = dice.between(1, 3);
    if (dice.between(0, 5) == 0) strategy.max_line_shipments = dice.between(1, 2);
    if (dice.between(0, 5) == 0) strategy.allow_split = dice.between(0, 1) == 0;
    if (dice.between(0, 5) == 0) strategy.ship_complete = dice.between(0, 1) == 0;
    if (dice.between(0, 3) == 0) strategy.no_split_classes = {"fragile"};
    if (dice.between(0, 3) == 0) strategy.safety_units = dice.between(1, 2);
    if (dice.between(0, 3) == 0) strategy.on_shortage = static_cast<OnShortage>(dice.between(0, 2));
}

void make(Network& network, Dice& dice) {
    for (const char* sku : {"A", "B", "C"}) {
        put_thing(network.shop, sku, dice.between(1, 5) * pound, dice.between(0, 3) == 0,
                  dice.between(0, 2) == 0 ? "fragile" : "", dice.between(0, 9) * 100);
    }
    if (dice.between(0, 1) == 0) add_rate_tables(network.shop, dice);
    add_places(network.shop, dice);
    if (dice.between(0, 4) != 0) tell_demand(network.shop, dice);
    if (dice.between(0, 1) == 0) use_some_capacity(network.shop, dice, "EARLIER");
    make_request(network, dice);
    make_strategy(network.strategy, dice);
    network.request.strategy = &network.strategy;
}

TEST(strategy, decides_as_comparing_all_plans_one_criterion_after_another_does) {
    for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Dice dice(seed);
        Network network;
        make(network, dice);
        const RouteResult routed = network.decide();
        EXPECT_EQ(routed.trace.status, RoutingStatus::optimal);
        EXPECT_FALSE(routed.trace.coarse);
        Reference reference(network);
        const auto values = reference.values_of(routed);
        EXPECT_EQ(values, reference.best(false));
        if (!network.strategy.is_ordered()) {
            EXPECT_EQ(routed.trace.cost_micros, values[0]);
        }
    }
}

TEST(strategy, of_parts_with_a_least_value_holds_it_and_says_what_is_proved) {
    std::int64_t found = 0;
    std::int64_t tried = 0;
    for (std::uint64_t seed = 1; seed <= 1'500; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Dice dice(seed);
        Network network;
        make(network, dice);
        network.strategy.min_part_value_micros = dice.between(2, 9) * pound;
        const RouteResult routed = network.decide();
        Reference reference(network);
        EXPECT_TRUE(reference.holds(routed));
        const auto best = reference.best(true);
        const auto ours = reference.values_of(routed);
        EXPECT_GE(ours, best);
        EXPECT_LE(routed.trace.lower_bound_micros, routed.trace.cost_micros);
        if (routed.trace.status == RoutingStatus::optimal) {
            EXPECT_EQ(ours, best);
        }
        ++tried;
        found += ours == best ? 1 : 0;
    }
    // Plans that move units between parts until each is worth enough are not looked for; what is found is nearly always
    // the best there is all the same.
    EXPECT_GE(found * 100, tried * 93) << found << " of " << tried;
}

TEST(strategy, of_defaults_decides_and_records_as_none_does) {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Dice dice(seed);
        Network network;
        make(network, dice);
        network.strategy = RoutingStrategy{};
        const RouteResult with = network.decide();
        network.request.strategy = nullptr;
        const RouteResult without = network.decide();
        EXPECT_EQ(with.trace, without.trace);
        EXPECT_EQ(without.trace.strategy + without.trace.relaxed, 0U);
        ASSERT_EQ(with.allocations.size(), without.allocations.size());
        for (std::size_t i = 0; i < with.allocations.size(); ++i) {
            EXPECT_EQ(with.allocations[i].allocation, without.allocations[i].allocation);
        }
    }
}

TEST(strategy, is_run_again_from_its_trace_when_stock_and_capacity_are_others) {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Dice dice(seed);
        Network network;
        make(network, dice);
        if (dice.between(0, 2) == 0) network.strategy.min_part_value_micros = dice.between(2, 9) * pound;
        const RouteResult routed = network.decide();
        const Explanation preview = explain_preview(network.request, network.state(), network.shop.context());
        EXPECT_EQ(preview.trace.cost_micros, routed.trace.cost_micros);
        const Instant then = network.shop.now;
        use_some_capacity(network.shop, dice, "LATER");
        for (LocationIx l = 0; l < network.state().locations.size(); ++l) {
            for (const char* sku : {"A", "B", "C"}) {
                network.shop.count(sku, network.state().locations[l].code, dice.between(4, 9));
            }
        }
        tell_demand(network.shop, dice);
        network.shop.now = Instant(then.micros() + 3 * 86'400 * micros_per_second);
        const Explanation again =
            explain_recorded(network.request, routed.trace, then, network.state(), network.shop.context());
        EXPECT_TRUE(again.reproduced) << again.reproduced_note;
        EXPECT_EQ(again.short_units, routed.short_units);
        std::int64_t sum = 0;
        for (const ExplainedCandidate& candidate : again.candidates) {
            for (const ExplainedSupply& supply : candidate.supplies) {
                std::int64_t given = 0;
                for (const auto& row : routed.allocations) {
                    const bool here = row.allocation.location == candidate.candidate.location;
                    if (here && row.line_no == supply.line_no) given += row.allocation.quantity;
                }
                EXPECT_EQ(supply.chosen, given);
                sum += supply.chosen * supply.unit_cost_micros;
            }
        }
        EXPECT_EQ(again.cost.units_micros + again.cost.late_micros + again.cost.clearance_micros, sum);
        EXPECT_EQ(again.cost.total_micros, preview.cost.total_micros);
        EXPECT_EQ(again.candidates.size(), preview.candidates.size());
        const auto inputs = unpack_inputs(routed.trace.inputs);
        ASSERT_TRUE(inputs);
        const bool reads = network.strategy.reads_standings();
        EXPECT_EQ(inputs->standings.size(), reads ? again.candidates.size() : 0U);
    }
}

Location place_at(const std::string& code, double longitude, LocationKind kind = LocationKind::dc) {
    Location place;
    place.code = code;
    place.kind = kind;
    place.address.country = "GB";
    place.point = point_at(0, longitude);
    return place;
}

/// Three places, ever farther away.
struct Row {
    Row() {
        put_thing(network.shop, "A", 10 * pound, false, "fragile");
        for (int p = 1; p <= 3; ++p) put_place(network.shop, place_at("p" + std::to_string(p), p));
        network.shop.put_channel("web");
        network.request.country = "GB";
        network.request.point = point_at(0, 0);
        network.request.strategy = &network.strategy;
        network.strategy.rank_by = RankBy::ordered;
    }
    RouteResult want(std::int64_t units) {
        network.request.lines = {{LineNo(1), 0, units, {}}};
        return network.decide();
    }
    /// Units by place, as "2 0 1 short 4".
    static std::string told(const RouteResult& routed) {
        std::vector<std::int64_t> units(3, 0);
        for (const auto& row : routed.allocations) units[row.allocation.location] += row.allocation.quantity;
        std::string out;
        for (const std::int64_t n : units) out += std::to_string(n) + " ";
        std::int64_t missing = 0;
        for (const auto& [line, n] : routed.short_units) missing += n;
        return out + "short " + std::to_string(missing);
    }
    Network network;
};

TEST(strategy, nearest_first_and_fewest_shipments_first_are_different_wishes) {
    Row row;
    row.network.shop.count("A", "p1", 2);
    row.network.shop.count("A", "p2", 2);
    row.network.shop.count("A", "p3", 9);
    row.network.strategy.criteria = {Criterion::distance};
    EXPECT_EQ(Row::told(row.want(5)), "2 2 1 short 0");
    row.network.strategy.criteria = {Criterion::fewest_shipments, Criterion::distance};
    EXPECT_EQ(Row::told(row.want(5)), "0 0 5 short 0");
    row.network.strategy.criteria = {Criterion::stock_depth, Criterion::distance};
    EXPECT_EQ(Row::told(row.want(2)), "0 0 2 short 0");
}

TEST(strategy, keeps_safety_units_back_in_stores_alone) {
    Row row;
    put_place(row.network.shop, place_at("p2", 2, LocationKind::store));
    row.network.shop.count("A", "p1", 3);
    row.network.shop.count("A", "p2", 3);
    row.network.strategy.criteria = {Criterion::distance};
    row.network.strategy.safety_units = 2;
    EXPECT_EQ(Row::told(row.want(6)), "3 1 0 short 2");
    row.network.strategy.safety_units = 3;
    EXPECT_EQ(Row::told(row.want(6)), "3 0 0 short 3");
}

TEST(strategy, does_not_split_lines_of_the_classes_named) {
    Row row;
    row.network.shop.count("A", "p1", 2);
    row.network.shop.count("A", "p2", 3);
    row.network.strategy.criteria = {Criterion::distance};
    EXPECT_EQ(Row::told(row.want(4)), "2 2 0 short 0");
    row.network.strategy.no_split_classes = {"fragile"};
    EXPECT_EQ(Row::told(row.want(4)), "0 3 0 short 1") << "the fewest units wait";
    row.network.strategy.no_split_classes = {"other"};
    EXPECT_EQ(Row::told(row.want(4)), "2 2 0 short 0");
}

TEST(strategy, takes_the_place_of_what_the_order_says) {
    Row row;
    row.network.shop.count("A", "p1", 2);
    row.network.shop.count("A", "p2", 2);
    row.network.request.policy.ship_complete = true;
    row.network.strategy.criteria = {Criterion::distance};
    EXPECT_EQ(Row::told(row.want(5)), "0 0 0 short 5");
    row.network.strategy.ship_complete = false;
    EXPECT_EQ(Row::told(row.want(5)), "2 2 0 short 1");
    row.network.strategy.max_shipments = 1;
    EXPECT_EQ(Row::told(row.want(5)), "2 0 0 short 3");
}

TEST(strategy, makes_no_split_with_a_part_worth_too_little) {
    Row row;
    row.network.shop.count("A", "p1", 4);
    row.network.shop.count("A", "p2", 4);
    row.network.strategy.criteria = {Criterion::distance};
    row.network.strategy.min_part_value_micros = 20 * pound;
    EXPECT_EQ(Row::told(row.want(6)), "4 2 0 short 0");
    const RouteResult five = row.want(5);
    EXPECT_EQ(Row::told(five), "0 0 0 short 5") << "one unit is not worth sending, and none is worth waiting for";
    EXPECT_EQ(five.trace.status, RoutingStatus::feasible);
    row.network.shop.count("A", "p3", 5);
    EXPECT_EQ(Row::told(row.want(5)), "0 0 5 short 0");
    row.network.shop.count("A", "p3", 0);
    row.network.strategy.on_shortage = OnShortage::cancel;
    EXPECT_EQ(Row::told(row.want(5)), "4 0 0 short 1") << "what is cancelled is no part";
}

TEST(strategy, is_coarse_where_an_order_is_too_large_for_all_its_ranks) {
    Row row;
    for (const char* place : {"p1", "p2", "p3"}) row.network.shop.count("A", place, 800'000'000);
    row.network.strategy.criteria = {Criterion::distance};
    EXPECT_FALSE(row.want(10'000'000).trace.coarse) << "ties of ours give way first, and are not told of";
    row.network.strategy.criteria = {Criterion::fewest_shipments, Criterion::distance, Criterion::fewest_shipments,
                                     Criterion::priority};
    EXPECT_FALSE(row.want(1'000).trace.coarse);
    const RouteResult large = row.want(1'000'000'000);
    EXPECT_TRUE(large.trace.coarse);
    EXPECT_TRUE(large.short_units.empty());
    EXPECT_EQ(large.allocations.size(), 2U);
    EXPECT_EQ(large.trace.status, RoutingStatus::optimal);
}

TEST(strategy, explains_where_a_place_loses) {
    Row row;
    for (const char* place : {"p1", "p2"}) row.network.shop.count("A", place, 5);
    row.network.shop.count("A", "p3", 1);
    row.network.strategy.criteria = {Criterion::fewest_shipments, Criterion::distance};
    row.network.request.lines = {{LineNo(1), 0, 3, {}}};
    const Explanation told = explain_preview(row.network.request, row.network.state(), row.network.shop.context());
    ASSERT_EQ(told.candidates.size(), 3U);
    EXPECT_TRUE(told.candidates[0].chosen);
    EXPECT_FALSE(told.candidates[0].loses_at.has_value());
    ASSERT_TRUE(told.candidates[1].loses_at.has_value());
    EXPECT_EQ(told.candidates[1].loses_at->criterion, Criterion::distance);
    EXPECT_EQ(told.candidates[1].loses_at->by, 3) << "one rank for each unit";
    ASSERT_TRUE(told.candidates[2].loses_at.has_value());
    EXPECT_EQ(told.candidates[2].loses_at->criterion, Criterion::fewest_shipments);
    EXPECT_EQ(told.candidates[2].loses_at->by, 1);
    for (std::uint32_t p = 0; p < 3; ++p) {
        EXPECT_FALSE(told.candidates[p].loses_by_micros.has_value());
        ASSERT_EQ(told.candidates[p].standings.size(), 1U);
        EXPECT_EQ(told.candidates[p].standings[0].rank, p);
        EXPECT_EQ(told.candidates[p].standings[0].value, told.candidates[p].candidate.distance_m);
    }
    EXPECT_EQ(told.cost.short_micros, 0);
    EXPECT_GT(told.cost.total_micros, 0);
}

}  // namespace
}  // namespace waybill::core
