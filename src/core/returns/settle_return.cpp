#include "core/returns/settle_return.hpp"

#include "core/field_checks.hpp"
#include "core/fulfillment/find_work.hpp"
#include "core/returns/find_return.hpp"

namespace waybill::core {

Result<Decision, Rejection> decide(const ApproveReturn& command, const TenantState& state, const Context& context) {
    const auto found = find_return(command.order, command.number, ReturnAction::approve, state, context);
    if (!found) return fail(found.error());
    Decision decision = decision_on(*found->order);
    decision.events.emplace_back(ReturnApproved{command.order, command.number});
    return decision;
}

Result<Decision, Rejection> decide(const DeclineReturn& command, const TenantState& state, const Context& context) {
    const auto found = find_return(command.order, command.number, ReturnAction::decline, state, context);
    if (!found) return fail(found.error());
    Faults faults;
    check_code(faults, "/reason", command.reason, limits::code_bytes_max);
    if (faults.any()) return faults.take();
    Decision decision = decision_on(*found->order);
    decision.events.emplace_back(ReturnDeclined{command.order, command.number, command.reason});
    return decision;
}

Result<Decision, Rejection> decide(const CancelReturn& command, const TenantState& state, const Context& context) {
    const auto found = find_return(command.order, command.number, ReturnAction::cancel, state, context);
    if (!found) return fail(found.error());
    Faults faults;
    check_code(faults, "/reason", command.reason, limits::code_bytes_max);
    if (faults.any()) return faults.take();
    Decision decision = decision_on(*found->order);
    decision.events.emplace_back(ReturnCancelled{command.order, command.number, command.reason});
    return decision;
}

}  // namespace waybill::core
