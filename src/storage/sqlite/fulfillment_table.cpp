#include "storage/sqlite/fulfillment_table.hpp"

#include "storage/fulfillment_walks.hpp"

namespace waybill::storage::sqlite {

using engine::FulfillmentQuery;
using engine::FulfillmentRow;

namespace {

void add_columns(SqlText& sql, core::TenantId tenant) {
    sql.add("SELECT order_id, number, location, status, is_open, due, priority, doc FROM fulfillment_rows");
    sql.add(" WHERE tenant_id = ?", tenant.raw());
}

/// The filters that have no index of their own, and the order of the list.
void add_rest(SqlText& sql, const FulfillmentQuery& query) {
    if (query.status) sql.add(" AND status = ?", static_cast<std::int64_t>(*query.status));
    if (query.due_until) sql.add(" AND due <= ?", std::int64_t{query.due_until->days()});
    if (query.after) {
        sql.add(" AND (due, priority, order_id, number) > (?", std::int64_t{query.after->due.days()});
        sql.add(", ?", std::int64_t{query.after->priority}).add(", ?", query.after->order.raw());
        sql.add(", ?", query.after->number).add(")");
    }
    sql.add(" ORDER BY due, priority, order_id, number LIMIT ?", query.limit);
}

/// An order has few, which its key finds: the sign keeps the indexes of lists out of it.
SqlText sql_of_order(core::TenantId tenant, const FulfillmentQuery& query) {
    SqlText sql;
    add_columns(sql, tenant);
    sql.add(" AND order_id = ?", query.order->raw());
    if (query.is_open) sql.add(" AND +is_open = ?", std::int64_t{*query.is_open ? 1 : 0});
    if (!query.locations.empty()) sql.add(" AND +location IN ").add_list(query.locations);
    add_rest(sql, query);
    return sql;
}

SqlText sql_of_walk(core::TenantId tenant, const FulfillmentQuery& query, const FulfillmentWalk& walk) {
    SqlText sql;
    add_columns(sql, tenant);
    sql.add(" AND is_open = ?", std::int64_t{walk.is_open ? 1 : 0});
    if (walk.location) {
        sql.add(" AND location = ?", *walk.location);
    } else if (!query.locations.empty()) {
        sql.add(" AND location IN ").add_list(query.locations);
    }
    add_rest(sql, query);
    return sql;
}

SqlText sql_of(core::TenantId tenant, const FulfillmentQuery& query) {
    if (query.order) return sql_of_order(tenant, query);
    const std::vector<FulfillmentWalk> walks = walks_of(query);
    if (walks.size() == 1) return sql_of_walk(tenant, query, walks.front());
    SqlText sql;
    for (const FulfillmentWalk& walk : walks) {
        sql.add(sql.text.empty() ? "SELECT * FROM (" : " UNION ALL SELECT * FROM (");
        sql.add(sql_of_walk(tenant, query, walk)).add(")");
    }
    return sql.add(" ORDER BY due, priority, order_id, number LIMIT ?", query.limit);
}

}  // namespace

FulfillmentWriter::FulfillmentWriter(Connection& connection)
    : put_(connection,
           "INSERT INTO fulfillment_rows (tenant_id, order_id, number, location, status, is_open, due, priority, doc)"
           " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant_id, order_id, number) DO UPDATE SET"
           " location = excluded.location, status = excluded.status, is_open = excluded.is_open, due = excluded.due,"
           " priority = excluded.priority, doc = excluded.doc") {}

bool FulfillmentWriter::write(const engine::TenantBatch& batch) {
    for (const FulfillmentRow& row : batch.fulfillments) {
        const std::int64_t is_open = row.is_open ? 1 : 0;
        if (!put_.run(batch.tenant, row.order, row.number, row.location, row.status, is_open, row.due.days(),
                      row.priority, row.doc)) {
            return false;
        }
    }
    return true;
}

std::vector<FulfillmentRow> FulfillmentReader::find(core::TenantId tenant, const FulfillmentQuery& query) {
    std::vector<FulfillmentRow> out;
    for (Cursor row = cache_.query(sql_of(tenant, query)); row.next();) {
        out.push_back({.order = core::OrderId(row.number(0)),
                       .number = row.number32(1),
                       .location = row.number32(2),
                       .status = static_cast<core::FulfillmentStatus>(row.integer(3)),
                       .is_open = row.integer(4) != 0,
                       .due = CivilDate(static_cast<std::int32_t>(row.integer(5))),
                       .priority = static_cast<std::int32_t>(row.integer(6)),
                       .doc = row.text(7)});
    }
    return out;
}

}  // namespace waybill::storage::sqlite
