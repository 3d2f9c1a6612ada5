// Batches that overlap: one is decided while the one before is made durable.

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
using testing::rejection_of;
using testing::Shop;

class EngineOverlap : public ::testing::Test {
protected:
    void SetUp() override {
        options.probe_every = std::chrono::hours(1);
        // Of eight that wait the first batch takes four, the next two, then two are too few to be shared.
        options.overlap_commands_min = 2;
        shop = std::make_unique<Shop>(store, options);
        shop->open_shop(5);
    }
    std::vector<Submission> orders(int count, const std::string& prefix = "") {
        std::vector<Submission> out;
        for (int i = 0; i < count; ++i) out.push_back(shop->submission(order_of(prefix + std::to_string(i), "A", 1)));
        return out;
    }
    void expect_sound() {
        for (const std::string& problem : audited(*inner).problems) ADD_FAILURE() << problem;
    }

    EngineOptions options;
    std::unique_ptr<Store> inner = storage::memory::open_memory();
    FaultyStore store{*inner};
    std::unique_ptr<Shop> shop;
};

TEST_F(EngineOverlap, TheNextBatchSeesWhatIsBeingMadeDurable) {
    const EngineStats before = shop->engine->stats();
    auto asked = orders(8);
    asked[5] = shop->submission(order_of("0", "A", 1));  // the number of the first batch's first order
    core::CancelOrder cancel;
    cancel.order = core::OrderId(shop->engine->tenants().back().head.raw() + 1);  // that order
    cancel.reason = "changed my mind";
    asked[6] = shop->submission(cancel);
    const auto answers = shop->run_together(std::move(asked));
    const EngineStats after = shop->engine->stats();
    EXPECT_GE(after.overlapped, before.overlapped + 2);
    for (const std::size_t i : {0U, 1U, 2U, 3U, 4U, 6U, 7U}) EXPECT_TRUE(answers[i]) << i;
    EXPECT_EQ(rejection_of(answers[5]), Reject::duplicate_order);
    EXPECT_EQ(answers[6]->order->status(), core::OrderStatus::cancelled);
    for (const std::size_t i : {1U, 2U, 3U, 4U, 6U, 7U}) {
        const std::uint64_t last = answers[i == 6 ? 4 : i - 1]->sequence.raw();
        EXPECT_EQ(answers[i]->sequence.raw(), last + 1) << "one after the other";
    }
    EXPECT_EQ(shop->level("A", "LON").reserved + shop->level("A", "MAN").reserved, 5);
    expect_sound();
}

TEST_F(EngineOverlap, NothingIsSoldTwice) {
    auto answers = shop->run_together(orders(40));  // ten units in two places
    std::int64_t allocated = 0;
    for (const Answer& answer : answers) {
        ASSERT_TRUE(answer);
        if (answer->order->status() == core::OrderStatus::allocated) ++allocated;
    }
    EXPECT_EQ(allocated, 10);
    EXPECT_GT(shop->engine->stats().overlapped, 3U);
    expect_sound();
}

TEST_F(EngineOverlap, ARepeatedKeyWaitsForTheFirst) {
    auto asked = orders(8);
    asked[0] = shop->keyed(order_of("0", "A", 1), "k");
    asked[4] = shop->keyed(order_of("0", "A", 1), "k");
    asked[7] = shop->keyed(order_of("0", "A", 1), "k", 2);
    const auto answers = shop->run_together(std::move(asked));
    ASSERT_TRUE(answers[0] && answers[4]);
    EXPECT_EQ(answers[4]->sequence, answers[0]->sequence);
    EXPECT_TRUE(answers[4]->replayed);
    EXPECT_EQ(rejection_of(answers[7]), Reject::idempotency_key_reused);
    expect_sound();
}

TEST_F(EngineOverlap, WhatWasDecidedAboveAFailedCommitHasNotHappened) {
    for (const IoFailure failure : {IoFailure::full, IoFailure::outcome_unknown}) {
        const std::uint64_t head = shop->engine->tenants().back().head.raw();
        store.faults = {{{failure, "planned"}, false}};
        const auto answers = shop->run_together(orders(8, std::string(failure == IoFailure::full ? "a" : "b")));
        const IoFailure told = failure == IoFailure::full ? IoFailure::full : IoFailure::unavailable;
        for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(io_failure_of(answers[i]), told) << i;
        for (std::size_t i = 6; i < 8; ++i) EXPECT_TRUE(answers[i]) << i;
        EXPECT_EQ(shop->engine->tenants().back().head.raw(), head + 2);
        EXPECT_EQ(shop->engine->not_ready(), "");
        expect_sound();
    }
}

TEST_F(EngineOverlap, AnUnknownOutcomeThatHappenedKeepsOnlyItsOwnBatch) {
    const std::uint64_t head = shop->engine->tenants().back().head.raw();
    store.faults = {{{IoFailure::outcome_unknown, "planned"}, true}};
    const auto answers = shop->run_together(orders(8));
    for (std::size_t i = 0; i < 4; ++i) EXPECT_TRUE(answers[i]) << i;
    for (std::size_t i = 4; i < 6; ++i) EXPECT_EQ(io_failure_of(answers[i]), IoFailure::unavailable) << i;
    for (std::size_t i = 6; i < 8; ++i) EXPECT_TRUE(answers[i]) << i;
    EXPECT_EQ(shop->engine->tenants().back().head.raw(), head + 6);
    expect_sound();
}

TEST_F(EngineOverlap, AnErasureSeesAllThatCameBeforeIt) {
    core::PutCustomer put;
    put.identities = {{"WEB", "c-1"}};
    Submission with_person = shop->submission(put);
    with_person.person = PersonData{R"({"name":"Ada"})"};
    const Answer customer = shop->run(std::move(with_person));
    ASSERT_TRUE(customer);
    auto asked = orders(8);
    core::ErasePerson erase;
    erase.customer = core::CustomerId(customer->outcome.object.id);
    asked[4] = shop->submission(erase);
    for (const Answer& answer : shop->run_together(std::move(asked))) EXPECT_TRUE(answer);
    expect_sound();
}

}  // namespace
}  // namespace waybill::engine
