#include "base/decimal.hpp"

#include <charconv>

#include "base/checked_math.hpp"

namespace waybill {

std::optional<std::int64_t> parse_decimal(std::string_view text, int places) {
    WAYBILL_ASSERT(places >= 0 && places <= 18);
    const bool negative = !text.empty() && text.front() == '-';
    if (negative) text.remove_prefix(1);
    std::int64_t value = 0;
    int decimals = -1;
    bool digits = false;
    for (const char c : text) {
        if (c == '.') {
            if (decimals >= 0 || !digits) return std::nullopt;
            decimals = 0;
            continue;
        }
        if (c < '0' || c > '9') return std::nullopt;
        digits = true;
        if (decimals >= 0 && ++decimals > places) {
            if (c != '0') return std::nullopt;
            continue;
        }
        // Accumulated as a negative number, so that the smallest int64 is as readable as the largest.
        if (__builtin_mul_overflow(value, std::int64_t{10}, &value)) return std::nullopt;
        if (__builtin_sub_overflow(value, std::int64_t{c - '0'}, &value)) return std::nullopt;
    }
    if (!digits || decimals == 0) return std::nullopt;
    for (int i = decimals < 0 ? 0 : (decimals > places ? places : decimals); i < places; ++i) {
        if (__builtin_mul_overflow(value, std::int64_t{10}, &value)) return std::nullopt;
    }
    if (negative) return value;
    return checked_sub(0, value);
}

void append_decimal(std::string& out, std::int64_t value, int places, int places_min) {
    char digits[24];
    const bool negative = value < 0;
    const std::uint64_t magnitude =
        negative ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
    const auto end = std::to_chars(digits, digits + sizeof digits, magnitude).ptr;
    const int count = static_cast<int>(end - digits);
    if (negative) out += '-';
    const int whole = count - places;
    if (whole > 0) {
        out.append(digits, static_cast<std::size_t>(whole));
    } else {
        out += '0';
    }
    // Decimals with their leading zeros, then without the trailing ones that nobody asked for.
    std::string tail(static_cast<std::size_t>(whole < 0 ? -whole : 0), '0');
    tail.append(digits + (whole > 0 ? whole : 0), end);
    while (static_cast<int>(tail.size()) > places_min && !tail.empty() && tail.back() == '0') tail.pop_back();
    if (!tail.empty()) {
        out += '.';
        out += tail;
    }
}

std::string format_decimal(std::int64_t value, int places, int places_min) {
    std::string out;
    append_decimal(out, value, places, places_min);
    return out;
}

}  // namespace waybill
