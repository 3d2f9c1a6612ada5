#pragma once
// Decimal: the numbers of conditions, exact: a multiple of 10^-9 in 64 bits, from -9,223,372,036.854775808 to
// 9,223,372,036.854775807. Results that are no such multiple are rounded half to even; results that do not fit are no
// result. Nothing here is ever infinite, NaN or minus zero.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace waybill::rules {

class Decimal {
public:
    static constexpr int places = 9;
    static constexpr std::int64_t one = 1'000'000'000;

    constexpr Decimal() = default;
    /// `units` times 10^-9.
    [[nodiscard]] static constexpr Decimal of_units(std::int64_t units) { return Decimal(units); }
    /// Errors: nullopt when it does not fit.
    [[nodiscard]] static std::optional<Decimal> of_integer(std::int64_t value);
    /// `value` times 10^-`scale`: money in minor units, weights in grams as kilograms. Errors: nullopt when it does not
    /// fit. REQUIRES: 0 <= scale <= 18; rounded half to even beyond 9.
    [[nodiscard]] static std::optional<Decimal> of_scaled(std::int64_t value, int scale);

    [[nodiscard]] constexpr std::int64_t units() const { return units_; }
    [[nodiscard]] constexpr bool is_zero() const { return units_ == 0; }
    [[nodiscard]] constexpr bool is_whole() const { return units_ % one == 0; }
    /// Without the decimals: -1.5 is -1.
    [[nodiscard]] constexpr std::int64_t truncated() const { return units_ / one; }

    friend constexpr auto operator<=>(Decimal, Decimal) = default;

private:
    explicit constexpr Decimal(std::int64_t units) : units_(units) {}
    std::int64_t units_ = 0;
};

// Errors: nullopt when the result does not fit.
[[nodiscard]] std::optional<Decimal> add(Decimal a, Decimal b);
[[nodiscard]] std::optional<Decimal> subtract(Decimal a, Decimal b);
[[nodiscard]] std::optional<Decimal> multiply(Decimal a, Decimal b);
[[nodiscard]] std::optional<Decimal> negate(Decimal a);
/// REQUIRES: b is not zero.
[[nodiscard]] std::optional<Decimal> divide(Decimal a, Decimal b);
/// What truncated division leaves, with the sign of `a`: -7 by 2 is -1, 5.5 by 2 is 1.5. REQUIRES: b is not zero.
[[nodiscard]] Decimal remainder(Decimal a, Decimal b);

enum class NumberFault : std::uint8_t { not_a_number, out_of_range };

/// The number of a JSON text, exponents too.
[[nodiscard]] Result<Decimal, NumberFault> parse_json_number(std::string_view text);
/// The number that a text is when it is compared with one, as JavaScript's Number() has it: blanks around it do not
/// matter, "" is 0, "+5", ".5", "5." and "0x1F" are numbers, "5 kg" is none. "Infinity" is out of range.
[[nodiscard]] Result<Decimal, NumberFault> parse_numeric_text(std::string_view text);

/// Room for the longest text of a Decimal.
inline constexpr std::size_t decimal_text_max = 24;
/// The shortest text: "12.5", "-0.000000001", "3". Returns the end of what was written, at most `decimal_text_max`.
char* write_decimal(char* to, Decimal value);
void append_decimal(std::string& out, Decimal value);

}  // namespace waybill::rules
