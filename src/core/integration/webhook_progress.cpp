#include "core/integration/webhook_progress.hpp"

#include <algorithm>
#include <string>

#include "base/mutant.hpp"
#include "core/field_checks.hpp"

namespace waybill::core {
namespace {

/// As much of it as is kept. A character of several bytes is kept whole or not at all.
std::string kept_failure(const std::string& failure) {
    std::size_t bytes = std::min(failure.size(), limits::webhook_failure_bytes_max);
    const auto continues = [&](std::size_t at) { return (static_cast<unsigned char>(failure[at]) & 0xC0U) == 0x80U; };
    while (bytes > 0 && bytes < failure.size() && continues(bytes)) --bytes;
    return failure.substr(0, bytes);
}

Decision moved(WebhookIx ix, WebhookProgress progress, const TenantState& state) {
    Decision decision;
    decision.outcome.object = {AggregateKind::webhook, ix};
    if (progress == state.webhook_progress.read(ix)) return decision;
    decision.events.emplace_back(WebhookProgressed{ix, std::move(progress)});
    return decision;
}

}  // namespace

Result<Decision, Rejection> decide(const RecordDelivery& command, const TenantState& state, const Context& context) {
    if (command.webhook >= state.webhooks.size()) return reject(Reject::unknown_webhook, "there is no such webhook");
    WebhookProgress progress = state.webhook_progress.read(command.webhook);
    // Somebody resumed it elsewhere while a request was under way: what came of that is of no use any more.
    const bool is_elsewhere = command.after != progress.through && !WAYBILL_MUTANT(delivery_beyond_resume);
    const bool is_paused = progress.paused && !WAYBILL_MUTANT(paused_webhook_delivers);
    if (is_elsewhere || is_paused || command.through < command.after || command.through > state.head) {
        return reject(Reject::webhook_moved, "its deliveries were set to another place meanwhile");
    }
    progress.through = command.through;
    if (command.failure.empty()) {
        progress.failing_since = Instant();
    } else if (!progress.failing_since.is_set() || WAYBILL_MUTANT(failing_since_renewed)) {
        progress.failing_since = context.now;
    }
    progress.failure = kept_failure(command.failure);
    progress.paused = command.gives_up;
    return moved(command.webhook, std::move(progress), state);
}

Result<Decision, Rejection> decide(const ResumeWebhook& command, const TenantState& state, const Context&) {
    const auto ix = state.webhooks.find(command.code);
    if (!ix) return reject(Reject::unknown_webhook, "no webhook has the code " + command.code);
    WebhookProgress progress;
    progress.through = command.after.value_or(state.webhook_progress.read(*ix).through);
    if (progress.through > state.head) {
        Faults faults;
        faults.add("/after", Reject::invalid_request, "the log ends at " + std::to_string(state.head.raw()));
        return faults.take();
    }
    return moved(*ix, std::move(progress), state);
}

}  // namespace waybill::core
