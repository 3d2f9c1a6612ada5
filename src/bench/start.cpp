// How long a server takes to start on many inventory levels, and what a level costs in memory.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

#include "bench/child_server.hpp"
#include "bench/machine.hpp"
#include "bench/order_passes.hpp"
#include "bench/result_line.hpp"
#include "bench/workloads.hpp"

namespace waybill::bench {
namespace {

struct StartRequest {
    std::uint64_t seed = 1;
    std::uint64_t levels = 1'000'000;
    std::vector<std::uint32_t> each{3, 50};
    std::uint32_t rounds = 3;
    std::string dir;
};

struct Started {
    double seconds = 0;  ///< the quickest of the rounds
    std::uint64_t anonymous = 0;
    std::uint64_t resident = 0;
};

bool is_stock(const core::Command& command) { return std::holds_alternative<core::MoveInventory>(command); }

/// The retailer in a store, with or without its stock, and servers started on it. Errors: one line.
Result<Started, std::string> start(const std::string& path, std::vector<core::Command> commands, std::uint32_t rounds) {
    struct File {
        std::string path;
        ~File() { remove_store(path); }
    } const file{path};
    remove_store(path);
    {
        auto ground = make_ground(1'000);
        if (!ground) return fail(ground.error());
        auto store = open_store(path);
        if (!store) return fail(store.error());
        const auto made = set_up_tenant(**store, **ground, std::move(commands));
        if (!made) return fail(made.error());
    }
    Started out;
    for (std::uint32_t round = 0; round < rounds; ++round) {
        const auto server = ChildServer::start(path);
        if (!server) return fail(server.error());
        const double seconds = (*server)->start_seconds();
        out.seconds = round == 0 ? seconds : std::min(out.seconds, seconds);
        out.anonymous = anonymous_bytes((*server)->pid());
        out.resident = resident_bytes((*server)->pid());
    }
    return out;
}

Result<Unit, std::string> run_shape(const StartRequest& request, const std::string& folder, std::uint32_t each) {
    Shape shape = retail_shape();
    shape.seed = request.seed;
    shape.warehouses = each;
    shape.locations = each;
    shape.items = static_cast<std::uint32_t>(request.levels / each);
    const auto before = probe_fsync(folder);
    if (!before) return fail(before.error());
    const std::string path = folder + "/bench-start.db";
    std::vector<core::Command> commands = set_up_commands(shape);
    const auto full = start(path, commands, request.rounds);
    if (!full) return fail(full.error());
    commands.erase(std::remove_if(commands.begin(), commands.end(), is_stock), commands.end());
    const auto bare = start(path, std::move(commands), 1);
    if (!bare) return fail(bare.error());
    const auto after = probe_fsync(folder);
    if (!after) return fail(after.error());
    const std::uint64_t levels = static_cast<std::uint64_t>(shape.items) * each;
    ResultLine line("start");
    line.text("store", "sqlite").count("seed", request.seed).count("levels", levels).count("levels_an_item", each);
    line.count("items", shape.items).number("start_seconds", full->seconds, 3);
    line.number("start_seconds_without_levels", bare->seconds, 3);
    const double more = static_cast<double>(full->anonymous) - static_cast<double>(bare->anonymous);
    line.number("bytes_per_level", more / static_cast<double>(levels), 1);
    line.count("server_resident_bytes", full->resident).count("server_resident_bytes_without_levels", bare->resident);
    line.json("fdatasync_16k_us", probes_json(*before, *after)).print();
    return Unit{};
}

Result<Unit, std::string> run(const StartRequest& request) {
    auto folder = Folder::open(request.dir);
    if (!folder) return fail(folder.error());
    for (const std::uint32_t each : request.each) {
        if (auto done = run_shape(request, folder->path(), each); !done) return done;
    }
    return Unit{};
}

}  // namespace

void add_start(CLI::App& group, Workload& chosen) {
    auto request = std::make_shared<StartRequest>();
    CLI::App* command = group.add_subcommand("start", "Start-up time and memory with many inventory levels");
    command->add_option("--levels", request->levels, "Inventory levels")
        ->check(CLI::Range(100, 100'000'000))
        ->capture_default_str();
    command->add_option("--each", request->each, "Levels an item; a run for each number given")
        ->delimiter(',')
        ->check(CLI::Range(1, 1'000))
        ->capture_default_str();
    command->add_option("--rounds", request->rounds, "Starts of each; the quickest counts")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
    command->add_option("--seed", request->seed, "Of the retailer")->capture_default_str();
    command->add_option("--dir", request->dir, "Folder for the store; default: a temporary one")
        ->check(CLI::ExistingDirectory);
    command->footer(
        "Time is from the start of the process until it listens. bytes_per_level is what the process holds more than "
        "one\n"
        "on the same catalogue without stock.\n"
        "\n"
        "Example:\n"
        "  waybill bench start --levels 1000000 --each 3,50");
    command->callback([request, &chosen] { chosen = [request] { return run(*request); }; });
}

}  // namespace waybill::bench
