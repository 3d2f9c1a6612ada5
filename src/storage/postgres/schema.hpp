#pragma once
// Schema: which tables a store on PostgreSQL has. The steps that were run are in the table waybill_schema, in the same
// transaction as what they made. Any number of processes may start at once: one of them runs the steps, the others
// wait.

#include <span>

#include "storage/migration.hpp"
#include "storage/postgres/connection.hpp"

namespace waybill::storage::postgres {

/// All that this program knows, ascending.
[[nodiscard]] std::span<const Migration> migrations();

/// Makes an empty schema a store, or brings an older store up to date.
/// Errors: newer_schema (with both numbers), not_a_store for a schema with tables of somebody else, read_only for a
/// standby or missing rights.
[[nodiscard]] Connection::Answer<SchemaChange> migrate(Connection& connection);
/// Errors: not_a_store for what is no store or an older one; newer_schema.
[[nodiscard]] Connection::Answer<Unit> check_schema(Connection& connection);

/// Of a schema that is up to date. Error: read_only when the connection's role may not change what is in every table.
[[nodiscard]] Connection::Answer<Unit> check_rights(Connection& connection);

}  // namespace waybill::storage::postgres
