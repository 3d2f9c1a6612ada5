#include "core/returns/find_return.hpp"

#include <boost/describe/enum_to_string.hpp>

#include "base/mutant.hpp"
#include "core/access/scope.hpp"

namespace waybill::core {
namespace {

std::string allowed_on(const OrderReturn& made, const Order& order) {
    std::string out;
    for (const ReturnAction action : allowed_actions(made, order)) {
        out += (out.empty() ? "" : ", ") + std::string(boost::describe::enum_to_string(action, ""));
    }
    return out.empty() ? "nothing" : out;
}

}  // namespace

Result<FoundReturn, Rejection> find_return(OrderId id, std::uint32_t number, ReturnAction action,
                                           const TenantState& state, const Context& context) {
    const Order* order = state.working.find_order(id);
    const OrderReturn* made = order == nullptr ? nullptr : order->find_return(number);
    if (made == nullptr) return reject(Reject::unknown_return);
    // What customers bring to a place is its business, wherever it came from; all else is for those who know the order.
    if (action != ReturnAction::receive && !knows_of(context, *order)) return reject(Reject::unknown_return);
    const bool is_taken_anyway = made->declined && WAYBILL_MUTANT(declined_return_received);
    if (!made->allows(action) && !is_taken_anyway) {
        return reject(Reject::return_state, "it is " +
                                                std::string(boost::describe::enum_to_string(made->status(), "")) +
                                                "; allowed: " + allowed_on(*made, *order));
    }
    const bool stopped = action == ReturnAction::approve || action == ReturnAction::receive;
    if (stopped && order->blocked_by(HoldBlock::returning) != nullptr && !WAYBILL_MUTANT(return_hold_ignored)) {
        return reject(Reject::order_on_hold, "held by " + holds_text(*order, HoldBlock::returning));
    }
    return FoundReturn{order, made};
}

}  // namespace waybill::core
