#pragma once
// The log: tables tenants and events.

#include <vector>

#include "storage/row_seal.hpp"
#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/sql_text.hpp"

namespace waybill::storage::sqlite {

[[nodiscard]] std::vector<engine::TenantHead> read_tenants(Connection& connection);

/// What event_of reads, in this order.
inline constexpr std::string_view event_columns =
    "sequence, aggregate_kind, aggregate_id, aggregate_version, at, actor, command, correlation, type, schema_version,"
    " body";
[[nodiscard]] engine::EventRow event_of(const Cursor& row);

class LogWriter {
public:
    explicit LogWriter(Connection& connection);

    /// The batch may go on: its tenant is there, or made by it, and the head is the expected one.
    /// Errors: conflict; or nothing, and the connection has failed.
    [[nodiscard]] std::optional<engine::IoError> advance(const engine::TenantBatch& batch);
    bool write(const engine::TenantBatch& batch);

private:
    Statement head_;
    Statement add_tenant_;
    Statement name_tenant_;
    Statement move_head_;
    Statement add_event_;
    RowSeal seal_;
};

class LogReader {
public:
    explicit LogReader(Connection& connection);

    /// Not set for a tenant that does not exist.
    [[nodiscard]] core::Sequence head(core::TenantId tenant);
    [[nodiscard]] std::vector<engine::EventRow> events(core::TenantId tenant, const engine::EventQuery& query);

private:
    void read(const SqlText& sql, std::vector<engine::EventRow>& out);

    StatementCache cache_;
    Statement head_;
};

}  // namespace waybill::storage::sqlite
