// The way in: reads the command line and runs one subcommand. Everything that can be wrong with a command line ends
// with one line on standard error and exit code 2.

#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>
#include <string>

#include "app/commands.hpp"
#include "app/version.hpp"

namespace waybill::app {
namespace {

constexpr const char* description =
    "Waybill takes orders from every channel, decides which place fulfils which unit, and follows each unit.\n"
    "\n"
    "First steps:\n"
    "  waybill tenant create --name Acme --currency GBP    a store in ./waybill.db, a tenant and its first key\n"
    "  waybill serve                                       http://127.0.0.1:8080, reference under /docs\n"
    "  waybill import orders orders.ndjson --key wb_...    load through the running server\n"
    "\n"
    "Exit codes: 0 done; 1 failed, in whole or in part; 2 wrong usage; 3 the store can not be used.";

/// The innermost subcommand that the line named, for "see ... --help".
std::string named_command(const CLI::App& app) {
    std::string out = "waybill";
    const CLI::App* at = &app;
    while (!at->get_subcommands().empty()) {
        at = at->get_subcommands().front();
        out += " " + at->get_name();
    }
    return out;
}

int run_main(int argc, char** argv) {
    CLI::App app(description, "waybill");
    app.set_version_flag("--version", std::string("waybill ") + version, "Print the version and exit");
    app.require_subcommand(0, 1);
    app.fallthrough(false);
    app.get_formatter()->column_width(36);

    Run run;
    add_serve(app, run);
    add_tenant(app, run);
    add_key(app, run);
    add_import(app, run);
    add_export(app, run);
    add_solve(app, run);
    add_rules(app, run);
    add_exceptions(app, run);
    add_fulfillment(app, run);
    add_webhook(app, run);
    add_message(app, run);
    add_return(app, run);
    add_bench(app, run);
    add_backup(app, run);
    add_verify(app, run);
    add_migrate(app, run);
    add_status(app, run);

    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& wanted) {
        return app.exit(wanted);  // --help and --version
    } catch (const CLI::ParseError& error) {
        const std::string command = named_command(app);
        std::string text = error.what();
        for (char& c : text) {
            if (c == '\n') c = ' ';
        }
        complain(text + "; see " + command + " --help");
        return static_cast<int>(Exit::usage);
    }
    if (!run) {
        complain("a command is needed; see " + named_command(app) + " --help");
        return static_cast<int>(Exit::usage);
    }
    return static_cast<int>(run());
}

}  // namespace
}  // namespace waybill::app

int main(int argc, char** argv) {
    // A reader that goes away is an error of write(), not the end of the process.
    std::signal(SIGPIPE, SIG_IGN);
    try {
        return waybill::app::run_main(argc, argv);
    } catch (const std::exception& error) {
        waybill::app::complain(std::string("unexpected fault: ") + error.what());
        return static_cast<int>(waybill::app::Exit::failed);
    }
}
