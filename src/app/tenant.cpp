// waybill tenant: makes and lists tenants on a store that no server holds; tenant_move.cpp moves them.

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <memory>

#include "api/authentication.hpp"
#include "app/commands.hpp"
#include "app/json_text.hpp"
#include "app/store_access.hpp"
#include "app/tenant_move.hpp"
#include "base/currency.hpp"

namespace waybill::app {
namespace {

struct TenantRequest {
    std::string store = "./waybill.db";
    std::string name;
    std::string currency;
    bool as_json = false;
};

Exit create_tenant(const TenantRequest& request) {
    const auto currency = Currency::parse(request.currency);
    if (!currency) {
        complain("--currency: ISO 4217 has no \"" + request.currency + "\"");
        return Exit::usage;
    }
    auto direct = DirectEngine::open(request.store, Missing::create);
    if (!direct) {
        complain(direct.error());
        return Exit::store;
    }
    core::TenantSettings settings;
    settings.name = request.name;
    settings.currency = *currency;
    const auto tenant = direct->create_tenant(settings);
    if (!tenant) {
        complain(tenant.error());
        return Exit::failed;
    }
    const std::string secret = api::new_secret();
    core::IssueKey issue;
    issue.key_name = "first key";
    issue.role = core::Role::admin;
    issue.hash = api::hash_secret(secret);
    const auto key = direct->submit(*tenant, issue);
    if (!key) {
        complain(key.error());
        return Exit::failed;
    }
    if (request.as_json) {
        fmt::print("{{\"id\":\"ten_{}\",\"name\":{},\"currency\":\"{}\",\"admin_key\":{{\"secret\":\"{}\"}}}}\n",
                   tenant->raw(), json_text(request.name), currency->code(), secret);
    } else {
        fmt::print("tenant ten_{} {}\nits admin key, shown this once: {}\n", tenant->raw(), request.name, secret);
    }
    return Exit::ok;
}

Exit list_tenants(const TenantRequest& request) {
    auto store = open_store_at(request.store, storage::Access::read_only, Missing::refuse);
    if (!store) {
        complain(store.error());
        return Exit::store;
    }
    const auto tenants = (*store)->tenants();
    if (!tenants) {
        complain(describe(request.store, tenants.error()));
        return Exit::store;
    }
    for (const engine::TenantHead& tenant : *tenants) {
        if (tenant.is_unfinished()) {
            complain(fmt::format("ten_{} is an import that has not ended; the next import drops what was cut off",
                                 tenant.tenant.raw()));
            continue;
        }
        if (request.as_json) {
            fmt::print("{{\"id\":\"ten_{}\",\"name\":{},\"events\":{}}}\n", tenant.tenant.raw(), json_text(tenant.name),
                       tenant.head.raw());
        } else {
            fmt::print("ten_{:<6} {:<30} {:>12} events\n", tenant.tenant.raw(), tenant.name, tenant.head.raw());
        }
    }
    return Exit::ok;
}

}  // namespace

void add_tenant(CLI::App& app, Run& run) {
    CLI::App* group = app.add_subcommand("tenant", "Make, list and move tenants of a store, without a server");
    group->require_subcommand(0, 1);
    auto request = std::make_shared<TenantRequest>();

    CLI::App* make = group->add_subcommand("create", "Make a tenant and its first admin key");
    add_store_option(*make, request->store);
    make->add_option("--name", request->name, "What the tenant is called; unique in the store")->required();
    make->add_option("--currency", request->currency, "ISO 4217 code of its costs and prices; can not change later")
        ->required();
    make->add_flag("--json", request->as_json, "Print one JSON object");
    make->footer(
        "The store is made when it is not there. On a running server use POST /v1/tenants instead.\n"
        "\n"
        "Example:\n"
        "  waybill tenant create --store shop.db --name Acme --currency GBP");
    make->callback([request, &run] { run = [request] { return create_tenant(*request); }; });

    CLI::App* show = group->add_subcommand("list", "Print the tenants of a store; also while a server runs");
    add_store_option(*show, request->store);
    show->add_flag("--json", request->as_json, "Print one JSON object a line");
    show->callback([request, &run] { run = [request] { return list_tenants(*request); }; });

    add_tenant_export(*group, run);
    add_tenant_import(*group, run);
}

}  // namespace waybill::app
