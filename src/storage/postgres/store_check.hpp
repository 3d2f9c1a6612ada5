#pragma once
// Whether the tables of a store agree with one another, and its seals (storage/row_seal.hpp) with their rows.

#include <string>
#include <vector>

#include "storage/postgres/connection.hpp"

namespace waybill::storage::postgres {

/// Every problem found, one line each, up to a thousand of each kind. Cost: it reads all events, persons and replies.
[[nodiscard]] Connection::Answer<std::vector<std::string>> check_store(Connection& connection);

}  // namespace waybill::storage::postgres
