// waybill migrate: brings a store's schema up to date, before the servers of a new version start or beside those of the
// old one.

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/json_text.hpp"
#include "app/store_access.hpp"
#include "storage/open_store.hpp"

namespace waybill::app {
namespace {

struct MigrateRequest {
    std::string store = "./waybill.db";
    bool distribute = false;
    bool as_json = false;
};

void print_json(const MigrateRequest& request, const storage::SchemaChange& change,
                const std::vector<std::string>& distributed) {
    std::string tables;
    for (const std::string& table : distributed) tables += (tables.empty() ? "" : ",") + json_text(table);
    fmt::print("{{\"store\":{},\"from\":{},\"to\":{}{}}}\n", json_text(storage::shown(request.store)), change.from,
               change.to, request.distribute ? fmt::format(",\"distributed\":[{}]", tables) : "");
}

void print_text(const MigrateRequest& request, const storage::SchemaChange& change,
                const std::vector<std::string>& distributed) {
    const std::string store = storage::shown(request.store);
    if (change.from == change.to) {
        fmt::print("{} has schema {} and is up to date\n", store, change.to);
    } else if (change.from == 0) {
        fmt::print("{} is a new store with schema {}\n", store, change.to);
    } else {
        fmt::print("{} was brought from schema {} to schema {}\n", store, change.from, change.to);
    }
    if (!request.distribute) return;
    if (distributed.empty()) {
        fmt::print("its tables are distributed by tenant already\n");
    } else {
        fmt::print("distributed by tenant: {}\n", fmt::join(distributed, ", "));
    }
}

Exit run_migrate(const MigrateRequest& request) {
    if (request.store == "memory:") {
        complain("a store in memory has no schema to bring up to date");
        return Exit::usage;
    }
    if (request.distribute && !storage::is_on_server(request.store)) {
        complain("--distribute is for a store on PostgreSQL");
        return Exit::usage;
    }
    const auto change = storage::migrate_store(request.store);
    if (!change) {
        complain(describe(request.store, change.error()));
        return Exit::store;
    }
    std::vector<std::string> distributed;
    if (request.distribute) {
        auto done = storage::distribute_store(request.store);
        if (!done) {
            complain("the store " + storage::shown(request.store) + " was not distributed (" + done.error().detail +
                     ")");
            return Exit::failed;
        }
        distributed = std::move(*done);
    }
    if (request.as_json) {
        print_json(request, *change, distributed);
    } else {
        print_text(request, *change, distributed);
    }
    return Exit::ok;
}

}  // namespace

void add_migrate(CLI::App& app, Run& run) {
    CLI::App* command = app.add_subcommand("migrate", "Bring a store's schema up to date, and say what was done");
    auto request = std::make_shared<MigrateRequest>();
    add_store_option(*command, request->store);
    command->add_flag("--distribute", request->distribute,
                      "Divide the tables by tenant over the nodes of a database with the extension Citus");
    command->add_flag("--json", request->as_json, "Print one JSON object");
    command->footer(
        "A server does the same when it starts. This is for a role that may do more than the server's, and for the "
        "time\n"
        "before new servers start. On PostgreSQL it may run beside a server; other processes that migrate are waited\n"
        "for. A store that is not there is made. Running it again changes nothing.\n"
        "\n"
        "Examples:\n"
        "  waybill migrate --store shop.db\n"
        "  waybill migrate --store postgresql://owner@db.example/shop --distribute");
    command->callback([request, &run] { run = [request] { return run_migrate(*request); }; });
}

}  // namespace waybill::app
