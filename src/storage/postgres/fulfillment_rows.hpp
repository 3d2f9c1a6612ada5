#pragma once
// The lists of work: fulfillment orders.

#include <vector>

#include "storage/postgres/batch_statements.hpp"

namespace waybill::storage::postgres {

void write_fulfillments(BatchStatements& statements, const engine::TenantBatch& batch);

[[nodiscard]] Connection::Answer<std::vector<engine::FulfillmentRow>> read_fulfillments(
    Connection& connection, core::TenantId tenant, const engine::FulfillmentQuery& query);

}  // namespace waybill::storage::postgres
