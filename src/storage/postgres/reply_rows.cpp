#include "storage/postgres/reply_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "storage/batch_checks.hpp"
#include "storage/row_seal.hpp"

namespace waybill::storage::postgres {

using core::TenantId;
using engine::ReplyRow;

void write_replies(BatchStatements& statements, const engine::TenantBatch& batch) {
    static const Statement expire{
        "DELETE FROM replies WHERE tenant_id = $1 AND key IN (SELECT key FROM replies WHERE tenant_id = $1 AND at < $2"
        " ORDER BY at, key LIMIT $3)"};
    static const Statement put{
        "INSERT INTO replies (tenant_id, key, body_hash, status, object_kind, object_id, sequence, body, at, seal)"
        " SELECT $1, u.* FROM unnest($2::text[], $3::bytea[], $4::integer[], $5::integer[], $6::bigint[], $7::bigint[],"
        " $8::text[], $9::bigint[], $10::bigint[]) u ON CONFLICT (tenant_id, key) DO UPDATE"
        " SET body_hash = excluded.body_hash, status = excluded.status, object_kind = excluded.object_kind,"
        " object_id = excluded.object_id, sequence = excluded.sequence, body = excluded.body, at = excluded.at,"
        " seal = excluded.seal"};
    if (batch.replies_expire_before.is_set()) {
        statements.add(
            expire,
            Values().add(batch.tenant).add(batch.replies_expire_before).add(std::uint32_t{expired_replies_per_commit}));
    }
    if (batch.replies.empty()) return;
    Column key(Type::text), hash(Type::bytes), status(Type::integer), kind(Type::integer), id(Type::bigint);
    Column sequence(Type::bigint), body(Type::text), at(Type::bigint), seals(Type::bigint);
    RowSeal seal;
    for (const ReplyRow* row :
         last_of_each(batch.replies, [](const ReplyRow& row) { return std::string_view(row.key); })) {
        key.add(row->key);
        std::string bytes(row->body_hash.begin(), row->body_hash.end());
        hash.add(std::string_view(bytes));
        status.add(std::uint32_t{row->status});
        kind.add(static_cast<std::uint32_t>(row->object.kind));
        id.add(row->object.id);
        sequence.add(row->sequence.raw());
        body.add(row->body);
        at.add(row->at.micros());
        seals.add(seal_of(seal, batch.tenant, *row));
    }
    Values values;
    values.add(batch.tenant)
        .add(key)
        .add(hash)
        .add(status)
        .add(kind)
        .add(id)
        .add(sequence)
        .add(body)
        .add(at)
        .add(seals);
    statements.add(put, values);
}

void ask_replies(Connection& connection, TenantId tenant, const std::vector<std::string>& keys) {
    static const Statement some{
        fmt::format("SELECT {} FROM replies WHERE tenant_id = $1 AND key = ANY ($2::text[])", reply_columns)};
    connection.queue(some, Values().add(tenant).add(column_of(keys)));
}

std::vector<ReplyRow> replies_of(const Rows& rows) {
    std::vector<ReplyRow> out;
    for (int row = 0; row < rows.size(); ++row) out.push_back(reply_of(rows, row));
    return out;
}

Connection::Answer<std::vector<ReplyRow>> scan_replies(Connection& connection, TenantId tenant, std::string_view after,
                                                       std::uint32_t limit) {
    static const Statement page{
        "SELECT key, body_hash, status, object_kind, object_id, sequence, body, at FROM replies WHERE tenant_id = $1"
        " AND key > $2 ORDER BY key LIMIT $3"};
    const auto rows = connection.run(page, Values().add(tenant).add(after).add(limit));
    if (!rows) return fail(rows.error());
    return replies_of(*rows);
}

ReplyRow reply_of(const Rows& rows, int row) {
    ReplyRow reply;
    reply.key = rows.text(row, 0);
    const std::string_view hash = rows.bytes(row, 1);
    std::copy_n(hash.begin(), std::min(hash.size(), reply.body_hash.size()), reply.body_hash.begin());
    reply.status = static_cast<std::uint16_t>(rows.integer(row, 2));
    reply.object = {static_cast<core::AggregateKind>(rows.integer(row, 3)), rows.number(row, 4)};
    reply.sequence = core::Sequence(rows.number(row, 5));
    reply.body = rows.text(row, 6);
    reply.at = rows.instant(row, 7);
    return reply;
}

}  // namespace waybill::storage::postgres
