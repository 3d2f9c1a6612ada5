#include "delivery/retry_schedule.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace waybill::delivery {
namespace {

using namespace std::chrono_literals;

TEST(RetrySchedule, GrowsToTwoHours) {
    const std::vector<std::chrono::milliseconds> least{5s, 30s, 2min, 10min, 30min, 1h, 2h, 2h, 2h};
    for (std::uint32_t failures = 1; failures <= least.size(); ++failures) {
        EXPECT_EQ(wait_after(failures, 0), least[failures - 1]) << failures;
    }
    EXPECT_EQ(wait_after(0, 0), 5s);
    EXPECT_EQ(wait_after(UINT32_MAX, 0), 2h);
}

TEST(RetrySchedule, ChanceAddsUpToAFifth) {
    for (std::uint32_t failures = 1; failures <= 9; ++failures) {
        const auto least = wait_after(failures, 0);
        EXPECT_EQ(wait_after(failures, static_cast<std::uint64_t>(least.count() / 5)), least + least / 5);
        for (std::uint64_t chance = 1; chance != 0; chance *= 3) {
            const auto wait = wait_after(failures, chance);
            EXPECT_GE(wait, least);
            EXPECT_LE(wait, least + least / 5);
            if (chance > UINT64_MAX / 3) break;
        }
        EXPECT_LE(wait_after(failures, UINT64_MAX), least + least / 5);
    }
}

TEST(RetrySchedule, WhatTheReceiverAsksIsHeededWhenItIsLonger) {
    EXPECT_EQ(wait_after(1, 0, 1s), 5s);
    EXPECT_EQ(wait_after(1, 0, 60s), 60s);
    EXPECT_EQ(wait_after(3, 0, 60s), 2min);
    EXPECT_EQ(wait_after(1, 0, retry_after_max), 2h);
    EXPECT_EQ(wait_after(1, 0, retry_after_max + 1s), 2h);
    EXPECT_EQ(wait_after(1, 0, std::chrono::seconds::max()), 2h);
    EXPECT_EQ(wait_after(1, 0, -5s), 5s);
}

}  // namespace
}  // namespace waybill::delivery
