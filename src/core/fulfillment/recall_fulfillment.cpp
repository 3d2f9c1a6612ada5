#include "core/fulfillment/recall_fulfillment.hpp"

#include "core/fulfillment/find_work.hpp"

namespace waybill::core {

Result<Decision, Rejection> decide(const RecallFulfillment& command, const TenantState& state, const Context& context) {
    const auto work = find_work(command.order, command.number, FulfillmentAction::recall, state, context);
    if (!work) return fail(work.error());
    Faults faults;
    check_code(faults, "/reason", command.reason, limits::code_bytes_max);
    if (faults.any()) return faults.take();
    FulfillmentRecalled event{command.order, command.number, command.reason, {}};
    for (const FulfillmentLine& line : work->fulfillment->lines) {
        if (line.to_pick() > 0) event.lines.push_back({line.line_no, line.capacity_day, line.to_pick()});
    }
    Decision decision = decision_on(*work->order);
    decision.events.emplace_back(std::move(event));
    return decision;
}

}  // namespace waybill::core
