// The engine when its store fails, when its queue is full and when it stops.

#include <gtest/gtest.h>

#include "engine/engine_test_kit.hpp"
#include "storage/memory/memory_store.hpp"

namespace waybill::engine {
namespace {

using core::Reject;
using testing::Answer;
using testing::audited;
using testing::FaultyStore;
using testing::io_failure_of;
using testing::order_of;
using testing::receipt_of;
using testing::rejection_of;
using testing::Shop;

class EngineFaults : public ::testing::Test {
protected:
    void SetUp() override {
        // Long, so that no probe comes between a test's own steps.
        options.probe_every = std::chrono::hours(1);
        shop = std::make_unique<Shop>(store, options);
        shop->open_shop(5);
    }
    void expect_sound() {
        for (const std::string& problem : audited(*inner).problems) ADD_FAILURE() << problem;
    }
    std::uint64_t head() { return shop->engine->tenants().back().head.raw(); }

    EngineOptions options;
    std::unique_ptr<Store> inner = storage::memory::open_memory();
    FaultyStore store{*inner};
    std::unique_ptr<Shop> shop;
};

TEST_F(EngineFaults, AFailedCommitLeavesNothingAndTheNextBatchWorks) {
    const std::uint64_t head_before = head();
    store.faults = {{{IoFailure::full, "no space"}, false}};
    core::Location changed;
    changed.code = "LON";
    changed.name = "changed";
    changed.calendar.working_days.fill(true);
    auto answers =
        shop->run_together({shop->keyed(order_of("1", "A", 3), "k"), shop->submission(order_of("2", "nothing", 1)),
                            shop->submission(core::PutLocation{changed}), shop->submission(order_of("3", "A", 9))});
    for (const Answer& answer : answers) EXPECT_EQ(io_failure_of(answer), IoFailure::full);
    EXPECT_NE(shop->engine->not_ready(), "");
    EXPECT_EQ(head(), head_before);
    EXPECT_EQ(shop->level("A", "LON").reserved + shop->level("A", "MAN").reserved, 0);
    EXPECT_EQ(shop->engine->view(shop->tenant)->location(0).name, "LON");

    const Answer again = shop->run(shop->keyed(order_of("1", "A", 3), "k"));
    ASSERT_TRUE(again);
    EXPECT_FALSE(again->replayed);
    EXPECT_EQ(again->sequence.raw(), head_before + 1);
    EXPECT_EQ(shop->engine->not_ready(), "");
    expect_sound();
}

TEST_F(EngineFaults, ATenantWhoseBatchFailedWasNeverMade) {
    store.faults = {{{IoFailure::read_only, "planned"}, false}};
    core::TenantSettings settings;
    settings.name = "new";
    settings.currency = Currency::parse("GBP").value();
    std::promise<Answer> failed;
    shop->engine->create_tenant(settings, {}, [&](Answer answer) { failed.set_value(std::move(answer)); });
    EXPECT_EQ(io_failure_of(failed.get_future().get()), IoFailure::read_only);
    EXPECT_FALSE(shop->engine->find_tenant("new"));
    EXPECT_EQ(shop->make_tenant("new").raw(), 3U);
    expect_sound();
}

TEST_F(EngineFaults, AnUnknownOutcomeThatHappenedIsAnsweredAsSuccess) {
    store.faults = {{{IoFailure::outcome_unknown, "sync failed"}, true}};
    const Answer answer = shop->run(order_of("1", "A", 3));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->order->status(), core::OrderStatus::allocated);
    EXPECT_EQ(rejection_of(shop->run(order_of("1", "A", 3))), Reject::duplicate_order);
    EXPECT_EQ(shop->engine->not_ready(), "");
    expect_sound();
}

TEST_F(EngineFaults, AnUnknownOutcomeThatDidNotHappenIsAnsweredAsFailure) {
    store.faults = {{{IoFailure::outcome_unknown, "sync failed"}, false}};
    EXPECT_EQ(io_failure_of(shop->run(order_of("1", "A", 3))), IoFailure::unavailable);
    EXPECT_NE(shop->engine->not_ready(), "");
    EXPECT_TRUE(shop->run(order_of("1", "A", 3)));
    EXPECT_EQ(shop->engine->not_ready(), "");
    expect_sound();
}

TEST_F(EngineFaults, WritesAreRefusedUntilTheHeadCanBeReadAgain) {
    for (const bool happened : {true, false}) {
        const std::string number = happened ? "1" : "2";
        store.faults = {{{IoFailure::outcome_unknown, "cable"}, happened}};
        store.head_unreadable = true;
        EXPECT_EQ(io_failure_of(shop->run(order_of(number, "A", 2))), IoFailure::outcome_unknown);
        EXPECT_NE(shop->engine->not_ready(), "");
        EXPECT_EQ(io_failure_of(shop->run(order_of("x", "A", 1))), IoFailure::outcome_unknown);
        std::promise<bool> looked;
        shop->engine->inspect(shop->tenant, [&](const core::TenantState* state, const core::Context&) {
            looked.set_value(state == nullptr);
        });
        EXPECT_TRUE(looked.get_future().get());
        store.head_unreadable = false;
        const Answer later = shop->run(order_of(number, "A", 2));
        if (happened) {
            EXPECT_EQ(rejection_of(later), Reject::duplicate_order);
        } else {
            EXPECT_TRUE(later);
        }
        EXPECT_EQ(shop->engine->not_ready(), "");
        expect_sound();
    }
}

TEST_F(EngineFaults, AnotherWriterStopsThisOneForGood) {
    store.faults = {{{IoFailure::conflict, "planned"}, false}};
    EXPECT_EQ(io_failure_of(shop->run(order_of("1", "A", 3))), IoFailure::conflict);
    EXPECT_EQ(io_failure_of(shop->run(order_of("1", "A", 3))), IoFailure::conflict);
    EXPECT_NE(shop->engine->not_ready(), "");
    EXPECT_EQ(shop->level("A", "LON").reserved, 0);
    expect_sound();
}

TEST_F(EngineFaults, AnIdleEngineFindsOutThatItsStoreWorksAgain) {
    shop.reset();
    options.probe_every = std::chrono::milliseconds(1);
    shop = std::make_unique<Shop>(store, options);
    const auto hashes = audited(*inner).hashes;
    store.faults = {{{IoFailure::full, "no space"}, false}, {{IoFailure::full, "still no space"}, false}};
    EXPECT_EQ(io_failure_of(shop->run(order_of("1", "A", 3))), IoFailure::full);
    while (!shop->engine->not_ready().empty()) std::this_thread::yield();
    EXPECT_EQ(audited(*inner).hashes, hashes) << "finding out changed nothing";
    EXPECT_TRUE(shop->run(order_of("1", "A", 3)));
}

TEST_F(EngineFaults, AFullQueueRefusesAtOnce) {
    shop.reset();
    options.queue_commands_max = 3;
    shop = std::make_unique<Shop>(store, options);
    shop->tenant = core::TenantId(2);
    std::vector<Submission> many;
    for (int i = 0; i < 5; ++i) many.push_back(shop->submission(order_of(std::to_string(i), "A", 1)));
    const auto answers = shop->run_together(std::move(many));
    for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(answers[i]);
    for (std::size_t i = 3; i < 5; ++i) EXPECT_EQ(rejection_of(answers[i]), Reject::engine_overloaded);
    EXPECT_EQ(shop->engine->stats().overloaded, 2U);
}

TEST_F(EngineFaults, ABatchTakesNoMoreCommandsThanItMay) {
    shop.reset();
    options.batch_commands_max = 4;
    shop = std::make_unique<Shop>(store, options);
    shop->tenant = core::TenantId(2);
    std::uint64_t received = 0;
    for (const std::size_t commands : {4U, 5U, 9U}) {
        const EngineStats before = shop->engine->stats();
        const std::uint64_t commits = inner->stats().commits;
        std::vector<Submission> many;
        for (std::size_t i = 0; i < commands; ++i) {
            many.push_back(shop->submission(receipt_of("A", "LON", static_cast<std::int64_t>(i + 1))));
        }
        for (const Answer& answer : shop->run_together(std::move(many))) EXPECT_TRUE(answer);
        const std::uint64_t batches = (commands + 3) / 4;
        EXPECT_EQ(shop->engine->stats().batches, before.batches + batches) << commands;
        EXPECT_EQ(inner->stats().commits, commits + batches) << commands;
        received += commands * (commands + 1) / 2;
    }
    EXPECT_EQ(shop->level("A", "LON").on_hand, static_cast<std::int64_t>(5 + received)) << "each once";
}

TEST_F(EngineFaults, StoppingDrainsAndThenRefuses) {
    std::promise<void> held;
    std::promise<void> go_on;
    shop->engine->inspect(shop->tenant, [&](const core::TenantState*, const core::Context&) {
        held.set_value();
        go_on.get_future().wait();
    });
    held.get_future().wait();
    std::atomic<int> placed{0};
    for (int i = 0; i < 50; ++i) {
        Submission one = shop->submission(order_of(std::to_string(i), "A", 1));
        one.done = [&](Answer answer) { placed += answer ? 1 : 0; };
        shop->engine->submit(std::move(one));
    }
    go_on.set_value();
    shop->engine->stop();
    EXPECT_EQ(placed, 50);
    EXPECT_EQ(rejection_of(shop->run(order_of("late", "A", 1))), Reject::shutting_down);
    bool looked = false;
    shop->engine->inspect(shop->tenant,
                          [&](const core::TenantState* state, const core::Context&) { looked = state == nullptr; });
    EXPECT_TRUE(looked);
    expect_sound();
}

TEST_F(EngineFaults, StreamsHearOfEveryCommit) {
    std::mutex mutex;
    std::vector<std::pair<core::TenantId, core::Sequence>> heard;
    shop->engine->on_commit([&](const auto& heads) {
        const std::lock_guard lock(mutex);
        heard.insert(heard.end(), heads.begin(), heads.end());
    });
    int other = 0;
    shop->engine->on_commit([&](const auto& heads) {
        const std::lock_guard lock(mutex);
        other += static_cast<int>(heads.size());
    });
    const Answer placed = shop->run(order_of("1", "A", 1));
    EXPECT_EQ(rejection_of(shop->run(order_of("1", "A", 1))), Reject::duplicate_order);
    const std::lock_guard lock(mutex);
    ASSERT_EQ(heard.size(), 1U);
    EXPECT_EQ(heard[0], std::pair(shop->tenant, placed->sequence));
    EXPECT_EQ(other, 1);
}

}  // namespace
}  // namespace waybill::engine
