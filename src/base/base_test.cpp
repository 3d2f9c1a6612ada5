#include <gtest/gtest.h>

#include <random>

#include "base/checked_math.hpp"
#include "base/currency.hpp"
#include "base/decimal.hpp"
#include "base/instant.hpp"
#include "base/key_index.hpp"
#include "base/pending_table.hpp"

namespace waybill {
namespace {

TEST(Decimal, ReadsExactlyAndRefusesTheRest) {
    EXPECT_EQ(parse_decimal("12.5", 2), 1250);
    EXPECT_EQ(parse_decimal("-0.01", 2), -1);
    EXPECT_EQ(parse_decimal("3.000000", 2), 300);
    EXPECT_EQ(parse_decimal("7", 0), 7);
    EXPECT_EQ(parse_decimal("9223372036854775807", 0), INT64_MAX);
    EXPECT_EQ(parse_decimal("-9223372036854775808", 0), INT64_MIN);
    for (const char* bad :
         {"", "-", ".", "1.", ".5", "1.005", "1e3", "+1", " 1", "1,0", "9223372036854775808", "1.0x"}) {
        EXPECT_FALSE(parse_decimal(bad, 2)) << bad;
    }
}

TEST(Decimal, WritesTheShortestTextWithTheDecimalsAskedFor) {
    EXPECT_EQ(format_decimal(1250, 2, 2), "12.50");
    EXPECT_EQ(format_decimal(-1, 2, 2), "-0.01");
    EXPECT_EQ(format_decimal(1'250'000, 6, 2), "1.25");
    EXPECT_EQ(format_decimal(1'234'567, 6, 2), "1.234567");
    EXPECT_EQ(format_decimal(500, 0, 0), "500");
    EXPECT_EQ(format_decimal(0, 6, 0), "0");
    EXPECT_EQ(format_decimal(INT64_MIN, 2, 2), "-92233720368547758.08");
}

TEST(MulDiv, RoundsAsNamed) {
    EXPECT_EQ(mul_div(5, 1, 2, Rounding::half_even), 2);
    EXPECT_EQ(mul_div(7, 1, 2, Rounding::half_even), 4);
    EXPECT_EQ(mul_div(-5, 1, 2, Rounding::half_even), -2);
    EXPECT_EQ(mul_div(5, 1, 2, Rounding::half_up), 3);
    EXPECT_EQ(mul_div(-5, 1, 2, Rounding::half_up), -3);
    EXPECT_EQ(mul_div(-5, 1, 2, Rounding::down), -2);
    EXPECT_EQ(mul_div(1, 1, 3, Rounding::up), 1);
    EXPECT_EQ(mul_div(INT64_MAX, INT64_MAX, 1, Rounding::down), std::nullopt);
}

TEST(IntegerSqrt, IsTheFloor) {
    for (const std::int64_t v :
         {0L, 1L, 2L, 3L, 4L, 99L, 100L, 101L, 4'503'599'761'588'223L, 9'223'372'036'854'775'807L}) {
        const Int128 root = integer_sqrt(v);
        EXPECT_LE(root * root, v);
        EXPECT_GT((root + 1) * (root + 1), v);
    }
}

TEST(Currency, KnowsItsExponent) {
    EXPECT_EQ(Currency::parse("GBP")->exponent(), 2);
    EXPECT_EQ(Currency::parse("JPY")->exponent(), 0);
    EXPECT_EQ(Currency::parse("KWD")->exponent(), 3);
    EXPECT_FALSE(Currency::parse("gbp"));
    EXPECT_FALSE(Currency::parse("XXX"));
    EXPECT_EQ(extend_price(2'550'000, 6, *Currency::parse("GBP"), Rounding::half_even), 1530);
    EXPECT_EQ(extend_price(2'550'000, 6, *Currency::parse("JPY"), Rounding::half_even), 15);
}

TEST(Apportion, SumsBackExactlyAndEachPartIsWithinOne) {
    std::uint64_t seed = 7;
    const auto next = [&seed] { return seed = seed * 6364136223846793005ULL + 1442695040888963407ULL, seed >> 33; };
    for (int round = 0; round < 2000; ++round) {
        std::vector<std::int64_t> weights(1 + next() % 9);
        std::int64_t sum = 0;
        for (auto& w : weights) sum += w = static_cast<std::int64_t>(next() % 1000);
        const std::int64_t total = static_cast<std::int64_t>(next() % 20001) - 10000;
        const auto parts = apportion(total, weights);
        std::int64_t back = 0;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            back += parts[i];
            if (sum > 0) {
                EXPECT_LT(std::abs(parts[i] * sum - total * weights[i]), sum);
            }
        }
        EXPECT_EQ(back, total);
    }
}

TEST(Instant, ReadsAndWritesRfc3339) {
    const auto parsed = parse_instant("2026-11-22T09:18:12.5+01:00");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(format_instant(*parsed), "2026-11-22T08:18:12.5Z");
    EXPECT_EQ(format_instant(Instant(0)), "1970-01-01T00:00:00Z");
    EXPECT_EQ(parse_instant("2016-12-31T23:59:60Z"), parse_instant("2017-01-01T00:00:00Z"));
    for (const char* bad :
         {"2026-02-29T00:00:00Z", "2026-11-22", "2026-11-22T25:00:00Z", "2026-11-22T08:18:12", "2026-11-22T08:18:12.Z",
          "2026-11-22T08:18:12+1:00", "x026-11-22T08:18:12Z", "2026-11-22T08:18:12Zz"}) {
        EXPECT_FALSE(parse_instant(bad)) << bad;
    }
}

TEST(CivilDate, KnowsItsWeekday) {
    EXPECT_EQ(CivilDate::from_ymd(2026, 11, 22).weekday(), 6);
    EXPECT_EQ(CivilDate::from_ymd(1969, 12, 29).weekday(), 0);
    EXPECT_EQ(format_date(*parse_date("2024-02-29")), "2024-02-29");
}

TEST(PendingTable, ShowsPendingRowsToTheWriterOnly) {
    PendingTable<int> table;
    table.add(10);
    table.accept();
    table.write(0) = 11;
    EXPECT_EQ(table.add(20), 1U);
    EXPECT_EQ(table.read(0), 11);
    EXPECT_EQ(table.committed(0), 10);
    table.drop();
    EXPECT_EQ(table.size(), 1U);
    EXPECT_EQ(table.read(0), 10);
    table.write(0) = 12;
    table.seal();
    EXPECT_EQ(table.committed(0), 10);
    table.accept_sealed();
    EXPECT_EQ(table.committed(0), 12);
}

/// Against a list of values a layer, over random changes.
TEST(PendingTable, KeepsItsLayersApart) {
    std::minstd_rand dice(7);
    PendingTable<int> table;
    std::vector<int> committed;
    std::vector<int> below;  // committed and sealed
    std::vector<int> newest;
    bool sealed = false;
    for (int step = 0; step < 20'000; ++step) {
        switch (dice() % 6) {
            case 0:
                EXPECT_EQ(table.add(step), newest.size());
                newest.push_back(step);
                break;
            case 1:
            case 2:
                if (newest.empty()) break;
                {
                    const auto at = static_cast<std::uint32_t>(dice() % newest.size());
                    EXPECT_EQ(table.write(at), newest[at]);
                    table.write(at) = newest[at] = step;
                }
                break;
            case 3:
                if (sealed) {
                    table.accept_sealed();
                    committed = below;
                } else {
                    table.seal();
                    below = newest;
                }
                sealed = !sealed;
                break;
            case 4:
                table.drop();
                newest = sealed ? below : committed;
                break;
            default:
                if (!sealed || dice() % 4 != 0) break;
                table.drop();
                table.drop_sealed();
                newest = committed;
                sealed = false;
        }
        ASSERT_EQ(table.size(), newest.size());
        ASSERT_EQ(table.committed_size(), committed.size());
        for (std::uint32_t i = 0; i < newest.size(); i += 1 + i / 8) ASSERT_EQ(table.read(i), newest[i]);
        for (std::uint32_t i = 0; i < committed.size(); i += 1 + i / 8) ASSERT_EQ(table.committed(i), committed[i]);
        const std::vector<int>& under = sealed ? below : committed;
        table.each_change([&](std::uint32_t at, const int* before, const int& now) {
            ASSERT_EQ(before == nullptr, at >= under.size());
            if (before != nullptr) {
                ASSERT_EQ(*before, under[at]);
            }
            ASSERT_EQ(now, newest[at]);
        });
    }
    EXPECT_GT(committed.size(), 100U);
}

TEST(KeyIndex, TakesBackWhatIsDropped) {
    KeyIndex index;
    index.add("a");
    index.accept();
    index.add("b");
    EXPECT_EQ(index.find("b"), 1U);
    EXPECT_FALSE(index.find_committed("b"));
    index.drop();
    EXPECT_EQ(index.find("a"), 0U);
    EXPECT_FALSE(index.find("b"));
    EXPECT_EQ(index.add("b"), 1U);
    index.accept();
    EXPECT_EQ(index.find_committed("b"), 1U);
    EXPECT_EQ(index.key(1), "b");
}

TEST(KeyIndex, GoesOnAboveWhatIsSealed) {
    KeyIndex index;
    index.add("a");
    index.seal();
    EXPECT_EQ(index.add("b"), 1U);
    EXPECT_EQ(index.find("a"), 0U);
    EXPECT_FALSE(index.find_committed("a"));
    index.accept_sealed();
    EXPECT_EQ(index.find_committed("a"), 0U);
    EXPECT_FALSE(index.find_committed("b"));
    EXPECT_EQ(index.key(1), "b");
    index.seal();
    EXPECT_EQ(index.add("c"), 2U);
    index.drop();
    EXPECT_FALSE(index.find("c"));
    EXPECT_EQ(index.find("b"), 1U);
    index.drop_sealed();
    EXPECT_FALSE(index.find("b"));
    EXPECT_EQ(index.size(), 1U);
    EXPECT_EQ(index.add("c"), 1U);
}

}  // namespace
}  // namespace waybill
