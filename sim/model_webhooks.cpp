// The model's webhooks: what is configured, where their deliveries stand, and which events rules send them.

#include <algorithm>
#include <set>
#include <string_view>

#include "sim/model.hpp"

namespace waybill::sim {

using core::AggregateKind;
using core::Reject;

namespace {

/// Of the types that the simulator asks for, those that there are and that may be asked for.
bool can_be_told(std::string_view type) {
    const std::set<std::string_view> types{"order_placed", "order_marked", "inventory_moved", "webhook_put"};
    return types.contains(type);
}

}  // namespace

Verdict Model::put_webhook(std::uint32_t ix, WebhookModel webhook) {
    Verdict out;
    out.object = {AggregateKind::webhook, ix};
    if (ix == webhooks.size()) {
        webhooks.push_back(std::move(webhook));
        out.events = 1;
    } else if (!(webhooks[ix] == webhook)) {
        webhooks[ix] = std::move(webhook);
        out.events = 1;
    }
    return out;
}

Verdict Model::take_one(const core::PutWebhook& command, const Moment&) {
    const core::Webhook& asked = command.webhook;
    const bool is_all = asked.events == std::vector<std::string>{"*"};
    const bool is_told = is_all || std::all_of(asked.events.begin(), asked.events.end(), can_be_told);
    if (!asked.url.starts_with("https://") || !is_told) return refused(Reject::invalid_request);
    const auto known = find_webhook(asked.code);
    WebhookModel webhook;
    if (known) {
        webhook = webhooks[*known];
    } else {
        webhook.through = head + 1;  // what comes after this event
        webhook.wanted.secret = 1;
    }
    const std::set<std::string> events(asked.events.begin(), asked.events.end());
    webhook.wanted.code = asked.code;
    webhook.wanted.url = asked.url;
    webhook.wanted.description = asked.description;
    webhook.wanted.events.assign(events.begin(), events.end());
    webhook.wanted.active = asked.active;
    webhook.wanted.batch_max = asked.batch_max;
    return put_webhook(known.value_or(static_cast<std::uint32_t>(webhooks.size())), std::move(webhook));
}

Verdict Model::take_one(const core::RotateWebhookSecret& command, const Moment& moment) {
    const auto ix = find_webhook(command.code);
    if (!ix) return refused(Reject::unknown_webhook);
    WebhookModel webhook = webhooks[*ix];
    webhook.wanted.secret += 1;
    webhook.wanted.secret_since = moment.now;
    return put_webhook(*ix, std::move(webhook));
}

Verdict Model::take_one(const core::RecordDelivery& command, const Moment& moment) {
    if (command.webhook >= webhooks.size()) return refused(Reject::unknown_webhook);
    WebhookModel webhook = webhooks[command.webhook];
    const bool is_of_now = command.after.raw() == webhook.through && !webhook.paused;
    if (!is_of_now || command.through < command.after || command.through.raw() > head) {
        return refused(Reject::webhook_moved);
    }
    const bool failed = !command.failure.empty();
    if (!failed) webhook.failing_since = Instant();
    if (failed && !webhook.failing_since.is_set()) webhook.failing_since = moment.now;
    webhook.through = command.through.raw();
    webhook.failure = command.failure;
    webhook.paused = command.gives_up;
    return put_webhook(command.webhook, std::move(webhook));
}

Verdict Model::take_one(const core::ResumeWebhook& command, const Moment&) {
    const auto ix = find_webhook(command.code);
    if (!ix) return refused(Reject::unknown_webhook);
    if (command.after && command.after->raw() > head) return refused(Reject::invalid_request);
    WebhookModel webhook;
    webhook.wanted = webhooks[*ix].wanted;
    webhook.through = command.after ? command.after->raw() : webhooks[*ix].through;
    return put_webhook(*ix, std::move(webhook));
}

void Model::note_calls(const core::RuleSet& rules, const std::vector<std::uint16_t>& fired, std::uint64_t sequence) {
    for (const std::uint16_t r : fired) {
        const core::AutomationRule& rule = rules.automation[r];
        std::set<std::string> called;
        for (const core::RuleAction& action : rule.then) {
            if (const auto* call = std::get_if<core::CallWebhook>(&action)) called.insert(call->webhook);
            if (const auto* notify = std::get_if<core::Notify>(&action)) notified[sequence].insert(notify->message);
        }
        for (const std::string& webhook : called) calls[sequence][webhook].push_back(rule.code);
    }
}

}  // namespace waybill::sim
