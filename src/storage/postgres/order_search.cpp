#include "storage/postgres/order_search.hpp"

#include "storage/postgres/sql_text.hpp"
#include "storage/postgres/word_query_text.hpp"

namespace waybill::storage::postgres {

using core::OrderId;
using core::TenantId;
using engine::OrderPosition;
using engine::OrderQuery;
template <class T>
using Answer = Connection::Answer<T>;

namespace {

/// Words that so many orders have are checked order by order, from the newest on: a page is soon full. Rarer ones are
/// looked up first.
constexpr std::int64_t listed_orders_max = 2'000;

/// The orders that the words find by what they say themselves, by the person who came with them, or by a person whom
/// their customer names. Not set: too many for a list.
Answer<std::optional<Column>> orders_with_words(Connection& connection, TenantId tenant, const std::string& words) {
    const auto limit = listed_orders_max + 1;
    SqlText sql;
    sql.add("(SELECT s.order_id FROM order_search s WHERE s.tenant_id = ", tenant);
    sql.add(" AND s.words @@ ", words).add("::tsquery LIMIT ", limit);
    sql.add(") UNION (SELECT p.id FROM persons p WHERE p.tenant_id = ", tenant).add(" AND p.of_order");
    sql.add(" AND p.words @@ ", words).add("::tsquery LIMIT ", limit);
    sql.add(") UNION (SELECT DISTINCT o.id FROM persons p JOIN orders o ON o.tenant_id = ", tenant);
    sql.add(" AND o.customer = p.customer AND o.customer <> 0 WHERE p.tenant_id = ", tenant);
    sql.add(" AND NOT p.of_order AND p.customer <> 0 AND p.words @@ ", words).add("::tsquery LIMIT ", limit).add(")");
    const auto rows = connection.run(sql.text, sql.values);
    if (!rows) return fail(rows.error());
    if (rows->size() > listed_orders_max) return std::optional<Column>();
    Column ids(Type::bigint);
    for (int row = 0; row < rows->size(); ++row) ids.add(rows->integer(row, 0));
    return std::optional(std::move(ids));
}

/// The same as a condition on one order.
void add_words_condition(SqlText& sql, TenantId tenant, const std::string& words) {
    sql.add(" AND (s.words @@ ", words)
        .add("::tsquery OR EXISTS (SELECT 1 FROM persons p WHERE p.tenant_id = ", tenant);
    sql.add(" AND p.id = o.id AND p.of_order AND p.words @@ ", words).add("::tsquery)");
    sql.add(" OR o.customer <> 0 AND EXISTS (SELECT 1 FROM persons p WHERE p.tenant_id = ", tenant);
    sql.add(" AND p.customer = o.customer AND p.customer <> 0 AND NOT p.of_order AND p.words @@ ", words);
    sql.add("::tsquery))");
}

void add_filters(SqlText& sql, const OrderQuery& query) {
    if (!query.statuses.empty()) {
        std::vector<std::uint32_t> codes;
        for (const auto status : query.statuses) codes.push_back(static_cast<std::uint32_t>(status));
        sql.add(" AND o.status = ANY (", column_of(codes)).add(")");
    }
    if (query.channel) sql.add(" AND o.channel = ", *query.channel);
    // 0 is no customer and has no index; written out, the others are known to be in it.
    if (query.customer)
        sql.add(query.customer->is_set() ? " AND o.customer <> 0 AND o.customer = " : " AND o.customer = ",
                query.customer->raw());
    if (query.item) sql.add(" AND s.items @> ", column_of(std::vector{*query.item}));
    if (query.location) sql.add(" AND s.locations @> ", column_of(std::vector{*query.location}));
    if (!query.scope.empty()) sql.add(" AND s.locations && ", column_of(query.scope));
    if (query.placed_from.is_set()) sql.add(" AND o.placed_at >= ", query.placed_from);
    if (query.placed_before.is_set()) sql.add(" AND o.placed_at < ", query.placed_before);
    if (query.after) {
        sql.add(" AND (o.placed_at, o.id) < (", query.after->first).add(", ", query.after->second).add(")");
    }
}

}  // namespace

Answer<std::vector<OrderPosition>> find_orders(Connection& connection, TenantId tenant, const OrderQuery& query) {
    std::vector<OrderPosition> out;
    if (query.limit == 0) return out;
    SqlText sql;
    sql.add("SELECT o.placed_at, o.id FROM orders o JOIN order_search s ON s.tenant_id = ", tenant);
    sql.add(" AND s.order_id = o.id WHERE o.tenant_id = ", tenant);
    add_filters(sql, query);
    if (!query.text.empty()) {
        const WordQuery words = word_query(query.text);
        if (words.is_empty()) return out;
        const std::string text = query_text(words);
        if (!query.text_in_persons) {
            sql.add(" AND s.words @@ ", text).add("::tsquery");
        } else {
            const auto listed = orders_with_words(connection, tenant, text);
            if (!listed) return fail(listed.error());
            if (*listed) {
                sql.add(" AND o.id = ANY (", **listed).add(")");
            } else {
                add_words_condition(sql, tenant, text);
            }
        }
    }
    sql.add(" ORDER BY o.placed_at DESC, o.id DESC LIMIT ", query.limit);
    const auto rows = connection.run(sql.text, sql.values);
    if (!rows) return fail(rows.error());
    for (int row = 0; row < rows->size(); ++row) out.emplace_back(rows->instant(row, 0), OrderId(rows->number(row, 1)));
    return out;
}

}  // namespace waybill::storage::postgres
