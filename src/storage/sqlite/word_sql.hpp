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

/// The same, or one person has them all who was given with the order or belongs to its customer.
[[nodiscard]] SqlText order_or_persons_have_words(core::TenantId tenant, const WordQuery& words);

}  // namespace waybill::storage::sqlite
