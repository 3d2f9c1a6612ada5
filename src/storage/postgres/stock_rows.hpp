#pragma once
// Stock: the inventory ledger, levels, and capacity used by day.

#include <vector>

#include "storage/postgres/batch_statements.hpp"

namespace waybill::storage::postgres {

void write_movements(BatchStatements& statements, const engine::TenantBatch& batch);
void write_levels(BatchStatements& statements, const engine::TenantBatch& batch);
void write_capacity(BatchStatements& statements, const engine::TenantBatch& batch);

[[nodiscard]] Connection::Answer<std::vector<engine::MovementRow>> read_movements(Connection& connection,
                                                                                  core::TenantId tenant,
                                                                                  const engine::MovementQuery& query);
[[nodiscard]] Connection::Answer<std::vector<engine::LevelRow>> read_movement_sums(Connection& connection,
                                                                                   core::TenantId tenant);
/// Piece by piece: there may be millions. Inside a transaction.
[[nodiscard]] Connection::Answer<Unit> read_levels(Connection& connection, core::TenantId tenant,
                                                   engine::ConfigurationSink& sink);
[[nodiscard]] Connection::Answer<Unit> read_capacity(Connection& connection, core::TenantId tenant,
                                                     engine::ConfigurationSink& sink);

}  // namespace waybill::storage::postgres
