#include "storage/sqlite/word_sql.hpp"

#include <algorithm>

#include "storage/sqlite/epochs.hpp"

namespace waybill::storage::sqlite {

using core::TenantId;

namespace {

static_assert(epoch_bits == 13, "the statements below say so too");

SqlText& add_prefix_range(SqlText& sql, TenantId tenant, const WordQuery& words) {
    sql.add(" WHERE tenant_id = ?", tenant.raw());
    return sql.add(" AND word >= ?", words.prefix).add(" AND word < ?", prefix_end(words.prefix));
}

}  // namespace

SqlText persons_with_words(TenantId tenant, const WordQuery& words) {
    SqlText sql;
    if (words.whole.empty()) {
        sql.add("SELECT person_id FROM person_words");
        return add_prefix_range(sql, tenant, words);
    }
    const auto longest =
        std::max_element(words.whole.begin(), words.whole.end(),
                         [](const std::string& a, const std::string& b) { return a.size() < b.size(); });
    sql.add("SELECT w.person_id FROM person_words w WHERE w.tenant_id = ?", tenant.raw());
    sql.add(" AND w.word = ?", *longest);
    for (auto word = words.whole.begin(); word != words.whole.end(); ++word) {
        if (word == longest) continue;
        sql.add(" AND EXISTS (SELECT 1 FROM person_words v WHERE v.tenant_id = ?", tenant.raw());
        sql.add(" AND v.word = ? AND v.person_id = w.person_id)", *word);
    }
    if (!words.prefix.empty()) {
        sql.add(" AND w.person_id IN (SELECT person_id FROM person_words");
        add_prefix_range(sql, tenant, words).add(")");
    }
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

SqlText order_or_persons_have_words(TenantId tenant, const WordQuery& words) {
    const SqlText persons = persons_with_words(tenant, words);
    SqlText sql;
    sql.add("(").add(order_has_words(tenant, words));
    sql.add(" OR EXISTS (SELECT 1 FROM persons p WHERE p.tenant_id = ?", tenant.raw());
    sql.add(" AND p.order_id = o.id AND p.order_id <> 0 AND +p.id IN (").add(persons).add("))");
    sql.add(" OR o.customer <> 0 AND EXISTS (SELECT 1 FROM persons p WHERE p.tenant_id = ?", tenant.raw());
    sql.add(" AND p.customer = o.customer AND p.customer <> 0 AND +p.id IN (").add(persons).add(")))");
    return sql;
}

}  // namespace waybill::storage::sqlite
