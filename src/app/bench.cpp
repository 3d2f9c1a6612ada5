// waybill bench: measures this machine and this build; one JSON object a line for each result.

#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "app/commands.hpp"
#include "app/ingest_bench.hpp"
#include "app/version.hpp"
#include "core/sourcing/solve.hpp"
#include "solve_io/bench_families.hpp"

namespace waybill::app {
namespace {

struct BenchRequest {
    std::uint64_t seed = 1;
    std::uint64_t orders = 50'000;
    std::vector<std::size_t> batches{200, 1'000};
    std::string dir;
    std::size_t count = 1'000;
    std::vector<std::string> families;
    std::uint64_t work_max = sourcing::solve_budget.work_max;
};

/// What a sum of microseconds over the run comes to for one order.
double each(std::uint64_t micros, std::uint64_t orders) {
    return static_cast<double>(micros) / static_cast<double>(orders);
}

void print_ingest(const IngestBench& bench, const IngestResult& result) {
    const double rate = result.rate(bench.orders);
    const double raw = result.raw_rate(bench.orders);
    fmt::print(
        "{{\"bench\":\"ingest\",\"version\":\"{}\",\"store\":\"sqlite\",\"seed\":{},\"orders\":{},\"items\":{},"
        "\"locations\":{},"
        "\"accepted\":{},\"rejected\":{},\"batch_max\":{},\"batch_mean\":{:.1f},\"seconds\":{:.3f},"
        "\"orders_per_second\":{:.0f},\"cpu_us_per_order\":{:.1f},\"bytes_per_order\":{:.0f},"
        "\"raw_orders_per_second\":{:.0f},\"raw_batch_mean\":{:.1f},\"raw_cpu_us_per_order\":{:.1f},\"raw_ratio\":{:."
        "3f},"
        "\"us_per_order\":{{\"load\":{:.1f},\"decide\":{:.1f},\"encode\":{:.1f},\"commit\":{:.1f}}},"
        "\"routed_optimal\":{},\"routed_unproved\":{},"
        "\"fdatasync_16k_us\":{{\"before\":{{\"p50\":{},\"p99\":{}}},\"after\":{{\"p50\":{},\"p99\":{}}}}}}}\n",
        version, bench.shape.seed, bench.orders, bench.shape.items, bench.shape.locations, result.accepted,
        result.rejected, bench.batch_commands_max, result.batch_mean, result.seconds, rate, result.cpu_us_per_order,
        result.bytes_per_order, raw, result.raw_batch_mean, result.raw_cpu_us_per_order, raw > 0 ? rate / raw : 0,
        each(result.stats.load_micros, bench.orders), each(result.stats.decide_micros, bench.orders),
        each(result.stats.encode_micros, bench.orders), each(result.stats.commit_micros, bench.orders),
        result.stats.routed_optimal, result.stats.routed_unproved, result.fsync_before.p50_us,
        result.fsync_before.p99_us, result.fsync_after.p50_us, result.fsync_after.p99_us);
    std::fflush(stdout);
}

Exit run_ingest(const BenchRequest& request) {
    std::error_code error;
    std::string dir = request.dir;
    const bool own = dir.empty();
    if (own) {
        std::string pattern = (std::filesystem::temp_directory_path(error) / "waybill-bench-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) {
            complain("can not make a folder for the benchmark: " + pattern);
            return Exit::failed;
        }
        dir = pattern;
    } else if (!std::filesystem::is_directory(dir, error)) {
        complain("--dir: there is no folder " + dir);
        return Exit::usage;
    }
    Exit status = Exit::ok;
    for (const std::size_t batch : request.batches) {
        IngestBench bench;
        bench.shape.seed = request.seed;
        bench.orders = request.orders;
        bench.batch_commands_max = batch;
        bench.dir = dir;
        const auto result = run_ingest_bench(bench);
        if (!result) {
            complain(result.error());
            status = Exit::failed;
            break;
        }
        print_ingest(bench, *result);
    }
    if (own) std::filesystem::remove_all(dir, error);
    return status;
}

void print_family(const solve_io::FamilyResult& result, std::uint64_t seed) {
    const auto micros = [](std::int64_t nanos) { return static_cast<double>(nanos) / 1000; };
    fmt::print(
        "{{\"bench\":\"solve\",\"version\":\"{}\",\"family\":\"{}\",\"seed\":{},\"problems\":{},\"proved\":{},"
        "\"proved_share\":{:.4f},\"infeasible\":{},\"uncovered\":{},\"p50_us\":{:.1f},\"p95_us\":{:.1f},"
        "\"p99_us\":{:.1f},\"max_us\":{:.1f},\"work_max\":{},\"worst_gap_ppm\":{}}}\n",
        version, result.family, seed, result.count, result.proved,
        result.count > 0 ? static_cast<double>(result.proved) / static_cast<double>(result.count) : 0,
        result.infeasible, result.uncovered, micros(result.p50_ns), micros(result.p95_ns), micros(result.p99_ns),
        micros(result.max_ns), result.max_work, result.worst_gap_ppm);
    std::fflush(stdout);
}

Exit run_solve_bench(const BenchRequest& request) {
    for (const solve_io::Family family : solve_io::all_families) {
        const std::string_view name = solve_io::family_name(family);
        const bool wanted = request.families.empty() ||
                            std::find(request.families.begin(), request.families.end(), name) != request.families.end();
        if (!wanted) continue;
        // These take seconds each where the others take microseconds.
        const bool is_heavy = family == solve_io::Family::stress || family == solve_io::Family::wholesale;
        const std::size_t count = is_heavy ? std::max<std::size_t>(1, request.count / 10) : request.count;
        print_family(solve_io::run_family_bench(family, request.seed, count, {.work_max = request.work_max}),
                     request.seed);
    }
    return Exit::ok;
}

void add_ingest(CLI::App& group, const std::shared_ptr<BenchRequest>& request, Run& run) {
    CLI::App* command =
        group.add_subcommand("ingest", "Orders from JSON text to durable, in process, against the raw store");
    command->add_option("--orders", request->orders, "How many")
        ->check(CLI::Range(1, 10'000'000))
        ->capture_default_str();
    command->add_option("--batch", request->batches, "Commands in one commit, at most; a run for each number given")
        ->delimiter(',')
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    command->add_option("--seed", request->seed, "Of the retailer and its orders")->capture_default_str();
    command->add_option("--dir", request->dir,
                        "Folder for the stores, on the disk to be measured; default: a temporary one");
    command->footer(
        "raw_ratio is orders_per_second against the raw ceiling: the same rows committed to a fresh store, batch for "
        "batch,\n"
        "by a loop that does nothing else, in the same run. Figures move with the machine; the ratio does not.\n"
        "All of a run is kept in memory for that: about 10 KB an order.\n"
        "\n"
        "Example:\n"
        "  waybill bench ingest --orders 100000 --batch 200,1000 --dir /var/lib/waybill");
    command->callback([request, &run] { run = [request] { return run_ingest(*request); }; });
}

}  // namespace

void add_bench(CLI::App& app, Run& run) {
    CLI::App* group = app.add_subcommand("bench", "Measure this build on this machine; one JSON object a line");
    group->require_subcommand(0, 1);
    auto request = std::make_shared<BenchRequest>();
    add_ingest(*group, request, run);

    CLI::App* solve = group->add_subcommand("solve", "The sourcing solver on seeded families of problems");
    solve->add_option("--count", request->count, "Problems of each family; a tenth of the heavy ones")
        ->capture_default_str();
    solve->add_option("--seed", request->seed, "Of the problems")->capture_default_str();
    solve->add_option("--work", request->work_max, "Budget of one problem, in work units")->capture_default_str();
    std::vector<std::string> names;
    for (const solve_io::Family family : solve_io::all_families) names.emplace_back(solve_io::family_name(family));
    solve->add_option("--family", request->families, "Only these")->delimiter(',')->check(CLI::IsMember(names));
    solve->footer("Example:\n  waybill bench solve --count 10000 --family retail");
    solve->callback([request, &run] { run = [request] { return run_solve_bench(*request); }; });
}

}  // namespace waybill::app
