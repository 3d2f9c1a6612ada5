#include "storage/sqlite/backup.hpp"
#include "storage/sqlite/seal_check.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <filesystem>

#include "core/limits.hpp"

namespace waybill::storage::sqlite {

using engine::IoError;
using engine::IoFailure;

namespace {

constexpr int pages_per_step = 1'024;

bool copy_pages(Connection& source, Connection& target,
                const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
    sqlite3_backup* backup = sqlite3_backup_init(target.handle(), "main", source.handle(), "main");
    if (backup == nullptr) {
        target.record(sqlite3_extended_errcode(target.handle()), "begin of backup");
        return false;
    }
    int code = SQLITE_OK;
    while (code == SQLITE_OK) {
        code = sqlite3_backup_step(backup, pages_per_step);
        const auto all = static_cast<std::uint64_t>(sqlite3_backup_pagecount(backup));
        const auto left = static_cast<std::uint64_t>(sqlite3_backup_remaining(backup));
        if (progress) progress(all - left, all);
    }
    const int end = sqlite3_backup_finish(backup);
    if (code != SQLITE_DONE) target.record(code, "backup");
    if (end != SQLITE_OK) target.record(end, "end of backup");
    return !target.failed();
}

/// The name in the folder is durable too.
void sync_folder(const std::filesystem::path& file) {
    const std::string folder = file.has_parent_path() ? file.parent_path().string() : ".";
    const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle < 0) return;
    ::fsync(handle);
    ::close(handle);
}

}  // namespace

Result<Unit, IoError> copy_store(Connection& source, const std::string& path,
                                 const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
    std::error_code code;
    if (std::filesystem::exists(path, code)) {
        return fail(IoError{IoFailure::read_only, fmt::format("{}: exists already; a backup never overwrites", path)});
    }
    const std::string partial = path + ".partial";
    std::filesystem::remove(partial, code);
    {
        auto target = Connection::open(partial, Connection::Mode::create);
        if (!target) return fail(std::move(target.error()));
        // The open transaction keeps the source as it is for this connection, so that the copy never starts over.
        const ReadScope scope(source);
        static_cast<void>(source.integer("SELECT count(*) FROM tenants"));
        if (auto error = source.take_error()) return fail(std::move(*error));
        copy_pages(source, **target, progress);
        // A single file: the copy needs no log beside it to be whole.
        (*target)->execute("PRAGMA journal_mode = DELETE");
        if (auto error = (*target)->take_error()) {
            std::filesystem::remove(partial, code);
            return fail(std::move(*error));
        }
    }
    std::filesystem::rename(partial, path, code);
    if (code) return fail(IoError{IoFailure::unavailable, fmt::format("{}: {}", path, code.message())});
    sync_folder(path);
    return Unit{};
}

Result<std::vector<std::string>, IoError> check_store(Connection& connection) {
    std::vector<std::string> problems;
    const auto collect = [&](const std::string& sql) {
        Statement statement(connection, sql);
        for (Cursor row = statement.query(); row.next();) {
            if (std::string text = row.text(0); text != "ok") problems.push_back(std::move(text));
        }
    };
    const ReadScope scope(connection);
    collect("PRAGMA integrity_check(1000)");
    collect(
        "SELECT 'tenant ' || t.tenant_id || ': the head is ' || t.head || ' but the log has ' || count(e.sequence) ||"
        " ' events, the last is ' || coalesce(max(e.sequence), 0) FROM tenants t LEFT JOIN events e"
        " ON e.tenant_id = t.tenant_id GROUP BY t.tenant_id"
        " HAVING count(e.sequence) <> t.head OR coalesce(max(e.sequence), 0) <> t.head");
    collect(fmt::format(
        "SELECT 'tenant ' || o.tenant_id || ': order ' || o.id || ' lacks blocks of its lines' FROM orders o"
        " WHERE (SELECT count(*) FROM order_blocks b WHERE b.tenant_id = o.tenant_id AND b.order_id = o.id)"
        " <> CASE o.header WHEN '' THEN 0 ELSE (o.line_count + {0} - 1) / {0} END LIMIT 1000",
        core::limits::order_block_lines));
    check_seals(connection, problems);
    auto error = connection.take_error();
    if (!error) return problems;
    // A page that can not be read is what the check is for: it is a finding.
    if (error->kind != IoFailure::corrupt && error->kind != IoFailure::not_a_store) return fail(std::move(*error));
    problems.push_back(std::move(error->detail));
    return problems;
}

}  // namespace waybill::storage::sqlite
