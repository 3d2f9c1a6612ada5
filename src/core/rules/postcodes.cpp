#include "core/rules/postcodes.hpp"

#include <algorithm>
#include <utility>

#include "core/rules/digits.hpp"

namespace waybill::rules {
namespace {

bool is_plain(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char letter) {
        return is_digit(letter) || (letter >= 'A' && letter <= 'Z') || static_cast<unsigned char>(letter) >= 0x80;
    });
}

std::string without_blanks(std::string_view text) {
    std::string out;
    for (const char letter : text) {
        if (!is_postcode_blank(letter)) out += postcode_capital(letter);
    }
    return out;
}

Result<PostcodeEntry, std::string> read_range(std::string low, std::string high) {
    if (!is_number(low) || !is_number(high) || low.size() != high.size()) {
        return fail(
            std::string("is no range: a range is two numbers of as many digits, and a postcode is written "
                        "without its hyphen"));
    }
    if (high < low) return fail(std::string("is no range: it ends before it begins"));
    return PostcodeEntry{PostcodeEntry::Kind::range, std::move(low), std::move(high)};
}

}  // namespace

Result<PostcodeEntry, std::string> read_postcode_entry(std::string_view entry) {
    std::string text = without_blanks(entry);
    if (const std::size_t hyphen = text.find('-'); hyphen != std::string::npos) {
        return read_range(text.substr(0, hyphen), text.substr(hyphen + 1));
    }
    if (!text.empty() && text.back() == '*') {
        text.pop_back();
        if (is_plain(text)) return PostcodeEntry{PostcodeEntry::Kind::beginning, std::move(text), {}};
        return fail(std::string("is no beginning of a postcode: letters and digits, and one * at the end"));
    }
    if (is_plain(text)) return PostcodeEntry{PostcodeEntry::Kind::one, std::move(text), {}};
    return fail(std::string("is no postcode: letters and digits"));
}

std::string text_of(const PostcodeEntry& entry) {
    switch (entry.kind) {
        case PostcodeEntry::Kind::one:
            return entry.low;
        case PostcodeEntry::Kind::beginning:
            return entry.low + '*';
        case PostcodeEntry::Kind::range:
            return entry.low + '-' + entry.high;
    }
    return {};
}

std::string plain_postcode(std::string_view postcode) {
    std::string out;
    for (const char letter : postcode) {
        if (!is_postcode_blank(letter) && letter != '-') out += postcode_capital(letter);
    }
    return out;
}

}  // namespace waybill::rules
