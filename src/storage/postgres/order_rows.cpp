#include "storage/postgres/order_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "storage/words.hpp"

namespace waybill::storage::postgres {

using core::OrderId;
using core::TenantId;
using engine::OrderRow;
using engine::StoredOrder;

namespace {

/// "1,2,3": lists of different lengths can not be one array. Taken apart by string_to_array and not as the text of an
/// array, which PostgreSQL calls STABLE: Citus has no such functions in a change of rows.
std::string list_text(std::vector<std::uint32_t> values) {
    std::sort(values.begin(), values.end());
    return fmt::format("{}", fmt::join(values, ","));
}

using Orders = std::vector<const OrderRow*>;

void insert(BatchStatements& statements, TenantId tenant, const Orders& orders) {
    static const Statement add_orders{
        "INSERT INTO orders (tenant_id, id, channel, channel_order_id, status, customer, placed_at, updated_at,"
        " currency, total_minor, line_count, version, header) SELECT $1, u.* FROM unnest($2::bigint[], $3::integer[],"
        " $4::text[], $5::integer[], $6::bigint[], $7::bigint[], $8::bigint[], $9::text[], $10::bigint[],"
        " $11::integer[], $12::integer[], $13::text[]) u"};
    static const Statement add_search{
        "INSERT INTO order_search (tenant_id, order_id, items, locations, words) SELECT $1, u.id,"
        " string_to_array(u.items, ',')::integer[], string_to_array(u.locations, ',')::integer[],"
        " array_to_tsvector(string_to_array(u.words, ' '))"
        " FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[]) u (id, items, locations, words)"};
    if (orders.empty()) return;
    Column id(Type::bigint), channel(Type::integer), number(Type::text), status(Type::integer), customer(Type::bigint);
    Column placed_at(Type::bigint), updated_at(Type::bigint), currency(Type::text), total(Type::bigint);
    Column lines(Type::integer), version(Type::integer), header(Type::text);
    Column items(Type::text), locations(Type::text), words(Type::text);
    for (const OrderRow* order : orders) {
        id.add(order->id.raw());
        channel.add(order->channel);
        number.add(order->channel_order_id);
        status.add(static_cast<std::uint32_t>(order->status));
        customer.add(order->customer.raw());
        placed_at.add(order->placed_at.micros());
        updated_at.add(order->updated_at.micros());
        currency.add(order->currency);
        total.add(order->total_minor);
        lines.add(order->line_count);
        version.add(order->version);
        header.add(order->header);
        items.add(list_text(order->items));
        locations.add(list_text(order->locations));
        words.add(fmt::format("{}", fmt::join(words_of(order->search_text), " ")));
    }
    Values values;
    values.add(tenant).add(id).add(channel).add(number).add(status).add(customer).add(placed_at).add(updated_at);
    values.add(currency).add(total).add(lines).add(version).add(header);
    statements.add(add_orders, values);
    statements.add(add_search, Values().add(tenant).add(id).add(items).add(locations).add(words));
}

/// REQUIRES: each order once.
void update(BatchStatements& statements, TenantId tenant, const Orders& orders) {
    static const Statement change_orders{
        "UPDATE orders o SET status = u.status, customer = u.customer, updated_at = u.updated_at,"
        " total_minor = u.total, line_count = u.lines, version = u.version, header = u.header"
        " FROM unnest($2::bigint[], $3::integer[], $4::bigint[], $5::bigint[], $6::bigint[], $7::integer[],"
        " $8::integer[], $9::text[]) u (id, status, customer, updated_at, total, lines, version, header)"
        " WHERE o.tenant_id = $1 AND o.id = u.id"};
    static const Statement change_search{
        "UPDATE order_search s SET locations = string_to_array(u.locations, ',')::integer[],"
        " items = s.items || string_to_array(u.items, ',')::integer[],"
        " words = s.words || array_to_tsvector(string_to_array(u.words, ' '))"
        " FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[]) u (id, items, locations, words)"
        " WHERE s.tenant_id = $1 AND s.order_id = u.id"
        " AND (s.locations <> string_to_array(u.locations, ',')::integer[] OR u.items <> '' OR u.words <> '')"};
    if (orders.empty()) return;
    Column id(Type::bigint), status(Type::integer), customer(Type::bigint), updated_at(Type::bigint);
    Column total(Type::bigint), lines(Type::integer), version(Type::integer), header(Type::text);
    Column items(Type::text), locations(Type::text), words(Type::text);
    for (const OrderRow* order : orders) {
        id.add(order->id.raw());
        status.add(static_cast<std::uint32_t>(order->status));
        customer.add(order->customer.raw());
        updated_at.add(order->updated_at.micros());
        total.add(order->total_minor);
        lines.add(order->line_count);
        version.add(order->version);
        header.add(order->header);
        items.add(list_text(order->items));
        locations.add(list_text(order->locations));
        words.add(fmt::format("{}", fmt::join(words_of(order->search_text), " ")));
    }
    Values values;
    values.add(tenant).add(id).add(status).add(customer).add(updated_at).add(total).add(lines).add(version).add(header);
    statements.add_exactly(orders.size(), change_orders, values,
                           fmt::format("tenant {}: an order that is to be changed does not exist", tenant.raw()));
    statements.add(change_search, Values().add(tenant).add(id).add(items).add(locations).add(words));
}

void put_blocks(BatchStatements& statements, const engine::TenantBatch& batch) {
    static const Statement put{
        "INSERT INTO order_blocks (tenant_id, order_id, block, doc) SELECT $1, u.* FROM unnest($2::bigint[],"
        " $3::integer[], $4::text[]) u ON CONFLICT (tenant_id, order_id, block) DO UPDATE SET doc = excluded.doc"};
    using Block = std::tuple<std::uint64_t, std::uint32_t, std::string_view>;
    std::vector<Block> all;
    for (const OrderRow& order : batch.orders) {
        for (const engine::OrderBlock& block : order.blocks) all.emplace_back(order.id.raw(), block.block, block.doc);
    }
    if (all.empty()) return;
    Column id(Type::bigint), number(Type::integer), doc(Type::text);
    const auto key_of = [](const Block& block) { return std::pair(std::get<0>(block), std::get<1>(block)); };
    for (const Block* block : last_of_each(all, key_of)) {
        id.add(std::get<0>(*block));
        number.add(std::get<1>(*block));
        doc.add(std::get<2>(*block));
    }
    statements.add(put, Values().add(batch.tenant).add(id).add(number).add(doc));
}

}  // namespace

void write_orders(BatchStatements& statements, const engine::TenantBatch& batch) {
    Orders added;
    Orders changed;
    std::set<OrderId> in_statement;
    for (const OrderRow& order : batch.orders) {
        if (order.is_new) added.push_back(&order);
    }
    insert(statements, batch.tenant, added);
    for (const OrderRow& order : batch.orders) {
        if (order.is_new) continue;
        if (!in_statement.insert(order.id).second) {
            update(statements, batch.tenant, std::exchange(changed, {}));
            in_statement = {order.id};
        }
        changed.push_back(&order);
    }
    update(statements, batch.tenant, changed);
    put_blocks(statements, batch);
}

namespace {

/// What orders_of reads: those of a tenant, further conditions and their order behind.
std::string stored_orders(std::string_view rest) {
    return fmt::format(
        "SELECT o.id, o.header, e.at, e.schema_version, e.body FROM orders o LEFT JOIN events e ON o.header = ''"
        " AND e.tenant_id = o.tenant_id AND e.sequence = o.id WHERE o.tenant_id = $1 AND {}",
        rest);
}

}  // namespace

std::vector<NamedOrder> orders_of(const Rows& rows) {
    std::vector<NamedOrder> out;
    for (int row = 0; row < rows.size(); ++row) {
        auto& [id, order] = out.emplace_back();
        id = OrderId(rows.number(row, 0));
        order.header = rows.text(row, 1);
        if (!order.header.empty() || rows.is_null(row, 2)) continue;
        order.placed = {core::Sequence(id.raw()), rows.instant(row, 2), rows.number32(row, 3), rows.text(row, 4)};
    }
    return out;
}

Connection::Answer<Unit> add_blocks(Connection& connection, TenantId tenant, std::vector<NamedOrder>& orders) {
    static const Statement blocks{
        "SELECT order_id, block, doc FROM order_blocks WHERE tenant_id = $1 AND order_id = ANY ($2::bigint[])"
        " ORDER BY order_id, block"};
    Column ids(Type::bigint);
    for (const NamedOrder& order : orders) {
        if (!order.second.header.empty()) ids.add(order.first.raw());
    }
    if (ids.rows() == 0) return Unit{};
    const auto rows = connection.run(blocks, Values().add(tenant).add(ids));
    if (!rows) return fail(rows.error());
    auto at = orders.begin();
    for (int row = 0; row < rows->size(); ++row) {
        const OrderId id(rows->number(row, 0));
        while (at->first < id) ++at;
        at->second.blocks.push_back({rows->number32(row, 1), rows->text(row, 2)});
    }
    return Unit{};
}

void ask_orders(Connection& connection, TenantId tenant, const std::vector<OrderId>& ids) {
    static const Statement some{stored_orders("o.id = ANY ($2::bigint[]) ORDER BY o.id")};
    connection.queue(some, Values().add(tenant).add(column_of(ids)));
}

Connection::Answer<std::vector<NamedOrder>> read_orders(Connection& connection, TenantId tenant,
                                                        const std::vector<OrderId>& ids, engine::Blocks blocks) {
    if (ids.empty()) return std::vector<NamedOrder>();
    ask_orders(connection, tenant, ids);
    const auto rows = connection.finish();
    if (!rows) return fail(rows.error());
    std::vector<NamedOrder> out = orders_of(rows->front());
    if (blocks == engine::Blocks::without) return out;
    if (auto done = add_blocks(connection, tenant, out); !done) return fail(std::move(done.error()));
    return out;
}

Connection::Answer<std::vector<NamedOrder>> scan_orders(Connection& connection, TenantId tenant, OrderId after,
                                                        std::uint32_t limit) {
    static const Statement page{stored_orders("o.id > $2 ORDER BY o.id LIMIT $3")};
    const auto rows = connection.run(page, Values().add(tenant).add(after).add(limit));
    if (!rows) return fail(rows.error());
    std::vector<NamedOrder> out = orders_of(*rows);
    if (auto done = add_blocks(connection, tenant, out); !done) return fail(std::move(done.error()));
    return out;
}

void ask_channel_orders(Connection& connection, TenantId tenant, const std::vector<ChannelOrder>& keys) {
    static const Statement find{
        "SELECT o.channel, o.channel_order_id, o.id FROM unnest($2::integer[], $3::text[]) u (channel, number)"
        " JOIN orders o ON o.tenant_id = $1 AND o.channel = u.channel AND o.channel_order_id = u.number"};
    Column channels(Type::integer), numbers(Type::text);
    for (const auto& [channel, number] : keys) {
        channels.add(channel);
        numbers.add(number);
    }
    connection.queue(find, Values().add(tenant).add(channels).add(numbers));
}

std::vector<std::pair<ChannelOrder, OrderId>> channel_orders_of(const Rows& rows) {
    std::vector<std::pair<ChannelOrder, OrderId>> out;
    for (int row = 0; row < rows.size(); ++row) {
        out.emplace_back(ChannelOrder(rows.number32(row, 0), rows.text(row, 1)), OrderId(rows.number(row, 2)));
    }
    return out;
}

}  // namespace waybill::storage::postgres
