#include "storage/sqlite/word_sql.hpp"

#include <algorithm>

#include "storage/sqlite/epochs.hpp"

namespace waybill::storage::sqlite {

using core::TenantId;

namespace {

static_assert(epoch_bits == 13 && era_bits == 17, "the statements below say so too");

/// All stretches up to the newest, as the outer loop of a look-up.
constexpr std::string_view all_epochs =
    "(WITH RECURSIVE stretch(epoch) AS (SELECT 0 UNION ALL SELECT epoch + 1 FROM stretch"
    " WHERE epoch < (SELECT head >> 13 FROM tenants WHERE tenant_id = ?)) SELECT epoch FROM stretch) s";

}  // namespace

SqlText person_has_words(TenantId tenant, const WordQuery& words, std::string_view table, std::string_view id) {
    SqlText sql;
    std::string_view separator = "";
    const auto begin = [&](std::string_view words_condition, std::string_view word) {
        sql.add(separator).add("EXISTS (SELECT 1 FROM ").add(table).add(" v WHERE v.tenant_id = ?", tenant.raw());
        sql.add(" AND v.epoch = ").add(id).add(" >> 13 AND v.person_id = ").add(id).add(words_condition, word);
        separator = " AND ";
    };
    for (const std::string& word : words.whole) {
        begin(" AND v.word = ?", word);
        sql.add(")");
    }
    if (!words.prefix.empty()) {
        begin(" AND v.word >= ?", words.prefix);
        sql.add(" AND v.word < ?)", prefix_end(words.prefix));
    }
    return sql;
}

namespace {

/// The word to find persons by, as a condition on words `w`, and those that are left to check.
struct LeadWord {
    SqlText condition;
    WordQuery others;
};

LeadWord lead_word(const WordQuery& words) {
    LeadWord out{{}, words};
    if (words.whole.empty()) {
        out.condition.add(" AND w.word >= ?", words.prefix).add(" AND w.word < ?", prefix_end(words.prefix));
        out.others.prefix.clear();
        return out;
    }
    const auto longest =
        std::max_element(out.others.whole.begin(), out.others.whole.end(),
                         [](const std::string& a, const std::string& b) { return a.size() < b.size(); });
    out.condition.add(" AND w.word = ?", *longest);
    out.others.whole.erase(longest);
    return out;
}

}  // namespace

SqlText persons_with_words(TenantId tenant, const WordQuery& words, std::string_view table) {
    const LeadWord lead = lead_word(words);
    SqlText sql;
    sql.add("SELECT w.person_id FROM ").add(all_epochs, tenant.raw());
    sql.add(" CROSS JOIN ").add(table).add(" w WHERE w.tenant_id = ?", tenant.raw()).add(" AND w.epoch = s.epoch");
    sql.add(lead.condition);
    if (!lead.others.is_empty()) sql.add(" AND ").add(person_has_words(tenant, lead.others, table, "w.person_id"));
    return sql;
}

SqlText order_has_words(TenantId tenant, const WordQuery& words) {
    SqlText sql;
    std::string_view separator = "";
    for (const std::string& word : words.whole) {
        sql.add(separator).add("EXISTS (SELECT 1 FROM order_words v WHERE v.tenant_id = ?", tenant.raw());
        sql.add(" AND v.epoch = o.id >> 13 AND v.word = ? AND v.placed_at = o.placed_at AND v.order_id = o.id)", word);
        separator = " AND ";
    }
    if (!words.prefix.empty()) {
        // The prefix is often a whole word, and then one look is enough; else its words in the epoch are gone through.
        sql.add(separator).add("(EXISTS (SELECT 1 FROM order_words v WHERE v.tenant_id = ?", tenant.raw());
        sql.add(" AND v.epoch = o.id >> 13 AND v.word = ?", words.prefix);
        sql.add(" AND v.placed_at = o.placed_at AND v.order_id = o.id) OR EXISTS (SELECT 1 FROM order_words v");
        sql.add(" WHERE v.tenant_id = ?", tenant.raw()).add(" AND v.epoch = o.id >> 13 AND v.word >= ?", words.prefix);
        sql.add(" AND v.word < ? AND v.order_id = o.id))", prefix_end(words.prefix));
    }
    return sql;
}

SqlText customer_has_words(TenantId tenant, const WordQuery& words) {
    SqlText sql;
    sql.add("o.customer <> 0 AND EXISTS (SELECT 1 FROM persons p WHERE p.tenant_id = ?", tenant.raw());
    sql.add(" AND p.customer = o.customer AND p.customer <> 0 AND p.of_order = 0 AND ");
    return sql.add(person_has_words(tenant, words, words_of_customers, "p.id")).add(")");
}

}  // namespace waybill::storage::sqlite
