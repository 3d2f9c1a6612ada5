#pragma once
// How configuration names postcodes: "90210" is one postcode, "902*" all that begin so, "10000-14999" all numbers of as
// many digits between the two. Blanks, hyphens and case do not matter in a postcode that is looked up, so that "00-950"
// is written "00950": in an entry a hyphen makes a range.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace waybill::rules {

struct PostcodeEntry {
    enum class Kind : std::uint8_t { one, beginning, range };
    Kind kind = Kind::one;
    std::string low;   ///< plain: the postcode, or how it begins, or the first number
    std::string high;  ///< of a range only, as long as `low`
};

/// Errors: what is wrong with the entry, as the end of a sentence about it.
[[nodiscard]] Result<PostcodeEntry, std::string> read_postcode_entry(std::string_view entry);
/// As it is written when nothing but the meaning matters.
[[nodiscard]] std::string text_of(const PostcodeEntry& entry);

/// A postcode that is looked up: without blanks and hyphens, in capitals.
[[nodiscard]] std::string plain_postcode(std::string_view postcode);

[[nodiscard]] inline bool is_postcode_blank(char letter) { return letter == ' ' || letter == '\t'; }
[[nodiscard]] inline char postcode_capital(char letter) {
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
}

}  // namespace waybill::rules
