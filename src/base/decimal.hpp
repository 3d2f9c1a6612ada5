#pragma once
// Decimal text to a scaled integer and back: "12.50" with two places is 1250. The only way money and prices enter or
// leave the program.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace waybill {

/// Parses [-]digits[.digits] exactly. Errors: nullopt on any other text (signs, blanks, exponents, a bare point), on
/// more decimals than `places` unless they are zeros, and when the value does not fit. REQUIRES: 0 <= places <= 18.
[[nodiscard]] std::optional<std::int64_t> parse_decimal(std::string_view text, int places);

/// The shortest text of `value` at 10^-places that keeps at least `places_min` decimals: (1250000, 6, 2) is "1.25".
[[nodiscard]] std::string format_decimal(std::int64_t value, int places, int places_min);
void append_decimal(std::string& out, std::int64_t value, int places, int places_min);

}  // namespace waybill
