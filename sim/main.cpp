// waybill_sim: the simulator's command line.

#include <fmt/format.h>
#include <unistd.h>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>

#include "sim/arguments.hpp"
#include "sim/mutants.hpp"
#include "sim/report.hpp"
#include "sim/run.hpp"
#include "sim/shrink.hpp"

namespace waybill::sim {
namespace {

int run_script_file(const Arguments& arguments) {
    std::ifstream file(arguments.script);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) {
        fmt::print(stderr, "waybill_sim: {} can not be read\n", arguments.script);
        return exit_usage;
    }
    const auto script = parse_script(text.str());
    if (!script) {
        fmt::print(stderr, "waybill_sim: {}: {}\n", arguments.script, script.error());
        return exit_usage;
    }
    const RunResult result = run_stores(*script, arguments.store, 0);
    if (arguments.json) {
        fmt::print("{}\n", json_line(0, result));
    } else {
        fmt::print("{}", commented(*script, result));
        for (const std::string& problem : result.problems) fmt::print("problem: {}\n", problem);
        fmt::print("trace {:016x}\n", result.trace_hash);
    }
    return result.problems.empty() ? exit_clean : exit_found;
}

int shrink_seed(const Arguments& arguments, std::uint64_t seed) {
    const Script script = script_of(seed, arguments);
    const Shrunk shrunk = shrink(script, [&](const Script& one) { return fails_apart(one, arguments.store, seed); });
    if (!shrunk.failed) {
        fmt::print("seed {} does not fail\n", seed);
        return exit_clean;
    }
    fmt::print("# seed {}: {} of {} lines are left after {} runs; save this and run it with --script FILE\n", seed,
               shrunk.script.ops.size(), script.ops.size(), shrunk.runs);
    // A run that ends the process can say nothing beside its lines.
    if (shrunk.aborts) {
        fmt::print("{}# the process aborts\n", text_of(shrunk.script));
        return exit_found;
    }
    const RunResult result = run_stores(shrunk.script, arguments.store, seed);
    fmt::print("{}", commented(shrunk.script, result));
    for (const std::string& problem : result.problems) fmt::print("# problem: {}\n", problem);
    return exit_found;
}

int run_seeds(const Arguments& arguments) {
    Totals totals;
    int code = exit_clean;
    for (std::uint64_t seed = arguments.first_seed; seed <= arguments.last_seed; ++seed) {
        announce(seed, arguments);
        const RunResult result = run_stores(script_of(seed, arguments), arguments.store, seed);
        totals.add(result);
        if (arguments.json) fmt::print("{}\n", json_line(seed, result));
        if (result.problems.empty()) {
            if (!arguments.json && arguments.first_seed == arguments.last_seed) {
                fmt::print("seed {}: clean, trace {:016x}\n", seed, result.trace_hash);
            }
            continue;
        }
        code = exit_found;
        if (!arguments.json) print_failure(seed, result, arguments);
        if (!arguments.go_on) break;
    }
    if (!arguments.json) fmt::print("{}\n", totals.line());
    return code;
}

}  // namespace
}  // namespace waybill::sim

int main(int count, char** words) {
    using namespace waybill::sim;
    const auto arguments = read_arguments(count, words);
    if (!arguments) {
        fmt::print(stderr, "waybill_sim: {}; see --help\n", arguments.error());
        return exit_usage;
    }
    if (arguments->help) {
        fmt::print("{}", help_text());
        return exit_clean;
    }
    if (arguments->list_mutants) {
        list_mutants(arguments->json);
        return exit_clean;
    }
    if (!arguments->mutant.empty() && !select_mutant(arguments->mutant)) {
        fmt::print(stderr, "waybill_sim: no mutant {} in this build; see --list-mutants\n", arguments->mutant);
        return exit_usage;
    }
    if (arguments->all_mutants) return hunt_mutants(*arguments);
    if (!arguments->script.empty()) return run_script_file(*arguments);
    if (arguments->shrink) return shrink_seed(*arguments, arguments->first_seed);
    return run_seeds(*arguments);
}
