// waybill status: who shares a store, which process owns which tenant, and what waits there.

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/json_text.hpp"
#include "app/store_access.hpp"
#include "engine/leases.hpp"
#include "http/client.hpp"

namespace waybill::app {
namespace {

using engine::Membership;
using engine::OwnedTenant;

constexpr std::chrono::milliseconds answer_wait_max{2'000};

struct StatusRequest {
    std::string store = "./waybill.db";
    bool as_json = false;
};

/// What a process says of itself.
struct Work {
    std::uint64_t queued = 0;
    std::uint64_t commits = 0;
    std::uint64_t commit_micros = 0;

    [[nodiscard]] std::uint64_t mean_commit_micros() const { return commits == 0 ? 0 : commit_micros / commits; }
};

/// The sample of a metric without labels.
std::uint64_t sample_of(std::string_view metrics, const std::string& name) {
    const std::string line = "\n" + name + " ";
    const std::size_t at = metrics.find(line);
    std::uint64_t out = 0;
    if (at != std::string_view::npos) {
        std::from_chars(metrics.data() + at + line.size(), metrics.data() + metrics.size(), out);
    }
    return out;
}

/// nullopt: it does not answer.
std::optional<Work> work_of(const engine::Process& process) {
    if (!process.is_live() || process.address.empty()) return std::nullopt;
    http::ClientOptions options;
    options.connect_wait_max = options.progress_wait_max = answer_wait_max;
    auto client = http::Client::make(process.address, options);
    if (!client) return std::nullopt;
    const auto answer = client->send({.method = "GET", .target = "/metrics", .headers = {}, .body = {}});
    if (!answer || answer->status != 200) return std::nullopt;
    return Work{sample_of(answer->body, "waybill_commands_queued"),
                sample_of(answer->body, "waybill_store_commits_total"),
                sample_of(answer->body, "waybill_store_commit_microseconds_total")};
}

/// The last owner whose process is gone owns nothing.
std::uint64_t owner_of(const OwnedTenant& tenant, const Membership& seen) {
    const bool is_live = std::any_of(seen.processes.begin(), seen.processes.end(), [&](const engine::Process& process) {
        return process.id == tenant.owner && process.is_live();
    });
    return is_live ? tenant.owner : engine::no_process;
}

void print_json(const Membership& seen) {
    for (const engine::Process& process : seen.processes) {
        const auto work = work_of(process);
        const std::string more =
            work ? fmt::format(",\"queued\":{},\"commit_microseconds\":{}", work->queued, work->mean_commit_micros())
                 : "";
        fmt::print("{{\"process\":{},\"address\":{},\"version\":{},\"format\":{},\"lease_left_ms\":{}{}}}\n",
                   process.id, json_text(process.address), json_text(process.version), process.format,
                   std::chrono::duration_cast<std::chrono::milliseconds>(process.left).count(), more);
    }
    for (const OwnedTenant& tenant : seen.tenants) {
        fmt::print("{{\"tenant\":\"ten_{}\",\"name\":{},\"owner\":{},\"epoch\":{},\"head\":{}}}\n",
                   tenant.head.tenant.raw(), json_text(tenant.head.name), owner_of(tenant, seen), tenant.epoch,
                   tenant.head.head.raw());
    }
}

void print_text(const Membership& seen) {
    for (const engine::Process& process : seen.processes) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(process.left).count();
        const std::string lease =
            process.is_live() ? fmt::format("lease {}.{} s", left / 1'000, left % 1'000 / 100) : std::string("gone");
        const auto work = work_of(process);
        const std::string more =
            work ? fmt::format("  {} waiting, {} us a commit", work->queued, work->mean_commit_micros())
            : process.is_live() && !process.address.empty() ? std::string("  does not answer")
                                                            : std::string();
        fmt::print("process {:<5} {:<32} {:<10} {}{}\n", process.id, process.address.empty() ? "-" : process.address,
                   process.version, lease, more);
    }
    for (const OwnedTenant& tenant : seen.tenants) {
        const auto owner = owner_of(tenant, seen);
        fmt::print("ten_{:<6} {:<30} {:<16} epoch {:<5} {:>12} events\n", tenant.head.tenant.raw(), tenant.head.name,
                   owner == engine::no_process ? "no owner" : fmt::format("process {}", owner), tenant.epoch,
                   tenant.head.head.raw());
    }
}

Exit run_status(const StatusRequest& request) {
    const auto store = open_store_at(request.store, storage::Access::read_only, Missing::refuse);
    if (!store) {
        complain(store.error());
        return Exit::store;
    }
    const auto leases = (*store)->leases();
    if (!leases) {
        complain(describe(request.store, leases.error()));
        return Exit::store;
    }
    if (*leases == nullptr) {
        complain("the store " + request.store + " is one process' alone; several can share one on PostgreSQL");
        return Exit::usage;
    }
    const auto seen = (*leases)->look();
    if (!seen) {
        complain(describe(request.store, seen.error()));
        return Exit::store;
    }
    if (request.as_json) {
        print_json(*seen);
    } else {
        print_text(*seen);
    }
    return Exit::ok;
}

}  // namespace

void add_status(CLI::App& app, Run& run) {
    CLI::App* command = app.add_subcommand("status", "Say who shares a store on PostgreSQL, and who owns which tenant");
    auto request = std::make_shared<StatusRequest>();
    add_store_option(*command, request->store);
    command->add_flag("--json", request->as_json, "Print one JSON object a line: processes, then tenants");
    command->footer(
        "Each process is also asked how many commands wait in it and how long its commits take.\n"
        "\n"
        "Example:\n"
        "  waybill status --store postgresql://waybill@db.example/shop");
    command->callback([request, &run] { run = [request] { return run_status(*request); }; });
}

}  // namespace waybill::app
