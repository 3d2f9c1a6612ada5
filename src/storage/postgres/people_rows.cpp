#include "storage/postgres/people_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "storage/postgres/sql_text.hpp"
#include "storage/postgres/word_query_text.hpp"
#include "storage/row_seal.hpp"
#include "storage/words.hpp"

namespace waybill::storage::postgres {

using core::CustomerId;
using core::PersonId;
using core::TenantId;
using engine::CustomerRow;
using engine::PersonRow;

namespace {

void write_customers(BatchStatements& statements, const engine::TenantBatch& batch) {
    static const Statement put_customers{
        "INSERT INTO customers (tenant_id, id, customer_group, blocked, merged_into, doc) SELECT $1, u.id, u.of_group,"
        " u.blocked <> 0, u.merged_into, u.doc FROM unnest($2::bigint[], $3::text[], $4::integer[], $5::bigint[],"
        " $6::text[]) u (id, of_group, blocked, merged_into, doc) ON CONFLICT (tenant_id, id) DO UPDATE"
        " SET customer_group = excluded.customer_group, blocked = excluded.blocked,"
        " merged_into = excluded.merged_into, doc = excluded.doc"};
    static const Statement drop_identities{
        "DELETE FROM customer_identities WHERE tenant_id = $1 AND customer = ANY ($2::bigint[])"};
    static const Statement add_identities{
        "INSERT INTO customer_identities (tenant_id, channel, external_id, customer) SELECT $1, u.* FROM"
        " unnest($2::integer[], $3::text[], $4::bigint[]) u"};
    if (batch.customers.empty()) return;
    Column id(Type::bigint), group(Type::text), blocked(Type::integer), merged_into(Type::bigint), doc(Type::text);
    Column changed(Type::bigint);
    Column channel(Type::integer), external_id(Type::text), holder(Type::bigint);
    for (const CustomerRow* row : last_of_each(batch.customers, [](const CustomerRow& row) { return row.id; })) {
        id.add(row->id.raw());
        // One that this batch makes has no identities yet.
        if (row->id.raw() <= batch.head_before.raw()) changed.add(row->id.raw());
        group.add(row->group);
        blocked.add(row->blocked ? 1 : 0);
        merged_into.add(row->merged_into.raw());
        doc.add(row->doc);
        for (const core::CustomerIdentity& identity : row->identities) {
            channel.add(identity.channel);
            external_id.add(identity.external_id);
            holder.add(row->id.raw());
        }
    }
    statements.add(put_customers, Values().add(batch.tenant).add(id).add(group).add(blocked).add(merged_into).add(doc));
    // All are taken off first: a merge moves identities from one customer of the batch to another.
    if (changed.rows() > 0) statements.add(drop_identities, Values().add(batch.tenant).add(changed));
    if (holder.rows() == 0) return;
    statements.add(add_identities, Values().add(batch.tenant).add(channel).add(external_id).add(holder));
}

void put_persons(BatchStatements& statements, const engine::TenantBatch& batch) {
    static const Statement put{
        "INSERT INTO persons (tenant_id, id, customer, of_order, seal, doc, words) SELECT $1, u.id, u.customer,"
        " u.of_order <> 0, u.seal, u.doc, array_to_tsvector(string_to_array(u.words, ' ')) FROM unnest($2::bigint[],"
        " $3::bigint[], $4::integer[], $5::bigint[], $6::text[], $7::text[]) u (id, customer, of_order, seal, doc, "
        "words)"
        " ON CONFLICT (tenant_id, id) DO UPDATE SET customer = excluded.customer, of_order = excluded.of_order,"
        " seal = excluded.seal, doc = excluded.doc, words = excluded.words"};
    if (batch.persons.empty()) return;
    Column id(Type::bigint), customer(Type::bigint), of_order(Type::integer), seals(Type::bigint);
    Column doc(Type::text), words(Type::text);
    RowSeal seal;
    for (const PersonRow* person : last_of_each(batch.persons, [](const PersonRow& row) { return row.id; })) {
        id.add(person->id.raw());
        customer.add(person->customer.raw());
        of_order.add(person->order.is_set() ? 1 : 0);
        seals.add(seal_of(seal, batch.tenant, *person));
        doc.add(person->doc);
        words.add(fmt::format("{}", fmt::join(words_of_document(person->doc), " ")));
    }
    statements.add(put, Values().add(batch.tenant).add(id).add(customer).add(of_order).add(seals).add(doc).add(words));
}

void erase_persons(BatchStatements& statements, const engine::TenantBatch& batch) {
    static const Statement erase{
        "DELETE FROM persons WHERE tenant_id = $1 AND id IN (SELECT p.id FROM persons p WHERE p.tenant_id = $1"
        " AND p.customer = ANY ($2::bigint[]) AND p.customer <> 0 AND NOT p.of_order UNION SELECT o.id FROM orders o"
        " JOIN persons p ON p.tenant_id = $1 AND p.id = o.id AND p.of_order WHERE o.tenant_id = $1"
        " AND o.customer = ANY ($2::bigint[]) AND o.customer <> 0)"};
    if (batch.erased.empty()) return;
    statements.add(erase, Values().add(batch.tenant).add(column_of(batch.erased)));
}

}  // namespace

void write_people(BatchStatements& statements, const engine::TenantBatch& batch) {
    write_customers(statements, batch);
    put_persons(statements, batch);
    erase_persons(statements, batch);
}

void ask_customers(Connection& connection, TenantId tenant, const std::vector<CustomerId>& ids) {
    static const Statement some{"SELECT id, doc FROM customers WHERE tenant_id = $1 AND id = ANY ($2::bigint[])"};
    connection.queue(some, Values().add(tenant).add(column_of(ids)));
}

std::vector<NamedDoc> customers_of(const Rows& rows) {
    std::vector<NamedDoc> out;
    for (int row = 0; row < rows.size(); ++row) out.emplace_back(CustomerId(rows.number(row, 0)), rows.text(row, 1));
    return out;
}

void ask_identities(Connection& connection, TenantId tenant, const std::vector<core::CustomerIdentity>& identities) {
    static const Statement find{
        "SELECT i.channel, i.external_id, i.customer, c.doc FROM unnest($2::integer[], $3::text[])"
        " u (channel, external_id) JOIN customer_identities i ON i.tenant_id = $1 AND i.channel = u.channel"
        " AND i.external_id = u.external_id LEFT JOIN customers c ON c.tenant_id = $1 AND c.id = i.customer"};
    Column channels(Type::integer), external_ids(Type::text);
    for (const core::CustomerIdentity& identity : identities) {
        channels.add(identity.channel);
        external_ids.add(identity.external_id);
    }
    connection.queue(find, Values().add(tenant).add(channels).add(external_ids));
}

std::vector<Known> identities_of(const Rows& rows) {
    std::vector<Known> out;
    for (int row = 0; row < rows.size(); ++row) {
        Known& known = out.emplace_back();
        known.identity = {rows.number32(row, 0), rows.text(row, 1)};
        known.customer = CustomerId(rows.number(row, 2));
        if (!rows.is_null(row, 3)) known.doc = rows.text(row, 3);
    }
    return out;
}

Connection::Answer<std::vector<std::string>> scan_customers(Connection& connection, TenantId tenant, CustomerId after,
                                                            std::string_view text, std::uint32_t limit) {
    SqlText sql;
    sql.add("SELECT c.doc FROM customers c WHERE c.tenant_id = ", tenant).add(" AND c.id > ", after);
    if (!text.empty()) {
        const WordQuery words = word_query(text);
        if (words.is_empty()) return std::vector<std::string>();
        sql.add(" AND c.id IN (SELECT p.customer FROM persons p WHERE p.tenant_id = ", tenant);
        sql.add(" AND p.customer <> 0 AND p.words @@ ", query_text(words)).add("::tsquery)");
    }
    sql.add(" ORDER BY c.id LIMIT ", limit);
    const auto rows = connection.run(sql.text, sql.values);
    if (!rows) return fail(rows.error());
    std::vector<std::string> out;
    for (int row = 0; row < rows->size(); ++row) out.push_back(rows->text(row, 0));
    return out;
}

Connection::Answer<std::vector<PersonRow>> scan_persons(Connection& connection, TenantId tenant, PersonId from,
                                                        std::uint32_t limit) {
    static const Statement page{
        fmt::format("SELECT {} FROM persons WHERE tenant_id = $1 AND id >= $2 ORDER BY id LIMIT $3", person_columns)};
    const auto rows = connection.run(page, Values().add(tenant).add(from).add(limit));
    if (!rows) return fail(rows.error());
    std::vector<PersonRow> out;
    for (int row = 0; row < rows->size(); ++row) out.push_back(person_of(*rows, row));
    return out;
}

PersonRow person_of(const Rows& rows, int row) {
    return {.id = PersonId(rows.number(row, 0)),
            .customer = CustomerId(rows.number(row, 1)),
            .order = core::OrderId(rows.integer(row, 2) != 0 ? rows.number(row, 0) : 0),
            .doc = rows.text(row, 3)};
}

}  // namespace waybill::storage::postgres
