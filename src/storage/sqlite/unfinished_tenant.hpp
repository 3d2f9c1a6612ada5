#pragma once
// Taking away what an import that did not end has left.

#include "storage/sqlite/connection.hpp"

namespace waybill::storage::sqlite {

/// A transaction for each table; the row of `tenants` goes last. Errors: conflict for a tenant that has a name.
[[nodiscard]] Result<Unit, engine::IoError> drop_unfinished(Connection& connection, core::TenantId tenant);

}  // namespace waybill::storage::sqlite
