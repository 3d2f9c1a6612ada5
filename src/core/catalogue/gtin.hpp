#pragma once
// GS1 check digits and trade item numbers.

#include <optional>
#include <string>
#include <string_view>

namespace waybill::core {

/// The check digit of a payload of digits: weights 3 and 1 alternate from the right, starting with 3.
/// Source: GS1 General Specifications, section 7.9. REQUIRES: digits only.
[[nodiscard]] char gs1_check_digit(std::string_view payload);

/// GTIN-8, -12, -13 or -14 as 14 digits, padded with zeros. Errors: nullopt for another length, a character that is no
/// digit, or a wrong check digit.
[[nodiscard]] std::optional<std::string> normalise_gtin(std::string_view text);

}  // namespace waybill::core
