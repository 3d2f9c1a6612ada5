#pragma once
// Replies by idempotency key, kept for some days.

#include <optional>
#include <string_view>

#include "storage/sqlite/connection.hpp"

namespace waybill::storage::sqlite {

class ReplyWriter {
public:
    explicit ReplyWriter(Connection& connection);
    bool write(const engine::TenantBatch& batch);

private:
    Statement put_;
    Statement expire_;
};

class ReplyReader {
public:
    explicit ReplyReader(Connection& connection);
    [[nodiscard]] std::optional<engine::ReplyRow> find(core::TenantId tenant, std::string_view key);

private:
    Statement find_;
};

}  // namespace waybill::storage::sqlite
