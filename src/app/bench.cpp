// waybill bench: measures this machine and this build; one JSON object a line for each result. The workloads are in
// src/bench.

#include <CLI/CLI.hpp>

#include <fstream>
#include <memory>
#include <string>

#include "app/commands.hpp"
#include "app/version.hpp"
#include "bench/result_line.hpp"
#include "bench/workloads.hpp"
#include "storage/open_store.hpp"

namespace waybill::app {
namespace {

/// As it was typed, but without passwords, the program by its name.
std::string command_line() {
    std::ifstream file("/proc/self/cmdline", std::ios::binary);
    std::string text;
    for (std::string argument; std::getline(file, argument, '\0');) {
        if (!text.empty()) text += ' ';
        text += storage::shown(argument);
    }
    const std::size_t end = text.find(' ');
    const std::size_t slash = text.rfind('/', end);
    return slash == std::string::npos || slash > end ? text : text.substr(slash + 1);
}

Exit list_workloads(const CLI::App& group) {
    for (const CLI::App* command : group.get_subcommands({})) {
        std::printf("%-14s%s\n", command->get_name().c_str(), command->get_description().c_str());
    }
    return Exit::ok;
}

}  // namespace

void add_bench(CLI::App& app, Run& run) {
    CLI::App* group = app.add_subcommand("bench", "Measure this build on this machine; one JSON object a line");
    group->require_subcommand(0, 1);
    auto list = std::make_shared<bool>(false);
    group->add_flag("--list", *list, "Name the workloads, one a line, and exit");
    auto chosen = std::make_shared<bench::Workload>();
    bench::add_ingest(*group, *chosen);
    bench::add_http(*group, *chosen);
    bench::add_overload(*group, *chosen);
    bench::add_solve(*group, *chosen);
    bench::add_availability(*group, *chosen);
    bench::add_start(*group, *chosen);
    bench::add_growth(*group, *chosen);
    bench::add_search(*group, *chosen);
    bench::add_rules(*group, *chosen);
    group->footer(
        "Every line names machine, build and command; those that write carry a probe of the disk before and after, "
        "too.\n"
        "Compare lines of one run: absolute figures move with the machine. How to read them: docs/benchmarks.md.");
    group->callback([group, list, chosen, &run] {
        if (*list) {
            run = [group] { return list_workloads(*group); };
        } else if (*chosen) {
            run = [chosen] {
                bench::set_run_context({command_line(), version});
                const auto done = (*chosen)();
                if (done) return Exit::ok;
                complain(done.error());
                return Exit::failed;
            };
        }
    });
}

}  // namespace waybill::app
