#include "app/tenant_move.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string>

#include "app/progress.hpp"
#include "app/store_access.hpp"
#include "core/field_checks.hpp"
#include "engine/tenant_export.hpp"
#include "engine/tenant_import.hpp"
#include "json/read.hpp"
#include "storage/open_store.hpp"

namespace waybill::app {
namespace {

struct MoveRequest {
    std::string store = "./waybill.db";
    std::string tenant;  ///< export: which one; import: what it is called there
    std::string file;    ///< empty: standard output or input
};

using OpenFile = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

/// Cuts a file into lines, whatever their length up to that of any line an export writes.
class LineReader {
public:
    explicit LineReader(std::FILE* file) : file_(file) {}

    /// Valid until the next call; nothing at the end and on failure.
    std::optional<std::string_view> next() {
        while (true) {
            const std::size_t end = buffer_.find('\n', searched_);
            if (end != std::string::npos) return cut(end, end + 1);
            searched_ = buffer_.size();
            if (buffer_.size() - begin_ > line_bytes_max) is_too_long_ = true;
            if (is_too_long_ || !read_on()) break;
        }
        if (is_too_long_ || std::ferror(file_) != 0 || begin_ == buffer_.size()) return std::nullopt;
        return cut(buffer_.size(), buffer_.size());
    }
    [[nodiscard]] std::string fault() const {
        if (is_too_long_) return "has a line that is longer than any line of a tenant's file";
        return std::ferror(file_) != 0 ? "can not be read" : "";
    }

private:
    static constexpr std::size_t line_bytes_max = std::size_t{1} << 30;
    static constexpr std::size_t piece_bytes = 256 * 1024;

    std::string_view cut(std::size_t end, std::size_t next) {
        const std::string_view line = std::string_view(buffer_).substr(begin_, end - begin_);
        begin_ = searched_ = next;
        return line;
    }
    bool read_on() {
        buffer_.erase(0, begin_);
        begin_ = 0;
        searched_ = buffer_.size();
        const std::size_t before = buffer_.size();
        buffer_.resize(before + piece_bytes);
        const std::size_t got = std::fread(buffer_.data() + before, 1, piece_bytes, file_);
        buffer_.resize(before + got);
        return got > 0;
    }

    std::FILE* file_;
    std::string buffer_;
    std::size_t begin_ = 0;
    std::size_t searched_ = 0;  ///< no line feed before it
    bool is_too_long_ = false;
};

Result<engine::TenantHead, Exit> find_tenant(const MoveRequest& request, engine::Store& store) {
    const auto tenants = store.tenants();
    if (!tenants) {
        complain(describe(request.store, tenants.error()));
        return fail(Exit::store);
    }
    const auto id = json::parse_id<core::TenantId>(request.tenant);
    for (const engine::TenantHead& tenant : *tenants) {
        if (tenant.is_unfinished() || !(tenant.name == request.tenant || (id && tenant.tenant == *id))) continue;
        if (tenant.tenant != engine::system_tenant) return tenant;
        complain("the tenant system belongs to its store: every store has its own");
        return fail(Exit::usage);
    }
    complain("the store has no tenant \"" + request.tenant + "\"");
    return fail(Exit::usage);
}

std::string reason(const std::string& where, const engine::ImportFailure& failure) {
    if (const auto* error = std::get_if<engine::IoError>(&failure)) return describe(where, *error);
    return std::get<std::string>(failure);
}

/// A new file that only its owner can read, since it will hold personal data. nullptr: errno says why.
std::FILE* make_private_file(const std::string& path) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return file < 0 ? nullptr : ::fdopen(file, "w");
}

/// A file that is not whole is not left to be taken for one that is.
Exit run_export(const MoveRequest& request) {
    auto store = open_store_at(request.store, storage::Access::read_only, Missing::refuse);
    if (!store) {
        complain(store.error());
        return Exit::store;
    }
    const auto tenant = find_tenant(request, **store);
    if (!tenant) return tenant.error();
    auto reader = (*store)->reader();
    if (!reader) {
        complain(describe(request.store, reader.error()));
        return Exit::store;
    }
    const std::string name = request.file.empty() ? "standard output" : request.file;
    OpenFile file(request.file.empty() ? nullptr : make_private_file(request.file), &std::fclose);
    if (!request.file.empty() && file == nullptr) {
        complain(name + " can not be made: " + std::strerror(errno));
        return Exit::usage;
    }
    std::FILE* to = file ? file.get() : stdout;
    const auto write = [&](std::string_view text) -> Result<Unit, std::string> {
        if (std::fwrite(text.data(), 1, text.size(), to) == text.size()) return Unit{};
        return fail(name + " can not be written: " + std::strerror(errno));
    };
    Progress progress("export", "events");
    auto done = engine::export_tenant(**reader, *tenant, write,
                                      [&](std::uint64_t events, std::uint64_t of) { progress.at(events, of); });
    progress.clear();
    if (done && (std::fflush(to) != 0 || (file && ::fsync(::fileno(to)) != 0))) {
        done = fail(engine::ExportFailure(name + " can not be written: " + std::strerror(errno)));
    }
    if (!done) {
        complain(reason(request.store, done.error()));
        if (file) ::unlink(request.file.c_str());
        return std::holds_alternative<engine::IoError>(done.error()) ? Exit::store : Exit::failed;
    }
    fmt::print(stderr, "{}: {} events, {} persons, {} replies, state {}\n", tenant->name, done->events, done->persons,
               done->replies, done->state_hash);
    return Exit::ok;
}

/// An empty store gets the tenant that holds its operators' keys first, as it would from `tenant create`.
Result<std::unique_ptr<engine::Store>, std::string> open_target(const std::string& where) {
    auto store = open_store_at(where, storage::Access::read_write, Missing::create);
    if (!store) return store;
    const auto tenants = (*store)->tenants();
    if (!tenants) return fail(describe(where, tenants.error()));
    const bool has_system = std::any_of(tenants->begin(), tenants->end(), [](const engine::TenantHead& tenant) {
        return tenant.tenant == engine::system_tenant;
    });
    if (has_system) return store;
    store->reset();
    if (auto direct = DirectEngine::open(where, Missing::create); !direct) return fail(direct.error());
    return open_store_at(where, storage::Access::read_write, Missing::refuse);
}

Result<engine::TenantImported, engine::ImportFailure> take_lines(engine::TenantImport& import, LineReader& lines,
                                                                 Progress& progress) {
    if (auto begun = import.begin(); !begun) return fail(std::move(begun.error()));
    while (const auto line = lines.next()) {
        if (auto taken = import.take(*line); !taken) return fail(std::move(taken.error()));
        progress.at(import.events_taken(), import.events_in_all());
    }
    if (!lines.fault().empty()) return fail(engine::ImportFailure("the file " + lines.fault()));
    return import.finish();
}

Exit run_import(const MoveRequest& request) {
    core::Faults faults;
    if (!request.tenant.empty()) core::check_code(faults, "--as", request.tenant, core::limits::name_bytes_max);
    if (faults.any()) {
        complain("--as: the name " + faults.take().error.detail);
        return Exit::usage;
    }
    OpenFile file(request.file.empty() ? nullptr : std::fopen(request.file.c_str(), "re"), &std::fclose);
    if (!request.file.empty() && file == nullptr) {
        complain(request.file + " can not be read: " + std::strerror(errno));
        return Exit::usage;
    }
    auto store = open_target(request.store);
    if (!store) {
        complain(store.error());
        return Exit::store;
    }
    engine::ImportOptions options;
    options.name = request.tenant;
    options.now = SystemClock().now();
    engine::TenantImport import(**store, std::move(options));
    LineReader lines(file ? file.get() : stdin);
    Progress progress("import", "events");
    const auto done = take_lines(import, lines, progress);
    progress.clear();
    if (done) {
        fmt::print("ten_{} {}: {} events, {} persons, {} replies, state {}\n", done->tenant.raw(), done->name,
                   done->events, done->persons, done->replies, done->state_hash);
        return Exit::ok;
    }
    std::string why = reason(request.store, done.error());
    if (std::holds_alternative<std::string>(done.error())) {
        why = (request.file.empty() ? std::string("standard input") : request.file) + ": " + why;
    }
    const auto dropped = import.abandon();
    complain(why + (dropped ? "; nothing was imported"
                            : "; what was stored is served by nobody, and the next import drops it"));
    return std::holds_alternative<engine::IoError>(done.error()) ? Exit::store : Exit::failed;
}

}  // namespace

void add_tenant_export(CLI::App& group, Run& run) {
    CLI::App* command = group.add_subcommand("export", "Write a whole tenant to a file; also while a server runs");
    auto request = std::make_shared<MoveRequest>();
    add_store_option(*command, request->store);
    command->add_option("--tenant", request->tenant, "Name or id (ten_2)")->required();
    command->add_option("--to", request->file, "The file to make, which must not be there yet; else standard output");
    command->footer(
        "All events, all personal data, the kept replies and the state hash, as of one moment: keep the file as safe "
        "as\n"
        "the store. To move a tenant, stop what writes to it first: what comes later stays behind.\n"
        "\n"
        "Examples:\n"
        "  waybill tenant export --store shop.db --tenant Acme --to acme.ndjson\n"
        "  waybill tenant export --store shop.db --tenant Acme | waybill tenant import --store postgresql:///waybill");
    command->callback([request, &run] { run = [request] { return run_export(*request); }; });
}

void add_tenant_import(CLI::App& group, Run& run) {
    CLI::App* command =
        group.add_subcommand("import", "Read a tenant's file into a store that does not have the tenant");
    auto request = std::make_shared<MoveRequest>();
    add_store_option(*command, request->store);
    command->add_option("--from", request->file, "A file that tenant export wrote; else standard input");
    command->add_option("--as", request->tenant, "Call the tenant so; else as in the file");
    command->footer(
        "Folds every event again and compares the state hash. The tenant is there when all of it is, and not at all\n"
        "before: an import that fails takes back what it stored, and what one leaves that is killed is served by "
        "nobody\n"
        "and dropped by the next import. Ids, keys and Idempotency-Keys stay what they were; the tenant's own id is "
        "the\n"
        "store's next one.\n"
        "\n"
        "Example:\n"
        "  waybill tenant import --store postgresql://db.example/waybill --from acme.ndjson");
    command->callback([request, &run] { run = [request] { return run_import(*request); }; });
}

}  // namespace waybill::app
