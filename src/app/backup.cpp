// waybill backup: copies a store as of one moment, while a server goes on writing to it.

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>

#include "app/commands.hpp"
#include "app/progress.hpp"
#include "app/store_access.hpp"
#include "storage/open_store.hpp"

namespace waybill::app {
namespace {

struct BackupRequest {
    std::string store = "./waybill.db";
    std::string to;
};

Exit run_backup(const BackupRequest& request) {
    std::error_code error;
    if (std::filesystem::exists(request.to, error)) {
        complain("there is already a file at " + request.to + "; a backup never overwrites one");
        return Exit::usage;
    }
    auto store = open_store_at(request.store, storage::Access::read_only, Missing::refuse);
    if (!store) {
        complain(store.error());
        return Exit::store;
    }
    {
        Progress progress("backup", "pages");
        const auto copied =
            (*store)->backup(request.to, [&progress](std::uint64_t done, std::uint64_t of) { progress.at(done, of); });
        if (!copied) {
            progress.clear();
            complain("backup to " + request.to + " failed: " + describe(request.store, copied.error()));
            return Exit::failed;
        }
    }
    const auto bytes = std::filesystem::file_size(request.to, error);
    fmt::print("{} holds {} as of now, {:.1f} MiB\n", request.to, storage::shown(request.store),
               error ? 0.0 : static_cast<double>(bytes) / (1 << 20));
    return Exit::ok;
}

}  // namespace

void add_backup(CLI::App& app, Run& run) {
    CLI::App* command = app.add_subcommand("backup", "Copy a store, also while a server runs on it");
    auto request = std::make_shared<BackupRequest>();
    add_store_option(*command, request->store);
    command->add_option("--to", request->to, "The file to make; must not be there yet")->required();
    command->footer(
        "The copy is a store of its own, as of one moment. Nobody waits for the backup.\n"
        "\n"
        "Example:\n"
        "  waybill backup --store shop.db --to /backups/shop-monday.db");
    command->callback([request, &run] { run = [request] { return run_backup(*request); }; });
}

}  // namespace waybill::app
