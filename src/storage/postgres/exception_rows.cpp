#include "storage/postgres/exception_rows.hpp"

#include "storage/postgres/sql_text.hpp"

namespace waybill::storage::postgres {

using engine::ExceptionRow;

namespace {

constexpr std::int64_t never_due = INT64_MAX;

std::int64_t due_of(Instant due_at) { return due_at.is_set() ? due_at.micros() : never_due; }

}  // namespace

void write_exceptions(BatchStatements& statements, const engine::TenantBatch& batch) {
    static const Statement put{
        "INSERT INTO exceptions (tenant_id, raised_in, kind, order_id, severity, owner, due_at, is_open, doc)"
        " SELECT $1, u.raised_in, u.kind, u.order_id, u.severity, u.owner, u.due_at, u.is_open <> 0, u.doc FROM"
        " unnest($2::bigint[], $3::text[], $4::bigint[], $5::integer[], $6::text[], $7::bigint[], $8::integer[],"
        " $9::text[]) u (raised_in, kind, order_id, severity, owner, due_at, is_open, doc)"
        " ON CONFLICT (tenant_id, raised_in, kind) DO UPDATE SET severity = excluded.severity, owner = excluded.owner,"
        " due_at = excluded.due_at, is_open = excluded.is_open, doc = excluded.doc"};
    if (batch.exceptions.empty()) return;
    Column raised_in(Type::bigint), kind(Type::text), order(Type::bigint), severity(Type::integer), owner(Type::text);
    Column due_at(Type::bigint), is_open(Type::integer), doc(Type::text);
    for (const ExceptionRow& row : batch.exceptions) {
        raised_in.add(row.raised_in.raw());
        kind.add(row.kind);
        order.add(row.order.raw());
        severity.add(static_cast<std::int32_t>(row.severity));
        owner.add(row.owner);
        due_at.add(due_of(row.due_at));
        is_open.add(row.is_open ? 1 : 0);
        doc.add(row.doc);
    }
    Values values;
    values.add(batch.tenant).add(raised_in).add(kind).add(order).add(severity).add(owner).add(due_at).add(is_open);
    statements.add(put, values.add(doc));
}

Connection::Answer<std::vector<ExceptionRow>> read_exceptions(Connection& connection, core::TenantId tenant,
                                                              const engine::ExceptionQuery& query) {
    SqlText sql;
    sql.add(
        "SELECT raised_in, kind, order_id, severity, owner, due_at, is_open::integer, doc FROM exceptions"
        " WHERE tenant_id = ",
        tenant);
    if (query.is_open) sql.add(*query.is_open ? " AND is_open" : " AND NOT is_open");
    if (query.order) sql.add(" AND order_id = ", query.order->raw());
    if (!query.kind.empty()) sql.add(" AND kind = ", query.kind);
    if (query.least != core::Severity::low) sql.add(" AND severity >= ", static_cast<std::int64_t>(query.least));
    if (query.owner) sql.add(" AND owner = ", *query.owner);
    if (query.due_before.is_set()) sql.add(" AND due_at < ", query.due_before.micros());
    if (query.after) {
        sql.add(" AND (due_at, raised_in, kind) > (", due_of(query.after->due_at));
        sql.add(", ", query.after->raised_in.raw()).add(", ", query.after->kind).add(")");
    }
    sql.add(" ORDER BY due_at, raised_in, kind LIMIT ", query.limit);
    const auto rows = connection.run(sql.text, sql.values);
    if (!rows) return fail(rows.error());
    std::vector<ExceptionRow> out;
    for (int row = 0; row < rows->size(); ++row) {
        const std::int64_t due_at = rows->integer(row, 5);
        out.push_back({.raised_in = core::Sequence(rows->number(row, 0)),
                       .kind = rows->text(row, 1),
                       .order = core::OrderId(rows->number(row, 2)),
                       .severity = static_cast<core::Severity>(rows->integer(row, 3)),
                       .owner = rows->text(row, 4),
                       .due_at = due_at == never_due ? Instant() : Instant(due_at),
                       .is_open = rows->integer(row, 6) != 0,
                       .doc = rows->text(row, 7)});
    }
    return out;
}

}  // namespace waybill::storage::postgres
