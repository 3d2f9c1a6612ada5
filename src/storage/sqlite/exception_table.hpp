#pragma once
// The queue of exceptions.

#include <vector>

#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/sql_text.hpp"

namespace waybill::storage::sqlite {

class ExceptionWriter {
public:
    explicit ExceptionWriter(Connection& connection);
    bool write(const engine::TenantBatch& batch);

private:
    Statement put_;
};

class ExceptionReader {
public:
    explicit ExceptionReader(Connection& connection) : cache_(connection) {}
    [[nodiscard]] std::vector<engine::ExceptionRow> find(core::TenantId tenant, const engine::ExceptionQuery& query);

private:
    StatementCache cache_;
};

}  // namespace waybill::storage::sqlite
