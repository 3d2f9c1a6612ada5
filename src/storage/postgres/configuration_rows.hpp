#pragma once
// Configuration documents of all kinds.

#include <optional>
#include <string_view>

#include "storage/postgres/batch_statements.hpp"

namespace waybill::storage::postgres {

/// Errors, of the statements: conflict for a code that another document of its kind has.
void write_configuration(BatchStatements& statements, const engine::TenantBatch& batch);
/// Documents, levels and capacity, as of one moment.
[[nodiscard]] Connection::Answer<Unit> read_configuration(Connection& connection, core::TenantId tenant,
                                                          engine::ConfigurationSink& sink);
/// Asks every shard where the tables are distributed: the hash of a key does not tell the tenant.
[[nodiscard]] Connection::Answer<std::optional<core::TenantId>> find_tenant_of_key(Connection& connection,
                                                                                   std::string_view hash);

}  // namespace waybill::storage::postgres
