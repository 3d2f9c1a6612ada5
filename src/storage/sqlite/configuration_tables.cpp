#include "storage/sqlite/configuration_tables.hpp"

#include <fmt/format.h>

namespace waybill::storage::sqlite {

using core::TenantId;
using engine::DocKind;

namespace {

constexpr std::array<std::string_view, engine::doc_kinds> tables{"settings", "items", "locations",     "channels",
                                                                 "api_keys", "feeds", "postcode_areas"};

}  // namespace

ConfigurationWriter::ConfigurationWriter(Connection& connection)
    : put_level_(connection,
                 "INSERT INTO inventory_levels (tenant_id, item, location, on_hand, reserved, safety, unsellable, feed,"
                 " feed_sequence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                 " ON CONFLICT (tenant_id, item, location) DO UPDATE SET on_hand = excluded.on_hand,"
                 " reserved = excluded.reserved, safety = excluded.safety, unsellable = excluded.unsellable,"
                 " feed = excluded.feed, feed_sequence = excluded.feed_sequence"),
      put_capacity_(
          connection,
          "INSERT INTO capacity_days (tenant_id, location, day, orders, units) VALUES (?, ?, ?, ?, ?)"
          " ON CONFLICT (tenant_id, location, day) DO UPDATE SET orders = excluded.orders, units = excluded.units") {
    for (std::size_t kind = 0; kind < engine::doc_kinds; ++kind) {
        put_doc_[kind] = std::make_unique<Statement>(
            connection,
            fmt::format("INSERT INTO {} (tenant_id, ix, code, doc) VALUES (?, ?, ?, ?) ON CONFLICT (tenant_id, ix)"
                        " DO UPDATE SET code = excluded.code, doc = excluded.doc",
                        tables[kind]));
    }
}

bool ConfigurationWriter::write(const engine::TenantBatch& batch) {
    for (const engine::DocRow& row : batch.docs) {
        if (!put_doc_[static_cast<std::size_t>(row.kind)]->run(batch.tenant, row.ix, row.code, row.doc)) return false;
    }
    for (const engine::LevelRow& row : batch.levels) {
        const core::Level& level = row.level;
        const auto put = [&](const auto& feed) {
            return put_level_.run(batch.tenant, row.item, level.location, level.on_hand, level.reserved, level.safety,
                                  level.unsellable, feed, level.feed_sequence);
        };
        if (!(level.feed == core::no_index ? put(std::nullopt) : put(level.feed))) return false;
    }
    for (const engine::CapacityRow& row : batch.capacity) {
        if (!put_capacity_.run(batch.tenant, row.location, row.day.day.days(), row.day.orders, row.day.units)) {
            return false;
        }
    }
    return true;
}

void read_configuration(Connection& connection, TenantId tenant, engine::ConfigurationSink& sink) {
    for (std::size_t kind = 0; kind < engine::doc_kinds; ++kind) {
        Statement docs(connection,
                       fmt::format("SELECT ix, code, doc FROM {} WHERE tenant_id = ? ORDER BY ix", tables[kind]));
        for (Cursor row = docs.query(tenant); row.next();) {
            sink.on_doc({static_cast<DocKind>(kind), row.number32(0), row.text(1), row.text(2)});
        }
    }
    Statement levels(
        connection,
        "SELECT item, location, on_hand, reserved, safety, unsellable, feed, feed_sequence FROM inventory_levels"
        " WHERE tenant_id = ? ORDER BY item, location");
    for (Cursor row = levels.query(tenant); row.next();) {
        engine::LevelRow level;
        level.item = row.number32(0);
        level.level = {.location = row.number32(1),
                       .feed = row.is_null(6) ? core::no_index : row.number32(6),
                       .feed_sequence = row.number(7),
                       .on_hand = core::LevelUnits::clamped(row.integer(2)),
                       .reserved = core::LevelUnits::clamped(row.integer(3)),
                       .safety = core::LevelUnits::clamped(row.integer(4)),
                       .unsellable = core::LevelUnits::clamped(row.integer(5))};
        sink.on_level(level);
    }
    Statement capacity(
        connection,
        "SELECT location, day, orders, units FROM capacity_days WHERE tenant_id = ? ORDER BY location, day");
    for (Cursor row = capacity.query(tenant); row.next();) {
        const auto day = CivilDate(static_cast<std::int32_t>(row.integer(1)));
        sink.on_capacity({row.number32(0), {day, row.integer(2), row.integer(3)}});
    }
}

}  // namespace waybill::storage::sqlite
