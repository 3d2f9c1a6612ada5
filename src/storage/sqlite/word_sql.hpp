#pragma once
// SQL for the words of free text. Words are bound, never part of a statement.

#include "core/ids.hpp"
#include "storage/sqlite/sql_text.hpp"
#include "storage/words.hpp"

namespace waybill::storage::sqlite {

/// The tables of words: of persons who came with orders, and of those whom customers themselves name.
inline constexpr std::string_view words_of_order_persons = "person_words";
inline constexpr std::string_view words_of_customers = "customer_words";

/// A query for the ids of the persons in `table` that have all words. Cost: the rows of its longest whole word, or else
/// all rows of words with the prefix. REQUIRES: not words.is_empty().
[[nodiscard]] SqlText persons_with_words(core::TenantId tenant, const WordQuery& words, std::string_view table);

/// A condition on orders `o`: its own words have them all. Empty when there are none.
[[nodiscard]] SqlText order_has_words(core::TenantId tenant, const WordQuery& words);

/// A condition: the person in `table` whose id the expression `id` gives has all words. Empty when there are none.
[[nodiscard]] SqlText person_has_words(core::TenantId tenant, const WordQuery& words, std::string_view table,
                                       std::string_view id);

/// A condition on orders `o`: a person whom the order's customer names has all words.
[[nodiscard]] SqlText customer_has_words(core::TenantId tenant, const WordQuery& words);

}  // namespace waybill::storage::sqlite
