#pragma once
// Whether the rows that carry a seal (row_seal.hpp) still say what they said when they were written.

#include <string>
#include <vector>

#include "storage/sqlite/connection.hpp"

namespace waybill::storage::sqlite {

/// Adds a line for each row of events, persons and replies whose seal does not fit, up to a thousand of each. Cost: it
/// reads all of them. What can not be read at all is left as a failure of the connection.
void check_seals(Connection& connection, std::vector<std::string>& problems);

}  // namespace waybill::storage::sqlite
