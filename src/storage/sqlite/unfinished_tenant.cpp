#include "storage/sqlite/unfinished_tenant.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "storage/batch_checks.hpp"

namespace waybill::storage::sqlite {

Result<Unit, engine::IoError> drop_unfinished(Connection& connection, core::TenantId tenant) {
    {
        Statement named(connection, "SELECT 1 FROM tenants WHERE tenant_id = ? AND name <> ''");
        if (named.query(tenant).next()) {
            return fail(engine::IoError{engine::IoFailure::conflict, drop_conflict(tenant)});
        }
    }
    // Asked of the schema, so that no table is forgotten.
    std::vector<std::string> tables;
    {
        Statement all(connection,
                      "SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c ON c.name = 'tenant_id'"
                      " WHERE m.type = 'table' AND m.name <> 'tenants' ORDER BY m.name");
        for (Cursor row = all.query(); row.next();) tables.push_back(row.text(0));
    }
    tables.emplace_back("tenants");
    for (const std::string& table : tables) {
        Statement drop(connection, fmt::format("DELETE FROM {} WHERE tenant_id = ?", table));
        if (!drop.run(tenant)) break;
    }
    return answer(connection, Unit{});
}

}  // namespace waybill::storage::sqlite
