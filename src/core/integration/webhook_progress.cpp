#include "core/integration/webhook_progress.hpp"

#include <string>
#include <utility>

#include "base/mutant.hpp"
#include "core/field_checks.hpp"
#include "core/integration/after_delivery.hpp"

namespace waybill::core {
namespace {

Decision moved(WebhookIx ix, DeliveryProgress progress, const TenantState& state) {
    Decision decision;
    decision.outcome.object = {AggregateKind::webhook, ix};
    if (progress == state.webhook_progress.read(ix)) return decision;
    decision.events.emplace_back(WebhookProgressed{ix, std::move(progress)});
    return decision;
}

}  // namespace

Result<Decision, Rejection> decide(const RecordDelivery& command, const TenantState& state, const Context& context) {
    if (command.webhook >= state.webhooks.size()) return reject(Reject::unknown_webhook, "there is no such webhook");
    DeliveryProgress progress = state.webhook_progress.read(command.webhook);
    // Somebody resumed it elsewhere while a request was under way: what came of that is of no use any more.
    const bool is_elsewhere = command.after != progress.through && !WAYBILL_MUTANT(delivery_beyond_resume);
    const bool is_paused = progress.paused && !WAYBILL_MUTANT(paused_webhook_delivers);
    if (is_elsewhere || is_paused || command.through < command.after || command.through > state.head) {
        return reject(Reject::webhook_moved, "its deliveries were set to another place meanwhile");
    }
    progress = after_delivery(std::move(progress), command.through, command.failure, context.now);
    progress.paused = command.gives_up;
    return moved(command.webhook, std::move(progress), state);
}

Result<Decision, Rejection> decide(const ResumeWebhook& command, const TenantState& state, const Context&) {
    const auto ix = state.webhooks.find(command.code);
    if (!ix) return reject(Reject::unknown_webhook, "no webhook has the code " + command.code);
    DeliveryProgress progress;
    progress.through = command.after.value_or(state.webhook_progress.read(*ix).through);
    if (progress.through > state.head) {
        Faults faults;
        faults.add("/after", Reject::invalid_request, "the log ends at " + std::to_string(state.head.raw()));
        return faults.take();
    }
    return moved(*ix, std::move(progress), state);
}

}  // namespace waybill::core
