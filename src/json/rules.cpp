#include "json/rules.hpp"

#include "base/assert.hpp"

namespace waybill::json {

namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

template <class Accept>
bool all_of(std::string_view text, Accept accept) {
    return !text.empty() && std::all_of(text.begin(), text.end(), accept);
}

bool is_amount(std::string_view text) {
    const std::size_t point = text.find('.');
    if (point == std::string_view::npos) return all_of(text, is_digit);
    return all_of(text.substr(0, point), is_digit) && all_of(text.substr(point + 1), is_digit);
}

bool is_hour_minute(std::string_view text) {
    if (text.size() != 5 || text[2] != ':' || !is_digit(text[1]) || !is_digit(text[4])) return false;
    const bool is_hour = text[0] == '0' || text[0] == '1' || (text[0] == '2' && text[1] <= '3');
    return is_hour && text[3] >= '0' && text[3] <= '5';
}

constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

}  // namespace

bool matches(Pattern pattern, std::string_view text) {
    switch (pattern) {
        case Pattern::none:
            return true;
        case Pattern::digits:
            return all_of(text, is_digit);
        case Pattern::decimal:
            return is_amount(text.starts_with('-') ? text.substr(1) : text);
        case Pattern::amount:
            return is_amount(text);
        case Pattern::slug:
            return all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == '_' || c == '-'; }) &&
                   text[0] != '_' && text[0] != '-';
        case Pattern::code:
            return all_of(text, [](char c) {
                return is_lower(c) || is_upper(c) || is_digit(c) || c == '.' || c == '_' || c == '-';
            });
        case Pattern::country:
            return text.size() == 2 && all_of(text, is_upper);
        case Pattern::hour_minute:
            return is_hour_minute(text);
        case Pattern::hex:
            return all_of(text, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
        case Pattern::trimmed:
            return !text.empty() && !is_blank(text.front()) && !is_blank(text.back());
    }
    assertion_failed("pattern is known", __FILE__, __LINE__);
}

std::string_view regex_of(Pattern pattern) {
    switch (pattern) {
        case Pattern::none:
            return "";
        case Pattern::digits:
            return "^[0-9]+$";
        case Pattern::decimal:
            return "^-?[0-9]+(\\.[0-9]+)?$";
        case Pattern::amount:
            return "^[0-9]+(\\.[0-9]+)?$";
        case Pattern::slug:
            return "^[a-z0-9][a-z0-9_-]*$";
        case Pattern::code:
            return "^[A-Za-z0-9._-]+$";
        case Pattern::country:
            return "^[A-Z]{2}$";
        case Pattern::hour_minute:
            return "^([01][0-9]|2[0-3]):[0-5][0-9]$";
        case Pattern::hex:
            return "^[0-9a-f]+$";
        case Pattern::trimmed:
            return "^[^ \\t\\n]([\\s\\S]*[^ \\t\\n])?$";
    }
    assertion_failed("pattern is known", __FILE__, __LINE__);
}

std::string_view requirement_of(Pattern pattern) {
    switch (pattern) {
        case Pattern::none:
            return "";
        case Pattern::digits:
            return "must be digits only";
        case Pattern::decimal:
            return "must be a decimal number in text, such as \"-12.50\"";
        case Pattern::amount:
            return "must be a decimal number in text that is not negative, such as \"12.50\"";
        case Pattern::slug:
            return "must be of a-z, 0-9, _ and -, beginning with a letter or digit";
        case Pattern::code:
            return "must be of letters A-Z and a-z, digits, and . _ -";
        case Pattern::country:
            return "must be a country code of two capitals, such as \"GB\"";
        case Pattern::hour_minute:
            return "must be a time of day from 00:00 to 23:59";
        case Pattern::hex:
            return "must be of 0-9 and a-f";
        case Pattern::trimmed:
            return "must neither be empty nor begin or end with a blank";
    }
    assertion_failed("pattern is known", __FILE__, __LINE__);
}

}  // namespace waybill::json
