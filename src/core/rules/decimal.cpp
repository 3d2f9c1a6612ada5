#include "core/rules/decimal.hpp"

#include <array>
#include <charconv>

#include "base/checked_math.hpp"
#include "core/rules/digits.hpp"

namespace waybill::rules {

namespace {

std::optional<Decimal> decimal_of(std::optional<std::int64_t> units) {
    if (!units) return std::nullopt;
    return Decimal::of_units(*units);
}

/// Digits and a decimal exponent, on the way to a Decimal: what is beyond the 38 digits that are kept can not matter
/// but for whether it is zero.
class Digits {
public:
    /// `after_point`: each such digit is worth a tenth of the one before it.
    void add(char digit, bool after_point) {
        if (value_ < kept_max) {
            value_ = value_ * 10 + (digit - '0');
            if (after_point) --exponent_;
        } else {
            has_rest_ = has_rest_ || digit != '0';
            if (!after_point) ++exponent_;
        }
    }
    void scale(std::int64_t exponent) { exponent_ += exponent; }

    [[nodiscard]] Result<Decimal, NumberFault> decimal(bool is_negative) const {
        if (value_ == 0) return Decimal();
        Int128 units = value_;
        std::int64_t exponent = exponent_ + Decimal::places;
        for (; exponent > 0; --exponent) {
            if (units > INT64_MAX) return fail(NumberFault::out_of_range);
            units *= 10;
        }
        if (exponent < -max_digits) return Decimal();
        Int128 divisor = 1;
        for (; exponent < 0; ++exponent) divisor *= 10;
        const Int128 rest = units % divisor;
        units /= divisor;
        const Int128 gap = divisor - rest;  // compared with `rest`, so that nothing is doubled beyond 128 bits
        const bool is_half = rest == gap && !has_rest_;
        if (divisor > 1 && (is_half ? units % 2 != 0 : rest >= gap)) units += 1;
        const auto narrowed = narrow(is_negative ? -units : units);
        if (!narrowed) return fail(NumberFault::out_of_range);
        return Decimal::of_units(*narrowed);
    }

private:
    static constexpr std::int64_t max_digits = 37;
    static constexpr Int128 kept_max = static_cast<Int128>(1'000'000'000'000'000'000) * 1'000'000'000'000'000'000;

    Int128 value_ = 0;
    std::int64_t exponent_ = 0;
    bool has_rest_ = false;
};

constexpr std::int64_t exponent_max = 10'000;

/// [digits][.digits][e[+-]digits] with a digit somewhere before the exponent; the sign was read.
Result<Decimal, NumberFault> parse_unsigned(std::string_view text, bool is_negative) {
    Digits digits;
    std::size_t at = 0;
    bool has_digit = false;
    for (; at < text.size() && is_digit(text[at]); ++at) {
        digits.add(text[at], false);
        has_digit = true;
    }
    if (at < text.size() && text[at] == '.') {
        for (++at; at < text.size() && is_digit(text[at]); ++at) {
            digits.add(text[at], true);
            has_digit = true;
        }
    }
    if (!has_digit) return fail(NumberFault::not_a_number);
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        const bool is_small = at < text.size() && text[at] == '-';
        if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
        if (at == text.size()) return fail(NumberFault::not_a_number);
        std::int64_t exponent = 0;
        for (; at < text.size() && is_digit(text[at]); ++at) {
            if (exponent < exponent_max) exponent = exponent * 10 + (text[at] - '0');
        }
        digits.scale(is_small ? -exponent : exponent);
    }
    if (at != text.size()) return fail(NumberFault::not_a_number);
    return digits.decimal(is_negative);
}

Result<Decimal, NumberFault> parse_whole(std::string_view digits, int base) {
    std::int64_t whole = 0;
    const char* const end = digits.data() + digits.size();
    if (digits.empty() || digits.front() == '-') return fail(NumberFault::not_a_number);
    const auto [stop, fault] = std::from_chars(digits.data(), end, whole, base);
    if (stop != end) return fail(NumberFault::not_a_number);
    if (fault == std::errc::result_out_of_range) return fail(NumberFault::out_of_range);
    const auto out = Decimal::of_integer(whole);
    if (!out) return fail(NumberFault::out_of_range);
    return *out;
}

}  // namespace

std::optional<Decimal> Decimal::of_integer(std::int64_t value) { return decimal_of(checked_mul(value, one)); }

std::optional<Decimal> Decimal::of_scaled(std::int64_t value, int scale) {
    WAYBILL_ASSERT(scale >= 0 && scale <= 18);
    constexpr std::array<std::int64_t, places + 1> factors{1'000'000'000, 100'000'000, 10'000'000, 1'000'000, 100'000,
                                                           10'000,        1'000,       100,        10,        1};
    // Money and weights have few places: nothing to round, and no division of 128 bits.
    if (scale <= places) return decimal_of(checked_mul(value, factors[static_cast<std::size_t>(scale)]));
    std::int64_t divisor = 1;
    for (int i = 0; i < scale; ++i) divisor *= 10;
    return decimal_of(mul_div(value, one, divisor, Rounding::half_even));
}

std::optional<Decimal> add(Decimal a, Decimal b) { return decimal_of(checked_add(a.units(), b.units())); }

std::optional<Decimal> subtract(Decimal a, Decimal b) { return decimal_of(checked_sub(a.units(), b.units())); }

std::optional<Decimal> multiply(Decimal a, Decimal b) {
    return decimal_of(mul_div(a.units(), b.units(), Decimal::one, Rounding::half_even));
}

std::optional<Decimal> negate(Decimal a) { return decimal_of(checked_sub(0, a.units())); }

std::optional<Decimal> divide(Decimal a, Decimal b) {
    WAYBILL_ASSERT(!b.is_zero());
    if (b.units() == INT64_MIN) {
        // Minus that does not fit in 64 bits.
        const Int128 size = -static_cast<Int128>(INT64_MIN);
        const Int128 product = static_cast<Int128>(a.units()) * Decimal::one;
        const Int128 above = product < 0 ? -product : product;
        const Int128 rest = above % size;
        Int128 quotient = above / size;
        if (rest * 2 > size || (rest * 2 == size && quotient % 2 != 0)) quotient += 1;
        return decimal_of(narrow(a.units() < 0 ? quotient : -quotient));
    }
    const bool is_negative = b.units() < 0;
    const std::int64_t divisor = is_negative ? -b.units() : b.units();
    return decimal_of(mul_div(a.units(), is_negative ? -Decimal::one : Decimal::one, divisor, Rounding::half_even));
}

Decimal remainder(Decimal a, Decimal b) {
    WAYBILL_ASSERT(!b.is_zero());
    if (b.units() == -1) return {};  // the one case in which the machine's own division overflows
    return Decimal::of_units(a.units() % b.units());
}

Result<Decimal, NumberFault> parse_json_number(std::string_view text) {
    const bool is_negative = !text.empty() && text.front() == '-';
    if (is_negative) text.remove_prefix(1);
    return parse_unsigned(text, is_negative);
}

Result<Decimal, NumberFault> parse_numeric_text(std::string_view text) {
    constexpr std::string_view blanks = " \t\n\r\v\f";
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return Decimal();
    text = text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
    if (text.size() > 2 && text.front() == '0') {
        const char base = text[1];
        if (base == 'x' || base == 'X') return parse_whole(text.substr(2), 16);
        if (base == 'o' || base == 'O') return parse_whole(text.substr(2), 8);
        if (base == 'b' || base == 'B') return parse_whole(text.substr(2), 2);
    }
    const bool is_negative = text.front() == '-';
    if (is_negative || text.front() == '+') text.remove_prefix(1);
    if (text == "Infinity") return fail(NumberFault::out_of_range);
    return parse_unsigned(text, is_negative);
}

char* write_decimal(char* to, Decimal value) {
    const bool is_negative = value.units() < 0;
    const std::uint64_t size =
        is_negative ? 0 - static_cast<std::uint64_t>(value.units()) : static_cast<std::uint64_t>(value.units());
    if (is_negative) *to++ = '-';
    to = std::to_chars(to, to + decimal_text_max, size / Decimal::one).ptr;
    std::uint64_t rest = size % Decimal::one;
    if (rest == 0) return to;
    *to++ = '.';
    for (std::uint64_t tenth = Decimal::one / 10; rest != 0; tenth /= 10) {
        *to++ = static_cast<char>('0' + rest / tenth);
        rest %= tenth;
    }
    return to;
}

void append_decimal(std::string& out, Decimal value) {
    char text[decimal_text_max];
    out.append(text, static_cast<std::size_t>(write_decimal(text, value) - text));
}

}  // namespace waybill::rules
