#pragma once
// The lists of goods that come back: returns.

#include <vector>

#include "storage/postgres/batch_statements.hpp"

namespace waybill::storage::postgres {

void write_returns(BatchStatements& statements, const engine::TenantBatch& batch);

[[nodiscard]] Connection::Answer<std::vector<engine::ReturnRow>> read_returns(Connection& connection,
                                                                              core::TenantId tenant,
                                                                              const engine::ReturnQuery& query);

}  // namespace waybill::storage::postgres
