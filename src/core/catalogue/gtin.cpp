#include "core/catalogue/gtin.hpp"

namespace waybill::core {

char gs1_check_digit(std::string_view payload) {
    int sum = 0;
    int weight = 3;
    for (std::size_t i = payload.size(); i-- > 0;) {
        sum += (payload[i] - '0') * weight;
        weight = 4 - weight;
    }
    return static_cast<char>('0' + (10 - sum % 10) % 10);
}

std::optional<std::string> normalise_gtin(std::string_view text) {
    if (text.size() != 8 && text.size() != 12 && text.size() != 13 && text.size() != 14) return std::nullopt;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
    }
    if (gs1_check_digit(text.substr(0, text.size() - 1)) != text.back()) return std::nullopt;
    return std::string(14 - text.size(), '0') + std::string(text);
}

}  // namespace waybill::core
