#pragma once
// The subcommands of `waybill`. Each adds itself to the parser and, when the command line names it, leaves what is to
// be run in `run`; main runs it after the whole line has been read. One source file for each.

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace waybill::app {

/// What the process tells its caller. Documented in docs/operations/cli.md; scripts rely on the numbers.
enum class Exit : int {
    ok = 0,
    failed = 1,  ///< the work was begun and some or all of it failed
    usage = 2,   ///< the command line, environment or configuration file is wrong; nothing was done
    store = 3,   ///< the store can not be opened or does not work
};

using Run = std::function<Exit()>;

void add_serve(CLI::App& app, Run& run);
void add_tenant(CLI::App& app, Run& run);
void add_key(CLI::App& app, Run& run);
void add_import(CLI::App& app, Run& run);
void add_export(CLI::App& app, Run& run);
void add_solve(CLI::App& app, Run& run);
void add_rules(CLI::App& app, Run& run);
void add_exceptions(CLI::App& app, Run& run);
void add_fulfillment(CLI::App& app, Run& run);
void add_webhook(CLI::App& app, Run& run);
void add_message(CLI::App& app, Run& run);
void add_return(CLI::App& app, Run& run);
void add_bench(CLI::App& app, Run& run);
void add_backup(CLI::App& app, Run& run);
void add_verify(CLI::App& app, Run& run);
void add_migrate(CLI::App& app, Run& run);
void add_status(CLI::App& app, Run& run);

/// One clear line on standard error: "waybill: TEXT".
void complain(const std::string& text);

}  // namespace waybill::app
