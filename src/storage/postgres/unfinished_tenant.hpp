#pragma once
// Taking away what an import that did not end has left.

#include "storage/postgres/connection.hpp"

namespace waybill::storage::postgres {

/// In transactions of bounded size; the rows that name the tenant go last. Errors: conflict for a tenant that has a
/// name.
[[nodiscard]] Connection::Answer<Unit> drop_unfinished(Connection& connection, core::TenantId tenant);

}  // namespace waybill::storage::postgres
