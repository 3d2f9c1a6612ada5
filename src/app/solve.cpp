// waybill solve: one sourcing instance in, one solution out.

#include <CLI/CLI.hpp>

#include <iostream>

#include "app/commands.hpp"
#include "solve_io/run_solve.hpp"

namespace waybill::app {
namespace {

Exit run_solve_command() {
    std::ios::sync_with_stdio(false);
    const int status = solve_io::run_solve(std::cin, std::cout, std::cerr);
    if (!std::cout.flush()) {
        complain("standard output can not be written");
        return Exit::failed;
    }
    if (status == solve_io::exit_solved) return Exit::ok;
    return status == solve_io::exit_malformed ? Exit::usage : Exit::failed;
}

}  // namespace

void add_solve(CLI::App& app, Run& run) {
    CLI::App* command = app.add_subcommand("solve", "Solve one sourcing instance exactly: standard input to output");
    command->footer(
        "Reads and writes the format oms-sourcing-1 (docs/formats/sourcing.md). The solution is proved optimal,\n"
        "or says that it is not and how far it may be off at most.\n"
        "\n"
        "Exit code 0: a solution was written, also \"infeasible\". 1: no plan was found inside the budget.\n"
        "2: the instance is malformed; each fault is one line on standard error.\n"
        "\n"
        "Example:\n"
        "  waybill solve < instance.json > solution.json");
    command->callback([&run] { run = run_solve_command; });
}

}  // namespace waybill::app
