// What is known of how items sell: rows replace, rows of zeros take away, and what says nothing new makes no event.

#include "core/inventory/demand.hpp"

#include <gtest/gtest.h>

#include "core/core_test_shop.hpp"
#include "core/routing/order_demand.hpp"

namespace waybill::core {
namespace {

using testing::Shop;

struct DemandShop : Shop {
    DemandShop() {
        for (const char* sku : {"A", "B"}) put_item(sku);
        for (const char* code : {"L", "M"}) put_location(code, {});
        put_item("KIT", {{"A", 1}});
    }
    /// Events that it made; the name of the refusal and its pointer where it was refused.
    std::string put(std::vector<DemandInput> rows) {
        const auto decision = run(PutDemand{std::move(rows)});
        if (decision) return std::to_string(decision->events.size());
        const Rejection& rejection = decision.error();
        std::string out(info_of(rejection.code).name);
        for (const Fault& fault : rejection.faults) out += " " + fault.pointer;
        return out;
    }
    [[nodiscard]] const ItemDemand& of(ItemIx item) const { return *state->demand_of(item); }
};

TEST(demand, is_replaced_row_by_row) {
    DemandShop shop;
    EXPECT_EQ(shop.state->demand_of(0), nullptr);
    EXPECT_EQ(shop.put({{"A", "M", 12'500, 0}, {"A", "L", 0, 3'000}, {"B", "L", 1, 1}}), "1");
    EXPECT_EQ(shop.of(0).rates, (std::vector<DemandRate>{{0, 0, 3'000}, {1, 12'500, 0}}));
    EXPECT_EQ(shop.of(0).version, shop.state->head.raw());
    EXPECT_EQ(shop.state->config_sequence, shop.state->head.raw());
    EXPECT_EQ(shop.put({{"A", "M", 12'500, 0}}), "0");
    EXPECT_EQ(shop.put({{"A", "M", 12'500, 500}, {"B", "L", 1, 1}}), "1");
    EXPECT_EQ(shop.of(0).find(1)->markdown_bp, 500);
    EXPECT_LT(shop.of(1).version, shop.of(0).version) << "a row that says nothing new is in no event";
    EXPECT_EQ(shop.put({{"A", "M", 0, 0}, {"B", "M", 0, 0}}), "1");
    EXPECT_EQ(shop.of(0).find(1), nullptr);
    EXPECT_EQ(shop.put({{"A", "M", 0, 0}}), "0");
    EXPECT_EQ(shop.put({{"A", "L", 0, 0}}), "1");
    EXPECT_TRUE(shop.of(0).rates.empty());
}

TEST(demand, is_refused_as_a_whole) {
    DemandShop shop;
    EXPECT_EQ(shop.put({}), "invalid_request /rows");
    EXPECT_EQ(shop.put({{"A", "L", 1, 0}, {"none", "L", 1, 0}}), "unknown_sku /rows/1/sku");
    EXPECT_EQ(shop.put({{"A", "none", 1, 0}}), "unknown_location /rows/0/location");
    EXPECT_EQ(shop.put({{"KIT", "L", 1, 0}}), "kit_has_no_stock /rows/0/sku");
    EXPECT_EQ(shop.put({{"A", "L", 1, 0}, {"A", "M", 1, 0}, {"A", "L", 1, 0}}), "invalid_request /rows/2");
    EXPECT_EQ(shop.put({{"A", "L", -1, 0}}), "invalid_request /rows/0/weekly_units");
    EXPECT_EQ(shop.put({{"A", "L", 0, -1}}), "invalid_request /rows/0/markdown");
    EXPECT_EQ(shop.state->demand_of(0), nullptr);
}

TEST(demand, of_other_locations_is_not_for_a_key_that_is_limited) {
    DemandShop shop;
    Context context = shop.context();
    context.scope = {1};
    EXPECT_TRUE(decide(PutDemand{{{"A", "M", 1, 0}}}, *shop.state, context).has_value());
    const auto refused = decide(PutDemand{{{"A", "M", 1, 0}, {"A", "L", 1, 0}}}, *shop.state, context);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, Reject::out_of_scope);
    EXPECT_EQ(refused.error().faults.front().pointer, "/rows/1/location");
}

TEST(demand, weeks_of_supply_are_exact) {
    EXPECT_EQ(weeks_of_supply(30, 10'000), 3'000);
    EXPECT_EQ(weeks_of_supply(1, 3'000), 333) << "rounded down";
    EXPECT_EQ(weeks_of_supply(0, 1), 0);
    EXPECT_EQ(weeks_of_supply(1, 1), 1'000'000);
    EXPECT_EQ(weeks_of_supply(5, 0), std::nullopt) << "for ever";
    EXPECT_EQ(weeks_of_supply(INT64_MAX, 1), INT64_MAX - 1) << "less than for ever";
}

TEST(demand, markdown_is_weighted_by_units) {
    MarkdownMean mean;
    EXPECT_EQ(mean.value(), 0);
    mean.add(3, 3'750);
    mean.add(1, 0);
    EXPECT_EQ(mean.value(), 2'812) << "rounded down";
    MarkdownMean large;
    for (int item = 0; item < 100'000; ++item) large.add(1'000'000'000, 10'000);
    EXPECT_EQ(large.value(), 10'000);
}

}  // namespace
}  // namespace waybill::core
