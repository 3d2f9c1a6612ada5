// Packed routing inputs: what goes in comes out, and text that nobody packed does no harm.

#include <gtest/gtest.h>

#include <set>

#include "core/core_test_shop.hpp"
#include "core/routing/packed_inputs.hpp"

namespace waybill::core {
namespace {

using testing::Dice;

RoutingInputs random_inputs(Dice& dice) {
    RoutingInputs out;
    ItemIx item = 0;
    for (std::int64_t i = dice.between(0, 6); i > 0; --i) {
        item += static_cast<ItemIx>(dice.between(1, dice.between(0, 3) == 0 ? 4'000'000 : 9));
        RoutingInputs::ItemStock stock{item, dice.between(1, dice.between(0, 5) == 0 ? 1'000'000'000 : 12), {}};
        LocationIx location = 0;
        for (std::int64_t p = dice.between(0, 40); p > 0; --p) {
            location += static_cast<LocationIx>(dice.between(1, 600));
            stock.places.push_back({location, dice.between(0, 1) == 0 ? stock.demand : dice.between(1, stock.demand)});
        }
        out.items.push_back(std::move(stock));
    }
    LocationIx location = 0;
    for (std::int64_t c = dice.between(0, 5); c > 0; --c) {
        location += static_cast<LocationIx>(dice.between(1, 300));
        out.capacity.push_back({location, dice.between(0, 100'000)});
    }
    if (dice.between(0, 1) == 0) return out;
    const bool lefts = dice.between(0, 1) == 0;
    const bool rates = dice.between(0, 1) == 0;
    const bool markdowns = dice.between(0, 1) == 0;
    location = 0;
    for (std::int64_t s = dice.between(1, 9); s > 0; --s) {
        location += static_cast<LocationIx>(dice.between(1, 300));
        out.standings.push_back({location, dice.between(0, 1'000'000'000'000), dice.between(0, 1'000'000), -1, 0, 0});
        RoutingInputs::Standing& standing = out.standings.back();
        if (lefts && dice.between(0, 2) != 0) standing.capacity_left = dice.between(0, 1'000'000'000);
        if (rates && dice.between(0, 2) != 0) standing.weekly_milliunits = dice.between(0, 1'000'000'000'000'000);
        if (markdowns && dice.between(0, 2) != 0) standing.markdown_bp = dice.between(0, 10'000);
    }
    return out;
}

void expect_same(const RoutingInputs& a, const RoutingInputs& b) {
    ASSERT_EQ(a.items.size(), b.items.size());
    for (std::size_t i = 0; i < a.items.size(); ++i) {
        EXPECT_EQ(a.items[i].item, b.items[i].item);
        EXPECT_EQ(a.items[i].demand, b.items[i].demand);
        ASSERT_EQ(a.items[i].places.size(), b.items[i].places.size());
        for (std::size_t p = 0; p < a.items[i].places.size(); ++p) {
            EXPECT_EQ(a.items[i].places[p].location, b.items[i].places[p].location);
            EXPECT_EQ(a.items[i].places[p].units, b.items[i].places[p].units);
        }
    }
    ASSERT_EQ(a.capacity.size(), b.capacity.size());
    for (std::size_t c = 0; c < a.capacity.size(); ++c) {
        EXPECT_EQ(a.capacity[c].location, b.capacity[c].location);
        EXPECT_EQ(a.capacity[c].units_left, b.capacity[c].units_left);
    }
    ASSERT_EQ(a.standings.size(), b.standings.size());
    for (std::size_t s = 0; s < a.standings.size(); ++s) {
        EXPECT_EQ(a.standings[s].location, b.standings[s].location);
        EXPECT_EQ(a.standings[s].stock_depth, b.standings[s].stock_depth);
        EXPECT_EQ(a.standings[s].workload_ppm, b.standings[s].workload_ppm);
        EXPECT_EQ(a.standings[s].capacity_left, b.standings[s].capacity_left);
        EXPECT_EQ(a.standings[s].weekly_milliunits, b.standings[s].weekly_milliunits);
        EXPECT_EQ(a.standings[s].markdown_bp, b.standings[s].markdown_bp);
    }
}

TEST(packed_inputs, come_out_as_they_went_in) {
    Dice dice(11);
    for (int i = 0; i < 3'000; ++i) {
        const RoutingInputs inputs = random_inputs(dice);
        const auto again = unpack_inputs(pack_inputs(inputs));
        ASSERT_TRUE(again.has_value());
        expect_same(inputs, *again);
    }
}

TEST(packed_inputs, a_retail_order_takes_far_less_than_a_kilobyte) {
    RoutingInputs inputs;
    for (ItemIx item = 0; item < 3; ++item) {
        RoutingInputs::ItemStock stock{item * 1'000, 2, {}};
        for (LocationIx location = 0; location < 60; ++location) stock.places.push_back({location, 2});
        inputs.items.push_back(std::move(stock));
    }
    EXPECT_LE(pack_inputs(inputs).size(), 256U);
}

TEST(packed_inputs, damaged_text_is_refused_or_is_some_other_input) {
    Dice dice(13);
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_ \n\x01";
    for (int i = 0; i < 20'000; ++i) {
        std::string text = pack_inputs(random_inputs(dice));
        for (std::int64_t n = dice.between(1, 4); n > 0 && !text.empty(); --n) {
            const auto at = static_cast<std::size_t>(dice.between(0, static_cast<std::int64_t>(text.size()) - 1));
            switch (dice.between(0, 2)) {
                case 0:
                    text[at] = letters[static_cast<std::size_t>(
                        dice.between(0, static_cast<std::int64_t>(letters.size()) - 1))];
                    break;
                case 1:
                    text.erase(at, 1);
                    break;
                default:
                    text.insert(at, 1, letters[static_cast<std::size_t>(dice.between(0, 63))]);
            }
        }
        const auto inputs = unpack_inputs(text);
        if (!inputs) continue;
        // What was understood can be packed, and is understood the same way again.
        const auto again = unpack_inputs(pack_inputs(*inputs));
        ASSERT_TRUE(again.has_value()) << text;
        expect_same(*inputs, *again);
    }
}

TEST(packed_inputs, nothing_cut_short_is_taken_for_whole) {
    Dice dice(17);
    for (int i = 0; i < 200; ++i) {
        RoutingInputs inputs = random_inputs(dice);
        const std::string text = pack_inputs(inputs);
        // What decisions pack that do not look at markdowns, rates of sale, capacity left, or have no strategy at all,
        // ends earlier and is whole.
        std::set<std::size_t> wholes;
        const auto ends_earlier = [&] {
            const std::string earlier = pack_inputs(inputs);
            ASSERT_EQ(text.substr(0, earlier.size()), earlier);
            wholes.insert(earlier.size());
        };
        for (RoutingInputs::Standing& standing : inputs.standings) standing.markdown_bp = 0;
        ends_earlier();
        for (RoutingInputs::Standing& standing : inputs.standings) standing.weekly_milliunits = 0;
        ends_earlier();
        for (RoutingInputs::Standing& standing : inputs.standings) standing.capacity_left = -1;
        ends_earlier();
        inputs.standings.clear();
        ends_earlier();
        for (std::size_t length = 0; length < text.size(); ++length) {
            EXPECT_EQ(unpack_inputs(std::string_view(text).substr(0, length)).has_value(), wholes.contains(length))
                << text << ' ' << length;
        }
    }
}

TEST(packed_inputs, of_strategies_that_there_were_before_are_what_they_were) {
    RoutingInputs inputs;
    inputs.standings = {{1, 2, 3, -1, 0, 0}, {4, 0, 0, -1, 0, 0}};
    EXPECT_EQ(pack_inputs(inputs), "AACBCDDAA");
    inputs.standings[1].capacity_left = 5;
    EXPECT_EQ(pack_inputs(inputs), "AACBCDDAAAG");
    // Blocks before the last one that has something are there, so that each has its place.
    inputs.standings[0].markdown_bp = 7;
    EXPECT_EQ(pack_inputs(inputs), "AACBCDDAAAGAAHA");
    inputs.standings[0].weekly_milliunits = 9;
    EXPECT_EQ(pack_inputs(inputs), "AACBCDDAAAGJAHA");
    inputs.standings[1].capacity_left = -1;
    EXPECT_EQ(pack_inputs(inputs), "AACBCDDAAAAJAHA");
}

TEST(packed_inputs, what_packing_does_not_write_is_refused) {
    ASSERT_TRUE(unpack_inputs("AA").has_value());
    EXPECT_FALSE(unpack_inputs("AAA").has_value()) << "no standings are not written";
    EXPECT_TRUE(unpack_inputs("AABBCD").has_value());
    EXPECT_FALSE(unpack_inputs("AABBC").has_value());
    EXPECT_FALSE(unpack_inputs("gAA").has_value()) << "a zero in two letters";
    EXPECT_FALSE(unpack_inputs("Ag_______f").has_value());
    // The location is one more than fits into its 32 bits.
    EXPECT_FALSE(unpack_inputs("ABggggggEA").has_value());
}

}  // namespace
}  // namespace waybill::core
