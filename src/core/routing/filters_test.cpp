// Filters that keep locations out, soft ones that give way, and strategies that are tried one after another.

#include <gtest/gtest.h>

#include "core/routing/explain.hpp"
#include "core/routing/filters_test_lists.hpp"
#include "core/routing/strategy_test_network.hpp"

namespace waybill::core {
namespace {

using testing::Dice;
using testing::ListedFilters;
using testing::Network;
using testing::point_at;
using testing::put_place;
using testing::put_thing;

/// Places p0, p1 ... with some units of A each, ever farther away.
struct Places {
    explicit Places(const std::vector<std::int64_t>& stock) {
        put_thing(network.shop, "A", 1'000'000);
        for (std::size_t p = 0; p < stock.size(); ++p) {
            Location place;
            place.code = "p" + std::to_string(p);
            place.address.country = "GB";
            place.point = point_at(0, static_cast<double>(p));
            put_place(network.shop, place);
            if (stock[p] > 0) network.shop.count("A", place.code, stock[p]);
        }
        network.shop.put_channel("web");
        network.request.country = "GB";
        network.request.point = point_at(0, 0);
        nearest.rank_by = RankBy::ordered;
        nearest.criteria = {Criterion::distance};
        network.request.strategy = &nearest;
    }
    RouteResult want(std::int64_t units, const LocationFilters* filters) {
        network.request.lines = {{LineNo(1), 0, units, {}}};
        network.request.filters = filters;
        return network.decide();
    }
    /// Places used, as "0 2".
    static std::string used(const RouteResult& routed) {
        std::string out;
        for (const auto& row : routed.allocations) {
            out += (out.empty() ? "" : " ") + std::to_string(row.allocation.location);
        }
        return out;
    }
    Network network;
    RoutingStrategy nearest;
};

TEST(filters, hard_ones_hold_whatever_is_short) {
    Places places({5, 5, 5});
    const ListedFilters filters({{{0}, true}});
    EXPECT_EQ(Places::used(places.want(3, nullptr)), "0");
    EXPECT_EQ(Places::used(places.want(3, &filters)), "1");
    const RouteResult most = places.want(12, &filters);
    EXPECT_EQ(Places::used(most), "1 2");
    EXPECT_EQ(most.short_units.size(), 1U);
    EXPECT_EQ(most.trace.relaxed, 0U);
}

TEST(filters, soft_ones_give_way_from_the_last_to_the_first_until_nothing_is_short) {
    Places places({5, 5, 5});
    const ListedFilters filters({{{0}, false}, {{1}, false}});
    const RouteResult few = places.want(5, &filters);
    EXPECT_EQ(Places::used(few), "2");
    EXPECT_EQ(few.trace.relaxed, 0U);
    const RouteResult more = places.want(6, &filters);
    EXPECT_EQ(Places::used(more), "1 2");
    EXPECT_EQ(more.trace.relaxed, 1U);
    const RouteResult all = places.want(11, &filters);
    EXPECT_EQ(Places::used(all), "0 1 2");
    EXPECT_EQ(all.trace.relaxed, 2U);
}

TEST(filters, that_would_not_help_stay_in_force) {
    Places places({0, 5, 5});
    // The last soft filter keeps out a place that has nothing: relaxing it changes nothing, so it is not relaxed.
    const ListedFilters useless({{{0}, false}});
    EXPECT_EQ(places.want(20, &useless).trace.relaxed, 0U);
    EXPECT_EQ(useless.asked.count(0), 0U) << "places without stock are not looked at";
    // Relaxing helps, though not enough: as many are relaxed as made the most units available, and no more.
    const ListedFilters some({{{0}, false}, {{1}, false}});
    EXPECT_EQ(places.want(20, &some).trace.relaxed, 1U);
}

TEST(filters, are_asked_once_a_location_and_attempt_and_told_the_distance) {
    Places places({5, 5, 0});
    put_thing(places.network.shop, "B", 1);
    places.network.shop.count("B", "p1", 5);
    const ListedFilters filters({{{0}, true}});
    places.network.request.lines = {{LineNo(1), 0, 1, {}}, {LineNo(2), 1, 1, {}}};
    places.network.request.filters = &filters;
    (void)places.network.decide();
    EXPECT_EQ(filters.asked, (std::map<LocationIx, int>{{0, 1}, {1, 1}}));
    EXPECT_GT(filters.last.distance_m, 100'000);
    EXPECT_TRUE(filters.last.same_country);
}

TEST(filters, more_than_there_are_attempts_for_are_all_relaxed_at_the_last) {
    Places places({1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
    std::vector<ListedFilters::Filter> each;
    for (LocationIx l = 0; l < 10; ++l) each.push_back({{l}, false});
    const ListedFilters filters(each);
    EXPECT_EQ(places.want(2, &filters).trace.relaxed, 2U);
    const RouteResult all = places.want(10, &filters);
    EXPECT_EQ(all.trace.relaxed, 10U);
    EXPECT_TRUE(all.short_units.empty());
}

TEST(filters, are_in_explanations_and_traces_run_again) {
    Places places({5, 5, 5, 0});
    const ListedFilters filters({{{3}, true}, {{0}, false}, {{1}, false}});
    const RouteResult routed = places.want(6, &filters);
    EXPECT_EQ(routed.trace.relaxed, 1U);
    const auto expect_told = [](const Explanation& told) {
        EXPECT_EQ(told.candidates.size(), 2U);
        ASSERT_EQ(told.ineligible.size(), 2U);
        EXPECT_EQ(told.ineligible[0].location, 0U);
        EXPECT_EQ(told.ineligible[0].reason, Ineligible::refused_by_filter);
        EXPECT_EQ(told.ineligible[0].filter, 1U);
        EXPECT_EQ(told.ineligible[1].location, 3U) << "listed, although it has no stock";
        EXPECT_EQ(told.ineligible[1].filter, 0U);
    };
    const Explanation preview =
        explain_preview(places.network.request, places.network.state(), places.network.shop.context());
    EXPECT_EQ(preview.trace.relaxed, 1U);
    expect_told(preview);
    for (const char* place : {"p0", "p1", "p2", "p3"}) places.network.shop.count("A", place, 50);
    const Explanation again = explain_recorded(places.network.request, routed.trace, places.network.shop.now,
                                               places.network.state(), places.network.shop.context());
    EXPECT_TRUE(again.reproduced);
    expect_told(again);
}

TEST(strategies, are_tried_until_one_leaves_nothing_short) {
    Places places({2, 4, 4});
    RoutingStrategy one_parcel = places.nearest;
    one_parcel.max_shipments = 1;
    RoutingStrategy two_parcels = places.nearest;
    two_parcels.max_shipments = 2;
    const ListedFilters not_the_first({{{0}, true}});
    const std::vector<StrategyChoice> choices{
        {&one_parcel, nullptr}, {&two_parcels, &not_the_first}, {&places.nearest, nullptr}};
    const auto decide = [&](std::int64_t units) {
        places.network.request.lines = {{LineNo(1), 0, units, {}}};
        return route_by_strategies(places.network.request, choices, places.network.state(),
                                   places.network.shop.context());
    };
    EXPECT_EQ(decide(4).trace.strategy, 1U);
    EXPECT_EQ(Places::used(decide(4)), "1");
    EXPECT_EQ(decide(8).choice, 1U);
    EXPECT_EQ(Places::used(decide(8)), "1 2");
    EXPECT_EQ(decide(9).trace.strategy, 3U);
    EXPECT_EQ(Places::used(decide(20)), "0 1 2") << "none is complete: the fewest units short";
    EXPECT_EQ(decide(20).choice, 2U);
    const std::vector<StrategyChoice> same{{&places.nearest, nullptr}, {&places.nearest, nullptr}};
    EXPECT_EQ(
        route_by_strategies(places.network.request, same, places.network.state(), places.network.shop.context()).choice,
        0U)
        << "the earlier on ties";
    const RouteResult none =
        route_by_strategies(places.network.request, {}, places.network.state(), places.network.shop.context());
    EXPECT_EQ(none.trace.strategy, 0U);
}

}  // namespace
}  // namespace waybill::core
