#pragma once
// Integer arithmetic that says when it does not fit, and divisions that name their rounding. Money, quantities and
// costs go through these; floating point never touches them.

#include <cstdint>
#include <optional>

#include "base/assert.hpp"

namespace waybill {

__extension__ using Int128 = __int128;

[[nodiscard]] constexpr std::optional<std::int64_t> checked_add(std::int64_t a, std::int64_t b) {
    std::int64_t out = 0;
    if (__builtin_add_overflow(a, b, &out)) return std::nullopt;
    return out;
}

[[nodiscard]] constexpr std::optional<std::int64_t> checked_sub(std::int64_t a, std::int64_t b) {
    std::int64_t out = 0;
    if (__builtin_sub_overflow(a, b, &out)) return std::nullopt;
    return out;
}

[[nodiscard]] constexpr std::optional<std::int64_t> checked_mul(std::int64_t a, std::int64_t b) {
    std::int64_t out = 0;
    if (__builtin_mul_overflow(a, b, &out)) return std::nullopt;
    return out;
}

[[nodiscard]] constexpr std::optional<std::int64_t> narrow(Int128 wide) {
    if (wide > INT64_MAX || wide < INT64_MIN) return std::nullopt;
    return static_cast<std::int64_t>(wide);
}

enum class Rounding { half_even, half_up, down, up };

/// a * b / divisor with a 128-bit intermediate. `half_up` rounds halves away from zero, `down` towards zero and `up`
/// away from zero. Errors: nullopt when the result does not fit. REQUIRES: divisor > 0.
[[nodiscard]] constexpr std::optional<std::int64_t> mul_div(std::int64_t a, std::int64_t b, std::int64_t divisor,
                                                            Rounding rounding) {
    WAYBILL_ASSERT(divisor > 0);
    const Int128 product = static_cast<Int128>(a) * b;
    Int128 quotient = product / divisor;
    const Int128 remainder = product % divisor;
    const Int128 twice = (remainder < 0 ? -remainder : remainder) * 2;
    const Int128 away = product < 0 ? -1 : 1;
    switch (rounding) {
        case Rounding::half_even:
            if (twice > divisor || (twice == divisor && quotient % 2 != 0)) quotient += away;
            break;
        case Rounding::half_up:
            if (twice >= divisor) quotient += away;
            break;
        case Rounding::down:
            break;
        case Rounding::up:
            if (remainder != 0) quotient += away;
            break;
    }
    return narrow(quotient);
}

/// Floor of the square root. Cost: about 32 steps of integer Newton at most.
[[nodiscard]] constexpr std::int64_t integer_sqrt(std::int64_t value) {
    WAYBILL_ASSERT(value >= 0);
    if (value < 2) return value;
    std::int64_t guess = std::int64_t{1} << ((65 - __builtin_clzll(static_cast<unsigned long long>(value))) / 2);
    while (true) {
        const std::int64_t next = (guess + value / guess) / 2;
        if (next >= guess) return guess;
        guess = next;
    }
}

}  // namespace waybill
