#include "storage/postgres/configuration_rows.hpp"

#include <utility>

#include "storage/postgres/stock_rows.hpp"

namespace waybill::storage::postgres {

using core::TenantId;
using engine::DocKind;
using engine::DocRow;

void write_configuration(BatchStatements& statements, const engine::TenantBatch& batch) {
    static const Statement put_docs{
        "INSERT INTO configuration (tenant_id, kind, ix, code, doc) SELECT $1, u.* FROM unnest($2::integer[],"
        " $3::integer[], $4::text[], $5::text[]) u ON CONFLICT (tenant_id, kind, ix) DO UPDATE"
        " SET code = excluded.code, doc = excluded.doc"};
    if (batch.docs.empty()) return;
    Column kind(Type::integer), ix(Type::integer), code(Type::text), doc(Type::text);
    for (const DocRow* row : last_of_each(batch.docs, [](const DocRow& row) { return std::pair(row.kind, row.ix); })) {
        kind.add(static_cast<std::uint32_t>(row->kind));
        ix.add(row->ix);
        code.add(row->code);
        doc.add(row->doc);
    }
    statements.add(put_docs, Values().add(batch.tenant).add(kind).add(ix).add(code).add(doc));
}

namespace {

std::int32_t last_kind(const engine::ConfigurationSink& sink) {
    static_assert(static_cast<int>(DocKind::settings) == 0, "settings come first");
    const bool is_settings = sink.wants() == engine::ConfigurationSink::Wants::settings;
    return is_settings ? 0 : static_cast<std::int32_t>(engine::doc_kinds) - 1;
}

}  // namespace

Connection::Answer<Unit> read_configuration(Connection& connection, TenantId tenant, engine::ConfigurationSink& sink) {
    static const Statement all{
        "SELECT kind, ix, code, doc FROM configuration WHERE tenant_id = $1 AND kind <= $2"
        " ORDER BY kind, ix"};
    const ReadScope scope(connection);
    // Between two pages the reader makes its own state of the rows, for as long as that takes; no lock is held.
    connection.queue_control("SET LOCAL idle_in_transaction_session_timeout = 0");
    // Primary keys have the order of the pages. A planner without statistics sorts all that is left for each of them.
    connection.queue_control("SET LOCAL enable_sort = off");
    {
        const auto rows = connection.run(all, Values().add(tenant).add_integer(last_kind(sink)));
        if (!rows) return fail(rows.error());
        for (int row = 0; row < rows->size(); ++row) {
            sink.on_doc({static_cast<DocKind>(rows->integer(row, 0)), rows->number32(row, 1), rows->text(row, 2),
                         rows->text(row, 3)});
        }
    }
    if (sink.wants() != engine::ConfigurationSink::Wants::everything) return Unit{};
    if (auto done = read_levels(connection, tenant, sink); !done) return done;
    return read_capacity(connection, tenant, sink);
}

Connection::Answer<std::optional<TenantId>> find_tenant_of_key(Connection& connection, std::string_view hash) {
    // Not sorted: to the planner a sorted first row is a reason to read the primary key from its beginning.
    static const Statement owner{
        "SELECT tenant_id FROM configuration JOIN tenants USING (tenant_id) WHERE kind = 4 AND code = $1 AND name <> "
        "''"};
    static_assert(static_cast<int>(DocKind::key) == 4, "the statement and its partial index name the kind");
    const auto rows = connection.run(owner, Values().add(hash));
    if (!rows) return fail(rows.error());
    if (rows->size() == 0) return std::optional<TenantId>();
    return std::optional(TenantId(rows->number32(0, 0)));
}

}  // namespace waybill::storage::postgres
