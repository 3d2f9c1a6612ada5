#pragma once
// Configuration documents, inventory levels and capacity: all that the engine keeps in memory.

#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/row_inserter.hpp"

namespace waybill::storage::sqlite {

class ConfigurationWriter {
public:
    explicit ConfigurationWriter(Connection& connection);
    bool write(const engine::TenantBatch& batch);

private:
    /// Both tables have no other index than their key, so that a replaced row is written over without a look at the old
    /// one. Sorted: neighbours share their pages.
    bool write_levels(const engine::TenantBatch& batch);

    std::array<std::unique_ptr<Statement>, engine::doc_kinds> put_doc_;
    RowInserter<9> put_levels_;
    RowInserter<5> put_capacity_;
    std::vector<const engine::LevelRow*> levels_;
};

/// Hands over everything of a tenant: documents by kind and index, then levels by (item, location), then capacity by
/// (location, day). The caller holds one view of the store.
void read_configuration(Connection& connection, core::TenantId tenant, engine::ConfigurationSink& sink);

/// Reads through the keys of all tenants.
[[nodiscard]] std::optional<core::TenantId> find_tenant_of_key(Connection& connection, std::string_view hash);

}  // namespace waybill::storage::sqlite
