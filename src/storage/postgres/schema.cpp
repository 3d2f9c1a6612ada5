#include "storage/postgres/schema.hpp"

#include <fmt/format.h>

#include <string>

namespace waybill::storage::postgres {

using engine::IoError;
using engine::IoFailure;
template <class T>
using Answer = Connection::Answer<T>;

namespace {

/// A number that only Waybill locks by, and the schema: a database may hold several stores.
constexpr std::string_view migration_lock = "1465470029, current_schema()::regnamespace::oid::integer";

struct Mark {
    bool is_store = false;
    std::int64_t version = 0;
    std::string foreign_table;  ///< of a name that Waybill takes, in a schema that is no store
};

Answer<Mark> mark_of(Connection& connection) {
    const auto found = connection.run(
        "SELECT to_regclass('waybill_schema') IS NOT NULL, (SELECT string_agg(c.relname, ', ') FROM pg_class c"
        " WHERE c.relnamespace = current_schema()::regnamespace AND c.relname IN ('tenants', 'events', 'orders'))");
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

Answer<Unit> run_steps(Connection& connection) {
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
            return done;
        }
    }
    return Unit{};
}

}  // namespace

Answer<Unit> migrate(Connection& connection) {
    if (auto locked = connection.run_script(fmt::format("SELECT pg_advisory_lock({})", migration_lock)); !locked) {
        return locked;
    }
    auto done = run_steps(connection);
    if (connection.is_lost()) return done;
    auto unlocked = connection.run_script(fmt::format("SELECT pg_advisory_unlock({})", migration_lock));
    return done ? unlocked : done;
}

Answer<Unit> check_schema(Connection& connection) {
    const auto mark = mark_of(connection);
    if (!mark) return fail(mark.error());
    if (auto error = refusal(connection, *mark)) return fail(std::move(*error));
    if (mark->version == static_cast<std::int64_t>(migrations().size())) return Unit{};
    return fail(IoError{IoFailure::not_a_store,
                        fmt::format("{}: has schema {}, older than {}; open it for writing once to bring it up to date",
                                    connection.name(), mark->version, migrations().size())});
}

}  // namespace waybill::storage::postgres
