#pragma once
// Configuration documents of all kinds.

#include "storage/postgres/batch_statements.hpp"

namespace waybill::storage::postgres {

/// Errors, of the statements: conflict for a code that another document of its kind has.
void write_configuration(BatchStatements& statements, const engine::TenantBatch& batch);
/// Documents, levels and capacity, as of one moment.
[[nodiscard]] Connection::Answer<Unit> read_configuration(Connection& connection, core::TenantId tenant,
                                                          engine::ConfigurationSink& sink);

}  // namespace waybill::storage::postgres
