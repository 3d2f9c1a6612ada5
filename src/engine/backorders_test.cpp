// Orders that wait, over an engine: supply that comes finds them, in turn, whoever brought it and whenever.

#include "engine/backorders.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "engine/backorder_retrier.hpp"
#include "engine/codec.hpp"
#include "engine/engine_test_kit.hpp"
#include "engine/on_each_store.hpp"

namespace waybill::engine {
namespace {

using testing::order_of;

class EngineBackorders : public testing::OnEachStore {
protected:
    core::OrderId place(const std::string& number, std::int64_t units, std::int32_t priority = 0,
                        core::OnShortage on_shortage = core::OnShortage::backorder) {
        core::PlaceOrder order = order_of(number, "A", units, on_shortage);
        order.priority = priority;
        const auto answer = shop->run(order);
        EXPECT_TRUE(answer);
        return core::OrderId(answer->outcome.object.id);
    }
    void receive(std::int64_t units) { ASSERT_TRUE(shop->run(testing::receipt_of("A", "LON", units))); }
    core::Order stored(core::OrderId id) {
        const auto reader = store->reader();
        return decode_order(**(*reader)->order(shop->tenant, id)).value();
    }
    std::int64_t open_of(core::OrderId id) { return core::units_of(stored(id)).open; }
    std::unique_ptr<BackorderRetrier> start_retrier() {
        return BackorderRetrier::start(*shop->engine, *store, {}).value();
    }
    template <class Condition>
    static bool comes_true(const Condition& condition) {
        for (int i = 0; i < 2'000; ++i) {
            if (condition()) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return false;
    }
    Backorders& queue() { return shop->engine->backorders(); }
    void follow() {
        const auto reader = store->reader();
        ASSERT_TRUE(follow_backorders(*shop->engine, **reader, shop->tenant));
    }
    std::optional<core::OrderId> take() {
        const auto view = shop->engine->view(shop->tenant);
        return queue().take(shop->tenant, view->state());
    }
};

INSTANTIATE_TEST_SUITE_P(Stores, EngineBackorders, ::testing::Values("memory", "sqlite", "postgres"),
                         testing::store_name);

TEST_P(EngineBackorders, AreServedInTurnAsSupplyAppears) {
    shop->open_shop(0);
    const auto late = place("1", 2, 5);
    const auto first = place("2", 2);
    const auto second = place("3", 2);
    const auto retrier = start_retrier();
    receive(3);
    EXPECT_TRUE(comes_true([&] { return open_of(first) == 0 && open_of(second) == 1; }));
    EXPECT_EQ(open_of(late), 2);
    EXPECT_EQ(stored(first).status_reason, supply_reason);
    receive(10);
    EXPECT_TRUE(comes_true([&] { return open_of(second) == 0 && open_of(late) == 0; }));
    EXPECT_TRUE(comes_true([&] { return retrier->stats().supplied >= 4; }));
    EXPECT_EQ(retrier->stats().waiting, 0U);
    retrier->stop();
}

TEST_P(EngineBackorders, ALargeOrderThatWaitsForAllHoldsNobodyUp) {
    shop->open_shop(0);
    const auto large = place("1", 10, -5, core::OnShortage::wait);
    const auto small = place("2", 2);
    const auto retrier = start_retrier();
    receive(3);
    EXPECT_TRUE(comes_true([&] { return open_of(small) == 0; }));
    EXPECT_EQ(open_of(large), 10) << "nothing of it is reserved before all of it is there";
    receive(9);
    EXPECT_TRUE(comes_true([&] { return open_of(large) == 0; }));
    retrier->stop();
}

TEST_P(EngineBackorders, FindWhatCameWhileNobodyLooked) {
    shop->open_shop(0);
    const auto waits = place("1", 2);
    receive(2);
    EXPECT_EQ(open_of(waits), 2);
    const auto retrier = start_retrier();
    EXPECT_TRUE(comes_true([&] { return open_of(waits) == 0; }));
    retrier->stop();
}

TEST_P(EngineBackorders, AreDueForWhatOrdersGiveBack) {
    shop->open_shop(2);
    const auto has_it = place("1", 4);
    const auto waits = place("2", 1);
    follow();
    while (take()) continue;
    ASSERT_TRUE(shop->run(core::CancelOrder{has_it, {}, "changed_mind"}));
    EXPECT_TRUE(queue().is_due(shop->tenant, waits));
    EXPECT_EQ(take(), waits);
    EXPECT_EQ(take(), std::nullopt);
    queue().put_back(shop->tenant, waits);
    EXPECT_EQ(take(), waits);
}

TEST_P(EngineBackorders, AreDueWhenPlacesMayDoMore) {
    shop->open_shop(0);
    const auto waits = place("1", 2);
    follow();
    while (take()) continue;
    EXPECT_FALSE(queue().is_due(shop->tenant, waits));
    core::Channel channel;
    channel.code = "WEB";
    channel.name = "another name";
    ASSERT_TRUE(shop->run(core::PutChannel{channel, {}}));
    EXPECT_TRUE(queue().is_due(shop->tenant, waits));
    queue().today(shop->tenant, {CivilDate(1)}, 0);
    EXPECT_EQ(take(), std::nullopt) << "there is none of it anywhere";
    queue().today(shop->tenant, {CivilDate(1)}, 0);
    EXPECT_FALSE(queue().is_due(shop->tenant, waits));
    queue().today(shop->tenant, {CivilDate(2)}, 0);
    EXPECT_TRUE(queue().is_due(shop->tenant, waits)) << "another day";
    EXPECT_EQ(take(), std::nullopt);
    queue().today(shop->tenant, {CivilDate(2)}, 1);
    EXPECT_TRUE(queue().is_due(shop->tenant, waits)) << "other rules";
}

TEST_P(EngineBackorders, WhatCommitsTellIsNewerThanWhatIsRead) {
    shop->open_shop(0);
    const auto waits = place("1", 2);
    const core::Order before = stored(waits);
    const Epoch epoch = shop->engine->epoch(shop->tenant).value();
    ASSERT_TRUE(queue().follow(shop->tenant, epoch));
    EXPECT_FALSE(queue().follow(shop->tenant, epoch)) << "it is followed";
    ASSERT_TRUE(shop->run(core::CancelOrder{waits, {}, "changed_mind"}));
    queue().offer(shop->tenant, before);
    queue().all_offered(shop->tenant);
    EXPECT_EQ(queue().waiting(), 0U);
    EXPECT_TRUE(queue().with_due().empty());
    queue().forget(shop->tenant);
    EXPECT_TRUE(queue().followed().empty());
}

}  // namespace
}  // namespace waybill::engine
