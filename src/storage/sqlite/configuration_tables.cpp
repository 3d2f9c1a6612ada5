#include "storage/sqlite/configuration_tables.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

namespace waybill::storage::sqlite {

using core::TenantId;
using engine::DocKind;

namespace {

constexpr std::array<std::string_view, engine::doc_kinds> tables{"settings",         "items",
                                                                 "locations",        "channels",
                                                                 "api_keys",         "feeds",
                                                                 "postcode_areas",   "rule_sets",
                                                                 "rule_activations", "rate_tables",
                                                                 "webhooks",         "webhook_progress",
                                                                 "item_demand",      "message_templates",
                                                                 "message_progress"};

}  // namespace

ConfigurationWriter::ConfigurationWriter(Connection& connection)
    : put_levels_(connection,
                  "INSERT OR REPLACE INTO inventory_levels (tenant_id, item, location, on_hand, reserved, safety,"
                  " unsellable, feed, feed_sequence)"),
      put_capacity_(connection, "INSERT OR REPLACE INTO capacity_days (tenant_id, location, day, orders, units)") {
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
    return write_levels(batch) && put_capacity_.add(batch.capacity, [&](const engine::CapacityRow& row) {
        return std::tuple(batch.tenant, row.location, row.day.day.days(), row.day.orders, row.day.units);
    });
}

bool ConfigurationWriter::write_levels(const engine::TenantBatch& batch) {
    levels_.clear();
    for (const engine::LevelRow& row : batch.levels) levels_.push_back(&row);
    std::sort(levels_.begin(), levels_.end(), [](const auto* a, const auto* b) {
        return std::pair(a->item, a->level.location) < std::pair(b->item, b->level.location);
    });
    return put_levels_.add(levels_, [&](const engine::LevelRow* row) {
        const core::Level& level = row->level;
        std::optional<std::uint32_t> feed;
        if (level.feed != core::no_index) feed = level.feed;
        return std::tuple(batch.tenant, row->item, level.location, level.on_hand, level.reserved, level.safety,
                          level.unsellable, feed, level.feed_sequence);
    });
}

void read_configuration(Connection& connection, TenantId tenant, engine::ConfigurationSink& sink) {
    const bool is_settings = sink.wants() == engine::ConfigurationSink::Wants::settings;
    const std::size_t kinds = is_settings ? 1 : engine::doc_kinds;
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        Statement docs(connection,
                       fmt::format("SELECT ix, code, doc FROM {} WHERE tenant_id = ? ORDER BY ix", tables[kind]));
        for (Cursor row = docs.query(tenant); row.next();) {
            sink.on_doc({static_cast<DocKind>(kind), row.number32(0), row.text(1), row.text(2)});
        }
    }
    if (sink.wants() != engine::ConfigurationSink::Wants::everything) return;
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

std::optional<TenantId> find_tenant_of_key(Connection& connection, std::string_view hash) {
    Statement owner(connection,
                    "SELECT tenant_id FROM api_keys JOIN tenants USING (tenant_id) WHERE code = ? AND name <> ''"
                    " ORDER BY tenant_id LIMIT 1");
    Cursor row = owner.query(hash);
    if (!row.next()) return std::nullopt;
    return TenantId(row.number32(0));
}

}  // namespace waybill::storage::sqlite
