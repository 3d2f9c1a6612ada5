// API keys of the caller's tenant.

#include <utility>

#include "api/authentication.hpp"
#include "api/key_json.hpp"
#include "api/page.hpp"
#include "api/resources.hpp"
#include "api/submit.hpp"
#include "json/read.hpp"

namespace waybill::api {
namespace {

using core::Permission;

const core::ApiKey* find_key(const engine::TenantView& view, core::KeyId id) {
    const auto& keys = view.state().keys.rows;
    for (std::uint32_t i = 0; i < keys.committed_size(); ++i) {
        if (keys.committed(i).id == id) return &keys.committed(i);
    }
    return nullptr;
}

void issue_key(CallPtr call) {
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    auto command = read_key(call->request.body);
    if (!command) return answer(call, fail(std::move(command.error())));
    // Operators run the process: their keys are made on the machine (`waybill key`), never by a tenant.
    if (command->role == core::Role::operator_) return answer(call, refuse(core::Reject::forbidden));
    std::string secret = new_secret();
    command->hash = hash_secret(secret);
    submit(std::move(call), {std::move(*command), {}, {}, created_status},
           [secret = std::move(secret)](const CallPtr& done, const engine::Receipt& receipt) {
               const auto view = done->view();
               if (!view) return answer(done, fail(view.error()));
               const core::Aggregate object = receipt.replayed ? receipt.replayed->object : receipt.outcome.object;
               const core::ApiKey* key = find_key(*view, core::KeyId(object.id));
               if (key == nullptr) return answer(done, refuse(core::Reject::unknown_key));
               KeyOutput out = render_key(*key, *view);
               // The secret of a repeated request is gone: only its hash was kept.
               if (!receipt.replayed) out.secret = secret;
               http::Response response =
                   json_response(status_of(receipt, created_status), json::to_text<json::Api>(out));
               add_sequence(response, receipt.sequence);
               add_replayed(response, receipt);
               answer(done, std::move(response));
           });
}

void list_keys(CallPtr call) {
    answer(call,
           memory_page(
               *call, "keys", [](const engine::TenantView& view) { return view.state().keys.rows.committed_size(); },
               [](const engine::TenantView& view, std::uint32_t ix) {
                   return std::optional(render_key(view.state().keys.rows.committed(ix), view));
               }));
}

void revoke_key(CallPtr call) {
    const auto id = json::parse_id<core::KeyId>(call->parameters[0]);
    if (!id) return answer(call, refuse(core::Reject::unknown_key));
    submit(std::move(call), {core::RevokeKey{*id}, {}, {}, 204},
           [](const CallPtr& done, const engine::Receipt& receipt) {
               http::Response response = json_response(204, {});
               add_sequence(response, receipt.sequence);
               add_replayed(response, receipt);
               answer(done, std::move(response));
           });
}

}  // namespace

std::span<const Route> key_routes() {
    static constexpr Route table[] = {
        {"POST", "/v1/keys", Permission::manage_keys, &issue_key},
        {"GET", "/v1/keys", Permission::manage_keys, &list_keys},
        {"DELETE", "/v1/keys/{id}", Permission::manage_keys, &revoke_key},
    };
    return table;
}

}  // namespace waybill::api
