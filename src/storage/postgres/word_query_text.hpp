#pragma once
// A query of words as the text of a tsquery. Words are letters and digits, so quoting them is enough.

#include <string>

#include "storage/words.hpp"

namespace waybill::storage::postgres {

/// "'robin' & 'smi':*". REQUIRES: not empty.
[[nodiscard]] inline std::string query_text(const WordQuery& words) {
    std::string out;
    const auto add = [&out](const std::string& word, const char* mark) {
        if (!out.empty()) out += " & ";
        out += "'" + word + "'" + mark;
    };
    for (const std::string& word : words.whole) add(word, "");
    if (!words.prefix.empty()) add(words.prefix, ":*");
    return out;
}

}  // namespace waybill::storage::postgres
