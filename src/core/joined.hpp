#pragma once
// Several words as one text, for sentences about them.

#include <string>
#include <vector>

namespace waybill::core {

/// "a, b"; "none" where there are none.
[[nodiscard]] inline std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
    return out.empty() ? "none" : out;
}

}  // namespace waybill::core
