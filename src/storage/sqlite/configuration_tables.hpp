#pragma once
// Configuration documents, inventory levels and capacity: all that the engine keeps in memory.

#include <array>
#include <memory>

#include "storage/sqlite/connection.hpp"

namespace waybill::storage::sqlite {

class ConfigurationWriter {
public:
    explicit ConfigurationWriter(Connection& connection);
    bool write(const engine::TenantBatch& batch);

private:
    std::array<std::unique_ptr<Statement>, engine::doc_kinds> put_doc_;
    Statement put_level_;
    Statement put_capacity_;
};

/// Hands over everything of a tenant: documents by kind and index, then levels by (item, location), then capacity by
/// (location, day). The caller holds one view of the store.
void read_configuration(Connection& connection, core::TenantId tenant, engine::ConfigurationSink& sink);

}  // namespace waybill::storage::sqlite
