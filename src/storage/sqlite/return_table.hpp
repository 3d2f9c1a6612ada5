#pragma once
// The lists of goods that come back: returns.

#include <vector>

#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/sql_text.hpp"

namespace waybill::storage::sqlite {

class ReturnWriter {
public:
    explicit ReturnWriter(Connection& connection);
    bool write(const engine::TenantBatch& batch);

private:
    Statement put_;
};

class ReturnReader {
public:
    explicit ReturnReader(Connection& connection) : cache_(connection) {}
    [[nodiscard]] std::vector<engine::ReturnRow> find(core::TenantId tenant, const engine::ReturnQuery& query);

private:
    StatementCache cache_;
};

}  // namespace waybill::storage::sqlite
