#pragma once
// OrderWalks: the ways that lead to the orders of a search, and which of them is the shortest. A walk follows an index
// from the newest order on; each filter that has an index offers one, or several that are followed one after the other,
// and the one with the fewest rows wins. What a walk finds is still to be held against the other filters
// (order_search.cpp).

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/store.hpp"
#include "storage/sqlite/sql_text.hpp"
#include "storage/words.hpp"

namespace waybill::storage::sqlite {

/// What an index divides the log by before its own values.
enum class Stretch : std::uint8_t { epoch, era };

/// One walk: rows of an index whose leading columns are fixed, in descending (placed_at, id).
struct Branch {
    SqlText rows;                      ///< "order_items d WHERE d.tenant_id = ? AND d.item = ?"
    std::string_view alias;            ///< of the index rows: "o" when they are the orders themselves
    std::string_view id;               ///< their column with the order's id
    bool is_sorted = true;             ///< the index has that order; else a stretch's rows are sorted, repeats left out
    Stretch stretch = Stretch::epoch;  ///< the second value of `rows` is its number; the walk is made once for each
    SqlText words;                     ///< the condition on words that this walk does not fulfil by itself
};

/// An epoch or era in which an answer can be.
struct StretchOfOrders {
    std::int64_t number = 0;
    Instant placed_max;
};
using Stretches = std::vector<StretchOfOrders>;

struct Lead {
    std::vector<Branch> branches;
};

class OrderWalks {
public:
    OrderWalks(core::TenantId tenant, const engine::OrderQuery& query, StatementCache& cache);

    /// False: a text was asked for that has no words; nothing has them.
    [[nodiscard]] bool can_find() const { return !words_ || !words_->is_empty(); }
    /// The lead with the fewest rows. REQUIRES: can_find().
    [[nodiscard]] Lead choose();
    /// The stretches in which an answer can be, those with the newest orders first. Read once.
    [[nodiscard]] const Stretches& stretches(Stretch stretch);
    /// The asked time as conditions on the rows of a walk.
    void add_time(SqlText& sql, const Branch& branch) const;

private:
    [[nodiscard]] SqlText words_condition() const;
    /// The customers who name a person that has the words, unless they are too many.
    void read_customers();
    [[nodiscard]] Branch in_orders(std::string_view index) const;
    [[nodiscard]] Branch of_customers(const std::vector<std::int64_t>& customers) const;
    /// Walks by channel and state: those asked for, or all there are.
    [[nodiscard]] Lead in_states();
    template <class Value>
    [[nodiscard]] Branch in_epochs(std::string_view table, std::string_view column, const Value& value) const;
    /// The walks that find orders by their own words, one for each word that could lead. The beginning of a word comes
    /// first: it is dearer to check than to walk.
    [[nodiscard]] std::vector<Branch> word_walks() const;
    /// The same by words of the persons who came with them.
    [[nodiscard]] std::vector<Branch> person_word_walks() const;
    [[nodiscard]] WordQuery without_word(std::size_t at) const;
    [[nodiscard]] WordQuery without_prefix() const;
    /// The walks that find orders by words of persons: of their own person, and of those their customer names.
    [[nodiscard]] std::vector<Branch> person_walks();
    /// All leads that the query allows, in the order that breaks ties.
    [[nodiscard]] std::vector<Lead> leads();
    [[nodiscard]] Branch at_location(core::LocationIx location) const;
    [[nodiscard]] Branch rarest(std::vector<Branch> walks);
    /// Rows of the walk inside the asked time, up to probe_rows_max; estimated from the newest epochs where there are
    /// many.
    [[nodiscard]] std::int64_t count(const Branch& branch);

    core::TenantId tenant_;
    const engine::OrderQuery& query_;
    StatementCache& cache_;
    std::optional<WordQuery> words_;
    std::optional<std::vector<std::int64_t>> customers_;  ///< who name a person with the words; not set: too many
    std::optional<Stretches> epochs_;
    std::optional<Stretches> eras_;
};

}  // namespace waybill::storage::sqlite
