// Twice the load that the server can take, in an open loop: what is accepted stays quick, the rest is refused with 503,
// and exactly what was accepted is stored.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

#include "bench/child_server.hpp"
#include "bench/load_client.hpp"
#include "bench/machine.hpp"
#include "bench/result_line.hpp"
#include "bench/stored_orders.hpp"
#include "bench/workloads.hpp"

namespace waybill::bench {
namespace {

struct OverloadRequest {
    std::uint64_t seed = 1;
    std::uint64_t orders = 60'000;
    std::size_t connections = 1'024;
    std::size_t queue = 256;
    double times = 2;
    std::string dir;
};

struct Overload {
    double capacity = 0;  ///< orders a second in a closed loop just before
    LoadResult load;
    std::uint64_t resident_max = 0;
};

/// Errors: one line.
Result<Overload, std::string> overload(const OverloadRequest& request, const std::string& path, const Shape& shape,
                                       std::uint64_t warm_up) {
    auto server = ChildServer::start(path, {"--engine-queue-commands-max", std::to_string(request.queue)});
    if (!server) return fail(server.error());
    const OrderMaker maker(shape);
    Overload out;
    Load load;
    load.port = (*server)->port();
    load.connections = std::min<std::size_t>(64, request.queue);  // no more than the queue holds: none is refused
    load.requests = warm_up;
    load.make = [&](std::uint64_t i) { return post_request("/v1/orders", maker.make(i + 1)); };
    const auto closed = run_load(load);
    if (!closed) return fail(closed.error());
    if (closed->by_class[2] != warm_up) return fail("orders were refused: " + closed->first_failure);
    out.capacity = static_cast<double>(warm_up) / closed->seconds;

    // The orders are made beforehand: at this rate the client must not be what is slow.
    const std::vector<std::string> orders = maker.make(warm_up + 1, request.orders);
    load.connections = request.connections;
    load.requests = request.orders;
    load.make = [&](std::uint64_t i) { return post_request("/v1/orders", orders[i]); };
    load.per_second = out.capacity * request.times;
    load.keep_each = true;
    auto open = run_load(load);
    if (!open) return fail(open.error());
    out.load = std::move(*open);
    out.resident_max = resident_bytes_max((*server)->pid());
    return out;
}

/// Orders acknowledged and not stored, and stored though refused. Errors: one line.
struct Audit {
    std::uint64_t lost = 0;
    std::uint64_t stored_though_refused = 0;
};
Result<Audit, std::string> audit(const std::string& path, const LoadResult& load, std::uint64_t first) {
    auto store = open_store(path);
    if (!store) return fail(store.error());
    const auto tenant = find_bench_tenant(**store);
    if (!tenant) return fail(tenant.error());
    auto reader = (*store)->reader();
    if (!reader) return fail(describe(reader.error()));
    Audit out;
    for (std::uint64_t i = 0; i < load.status_by_request.size(); ++i) {
        const auto found = find_order(**reader, *tenant, first + i);
        if (!found) return fail(found.error());
        const bool is_accepted = load.status_by_request[i] / 100 == 2;
        if (is_accepted && !*found) ++out.lost;
        if (!is_accepted && *found) ++out.stored_though_refused;
    }
    return out;
}

void print(const OverloadRequest& request, const Overload& measured, const Audit& audit, const std::string& probes) {
    const LoadResult& load = measured.load;
    const auto count = static_cast<double>(request.orders);
    const Percentiles good = percentiles_of(load.good_nanos);
    const Percentiles refused = percentiles_of(load.refused_nanos);
    ResultLine line("overload");
    line.text("store", "sqlite").count("seed", request.seed).count("connections", request.connections);
    line.count("queue_commands_max", request.queue).number("capacity_per_second", measured.capacity, 0);
    line.number("offered_per_second", measured.capacity * request.times, 0);
    line.number("sent_per_second", count / load.seconds, 0).count("orders", request.orders);
    line.count("accepted", load.by_class[2]).count("refused_503", load.status_503);
    line.count("other_answers", load.answered - load.by_class[2] - load.status_503);
    line.number("refused_share", static_cast<double>(load.status_503) / count, 3);
    line.number("accepted_per_second", static_cast<double>(load.by_class[2]) / load.seconds, 0);
    line.number("p50_ms", good.p50_us / 1000, 2).number("p99_ms", good.p99_us / 1000, 2);
    line.number("max_ms", good.max_us / 1000, 2).number("refused_p50_ms", refused.p50_us / 1000, 2);
    line.number("refused_p99_ms", refused.p99_us / 1000, 2);
    line.count("lost", audit.lost).count("stored_though_refused", audit.stored_though_refused);
    line.count("server_resident_bytes_max", measured.resident_max).json("fdatasync_16k_us", probes).print();
}

Result<Unit, std::string> run(const OverloadRequest& request) {
    auto folder = Folder::open(request.dir);
    if (!folder) return fail(folder.error());
    struct File {
        std::string path;
        ~File() { remove_store(path); }
    } const file{folder->path() + "/bench-overload.db"};
    remove_store(file.path);
    Shape shape = retail_shape();
    shape.seed = request.seed;
    {
        auto ground = make_ground(1'000);
        if (!ground) return fail(ground.error());
        auto store = open_store(file.path);
        if (!store) return fail(store.error());
        const auto made = set_up_tenant(**store, **ground, set_up_commands(shape));
        if (!made) return fail(made.error());
    }
    const auto before = probe_fsync(folder->path());
    if (!before) return fail(before.error());
    const std::uint64_t warm_up = std::max<std::uint64_t>(64, request.orders / 3);
    const auto measured = overload(request, file.path, shape, warm_up);
    if (!measured) return fail(measured.error());
    const auto audited = audit(file.path, measured->load, warm_up + 1);
    if (!audited) return fail(audited.error());
    const auto after = probe_fsync(folder->path());
    if (!after) return fail(after.error());
    print(request, *measured, *audited, probes_json(*before, *after));
    if (audited->lost > 0) return fail(std::string("an order that was acknowledged is not stored"));
    return Unit{};
}

}  // namespace

void add_overload(CLI::App& group, Workload& chosen) {
    auto request = std::make_shared<OverloadRequest>();
    CLI::App* command = group.add_subcommand("overload", "Twice the load that the server can take");
    command->add_option("--orders", request->orders, "Offered; a third as many measure the capacity before")
        ->check(CLI::Range(64, 10'000'000))
        ->capture_default_str();
    command->add_option("--times", request->times, "Load offered, as a multiple of what a closed loop reached")
        ->check(CLI::Range(0.1, 10.0))
        ->capture_default_str();
    command->add_option("--connections", request->connections, "Kept connections")
        ->check(CLI::Range(1, 5'000))
        ->capture_default_str();
    command
        ->add_option("--queue", request->queue,
                     "engine.queue_commands_max of the server: below the connections, or nothing is ever refused")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    command->add_option("--seed", request->seed, "Of the retailer and its orders")->capture_default_str();
    command
        ->add_option("--dir", request->dir,
                     "Folder for the stores, on the disk to be measured; default: a temporary one")
        ->check(CLI::ExistingDirectory);
    command->footer(
        "Requests are due at a fixed rate and latency counts from then, so a server that falls behind can not hide "
        "it.\n"
        "sent_per_second below offered_per_second says that all connections were busy. Afterwards every order is "
        "looked\n"
        "up in the store: lost must be 0.\n"
        "\n"
        "Example:\n"
        "  waybill bench overload --orders 200000 --times 3");
    command->callback([request, &chosen] { chosen = [request] { return run(*request); }; });
}

}  // namespace waybill::bench
