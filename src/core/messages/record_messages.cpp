#include "core/messages/record_messages.hpp"

#include <algorithm>
#include <string>

#include "base/mutant.hpp"
#include "core/integration/after_delivery.hpp"

namespace waybill::core {

Result<Decision, Rejection> decide(const RecordMessages& command, const TenantState& state, const Context& context) {
    const auto moved = [] {
        return reject(Reject::messages_moved, "its mail was recorded to another place meanwhile");
    };
    if (state.message_progress.size() == 0) return moved();
    const DeliveryProgress& before = state.message_progress.read(0);
    const bool is_elsewhere = command.after != before.through && !WAYBILL_MUTANT(mail_recorded_twice);
    if (is_elsewhere || command.through < command.after || command.through > state.head) return moved();
    const std::uint32_t templates = state.message_templates.size();
    for (const FailedMessage& failed : command.failed) {
        if (failed.message >= templates || failed.at > command.through) return moved();
    }
    Decision decision;
    decision.outcome.object = {AggregateKind::mail, 0};
    for (const FailedMessage& failed : command.failed) {
        MessageFailed event{failed.message, failed.order, failed.at, kept_failure(failed.reason)};
        decision.events.emplace_back(std::move(event));
    }
    DeliveryProgress progress = after_delivery(before, command.through, command.failure, context.now);
    if (progress != before) decision.events.emplace_back(MessagesProgressed{std::move(progress)});
    return decision;
}

}  // namespace waybill::core
