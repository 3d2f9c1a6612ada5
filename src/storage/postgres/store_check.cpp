#include "storage/postgres/store_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/limits.hpp"
#include "storage/postgres/log_rows.hpp"
#include "storage/postgres/people_rows.hpp"
#include "storage/postgres/reply_rows.hpp"
#include "storage/row_seal.hpp"

namespace waybill::storage::postgres {

using core::TenantId;
using Problems = std::vector<std::string>;
template <class T>
using Answer = Connection::Answer<T>;

namespace {

constexpr std::size_t lines_max = 1'000;
constexpr int page_rows = 5'000;

/// Statements that give a line of text for each problem.
Answer<Unit> collect(Connection& connection, const std::string& sql, Problems& problems) {
    const auto rows = connection.run(sql);
    if (!rows) return fail(rows.error());
    for (int row = 0; row < rows->size(); ++row) problems.push_back(rows->text(row, 0));
    return Unit{};
}

/// `row_of` reads the columns; `name_of` says which row it is. The seal and the tenant follow the columns.
template <class RowOf, class NameOf>
Answer<Unit> check_seals(Connection& connection, std::string_view table, std::string_view columns, const RowOf& row_of,
                         const NameOf& name_of, Problems& problems) {
    const std::string cursor =
        fmt::format("DECLARE sealed NO SCROLL CURSOR FOR SELECT {}, seal, tenant_id FROM {}", columns, table);
    if (auto opened = connection.run(cursor); !opened) return fail(std::move(opened.error()));
    RowSeal seal;
    std::size_t lines = 0;
    const int seal_at = static_cast<int>(std::count(columns.begin(), columns.end(), ',')) + 1;
    while (lines < lines_max) {
        const auto rows = connection.run(fmt::format("FETCH {} FROM sealed", page_rows));
        if (!rows) return fail(rows.error());
        for (int row = 0; row < rows->size(); ++row) {
            const TenantId tenant(rows->number32(row, seal_at + 1));
            const auto value = row_of(*rows, row);
            if (seal_of(seal, tenant, value) == rows->integer(row, seal_at)) continue;
            problems.push_back(fmt::format("tenant {}: {} was changed after it was written: its seal does not fit",
                                           tenant.raw(), name_of(value)));
            ++lines;
        }
        if (rows->size() < page_rows) break;
    }
    if (auto closed = connection.run(std::string("CLOSE sealed")); !closed) return fail(std::move(closed.error()));
    return Unit{};
}

}  // namespace

Answer<Problems> check_store(Connection& connection) {
    Problems problems;
    const ReadScope scope(connection);
    const std::string heads =
        "SELECT 'tenant ' || t.tenant_id || ': the head is ' || t.head || ' but the log has ' || e.number ||"
        " ' events, the last is ' || e.last FROM tenants t CROSS JOIN LATERAL (SELECT count(*) AS number,"
        " coalesce(max(x.sequence), 0) AS last FROM events x WHERE x.tenant_id = t.tenant_id) e"
        " WHERE e.number <> t.head OR e.last <> t.head";
    const std::string blocks = fmt::format(
        "SELECT 'tenant ' || o.tenant_id || ': order ' || o.id || ' lacks blocks of its lines' FROM orders o"
        " WHERE (SELECT count(*) FROM order_blocks b WHERE b.tenant_id = o.tenant_id AND b.order_id = o.id)"
        " <> CASE o.header WHEN '' THEN 0 ELSE (o.line_count + {0} - 1) / {0} END LIMIT 1000",
        core::limits::order_block_lines);
    for (const std::string& sql : {heads, blocks}) {
        if (auto done = collect(connection, sql, problems); !done) return fail(std::move(done.error()));
    }
    auto done = check_seals(
        connection, "events", event_columns, event_of,
        [](const engine::EventRow& row) { return fmt::format("event {}", row.sequence.raw()); }, problems);
    if (done) {
        done = check_seals(
            connection, "persons", person_columns, person_of,
            [](const engine::PersonRow& row) { return fmt::format("personal data {}", row.id.raw()); }, problems);
    }
    if (done) {
        done = check_seals(
            connection, "replies", reply_columns, reply_of,
            [](const engine::ReplyRow& row) { return fmt::format("the reply to key \"{}\"", row.key); }, problems);
    }
    if (!done) return fail(std::move(done.error()));
    return problems;
}

}  // namespace waybill::storage::postgres
