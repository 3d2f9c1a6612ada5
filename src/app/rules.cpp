// waybill rules: conditions tried out without a store, and rule sets of a running server (rules_remote.cpp).

#include <CLI/CLI.hpp>

#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "app/commands.hpp"
#include "app/rule_lines.hpp"
#include "app/rules_remote.hpp"

namespace waybill::app {
namespace {

Exit eval_lines(std::istream& in, const std::string& name) {
    std::string line;
    while (std::getline(in, line)) {
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        std::cout << evaluate_line(line) << '\n';
        // Who writes a line and waits for its answer gets it.
        if (in.rdbuf()->in_avail() <= 0) std::cout.flush();
    }
    if (!std::cout.flush()) {
        complain("standard output can not be written");
        return Exit::failed;
    }
    if (in.bad()) {
        complain(name + " can not be read");
        return Exit::failed;
    }
    return Exit::ok;
}

Exit run_eval(const std::string& file) {
    std::ios::sync_with_stdio(false);
    if (file == "-") return eval_lines(std::cin, "standard input");
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        complain(file + " can not be read");
        return Exit::usage;
    }
    return eval_lines(in, file);
}

void add_eval(CLI::App& rules, Run& run) {
    const auto file = std::make_shared<std::string>("-");
    CLI::App* command = rules.add_subcommand("eval", "Evaluate conditions on data: JSON lines to JSON lines");
    command->add_option("FILE", *file, "Lines to read, - is standard input")->capture_default_str();
    command->footer(
        "Each line is {\"logic\": condition, \"data\": any JSON}; without \"data\" it is null. Each is answered by\n"
        "one line, {\"result\": value} or {\"error\": \"what is wrong\"}, also where it is not such JSON. Blank lines\n"
        "are skipped. The language: docs/domain/rules.md.\n"
        "\n"
        "Exit code 0, also when there were errors in lines; 1 when reading or writing fails; 2 when there is no such "
        "file.\n"
        "\n"
        "Example:\n"
        "  echo '{\"logic\":{\">\":[{\"var\":\"total\"},100]},\"data\":{\"total\":120.5}}' | waybill rules eval");
    command->callback([&run, file] { run = [file] { return run_eval(*file); }; });
}

}  // namespace

void add_rules(CLI::App& app, Run& run) {
    CLI::App* command = app.add_subcommand("rules", "Rule sets of a server, and conditions tried out");
    command->require_subcommand(1);
    add_eval(*command, run);
    add_remote_rules(*command, run);
}

}  // namespace waybill::app
