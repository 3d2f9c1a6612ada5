#pragma once
// Search of orders: one statement, whose plan PostgreSQL chooses from its statistics.

#include <optional>
#include <vector>

#include "storage/postgres/connection.hpp"

namespace waybill::storage::postgres {

/// Positions of the orders of a page, newest first. Inside a transaction, so that the orders are still there when they
/// are read.
[[nodiscard]] Connection::Answer<std::vector<engine::OrderPosition>> find_orders(Connection& connection,
                                                                                 core::TenantId tenant,
                                                                                 const engine::OrderQuery& query);

}  // namespace waybill::storage::postgres
