#include "core/fulfillment/accept_fulfillment.hpp"

#include "core/fulfillment/find_work.hpp"

namespace waybill::core {

Result<Decision, Rejection> decide(const AcceptFulfillment& command, const TenantState& state, const Context& context) {
    const auto work = find_work(command.order, command.number, FulfillmentAction::accept, state, context);
    if (!work) return fail(work.error());
    Decision decision = decision_on(*work->order);
    decision.events.emplace_back(FulfillmentAccepted{command.order, command.number});
    return decision;
}

}  // namespace waybill::core
