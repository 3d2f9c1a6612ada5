#include "storage/sqlite/order_tables.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>

#include "base/mutant.hpp"
#include "storage/sqlite/epochs.hpp"
#include "storage/words.hpp"

namespace waybill::storage::sqlite {

using core::OrderId;
using core::TenantId;
using engine::OrderRow;
using engine::StoredOrder;

namespace {

using Locations = std::vector<core::LocationIx>;

std::string list_text(Locations locations) {
    std::sort(locations.begin(), locations.end());
    return fmt::format("{}", fmt::join(locations, ","));
}

/// Reads what list_text wrote.
Locations parse_list(std::string_view text) {
    Locations out;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at < end) {
        core::LocationIx value = 0;
        const auto [next, code] = std::from_chars(at, end, value);
        if (code != std::errc()) break;
        out.push_back(value);
        at = next < end ? next + 1 : end;
    }
    return out;
}

bool contains(const Locations& all, core::LocationIx one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

OrderWriter::OrderWriter(Connection& connection)
    : insert_(connection,
              "INSERT INTO orders (tenant_id, id, channel, channel_order_id, status, customer, placed_at, updated_at,"
              " currency, total_minor, line_count, version, locations, header)"),
      read_old_(connection, "SELECT placed_at, status, customer, locations FROM orders WHERE tenant_id = ? AND id = ?"),
      change_(connection,
              "UPDATE orders SET updated_at = ?3, total_minor = ?4, line_count = ?5, version = ?6, locations = ?7,"
              " header = ?8, status = ?9, customer = ?10 WHERE tenant_id = ?1 AND id = ?2"),
      change_in_place_(
          connection,
          "UPDATE orders SET updated_at = ?3, total_minor = ?4, line_count = ?5, version = ?6, locations = ?7,"
          " header = ?8 WHERE tenant_id = ?1 AND id = ?2"),
      put_block_(connection,
                 "INSERT INTO order_blocks (tenant_id, order_id, block, doc) VALUES (?, ?, ?, ?)"
                 " ON CONFLICT (tenant_id, order_id, block) DO UPDATE SET doc = excluded.doc"),
      add_items_(connection, "INSERT OR IGNORE INTO order_items (tenant_id, epoch, item, placed_at, order_id)"),
      add_locations_(connection,
                     "INSERT OR IGNORE INTO order_locations (tenant_id, epoch, location, placed_at, order_id)"),
      drop_location_(connection,
                     "DELETE FROM order_locations WHERE tenant_id = ? AND epoch = ? AND location = ? AND placed_at = ?"
                     " AND order_id = ?"),
      add_words_(connection, "INSERT OR IGNORE INTO order_words (tenant_id, epoch, word, placed_at, order_id)"),
      add_channel_(connection, "INSERT OR IGNORE INTO order_channels (tenant_id, channel) VALUES (?, ?)"),
      widen_epoch_(connection,
                   "INSERT INTO order_epochs (tenant_id, epoch, placed_min, placed_max) VALUES (?, ?, ?, ?)"
                   " ON CONFLICT (tenant_id, epoch) DO UPDATE SET placed_min = min(placed_min, excluded.placed_min),"
                   " placed_max = max(placed_max, excluded.placed_max)") {}

bool OrderWriter::write(const engine::TenantBatch& batch) {
    new_.clear();
    epochs_.clear();
    channels_.clear();
    items_.clear();
    locations_.clear();
    words_.clear();
    for (const OrderRow& order : batch.orders) {
        if (order.is_new) {
            note_new(order);
        } else if (!change(batch.tenant, order)) {
            return false;
        }
    }
    return insert_new(batch.tenant) && write_index_rows(batch.tenant);
}

bool OrderWriter::insert_new(TenantId tenant) {
    const bool done = insert_.add(new_, [tenant](const auto& row) {
        const OrderRow& order = *row.first;
        return std::tuple(tenant, order.id, order.channel, std::string_view(order.channel_order_id), order.status,
                          order.customer, order.placed_at, order.updated_at, std::string_view(order.currency),
                          order.total_minor, order.line_count, order.version, std::string_view(row.second),
                          std::string_view(order.header));
    });
    return done &&
           std::all_of(new_.begin(), new_.end(), [&](const auto& row) { return write_blocks(tenant, *row.first); });
}

void OrderWriter::note_new(const OrderRow& order) {
    new_.emplace_back(&order, list_text(order.locations));
    channels_.insert(order.channel);
    const std::int64_t placed_at = order.placed_at.micros();
    const std::uint64_t epoch = epoch_of(order.id.raw());
    auto& [first, last] = epochs_.try_emplace(epoch, placed_at, placed_at).first->second;
    first = std::min(first, placed_at);
    last = std::max(last, placed_at);
    note_items(order, placed_at);
    note_words(order, placed_at);
    for (const core::LocationIx location : order.locations) {
        locations_.push_back({epoch, location, placed_at, order.id.raw()});
    }
}

bool OrderWriter::change(TenantId tenant, const OrderRow& order) {
    std::int64_t placed_at = 0;
    bool index_columns_stay = false;
    Locations before;
    {
        Cursor row = read_old_.query(tenant, order.id);
        if (!row.next()) {
            read_old_.connection().refuse(
                {engine::IoFailure::conflict, fmt::format("order {} does not exist", order.id.raw())});
            return false;
        }
        placed_at = row.integer(0);
        index_columns_stay =
            row.integer(1) == static_cast<std::int64_t>(order.status) && row.number(2) == order.customer.raw();
        before = parse_list(row.text(3));
    }
    // An UPDATE rewrites every index that has a column of its SET list, changed or not; hence two statements.
    const std::string locations = list_text(order.locations);
    const bool done = index_columns_stay || WAYBILL_MUTANT(sqlite_status_stale)
                          ? change_in_place_.run(tenant, order.id, order.updated_at, order.total_minor,
                                                 order.line_count, order.version, locations, order.header)
                          : change_.run(tenant, order.id, order.updated_at, order.total_minor, order.line_count,
                                        order.version, locations, order.header, order.status, order.customer);
    if (!done) return false;
    const std::uint64_t epoch = epoch_of(order.id.raw());
    for (const core::LocationIx location : before) {
        if (contains(order.locations, location) || WAYBILL_MUTANT(sqlite_place_index_kept)) continue;
        if (!drop_location_.run(tenant, epoch, location, placed_at, order.id)) return false;
    }
    for (const core::LocationIx location : order.locations) {
        if (!contains(before, location)) locations_.push_back({epoch, location, placed_at, order.id.raw()});
    }
    note_items(order, placed_at);
    note_words(order, placed_at);
    return write_blocks(tenant, order);
}

bool OrderWriter::write_blocks(TenantId tenant, const OrderRow& order) {
    for (const engine::OrderBlock& block : order.blocks) {
        if (!put_block_.run(tenant, order.id, block.block, block.doc)) return false;
    }
    return true;
}

void OrderWriter::note_items(const OrderRow& order, std::int64_t placed_at) {
    const std::uint64_t epoch = epoch_of(order.id.raw());
    for (const core::ItemIx item : order.items) items_.push_back({epoch, item, placed_at, order.id.raw()});
}

void OrderWriter::note_words(const OrderRow& order, std::int64_t placed_at) {
    if (order.search_text.empty()) return;
    const std::uint64_t epoch = epoch_of(order.id.raw());
    for (std::string& word : words_of(order.search_text)) {
        words_.push_back({epoch, std::move(word), placed_at, order.id.raw()});
    }
}

bool OrderWriter::write_index_rows(TenantId tenant) {
    for (const auto& [epoch, placed] : epochs_) {
        if (!widen_epoch_.run(tenant, epoch, placed.first, placed.second)) return false;
    }
    for (const core::ChannelIx channel : channels_) {
        if (!add_channel_.run(tenant, channel)) return false;
    }
    std::sort(items_.begin(), items_.end());
    std::sort(locations_.begin(), locations_.end());
    std::sort(words_.begin(), words_.end());
    const auto values = [tenant](const IndexRow& row) {
        return std::tuple(tenant, row.epoch, row.value, row.placed_at, row.order);
    };
    return add_items_.add(items_, values) && add_locations_.add(locations_, values) &&
           add_words_.add(words_, [tenant](const WordRow& row) {
               return std::tuple(tenant, row.epoch, std::string_view(row.word), row.placed_at, row.order);
           });
}

OrderReader::OrderReader(Connection& connection)
    : find_(connection, "SELECT header FROM orders WHERE tenant_id = ? AND id = ?"),
      by_channel_(connection, "SELECT id FROM orders WHERE tenant_id = ? AND channel = ? AND channel_order_id = ?"),
      scan_(connection, "SELECT id, header FROM orders WHERE tenant_id = ? AND id > ? ORDER BY id LIMIT ?"),
      blocks_(connection, "SELECT block, doc FROM order_blocks WHERE tenant_id = ? AND order_id = ? ORDER BY block"),
      placed_(connection, "SELECT at, schema_version, body FROM events WHERE tenant_id = ? AND sequence = ?") {}

void OrderReader::complete(TenantId tenant, OrderId id, engine::Blocks blocks, StoredOrder& order) {
    if (!order.header.empty()) {
        if (blocks == engine::Blocks::with) order.blocks = blocks_of(tenant, id);
        return;
    }
    Cursor row = placed_.query(tenant, id);
    if (row.next()) order.placed = {core::Sequence(id.raw()), row.instant(0), row.number32(1), row.text(2)};
}

std::vector<engine::OrderBlock> OrderReader::blocks_of(TenantId tenant, OrderId id) {
    std::vector<engine::OrderBlock> out;
    for (Cursor row = blocks_.query(tenant, id); row.next();) out.push_back({row.number32(0), row.text(1)});
    return out;
}

std::optional<StoredOrder> OrderReader::find(TenantId tenant, OrderId id, engine::Blocks blocks) {
    StoredOrder out;
    {
        Cursor row = find_.query(tenant, id);
        if (!row.next()) return std::nullopt;
        out.header = row.text(0);
    }
    complete(tenant, id, blocks, out);
    return out;
}

std::optional<OrderId> OrderReader::find_by_channel(TenantId tenant, core::ChannelIx channel,
                                                    std::string_view channel_order_id) {
    Cursor row = by_channel_.query(tenant, channel, channel_order_id);
    if (!row.next()) return std::nullopt;
    return OrderId(row.number(0));
}

std::vector<StoredOrder> OrderReader::scan(TenantId tenant, OrderId after, std::uint32_t limit) {
    std::vector<StoredOrder> out;
    for (Cursor row = scan_.query(tenant, after, limit); row.next();) {
        StoredOrder& order = out.emplace_back();
        order.header = row.text(1);
        complete(tenant, OrderId(row.number(0)), engine::Blocks::with, order);
    }
    return out;
}

}  // namespace waybill::storage::sqlite
