// waybill key: API keys on a store that no server holds.

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

#include "api/authentication.hpp"
#include "app/commands.hpp"
#include "app/json_text.hpp"
#include "app/operator_key.hpp"
#include "app/store_access.hpp"
#include "engine/codec.hpp"
#include "json/describe.hpp"
#include "json/read.hpp"
#include "storage/open_store.hpp"

namespace waybill::app {
namespace {

struct KeyRequest {
    std::string store = "./waybill.db";
    std::string tenant;
    std::string role;
    std::vector<std::string> locations;
    std::string name;
    std::string id;
    bool as_json = false;
};

/// "operator" on the command line; the enumerator has an underscore because the word is C++'s.
std::string role_name(core::Role role) { return std::string(json::enum_text(role)); }

/// By id ("ten_2") or name. Without either: the only tenant there is.
Result<engine::TenantHead, std::string> find_tenant(const std::vector<engine::TenantHead>& all,
                                                    const std::string& wanted) {
    std::vector<engine::TenantHead> tenants;
    for (const auto& tenant : all) {
        if (tenant.tenant != engine::system_tenant) tenants.push_back(tenant);
    }
    if (wanted.empty()) {
        if (tenants.size() == 1) return tenants.front();
        return fail(tenants.empty() ? std::string("the store has no tenant yet: waybill tenant create")
                                    : std::string("the store has several tenants: say which one with --tenant"));
    }
    const auto id = json::parse_id<core::TenantId>(wanted);
    for (const auto& tenant : all) {
        if (tenant.name == wanted || (id && tenant.tenant == *id)) return tenant;
    }
    return fail("the store has no tenant \"" + wanted + "\"");
}

Exit create_key(const KeyRequest& request) {
    const auto role = json::parse_enum<core::Role>(request.role);
    if (!role) {
        complain("--role: there is no role \"" + request.role + "\"");
        return Exit::usage;
    }
    auto direct = DirectEngine::open(request.store, Missing::create);
    if (!direct) {
        complain(direct.error());
        return Exit::store;
    }
    core::TenantId tenant = engine::system_tenant;
    if (*role != core::Role::operator_) {
        const auto found = find_tenant(direct->engine().tenants(), request.tenant);
        if (!found) {
            complain(found.error());
            return Exit::failed;
        }
        tenant = found->tenant;
    }
    const std::string secret = api::new_secret();
    core::IssueKey issue;
    issue.key_name = request.name.empty() ? request.role + " key" : request.name;
    issue.role = *role;
    issue.locations = request.locations;
    issue.hash = api::hash_secret(secret);
    const auto receipt = direct->submit(tenant, issue);
    if (!receipt) {
        complain(receipt.error());
        return Exit::failed;
    }
    const auto hit = direct->engine().find_key(issue.hash);
    const std::string id = hit ? fmt::format("key_{}", hit->key.id.raw()) : std::string("key");
    if (request.as_json) {
        fmt::print("{{\"id\":\"{}\",\"tenant\":\"ten_{}\",\"role\":\"{}\",\"name\":{},\"secret\":\"{}\"}}\n", id,
                   tenant.raw(), role_name(*role), json_text(issue.key_name), secret);
    } else {
        fmt::print("{} for {} of ten_{}, shown this once:\n{}\n", id, role_name(*role), tenant.raw(), secret);
    }
    return Exit::ok;
}

struct KeyRow {
    core::TenantId tenant;
    std::string tenant_name;
    core::ApiKey key;
    std::vector<std::string> locations;
};

/// Collects keys and the codes of the locations that they are limited to.
class KeySink final : public engine::ConfigurationSink {
public:
    std::vector<core::ApiKey> keys;
    std::vector<std::pair<std::uint32_t, std::string>> locations;
    std::string fault;

    void on_doc(engine::DocRow row) override {
        if (row.kind == engine::DocKind::location) locations.emplace_back(row.ix, row.code);
        if (row.kind != engine::DocKind::key) return;
        auto key = engine::decode_doc<core::ApiKey>(row.doc);
        if (key) {
            keys.push_back(std::move(*key));
        } else {
            fault = key.error();
        }
    }
    void on_level(const engine::LevelRow&) override {}
    void on_capacity(const engine::CapacityRow&) override {}
};

Result<std::vector<KeyRow>, std::string> read_keys(const std::string& where) {
    auto store = open_store_at(where, storage::Access::read_only, Missing::refuse);
    if (!store) return fail(store.error());
    const auto tenants = (*store)->tenants();
    if (!tenants) return fail(describe(where, tenants.error()));
    auto reader = (*store)->reader();
    if (!reader) return fail(describe(where, reader.error()));
    std::vector<KeyRow> out;
    for (const auto& tenant : *tenants) {
        if (tenant.is_unfinished()) continue;
        KeySink sink;
        const auto read = (*reader)->configuration(tenant.tenant, sink);
        if (!read) return fail(describe(where, read.error()));
        if (!sink.fault.empty()) return fail("the store " + storage::shown(where) + " is damaged (" + sink.fault + ")");
        for (auto& key : sink.keys) {
            KeyRow row{tenant.tenant, tenant.name, std::move(key), {}};
            for (const auto& [ix, code] : sink.locations) {
                const auto& scope = row.key.locations;
                if (std::find(scope.begin(), scope.end(), ix) != scope.end()) row.locations.push_back(code);
            }
            out.push_back(std::move(row));
        }
    }
    return out;
}

void print_key(const KeyRow& row, bool as_json) {
    const core::ApiKey& key = row.key;
    const std::string issued = format_instant(key.issued_at);
    const std::string revoked = key.revoked_at.is_set() ? format_instant(key.revoked_at) : "";
    if (as_json) {
        std::string places;
        for (const auto& code : row.locations) places += (places.empty() ? "" : ",") + json_text(code);
        fmt::print(
            "{{\"id\":\"key_{}\",\"tenant\":\"ten_{}\",\"name\":{},\"role\":\"{}\",\"locations\":[{}],"
            "\"issued_at\":\"{}\",\"revoked_at\":{}}}\n",
            key.id.raw(), row.tenant.raw(), json_text(key.name), role_name(key.role), places, issued,
            revoked.empty() ? "null" : json_text(revoked));
        return;
    }
    std::string places;
    for (const auto& code : row.locations) places += (places.empty() ? "  at " : ", ") + code;
    fmt::print("key_{:<6} ten_{:<4} {:<11} {:<24} issued {}{}{}\n", key.id.raw(), row.tenant.raw(), role_name(key.role),
               key.name, issued, revoked.empty() ? "" : "  revoked " + revoked, places);
}

Exit list_keys(const KeyRequest& request) {
    const auto keys = read_keys(request.store);
    if (!keys) {
        complain(keys.error());
        return Exit::store;
    }
    for (const KeyRow& row : *keys) {
        const bool wanted = request.tenant.empty() || row.tenant_name == request.tenant ||
                            fmt::format("ten_{}", row.tenant.raw()) == request.tenant;
        if (wanted) print_key(row, request.as_json);
    }
    return Exit::ok;
}

/// Key ids count per tenant, so an id alone may name several.
Exit revoke(const KeyRequest& request) {
    const auto id = json::parse_id<core::KeyId>(request.id);
    if (!id) {
        complain("KEY_ID: must look like key_12");
        return Exit::usage;
    }
    auto direct = DirectEngine::open(request.store, Missing::refuse);
    if (!direct) {
        complain(direct.error());
        return Exit::store;
    }
    const auto tenant = find_tenant(direct->engine().tenants(), request.tenant);
    if (!tenant) {
        complain(tenant.error());
        return Exit::failed;
    }
    const auto receipt = direct->submit(tenant->tenant, core::RevokeKey{*id});
    if (!receipt) {
        complain(receipt.error());
        return Exit::failed;
    }
    fmt::print("{} of ten_{} is revoked\n", request.id, tenant->tenant.raw());
    return Exit::ok;
}

void add_create(CLI::App& group, const std::shared_ptr<KeyRequest>& request, Run& run) {
    CLI::App* command = group.add_subcommand("create", "Make a key and print its secret, once");
    add_store_option(*command, request->store);
    command
        ->add_option("--role", request->role,
                     "operator (tenants only), admin, integrator, operations, store, vendor or viewer")
        ->required();
    command->add_option("--tenant", request->tenant,
                        "Name or id (ten_2); not needed when there is one, nor for an operator");
    command->add_option("--location", request->locations,
                        "Limit the key to this location; repeat for several. Required for store and vendor");
    command->add_option("--name", request->name, "What the key is called in lists");
    command->add_flag("--json", request->as_json, "Print one JSON object");
    command->footer(
        "Only a hash of the secret is kept.\n"
        "\n"
        "Examples:\n"
        "  waybill key create --role operator\n"
        "  waybill key create --tenant Acme --role store --location leeds --name \"Leeds tills\"");
    command->callback([request, &run] { run = [request] { return create_key(*request); }; });
}

}  // namespace

void add_key(CLI::App& app, Run& run) {
    CLI::App* group = app.add_subcommand("key", "Make, list and revoke API keys on a store that no server holds");
    group->require_subcommand(0, 1);
    auto request = std::make_shared<KeyRequest>();
    add_create(*group, request, run);

    CLI::App* show = group->add_subcommand("list", "Print the keys of a store; also while a server runs");
    add_store_option(*show, request->store);
    show->add_option("--tenant", request->tenant, "Only of this tenant: name or id");
    show->add_flag("--json", request->as_json, "Print one JSON object a line");
    show->callback([request, &run] { run = [request] { return list_keys(*request); }; });

    CLI::App* end = group->add_subcommand("revoke", "End a key; it is refused from then on");
    add_store_option(*end, request->store);
    end->add_option("KEY_ID", request->id, "As in key list, such as key_12")->required();
    end->add_option("--tenant", request->tenant, "Name or id of the key's tenant; not needed when there is one");
    end->callback([request, &run] { run = [request] { return revoke(*request); }; });
}

}  // namespace waybill::app
