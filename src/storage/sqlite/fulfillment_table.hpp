#pragma once
// The lists of work: fulfillment orders.

#include <vector>

#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/sql_text.hpp"

namespace waybill::storage::sqlite {

class FulfillmentWriter {
public:
    explicit FulfillmentWriter(Connection& connection);
    bool write(const engine::TenantBatch& batch);

private:
    Statement put_;
};

class FulfillmentReader {
public:
    explicit FulfillmentReader(Connection& connection) : cache_(connection) {}
    [[nodiscard]] std::vector<engine::FulfillmentRow> find(core::TenantId tenant,
                                                           const engine::FulfillmentQuery& query);

private:
    StatementCache cache_;
};

}  // namespace waybill::storage::sqlite
