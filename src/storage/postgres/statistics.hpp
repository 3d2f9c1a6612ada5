#pragma once
// Statistics: what the planner knows of a young table.

#include <cstdint>

#include "storage/postgres/connection.hpp"

namespace waybill::storage::postgres {

/// To be called after each commit, with how many there were. Small tables that have changed much since they were
/// analysed, if ever, are analysed here and not by autovacuum a minute later. Until then the planner takes a tenant for
/// a handful of rows, or keeps a plan that was right when it was one: at every batch it reads all of them to find a few
/// by their keys. It is looked for at the 1st, 2nd, 4th, 8th ... commit. What fails is no failure of the commit:
/// without rights the server says so in its own log.
void analyse_young_tables(Connection& connection, std::uint64_t commits);

}  // namespace waybill::storage::postgres
