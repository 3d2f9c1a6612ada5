#include "storage/postgres/stock_rows.hpp"

#include <tuple>
#include <utility>

#include "storage/postgres/sql_text.hpp"

namespace waybill::storage::postgres {

using core::Sequence;
using core::TenantId;
using engine::CapacityRow;
using engine::LevelRow;
using engine::MovementRow;

void write_movements(BatchStatements& statements, const engine::TenantBatch& batch) {
    static const Statement add_movements{
        "INSERT INTO movements (tenant_id, sequence, n, at, item, location, kind, on_hand, reserved, safety, "
        "unsellable,"
        " order_id, reason) SELECT $1, u.* FROM unnest($2::bigint[], $3::integer[], $4::bigint[], $5::integer[],"
        " $6::integer[], $7::integer[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[],"
        " $13::text[]) u"};
    if (batch.movements.empty()) return;
    Column sequence(Type::bigint), n(Type::integer), at(Type::bigint), item(Type::integer), location(Type::integer);
    Column kind(Type::integer), on_hand(Type::bigint), reserved(Type::bigint), safety(Type::bigint);
    Column unsellable(Type::bigint), order(Type::bigint), reason(Type::text);
    for (const MovementRow& row : batch.movements) {
        sequence.add(row.sequence.raw());
        n.add(row.n);
        at.add(row.at.micros());
        item.add(row.movement.item);
        location.add(row.movement.location);
        kind.add(static_cast<std::uint32_t>(row.movement.kind));
        on_hand.add(row.movement.on_hand);
        reserved.add(row.movement.reserved);
        safety.add(row.movement.safety);
        unsellable.add(row.movement.unsellable);
        order.add(row.order.raw());
        reason.add(row.movement.reason);
    }
    Values values;
    values.add(batch.tenant).add(sequence).add(n).add(at).add(item).add(location).add(kind).add(on_hand);
    values.add(reserved).add(safety).add(unsellable).add(order).add(reason);
    statements.add(add_movements, values);
}

void write_levels(BatchStatements& statements, const engine::TenantBatch& batch) {
    static const Statement put_levels{
        "INSERT INTO inventory_levels AS v (tenant_id, item, location, on_hand, reserved, safety, unsellable, feed,"
        " feed_sequence) SELECT $1, u.* FROM unnest($2::integer[], $3::integer[], $4::integer[], $5::integer[],"
        " $6::integer[], $7::integer[], $8::integer[], $9::bigint[]) u ON CONFLICT (tenant_id, item, location) DO "
        "UPDATE"
        " SET on_hand = excluded.on_hand, reserved = excluded.reserved, safety = excluded.safety,"
        " unsellable = excluded.unsellable, feed = excluded.feed, feed_sequence = excluded.feed_sequence"};
    if (batch.levels.empty()) return;
    Column item(Type::integer), location(Type::integer), on_hand(Type::integer), reserved(Type::integer);
    Column safety(Type::integer), unsellable(Type::integer), feed(Type::integer), feed_sequence(Type::bigint);
    const auto key_of = [](const LevelRow& row) { return std::pair(row.item, row.level.location); };
    for (const LevelRow* row : last_of_each(batch.levels, key_of)) {
        const core::Level& level = row->level;
        item.add(row->item);
        location.add(level.location);
        on_hand.add(std::int64_t{level.on_hand});
        reserved.add(std::int64_t{level.reserved});
        safety.add(std::int64_t{level.safety});
        unsellable.add(std::int64_t{level.unsellable});
        if (level.feed == core::no_index) {
            feed.add_null();
        } else {
            feed.add(level.feed);
        }
        feed_sequence.add(level.feed_sequence);
    }
    Values values;
    values.add(batch.tenant).add(item).add(location).add(on_hand).add(reserved).add(safety).add(unsellable);
    values.add(feed).add(feed_sequence);
    statements.add(put_levels, values);
}

void write_capacity(BatchStatements& statements, const engine::TenantBatch& batch) {
    static const Statement put_capacity{
        "INSERT INTO capacity_days (tenant_id, location, day, orders, units) SELECT $1, u.* FROM unnest($2::integer[],"
        " $3::integer[], $4::bigint[], $5::bigint[]) u ON CONFLICT (tenant_id, location, day) DO UPDATE"
        " SET orders = excluded.orders, units = excluded.units"};
    if (batch.capacity.empty()) return;
    Column location(Type::integer), day(Type::integer), orders(Type::bigint), units(Type::bigint);
    const auto key_of = [](const CapacityRow& row) { return std::pair(row.location, row.day.day.days()); };
    for (const CapacityRow* row : last_of_each(batch.capacity, key_of)) {
        location.add(row->location);
        day.add(row->day.day.days());
        orders.add(row->day.orders);
        units.add(row->day.units);
    }
    statements.add(put_capacity, Values().add(batch.tenant).add(location).add(day).add(orders).add(units));
}

Connection::Answer<std::vector<MovementRow>> read_movements(Connection& connection, TenantId tenant,
                                                            const engine::MovementQuery& query) {
    SqlText sql;
    sql.add(
        "SELECT sequence, n, at, item, location, kind, on_hand, reserved, safety, unsellable, reason, order_id"
        " FROM movements WHERE tenant_id = ",
        tenant);
    if (query.item) sql.add(" AND item = ", *query.item);
    if (query.location) sql.add(" AND location = ", *query.location);
    if (query.order) {
        // The ledger has no index by order; the log knows the few events of one.
        sql.add(" AND order_id = ", query.order->raw());
        sql.add(" AND (sequence = ", query.order->raw());
        sql.add(" OR sequence IN (SELECT e.sequence FROM events e WHERE e.tenant_id = ", tenant);
        sql.add(" AND e.aggregate_kind = 7 AND e.aggregate_id = ", query.order->raw());
        sql.add(" AND (e.aggregate_kind <> 7 OR e.aggregate_id <> e.sequence)))");
    }
    if (query.before.is_set()) {
        sql.add(" AND (sequence, n) < (", query.before.raw()).add(", ", query.before_n).add(")");
    }
    sql.add(" ORDER BY sequence DESC, n DESC LIMIT ", query.limit);
    const auto rows = connection.run(sql.text, sql.values);
    if (!rows) return fail(rows.error());
    std::vector<MovementRow> out;
    for (int row = 0; row < rows->size(); ++row) {
        out.push_back({.sequence = Sequence(rows->number(row, 0)),
                       .n = rows->number32(row, 1),
                       .at = rows->instant(row, 2),
                       .movement = {.item = rows->number32(row, 3),
                                    .location = rows->number32(row, 4),
                                    .kind = static_cast<core::MovementKind>(rows->integer(row, 5)),
                                    .on_hand = rows->integer(row, 6),
                                    .reserved = rows->integer(row, 7),
                                    .safety = rows->integer(row, 8),
                                    .unsellable = rows->integer(row, 9),
                                    .reason = rows->text(row, 10)},
                       .order = core::OrderId(rows->number(row, 11))});
    }
    return out;
}

namespace {

/// item, location, on_hand, reserved, safety, unsellable.
LevelRow level_of(const Rows& rows, int row) {
    LevelRow out;
    out.item = rows.number32(row, 0);
    out.level.location = rows.number32(row, 1);
    out.level.on_hand = core::LevelUnits::clamped(rows.integer(row, 2));
    out.level.reserved = core::LevelUnits::clamped(rows.integer(row, 3));
    out.level.safety = core::LevelUnits::clamped(rows.integer(row, 4));
    out.level.unsellable = core::LevelUnits::clamped(rows.integer(row, 5));
    return out;
}

}  // namespace

Connection::Answer<std::vector<LevelRow>> read_movement_sums(Connection& connection, TenantId tenant) {
    static const Statement sums{
        "SELECT item, location, sum(on_hand)::bigint, sum(reserved)::bigint, sum(safety)::bigint,"
        " sum(unsellable)::bigint FROM movements WHERE tenant_id = $1 GROUP BY 1, 2 ORDER BY 1, 2"};
    const auto rows = connection.run(sums, Values().add(tenant));
    if (!rows) return fail(rows.error());
    std::vector<LevelRow> out;
    for (int row = 0; row < rows->size(); ++row) out.push_back(level_of(*rows, row));
    return out;
}

Connection::Answer<Unit> read_levels(Connection& connection, TenantId tenant, engine::ConfigurationSink& sink) {
    static const Statement page{
        "SELECT item, location, on_hand, reserved, safety, unsellable, feed, feed_sequence FROM inventory_levels"
        " WHERE tenant_id = $1 AND (item, location) > ($2, $3) ORDER BY item, location LIMIT $4"};
    constexpr std::int64_t page_rows = 20'000;
    std::int64_t item = -1;
    std::int64_t location = -1;
    while (true) {
        const auto rows = connection.run(page, Values().add(tenant).add(item).add(location).add(page_rows));
        if (!rows) return fail(rows.error());
        for (int row = 0; row < rows->size(); ++row) {
            LevelRow level = level_of(*rows, row);
            level.level.feed = rows->is_null(row, 6) ? core::no_index : rows->number32(row, 6);
            level.level.feed_sequence = rows->number(row, 7);
            sink.on_level(level);
            item = level.item;
            location = level.level.location;
        }
        if (rows->size() < page_rows) return Unit{};
    }
}

Connection::Answer<Unit> read_capacity(Connection& connection, TenantId tenant, engine::ConfigurationSink& sink) {
    static const Statement all{
        "SELECT location, day, orders, units FROM capacity_days WHERE tenant_id = $1 ORDER BY location, day"};
    const auto rows = connection.run(all, Values().add(tenant));
    if (!rows) return fail(rows.error());
    for (int row = 0; row < rows->size(); ++row) {
        const auto day = CivilDate(static_cast<std::int32_t>(rows->integer(row, 1)));
        sink.on_capacity({rows->number32(row, 0), {day, rows->integer(row, 2), rows->integer(row, 3)}});
    }
    return Unit{};
}

}  // namespace waybill::storage::postgres
