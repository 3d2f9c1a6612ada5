// Webhooks: who is told of events, with which secret, and how far each got. For administrators, whose keys are
// never limited to locations.

#include <utility>

#include "api/bulk.hpp"
#include "api/look.hpp"
#include "api/page.hpp"
#include "api/resources.hpp"
#include "api/submit.hpp"
#include "api/webhook_json.hpp"

namespace waybill::api {
namespace {

using core::Permission;

Problem no_webhook() { return {core::Reject::not_found, "no webhook has this code", {}, {}}; }

Problem no_webhook_key() {
    return {core::Reject::not_configured, "requests can not be signed: set webhooks.key_file on the server", {}, {}};
}

/// False, and the call is answered: no webhook has the code of the path.
bool has_webhook(const CallPtr& call) {
    const auto view = call->view();
    if (!view) {
        answer(call, fail(view.error()));
        return false;
    }
    if (view->state().webhooks.codes.find_committed(call->parameters[0])) return true;
    answer(call, fail(no_webhook()));
    return false;
}

WebhookOutput webhook_in(const engine::TenantView& view, core::WebhookIx ix, core::Sequence head) {
    const core::TenantState& state = view.state();
    return render_webhook(state.webhooks.rows.committed(ix), state.webhook_progress.committed(ix), head);
}

/// Before the view, which keeps the log from going on.
core::Sequence log_end(const Call& call) { return call.engine().head(call.caller.tenant).value_or(core::Sequence()); }

Answer webhook_now(const Call& call, const std::string& code) {
    const core::Sequence head = log_end(call);
    const auto view = call.view();
    if (!view) return fail(view.error());
    const auto ix = view->state().webhooks.codes.find_committed(code);
    if (!ix) return fail(no_webhook());
    return json_response(200, json::to_text<json::Api>(webhook_in(*view, *ix, head)));
}

void answer_with_webhook(const CallPtr& call, const engine::Receipt& receipt) {
    auto response = webhook_now(*call, call->parameters[0]);
    if (response) add_sequence(*response, receipt.sequence);
    if (response) add_replayed(*response, receipt);
    answer(call, std::move(response));
}

void get_webhook(CallPtr call) { answer(call, webhook_now(*call, call->parameters[0])); }

void put_webhook(CallPtr call) {
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    auto command = read_webhook(call->request.body, call->parameters[0]);
    if (!command) return answer(call, fail(std::move(command.error())));
    if (call->services.options.webhook_key.empty()) return answer(call, fail(no_webhook_key()));
    submit(std::move(call), {std::move(*command), {}, {}, 200}, &answer_with_webhook);
}

void list_webhooks(CallPtr call) {
    const core::Sequence head = log_end(*call);
    answer(call, memory_page(
                     *call, "webhooks",
                     [](const engine::TenantView& view) { return view.state().webhooks.rows.committed_size(); },
                     [head](const engine::TenantView& view, std::uint32_t ix) {
                         return std::optional(webhook_in(view, ix, head));
                     }));
}

Answer secret_response(const Call& call, const core::Webhook& webhook, Instant now) {
    const auto secret = render_secret(webhook, call.services.options.webhook_key, call.caller.tenant, now);
    auto response = json_response(200, json::to_text<json::Api>(secret));
    response.headers.push_back({"cache-control", "no-store"});
    return response;
}

/// By the clock that rotations are stamped with.
void get_webhook_secret(CallPtr call) {
    if (call->services.options.webhook_key.empty()) return answer(call, fail(no_webhook_key()));
    look(
        call,
        [asked = call.get()](const core::TenantState& state, const core::Context& context) -> Answer {
            const auto ix = state.webhooks.codes.find_committed(asked->parameters[0]);
            if (!ix) return fail(no_webhook());
            return secret_response(*asked, state.webhooks.rows.committed(*ix), context.now);
        },
        &answer);
}

/// As it was when it was made: nothing that can fail comes after the change, or it would be made once more.
void answer_with_secret(const CallPtr& call, const engine::Receipt& receipt) {
    const auto view = call->view();
    if (!view) return answer(call, fail(view.error()));
    const auto& webhooks = view->state().webhooks;
    const auto ix = webhooks.codes.find_committed(call->parameters[0]);
    if (!ix) return answer(call, fail(no_webhook()));
    const core::Webhook& webhook = webhooks.rows.committed(*ix);
    Answer response = secret_response(*call, webhook, webhook.secret_since);
    add_sequence(*response, receipt.sequence);
    add_replayed(*response, receipt);
    answer(call, std::move(response));
}

void rotate_webhook_secret(CallPtr call) {
    if (call->services.options.webhook_key.empty()) return answer(call, fail(no_webhook_key()));
    if (!has_webhook(call)) return;
    core::RotateWebhookSecret command{call->parameters[0]};
    submit(std::move(call), {std::move(command), {}, {}, 200}, &answer_with_secret);
}

void resume_webhook(CallPtr call) {
    if (!call->request.body.empty()) {
        if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    }
    auto command = read_resume(call->request.body, call->parameters[0]);
    if (!command) return answer(call, fail(std::move(command.error())));
    if (!has_webhook(call)) return;
    submit(std::move(call), {std::move(*command), {}, {}, 200}, &answer_with_webhook);
}

Result<BulkLine, Problem> read_webhook_line(std::string_view text) {
    auto command = read_webhook(text, {});
    if (!command) return fail(std::move(command.error()));
    std::string label = command->webhook.code;
    return BulkLine{std::move(*command), {}, std::move(label), 0};
}

std::unique_ptr<http::StreamIn> put_webhooks(StreamCall call) {
    static const BulkVerb verb{&read_webhook_line, nullptr, &render_nothing, &BulkResult::code, 200};
    if (call.services.options.webhook_key.empty()) return refuse_stream(std::move(call), no_webhook_key());
    return open_bulk(std::move(call), verb);
}

constexpr Route webhook_table[] = {
    {"POST", "/v1/webhooks/bulk", Permission::manage_keys, nullptr, &put_webhooks},
    {"GET", "/v1/webhooks", Permission::manage_keys, &list_webhooks},
    {"GET", "/v1/webhooks/{code}", Permission::manage_keys, &get_webhook},
    {"PUT", "/v1/webhooks/{code}", Permission::manage_keys, &put_webhook},
    {"GET", "/v1/webhooks/{code}/secret", Permission::manage_keys, &get_webhook_secret},
    {"POST", "/v1/webhooks/{code}/rotate-secret", Permission::manage_keys, &rotate_webhook_secret},
    {"POST", "/v1/webhooks/{code}/resume", Permission::manage_keys, &resume_webhook},
};

}  // namespace

std::span<const Route> webhook_routes() { return webhook_table; }

}  // namespace waybill::api
