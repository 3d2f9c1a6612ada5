#include "storage/sqlite/exception_table.hpp"

namespace waybill::storage::sqlite {

using engine::ExceptionRow;

namespace {

constexpr std::int64_t never_due = INT64_MAX;

std::int64_t due_of(Instant due_at) { return due_at.is_set() ? due_at.micros() : never_due; }

}  // namespace

ExceptionWriter::ExceptionWriter(Connection& connection)
    : put_(connection,
           "INSERT INTO exceptions (tenant_id, raised_in, kind, order_id, severity, owner, due_at, is_open, doc)"
           " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant_id, raised_in, kind) DO UPDATE SET"
           " severity = excluded.severity, owner = excluded.owner, due_at = excluded.due_at,"
           " is_open = excluded.is_open, doc = excluded.doc") {}

bool ExceptionWriter::write(const engine::TenantBatch& batch) {
    for (const ExceptionRow& row : batch.exceptions) {
        const std::int64_t is_open = row.is_open ? 1 : 0;
        if (!put_.run(batch.tenant, row.raised_in, row.kind, row.order, row.severity, row.owner, due_of(row.due_at),
                      is_open, row.doc)) {
            return false;
        }
    }
    return true;
}

std::vector<ExceptionRow> ExceptionReader::find(core::TenantId tenant, const engine::ExceptionQuery& query) {
    SqlText sql;
    sql.add("SELECT raised_in, kind, order_id, severity, owner, due_at, is_open, doc FROM exceptions");
    sql.add(" WHERE tenant_id = ?", tenant.raw());
    if (query.is_open) sql.add(" AND is_open = ?", std::int64_t{*query.is_open ? 1 : 0});
    if (query.order) sql.add(" AND order_id = ?", query.order->raw());
    if (!query.kind.empty()) sql.add(" AND kind = ?", query.kind);
    if (query.least != core::Severity::low) sql.add(" AND severity >= ?", static_cast<std::int64_t>(query.least));
    if (query.owner) sql.add(" AND owner = ?", *query.owner);
    if (query.due_before.is_set()) sql.add(" AND due_at < ?", query.due_before.micros());
    if (query.after) {
        sql.add(" AND (due_at, raised_in, kind) > (?", due_of(query.after->due_at));
        sql.add(", ?", query.after->raised_in.raw()).add(", ?", query.after->kind).add(")");
    }
    sql.add(" ORDER BY due_at, raised_in, kind LIMIT ?", query.limit);
    std::vector<ExceptionRow> out;
    for (Cursor row = cache_.query(sql); row.next();) {
        const std::int64_t due_at = row.integer(5);
        out.push_back({.raised_in = core::Sequence(row.number(0)),
                       .kind = row.text(1),
                       .order = core::OrderId(row.number(2)),
                       .severity = static_cast<core::Severity>(row.integer(3)),
                       .owner = row.text(4),
                       .due_at = due_at == never_due ? Instant() : Instant(due_at),
                       .is_open = row.integer(6) != 0,
                       .doc = row.text(7)});
    }
    return out;
}

}  // namespace waybill::storage::sqlite
