#pragma once
// Replies by idempotency key, kept for some days.

#include <string_view>
#include <vector>

#include "storage/postgres/batch_statements.hpp"

namespace waybill::storage::postgres {

void write_replies(BatchStatements& statements, const engine::TenantBatch& batch);
[[nodiscard]] Connection::Answer<std::vector<engine::ReplyRow>> read_replies(Connection& connection,
                                                                             core::TenantId tenant,
                                                                             const std::vector<std::string>& keys);

/// What reply_of reads, in this order.
inline constexpr std::string_view reply_columns = "key, body_hash, status, object_kind, object_id, sequence, body, at";
[[nodiscard]] Connection::Answer<std::vector<engine::ReplyRow>> scan_replies(Connection& connection,
                                                                             core::TenantId tenant,
                                                                             std::string_view after,
                                                                             std::uint32_t limit);
[[nodiscard]] engine::ReplyRow reply_of(const Rows& rows, int row);

}  // namespace waybill::storage::postgres
