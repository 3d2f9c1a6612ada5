#pragma once
// What the commands on a return share.

#include "core/decide.hpp"

namespace waybill::core {

/// A return on which an action is allowed, in its order.
struct FoundReturn {
    const Order* order = nullptr;
    const OrderReturn* made = nullptr;
};

/// Errors: unknown_return; return_state, with what the state is and allows; order_on_hold where a hold blocks
/// returning and the action is one that it blocks.
[[nodiscard]] Result<FoundReturn, Rejection> find_return(OrderId id, std::uint32_t number, ReturnAction action,
                                                         const TenantState& state, const Context& context);

}  // namespace waybill::core
