// waybill verify: is the store whole? Its own structure, the log, the rows, and every rule between them.

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <memory>

#include "app/commands.hpp"
#include "app/progress.hpp"
#include "app/store_access.hpp"
#include "engine/auditor.hpp"
#include "json/text_writer.hpp"
#include "storage/open_store.hpp"

namespace waybill::app {
namespace {

struct VerifyRequest {
    std::string store = "./waybill.db";
    bool as_json = false;
};

template <class Items>
void append_texts(std::string& out, std::string_view name, const Items& items) {
    json::append_key(out, name);
    out += '[';
    for (const std::string& item : items) {
        if (out.back() != '[') out += ',';
        json::append_string(out, item);
    }
    out += ']';
}

void print_json(const VerifyRequest& request, const engine::AuditReport& report) {
    std::string out = "{";
    json::append_key(out, "store");
    json::append_string(out, storage::shown(request.store));
    json::append_key(out, "ok");
    out += report.problems.empty() ? "true" : "false";
    json::append_key(out, "tenants");
    out += '[';
    for (const auto& tenant : report.tenants) {
        if (out.back() != '[') out += ',';
        out += '{';
        json::append_key(out, "id");
        json::append_string(out, fmt::format("ten_{}", tenant.tenant.raw()));
        json::append_key(out, "name");
        json::append_string(out, tenant.name);
        const std::pair<const char*, std::uint64_t> counts[] = {{"events", tenant.events},
                                                                {"orders", tenant.orders},
                                                                {"levels", tenant.levels},
                                                                {"movements", tenant.movements},
                                                                {"customers", tenant.customers}};
        for (const auto& [name, count] : counts) {
            json::append_key(out, name);
            json::append_integer(out, count);
        }
        json::append_key(out, "state_hash");
        json::append_string(out, tenant.state_hash);
        out += '}';
    }
    out += ']';
    append_texts(out, "checks", report.checks);
    append_texts(out, "problems", report.problems);
    out += "}\n";
    std::fputs(out.c_str(), stdout);
}

void print_text(const VerifyRequest& request, const engine::AuditReport& report) {
    fmt::print("{}\n", storage::shown(request.store));
    for (const auto& tenant : report.tenants) {
        fmt::print("\nten_{} {}\n  {} events, {} orders, {} levels, {} movements, {} customers\n  state {}\n",
                   tenant.tenant.raw(), tenant.name, tenant.events, tenant.orders, tenant.levels, tenant.movements,
                   tenant.customers, tenant.state_hash);
    }
    fmt::print("\nchecked\n");
    for (const auto& check : report.checks) fmt::print("  {}\n", check);
    if (report.problems.empty()) {
        fmt::print("\nno problem found\n");
        return;
    }
    fmt::print("\n{}{} problems\n", report.problems.size(),
               report.problems.size() == engine::AuditReport::problems_max ? " or more" : "");
    for (const auto& problem : report.problems) fmt::print("  {}\n", problem);
}

Exit run_verify(const VerifyRequest& request) {
    auto store = open_store_at(request.store, storage::Access::read_only, Missing::refuse);
    if (!store) {
        complain(store.error());
        return Exit::store;
    }
    Result<engine::AuditReport, engine::IoError> report = fail(engine::IoError{});
    {
        Progress progress("verify", "rows");
        report = engine::audit(**store, [&progress](std::uint64_t done, std::uint64_t of) { progress.at(done, of); });
    }
    if (!report) {
        complain(describe(request.store, report.error()));
        if (const auto structure = (*store)->check()) {
            for (const auto& problem : *structure) complain(problem);
        }
        return Exit::store;
    }
    report->checks.insert(report->checks.begin(), "the store's own structure");
    if (request.as_json) {
        print_json(request, *report);
    } else {
        print_text(request, *report);
    }
    return report->problems.empty() ? Exit::ok : Exit::failed;
}

}  // namespace

void add_verify(CLI::App& app, Run& run) {
    CLI::App* command = app.add_subcommand("verify", "Fold a store's event log and compare it with every row and rule");
    auto request = std::make_shared<VerifyRequest>();
    add_store_option(*command, request->store);
    command->add_flag("--json", request->as_json, "Print the report as one JSON object");
    command->footer(
        "Reads only and takes no lock. On a store that a server is writing to, the report may mix two moments and "
        "name\n"
        "problems that are none; verify a backup of it instead:\n"
        "\n"
        "  waybill backup --store shop.db --to copy.db && waybill verify --store copy.db\n"
        "\n"
        "Exit code 0: all holds. 1: problems were found and printed. 3: the store can not be read.");
    command->callback([request, &run] { run = [request] { return run_verify(*request); }; });
}

}  // namespace waybill::app
