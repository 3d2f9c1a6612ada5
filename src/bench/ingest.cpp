// Orders from JSON text to durable, in batches, in process and over HTTP, beside the raw store.

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <memory>

#include "bench/child_server.hpp"
#include "bench/machine.hpp"
#include "bench/order_passes.hpp"
#include "bench/result_line.hpp"
#include "bench/workloads.hpp"
#include "http/client.hpp"

namespace waybill::bench {
namespace {

struct IngestRequest {
    std::uint64_t seed = 1;
    std::uint64_t orders = 50'000;
    std::vector<std::size_t> batches{200, 1'000};
    std::string shape = "retail";
    std::string over = "process";
    std::string dir;
    std::string server;
};

/// What a sum of microseconds over the run comes to for one order.
double each(std::uint64_t micros, std::uint64_t orders) {
    return static_cast<double>(micros) / static_cast<double>(orders);
}

struct MeasuredIngest {
    Pass pass;
    double bytes_per_order = 0;
    double client_cpu_seconds = 0;
};

/// Errors: one line.
Result<MeasuredIngest, std::string> ingest_in_process(const std::string& path, Ground& ground, core::TenantId tenant,
                                                      const std::vector<std::string>& orders) {
    MeasuredIngest out;
    auto store = open_store(path);
    if (!store) return fail(store.error());
    auto pass = ingest(**store, ground, tenant, orders);
    if (!pass) return fail(pass.error());
    out.pass = *pass;
    return out;
}

std::uint64_t value_of(const std::map<std::string, double>& metrics, const std::string& name) {
    const auto found = metrics.find(name);
    return found == metrics.end() ? 0 : static_cast<std::uint64_t>(found->second);
}

engine::EngineStats stats_between(const std::map<std::string, double>& before,
                                  const std::map<std::string, double>& after) {
    const auto grown = [&](const std::string& name) { return value_of(after, name) - value_of(before, name); };
    engine::EngineStats out;
    out.accepted = grown("waybill_commands_accepted_total");
    out.rejected = grown("waybill_commands_rejected_total");
    out.batches = grown("waybill_batches_total");
    out.load_micros = grown("waybill_load_microseconds_total");
    out.decide_micros = grown("waybill_decide_microseconds_total");
    out.encode_micros = grown("waybill_encode_microseconds_total");
    out.commit_micros = grown("waybill_commit_microseconds_total");
    out.routed_optimal = grown("waybill_routed_optimal_total");
    out.routed_unproved = grown("waybill_routed_unproved_total");
    return out;
}

/// One POST of all orders as NDJSON to a server of its own; the server takes the batch limit.
Result<MeasuredIngest, std::string> ingest_over_http(const std::string& path, std::size_t batch,
                                                     const std::vector<std::string>& orders) {
    const std::string in_flight = std::to_string(batch * 2);
    auto server = ChildServer::start(
        path, {"--engine-batch-commands-max", std::to_string(batch), "--api-bulk-in-flight-max", in_flight});
    if (!server) return fail(server.error());
    auto client = http::Client::make((*server)->url());
    if (!client) return fail(client.error().text);
    http::ClientRequest request;
    request.method = "POST";
    request.target = "/v1/orders/bulk";
    request.headers = {{"authorization", "Bearer " + std::string(tenant_secret)},
                       {"content-type", "application/x-ndjson"}};
    http::Client::Streams streams;
    std::size_t next = 0;
    constexpr std::size_t chunk_bytes = 64 * 1024;
    streams.source = [&]() -> std::optional<std::string> {
        if (next == orders.size()) return std::nullopt;
        std::string out;
        while (next < orders.size() && out.size() < chunk_bytes) {
            out += orders[next++];
            out += '\n';
        }
        return out;
    };
    streams.sink = [](std::string_view) { return http::SinkFlow::more; };
    MeasuredIngest out;
    const auto before = (*server)->metrics();
    const double server_cpu = cpu_seconds((*server)->pid());
    const double client_cpu = cpu_seconds();
    const auto began = std::chrono::steady_clock::now();
    const auto answer = client->exchange(request, streams);
    out.pass.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    if (!answer) return fail(answer.error().text);
    if (answer->status != 200) return fail(fmt::format("the bulk was answered with {}", answer->status));
    out.client_cpu_seconds = cpu_seconds() - client_cpu;
    out.pass.cpu_seconds = cpu_seconds((*server)->pid()) - server_cpu;
    out.pass.stats = stats_between(before, (*server)->metrics());
    out.pass.accepted = out.pass.stats.accepted;
    out.pass.rejected = out.pass.stats.rejected;
    return out;
}

void print(const IngestRequest& request, std::string_view store, const Shape& shape, std::size_t batch,
           const MeasuredIngest& measured, const RawCeiling& raw, const FsyncProbe& before, const FsyncProbe& after) {
    const Pass& pass = measured.pass;
    const auto count = static_cast<double>(request.orders);
    const double rate = count / pass.seconds;
    const double raw_rate = count / raw.seconds;
    ResultLine line("ingest");
    line.text("store", store).text("over", request.over).text("shape", shape.name).count("seed", shape.seed);
    line.count("orders", request.orders).count("items", shape.items).count("locations", shape.locations);
    line.count("accepted", pass.accepted).count("rejected", pass.rejected).count("batch_max", batch);
    line.number("batch_mean", count / static_cast<double>(std::max<std::uint64_t>(1, pass.stats.batches)));
    line.number("seconds", pass.seconds, 3).number("orders_per_second", rate, 0);
    line.number("cpu_us_per_order", pass.cpu_seconds * 1e6 / count);
    line.number("client_cpu_us_per_order", measured.client_cpu_seconds * 1e6 / count);
    line.number("bytes_per_order", measured.bytes_per_order, 0);
    line.number("raw_orders_per_second", raw_rate, 0).number("raw_batch_mean", raw.batch_mean);
    line.number("raw_cpu_us_per_order", raw.cpu_seconds * 1e6 / count).number("raw_ratio", rate / raw_rate, 3);
    line.json(
        "us_per_order",
        fmt::format(R"({{"load":{:.1f},"decide":{:.1f},"encode":{:.1f},"commit":{:.1f}}})",
                    each(pass.stats.load_micros, request.orders), each(pass.stats.decide_micros, request.orders),
                    each(pass.stats.encode_micros, request.orders), each(pass.stats.commit_micros, request.orders)));
    line.count("routed_optimal", pass.stats.routed_optimal).count("routed_unproved", pass.stats.routed_unproved);
    line.json("fdatasync_16k_us", probes_json(before, after)).print();
}

Result<Unit, std::string> run_batch(const IngestRequest& request, const Place& place, std::size_t batch) {
    auto ground = make_ground(batch);
    if (!ground) return fail(ground.error());
    Shape shape = request.shape == "pgbench" ? pgbench_shape() : retail_shape();
    shape.seed = request.seed;
    const std::vector<std::string> orders = OrderMaker(shape).make(1, request.orders);
    const auto before = probe_fsync(place.folder());
    if (!before) return fail(before.error());
    const auto placed = PlacedStore::make(place, "measured");
    if (!placed) return fail(placed.error());
    core::TenantId tenant;
    {
        auto store = open_store(placed->address());
        if (!store) return fail(store.error());
        const auto made = set_up_tenant(**store, **ground, set_up_commands(shape));
        if (!made) return fail(made.error());
        tenant = *made;
    }  // closing moves the log into the file
    const std::uint64_t bytes_before = placed->bytes();
    auto measured = request.over == "http" ? ingest_over_http(placed->address(), batch, orders)
                                           : ingest_in_process(placed->address(), **ground, tenant, orders);
    if (!measured) return fail(measured.error());
    measured->bytes_per_order =
        static_cast<double>(placed->bytes() - bytes_before) / static_cast<double>(request.orders);
    const auto raw = measure_raw(place, **ground, shape, orders);
    if (!raw) return fail(raw.error());
    const auto after = probe_fsync(place.folder());
    if (!after) return fail(after.error());
    print(request, place.kind(), shape, batch, *measured, *raw, *before, *after);
    return Unit{};
}

Result<Unit, std::string> run(const IngestRequest& request) {
    const auto place = Place::open(request.dir, request.server);
    if (!place) return fail(place.error());
    for (const std::size_t batch : request.batches) {
        if (auto done = run_batch(request, *place, batch); !done) return done;
    }
    return Unit{};
}

}  // namespace

void add_ingest(CLI::App& group, Workload& chosen) {
    auto request = std::make_shared<IngestRequest>();
    CLI::App* command =
        group.add_subcommand("ingest", "Orders in bulk from JSON text to durable, beside the raw store");
    command->add_option("--orders", request->orders, "How many")
        ->check(CLI::Range(1, 10'000'000))
        ->capture_default_str();
    command->add_option("--batch", request->batches, "Commands in one commit, at most; a run for each number given")
        ->delimiter(',')
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    command->add_option("--over", request->over, "In this process, or one NDJSON request to a server of its own")
        ->check(CLI::IsMember({"process", "http"}))
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
        "raw_ratio is orders_per_second against the raw ceiling: the same rows committed to a fresh store, batch for "
        "batch,\n"
        "by a loop that does nothing else, in the same run. Figures move with the machine; the ratio does not.\n"
        "All of a run is kept in memory for that: about 10 KB an order.\n"
        "\n"
        "Examples:\n"
        "  waybill bench ingest --orders 100000 --batch 200,1000 --dir /var/lib/waybill\n"
        "  waybill bench ingest --over http --batch 1000");
    command->callback([request, &chosen] { chosen = [request] { return run(*request); }; });
}

}  // namespace waybill::bench
