#pragma once
// The log: tables tenants and events.

#include <vector>

#include "storage/postgres/batch_statements.hpp"

namespace waybill::storage::postgres {

/// Makes the tenant if the batch does, and moves its head on from where the batch says that it is. The tenant's row is
/// held until the transaction ends.
void write_head(BatchStatements& statements, const engine::TenantBatch& batch);
void write_events(BatchStatements& statements, const engine::TenantBatch& batch);

[[nodiscard]] Connection::Answer<std::vector<engine::TenantHead>> read_tenants(Connection& connection);
/// Not set for a tenant that does not exist.
[[nodiscard]] Connection::Answer<core::Sequence> read_head(Connection& connection, core::TenantId tenant);
/// Waits until no commit is under way, whose ever it is.
[[nodiscard]] Connection::Answer<engine::Position> read_position(Connection& connection, core::TenantId tenant);
[[nodiscard]] Connection::Answer<engine::Settled> read_settled(Connection& connection, core::TenantId tenant);
[[nodiscard]] Connection::Answer<std::vector<engine::EventRow>> read_events(Connection& connection,
                                                                            core::TenantId tenant,
                                                                            const engine::EventQuery& query);

/// What event_of reads, in this order.
inline constexpr std::string_view event_columns =
    "sequence, aggregate_kind, aggregate_id, aggregate_version, at, actor, command, correlation, type, schema_version,"
    " body";
[[nodiscard]] engine::EventRow event_of(const Rows& rows, int row);

}  // namespace waybill::storage::postgres
