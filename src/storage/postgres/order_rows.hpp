#pragma once
// Orders: their rows, the blocks of their lines, and what they are found by.

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/postgres/batch_statements.hpp"

namespace waybill::storage::postgres {

/// Errors, of the statements: conflict for an order, or a channel's number, that is there already, and for a change of
/// an order that is not there.
void write_orders(BatchStatements& statements, const engine::TenantBatch& batch);

using NamedOrder = std::pair<core::OrderId, engine::StoredOrder>;

/// Those of `ids` that exist, ascending. Inside a transaction, so that all of it is as of one moment.
[[nodiscard]] Connection::Answer<std::vector<NamedOrder>> read_orders(Connection& connection, core::TenantId tenant,
                                                                      const std::vector<core::OrderId>& ids,
                                                                      engine::Blocks blocks);
[[nodiscard]] Connection::Answer<std::vector<NamedOrder>> scan_orders(Connection& connection, core::TenantId tenant,
                                                                      core::OrderId after, std::uint32_t limit);
using ChannelOrder = std::pair<core::ChannelIx, std::string>;
[[nodiscard]] Connection::Answer<std::vector<std::pair<ChannelOrder, core::OrderId>>> find_channel_orders(
    Connection& connection, core::TenantId tenant, const std::vector<ChannelOrder>& keys);

}  // namespace waybill::storage::postgres
