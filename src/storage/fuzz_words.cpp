// Fuzzes the cutting of text into words, which stands between what people write and what the search finds.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.hpp"
#include "storage/words.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace waybill::storage;
    const std::string text(data, data + size);
    const auto words = words_of(text);
    WAYBILL_ASSERT(std::adjacent_find(words.begin(), words.end(), std::greater_equal<>()) == words.end());
    for (const std::string& word : words) {
        WAYBILL_ASSERT(!word.empty() && word.size() <= word_bytes_max);
        WAYBILL_ASSERT(words_of(word) == std::vector<std::string>{word});
    }
    const WordQuery query = word_query(text);
    WAYBILL_ASSERT(query.is_empty() == words.empty());
    WAYBILL_ASSERT(words.empty() || query.matches(words));
    if (!query.prefix.empty()) WAYBILL_ASSERT(prefix_end(query.prefix) > query.prefix);
    return 0;
}
