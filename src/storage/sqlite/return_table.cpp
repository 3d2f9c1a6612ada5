#include "storage/sqlite/return_table.hpp"

#include <optional>

#include "storage/return_walks.hpp"

namespace waybill::storage::sqlite {

using engine::ReturnQuery;
using engine::ReturnRow;

namespace {

void add_return_columns(SqlText& sql, core::TenantId tenant) {
    sql.add("SELECT order_id, number, location, status, is_open, requested_at, doc FROM return_rows");
    sql.add(" WHERE tenant_id = ?", tenant.raw());
}

/// Those of all locations of the query. The sign keeps the indexes by location out of it.
void add_return_locations(SqlText& sql, const ReturnQuery& query) {
    if (query.locations.empty() && !query.with_anywhere) return;
    if (query.locations.empty()) {
        sql.add(" AND +location IS NULL");
        return;
    }
    sql.add(" AND (+location IN ").add_list(query.locations);
    sql.add(query.with_anywhere ? " OR +location IS NULL)" : ")");
}

/// From where the last page ended, in the order of the list.
void add_return_order(SqlText& sql, const ReturnQuery& query) {
    if (query.after) {
        sql.add(" AND (requested_at, order_id, number) > (?", query.after->requested_at.micros());
        sql.add(", ?", query.after->order.raw()).add(", ?", query.after->number).add(")");
    }
    sql.add(" ORDER BY requested_at, order_id, number LIMIT ?", query.limit);
}

/// An order has few, which its key finds: the sign keeps the indexes of lists out of it.
SqlText sql_of_order_returns(core::TenantId tenant, const ReturnQuery& query) {
    SqlText sql;
    add_return_columns(sql, tenant);
    sql.add(" AND order_id = ?", query.order->raw());
    if (query.is_open) sql.add(" AND +is_open = ?", std::int64_t{*query.is_open ? 1 : 0});
    if (query.status) sql.add(" AND +status = ?", static_cast<std::int64_t>(*query.status));
    add_return_locations(sql, query);
    add_return_order(sql, query);
    return sql;
}

SqlText sql_of_return_walk(core::TenantId tenant, const ReturnQuery& query, const ReturnWalk& walk) {
    SqlText sql;
    add_return_columns(sql, tenant);
    if (!walk.location) {
        add_return_locations(sql, query);
    } else if (*walk.location == core::no_index) {
        sql.add(" AND location IS NULL");
    } else {
        sql.add(" AND location = ?", *walk.location);
    }
    if (walk.is_open) {
        sql.add(" AND is_open = ?", std::int64_t{*walk.is_open ? 1 : 0});
    } else {
        sql.add(" AND status = ?", static_cast<std::int64_t>(*query.status));
        if (query.is_open) sql.add(" AND +is_open = ?", std::int64_t{*query.is_open ? 1 : 0});
    }
    add_return_order(sql, query);
    return sql;
}

SqlText sql_of_returns(core::TenantId tenant, const ReturnQuery& query) {
    if (query.order) return sql_of_order_returns(tenant, query);
    const std::vector<ReturnWalk> walks = walks_of(query);
    if (walks.size() == 1) return sql_of_return_walk(tenant, query, walks.front());
    SqlText sql;
    for (const ReturnWalk& walk : walks) {
        sql.add(sql.text.empty() ? "SELECT * FROM (" : " UNION ALL SELECT * FROM (");
        sql.add(sql_of_return_walk(tenant, query, walk)).add(")");
    }
    return sql.add(" ORDER BY requested_at, order_id, number LIMIT ?", query.limit);
}

}  // namespace

ReturnWriter::ReturnWriter(Connection& connection)
    : put_(connection,
           "INSERT INTO return_rows (tenant_id, order_id, number, location, status, is_open, requested_at, doc)"
           " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant_id, order_id, number) DO UPDATE SET"
           " location = excluded.location, status = excluded.status, is_open = excluded.is_open,"
           " requested_at = excluded.requested_at, doc = excluded.doc") {}

bool ReturnWriter::write(const engine::TenantBatch& batch) {
    for (const ReturnRow& row : batch.returns) {
        std::optional<std::uint32_t> location;
        if (row.location != core::no_index) location = row.location;
        const std::int64_t is_open = row.is_open ? 1 : 0;
        if (!put_.run(batch.tenant, row.order, row.number, location, row.status, is_open, row.requested_at, row.doc)) {
            return false;
        }
    }
    return true;
}

std::vector<ReturnRow> ReturnReader::find(core::TenantId tenant, const ReturnQuery& query) {
    std::vector<ReturnRow> out;
    for (Cursor row = cache_.query(sql_of_returns(tenant, query)); row.next();) {
        out.push_back({.order = core::OrderId(row.number(0)),
                       .number = row.number32(1),
                       .location = row.is_null(2) ? core::no_index : row.number32(2),
                       .status = static_cast<core::ReturnStatus>(row.integer(3)),
                       .is_open = row.integer(4) != 0,
                       .requested_at = Instant(row.integer(5)),
                       .doc = row.text(6)});
    }
    return out;
}

}  // namespace waybill::storage::sqlite
