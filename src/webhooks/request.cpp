#include "webhooks/request.hpp"

#include "core/limits.hpp"
#include "webhooks/signing.hpp"

namespace waybill::webhooks {
namespace {

constexpr std::int64_t overlap_micros = core::limits::secret_overlap_hours * 3'600 * micros_per_second;

bool is_batched(const core::Webhook& webhook) { return webhook.batch_max > 1; }

bool is_previous_good(const core::Webhook& webhook, Instant now) {
    return webhook.secret > 1 && webhook.secret_since.is_set() &&
           now.micros() - webhook.secret_since.micros() < overlap_micros;
}

}  // namespace

std::string request_id(const core::Webhook& webhook, const EventBatch& batch) {
    std::string id(core::TenantId::prefix);
    id += std::to_string(batch.tenant.raw()) + '/' + std::to_string(batch.first.raw());
    if (is_batched(webhook)) id += ".." + std::to_string(batch.last.raw());
    return id;
}

HttpRequest make_request(const core::Webhook& webhook, EventBatch batch, const SenderIdentity& identity, Instant now) {
    const std::int64_t seconds = now.micros() / micros_per_second;
    const std::string id = request_id(webhook, batch);
    const auto signed_with = [&](std::uint32_t number) {
        return sign(derive_secret(identity.server_key, batch.tenant, webhook.code, number), id, seconds, batch.body);
    };
    std::string signature = signed_with(webhook.secret);
    if (is_previous_good(webhook, now)) signature += ' ' + signed_with(webhook.secret - 1);
    HttpRequest out;
    out.url = webhook.url;
    out.headers = {
        std::string("content-type: application/cloudevents") + (is_batched(webhook) ? "-batch" : "") +
            "+json; charset=utf-8",
        "user-agent: Waybill/" + identity.version,
        "webhook-id: " + id,
        "webhook-timestamp: " + std::to_string(seconds),
        "webhook-signature: " + signature,
    };
    out.body = std::move(batch.body);
    return out;
}

}  // namespace waybill::webhooks
