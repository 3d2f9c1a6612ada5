#include "storage/postgres/log_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "storage/batch_checks.hpp"
#include "storage/postgres/sql_text.hpp"
#include "storage/row_seal.hpp"

namespace waybill::storage::postgres {

using core::Sequence;
using core::TenantId;
using engine::EventRow;

void write_head(BatchStatements& statements, const engine::TenantBatch& batch) {
    static const Statement take_name{"INSERT INTO tenant_names (name, tenant_id) VALUES ($2, $1)"};
    static const Statement add_tenant{
        "INSERT INTO tenants (tenant_id, name, head, last_instant, owner, epoch) VALUES ($1, $2, 0, 0, $3, $4)"};
    static const Statement give_name{"UPDATE tenant_names SET name = $2 WHERE tenant_id = $1 AND name = ''"};
    static const Statement name_tenant{"UPDATE tenants SET name = $2 WHERE tenant_id = $1 AND name = ''"};
    static const Statement move_head{
        "UPDATE tenants SET head = $3, last_instant = greatest(last_instant, $4), configured = greatest(configured, $6)"
        " WHERE tenant_id = $1 AND head = $2 AND epoch = $5"};
    if (batch.creates_tenant()) {
        Values values;
        values.add(batch.tenant).add(batch.tenant_name);
        statements.add(take_name, values);
        statements.add(add_tenant, values.add(batch.owner).add(batch.epoch));
    }
    if (!batch.ends_import_as.empty()) {
        Values values;
        values.add(batch.tenant).add(batch.ends_import_as);
        statements.add_exactly(1, give_name, values, name_conflict(batch));
        statements.add_exactly(1, name_tenant, values, name_conflict(batch));
    }
    const bool moves = !batch.events.empty();
    Values values;
    values.add(batch.tenant).add(batch.head_before);
    values.add(moves ? batch.events.back().sequence : batch.head_before);
    values.add(moves ? batch.events.back().at : Instant(0)).add(batch.epoch);
    values.add(moves && batch.configures() ? batch.events.back().sequence : Sequence());
    statements.add_exactly(1, move_head, values,
                           fmt::format("tenant {} does not exist, has another owner, or its log does not end at {}",
                                       batch.tenant.raw(), batch.head_before.raw()));
}

void write_events(BatchStatements& statements, const engine::TenantBatch& batch) {
    static const Statement add_events{
        "INSERT INTO events (tenant_id, sequence, aggregate_kind, aggregate_id, aggregate_version, at, actor, command,"
        " correlation, type, schema_version, seal, body) SELECT $1, u.* FROM unnest($2::bigint[], $3::integer[],"
        " $4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::text[], $11::integer[],"
        " $12::bigint[], $13::text[]) u"};
    if (batch.events.empty()) return;
    Column sequence(Type::bigint), kind(Type::integer), id(Type::bigint), version(Type::bigint), at(Type::bigint);
    Column actor(Type::text), command(Type::text), correlation(Type::text), type(Type::text);
    Column schema_version(Type::integer), seals(Type::bigint), body(Type::text);
    RowSeal seal;
    for (const EventRow& event : batch.events) {
        sequence.add(event.sequence.raw());
        kind.add(static_cast<std::uint32_t>(event.aggregate.kind));
        id.add(event.aggregate.id);
        version.add(event.aggregate_version);
        at.add(event.at.micros());
        actor.add(event.actor);
        command.add(event.command);
        correlation.add(event.correlation);
        type.add(event.type);
        schema_version.add(event.schema_version);
        seals.add(seal_of(seal, batch.tenant, event));
        body.add(event.body);
    }
    Values values;
    values.add(batch.tenant).add(sequence).add(kind).add(id).add(version).add(at).add(actor).add(command);
    values.add(correlation).add(type).add(schema_version).add(seals).add(body);
    statements.add(add_events, values);
}

Connection::Answer<std::vector<engine::TenantHead>> read_tenants(Connection& connection) {
    static const Statement all{"SELECT tenant_id, name, head, last_instant FROM tenants ORDER BY tenant_id"};
    const auto rows = connection.run(all, {});
    if (!rows) return fail(rows.error());
    std::vector<engine::TenantHead> out;
    for (int row = 0; row < rows->size(); ++row) {
        out.push_back({TenantId(rows->number32(row, 0)), rows->text(row, 1), Sequence(rows->number(row, 2)),
                       rows->instant(row, 3)});
    }
    return out;
}

namespace {

Sequence head_of(const Rows& rows) { return rows.size() == 0 ? Sequence() : Sequence(rows.number(0, 0)); }

}  // namespace

Connection::Answer<Sequence> read_head(Connection& connection, TenantId tenant) {
    static const Statement head{"SELECT head FROM tenants WHERE tenant_id = $1"};
    const auto rows = connection.run(head, Values().add(tenant));
    if (!rows) return fail(rows.error());
    return head_of(*rows);
}

Connection::Answer<engine::Position> read_position(Connection& connection, TenantId tenant) {
    static const Statement position{"SELECT head, configured FROM tenants WHERE tenant_id = $1"};
    const auto rows = connection.run(position, Values().add(tenant));
    if (!rows) return fail(rows.error());
    if (rows->size() == 0) return engine::Position{};
    return engine::Position{Sequence(rows->number(0, 0)), Sequence(rows->number(0, 1))};
}

Connection::Answer<engine::Settled> read_settled(Connection& connection, TenantId tenant) {
    // A tenant that is being created has no row to lock yet; to want the same row waits for whoever makes it.
    static const Statement same_row{
        "INSERT INTO tenants (tenant_id, name, head, last_instant) VALUES ($1, '', 0, 0) ON CONFLICT (tenant_id) DO "
        "NOTHING"};
    static const Statement head{"SELECT head, epoch FROM tenants WHERE tenant_id = $1 FOR UPDATE"};
    // Readers' transactions may not lock rows unless they say so. All in one journey: the row is never held meanwhile.
    connection.queue_control("BEGIN READ WRITE");
    connection.queue(same_row, Values().add(tenant));
    connection.queue(head, Values().add(tenant));
    connection.queue_control("ROLLBACK");
    const auto found = connection.finish();
    if (found) return engine::Settled{head_of(found->back()), found->back().number(0, 1)};
    if (!connection.is_lost()) {
        connection.queue_control("ROLLBACK");
        static_cast<void>(connection.finish());
    }
    return fail(found.error());
}

namespace {

static_assert(static_cast<int>(core::AggregateKind::order) == 7, "the statements here and the schema say so too");

/// Everything but the aggregate, the order and the limit.
void add_selection(SqlText& sql, TenantId tenant, const engine::EventQuery& query) {
    sql.add("SELECT ").add(event_columns).add(" FROM events WHERE tenant_id = ", tenant);
    sql.add(" AND sequence > ", query.after.raw());
    if (query.until.is_set()) sql.add(" AND sequence <= ", query.until.raw());
    if (!query.kinds.empty()) {
        Column kinds(Type::integer);
        for (const core::AggregateKind kind : query.kinds) kinds.add(static_cast<std::uint32_t>(kind));
        sql.add(" AND aggregate_kind = ANY (", kinds).add(")");
    }
    if (!query.types.empty()) {
        sql.add(" AND type = ANY (", column_of(query.types)).add(")");
    }
}

/// Events of orders are most of the log and are walked by sequence; those of other kinds are rare between them.
bool uses_index(const engine::EventQuery& query) {
    if (query.aggregate) return true;
    return !query.kinds.empty() &&
           std::find(query.kinds.begin(), query.kinds.end(), core::AggregateKind::order) == query.kinds.end();
}

}  // namespace

Connection::Answer<std::vector<EventRow>> read_events(Connection& connection, TenantId tenant,
                                                      const engine::EventQuery& query) {
    SqlText sql;
    sql.add("SELECT * FROM (");
    if (query.aggregate && query.aggregate->kind == core::AggregateKind::order) {
        // The event that placed it, which the index leaves out, is the first of its events.
        add_selection(sql, tenant, query);
        sql.add(" AND aggregate_kind = 7 AND sequence = ", query.aggregate->id);
        sql.add(" AND aggregate_id = ", query.aggregate->id).add(" UNION ALL ");
    }
    add_selection(sql, tenant, query);
    if (query.aggregate) {
        sql.add(" AND aggregate_kind = ", static_cast<std::int64_t>(query.aggregate->kind));
        sql.add(" AND aggregate_id = ", query.aggregate->id);
    }
    if (uses_index(query)) sql.add(" AND (aggregate_kind <> 7 OR aggregate_id <> sequence)");
    sql.add(") e ORDER BY sequence LIMIT ", query.limit);
    const auto rows = connection.run(sql.text, sql.values);
    if (!rows) return fail(rows.error());
    std::vector<EventRow> out;
    for (int row = 0; row < rows->size(); ++row) out.push_back(event_of(*rows, row));
    return out;
}

EventRow event_of(const Rows& rows, int row) {
    return {.sequence = Sequence(rows.number(row, 0)),
            .aggregate = {static_cast<core::AggregateKind>(rows.integer(row, 1)), rows.number(row, 2)},
            .aggregate_version = rows.number(row, 3),
            .at = rows.instant(row, 4),
            .actor = rows.text(row, 5),
            .command = rows.text(row, 6),
            .correlation = rows.text(row, 7),
            .type = rows.text(row, 8),
            .schema_version = rows.number32(row, 9),
            .body = rows.text(row, 10)};
}

}  // namespace waybill::storage::postgres
