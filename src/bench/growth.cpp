// What an order costs when many are stored already: a store is filled by ingest and measured at each size, each time
// beside a fresh store in the same run.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <filesystem>
#include <memory>

#include "api/order_input.hpp"
#include "bench/child_server.hpp"
#include "bench/load_client.hpp"
#include "bench/machine.hpp"
#include "bench/order_passes.hpp"
#include "bench/result_line.hpp"
#include "bench/stored_orders.hpp"
#include "bench/workloads.hpp"

namespace waybill::bench {
namespace {

constexpr std::size_t growth_batch = 1'000;
constexpr std::uint32_t customers = 500'000;
enum class Fate : std::uint8_t { stays, shipped, cancelled };
/// One order in ten is shipped from one of its places and two in a hundred are cancelled, some time after they came.
Fate fate_of(std::uint64_t number) {
    if (number % 100 == 0 || number % 100 == 1) return Fate::cancelled;
    return number % 10 == 2 ? Fate::shipped : Fate::stays;
}

struct GrowthRequest {
    std::string store;
    std::vector<std::uint64_t> sizes{0, 1'000'000};
    std::uint64_t sample = 50'000;
    std::uint64_t singles = 10'000;
    std::uint64_t seed = 1;
};

Shape growth_shape(const GrowthRequest& request) {
    Shape shape = retail_shape();
    shape.seed = request.seed;
    shape.customers = customers;
    return shape;
}

/// What becomes of orders once they are stored.
class Aftermath {
public:
    explicit Aftermath(const Shape& shape) : shape_(shape) {}
    /// On the writer's thread.
    void remember(Fate fate, const core::Order& order) {
        const auto& allocations = order.lines.front().allocations;
        if (fate == Fate::cancelled) {
            core::CancelOrder cancel;
            cancel.order = order.id;
            cancel.reason = "customer_request";
            add(std::move(cancel));
        } else if (!allocations.empty()) {
            core::ShipOrder ship;
            ship.order = order.id;
            ship.location = place_of(shape_, allocations.front().location);
            ship.carrier = "carrier";
            ship.tracking = "T" + std::to_string(order.id.raw());
            add(std::move(ship));
        }
    }
    [[nodiscard]] std::optional<core::Command> next() {
        const std::lock_guard lock(mutex_);
        if (waiting_.empty()) return std::nullopt;
        core::Command out = std::move(waiting_.front());
        waiting_.pop_front();
        return out;
    }

private:
    void add(core::Command command) {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(command));
    }

    const Shape shape_;
    std::mutex mutex_;
    std::deque<core::Command> waiting_;
};

/// Orders `first` to `last`, and what becomes of them. Errors: one line.
Result<Unit, std::string> fill(engine::Store& store, Ground& ground, core::TenantId tenant, const Shape& shape,
                               std::uint64_t first, std::uint64_t last) {
    auto engine = engine::Engine::open(store, ground.clock, ground.zones, ground.options);
    if (!engine) return fail(describe(engine.error()));
    const OrderMaker maker(shape);
    Aftermath aftermath(shape);
    Feeder feeder(**engine, tenant, growth_batch * 2);
    for (std::uint64_t number = first; number <= last; ++number) {
        auto request = api::read_order(maker.make(number));
        if (!request) return fail(std::string("the benchmark made an order that can not be read"));
        Feeder::OnReceipt later;
        if (const Fate fate = fate_of(number); fate != Fate::stays) {
            later = [&aftermath, fate](const engine::Receipt& receipt) { aftermath.remember(fate, *receipt.order); };
        }
        feeder.send(std::move(request->command), std::move(request->person), std::move(later));
        if (auto command = aftermath.next()) feeder.send(std::move(*command));
    }
    feeder.wait();
    while (auto command = aftermath.next()) feeder.send(std::move(*command));
    feeder.wait();
    (*engine)->stop();
    if (feeder.rejected > 0) return fail("filling the store was refused: " + feeder.first_failure);
    return Unit{};
}

struct Cost {
    Pass pass;
    double bytes_per_order = 0;
};

/// Errors: one line.
Result<Cost, std::string> measure(const std::string& path, Ground& ground, const Shape& shape, std::uint64_t first,
                                  std::uint64_t count) {
    const std::vector<std::string> orders = OrderMaker(shape).make(first, count);
    const std::uint64_t bytes = file_bytes(path);
    Cost out;
    {
        auto store = open_store(path);
        if (!store) return fail(store.error());
        const auto tenant = find_bench_tenant(**store);
        if (!tenant) return fail(tenant.error());
        const auto pass = ingest(**store, ground, *tenant, orders);
        if (!pass) return fail(pass.error());
        if (pass->rejected > 0) return fail(std::string("orders of the sample were refused"));
        out.pass = *pass;
    }
    out.bytes_per_order = static_cast<double>(file_bytes(path) - bytes) / static_cast<double>(count);
    return out;
}

/// The same on a fresh store, which is removed again. Errors: one line.
Result<Cost, std::string> measure_empty(const GrowthRequest& request, Ground& ground, const Shape& shape) {
    struct File {
        std::string path;
        ~File() { remove_store(path); }
    } const file{request.store + ".empty"};
    remove_store(file.path);
    {
        auto store = open_store(file.path);
        if (!store) return fail(store.error());
        const auto made = set_up_tenant(**store, ground, set_up_commands(shape));
        if (!made) return fail(made.error());
    }
    return measure(file.path, ground, shape, 1, request.sample);
}

struct ServedGrowth {
    double start_seconds = 0;
    std::uint64_t resident_at_start = 0;
    std::uint64_t resident_after = 0;
    double cpu_us_per_order = 0;
    double orders_per_second = 0;
    Percentiles latency;
};

/// Single orders to a server of its own on 64 connections. Errors: one line.
Result<ServedGrowth, std::string> serve(const GrowthRequest& request, const Shape& shape, std::uint64_t first) {
    auto server = ChildServer::start(request.store);
    if (!server) return fail(server.error());
    ServedGrowth out;
    out.start_seconds = (*server)->start_seconds();
    out.resident_at_start = resident_bytes((*server)->pid());
    const OrderMaker maker(shape);
    Load load;
    load.port = (*server)->port();
    load.connections = 64;
    load.requests = request.singles;
    load.make = [&](std::uint64_t i) { return post_request("/v1/orders", maker.make(first + i)); };
    const double cpu = cpu_seconds((*server)->pid());
    auto done = run_load(load);
    if (!done) return fail(done.error());
    if (done->by_class[2] != load.requests) return fail("single orders were refused: " + done->first_failure);
    out.cpu_us_per_order = (cpu_seconds((*server)->pid()) - cpu) * 1e6 / static_cast<double>(load.requests);
    out.orders_per_second = static_cast<double>(load.requests) / done->seconds;
    out.latency = percentiles_of(std::move(done->good_nanos));
    out.resident_after = resident_bytes((*server)->pid());
    return out;
}

Result<std::uint64_t, std::string> stored_in(const std::string& path) {
    auto store = open_store(path);
    if (!store) return fail(store.error());
    const auto tenant = find_bench_tenant(**store);
    if (!tenant) return fail(tenant.error());
    return count_orders(**store, *tenant);
}

/// Makes the store unless it is there and fills it up to `size`. Seconds that filling took. Errors: one line.
Result<double, std::string> fill_to(const GrowthRequest& request, Ground& ground, const Shape& shape,
                                    std::uint64_t size) {
    const auto began = std::chrono::steady_clock::now();
    std::error_code error;
    const bool is_new = !std::filesystem::exists(request.store, error);
    auto store = open_store(request.store);
    if (!store) return fail(store.error());
    if (is_new) {
        const auto made = set_up_tenant(**store, ground, set_up_commands(shape));
        if (!made) return fail(made.error());
    }
    const auto tenant = find_bench_tenant(**store);
    if (!tenant) return fail(tenant.error());
    const auto stored = count_orders(**store, *tenant);
    if (!stored) return fail(stored.error());
    if (*stored < size) {
        const auto filled = fill(**store, ground, *tenant, shape, *stored + 1, size);
        if (!filled) return fail(filled.error());
    }
    store->reset();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

void print(const GrowthRequest& request, std::uint64_t stored, double fill_seconds, const Cost& cost, const Cost& empty,
           const ServedGrowth& served, const std::string& probes) {
    const auto count = static_cast<double>(request.sample);
    ResultLine line("growth");
    line.text("store", "sqlite").count("seed", request.seed).count("stored", stored).count("sample", request.sample);
    line.count("batch_max", growth_batch)
        .number("fill_seconds", fill_seconds)
        .count("store_bytes", file_bytes(request.store));
    line.number("us_per_order", cost.pass.seconds * 1e6 / count);
    line.number("cpu_us_per_order", cost.pass.cpu_seconds * 1e6 / count);
    line.number("commit_us_per_order", static_cast<double>(cost.pass.stats.commit_micros) / count);
    line.number("load_us_per_order", static_cast<double>(cost.pass.stats.load_micros) / count);
    line.number("bytes_per_order", cost.bytes_per_order, 0);
    line.number("empty_us_per_order", empty.pass.seconds * 1e6 / count);
    line.number("empty_cpu_us_per_order", empty.pass.cpu_seconds * 1e6 / count);
    line.number("empty_bytes_per_order", empty.bytes_per_order, 0);
    line.number("time_ratio", cost.pass.seconds / empty.pass.seconds, 3);
    line.number("cpu_ratio", cost.pass.cpu_seconds / empty.pass.cpu_seconds, 3);
    line.number("http_orders_per_second", served.orders_per_second, 0);
    line.number("http_server_cpu_us_per_order", served.cpu_us_per_order);
    line.number("http_p50_ms", served.latency.p50_us / 1000, 2).number("http_p99_ms", served.latency.p99_us / 1000, 2);
    line.number("start_seconds", served.start_seconds, 2);
    line.count("server_resident_bytes_at_start", served.resident_at_start);
    line.count("server_resident_bytes_after", served.resident_after);
    line.json("fdatasync_16k_us", probes).print();
}

Result<Unit, std::string> run_size(const GrowthRequest& request, Ground& ground, std::uint64_t size) {
    const Shape shape = growth_shape(request);
    const auto fill_seconds = fill_to(request, ground, shape, size);
    if (!fill_seconds) return fail(fill_seconds.error());
    const auto stored = stored_in(request.store);
    if (!stored) return fail(stored.error());
    const std::string folder = std::filesystem::absolute(request.store).parent_path().string();
    const auto before = probe_fsync(folder);
    if (!before) return fail(before.error());
    const auto empty = measure_empty(request, ground, shape);
    if (!empty) return fail(empty.error());
    const auto cost = measure(request.store, ground, shape, *stored + 1, request.sample);
    if (!cost) return fail(cost.error());
    const auto served = serve(request, shape, *stored + request.sample + 1);
    if (!served) return fail(served.error());
    const auto after = probe_fsync(folder);
    if (!after) return fail(after.error());
    print(request, *stored, *fill_seconds, *cost, *empty, *served, probes_json(*before, *after));
    return Unit{};
}

Result<Unit, std::string> run(const GrowthRequest& request) {
    auto ground = make_ground(growth_batch);
    if (!ground) return fail(ground.error());
    std::vector<std::uint64_t> sizes = request.sizes;
    std::sort(sizes.begin(), sizes.end());
    for (const std::uint64_t size : sizes) {
        if (auto done = run_size(request, **ground, size); !done) return done;
    }
    return Unit{};
}

}  // namespace

void add_growth(CLI::App& group, Workload& chosen) {
    auto request = std::make_shared<GrowthRequest>();
    CLI::App* command = group.add_subcommand("growth", "What an order costs with millions of orders stored");
    command->add_option("--store", request->store, "The store's file; kept, and filled further by the next run")
        ->required();
    command->add_option("--sizes", request->sizes, "Orders stored, at which it is measured")
        ->delimiter(',')
        ->capture_default_str();
    command->add_option("--sample", request->sample, "Orders measured at each size, in batches of 1,000")
        ->check(CLI::Range(100, 1'000'000))
        ->capture_default_str();
    command->add_option("--singles", request->singles, "Orders measured at each size, one a request over HTTP")
        ->check(CLI::Range(64, 1'000'000))
        ->capture_default_str();
    command->add_option("--seed", request->seed, "Of the retailer and its orders")->capture_default_str();
    command->footer(
        "At each size the same sample is taken by a fresh store, too: time_ratio and cpu_ratio compare the two.\n"
        "Of the orders that fill the store one in ten is shipped and two in a hundred are cancelled. A store that "
        "holds\n"
        "more than a size is measured as it is. About 3 KB an order and half a minute a million on two idle cores.\n"
        "\n"
        "Example:\n"
        "  waybill bench growth --store /var/tmp/big.db --sizes 0,1000000,5000000,10000000");
    command->callback([request, &chosen] { chosen = [request] { return run(*request); }; });
}

}  // namespace waybill::bench
