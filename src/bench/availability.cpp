// What can be sold of one item on one channel: in process, and over HTTP.

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <chrono>
#include <memory>

#include "bench/child_server.hpp"
#include "bench/load_client.hpp"
#include "bench/machine.hpp"
#include "bench/order_passes.hpp"
#include "bench/result_line.hpp"
#include "bench/workloads.hpp"
#include "core/availability.hpp"

namespace waybill::bench {
namespace {

struct AvailabilityRequest {
    std::uint64_t seed = 1;
    std::uint64_t lookups = 1'000'000;
    std::uint64_t requests = 20'000;
    std::vector<std::size_t> connections{1, 64};
    std::string dir;
};

constexpr std::uint64_t block = 64;  ///< look-ups between two looks at the clock

/// Items jump about as callers' do, without the cost of drawing them.
std::uint32_t item_at(std::uint64_t i, std::uint32_t items) {
    return static_cast<std::uint32_t>((i * 2'654'435'761U) % items);
}

/// Nanoseconds of one look-up, block by block; `look` returns what is sellable.
template <class Look>
std::pair<std::vector<std::int64_t>, double> time_lookups(std::uint64_t lookups, std::uint32_t items, Look look) {
    std::vector<std::int64_t> nanos;
    std::int64_t sum = 0;
    const double cpu = cpu_seconds();
    for (std::uint64_t i = 0; i < lookups;) {
        const auto began = std::chrono::steady_clock::now();
        for (std::uint64_t n = 0; n < block; ++n, ++i) sum += look(item_at(i, items));
        const auto took = std::chrono::steady_clock::now() - began;
        nanos.push_back(std::chrono::duration_cast<std::chrono::nanoseconds>(took).count() /
                        static_cast<std::int64_t>(block));
    }
    const double seconds = cpu_seconds() - cpu;
    // All items are stocked: a sum of zero would mean that nothing was looked up.
    return {std::move(nanos), sum > 0 ? seconds : 0};
}

void print_in_process(const AvailabilityRequest& request, const Shape& shape, std::string_view by,
                      const std::pair<std::vector<std::int64_t>, double>& timed) {
    const Percentiles times = percentiles_of(timed.first);
    ResultLine line("availability");
    line.text("over", "process").text("by", by).count("seed", request.seed).count("lookups", request.lookups);
    line.count("items", shape.items).count("locations", shape.locations);
    line.number("cpu_ns", timed.second * 1e9 / static_cast<double>(request.lookups), 0);
    line.number("p50_ns", times.p50_us * 1000, 0).number("p99_ns", times.p99_us * 1000, 0).print();
}

/// Errors: one line.
Result<Unit, std::string> look_in_process(const AvailabilityRequest& request, const Shape& shape,
                                          const std::string& path, Ground& ground) {
    auto store = open_store(path);
    if (!store) return fail(store.error());
    const auto tenant = set_up_tenant(**store, ground, set_up_commands(shape));
    if (!tenant) return fail(tenant.error());
    auto engine = engine::Engine::open(**store, ground.clock, ground.zones, ground.options);
    if (!engine) return fail(describe(engine.error()));
    {
        const auto view = (*engine)->view(*tenant);
        const auto by_index = time_lookups(request.lookups, shape.items, [&](std::uint32_t item) {
            return core::available_to_sell(view->state(), 0, item, core::FulfillmentMethod::ship);
        });
        print_in_process(request, shape, "index", by_index);
    }
    std::vector<std::string> skus;
    for (std::uint32_t item = 0; item < shape.items; ++item) skus.push_back(sku_of(item));
    const auto by_code = time_lookups(request.lookups, shape.items, [&](std::uint32_t item) {
        const auto view = (*engine)->view(*tenant);
        return core::available_to_sell(view->state(), *view->find_channel("web"), *view->find_item(skus[item]),
                                       core::FulfillmentMethod::ship);
    });
    print_in_process(request, shape, "code", by_code);
    (*engine)->stop();
    return Unit{};
}

/// Errors: one line.
Result<Unit, std::string> look_over_http(const AvailabilityRequest& request, const Shape& shape,
                                         const std::string& path) {
    auto server = ChildServer::start(path);
    if (!server) return fail(server.error());
    for (const std::size_t connections : request.connections) {
        Load load;
        load.port = (*server)->port();
        load.connections = connections;
        load.requests = request.requests;
        load.make = [&](std::uint64_t i) {
            return get_request(fmt::format("/v1/availability?channel=web&sku={}", sku_of(item_at(i, shape.items))));
        };
        const double cpu = cpu_seconds((*server)->pid());
        const auto done = run_load(load);
        if (!done) return fail(done.error());
        if (done->by_class[2] != load.requests) return fail("look-ups were refused: " + done->first_failure);
        const double server_cpu = cpu_seconds((*server)->pid()) - cpu;
        const Percentiles latency = percentiles_of(done->good_nanos);
        ResultLine line("availability");
        line.text("over", "http").count("seed", request.seed).count("connections", connections);
        line.count("lookups", load.requests);
        line.number("per_second", static_cast<double>(load.requests) / done->seconds, 0);
        line.number("p50_ms", latency.p50_us / 1000, 3).number("p99_ms", latency.p99_us / 1000, 3);
        line.number("server_cpu_us", server_cpu * 1e6 / static_cast<double>(load.requests)).print();
    }
    return Unit{};
}

Result<Unit, std::string> run(const AvailabilityRequest& request) {
    auto folder = Folder::open(request.dir);
    if (!folder) return fail(folder.error());
    auto ground = make_ground(1'000);
    if (!ground) return fail(ground.error());
    struct File {
        std::string path;
        ~File() { remove_store(path); }
    } const file{folder->path() + "/bench-availability.db"};
    remove_store(file.path);
    Shape shape = retail_shape();
    shape.seed = request.seed;
    if (auto done = look_in_process(request, shape, file.path, **ground); !done) return done;
    return look_over_http(request, shape, file.path);
}

}  // namespace

void add_availability(CLI::App& group, Workload& chosen) {
    auto request = std::make_shared<AvailabilityRequest>();
    CLI::App* command = group.add_subcommand("availability", "What can be sold of one item on one channel");
    command->add_option("--lookups", request->lookups, "In process")
        ->check(CLI::Range(64, 1'000'000'000))
        ->capture_default_str();
    command->add_option("--requests", request->requests, "Over HTTP")
        ->check(CLI::Range(1, 100'000'000))
        ->capture_default_str();
    command->add_option("--connections", request->connections, "Kept connections over HTTP; a run for each number")
        ->delimiter(',')
        ->check(CLI::Range(1, 5'000))
        ->capture_default_str();
    command->add_option("--seed", request->seed, "Of the retailer")->capture_default_str();
    command->add_option("--dir", request->dir, "Folder for the store; default: a temporary one")
        ->check(CLI::ExistingDirectory);
    command->footer(
        "By index is the look-up alone; by code adds the reader's lock and finding channel and item by their codes. "
        "Times\n"
        "in process are means of 64 look-ups: a look at the clock costs as much as one.\n"
        "\n"
        "Example:\n"
        "  waybill bench availability --lookups 10000000");
    command->callback([request, &chosen] { chosen = [request] { return run(*request); }; });
}

}  // namespace waybill::bench
