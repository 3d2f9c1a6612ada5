#include "storage/postgres/fulfillment_rows.hpp"

#include "storage/fulfillment_walks.hpp"
#include "storage/postgres/sql_text.hpp"

namespace waybill::storage::postgres {

using engine::FulfillmentQuery;
using engine::FulfillmentRow;

namespace {

constexpr std::string_view list_order = " ORDER BY due, priority, order_id, number LIMIT ";

/// One walk, or all of an order, which has few.
void add_select(SqlText& sql, core::TenantId tenant, const FulfillmentQuery& query, const FulfillmentWalk* walk) {
    sql.add(
        "SELECT order_id, number, location, status::integer, is_open::integer, due, priority, doc"
        " FROM fulfillment_rows WHERE tenant_id = ",
        tenant);
    const std::optional<bool> is_open = walk != nullptr ? walk->is_open : query.is_open;
    if (is_open) sql.add(*is_open ? " AND is_open" : " AND NOT is_open");
    if (walk != nullptr && walk->location) {
        sql.add(" AND location = ", *walk->location);
    } else if (!query.locations.empty()) {
        sql.add(" AND location = ANY (", column_of(query.locations)).add(")");
    }
    if (query.order) sql.add(" AND order_id = ", query.order->raw());
    if (query.status) sql.add(" AND status = ", static_cast<std::int64_t>(*query.status));
    if (query.due_until) sql.add(" AND due <= ", std::int64_t{query.due_until->days()});
    if (query.after) {
        sql.add(" AND (due, priority, order_id, number) > (", std::int64_t{query.after->due.days()});
        sql.add(", ", std::int64_t{query.after->priority}).add(", ", query.after->order.raw());
        sql.add(", ", query.after->number).add(")");
    }
    sql.add(list_order, query.limit);
}

SqlText sql_of(core::TenantId tenant, const FulfillmentQuery& query) {
    SqlText sql;
    if (query.order) {
        add_select(sql, tenant, query, nullptr);
        return sql;
    }
    const std::vector<FulfillmentWalk> walks = walks_of(query);
    if (walks.size() == 1) {
        add_select(sql, tenant, query, &walks.front());
        return sql;
    }
    for (const FulfillmentWalk& walk : walks) {
        sql.add(sql.text.empty() ? "(" : " UNION ALL (");
        add_select(sql, tenant, query, &walk);
        sql.add(")");
    }
    return sql.add(list_order, query.limit);
}

}  // namespace

void write_fulfillments(BatchStatements& statements, const engine::TenantBatch& batch) {
    static const Statement put{
        "INSERT INTO fulfillment_rows (tenant_id, order_id, number, location, status, is_open, due, priority, doc)"
        " SELECT $1, u.order_id, u.number, u.location, u.status, u.is_open <> 0, u.due, u.priority, u.doc FROM"
        " unnest($2::bigint[], $3::integer[], $4::integer[], $5::integer[], $6::integer[], $7::integer[],"
        " $8::integer[], $9::text[]) u (order_id, number, location, status, is_open, due, priority, doc)"
        " ON CONFLICT (tenant_id, order_id, number) DO UPDATE SET location = excluded.location,"
        " status = excluded.status, is_open = excluded.is_open, due = excluded.due, priority = excluded.priority,"
        " doc = excluded.doc"};
    if (batch.fulfillments.empty()) return;
    Column order(Type::bigint), number(Type::integer), location(Type::integer), status(Type::integer);
    Column is_open(Type::integer), due(Type::integer), priority(Type::integer), doc(Type::text);
    for (const FulfillmentRow& row : batch.fulfillments) {
        order.add(row.order.raw());
        number.add(row.number);
        location.add(row.location);
        status.add(static_cast<std::int32_t>(row.status));
        is_open.add(row.is_open ? 1 : 0);
        due.add(row.due.days());
        priority.add(row.priority);
        doc.add(row.doc);
    }
    Values values;
    values.add(batch.tenant).add(order).add(number).add(location).add(status).add(is_open).add(due).add(priority);
    statements.add(put, values.add(doc));
}

Connection::Answer<std::vector<FulfillmentRow>> read_fulfillments(Connection& connection, core::TenantId tenant,
                                                                  const FulfillmentQuery& query) {
    const SqlText sql = sql_of(tenant, query);
    const auto rows = connection.run(sql.text, sql.values);
    if (!rows) return fail(rows.error());
    std::vector<FulfillmentRow> out;
    for (int row = 0; row < rows->size(); ++row) {
        out.push_back({.order = core::OrderId(rows->number(row, 0)),
                       .number = static_cast<std::uint32_t>(rows->integer(row, 1)),
                       .location = static_cast<core::LocationIx>(rows->integer(row, 2)),
                       .status = static_cast<core::FulfillmentStatus>(rows->integer(row, 3)),
                       .is_open = rows->integer(row, 4) != 0,
                       .due = CivilDate(static_cast<std::int32_t>(rows->integer(row, 5))),
                       .priority = static_cast<std::int32_t>(rows->integer(row, 6)),
                       .doc = rows->text(row, 7)});
    }
    return out;
}

}  // namespace waybill::storage::postgres
