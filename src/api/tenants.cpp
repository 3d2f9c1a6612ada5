// Tenants: an operator makes them, each with its first administrator key.

#include <utility>

#include "api/authentication.hpp"
#include "api/key_json.hpp"
#include "api/query.hpp"
#include "api/resources.hpp"
#include "api/settings_json.hpp"
#include "api/submit.hpp"
#include "engine/load_state.hpp"
#include "json/write.hpp"

namespace waybill::api {
namespace {

using core::Permission;
constexpr std::string_view first_key_name = "first administrator";

/// The new tenant's first key, so that it can be used at all. The tenant exists already: if this fails, the operator is
/// told, and `waybill key` makes another.
void issue_first_key(const CallPtr& call, core::TenantId tenant, const core::TenantSettings& settings) {
    std::string secret = new_secret();
    core::IssueKey command;
    command.key_name = first_key_name;
    command.role = core::Role::admin;
    command.hash = hash_secret(secret);
    engine::Submission submission;
    submission.tenant = tenant;
    submission.actor = call->caller.actor();
    submission.command = std::move(command);
    submission.done = [call, tenant, settings,
                       secret = std::move(secret)](Result<engine::Receipt, engine::Failure> result) {
        if (!result) return answer(call, fail(problem_of(result.error())));
        TenantOutput out{tenant, settings.name, settings.currency, KeySecret{}};
        out.admin_key->id = core::KeyId(result->outcome.object.id);
        out.admin_key->secret = secret;
        answer(call, json_response(created_status, json::to_text<json::Api>(out)));
    };
    call->engine().submit(std::move(submission));
}

void create_tenant(CallPtr call) {
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    auto settings = read_settings(call->request.body);
    if (!settings) return answer(call, fail(std::move(settings.error())));
    if (call->engine().find_tenant(settings->name)) return answer(call, refuse(core::Reject::tenant_name_taken));
    engine::Engine& engine = call->engine();
    engine::Actor actor = call->caller.actor();
    engine.create_tenant(
        *settings, std::move(actor), [call, settings = *settings](Result<engine::Receipt, engine::Failure> result) {
            if (!result) return answer(call, fail(problem_of(result.error())));
            issue_first_key(call, core::TenantId(static_cast<std::uint32_t>(result->outcome.object.id)), settings);
        });
}

/// Of the tenants that another process serves, the store knows the settings.
Result<core::TenantSettings, engine::IoError> settings_of(const Call& call, engine::Reader& reader,
                                                          core::TenantId tenant) {
    if (const auto view = call.engine().view(tenant)) return view->settings();
    return engine::load_settings(reader, tenant);
}

Answer page_of_tenants(const Call& call, engine::Reader& reader, std::int64_t after, std::uint32_t limit) {
    std::vector<TenantOutput> found;
    std::string next;
    for (const engine::TenantHead& head : call.engine().tenants()) {
        if (head.tenant == engine::system_tenant || head.tenant.raw() <= after) continue;
        if (found.size() == limit) {
            next = make_cursor("tenants", std::to_string(after));
            break;
        }
        const auto settings = settings_of(call, reader, head.tenant);
        // One that is damaged must not hide the others.
        const bool is_damaged = !settings && settings.error().kind == engine::IoFailure::corrupt;
        if (!settings && !is_damaged) return fail(problem_of(settings.error()));
        found.push_back({head.tenant, head.name, settings ? std::optional(settings->currency) : std::nullopt, {}});
        after = head.tenant.raw();
    }
    std::string body;
    {
        json::ObjectWriter page(body);
        auto data = page.array("data");
        for (const TenantOutput& each : found) data.value(each);
        data.end();
        if (!next.empty()) page.field("next_cursor", next);
    }
    return json_response(200, std::move(body));
}

void list_tenants(CallPtr call) {
    QueryReader query(call->request, {"limit", "cursor"});
    const std::uint32_t limit = query.limit(call->services.options);
    if (!query.is_valid()) return answer(call, query.take());
    std::int64_t after = 0;
    if (const auto cursor = call->request.query_value("cursor")) {
        const auto numbers = read_cursor_numbers("tenants", *cursor, 1);
        if (!numbers) return answer(call, fail(numbers.error()));
        after = numbers->front();
    }
    answer_from_store(std::move(call), [after, limit](const Call& asked, engine::Reader& reader) {
        return page_of_tenants(asked, reader, after, limit);
    });
}

}  // namespace

std::span<const Route> tenant_routes() {
    static constexpr Route table[] = {
        {"POST", "/v1/tenants", Permission::manage_tenants, &create_tenant},
        {"GET", "/v1/tenants", Permission::manage_tenants, &list_tenants},
    };
    return table;
}

}  // namespace waybill::api
