// Decimal: every operation against wider integers, texts both ways, and the edges of what fits.

#include "core/rules/decimal.hpp"

#include <gtest/gtest.h>
#include <random>

#include "base/checked_math.hpp"

namespace waybill::rules {
namespace {

std::string text(std::optional<Decimal> value) {
    std::string out;
    if (!value) return "none";
    append_decimal(out, *value);
    return out;
}

template <class Parsed>
std::string text_of(const Parsed& parsed) {
    if (parsed) return text(*parsed);
    return parsed.error() == NumberFault::out_of_range ? "out of range" : "no number";
}
std::string of_json(std::string_view digits) { return text_of(parse_json_number(digits)); }
std::string of_text(std::string_view digits) { return text_of(parse_numeric_text(digits)); }

/// n / d, half to even, by doubling. REQUIRES: d > 0.
Int128 divided(Int128 n, Int128 d) {
    Int128 low = n / d;
    if (low * d > n) --low;
    const Int128 twice = (n - low * d) * 2;
    if (twice > d || (twice == d && low % 2 != 0)) ++low;
    return low;
}

std::optional<Decimal> fitted(Int128 units) {
    const auto narrowed = narrow(units);
    return narrowed ? std::optional(Decimal::of_units(*narrowed)) : std::nullopt;
}

class Numbers {
public:
    Decimal next() {
        // Of every size, and now and then at an edge.
        const int kind = static_cast<int>(random_() % 20);
        if (kind == 0) return Decimal::of_units(INT64_MIN);
        if (kind == 1) return Decimal::of_units(INT64_MAX);
        if (kind == 2) return Decimal::of_units(static_cast<std::int64_t>(random_() % 5) - 2);
        const auto wide = static_cast<std::int64_t>(random_());
        const std::int64_t size = wide >> (random_() % 62);
        return Decimal::of_units(kind < 8 ? size / Decimal::one * Decimal::one : size);
    }

private:
    std::mt19937_64 random_{20};
};

TEST(RulesDecimal, AgreesWithWiderIntegers) {
    Numbers numbers;
    for (int i = 0; i < 200'000; ++i) {
        const Decimal a = numbers.next();
        const Decimal b = numbers.next();
        const Int128 x = a.units();
        const Int128 y = b.units();
        SCOPED_TRACE(text(a) + " and " + text(b));
        ASSERT_EQ(add(a, b), fitted(x + y));
        ASSERT_EQ(subtract(a, b), fitted(x - y));
        ASSERT_EQ(multiply(a, b), fitted(divided(x * y, Decimal::one)));
        ASSERT_EQ(negate(a), fitted(-x));
        ASSERT_EQ(a < b, x < y);
        if (b.is_zero()) continue;
        const Int128 numerator = x * Decimal::one * (y < 0 ? -1 : 1);
        ASSERT_EQ(divide(a, b), fitted(divided(numerator, y < 0 ? -y : y)));
        ASSERT_EQ(remainder(a, b), fitted(x % y));
    }
}

TEST(RulesDecimal, TextsReadBackAsTheSameNumber) {
    Numbers numbers;
    for (int i = 0; i < 50'000; ++i) {
        const Decimal a = numbers.next();
        const auto again = parse_json_number(text(a));
        ASSERT_TRUE(again);
        ASSERT_EQ(*again, a);
        ASSERT_LE(text(a).size(), decimal_text_max);
    }
}

TEST(RulesDecimal, ShortestText) {
    EXPECT_EQ(text(Decimal()), "0");
    EXPECT_EQ(text(Decimal::of_units(1)), "0.000000001");
    EXPECT_EQ(text(Decimal::of_units(-1'500'000'000)), "-1.5");
    EXPECT_EQ(text(Decimal::of_units(INT64_MIN)), "-9223372036.854775808");
    EXPECT_EQ(text(Decimal::of_units(INT64_MAX)), "9223372036.854775807");
    EXPECT_EQ(text(Decimal::of_integer(9'223'372'036)), "9223372036");
    EXPECT_EQ(text(Decimal::of_integer(9'223'372'037)), "none");
    EXPECT_EQ(text(Decimal::of_scaled(12'550, 2)), "125.5");
    EXPECT_EQ(text(Decimal::of_scaled(-5, 10)), "0");
    EXPECT_EQ(text(Decimal::of_scaled(15, 10)), "0.000000002");
    EXPECT_EQ(text(Decimal::of_scaled(INT64_MAX, 0)), "none");
    EXPECT_EQ(text(Decimal::of_scaled(9'223'372'036'854'775, 6)), "9223372036.854775");
    EXPECT_EQ(text(Decimal::of_scaled(9'223'372'036'854'776, 6)), "none");
    EXPECT_EQ(text(Decimal::of_scaled(INT64_MIN, 9)), "-9223372036.854775808");
    EXPECT_EQ(text(Decimal::of_scaled(INT64_MIN, 8)), "none");
}

TEST(RulesDecimal, JsonNumbers) {
    EXPECT_EQ(of_json("0"), "0");
    EXPECT_EQ(of_json("-0"), "0");
    EXPECT_EQ(of_json("1.50"), "1.5");
    EXPECT_EQ(of_json("1e3"), "1000");
    EXPECT_EQ(of_json("1E+3"), "1000");
    EXPECT_EQ(of_json("-12.5e-2"), "-0.125");
    EXPECT_EQ(of_json("0.0000000005"), "0");            // half, to even
    EXPECT_EQ(of_json("0.0000000015"), "0.000000002");  // half, to even
    EXPECT_EQ(of_json("0.00000000050000000000000000000000000000000000000000001"), "0.000000001");
    EXPECT_EQ(of_json("0.0000000004999999999999999999999999999999999999999"), "0");
    EXPECT_EQ(of_json("0.30000000000000004"), "0.3");
    EXPECT_EQ(of_json("1e-400"), "0");
    EXPECT_EQ(of_json("0e99999999999"), "0");
    EXPECT_EQ(of_json("1e400"), "out of range");
    EXPECT_EQ(of_json("1e99999999999999999999"), "out of range");
    EXPECT_EQ(of_json("9223372036.854775807"), "9223372036.854775807");
    EXPECT_EQ(of_json("9223372036.8547758074"), "9223372036.854775807");
    EXPECT_EQ(of_json("9223372036.854775808"), "out of range");
    EXPECT_EQ(of_json("-9223372036.854775808"), "-9223372036.854775808");
    EXPECT_EQ(of_json("-9223372036.854775809"), "out of range");
    EXPECT_EQ(of_json(std::string(60, '0') + "7" + "." + std::string(200, '1')), "7.111111111");
    EXPECT_EQ(of_json("1" + std::string(200, '0') + "e-200"), "1");
    for (const std::string_view bad : {"", "-", "1e", "1e+", "e5", ".", "1.2.3", "1x", " 1", "+1", "NaN"}) {
        EXPECT_EQ(of_json(bad), "no number") << bad;
    }
}

TEST(RulesDecimal, TextsThatAreNumbers) {
    EXPECT_EQ(of_text(""), "0");
    EXPECT_EQ(of_text(" \t\n"), "0");
    EXPECT_EQ(of_text("  12.5 "), "12.5");
    EXPECT_EQ(of_text("+5"), "5");
    EXPECT_EQ(of_text("-5."), "-5");
    EXPECT_EQ(of_text(".5"), "0.5");
    EXPECT_EQ(of_text("5e-1"), "0.5");
    EXPECT_EQ(of_text("0x1F"), "31");
    EXPECT_EQ(of_text("0b101"), "5");
    EXPECT_EQ(of_text("0o17"), "15");
    EXPECT_EQ(of_text("007"), "7");
    EXPECT_EQ(of_text("Infinity"), "out of range");
    EXPECT_EQ(of_text("-Infinity"), "out of range");
    EXPECT_EQ(of_text("0xFFFFFFFFFFFFFFFFFF"), "out of range");
    for (const std::string_view bad : {"5 kg", "1,5", "--5", "+-5", "0x", "0xG", "0x-5", "-0x5", "infinity", "1_000"}) {
        EXPECT_EQ(of_text(bad), "no number") << bad;
    }
}

}  // namespace
}  // namespace waybill::rules
