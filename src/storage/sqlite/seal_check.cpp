#include "storage/sqlite/seal_check.hpp"

#include <fmt/format.h>

#include "storage/sqlite/log_tables.hpp"
#include "storage/sqlite/people_tables.hpp"
#include "storage/sqlite/reply_table.hpp"

namespace waybill::storage::sqlite {

namespace {

constexpr std::size_t lines_max = 1'000;

/// `row_of` reads the columns; `name_of` says which row it is.
template <class RowOf, class NameOf>
void check_table(Connection& connection, std::string_view table, std::string_view columns, const RowOf& row_of,
                 const NameOf& name_of, std::vector<std::string>& problems) {
    // What the key columns and the seal follow keeps the places that row_of knows.
    Statement statement(connection, fmt::format("SELECT {}, seal, tenant_id FROM {}", columns, table));
    const int seal_at = statement.columns() - 2;
    RowSeal seal;
    std::size_t lines = 0;
    for (Cursor row = statement.query(); lines < lines_max && row.next();) {
        const auto value = row_of(row);
        const core::TenantId tenant(row.number32(seal_at + 1));
        if (seal_of(seal, tenant, value) == row.integer(seal_at)) continue;
        problems.push_back(fmt::format("tenant {}: {} was changed after it was written: its seal does not fit",
                                       tenant.raw(), name_of(value)));
        ++lines;
    }
}

}  // namespace

void check_seals(Connection& connection, std::vector<std::string>& problems) {
    check_table(
        connection, "events", event_columns, event_of,
        [](const engine::EventRow& row) { return fmt::format("event {}", row.sequence.raw()); }, problems);
    check_table(
        connection, "persons", person_columns, person_of,
        [](const engine::PersonRow& row) { return fmt::format("personal data {}", row.id.raw()); }, problems);
    check_table(
        connection, "replies", reply_columns, reply_of,
        [](const engine::ReplyRow& row) { return fmt::format("the reply to key \"{}\"", row.key); }, problems);
}

}  // namespace waybill::storage::sqlite
