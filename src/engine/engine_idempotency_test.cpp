// Repeated requests through the engine, over each store.

#include <gtest/gtest.h>

#include "engine/on_each_store.hpp"

namespace waybill::engine {
namespace {

using core::Reject;
using testing::Answer;
using testing::order_of;
using testing::receipt_of;
using testing::rejection_of;

class RepetitionOnStores : public testing::OnEachStore {};
INSTANTIATE_TEST_SUITE_P(Stores, RepetitionOnStores, ::testing::Values("memory", "sqlite", "postgres"),
                         testing::store_name);

TEST_P(RepetitionOnStores, AnIdempotencyKeyInOneBatchAndAfterwards) {
    shop->open_shop(10);
    auto answers =
        shop->run_together({shop->keyed(order_of("1", "A", 3), "k1"), shop->keyed(order_of("1", "A", 3), "k1"),
                            shop->keyed(order_of("1", "A", 4), "k1", 2), shop->keyed(order_of("2", "A", 1), "k2")});
    ASSERT_TRUE(answers[0] && answers[1] && answers[3]);
    EXPECT_FALSE(answers[0]->replayed);
    ASSERT_TRUE(answers[1]->replayed);
    EXPECT_EQ(answers[1]->replayed->status, 201);
    EXPECT_EQ(answers[1]->sequence, answers[0]->sequence);
    EXPECT_EQ(*answers[1]->order, *answers[0]->order);
    EXPECT_EQ(rejection_of(answers[2]), Reject::idempotency_key_reused);

    core::CancelOrder cancel;
    cancel.order = answers[0]->order->id;
    cancel.reason = "customer";
    ASSERT_TRUE(shop->run(std::move(cancel)));
    for (const bool restarted : {false, true}) {
        if (restarted) reopen();
        const Answer again = shop->run(shop->keyed(order_of("1", "A", 3), "k1"));
        ASSERT_TRUE(again);
        ASSERT_TRUE(again->replayed);
        EXPECT_EQ(again->replayed->status, 201);
        EXPECT_EQ(again->sequence, answers[0]->sequence);
        EXPECT_EQ(*again->order, *answers[0]->order) << "the order as it was, not as it is";
        EXPECT_EQ(rejection_of(shop->run(shop->keyed(order_of("9", "A", 1), "k1", 9))), Reject::idempotency_key_reused);
    }
    expect_sound();
}

TEST_P(RepetitionOnStores, ARejectionIsNotRemembered) {
    shop->open_shop(0);
    const auto order = order_of("1", "A", 1, core::OnShortage::reject);
    EXPECT_EQ(rejection_of(shop->run(shop->keyed(order, "k"))), Reject::insufficient_supply);
    ASSERT_TRUE(shop->run(receipt_of("A", "LON", 1)));
    const Answer later = shop->run(shop->keyed(order, "k"));
    ASSERT_TRUE(later);
    EXPECT_FALSE(later->replayed);
}

TEST_P(RepetitionOnStores, ARepeatedFeedAnswersAsTheFirstTime) {
    shop->open_shop(0);
    core::ApplyFeed feed;
    feed.source = "wms";
    feed.sequence = 1;
    feed.rows = {{"A", "LON", 7, std::nullopt}, {"nothing", "LON", 7, std::nullopt}};
    const Answer first = shop->run(shop->keyed(feed, "f1"));
    ASSERT_TRUE(first);
    ASSERT_EQ(first->outcome.skipped.size(), 1U);
    reopen();
    const Answer replayed = shop->run(shop->keyed(feed, "f1"));
    ASSERT_TRUE(replayed && replayed->replayed);
    ASSERT_EQ(replayed->outcome.skipped.size(), 1U);
    EXPECT_EQ(replayed->outcome.skipped[0].code, first->outcome.skipped[0].code);
    EXPECT_EQ(replayed->outcome.skipped[0].row, 1U);
    const Answer repeated = shop->run(shop->keyed(feed, "f2"));
    ASSERT_TRUE(repeated);
    EXPECT_TRUE(repeated->outcome.already_applied);
    EXPECT_EQ(repeated->sequence, first->sequence);
    EXPECT_TRUE(shop->run(shop->keyed(feed, "f2"))->outcome.already_applied);
    EXPECT_EQ(shop->level("A", "LON").on_hand, 7);
    expect_sound();
}

/// Old answers go with the commits of others; until one comes they stay.
TEST_P(RepetitionOnStores, AKeyIsRememberedAsLongAsItShouldBe) {
    const EngineOptions options;
    const std::int64_t keep = std::chrono::microseconds(options.reply_keep).count();
    shop->open_shop(10);
    ASSERT_TRUE(shop->run(shop->keyed(order_of("1", "A", 1), "k")));
    shop->clock.micros += keep;
    ASSERT_TRUE(shop->run(shop->keyed(order_of("2", "A", 1), "other")));
    const Answer kept = shop->run(shop->keyed(order_of("1", "A", 1), "k"));
    ASSERT_TRUE(kept);
    EXPECT_TRUE(kept->replayed) << "exactly as old as may be";
    shop->clock.micros += 1;
    ASSERT_TRUE(shop->run(order_of("3", "A", 1)));
    EXPECT_EQ(rejection_of(shop->run(shop->keyed(order_of("1", "A", 1), "k"))), Reject::duplicate_order)
        << "forgotten: the order itself is what tells now";
    const Answer other = shop->run(shop->keyed(order_of("2", "A", 1), "other"));
    ASSERT_TRUE(other);
    EXPECT_TRUE(other->replayed) << "younger ones stay";
    expect_sound();
}

}  // namespace
}  // namespace waybill::engine
