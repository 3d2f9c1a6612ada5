#pragma once
// Distribution: the tables divided over the nodes of a database with the extension Citus, by tenant.

#include <string>
#include <vector>

#include "storage/postgres/connection.hpp"

namespace waybill::storage::postgres {

/// Divides what is not divided yet, and gives the names of those tables. A table that is full is moved row by row.
/// Errors: unavailable without the extension.
[[nodiscard]] Connection::Answer<std::vector<std::string>> distribute(Connection& connection);

}  // namespace waybill::storage::postgres
