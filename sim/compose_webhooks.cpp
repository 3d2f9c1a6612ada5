// Webhooks, and what became of requests to them: mostly what a sender could say, at times what it can not.

#include <fmt/format.h>

#include <array>

#include "sim/compose.hpp"

namespace waybill::sim {
namespace {

constexpr std::uint64_t rare = 40;
constexpr std::array<const char*, 3> webhook_codes{"ERP", "WMS", "CRM"};
constexpr std::array<const char*, 4> told_types{"order_placed", "order_marked", "inventory_moved", "webhook_put"};

}  // namespace

core::PutWebhook compose_webhook(Dice& dice) {
    core::PutWebhook put;
    core::Webhook& webhook = put.webhook;
    webhook.code = webhook_codes[dice.below(webhook_codes.size())];
    webhook.url = dice.one_in(rare) ? "nowhere" : fmt::format("https://{}.example/{}", webhook.code, dice.below(3));
    for (std::uint64_t e = dice.below(4); e > 0; --e) webhook.events.emplace_back(told_types[dice.below(4)]);
    if (dice.one_in(4)) webhook.events = {"*"};
    if (dice.one_in(rare)) webhook.events.emplace_back("webhook_progressed");
    if (dice.one_in(rare)) webhook.events.emplace_back("order_eaten");
    webhook.description = dice.one_in(2) ? "somebody" : "";
    webhook.active = !dice.one_in(6);
    webhook.batch_max = dice.one_in(2) ? 1 : dice.between(2, 100);
    return put;
}

core::RecordDelivery compose_delivery(Dice& dice, const Model& model) {
    core::RecordDelivery record;
    if (model.webhooks.empty() || dice.one_in(rare)) {
        record.webhook = static_cast<core::WebhookIx>(model.webhooks.size());
        return record;
    }
    record.webhook = static_cast<core::WebhookIx>(dice.below(model.webhooks.size()));
    std::uint64_t after = model.webhooks[record.webhook].through;
    // A request that was under way when the webhook was set elsewhere.
    if (dice.one_in(8)) after = dice.below(model.head + 1);
    std::uint64_t through = after + dice.below(model.head - after + 1);
    if (dice.one_in(8)) through = model.head;
    if (dice.one_in(rare)) through = model.head + 1 + dice.below(3);
    if (dice.one_in(rare) && after > 0) through = after - 1;
    record.after = core::Sequence(after);
    record.through = core::Sequence(through);
    if (dice.one_in(2)) {
        record.failure = dice.one_in(2) ? "answered 503" : "timed out";
        if (dice.one_in(2)) record.through = record.after;
        record.gives_up = dice.one_in(5);
    }
    return record;
}

core::ResumeWebhook compose_resumption(Dice& dice, const Model& model) {
    core::ResumeWebhook resume;
    resume.code = any_webhook(dice, model);
    if (dice.one_in(2)) resume.after = core::Sequence(dice.below(model.head + 1));
    if (dice.one_in(rare)) resume.after = core::Sequence(model.head + 1 + dice.below(3));
    return resume;
}

}  // namespace waybill::sim
