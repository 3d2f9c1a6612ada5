// waybill serve: gathers the settings from file, environment and flags, and serves.

#include <unistd.h>
#include <CLI/CLI.hpp>

#include <cstdlib>
#include <memory>

#include "app/commands.hpp"
#include "app/serve.hpp"
#include "app/settings.hpp"
#include "app/stop_signals.hpp"
#include "storage/open_store.hpp"

namespace waybill::app {
namespace {

struct ServeRequest {
    std::string config;
    bool print_settings = false;
    Given flags;
    std::vector<std::pair<const Setting*, CLI::Option*>> options;
};

std::vector<std::string> environment() {
    std::vector<std::string> out;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) out.emplace_back(*entry);
    return out;
}

/// Errors: one line.
Result<Settings, std::string> gather(const ServeRequest& request, std::vector<std::string>& unknown_variables) {
    Settings settings;
    std::string config = request.config;
    if (const char* named = std::getenv("WAYBILL_CONFIG"); config.empty() && named != nullptr) config = named;
    if (!config.empty()) {
        const auto file = read_config_file(config);
        if (!file) return fail(file.error());
        if (const auto applied = apply_settings(settings, *file); !applied) return fail(applied.error());
    }
    const Given variables = read_environment(environment(), unknown_variables);
    if (const auto applied = apply_settings(settings, variables); !applied) return fail(applied.error());
    Given flags;
    for (const auto& [setting, option] : request.options) {
        if (option->count() > 0) flags[setting->name] = {option->results().back(), setting->flag()};
    }
    if (const auto applied = apply_settings(settings, flags); !applied) return fail(applied.error());
    return settings;
}

/// As a configuration file that would give the same, but for a password.
void print_settings(const Settings& settings) {
    std::string section;
    for (const Setting& setting : all_settings()) {
        const std::size_t dot = setting.name.find('.');
        const std::string its_section = dot == std::string::npos ? "" : setting.name.substr(0, dot);
        if (its_section != section) std::printf("\n[%s]\n", its_section.c_str());
        section = its_section;
        std::printf("%s = \"%s\"\n", setting.name.substr(dot == std::string::npos ? 0 : dot + 1).c_str(),
                    storage::shown(setting.get(settings)).c_str());
    }
}

Exit run_serve(const ServeRequest& request) {
    block_stop_signals();
    std::vector<std::string> unknown_variables;
    const auto settings = gather(request, unknown_variables);
    if (!settings) {
        complain(settings.error());
        return Exit::usage;
    }
    if (request.print_settings) {
        print_settings(*settings);
        return Exit::ok;
    }
    return serve(*settings, unknown_variables);
}

}  // namespace

void add_serve(CLI::App& app, Run& run) {
    CLI::App* command = app.add_subcommand("serve", "Serve the API from a store until a stop signal");
    auto request = std::make_shared<ServeRequest>();
    command->add_option("--config", request->config, "TOML file with settings; also from WAYBILL_CONFIG")
        ->group("Server");
    command
        ->add_flag("--print-settings", request->print_settings,
                   "Print the settings in force, as a configuration file, and exit")
        ->group("Server");
    const Settings defaults;
    for (const Setting& setting : all_settings()) {
        const std::string usual = setting.get(defaults);
        CLI::Option* option = command->add_option(setting.flag())
                                  ->description(setting.help + (usual.empty() ? "" : " [" + usual + "]"))
                                  ->group(setting.group)
                                  ->type_name("")
                                  ->expected(1);
        request->options.emplace_back(&setting, option);
    }
    command->footer(
        "Settings come from the file, then the environment, then flags; the later one counts. --http-idle-wait-max is\n"
        "WAYBILL_HTTP_IDLE_WAIT_MAX in the environment and idle_wait_max under [http] in the file.\n"
        "SIGTERM or Ctrl-C stop cleanly: requests under way are answered, everything acknowledged is durable.\n"
        "A second signal ends the process at once; the store survives that too.\n"
        "\n"
        "Examples:\n"
        "  waybill serve --store shop.db\n"
        "  waybill serve --config /etc/waybill.toml --log-format json\n"
        "  waybill serve --store memory: --listen 127.0.0.1:0");
    command->callback([request, &run] { run = [request] { return run_serve(*request); }; });
}

}  // namespace waybill::app
