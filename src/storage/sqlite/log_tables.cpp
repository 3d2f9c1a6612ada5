#include "storage/sqlite/log_tables.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "storage/batch_checks.hpp"

namespace waybill::storage::sqlite {

using core::Sequence;
using core::TenantId;
using engine::EventRow;
using engine::IoError;

std::vector<engine::TenantHead> read_tenants(Connection& connection) {
    Statement statement(connection, "SELECT tenant_id, name, head, last_instant FROM tenants ORDER BY tenant_id");
    std::vector<engine::TenantHead> out;
    for (Cursor row = statement.query(); row.next();) {
        out.push_back({TenantId(row.number32(0)), row.text(1), Sequence(row.number(2)), row.instant(3)});
    }
    return out;
}

LogWriter::LogWriter(Connection& connection)
    : head_(connection, "SELECT head FROM tenants WHERE tenant_id = ?"),
      add_tenant_(connection, "INSERT INTO tenants (tenant_id, name, head, last_instant) VALUES (?, ?, 0, 0)"),
      name_tenant_(connection, "UPDATE tenants SET name = ?2 WHERE tenant_id = ?1 AND name = ''"),
      move_head_(connection, "UPDATE tenants SET head = ?2, last_instant = max(last_instant, ?3) WHERE tenant_id = ?1"),
      add_event_(connection,
                 "INSERT INTO events (tenant_id, sequence, aggregate_kind, aggregate_id, aggregate_version, at, actor, "
                 "command,"
                 " correlation, type, schema_version, seal, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)") {}

std::optional<IoError> LogWriter::advance(const engine::TenantBatch& batch) {
    if (batch.creates_tenant() && !add_tenant_.run(batch.tenant, batch.tenant_name)) return std::nullopt;
    if (!batch.ends_import_as.empty()) {
        if (!name_tenant_.run(batch.tenant, batch.ends_import_as)) return std::nullopt;
        if (!name_tenant_.connection().has_changed_rows()) {
            return IoError{engine::IoFailure::conflict, name_conflict(batch)};
        }
    }
    std::optional<Sequence> head;
    {
        Cursor row = head_.query(batch.tenant);
        if (row.next()) head = Sequence(row.number(0));
    }
    if (head_.connection().failed()) return std::nullopt;
    return head_conflict(batch, head);
}

bool LogWriter::write(const engine::TenantBatch& batch) {
    for (const EventRow& event : batch.events) {
        const bool done =
            add_event_.run(batch.tenant, event.sequence, event.aggregate.kind, event.aggregate.id,
                           event.aggregate_version, event.at, event.actor, event.command, event.correlation, event.type,
                           event.schema_version, seal_of(seal_, batch.tenant, event), event.body);
        if (!done) return false;
    }
    if (batch.events.empty()) return true;
    return move_head_.run(batch.tenant, batch.events.back().sequence, batch.events.back().at);
}

LogReader::LogReader(Connection& connection)
    : cache_(connection), head_(connection, "SELECT head FROM tenants WHERE tenant_id = ?") {}

namespace {

static_assert(static_cast<int>(core::AggregateKind::order) == 7, "the statements here and the schema say so too");

/// Events of orders are most of the log and are walked by sequence; those of other kinds are rare between them.
bool uses_index(const engine::EventQuery& query) {
    if (query.aggregate) return true;
    return !query.kinds.empty() &&
           std::find(query.kinds.begin(), query.kinds.end(), core::AggregateKind::order) == query.kinds.end();
}

/// Everything but the aggregate, the order and the limit.
SqlText selection(TenantId tenant, const engine::EventQuery& query) {
    SqlText sql;
    sql.add("SELECT ").add(event_columns).add(" FROM events");
    if (!query.aggregate && uses_index(query)) sql.add(" INDEXED BY events_by_aggregate");
    sql.add(" WHERE tenant_id = ?", tenant.raw());
    sql.add(" AND sequence > ?", query.after.raw());
    if (query.until.is_set()) sql.add(" AND sequence <= ?", query.until.raw());
    if (!query.kinds.empty()) {
        std::vector<std::uint32_t> kinds;
        for (const core::AggregateKind kind : query.kinds) kinds.push_back(static_cast<std::uint32_t>(kind));
        sql.add(" AND aggregate_kind IN ").add_list(kinds);
    }
    if (!query.types.empty()) sql.add(" AND type IN ").add_list(query.types);
    return sql;
}

}  // namespace

Sequence LogReader::head(TenantId tenant) {
    Cursor row = head_.query(tenant);
    return row.next() ? Sequence(row.number(0)) : Sequence();
}

std::vector<EventRow> LogReader::events(TenantId tenant, const engine::EventQuery& query) {
    std::vector<EventRow> out;
    if (query.limit == 0) return out;
    const bool of_order = query.aggregate && query.aggregate->kind == core::AggregateKind::order;
    if (of_order) {
        // The event that placed it, which the index leaves out, is the first of its events.
        SqlText first = selection(tenant, query);
        first.add(" AND aggregate_kind = 7 AND sequence = ?", query.aggregate->id);
        first.add(" AND aggregate_id = ?", query.aggregate->id);
        read(first, out);
    }
    SqlText sql = selection(tenant, query);
    if (query.aggregate) {
        sql.add(" AND aggregate_kind = ?", static_cast<std::uint32_t>(query.aggregate->kind));
        sql.add(" AND aggregate_id = ?", query.aggregate->id);
    }
    if (uses_index(query)) sql.add(" AND (aggregate_kind <> 7 OR aggregate_id <> sequence)");
    sql.add(" ORDER BY sequence LIMIT ?", query.limit - out.size());
    if (out.size() < query.limit) read(sql, out);
    return out;
}

EventRow event_of(const Cursor& row) {
    return {.sequence = Sequence(row.number(0)),
            .aggregate = {static_cast<core::AggregateKind>(row.integer(1)), row.number(2)},
            .aggregate_version = row.number(3),
            .at = row.instant(4),
            .actor = row.text(5),
            .command = row.text(6),
            .correlation = row.text(7),
            .type = row.text(8),
            .schema_version = row.number32(9),
            .body = row.text(10)};
}

void LogReader::read(const SqlText& sql, std::vector<EventRow>& out) {
    for (Cursor row = cache_.query(sql); row.next();) out.push_back(event_of(row));
}

}  // namespace waybill::storage::sqlite
