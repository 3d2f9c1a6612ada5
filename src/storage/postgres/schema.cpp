#include "storage/postgres/schema.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string>

#include "storage/postgres/tables.hpp"

namespace waybill::storage::postgres {

using engine::IoError;
using engine::IoFailure;
template <class T>
using Answer = Connection::Answer<T>;

namespace {

constexpr std::chrono::seconds table_wait_max{30};

/// A number that only Waybill locks by, and the schema: a database may hold several stores.
constexpr std::string_view migration_lock = "1465470029, current_schema()::regnamespace::oid::integer";

struct Mark {
    bool is_store = false;
    std::int64_t version = 0;
    std::string foreign_table;  ///< of a name that Waybill takes, in a schema that is no store
};

Answer<Mark> mark_of(Connection& connection) {
    const auto found = connection.run(
        // In this very schema: one that stands behind it on the search path may be another store.
        fmt::format("SELECT bool_or(relname = 'waybill_schema') IS TRUE,"
                    " string_agg(relname, ', ' ORDER BY relname) FILTER (WHERE relname = ANY ({})) FROM pg_class"
                    " WHERE relnamespace = current_schema()::regnamespace",
                    all_tables_sql()));
    if (!found) return fail(found.error());
    Mark mark;
    mark.is_store = found->integer(0, 0) != 0;
    if (!found->is_null(0, 1)) mark.foreign_table = found->text(0, 1);
    if (!mark.is_store) return mark;
    const auto version = connection.run("SELECT coalesce(max(version), 0) FROM waybill_schema");
    if (!version) return fail(version.error());
    mark.version = version->integer(0, 0);
    return mark;
}

std::optional<IoError> refusal(const Connection& connection, const Mark& mark) {
    const auto known = static_cast<std::int64_t>(migrations().size());
    if (mark.version > known) {
        return IoError{
            IoFailure::newer_schema,
            fmt::format("{}: has schema {}, this program knows schemas up to {}; use the newer Waybill that wrote it",
                        connection.name(), mark.version, known)};
    }
    if (!mark.is_store && !mark.foreign_table.empty()) {
        return IoError{IoFailure::not_a_store,
                       fmt::format("{}: has tables of another program ({})", connection.name(), mark.foreign_table)};
    }
    return std::nullopt;
}

Answer<SchemaChange> run_steps(Connection& connection) {
    const auto mark = mark_of(connection);
    if (!mark) return fail(mark.error());
    if (auto error = refusal(connection, *mark)) return fail(std::move(*error));
    const auto all = migrations();
    for (auto at = static_cast<std::size_t>(mark->version); at < all.size(); ++at) {
        const std::string head =
            at == 0 ? "CREATE TABLE IF NOT EXISTS waybill_schema (version integer NOT NULL PRIMARY KEY, name text NOT"
                      " NULL, run_at timestamptz NOT NULL DEFAULT now());"
                    : "";
        const std::string script =
            fmt::format("BEGIN; {} {}; INSERT INTO waybill_schema (version, name) VALUES ({}, '{}'); COMMIT", head,
                        all[at].sql, at + 1, all[at].name);
        if (auto done = connection.run_script(script); !done) {
            if (!connection.is_lost()) static_cast<void>(connection.run_script("ROLLBACK"));
            return fail(std::move(done.error()));
        }
    }
    return SchemaChange{mark->version, static_cast<std::int64_t>(all.size())};
}

}  // namespace

Answer<SchemaChange> migrate(Connection& connection) {
    // For the other process a step may take as long as it takes; but who waits for a table stands in everybody's way.
    const std::string script = fmt::format(
        "SET statement_timeout = 0; SET lock_timeout = 0; SELECT pg_advisory_lock({}); SET lock_timeout = '{}s'",
        migration_lock, table_wait_max.count());
    if (auto locked = connection.run_script(script); !locked) return fail(std::move(locked.error()));
    auto done = run_steps(connection);
    if (connection.is_lost()) return done;
    auto unlocked = connection.run_script(fmt::format("SELECT pg_advisory_unlock({})", migration_lock));
    if (done && !unlocked) return fail(std::move(unlocked.error()));
    return done;
}

Answer<Unit> check_rights(Connection& connection) {
    const auto missing =
        connection.run(fmt::format("SELECT current_user::text, string_agg(name, ', ') FROM unnest({}) name WHERE NOT"
                                   " (has_table_privilege(name, 'SELECT') AND has_table_privilege(name, 'INSERT')"
                                   " AND has_table_privilege(name, 'UPDATE') AND has_table_privilege(name, 'DELETE'))",
                                   all_tables_sql()));
    if (!missing) return fail(missing.error());
    if (missing->is_null(0, 1)) return Unit{};
    return fail(IoError{IoFailure::read_only, fmt::format("{}: the role {} may not change {}", connection.name(),
                                                          missing->text(0, 0), missing->text(0, 1))});
}

Answer<Unit> check_schema(Connection& connection) {
    const auto mark = mark_of(connection);
    if (!mark) return fail(mark.error());
    if (auto error = refusal(connection, *mark)) return fail(std::move(*error));
    if (!mark->is_store) {
        return fail(IoError{IoFailure::not_a_store, fmt::format("{}: has no tables of Waybill", connection.name())});
    }
    if (mark->version == static_cast<std::int64_t>(migrations().size())) return Unit{};
    return fail(IoError{IoFailure::not_a_store,
                        fmt::format("{}: has schema {}, older than {}; waybill migrate brings it up to date",
                                    connection.name(), mark->version, migrations().size())});
}

}  // namespace waybill::storage::postgres
