#include "api/webhook_json.hpp"

#include <utility>

#include "api/event_json.hpp"
#include "http/urls.hpp"
#include "json/read.hpp"
#include "webhooks/signing.hpp"

namespace waybill::api {
namespace {

WebhookStatus webhook_status(const core::Webhook& webhook, const core::DeliveryProgress& progress) {
    if (progress.paused) return WebhookStatus::paused;
    if (!webhook.active) return WebhookStatus::inactive;
    return progress.failing_since.is_set() ? WebhookStatus::failing : WebhookStatus::active;
}

}  // namespace

Result<core::PutWebhook, Problem> read_webhook(std::string_view text, std::string_view path_code) {
    auto input = json::read_text<json::Api, WebhookInput>(text);
    if (!input) return fail(problem_of(input.error()));
    FieldErrors errors;
    if (path_code.empty() && !input->code) {
        errors.push_back({"/code", std::string(json::rule::required), "is missing"});
    } else if (!path_code.empty() && input->code && *input->code != path_code) {
        errors.push_back({"/code", std::string(json::rule::one_of), "must be the code of the path, or left out"});
    }
    if (!http::is_request_url(input->url)) {
        errors.push_back({"/url", std::string(json::rule::format), "must be a URL as https://HOST/PATH"});
    }
    core::PutWebhook out;
    out.webhook.events = stored_types(std::move(input->events), errors);
    if (!errors.empty()) return fail(problem_of(std::move(errors)));
    out.webhook.code = path_code.empty() ? std::move(*input->code) : std::string(path_code);
    out.webhook.url = std::move(input->url);
    out.webhook.description = std::move(input->description);
    out.webhook.active = input->active;
    out.webhook.batch_max = input->batch_max;
    return out;
}

Result<core::ResumeWebhook, Problem> read_resume(std::string_view text, std::string code) {
    core::ResumeWebhook out{std::move(code), std::nullopt};
    if (text.empty()) return out;
    const auto input = json::read_text<json::Api, ResumeWebhookInput>(text);
    if (!input) return fail(problem_of(input.error()));
    if (input->after) out.after = core::Sequence(static_cast<std::uint64_t>(*input->after));
    return out;
}

WebhookOutput render_webhook(const core::Webhook& webhook, const core::DeliveryProgress& progress,
                             core::Sequence head) {
    WebhookOutput out;
    out.code = webhook.code;
    out.url = webhook.url;
    out.description = webhook.description;
    out.events = webhook.events;
    out.active = webhook.active;
    out.batch_max = webhook.batch_max;
    out.status = webhook_status(webhook, progress);
    out.delivered_through = progress.through.raw();
    if (head > progress.through) out.behind = head.raw() - progress.through.raw();
    if (progress.failing_since.is_set()) out.failing_since = progress.failing_since;
    if (!progress.failure.empty()) out.failure = progress.failure;
    out.version = webhook.version;
    return out;
}

PutWebhookOutput render_put_webhook(const core::Webhook& webhook, ShowUrl show_url) {
    PutWebhookOutput out;
    out.code = webhook.code;
    if (show_url == ShowUrl::yes) out.url = webhook.url;
    out.description = webhook.description;
    out.events = webhook.events;
    out.active = webhook.active;
    out.batch_max = webhook.batch_max;
    out.version = webhook.version;
    return out;
}

WebhookSecretOutput render_secret(const core::Webhook& webhook, std::string_view key, core::TenantId tenant,
                                  Instant now) {
    const auto text_of = [&](std::uint32_t number) {
        return webhooks::show(webhooks::derive_secret(key, tenant, webhook.code, number));
    };
    WebhookSecretOutput out{text_of(webhook.secret), {}, {}};
    if (webhook.secret == 1 || !webhook.secret_since.is_set()) return out;
    const Instant until(webhook.secret_since.micros() + core::limits::secret_overlap_hours * 3'600 * micros_per_second);
    if (now >= until) return out;
    out.previous = text_of(webhook.secret - 1);
    out.previous_until = until;
    return out;
}

}  // namespace waybill::api
