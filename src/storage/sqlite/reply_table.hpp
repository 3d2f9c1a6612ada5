#pragma once
// Replies by idempotency key, kept for some days.

#include <optional>
#include <string_view>

#include "storage/row_seal.hpp"
#include "storage/sqlite/connection.hpp"

namespace waybill::storage::sqlite {

/// What reply_of reads, in this order.
inline constexpr std::string_view reply_columns = "key, body_hash, status, object_kind, object_id, sequence, body, at";
[[nodiscard]] engine::ReplyRow reply_of(const Cursor& row);

class ReplyWriter {
public:
    explicit ReplyWriter(Connection& connection);
    bool write(const engine::TenantBatch& batch);

private:
    Statement put_;
    Statement expire_;
    RowSeal seal_;
};

class ReplyReader {
public:
    explicit ReplyReader(Connection& connection);
    [[nodiscard]] std::optional<engine::ReplyRow> find(core::TenantId tenant, std::string_view key);
    [[nodiscard]] std::vector<engine::ReplyRow> scan(core::TenantId tenant, std::string_view after,
                                                     std::uint32_t limit);

private:
    Statement find_;
    Statement scan_;
};

}  // namespace waybill::storage::sqlite
