#pragma once
// Words: how stored text and search text are cut for free-text search. All stores use this one cutting, so that they
// find the same, and text from users reaches a store only as plain words: there is no query language for it to break.
//
// A word is a run of letters and digits, in lower case and without the accents of Latin letters; everything else
// separates. Bytes that are not UTF-8 separate too.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::storage {

inline constexpr std::size_t word_bytes_max = 64;  ///< longer words are cut, when stored and when asked for
inline constexpr std::size_t prefix_bytes_min =
    3;  ///< shorter last words must match whole: they would match half the store

/// Distinct words, ascending.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

/// Distinct words, ascending, of the string values of a JSON document that Waybill wrote; names of members are no
/// words.
[[nodiscard]] std::vector<std::string> words_of_document(std::string_view doc);

struct WordQuery {
    std::vector<std::string> whole;  ///< distinct, ascending; all must occur
    std::string prefix;              ///< not empty: a word that begins so must occur too
    /// Nothing can be found: the text was given but has no word in it.
    [[nodiscard]] bool is_empty() const { return whole.empty() && prefix.empty(); }
    /// `words` as words_of gives them.
    [[nodiscard]] bool matches(const std::vector<std::string>& words) const;
};

/// The last word is a prefix when nothing follows it: a person is still typing.
[[nodiscard]] WordQuery word_query(std::string_view text);

/// The smallest text above every text that begins with `prefix`. REQUIRES: made by word_query, hence UTF-8.
[[nodiscard]] std::string prefix_end(std::string_view prefix);

}  // namespace waybill::storage
