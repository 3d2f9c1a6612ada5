// Batches that overlap: one is decided while the one before is made durable.

#include <gtest/gtest.h>

#include <deque>
#include <future>
#include <thread>

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

/// A store that loads beside a commit: the next batch is what came while one is under way.
class EngineBesideCommit : public EngineOverlap {
protected:
    void SetUp() override {
        store.loads_beside = true;
        options.beside_commands_min = 3;
        EngineOverlap::SetUp();
    }
    ~EngineBesideCommit() override { store.gate.open(); }

    void submit(std::vector<Submission> submissions) {
        for (Submission& one : submissions) {
            one.done = [this, at = answers.size()](Answer answer) { answers[at].set_value(std::move(answer)); };
            answers.emplace_back();
            shop->engine->submit(std::move(one));
        }
    }
    /// Leaves the writer in the commit of `under_way`, which nobody knows of yet.
    void hold(std::vector<Submission> under_way) {
        store.gate.close();
        submit(orders(1, "alone "));
        store.gate.wait_until_held();
        submit(std::move(under_way));
        store.gate.open_once();
        store.gate.wait_until_held();
    }
    void wait_for_overlap(std::uint64_t times) {
        while (shop->engine->stats().overlapped < times) std::this_thread::yield();
    }
    Answer answer(std::size_t at) { return answers[at].get_future().get(); }

    std::deque<std::promise<Answer>> answers;
};

TEST_F(EngineBesideCommit, WhatComesMeanwhileIsDecidedBeforeTheCommitEnds) {
    hold(orders(2, "first "));
    const std::uint64_t head = shop->engine->tenants().back().head.raw();
    const std::uint64_t overlapped = shop->engine->stats().overlapped;
    auto next = orders(3, "next ");
    next[1] = shop->submission(order_of("first 0", "A", 1));
    submit(std::move(next));
    wait_for_overlap(overlapped + 1);
    EXPECT_EQ(shop->engine->tenants().back().head.raw(), head) << "nothing of it is seen yet";
    store.gate.open();
    for (const std::size_t at : {0U, 1U, 2U, 3U, 5U}) EXPECT_TRUE(answer(at)) << at;
    EXPECT_EQ(rejection_of(answer(4)), Reject::duplicate_order) << "it saw what was under way";
    expect_sound();
}

TEST_F(EngineBesideCommit, WhatIsTakenBackAboveACommitIsWritten) {
    hold(orders(2, "first "));
    const std::uint64_t head = shop->engine->tenants().back().head.raw();
    const std::uint64_t overlapped = shop->engine->stats().overlapped;
    // Then the level is as it was before the commit, and not as the commit writes it.
    std::vector<Submission> next{shop->submission(order_of("other", "B", 1))};
    for (const std::uint64_t id : {head + 1, head + 2}) {
        core::CancelOrder cancel;
        cancel.order = core::OrderId(id);
        cancel.reason = "changed my mind";
        next.push_back(shop->submission(cancel));
    }
    submit(std::move(next));
    wait_for_overlap(overlapped + 1);
    store.gate.open();
    for (std::size_t at = 0; at < 6; ++at) EXPECT_TRUE(answer(at)) << at;
    expect_sound();
}

TEST_F(EngineBesideCommit, ACustomerWhoIsBeingBlockedIsKnownByAnyIdentity) {
    core::PutCustomer put;
    put.identities = {{"WEB", "c-1"}};
    const Answer made = shop->run(put);
    ASSERT_TRUE(made);
    core::PutCustomer block;
    block.id = core::CustomerId(made->outcome.object.id);
    block.blocked = true;
    std::vector<Submission> under_way = orders(1, "first ");
    under_way.push_back(shop->submission(block));
    hold(std::move(under_way));
    const std::uint64_t overlapped = shop->engine->stats().overlapped;
    std::vector<Submission> next = orders(2, "next ");
    core::PlaceOrder of_the_customer = order_of("of c-1", "A", 1);
    of_the_customer.customer_external_id = "c-1";
    next.push_back(shop->submission(of_the_customer));
    submit(std::move(next));
    wait_for_overlap(overlapped + 1);
    store.gate.open();
    for (std::size_t at = 0; at < 5; ++at) EXPECT_TRUE(answer(at)) << at;
    EXPECT_EQ(rejection_of(answer(5)), Reject::customer_blocked);
    expect_sound();
}

TEST_F(EngineBesideCommit, TooFewWaitForTheEndOfTheCommit) {
    hold(orders(2, "first "));
    const std::uint64_t overlapped = shop->engine->stats().overlapped;
    submit(orders(2, "few "));
    store.gate.open();
    for (std::size_t at = 0; at < 5; ++at) EXPECT_TRUE(answer(at)) << at;
    EXPECT_EQ(shop->engine->stats().overlapped, overlapped);
    expect_sound();
}

TEST_F(EngineBesideCommit, WhatWasDecidedAboveAFailedCommitHasNotHappened) {
    hold(orders(2, "first "));
    const std::uint64_t head = shop->engine->tenants().back().head.raw();
    const std::uint64_t overlapped = shop->engine->stats().overlapped;
    submit(orders(3, "next "));
    wait_for_overlap(overlapped + 1);
    store.faults = {{{IoFailure::full, "planned"}, false}};
    store.gate.open();
    EXPECT_TRUE(answer(0));
    for (std::size_t at = 1; at < 6; ++at) EXPECT_EQ(io_failure_of(answer(at)), IoFailure::full) << at;
    EXPECT_EQ(shop->engine->tenants().back().head.raw(), head);
    EXPECT_TRUE(shop->run(order_of("after", "A", 1)));
    expect_sound();
}

TEST_F(EngineBesideCommit, LooksWaitForAMomentWithNothingPending) {
    hold(orders(2, "first "));
    const std::uint64_t overlapped = shop->engine->stats().overlapped;
    std::promise<core::Sequence> seen;
    ASSERT_TRUE(shop->engine->inspect(
        shop->tenant, [&](const core::TenantState* state, const core::Context&) { seen.set_value(state->head); }));
    submit(orders(3, "next "));
    store.gate.open();
    for (std::size_t at = 0; at < 6; ++at) EXPECT_TRUE(answer(at)) << at;
    EXPECT_GE(seen.get_future().get(), core::Sequence(1));
    EXPECT_EQ(shop->engine->stats().overlapped, overlapped);
    expect_sound();
}

}  // namespace
}  // namespace waybill::engine
