// The queue of what waits: whose turn it is, who is due, and who is passed over.

#include "core/order/backorder_queue.hpp"

#include <gtest/gtest.h>

#include <random>

namespace waybill::core {
namespace {

constexpr auto anything = [](ItemIx) { return true; };

/// An order of one line for each item, of which nothing has a place.
Order waiting(std::uint64_t id, std::int32_t priority, const std::vector<ItemIx>& items, std::uint32_t version = 1) {
    Order order;
    order.id = OrderId(id);
    order.priority = priority;
    order.version = version;
    for (const ItemIx item : items) {
        OrderLine line;
        line.line_no = LineNo(static_cast<std::uint32_t>(order.lines.size() + 1));
        line.item = item;
        line.quantity = 3;
        order.lines.push_back(line);
    }
    return order;
}

std::vector<std::uint64_t> taken(BackorderQueue& queue, const std::function<bool(ItemIx)>& has_supply = anything) {
    std::vector<std::uint64_t> out;
    while (const auto order = queue.take(has_supply)) out.push_back(order->raw());
    return out;
}

using Ids = std::vector<std::uint64_t>;

TEST(BackorderQueue, GoesByPriorityAndThenByAge) {
    BackorderQueue queue;
    queue.put(waiting(30, 0, {1}));
    queue.put(waiting(20, 5, {1}));
    queue.put(waiting(10, 0, {1}));
    queue.put(waiting(40, -1, {1, 2}));
    EXPECT_EQ(taken(queue), Ids{}) << "nothing has come";
    queue.supplied(1);
    EXPECT_EQ(taken(queue), (Ids{40, 10, 30, 20}));
    queue.supplied(2);
    EXPECT_EQ(taken(queue), Ids{40});
    queue.supplied(3);
    EXPECT_FALSE(queue.any_due());
}

TEST(BackorderQueue, CountsUnitsOfStockedItems) {
    Order order = waiting(1, 0, {7, 7, 8});
    order.lines[1].takes = {{4, 2}, {7, 1}};
    order.lines[2].cancelled = 3;
    EXPECT_EQ(waiting_units(order), (std::vector<WaitingUnits>{{4, 6}, {7, 6}}));
    order.lines[0].allocations.push_back({0, 2, 0, SupplyKind::on_hand, {}, {}});
    EXPECT_EQ(waiting_units(order), (std::vector<WaitingUnits>{{4, 6}, {7, 4}}));
    order.holds.push_back({"fraud", {}, {HoldBlock::routing}, {}, {}});
    EXPECT_TRUE(waiting_units(order).empty()) << "nobody may route it";
}

TEST(BackorderQueue, PassesOverThoseForWhomNothingIsThere) {
    BackorderQueue queue;
    for (const std::uint32_t id : {1U, 2U, 3U}) queue.put(waiting(id, 0, {id}));
    queue.supplied_all();
    EXPECT_EQ(taken(queue, [](ItemIx item) { return item == 2; }), Ids{2});
    EXPECT_FALSE(queue.any_due());
}

TEST(BackorderQueue, TriesWhatHasChanged) {
    BackorderQueue queue;
    queue.put(waiting(1, 0, {1}));
    queue.put(waiting(1, 0, {1}));
    EXPECT_FALSE(queue.is_due(OrderId(1))) << "it is as it was";
    queue.put(waiting(1, 4, {1}, 2));
    EXPECT_TRUE(queue.is_due(OrderId(1)));
    EXPECT_EQ(taken(queue), Ids{1});
    queue.put_back(OrderId(1));
    EXPECT_EQ(taken(queue), Ids{1});
    queue.supplied(1);
    queue.put(waiting(1, 4, {}, 3));
    EXPECT_EQ(queue.size(), 0U);
    EXPECT_FALSE(queue.any_due()) << "it waits no more";
    queue.put_back(OrderId(1));
    EXPECT_FALSE(queue.any_due());
}

/// Against lists that are walked from end to end.
TEST(BackorderQueue, AgreesWithPlainLists) {
    for (std::uint32_t seed = 0; seed < 200; ++seed) {
        std::mt19937 dice(seed);
        BackorderQueue queue;
        std::map<std::uint64_t, Order> orders;
        std::set<std::uint64_t> due;
        for (int step = 0; step < 60; ++step) {
            const std::uint64_t id = 1 + dice() % 8;
            const ItemIx item = dice() % 4;
            switch (dice() % 4) {
                case 0: {
                    std::vector<ItemIx> items;
                    for (ItemIx i = 0; i < 4; ++i) {
                        if (dice() % 3 == 0) items.push_back(i);
                    }
                    const bool is_known = orders.contains(id) && !orders.at(id).lines.empty();
                    const std::uint32_t version = orders.contains(id) ? orders.at(id).version + 1 : 1;
                    orders[id] = waiting(id, static_cast<std::int32_t>(dice() % 3), items, version);
                    if (is_known) due.insert(id);
                    if (items.empty()) due.erase(id);
                    queue.put(orders[id]);
                    break;
                }
                case 1:
                    for (const auto& [other, order] : orders) {
                        for (const OrderLine& line : order.lines) {
                            if (line.item == item) due.insert(other);
                        }
                    }
                    queue.supplied(item);
                    break;
                default: {
                    std::optional<std::uint64_t> first;
                    for (const std::uint64_t other : due) {
                        if (!first || orders.at(other).priority < orders.at(*first).priority) first = other;
                    }
                    const auto taken_now = queue.take(anything);
                    ASSERT_EQ(taken_now.has_value(), first.has_value()) << "seed " << seed;
                    if (!first) break;
                    ASSERT_EQ(taken_now->raw(), *first) << "seed " << seed;
                    due.erase(*first);
                }
            }
        }
    }
}

}  // namespace
}  // namespace waybill::core
