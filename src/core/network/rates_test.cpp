// Rate tables: zones, and the steps of several services together.

#include "core/network/rates.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "core/core_test_shop.hpp"

namespace waybill::core {
namespace {

using testing::Dice;
using testing::pound;
using testing::Shop;

RateZone zone_of(const std::string& code, std::vector<RateBreak> breaks) {
    RateZone zone;
    zone.code = code;
    zone.weight_breaks = std::move(breaks);
    return zone;
}

std::vector<RateBreak> random_breaks(Dice& dice) {
    std::vector<RateBreak> out;
    RateBreak step;
    for (std::int64_t n = dice.between(1, 5); n > 0; --n) {
        step.max_g += dice.between(1, 9);
        step.price_micros += dice.between(0, 3);
        out.push_back(step);
    }
    return out;
}

std::optional<std::int64_t> price_of(const RateZone& zone, std::int64_t weight) {
    for (const RateBreak& step : zone.weight_breaks) {
        if (weight <= step.max_g) return step.price_micros;
    }
    return std::nullopt;
}

TEST(rates, of_several_services_are_the_least_at_every_weight) {
    for (std::uint64_t seed = 1; seed <= 3'000; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Dice dice(seed);
        std::vector<RateZone> zones;
        for (std::int64_t n = dice.between(1, 4); n > 0; --n) zones.push_back(zone_of("z", random_breaks(dice)));
        std::vector<TableZone> services;
        for (std::uint32_t z = 0; z < zones.size(); ++z) services.push_back({z, 0, &zones[z]});
        const std::vector<RateStep> steps = cheapest_steps(services);
        for (std::size_t s = 1; s < steps.size(); ++s) {
            EXPECT_LT(steps[s - 1].max_g, steps[s].max_g);
            EXPECT_LE(steps[s - 1].price_micros, steps[s].price_micros);
        }
        for (std::int64_t weight = 0; weight <= 50; ++weight) {
            std::optional<std::int64_t> least;
            for (const RateZone& zone : zones) {
                const auto price = price_of(zone, weight);
                if (price && (!least || *price < *least)) least = price;
            }
            ASSERT_EQ(weight <= steps.back().max_g, least.has_value());
            if (!least) continue;
            const RateStep& step = step_at(steps, weight);
            EXPECT_EQ(step.price_micros, *least);
            EXPECT_EQ(price_of(zones[step.table], weight), least) << "what is told was paid";
            for (std::uint32_t z = 0; z < step.table; ++z) EXPECT_NE(price_of(zones[z], weight), least);
        }
    }
}

TEST(rates, of_a_table_are_those_of_its_first_zone_that_matches) {
    Shop shop;
    PutRateTable put;
    put.table.code = "parcel";
    RateZone city = zone_of("city", {{1'000, pound}});
    city.country = "GB";
    city.postcodes = {"n1 *", "sw1a 1aa", "10000-19999"};
    RateZone rest = zone_of("rest", {{1'000, 2 * pound}});
    rest.country = "GB";
    put.table.zones = {city, rest};
    ASSERT_TRUE(shop.run(put));
    const RateTable& table = shop.state->rate_tables[0];
    EXPECT_EQ(table.zones[0].postcodes, (std::vector<std::string>{"10000-19999", "N1*", "SW1A1AA"}));
    using Zones = std::vector<std::uint32_t>;
    EXPECT_EQ(zones_to(table, "GB", "N19"), (Zones{0, 1}));
    EXPECT_EQ(zones_to(table, "GB", "SW1A1AA"), (Zones{0, 1}));
    EXPECT_EQ(zones_to(table, "GB", "SW1A1AB"), Zones{1});
    EXPECT_EQ(zones_to(table, "GB", "12345"), (Zones{0, 1}));
    EXPECT_EQ(zones_to(table, "GB", "123456"), Zones{1}) << "a range is of as many digits";
    EXPECT_EQ(zones_to(table, "GB", ""), Zones{1});
    EXPECT_EQ(zones_to(table, "FR", "N19"), Zones{});
    const auto again = shop.run(put);
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->events.empty()) << "what is there already changes nothing";
}

TEST(rates, that_can_not_be_meant_are_refused_with_their_field) {
    Shop shop;
    const auto refused = [&](auto&& change) {
        PutRateTable put;
        put.table.code = "t";
        put.table.zones = {zone_of("a", {{1'000, pound}, {2'000, 2 * pound}}), zone_of("b", {{1'000, pound}})};
        change(put.table);
        const auto decision = shop.run(put);
        return decision ? std::string("accepted") : decision.error().faults.at(0).pointer;
    };
    EXPECT_EQ(refused([](RateTable&) {}), "accepted");
    EXPECT_EQ(refused([](RateTable& t) { t.zones[1].code = "a"; }), "/zones/1/code");
    EXPECT_EQ(refused([](RateTable& t) { t.zones[0].country = "gb"; }), "/zones/0/country");
    EXPECT_EQ(refused([](RateTable& t) { t.zones[0].postcodes = {"N1*"}; }), "/zones/0/country");
    EXPECT_EQ(refused([](RateTable& t) {
                  t.zones[0].country = "GB";
                  t.zones[0].postcodes = {"N1*", "20-1"};
              }),
              "/zones/0/postcodes/1");
    EXPECT_EQ(refused([](RateTable& t) { t.zones[0].weight_breaks[1].max_g = 1'000; }),
              "/zones/0/weight_breaks/1/max_g");
    EXPECT_EQ(refused([](RateTable& t) { t.zones[0].weight_breaks[1].price_micros = 0; }),
              "/zones/0/weight_breaks/1/price");
    EXPECT_EQ(refused([](RateTable& t) { t.zones[0].weight_breaks.clear(); }), "/zones/0/weight_breaks");
    EXPECT_EQ(refused([](RateTable& t) { t.zones[0].transit_days = -1; }), "/zones/0/transit_days");
    PutLocation place;
    place.location.code = "L";
    place.location.costs.emplace().rate_tables = {"t", "none"};
    const auto unknown = shop.run(place);
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, Reject::unknown_rate_table);
    EXPECT_EQ(unknown.error().faults.at(0).pointer, "/costs/rate_tables/1");
}

}  // namespace
}  // namespace waybill::core
