// One order a request over HTTP: a real server process, and clients that keep their connections.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <memory>

#include "bench/child_server.hpp"
#include "bench/load_client.hpp"
#include "bench/machine.hpp"
#include "bench/order_passes.hpp"
#include "bench/result_line.hpp"
#include "bench/workloads.hpp"

namespace waybill::bench {
namespace {

struct HttpRequest {
    std::uint64_t seed = 1;
    std::uint64_t orders = 20'000;
    std::vector<std::size_t> connections{1, 8, 64, 256};
    std::string shape = "retail";
    std::string dir;
    std::string server;
};

struct ServedOrders {
    LoadResult load;
    double server_cpu_seconds = 0;
    double batch_mean = 0;
    std::uint64_t resident = 0;
};

/// Errors: one line.
Result<ServedOrders, std::string> serve(const std::string& path, const std::vector<std::string>& orders,
                                        std::size_t connections) {
    auto server = ChildServer::start(path);
    if (!server) return fail(server.error());
    Load load;
    load.port = (*server)->port();
    load.connections = connections;
    load.requests = orders.size();
    load.make = [&](std::uint64_t i) { return post_request("/v1/orders", orders[i]); };
    ServedOrders out;
    const auto before = (*server)->metrics();
    const double cpu = cpu_seconds((*server)->pid());
    auto done = run_load(load);
    if (!done) return fail(done.error());
    out.server_cpu_seconds = cpu_seconds((*server)->pid()) - cpu;
    out.resident = resident_bytes((*server)->pid());
    auto after = (*server)->metrics();
    auto was = before;
    const double batches = after["waybill_batches_total"] - was["waybill_batches_total"];
    out.batch_mean = (after["waybill_commands_total"] - was["waybill_commands_total"]) / std::max(1.0, batches);
    out.load = std::move(*done);
    if (out.load.by_class[2] != orders.size()) return fail("orders were refused: " + out.load.first_failure);
    return out;
}

void print(std::string_view store, const Shape& shape, std::size_t connections, std::uint64_t orders,
           const ServedOrders& served, const RawCeiling& raw, const std::string& probes) {
    const auto count = static_cast<double>(orders);
    const double rate = count / served.load.seconds;
    const double raw_rate = count / raw.seconds;
    const Percentiles latency = percentiles_of(served.load.good_nanos);
    ResultLine line("http");
    line.text("store", store).text("shape", shape.name).count("seed", shape.seed).count("connections", connections);
    line.count("orders", orders).count("accepted", served.load.by_class[2]);
    line.number("seconds", served.load.seconds, 3).number("orders_per_second", rate, 0);
    line.number("p50_ms", latency.p50_us / 1000, 3).number("p99_ms", latency.p99_us / 1000, 3);
    line.number("p999_ms", latency.p999_us / 1000, 3).number("max_ms", latency.max_us / 1000, 3);
    line.number("server_cpu_us_per_order", served.server_cpu_seconds * 1e6 / count);
    line.number("client_cpu_us_per_order", served.load.client_cpu_seconds * 1e6 / count);
    line.number("batch_mean", served.batch_mean).count("server_resident_bytes", served.resident);
    line.number("raw_orders_per_second", raw_rate, 0).number("raw_batch_mean", raw.batch_mean);
    line.number("raw_ratio", rate / raw_rate, 3).json("fdatasync_16k_us", probes).print();
}

Result<Unit, std::string> run_connections(const HttpRequest& request, const Place& place, std::size_t connections) {
    Shape shape = request.shape == "pgbench" ? pgbench_shape() : retail_shape();
    shape.seed = request.seed;
    // One connection is many times slower: a fifth tells as much.
    const std::uint64_t count = connections == 1 ? std::max<std::uint64_t>(1, request.orders / 5) : request.orders;
    const std::vector<std::string> orders = OrderMaker(shape).make(1, count);
    const auto placed = PlacedStore::make(place, "http");
    if (!placed) return fail(placed.error());
    {
        auto ground = make_ground(1'000);
        if (!ground) return fail(ground.error());
        auto store = open_store(placed->address());
        if (!store) return fail(store.error());
        const auto made = set_up_tenant(**store, **ground, set_up_commands(shape));
        if (!made) return fail(made.error());
    }
    const auto before = probe_fsync(place.folder());
    if (!before) return fail(before.error());
    const auto served = serve(placed->address(), orders, connections);
    if (!served) return fail(served.error());
    // The raw loop writes batches of the size that formed.
    auto ground = make_ground(std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(served->batch_mean))));
    if (!ground) return fail(ground.error());
    const auto raw = measure_raw(place, **ground, shape, orders);
    if (!raw) return fail(raw.error());
    const auto after = probe_fsync(place.folder());
    if (!after) return fail(after.error());
    print(place.kind(), shape, connections, count, *served, *raw, probes_json(*before, *after));
    return Unit{};
}

Result<Unit, std::string> run(const HttpRequest& request) {
    const auto place = Place::open(request.dir, request.server);
    if (!place) return fail(place.error());
    for (const std::size_t connections : request.connections) {
        if (auto done = run_connections(request, *place, connections); !done) return done;
    }
    return Unit{};
}

}  // namespace

void add_http(CLI::App& group, Workload& chosen) {
    auto request = std::make_shared<HttpRequest>();
    CLI::App* command = group.add_subcommand("http", "One order a request over HTTP, with more and more connections");
    command->add_option("--connections", request->connections, "Kept connections, one request each under way")
        ->delimiter(',')
        ->check(CLI::Range(1, 5'000))
        ->capture_default_str();
    command->add_option("--orders", request->orders, "How many; a fifth of them with one connection")
        ->check(CLI::Range(1, 10'000'000))
        ->capture_default_str();
    command->add_option("--shape", request->shape, "Of the retailer and its orders")
        ->check(CLI::IsMember({"retail", "pgbench"}))
        ->capture_default_str();
    command->add_option("--seed", request->seed, "Of the retailer and its orders")->capture_default_str();
    command->add_option(
        "--server", request->server,
        "Address of a PostgreSQL database (postgresql://...) for the stores, in schemas waybill_bench_*; "
        "default: files");
    command
        ->add_option("--dir", request->dir,
                     "Folder for the stores, on the disk to be measured; default: a temporary one")
        ->check(CLI::ExistingDirectory);
    command->footer(
        "The server is this program started again as `serve` on a fresh store; its CPU time is its own. Clients share "
        "the\n"
        "machine with it. The raw ceiling is the same orders' rows in batches of the size that formed.\n"
        "\n"
        "Example:\n"
        "  waybill bench http --connections 64 --orders 100000 --dir /var/lib/waybill");
    command->callback([request, &chosen] { chosen = [request] { return run(*request); }; });
}

}  // namespace waybill::bench
