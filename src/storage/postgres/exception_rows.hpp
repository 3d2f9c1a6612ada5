#pragma once
// The queue of exceptions.

#include <vector>

#include "storage/postgres/batch_statements.hpp"

namespace waybill::storage::postgres {

void write_exceptions(BatchStatements& statements, const engine::TenantBatch& batch);

[[nodiscard]] Connection::Answer<std::vector<engine::ExceptionRow>> read_exceptions(
    Connection& connection, core::TenantId tenant, const engine::ExceptionQuery& query);

}  // namespace waybill::storage::postgres
