#include "storage/postgres/unfinished_tenant.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "storage/batch_checks.hpp"
#include "storage/postgres/tables.hpp"

namespace waybill::storage::postgres {

namespace {

/// Rows deleted by one statement at most, so that none takes longer than the server lets a statement take.
constexpr std::uint64_t rows_at_once = 20'000;

Connection::Answer<Unit> drop_rows(Connection& connection, std::string_view table, core::TenantId tenant) {
    const std::string sql = fmt::format(
        "DELETE FROM {0} WHERE tenant_id = {1} AND ctid = ANY (ARRAY(SELECT ctid FROM {0}"
        " WHERE tenant_id = {1} LIMIT {2}))",
        table, tenant.raw(), rows_at_once);
    while (true) {
        const auto dropped = connection.run(sql);
        if (!dropped) return fail(dropped.error());
        if (dropped->changed() < rows_at_once) return Unit{};
    }
}

}  // namespace

Connection::Answer<Unit> drop_unfinished(Connection& connection, core::TenantId tenant) {
    const auto named =
        connection.run(fmt::format("SELECT 1 FROM tenants WHERE tenant_id = {} AND name <> ''", tenant.raw()));
    if (!named) return fail(named.error());
    if (named->size() != 0) return fail(engine::IoError{engine::IoFailure::conflict, drop_conflict(tenant)});
    const std::string_view last = tenant_tables().front();
    for (const std::string_view table : tenant_tables().subspan(1)) {
        if (auto dropped = drop_rows(connection, table, tenant); !dropped) return dropped;
    }
    // One row each. Where a table is copied to every node its rows have another ctid on each.
    return connection.run_script(
        fmt::format("DELETE FROM {1} WHERE tenant_id = {0}; DELETE FROM {2} WHERE tenant_id = {0}", tenant.raw(), last,
                    names_table));
}

}  // namespace waybill::storage::postgres
