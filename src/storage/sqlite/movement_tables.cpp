#include "storage/sqlite/movement_tables.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <iterator>

#include "json/text_writer.hpp"
#include "storage/sqlite/epochs.hpp"

namespace waybill::storage::sqlite {

using core::Sequence;
using core::TenantId;
using engine::MovementRow;

namespace {

/// One element of the list `moved`; zeros at its end are left out.
void append_movement(std::string& out, const core::Movement& moved) {
    const std::int64_t amounts[] = {moved.on_hand, moved.reserved, moved.safety, moved.unsellable};
    std::size_t count = std::size(amounts);
    if (moved.reason.empty()) {
        while (count > 0 && amounts[count - 1] == 0) --count;
    }
    fmt::format_to(std::back_inserter(out), "[{},{},{}", moved.item, moved.location,
                   static_cast<std::uint32_t>(moved.kind));
    for (std::size_t i = 0; i < count; ++i) fmt::format_to(std::back_inserter(out), ",{}", amounts[i]);
    if (!moved.reason.empty()) {
        out += ',';
        json::append_string(out, moved.reason);
    }
    out += ']';
}

template <class Row>
void sort_unique(std::vector<Row>& rows) {
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
}

}  // namespace

MovementWriter::MovementWriter(Connection& connection)
    : add_(connection, "INSERT INTO movements (tenant_id, sequence, moved)"),
      add_items_(connection, "INSERT INTO movement_items (tenant_id, epoch, item, sequence)"),
      add_locations_(connection, "INSERT INTO movement_locations (tenant_id, location, sequence)") {}

bool MovementWriter::write(const engine::TenantBatch& batch) {
    moved_.clear();
    items_.clear();
    locations_.clear();
    for (auto row = batch.movements.begin(); row != batch.movements.end();) {
        const Sequence sequence = row->sequence;
        std::string& moved = moved_.emplace_back(sequence, "[").second;
        for (; row != batch.movements.end() && row->sequence == sequence; ++row) {
            if (row->n > 0) moved += ',';
            append_movement(moved, row->movement);
            items_.push_back({epoch_of(sequence.raw()), row->movement.item, sequence.raw()});
            locations_.push_back({0, row->movement.location, sequence.raw()});
        }
        moved += ']';
    }
    const bool done = add_.add(
        moved_, [&](const auto& row) { return std::tuple(batch.tenant, row.first, std::string_view(row.second)); });
    return done && write_index_rows(batch.tenant);
}

bool MovementWriter::write_index_rows(TenantId tenant) {
    sort_unique(items_);
    sort_unique(locations_);
    return add_items_.add(items_, [tenant](const IndexRow& row) {
        return std::tuple(tenant, row.epoch, row.value, row.sequence);
    }) && add_locations_.add(locations_, [tenant](const IndexRow& row) {
        return std::tuple(tenant, row.value, row.sequence);
    });
}

MovementReader::MovementReader(Connection& connection)
    : cache_(connection),
      head_(connection, "SELECT head FROM tenants WHERE tenant_id = ?"),
      sums_(connection,
            "SELECT j.value ->> '$[0]', j.value ->> '$[1]', sum(j.value ->> '$[3]'), sum(j.value ->> '$[4]'),"
            " sum(j.value ->> '$[5]'), sum(j.value ->> '$[6]') FROM movements m CROSS JOIN json_each(m.moved) j"
            " WHERE m.tenant_id = ? GROUP BY 1, 2 ORDER BY 1, 2") {}

std::vector<MovementRow> MovementReader::find(TenantId tenant, const engine::MovementQuery& query) {
    // CROSS JOIN keeps the order of the loops: what finds the events first, newest first.
    SqlText sql;
    sql.add(
        "SELECT m.sequence, j.key, e.at, j.value ->> '$[0]', j.value ->> '$[1]', j.value ->> '$[2]',"
        " j.value ->> '$[3]', j.value ->> '$[4]', j.value ->> '$[5]', j.value ->> '$[6]', j.value ->> '$[7]',"
        " CASE e.aggregate_kind WHEN 7 THEN e.aggregate_id ELSE 0 END FROM ");
    static_assert(static_cast<int>(core::AggregateKind::order) == 7, "the statement above says so too");
    const bool by_epoch = query.item && !query.order;
    std::string_view lead = "m";
    if (query.order) {
        lead = "e";
        sql.add("events e CROSS JOIN movements m CROSS JOIN json_each(m.moved) j WHERE e.tenant_id = ?", tenant.raw());
        sql.add(" AND (e.sequence = ?", query.order->raw()).add(" OR e.sequence IN (SELECT x.sequence FROM events x");
        sql.add(" INDEXED BY events_by_aggregate WHERE x.tenant_id = ? AND x.aggregate_kind = 7", tenant.raw());
        sql.add(" AND x.aggregate_id = ? AND (x.aggregate_kind <> 7 OR x.aggregate_id <> x.sequence)))",
                query.order->raw());
        sql.add(" AND e.aggregate_kind = 7 AND e.aggregate_id = ?", query.order->raw());
    } else {
        if (by_epoch) {
            lead = "i";
            sql.add("movement_items i CROSS JOIN movements m");
        } else if (query.location) {
            lead = "i";
            sql.add("movement_locations i CROSS JOIN movements m");
        } else {
            sql.add("movements m");
        }
        sql.add(" CROSS JOIN json_each(m.moved) j CROSS JOIN events e WHERE ")
            .add(lead)
            .add(".tenant_id = ?", tenant.raw());
        if (by_epoch) sql.add(" AND i.epoch = ?", std::int64_t{0}).add(" AND i.item = ?", *query.item);
        if (!by_epoch && query.location) sql.add(" AND i.location = ?", *query.location);
        sql.add(" AND e.tenant_id = ? AND e.sequence = m.sequence", tenant.raw());
    }
    if (lead != "m") sql.add(" AND m.tenant_id = ?", tenant.raw()).add(" AND m.sequence = ").add(lead).add(".sequence");
    if (query.item) sql.add(" AND j.value ->> '$[0]' = ?", *query.item);
    if (query.location) sql.add(" AND j.value ->> '$[1]' = ?", *query.location);
    if (query.before.is_set()) {
        sql.add(" AND ").add(lead).add(".sequence <= ?", query.before.raw());
        sql.add(" AND (").add(lead).add(".sequence, j.key) < (?", query.before.raw()).add(", ?)", query.before_n);
    }
    sql.add(" ORDER BY ").add(lead).add(".sequence DESC, j.key DESC LIMIT ?", query.limit);

    std::vector<MovementRow> out;
    if (!by_epoch) {
        read(sql, out);
        return out;
    }
    Sequence newest;
    {
        Cursor row = head_.query(tenant);
        if (row.next()) newest = Sequence(row.number(0));
    }
    if (query.before.is_set()) newest = std::min(newest, query.before);
    for (std::uint64_t next = epoch_of(newest.raw()) + 1; next > 0 && out.size() < query.limit; --next) {
        sql.values[1] = static_cast<std::int64_t>(next - 1);
        sql.values.back() = static_cast<std::int64_t>(query.limit - out.size());
        read(sql, out);
    }
    return out;
}

void MovementReader::read(const SqlText& sql, std::vector<MovementRow>& out) {
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

std::vector<engine::LevelRow> MovementReader::sums(TenantId tenant) {
    std::vector<engine::LevelRow> out;
    for (Cursor row = sums_.query(tenant); row.next();) {
        engine::LevelRow level;
        level.item = row.number32(0);
        level.level.location = row.number32(1);
        level.level.on_hand = core::LevelUnits::clamped(row.integer(2));
        level.level.reserved = core::LevelUnits::clamped(row.integer(3));
        level.level.safety = core::LevelUnits::clamped(row.integer(4));
        level.level.unsellable = core::LevelUnits::clamped(row.integer(5));
        out.push_back(level);
    }
    return out;
}

}  // namespace waybill::storage::sqlite
