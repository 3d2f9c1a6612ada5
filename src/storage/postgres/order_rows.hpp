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

/// Queues a statement; orders_of reads its answer: those of `ids` that exist, ascending, without blocks.
void ask_orders(Connection& connection, core::TenantId tenant, const std::vector<core::OrderId>& ids);
[[nodiscard]] std::vector<NamedOrder> orders_of(const Rows& rows);
/// To orders in ascending order, which have no blocks yet.
[[nodiscard]] Connection::Answer<Unit> add_blocks(Connection& connection, core::TenantId tenant,
                                                  std::vector<NamedOrder>& orders);
/// Those of `ids` that exist, ascending. Inside a transaction, so that all of it is as of one moment.
[[nodiscard]] Connection::Answer<std::vector<NamedOrder>> read_orders(Connection& connection, core::TenantId tenant,
                                                                      const std::vector<core::OrderId>& ids,
                                                                      engine::Blocks blocks);
[[nodiscard]] Connection::Answer<std::vector<NamedOrder>> scan_orders(Connection& connection, core::TenantId tenant,
                                                                      core::OrderId after, std::uint32_t limit);
using ChannelOrder = std::pair<core::ChannelIx, std::string>;
/// Queues a statement; channel_orders_of reads its answer.
void ask_channel_orders(Connection& connection, core::TenantId tenant, const std::vector<ChannelOrder>& keys);
[[nodiscard]] std::vector<std::pair<ChannelOrder, core::OrderId>> channel_orders_of(const Rows& rows);

}  // namespace waybill::storage::postgres
