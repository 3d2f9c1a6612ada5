// The sourcing solver on seeded families of problems.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

#include "bench/result_line.hpp"
#include "bench/workloads.hpp"
#include "core/sourcing/solve.hpp"
#include "solve_io/bench_families.hpp"

namespace waybill::bench {
namespace {

struct SolveRequest {
    std::uint64_t seed = 1;
    std::size_t count = 1'000;
    std::vector<std::string> families;
    std::uint64_t work_max = sourcing::solve_budget.work_max;
};

void print(const solve_io::FamilyResult& result, const SolveRequest& request) {
    const auto micros = [](std::int64_t nanos) { return static_cast<double>(nanos) / 1000; };
    ResultLine line("solve");
    line.text("family", result.family).count("seed", request.seed).count("problems", result.count);
    line.count("proved", result.proved);
    line.number("proved_share", static_cast<double>(result.proved) / static_cast<double>(result.count), 4);
    line.count("infeasible", result.infeasible).count("wrong", result.wrong).count("uncovered", result.uncovered);
    line.number("p50_us", micros(result.p50_ns)).number("p95_us", micros(result.p95_ns));
    line.number("p99_us", micros(result.p99_ns)).number("max_us", micros(result.max_ns));
    line.count("work_budget", request.work_max).count("work_max", result.max_work);
    line.count("worst_gap_ppm", static_cast<std::uint64_t>(result.worst_gap_ppm)).print();
}

Result<Unit, std::string> run(const SolveRequest& request) {
    for (const solve_io::Family family : solve_io::all_families) {
        const std::string_view name = solve_io::family_name(family);
        const bool wanted = request.families.empty() ||
                            std::find(request.families.begin(), request.families.end(), name) != request.families.end();
        if (!wanted) continue;
        const std::size_t count =
            solve_io::is_heavy(family) ? std::max<std::size_t>(1, request.count / 10) : request.count;
        print(solve_io::run_family_bench(family, request.seed, count, {.work_max = request.work_max}), request);
    }
    return Unit{};
}

}  // namespace

void add_solve(CLI::App& group, Workload& chosen) {
    auto request = std::make_shared<SolveRequest>();
    CLI::App* command = group.add_subcommand("solve", "The sourcing solver on seeded families of problems");
    command->add_option("--count", request->count, "Problems of each family; a tenth of the heavy ones")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--seed", request->seed, "Of the problems")->capture_default_str();
    command->add_option("--work", request->work_max, "Budget of one problem, in work units")->capture_default_str();
    std::vector<std::string> names;
    for (const solve_io::Family family : solve_io::all_families) names.emplace_back(solve_io::family_name(family));
    command->add_option("--family", request->families, "Only these")->delimiter(',')->check(CLI::IsMember(names));
    command->footer("Example:\n  waybill bench solve --count 10000 --family retail");
    command->callback([request, &chosen] { chosen = [request] { return run(*request); }; });
}

}  // namespace waybill::bench
