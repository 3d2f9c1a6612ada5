#include "storage/postgres/return_rows.hpp"

#include "storage/postgres/sql_text.hpp"
#include "storage/return_walks.hpp"

namespace waybill::storage::postgres {

using engine::ReturnQuery;
using engine::ReturnRow;

namespace {

constexpr std::string_view return_list_order = " ORDER BY requested_at, order_id, number LIMIT ";

void add_return_locations(SqlText& sql, const ReturnQuery& query, const ReturnWalk* walk) {
    const bool is_one = walk != nullptr && walk->location;
    if (is_one && *walk->location != core::no_index) {
        sql.add(" AND location = ", *walk->location);
    } else if (is_one || (query.locations.empty() && query.with_anywhere)) {
        sql.add(" AND location IS NULL");
    } else if (!query.locations.empty()) {
        sql.add(" AND (location = ANY (", column_of(query.locations)).add(")");
        sql.add(query.with_anywhere ? " OR location IS NULL)" : ")");
    }
}

/// One walk, or all of an order, which has few.
void add_return_select(SqlText& sql, core::TenantId tenant, const ReturnQuery& query, const ReturnWalk* walk) {
    sql.add(
        "SELECT order_id, number, location, status::integer, is_open::integer, requested_at, doc"
        " FROM return_rows WHERE tenant_id = ",
        tenant);
    add_return_locations(sql, query, walk);
    const std::optional<bool> is_open = walk != nullptr && walk->is_open ? walk->is_open : query.is_open;
    if (is_open) sql.add(*is_open ? " AND is_open" : " AND NOT is_open");
    if (query.status) sql.add(" AND status = ", static_cast<std::int64_t>(*query.status));
    if (query.order) sql.add(" AND order_id = ", query.order->raw());
    if (query.after) {
        sql.add(" AND (requested_at, order_id, number) > (", query.after->requested_at.micros());
        sql.add(", ", query.after->order.raw()).add(", ", query.after->number).add(")");
    }
    sql.add(return_list_order, query.limit);
}

SqlText sql_of_returns(core::TenantId tenant, const ReturnQuery& query) {
    SqlText sql;
    if (query.order) {
        add_return_select(sql, tenant, query, nullptr);
        return sql;
    }
    const std::vector<ReturnWalk> walks = walks_of(query);
    if (walks.size() == 1) {
        add_return_select(sql, tenant, query, &walks.front());
        return sql;
    }
    for (const ReturnWalk& walk : walks) {
        sql.add(sql.text.empty() ? "(" : " UNION ALL (");
        add_return_select(sql, tenant, query, &walk);
        sql.add(")");
    }
    return sql.add(return_list_order, query.limit);
}

}  // namespace

void write_returns(BatchStatements& statements, const engine::TenantBatch& batch) {
    static const Statement put{
        "INSERT INTO return_rows (tenant_id, order_id, number, location, status, is_open, requested_at, doc)"
        " SELECT $1, u.order_id, u.number, u.location, u.status, u.is_open <> 0, u.requested_at, u.doc FROM"
        " unnest($2::bigint[], $3::integer[], $4::integer[], $5::integer[], $6::integer[], $7::bigint[], $8::text[]) u"
        " (order_id, number, location, status, is_open, requested_at, doc)"
        " ON CONFLICT (tenant_id, order_id, number) DO UPDATE SET location = excluded.location,"
        " status = excluded.status, is_open = excluded.is_open, requested_at = excluded.requested_at,"
        " doc = excluded.doc"};
    if (batch.returns.empty()) return;
    Column order(Type::bigint), number(Type::integer), location(Type::integer), status(Type::integer);
    Column is_open(Type::integer), requested_at(Type::bigint), doc(Type::text);
    for (const ReturnRow& row : batch.returns) {
        order.add(row.order.raw());
        number.add(row.number);
        if (row.location == core::no_index) {
            location.add_null();
        } else {
            location.add(row.location);
        }
        status.add(static_cast<std::int32_t>(row.status));
        is_open.add(row.is_open ? 1 : 0);
        requested_at.add(row.requested_at.micros());
        doc.add(row.doc);
    }
    Values values;
    values.add(batch.tenant).add(order).add(number).add(location).add(status).add(is_open).add(requested_at);
    statements.add(put, values.add(doc));
}

Connection::Answer<std::vector<ReturnRow>> read_returns(Connection& connection, core::TenantId tenant,
                                                        const ReturnQuery& query) {
    const SqlText sql = sql_of_returns(tenant, query);
    const auto rows = connection.run(sql.text, sql.values);
    if (!rows) return fail(rows.error());
    std::vector<ReturnRow> out;
    for (int row = 0; row < rows->size(); ++row) {
        out.push_back({.order = core::OrderId(rows->number(row, 0)),
                       .number = static_cast<std::uint32_t>(rows->integer(row, 1)),
                       .location = rows->is_null(row, 2) ? core::no_index : rows->number32(row, 2),
                       .status = static_cast<core::ReturnStatus>(rows->integer(row, 3)),
                       .is_open = rows->integer(row, 4) != 0,
                       .requested_at = Instant(rows->integer(row, 5)),
                       .doc = rows->text(row, 6)});
    }
    return out;
}

}  // namespace waybill::storage::postgres
