// The engine under more than it can take: its store holds a commit until the test lets it go, so that the queue is full
// for exactly as long as it is looked at.

#include <gtest/gtest.h>

#include "engine/engine_test_kit.hpp"
#include "storage/memory/memory_store.hpp"

namespace waybill::engine {
namespace {

using core::Reject;
using testing::Answer;
using testing::audited;
using testing::FaultyStore;
using testing::order_of;
using testing::rejection_of;
using testing::Shop;

constexpr std::size_t queue_max = 8;
constexpr std::size_t batch_max = 4;

/// One command and what became of it. The token lives as long as anything keeps the command.
struct Sent {
    std::vector<Answer> answers;
    std::weak_ptr<int> kept;
};

class EngineOverload : public ::testing::Test {
protected:
    EngineOverload() {
        EngineOptions options;
        options.queue_commands_max = queue_max;
        options.batch_commands_max = batch_max;
        options.inspections_max = 3;
        shop = std::make_unique<Shop>(store, options);
        shop->open_shop(1'000);
    }
    ~EngineOverload() override { store.gate.open(); }

    /// An order under its number as Idempotency-Key, without waiting for its answer.
    std::shared_ptr<Sent> send(const std::string& number) {
        auto sent = std::make_shared<Sent>();
        auto token = std::make_shared<int>(0);
        sent->kept = token;
        Submission one = shop->keyed(order_of(number, "A", 1), "key " + number);
        one.done = [sent, token = std::move(token)](Answer answer) { sent->answers.push_back(std::move(answer)); };
        shop->engine->submit(std::move(one));
        return sent;
    }
    /// The writer is inside the commit of an order, and as many wait as may.
    std::vector<std::shared_ptr<Sent>> fill() {
        store.gate.close();
        std::vector<std::shared_ptr<Sent>> taken{send("held")};
        store.gate.wait_until_held();
        for (std::size_t i = 0; i < queue_max; ++i) taken.push_back(send("q" + std::to_string(i)));
        return taken;
    }
    /// Lets the commit go and waits until everything queued was answered.
    void release() {
        store.gate.open();
        std::promise<void> idle;
        while (shop->engine->stats().queued > 0) std::this_thread::yield();
        shop->engine->inspect(shop->tenant, [&](const core::TenantState*, const core::Context&) { idle.set_value(); });
        idle.get_future().wait();
    }
    std::uint64_t orders() {
        auto reader = inner->reader();
        return (*reader)->scan_orders(shop->tenant, {}, 10'000)->size();
    }

    std::unique_ptr<Store> inner = storage::memory::open_memory();
    FaultyStore store{*inner};
    std::unique_ptr<Shop> shop;
};

TEST_F(EngineOverload, AFullQueueRefusesAtOnceAndKeepsNothingOfWhatItRefuses) {
    const auto taken = fill();
    constexpr std::size_t refused = 500;
    for (std::size_t i = 0; i < refused; ++i) {
        const auto late = send("late" + std::to_string(i));
        // Answered before submit came back, while the writer stands still.
        ASSERT_EQ(late->answers.size(), 1U);
        EXPECT_EQ(rejection_of(late->answers.front()), Reject::engine_overloaded);
        EXPECT_TRUE(late->kept.expired()) << "memory does not grow with what is refused";
    }
    EXPECT_EQ(core::info_of(Reject::engine_overloaded).retry, core::Retry::same);
    EXPECT_EQ(shop->engine->stats().queued, queue_max);
    EXPECT_EQ(shop->engine->stats().overloaded, refused);
    for (const auto& one : taken) {
        EXPECT_TRUE(one->answers.empty()) << "nothing is answered before it is durable";
        EXPECT_FALSE(one->kept.expired());
    }
    // Readers go on meanwhile and see what was committed.
    EXPECT_EQ(shop->level("A", "LON").reserved + shop->level("A", "MAN").reserved, 0);

    release();
    for (const auto& one : taken) {
        ASSERT_EQ(one->answers.size(), 1U);
        EXPECT_TRUE(one->answers.front());
    }
    EXPECT_EQ(orders(), taken.size()) << "nothing of what was refused";
    const auto taken_units = static_cast<std::int64_t>(taken.size());
    EXPECT_EQ(shop->level("A", "LON").reserved + shop->level("A", "MAN").reserved, taken_units);
    for (const std::string& problem : audited(*inner).problems) ADD_FAILURE() << problem;
}

TEST_F(EngineOverload, WhatWasRefusedIsTakenOnceWhenItIsSentAgain) {
    const auto taken = fill();
    EXPECT_EQ(rejection_of(send("late")->answers.at(0)), Reject::engine_overloaded);
    release();
    const std::uint64_t before = orders();
    const auto again = [&] { return shop->run(shop->keyed(order_of("late", "A", 1), "key late")); };
    const Answer first = again();
    ASSERT_TRUE(first);
    EXPECT_FALSE(first->replayed) << "the refusal was not remembered";
    const Answer second = again();
    ASSERT_TRUE(second && second->replayed);
    EXPECT_EQ(second->replayed->object, first->outcome.object);
    EXPECT_EQ(orders(), before + 1);
    // So is one whose client did not wait for its answer.
    const Answer queued = shop->run(shop->keyed(order_of("q0", "A", 1), "key q0"));
    ASSERT_TRUE(queued && queued->replayed);
    EXPECT_EQ(queued->replayed->object, taken[1]->answers.at(0)->outcome.object);
    EXPECT_EQ(orders(), before + 1);
}

TEST_F(EngineOverload, ThroughputIsKeptByFullBatches) {
    const EngineStats before = shop->engine->stats();
    constexpr std::uint64_t rounds = 10;
    for (std::uint64_t round = 0; round < rounds; ++round) {
        store.gate.close();
        const std::string name = std::to_string(round) + "-";
        send(name + "held");
        store.gate.wait_until_held();
        // Twice what the queue takes is offered.
        for (std::size_t i = 0; i < 2 * queue_max; ++i) send(name + std::to_string(i));
        release();
    }
    const EngineStats after = shop->engine->stats();
    EXPECT_EQ(after.accepted - before.accepted, rounds * (1 + queue_max));
    EXPECT_EQ(after.overloaded - before.overloaded, rounds * queue_max);
    EXPECT_EQ(after.batches - before.batches, rounds * (1 + queue_max / batch_max)) << "no batch is spent on refusals";
}

TEST_F(EngineOverload, SoManyMayWaitToLookAtTheState) {
    store.gate.close();
    send("held");
    store.gate.wait_until_held();
    int looked = 0;
    const auto look = [&looked](const core::TenantState*, const core::Context&) { ++looked; };
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(shop->engine->inspect(shop->tenant, look));
    EXPECT_FALSE(shop->engine->inspect(shop->tenant, look));
    store.gate.open();
    shop->engine->stop();
    EXPECT_EQ(looked, 3);
}

}  // namespace
}  // namespace waybill::engine
