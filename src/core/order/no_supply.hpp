#pragma once
// The exception that Waybill raises where units that a location gave back have no other place, and resolves once
// nothing of the order waits any more.

#include <cstdint>

#include "core/order/order_steps.hpp"

namespace waybill::core {

/// Raises it where more units of the order wait than `waited` did before, it is not open, and the order has room for
/// it.
void flag_no_supply(std::int64_t waited, OrderSteps& steps);

/// Takes it out where nothing waits. Part of what a routing does to an order.
void settle_no_supply(Order& order);

}  // namespace waybill::core
