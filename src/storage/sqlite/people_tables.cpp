#include "storage/sqlite/people_tables.hpp"

#include <algorithm>
#include <utility>

#include "base/mutant.hpp"
#include "storage/sqlite/epochs.hpp"
#include "storage/sqlite/word_sql.hpp"
#include "storage/words.hpp"

namespace waybill::storage::sqlite {

using core::CustomerId;
using core::PersonId;
using core::TenantId;
using engine::PersonRow;

static_assert(era_bits == 17, "the statements below say so too");

PeopleWriter::PeopleWriter(Connection& connection)
    : add_customer_(
          connection,
          "INSERT INTO customers (tenant_id, id, customer_group, blocked, merged_into, doc) VALUES (?, ?, ?, ?, ?, ?)"
          " ON CONFLICT DO NOTHING"),
      change_customer_(connection,
                       "UPDATE customers SET customer_group = ?3, blocked = ?4, merged_into = ?5, doc = ?6"
                       " WHERE tenant_id = ?1 AND id = ?2"),
      drop_identities_(connection, "DELETE FROM customer_identities WHERE tenant_id = ? AND customer = ?"),
      add_identity_(connection,
                    "INSERT INTO customer_identities (tenant_id, channel, external_id, customer) VALUES (?, ?, ?, ?)"),
      old_doc_(connection, "SELECT of_order, doc FROM persons WHERE tenant_id = ? AND id = ?"),
      add_person_(connection,
                  "INSERT INTO persons (tenant_id, id, customer, of_order, seal, doc) VALUES (?, ?, ?, ?, ?, ?)"
                  " ON CONFLICT DO NOTHING"),
      change_person_(connection,
                     "UPDATE persons SET customer = ?3, of_order = ?4, seal = ?5, doc = ?6"
                     " WHERE tenant_id = ?1 AND id = ?2"),
      add_words_(connection, "INSERT INTO person_words (tenant_id, epoch, word, person_id)"),
      drop_word_(connection,
                 "DELETE FROM person_words WHERE tenant_id = ? AND epoch = ? AND word = ? AND person_id = ?"),
      add_customer_words_(connection, "INSERT INTO customer_words (tenant_id, epoch, word, person_id)"),
      drop_customer_word_(connection,
                          "DELETE FROM customer_words WHERE tenant_id = ? AND epoch = ? AND word = ?"
                          " AND person_id = ?"),
      persons_of_(connection,
                  "WITH RECURSIVE eras(era) AS (SELECT 0 UNION ALL SELECT era + 1 FROM eras"
                  " WHERE era < (SELECT head >> 17 FROM tenants WHERE tenant_id = ?1))"
                  " SELECT id, of_order, doc FROM persons"
                  " WHERE tenant_id = ?1 AND customer = ?2 AND customer <> 0 AND of_order = 0"
                  " UNION SELECT p.id, p.of_order, p.doc FROM eras CROSS JOIN orders o INDEXED BY orders_by_customer"
                  " CROSS JOIN persons p WHERE o.tenant_id = ?1 AND o.id >> 17 = eras.era AND o.customer = ?2"
                  " AND o.customer <> 0 AND p.tenant_id = ?1 AND p.id = o.id AND p.of_order <> 0"),
      drop_person_(connection, "DELETE FROM persons WHERE tenant_id = ? AND id = ?") {}

bool PeopleWriter::write(const engine::TenantBatch& batch) {
    // All are taken off first: a merge moves identities from one customer of the batch to another.
    for (const engine::CustomerRow& row : batch.customers) {
        if (!put_customer(batch.tenant, row)) return false;
    }
    for (const engine::CustomerRow& row : batch.customers) {
        for (const core::CustomerIdentity& identity : row.identities) {
            if (!add_identity_.run(batch.tenant, identity.channel, identity.external_id, row.id)) return false;
        }
    }
    words_.clear();
    customer_words_.clear();
    for (const PersonRow& person : batch.persons) {
        if (!put_person(batch.tenant, person)) return false;
    }
    if (!add_words(batch.tenant, words_, add_words_)) return false;
    if (!add_words(batch.tenant, customer_words_, add_customer_words_)) return false;
    for (const CustomerId customer : batch.erased) {
        if (!erase(batch.tenant, customer)) return false;
    }
    return true;
}

bool PeopleWriter::add_words(TenantId tenant, Words& words, RowInserter<4>& into) {
    // Sorted over the whole batch: neighbours share their pages.
    std::sort(words.begin(), words.end());
    return into.add(words, [tenant](const auto& row) {
        const auto& [epoch, word, person] = row;
        return std::tuple(tenant, epoch, std::string_view(word), person);
    });
}

bool PeopleWriter::put_customer(TenantId tenant, const engine::CustomerRow& row) {
    const std::int64_t blocked = row.blocked ? 1 : 0;
    if (!add_customer_.run(tenant, row.id, row.group, blocked, row.merged_into, row.doc)) return false;
    if (add_customer_.connection().has_changed_rows()) return true;
    return drop_identities_.run(tenant, row.id) &&
           change_customer_.run(tenant, row.id, row.group, blocked, row.merged_into, row.doc);
}

bool PeopleWriter::put_person(TenantId tenant, const PersonRow& person) {
    const std::int64_t of_order = person.order.is_set() ? 1 : 0;
    const std::int64_t seal = seal_of(seal_, tenant, person);
    if (!add_person_.run(tenant, person.id, person.customer, of_order, seal, person.doc)) return false;
    if (!add_person_.connection().has_changed_rows()) {
        OldPerson before{.id = person.id, .of_order = false, .doc = {}};
        {
            Cursor row = old_doc_.query(tenant, person.id);
            if (row.next()) before = {person.id, row.integer(0) != 0, row.text(1)};
        }
        if (!WAYBILL_MUTANT(sqlite_old_words_kept) && !drop_words(tenant, before)) return false;
        if (!change_person_.run(tenant, person.id, person.customer, of_order, seal, person.doc)) return false;
    }
    const std::uint64_t epoch = epoch_of(person.id.raw());
    Words& words = person.order.is_set() ? words_ : customer_words_;
    for (std::string& word : words_of_document(person.doc)) words.emplace_back(epoch, std::move(word), person.id.raw());
    return true;
}

bool PeopleWriter::drop_words(TenantId tenant, const OldPerson& person) {
    Statement& drop = person.of_order ? drop_word_ : drop_customer_word_;
    for (const std::string& word : words_of_document(person.doc)) {
        if (!drop.run(tenant, epoch_of(person.id.raw()), word, person.id)) return false;
    }
    return true;
}

bool PeopleWriter::erase(TenantId tenant, CustomerId customer) {
    std::vector<OldPerson> persons;
    for (Cursor row = persons_of_.query(tenant, customer); row.next();) {
        persons.push_back({PersonId(row.number(0)), row.integer(1) != 0, row.text(2)});
    }
    for (const OldPerson& person : persons) {
        if (!drop_words(tenant, person)) return false;
        if (!WAYBILL_MUTANT(sqlite_person_kept) && !drop_person_.run(tenant, person.id)) return false;
    }
    return !persons_of_.connection().failed();
}

PeopleReader::PeopleReader(Connection& connection)
    : cache_(connection),
      customer_(connection, "SELECT doc FROM customers WHERE tenant_id = ? AND id = ?"),
      identity_(connection,
                "SELECT customer FROM customer_identities WHERE tenant_id = ? AND channel = ? AND external_id = ?"),
      person_(connection, "SELECT id, customer, of_order, doc FROM persons WHERE tenant_id = ? AND id = ?"),
      scan_persons_(connection,
                    "SELECT id, customer, of_order, doc FROM persons WHERE tenant_id = ? AND id > ?"
                    " ORDER BY id LIMIT ?") {}

std::optional<std::string> PeopleReader::customer(TenantId tenant, CustomerId id) {
    Cursor row = customer_.query(tenant, id);
    if (!row.next()) return std::nullopt;
    return row.text(0);
}

std::optional<CustomerId> PeopleReader::by_identity(TenantId tenant, const core::CustomerIdentity& identity) {
    Cursor row = identity_.query(tenant, identity.channel, identity.external_id);
    if (!row.next()) return std::nullopt;
    return CustomerId(row.number(0));
}

std::vector<std::string> PeopleReader::customers(TenantId tenant, CustomerId after, std::string_view text,
                                                 std::uint32_t limit) {
    SqlText sql;
    sql.add("SELECT c.doc FROM customers c WHERE c.tenant_id = ?", tenant.raw());
    // With words the list of their customers leads, and not the walk over all customers.
    sql.add(text.empty() ? " AND c.id > ?" : " AND +c.id > ?", after.raw());
    if (!text.empty()) {
        const WordQuery words = word_query(text);
        if (words.is_empty()) return {};
        sql.add(" AND c.id IN (SELECT p.customer FROM persons p WHERE p.tenant_id = ?", tenant.raw());
        sql.add(" AND +p.customer <> 0 AND p.id IN (").add(persons_with_words(tenant, words, words_of_order_persons));
        sql.add(" UNION ALL ").add(persons_with_words(tenant, words, words_of_customers)).add("))");
    }
    sql.add(" ORDER BY c.id LIMIT ?", limit);
    std::vector<std::string> out;
    for (Cursor row = cache_.query(sql); row.next();) out.push_back(row.text(0));
    return out;
}

PersonRow person_of(const Cursor& row) {
    return {.id = PersonId(row.number(0)),
            .customer = CustomerId(row.number(1)),
            .order = core::OrderId(row.integer(2) != 0 ? row.number(0) : 0),
            .doc = row.text(3)};
}

std::optional<PersonRow> PeopleReader::person(TenantId tenant, PersonId id) {
    Cursor row = person_.query(tenant, id);
    if (!row.next()) return std::nullopt;
    return person_of(row);
}

std::vector<PersonRow> PeopleReader::scan_persons(TenantId tenant, PersonId after, std::uint32_t limit) {
    std::vector<PersonRow> out;
    for (Cursor row = scan_persons_.query(tenant, after, limit); row.next();) out.push_back(person_of(row));
    return out;
}

}  // namespace waybill::storage::sqlite
