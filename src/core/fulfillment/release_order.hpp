#pragma once
// ReleaseOrder: what is reserved at a location becomes its work. Automatic where the location has it so, otherwise when
// somebody asks for it.

#include <string_view>

#include "core/decide.hpp"
#include "core/order/order_steps.hpp"

namespace waybill::core {

/// One fulfillment order for each location. Rules of Moment::before_release are looked at first: where they put a hold
/// on the order that blocks it, nothing is released and the decision says so by that hold. Errors: unknown_order,
/// unknown_location, out_of_scope, order_on_hold, nothing_to_release, invalid_request.
[[nodiscard]] Result<Decision, Rejection> decide(const ReleaseOrder& command, const TenantState& state,
                                                 const Context& context);

/// Releases what is reserved and not in work at locations that have it released when it is routed. `before`: as
/// OrderSteps has it. Cost: nothing to speak of where no place of the order does.
void release_routed(const Order* before, const TenantState& state, const Context& context, Decision& decision);
/// The same on the order as `steps` have left it. `spared`: as rules_after has it, of a hold that is being released.
void release_routed(OrderSteps& steps, std::string_view spared = {});

/// The same after rules were looked at that took a hold off: nothing else has changed for it.
void release_freed(const Order& before, const TenantState& state, const Context& context, Decision& decision);
void release_freed(const Order& before, OrderSteps& steps);

}  // namespace waybill::core
