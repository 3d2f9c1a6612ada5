#include "core/fulfillment/tracking_number.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "base/mutant.hpp"
#include "core/catalogue/gtin.hpp"

namespace waybill::core {
namespace {

constexpr std::string_view ups = "ups";
constexpr std::string_view fedex = "fedex";
constexpr std::string_view usps = "usps";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
char lower(char c) { return is_letter(c) ? static_cast<char>(c - 'A' + 'a') : c; }

std::string compact(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c != ' ') out += upper(c);
    }
    return out;
}

/// REQUIRES: digits, at least two.
bool ends_in_gs1_check_digit(std::string_view digits) {
    return gs1_check_digit(digits.substr(0, digits.size() - 1)) == digits.back();
}

/// 1Z, account, service and package, then a digit. Letters count as digits (A is 2); every second one doubles.
bool is_ups(std::string_view text) {
    if (text.size() != 18 || !text.starts_with("1Z") || !is_digit(text.back())) return false;
    int sum = 0;
    for (std::size_t i = 2; i + 1 < text.size(); ++i) {
        const char c = text[i];
        if (!is_digit(c) && !is_letter(c)) return false;
        const int value = is_digit(c) ? c - '0' : (c - 'A' + 2) % 10;
        sum += i % 2 == 0 ? value : 2 * value;
    }
    return (10 - sum % 10) % 10 == text.back() - '0';
}

/// Weights 3, 1, 7 over eleven digits, modulo 11, of which 10 is written as 0.
bool is_fedex_express(std::string_view text) {
    if (text.size() != 12 || !is_digits(text)) return false;
    constexpr std::array<int, 3> weights{3, 1, 7};
    int sum = 0;
    for (std::size_t i = 0; i + 1 < text.size(); ++i) sum += (text[i] - '0') * weights[i % weights.size()];
    return sum % 11 % 10 == text.back() - '0';
}

std::string_view fedex_format(std::string_view text) {
    if (is_fedex_express(text)) return "fedex_express";
    if (!is_digits(text)) return {};
    if (text.size() == 15 && ends_in_gs1_check_digit(text)) return "fedex_ground";
    // Of the label code only its last fifteen digits, account and package, are checked.
    if (text.size() == 22 && text.starts_with("96") && ends_in_gs1_check_digit(text.substr(7)))
        return "fedex_ground_96";
    const bool is_short = text.size() == 20;
    if (!is_short && (text.size() != 22 || !text.starts_with("92"))) return {};
    return ends_in_gs1_check_digit(is_short ? "92" + std::string(text) : std::string(text)) ? "fedex_smart_post" : "";
}

/// A package code of 22 or 26 digits, or an older one of 20 that is checked with or without the 91 before it.
bool is_usps_package(std::string_view text) {
    if (text.size() == 20) {
        // Behind 00 comes an SSCC, which is checked alike.
        if (text.starts_with("00")) return false;
        return ends_in_gs1_check_digit(text) || ends_in_gs1_check_digit("91" + std::string(text));
    }
    const bool has_prefix = text.size() > 2 && text[0] == '9' && text[1] >= '1' && text[1] <= '5';
    return (text.size() == 22 || text.size() == 26) && has_prefix && ends_in_gs1_check_digit(text);
}

std::string_view usps_format(std::string_view text) {
    if (!is_digits(text)) return {};
    if (is_usps_package(text)) return text.size() == 20 ? "usps_20" : "usps_impb";
    if (!text.starts_with("420")) return {};
    // Postcode of five digits or nine.
    for (const std::size_t header : {8U, 12U}) {
        if (text.size() > header && text.size() - header >= 22 && is_usps_package(text.substr(header)))
            return "usps_impb";
    }
    return {};
}

/// Two letters, eight digits, a check digit, a country.
bool is_s10(std::string_view text) {
    if (text.size() != 13) return false;
    for (const std::size_t i : {0U, 1U, 11U, 12U}) {
        if (!is_letter(text[i])) return false;
    }
    if (!is_digits(text.substr(2, 9))) return false;
    constexpr std::array<int, 8> weights{8, 6, 4, 2, 3, 5, 9, 7};
    int sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) sum += (text[i + 2] - '0') * weights[i];
    const int rest = 11 - sum % 11;
    const int check = rest == 10 ? 0 : rest == 11 ? 5 : rest;
    return check == text[10] - '0';
}

struct KnownCarrier {
    std::string_view name;
    std::string_view rule;
};

constexpr KnownCarrier known_carriers[] = {
    {ups, "is no number of ups: 1Z and 16 characters, the last a check digit"},
    {fedex, "is no number of fedex: 12, 15, 20 or 22 digits, the last a check digit"},
    {usps,
     "is no number of usps: 20, 22 or 26 digits, the last a check digit, also after 420 and a postcode; or 13 "
     "characters that end in US"},
};

const KnownCarrier* find_carrier(std::string_view name) {
    const auto* at = std::find_if(std::begin(known_carriers), std::end(known_carriers), [&](const KnownCarrier& known) {
        return std::equal(name.begin(), name.end(), known.name.begin(), known.name.end(),
                          [](char said, char meant) { return lower(said) == meant; });
    });
    return at == std::end(known_carriers) ? nullptr : at;
}

}  // namespace

std::vector<TrackingNumber> recognise_tracking(std::string_view text) {
    const std::string number = compact(text);
    std::vector<TrackingNumber> out;
    if (is_ups(number)) out.push_back({ups, "ups_1z", number});
    if (const std::string_view format = fedex_format(number); !format.empty()) out.push_back({fedex, format, number});
    if (const std::string_view format = usps_format(number); !format.empty()) out.push_back({usps, format, number});
    if (is_s10(number)) out.push_back({number.ends_with("US") ? usps : std::string_view(), "s10", number});
    return out;
}

bool has_known_numbers(std::string_view carrier) { return find_carrier(carrier) != nullptr; }

void settle_tracking(std::string& carrier, std::string& tracking, const std::string& pointer, Faults& faults) {
    if (tracking.empty()) return;
    const KnownCarrier* known = find_carrier(carrier);
    if (known == nullptr && !carrier.empty()) return;
    const std::vector<TrackingNumber> readings = recognise_tracking(tracking);
    if (known != nullptr) {
        const auto fits = std::find_if(readings.begin(), readings.end(),
                                       [&](const TrackingNumber& reading) { return reading.carrier == known->name; });
        if (fits != readings.end()) {
            tracking = fits->normalised;
        } else if (!WAYBILL_MUTANT(misread_tracking_taken)) {
            faults.add(pointer, Reject::invalid_request, std::string(known->rule));
        }
        return;
    }
    if (readings.size() != 1 || readings.front().carrier.empty()) return;
    carrier = readings.front().carrier;
    tracking = readings.front().normalised;
}

}  // namespace waybill::core
