#include "storage/sqlite/log_tables.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "storage/batch_checks.hpp"
#include "storage/sqlite/epochs.hpp"

namespace waybill::storage::sqlite {

using core::Sequence;
using core::TenantId;
using engine::EventRow;
using engine::IoError;
using engine::MovementRow;

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
      move_head_(connection, "UPDATE tenants SET head = ?2, last_instant = max(last_instant, ?3) WHERE tenant_id = ?1"),
      add_event_(connection,
                 "INSERT INTO events (tenant_id, sequence, aggregate_kind, aggregate_id, aggregate_version, at, actor, "
                 "command,"
                 " correlation, type, schema_version, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      add_movement_(
          connection,
          "INSERT INTO movements (tenant_id, sequence, n, at, item, location, kind, on_hand, reserved, safety,"
          " unsellable, reason, order_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)") {}

std::optional<IoError> LogWriter::advance(const engine::TenantBatch& batch) {
    if (!batch.tenant_name.empty() && !add_tenant_.run(batch.tenant, batch.tenant_name)) return std::nullopt;
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
        const bool done = add_event_.run(batch.tenant, event.sequence, event.aggregate.kind, event.aggregate.id,
                                         event.aggregate_version, event.at, event.actor, event.command,
                                         event.correlation, event.type, event.schema_version, event.body);
        if (!done) return false;
    }
    for (const MovementRow& row : batch.movements) {
        const core::Movement& moved = row.movement;
        const bool done =
            add_movement_.run(batch.tenant, row.sequence, row.n, row.at, moved.item, moved.location, moved.kind,
                              moved.on_hand, moved.reserved, moved.safety, moved.unsellable, moved.reason, row.order);
        if (!done) return false;
    }
    if (batch.events.empty()) return true;
    return move_head_.run(batch.tenant, batch.events.back().sequence, batch.events.back().at);
}

LogReader::LogReader(Connection& connection)
    : cache_(connection),
      head_(connection, "SELECT head FROM tenants WHERE tenant_id = ?"),
      sums_(connection,
            "SELECT item, location, sum(on_hand), sum(reserved), sum(safety), sum(unsellable) FROM movements"
            " WHERE tenant_id = ? GROUP BY item, location ORDER BY item, location") {}

Sequence LogReader::head(TenantId tenant) {
    Cursor row = head_.query(tenant);
    return row.next() ? Sequence(row.number(0)) : Sequence();
}

std::vector<EventRow> LogReader::events(TenantId tenant, const engine::EventQuery& query) {
    SqlText sql;
    sql.add(
        "SELECT sequence, aggregate_kind, aggregate_id, aggregate_version, at, actor, command, correlation, type,"
        " schema_version, body FROM events");
    // Events of few kinds are rare between those of orders: the walk by sequence would read the whole log.
    if (!query.kinds.empty() && !query.aggregate) sql.add(" INDEXED BY events_by_aggregate");
    sql.add(" WHERE tenant_id = ?", tenant.raw());
    sql.add(" AND sequence > ?", query.after.raw());
    if (query.until.is_set()) sql.add(" AND sequence <= ?", query.until.raw());
    if (query.aggregate) {
        sql.add(" AND aggregate_kind = ?", static_cast<std::uint32_t>(query.aggregate->kind));
        sql.add(" AND aggregate_id = ?", query.aggregate->id);
    }
    if (!query.kinds.empty()) {
        std::vector<std::uint32_t> kinds;
        for (const core::AggregateKind kind : query.kinds) kinds.push_back(static_cast<std::uint32_t>(kind));
        sql.add(" AND aggregate_kind IN ").add_list(kinds);
    }
    if (!query.types.empty()) sql.add(" AND type IN ").add_list(query.types);
    sql.add(" ORDER BY sequence LIMIT ?", query.limit);

    std::vector<EventRow> out;
    for (Cursor row = cache_.query(sql); row.next();) {
        out.push_back({.sequence = Sequence(row.number(0)),
                       .aggregate = {static_cast<core::AggregateKind>(row.integer(1)), row.number(2)},
                       .aggregate_version = row.number(3),
                       .at = row.instant(4),
                       .actor = row.text(5),
                       .command = row.text(6),
                       .correlation = row.text(7),
                       .type = row.text(8),
                       .schema_version = row.number32(9),
                       .body = row.text(10)});
    }
    return out;
}

std::vector<MovementRow> LogReader::movements(TenantId tenant, const engine::MovementQuery& query) {
    SqlText sql;
    sql.add(
        "SELECT m.sequence, m.n, m.at, m.item, m.location, m.kind, m.on_hand, m.reserved, m.safety, m.unsellable,"
        " m.reason, m.order_id FROM ");
    const bool by_epoch = query.item && !query.order;
    if (query.order) {
        // CROSS JOIN keeps the order of the loops: the events of the order first, newest first.
        sql.add("events e CROSS JOIN movements m WHERE e.tenant_id = ?", tenant.raw());
        sql.add(" AND e.aggregate_kind = ?", static_cast<std::uint32_t>(core::AggregateKind::order));
        sql.add(" AND e.aggregate_id = ?", query.order->raw());
        sql.add(" AND m.sequence = e.sequence AND m.tenant_id = ?", tenant.raw());
        sql.add(" AND m.order_id = ?", query.order->raw());
        if (query.item) sql.add(" AND m.item = ?", *query.item);
    } else if (by_epoch) {
        static_assert(epoch_bits == 13, "the statement below says so too");
        sql.add("movements m INDEXED BY movements_by_item WHERE m.tenant_id = ?", tenant.raw());
        sql.add(" AND m.sequence >> 13 = ?", std::int64_t{0}).add(" AND m.item = ?", *query.item);
    } else {
        sql.add("movements m WHERE m.tenant_id = ?", tenant.raw());
    }
    const bool walks_location = query.location && !query.item && !query.order;
    if (query.location) sql.add(walks_location ? " AND m.location = ?" : " AND +m.location = ?", *query.location);
    const std::string_view sequence = query.order ? "e.sequence" : "m.sequence";
    if (query.before.is_set()) {
        sql.add(" AND (").add(sequence).add(", m.n) < (?", query.before.raw()).add(", ?)", query.before_n);
    }
    sql.add(" ORDER BY ").add(sequence).add(" DESC, m.n DESC LIMIT ?", query.limit);

    std::vector<MovementRow> out;
    if (!by_epoch) {
        read_movements(sql, out);
        return out;
    }
    const std::uint64_t newest =
        query.before.is_set() ? std::min(query.before, head(tenant)).raw() : head(tenant).raw();
    for (std::uint64_t next = epoch_of(newest) + 1; next > 0 && out.size() < query.limit; --next) {
        sql.values[1] = static_cast<std::int64_t>(next - 1);
        sql.values.back() = static_cast<std::int64_t>(query.limit - out.size());
        read_movements(sql, out);
    }
    return out;
}

void LogReader::read_movements(const SqlText& sql, std::vector<MovementRow>& out) {
    for (Cursor row = cache_.query(sql); row.next();) {
        out.push_back({.sequence = Sequence(row.number(0)),
                       .n = row.number32(1),
                       .at = row.instant(2),
                       .movement = {.item = row.number32(3),
                                    .location = row.number32(4),
                                    .kind = static_cast<core::MovementKind>(row.integer(5)),
                                    .on_hand = row.integer(6),
                                    .reserved = row.integer(7),
                                    .safety = row.integer(8),
                                    .unsellable = row.integer(9),
                                    .reason = row.text(10)},
                       .order = core::OrderId(row.number(11))});
    }
}

std::vector<engine::LevelRow> LogReader::movement_sums(TenantId tenant) {
    std::vector<engine::LevelRow> out;
    for (Cursor row = sums_.query(tenant); row.next();) {
        engine::LevelRow level;
        level.item = row.number32(0);
        level.level.location = row.number32(1);
        level.level.on_hand = row.integer(2);
        level.level.reserved = row.integer(3);
        level.level.safety = row.integer(4);
        level.level.unsellable = row.integer(5);
        out.push_back(level);
    }
    return out;
}

}  // namespace waybill::storage::sqlite
