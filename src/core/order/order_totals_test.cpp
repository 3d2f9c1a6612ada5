// Money of random orders: parts are sums to the last minor unit, whatever is cancelled in whatever pieces.

#include <gtest/gtest.h>

#include <numeric>

#include "core/core_test_shop.hpp"
#include "core/order/order.hpp"

namespace waybill::core {
namespace {

using testing::Dice;
using testing::Shop;

TEST(apportion, parts_are_within_one_of_their_share_and_add_up) {
    Dice dice(3);
    for (int i = 0; i < 5'000; ++i) {
        std::vector<std::int64_t> weights;
        for (std::int64_t n = dice.between(1, 12); n > 0; --n)
            weights.push_back(dice.between(0, 3) == 0 ? 0 : dice.between(0, 100'000));
        const std::int64_t sum = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
        const std::int64_t total = dice.between(0, 50'000);
        const auto parts = apportion(total, weights);
        ASSERT_EQ(std::accumulate(parts.begin(), parts.end(), std::int64_t{0}), total);
        if (sum == 0) continue;
        for (std::size_t p = 0; p < parts.size(); ++p) {
            ASSERT_LT(std::abs(parts[p] * sum - total * weights[p]), sum) << "part " << p;
        }
    }
}

PlaceOrder random_order(Dice& dice, const Shop& shop, int number) {
    PlaceOrder out = shop.order("W" + std::to_string(number));
    out.tax_included = dice.between(0, 1) == 1;
    static const char* const codes[] = {"GBP", "JPY", "KWD"};
    out.currency = Currency::parse(codes[dice.between(0, 2)]).value();
    std::int64_t left = 0;
    for (std::int64_t n = dice.between(1, 5); n > 0; --n) {
        LineInput line;
        line.sku = "A";
        line.unit = dice.between(0, 3) == 0 ? "case" : "each";
        line.quantity = dice.between(1, 7);
        line.unit_price_micros = dice.between(0, 20'000'000);
        const std::int64_t amount =
            extend_price(line.unit_price_micros, line.quantity, out.currency, Rounding::half_even).value();
        line.discount = dice.between(0, 2) == 0 ? dice.between(0, amount) : 0;
        line.tax = dice.between(0, amount / 5);
        left += amount - line.discount;
        out.lines.push_back(line);
    }
    if (dice.between(0, 1) == 1) out.discount = dice.between(0, left);
    for (std::int64_t n = dice.between(0, 2); n > 0; --n) {
        out.charges.push_back({ChargeKind::shipping, "C", dice.between(0, 900), dice.between(0, 90)});
    }
    return out;
}

void expect_parts_are_totals(const Order& order, const PlaceOrder& command) {
    const OrderTotals totals = totals_of(order);
    std::int64_t discount = command.discount;
    for (const LineInput& line : command.lines) discount += line.discount;
    EXPECT_EQ(totals.discount, discount);
    std::int64_t subtotal = 0;
    std::int64_t tax = 0;
    std::int64_t charges = 0;
    for (const OrderLine& line : order.lines) {
        subtotal += line.amount;
        tax += line.tax;
        EXPECT_GE(line.discount, 0);
        EXPECT_LE(line.discount, line.amount);
    }
    for (const Charge& charge : order.charges) {
        charges += charge.amount;
        tax += charge.tax;
    }
    EXPECT_EQ(totals.subtotal, subtotal);
    EXPECT_EQ(totals.tax, tax);
    EXPECT_EQ(totals.charges, charges);
    EXPECT_EQ(totals.total, subtotal - discount + charges + (order.tax_included ? 0 : tax));
}

TEST(order_totals, tie_under_random_cancellations) {
    Dice dice(5);
    Shop shop;
    shop.put_item("A");
    shop.put_location("dc1", {});
    shop.put_channel("web");
    for (int number = 0; number < 400; ++number) {
        if (number % 20 == 0) shop.count("A", "dc1", shop.state->levels_of(0).levels.empty() ? 900 : 100'000);
        const PlaceOrder command = random_order(dice, shop, number);
        const auto decision = shop.run(command);
        ASSERT_TRUE(decision) << decision.error().detail;
        const OrderId id(decision->outcome.object.id);
        const auto order = [&]() -> const Order& { return *shop.state->working.find_order(id); };
        expect_parts_are_totals(order(), command);
        const OrderTotals placed = totals_of(order());
        std::int64_t before = 0;
        while (order().status() != OrderStatus::cancelled) {
            const auto at =
                static_cast<std::size_t>(dice.between(0, static_cast<std::int64_t>(order().lines.size()) - 1));
            const OrderLine& line = order().lines[at];
            const std::int64_t left = line.open() + line.allocated();
            if (left == 0) continue;
            CancelOrder cancel;
            cancel.order = id;
            cancel.reason = "test";
            cancel.lines.push_back({line.line_no, dice.between(1, left)});
            ASSERT_TRUE(shop.run(cancel));
            const OrderTotals now = totals_of(order());
            EXPECT_EQ(now.total, placed.total) << "what was ordered does not change";
            EXPECT_GE(now.cancelled, before);
            EXPECT_LE(now.cancelled, now.total);
            before = now.cancelled;
        }
        EXPECT_EQ(totals_of(order()).cancelled, placed.total);
    }
}

}  // namespace
}  // namespace waybill::core
