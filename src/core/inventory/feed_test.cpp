// The window of a feed against a model that remembers every number it ever saw.

#include <gtest/gtest.h>

#include <set>

#include "core/core_test_shop.hpp"
#include "core/inventory/feed.hpp"
#include "core/limits.hpp"

namespace waybill::core {
namespace {

TEST(feed_source, agrees_with_a_model_that_forgets_nothing) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        testing::Dice dice(seed);
        FeedSource source{"wms", 0, 0, {}};
        std::set<std::uint64_t> seen;
        std::uint64_t newest = 0;
        std::int64_t frontier = 1;
        for (int i = 0; i < 3'000; ++i) {
            frontier += dice.between(0, dice.between(0, 50) == 0 ? 400 : 2);
            const auto sequence =
                static_cast<std::uint64_t>(std::max<std::int64_t>(1, frontier - dice.between(0, 1'500)));
            const bool too_old = sequence + static_cast<std::uint64_t>(limits::feed_window) <= newest;
            ASSERT_EQ(source.too_old(sequence), too_old) << "seed " << seed << " step " << i << " message " << sequence;
            if (too_old) continue;
            ASSERT_EQ(source.applied(sequence), seen.contains(sequence))
                << "seed " << seed << " step " << i << " message " << sequence;
            if (seen.contains(sequence)) continue;
            source.mark_applied(sequence);
            seen.insert(sequence);
            newest = std::max(newest, sequence);
            ASSERT_LE(source.above.size(), static_cast<std::size_t>(limits::feed_window));
            ASSERT_EQ(source.newest, newest);
        }
    }
}

TEST(feed_source, a_stream_in_order_needs_no_list) {
    FeedSource source{"wms", 0, 0, {}};
    for (std::uint64_t sequence = 1; sequence <= 5'000; ++sequence) source.mark_applied(sequence);
    EXPECT_TRUE(source.above.empty());
    EXPECT_EQ(source.complete_to, 5'000U);
}

}  // namespace
}  // namespace waybill::core
