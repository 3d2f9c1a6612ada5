#include "storage/sqlite/reply_table.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "storage/batch_checks.hpp"

namespace waybill::storage::sqlite {

ReplyWriter::ReplyWriter(Connection& connection)
    : put_(connection,
           "INSERT INTO replies (tenant_id, key, body_hash, status, object_kind, object_id, sequence, body, at,"
           " seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant_id, key) DO UPDATE SET"
           " body_hash = excluded.body_hash, status = excluded.status, object_kind = excluded.object_kind,"
           " object_id = excluded.object_id, sequence = excluded.sequence, body = excluded.body, at = excluded.at,"
           " seal = excluded.seal"),
      expire_(connection,
              "DELETE FROM replies WHERE tenant_id = ?1 AND key IN (SELECT key FROM replies INDEXED BY replies_by_age"
              " WHERE tenant_id = ?1 AND at < ?2 ORDER BY at, key LIMIT ?3)") {}

bool ReplyWriter::write(const engine::TenantBatch& batch) {
    if (batch.replies_expire_before.is_set() &&
        !expire_.run(batch.tenant, batch.replies_expire_before, expired_replies_per_commit)) {
        return false;
    }
    for (const engine::ReplyRow& reply : batch.replies) {
        const bool done = put_.run(batch.tenant, reply.key, std::span<const unsigned char>(reply.body_hash),
                                   reply.status, reply.object.kind, reply.object.id, reply.sequence, reply.body,
                                   reply.at, seal_of(seal_, batch.tenant, reply));
        if (!done) return false;
    }
    return true;
}

ReplyReader::ReplyReader(Connection& connection)
    : find_(connection, fmt::format("SELECT {} FROM replies WHERE tenant_id = ? AND key = ?", reply_columns)),
      scan_(connection,
            fmt::format("SELECT {} FROM replies WHERE tenant_id = ? AND key > ? ORDER BY key LIMIT ?", reply_columns)) {
}

std::optional<engine::ReplyRow> ReplyReader::find(core::TenantId tenant, std::string_view key) {
    Cursor row = find_.query(tenant, key);
    if (!row.next()) return std::nullopt;
    return reply_of(row);
}

std::vector<engine::ReplyRow> ReplyReader::scan(core::TenantId tenant, std::string_view after, std::uint32_t limit) {
    std::vector<engine::ReplyRow> out;
    for (Cursor row = scan_.query(tenant, after, limit); row.next();) out.push_back(reply_of(row));
    return out;
}

engine::ReplyRow reply_of(const Cursor& row) {
    engine::ReplyRow reply;
    reply.key = row.text(0);
    const auto hash = row.blob(1);
    std::copy_n(hash.begin(), std::min(hash.size(), reply.body_hash.size()), reply.body_hash.begin());
    reply.status = static_cast<std::uint16_t>(row.integer(2));
    reply.object = {static_cast<core::AggregateKind>(row.integer(3)), row.number(4)};
    reply.sequence = core::Sequence(row.number(5));
    reply.body = row.text(6);
    reply.at = row.instant(7);
    return reply;
}

}  // namespace waybill::storage::sqlite
