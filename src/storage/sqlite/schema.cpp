#include "storage/sqlite/schema.hpp"

#include <fmt/format.h>

namespace waybill::storage::sqlite {

using engine::IoError;
using engine::IoFailure;

namespace {

struct Mark {
    std::int64_t application = 0;
    std::int64_t version = 0;
    std::int64_t objects = 0;
};

Result<Mark, IoError> mark_of(Connection& connection) {
    Mark mark;
    mark.application = connection.integer("PRAGMA application_id").value_or(0);
    mark.version = connection.integer("PRAGMA user_version").value_or(0);
    mark.objects = connection.integer("SELECT count(*) FROM sqlite_schema").value_or(0);
    return answer(connection, mark);
}

std::optional<IoError> refusal(const Connection& connection, const Mark& mark) {
    const auto known = static_cast<std::int64_t>(migrations().size());
    if (mark.application != application_id) {
        return IoError{IoFailure::not_a_store,
                       fmt::format("{}: is an SQLite file of another program", connection.path())};
    }
    if (mark.version > known) {
        return IoError{
            IoFailure::newer_schema,
            fmt::format("{}: has schema {}, this program knows schemas up to {}; use the newer Waybill that wrote it",
                        connection.path(), mark.version, known)};
    }
    return std::nullopt;
}

bool migrate(Connection& connection, std::int64_t from) {
    const auto all = migrations();
    for (auto at = static_cast<std::size_t>(from); at < all.size(); ++at) {
        const bool done = connection.execute("BEGIN IMMEDIATE") && connection.execute(std::string(all[at].sql)) &&
                          connection.execute(fmt::format("PRAGMA user_version = {}", at + 1)) &&
                          connection.execute("COMMIT");
        if (done) continue;
        // The kept failure is the one to report; the file is as it was before this migration.
        if (connection.in_transaction()) sqlite3_exec(connection.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
        return false;
    }
    return true;
}

std::string cache_pragma(std::uint64_t bytes) { return fmt::format("PRAGMA cache_size = -{}", bytes / 1024); }

}  // namespace

Result<SchemaChange, IoError> prepare_writer(Connection& connection, const StoreOptions& options) {
    auto mark = mark_of(connection);
    if (!mark) return fail(std::move(mark.error()));
    const bool is_empty = mark->application == 0 && mark->version == 0 && mark->objects == 0;
    if (is_empty) {
        connection.execute(fmt::format("PRAGMA page_size = {}; PRAGMA auto_vacuum = NONE; PRAGMA application_id = {}",
                                       page_bytes, application_id));
    } else if (auto error = refusal(connection, *mark)) {
        return fail(std::move(*error));
    }
    connection.execute("PRAGMA journal_mode = WAL");
    connection.execute(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY;"
        "PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF");
    connection.execute(cache_pragma(options.cache_bytes));
    connection.execute(fmt::format("PRAGMA wal_autocheckpoint = {}; PRAGMA journal_size_limit = {}",
                                   options.wal_bytes / page_bytes, options.wal_bytes));
    if (!connection.failed()) migrate(connection, mark->version);
    if (options.bytes_max != 0) {
        connection.execute(fmt::format("PRAGMA max_page_count = {}", options.bytes_max / page_bytes));
    }
    return answer(connection, SchemaChange{mark->version, static_cast<std::int64_t>(migrations().size())});
}

Result<Unit, IoError> prepare_reader(Connection& connection, const StoreOptions& options) {
    auto mark = mark_of(connection);
    if (!mark) return fail(std::move(mark.error()));
    if (auto error = refusal(connection, *mark)) return fail(std::move(*error));
    if (mark->version < static_cast<std::int64_t>(migrations().size())) {
        return fail(IoError{IoFailure::not_a_store,
                            fmt::format("{}: has schema {}, older than {}; waybill migrate brings it up to date",
                                        connection.path(), mark->version, migrations().size())});
    }
    connection.execute("PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF");
    connection.execute(cache_pragma(options.reader_cache_bytes));
    return answer(connection, Unit{});
}

}  // namespace waybill::storage::sqlite
