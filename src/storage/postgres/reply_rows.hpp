#pragma once
// Replies by idempotency key, kept for some days.

#include <string_view>
#include <vector>

#include "storage/postgres/batch_statements.hpp"

namespace waybill::storage::postgres {

void write_replies(BatchStatements& statements, const engine::TenantBatch& batch);
/// Queues a statement; replies_of reads its answer.
void ask_replies(Connection& connection, core::TenantId tenant, const std::vector<std::string>& keys);
[[nodiscard]] std::vector<engine::ReplyRow> replies_of(const Rows& rows);

/// What reply_of reads, in this order.
inline constexpr std::string_view reply_columns = "key, body_hash, status, object_kind, object_id, sequence, body, at";
[[nodiscard]] Connection::Answer<std::vector<engine::ReplyRow>> scan_replies(Connection& connection,
                                                                             core::TenantId tenant,
                                                                             std::string_view after,
                                                                             std::uint32_t limit);
[[nodiscard]] engine::ReplyRow reply_of(const Rows& rows, int row);

}  // namespace waybill::storage::postgres
