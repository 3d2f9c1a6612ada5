#pragma once
// SQL for the words of free text. Words are bound, never part of a statement.

#include "core/ids.hpp"
#include "storage/sqlite/sql_text.hpp"
#include "storage/words.hpp"

namespace waybill::storage::sqlite {

/// A query for the ids of the persons that have all words. Cost: the rows of its longest whole word, or else all rows
/// of words with the prefix. REQUIRES: not words.is_empty().
[[nodiscard]] SqlText persons_with_words(core::TenantId tenant, const WordQuery& words);

/// A condition on orders `o`: its own words have them all. Empty when there are none.
[[nodiscard]] SqlText order_has_words(core::TenantId tenant, const WordQuery& words);

/// A condition: the person whose id the expression `id` gives has all words. Empty when there are none.
[[nodiscard]] SqlText person_has_words(core::TenantId tenant, const WordQuery& words, std::string_view id);

/// The word to find persons by, as a condition on person_words `w`, and those that are left to check.
struct LeadWord {
    SqlText condition;
    WordQuery others;
};
[[nodiscard]] LeadWord lead_word(const WordQuery& words);

/// A condition on orders `o`: one person has all words who belongs to the order's customer. Cost: all persons of the
/// customer, one look for each era.
[[nodiscard]] SqlText customer_has_words(core::TenantId tenant, const WordQuery& words);

}  // namespace waybill::storage::sqlite
