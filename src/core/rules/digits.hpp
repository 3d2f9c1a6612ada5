#pragma once
// Digits of ASCII, whatever the locale.

#include <algorithm>
#include <string_view>

namespace waybill::rules {

[[nodiscard]] inline bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }
[[nodiscard]] inline bool is_number(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

}  // namespace waybill::rules
