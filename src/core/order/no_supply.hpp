#pragma once
// The exception that Waybill raises where units that a location gave back have no other place, and resolves once
// nothing of the order waits any more.

#include <cstdint>

#include "core/order/order_steps.hpp"

namespace waybill::core {

/// Units that wait and did not in `before`, an earlier state of the order; line by line, for others may have found
/// supply.
[[nodiscard]] std::int64_t newly_waiting(const Order& before, const Order& now);
/// Units that wait and that a location once gave back.
[[nodiscard]] std::int64_t given_back_and_waiting(const Order& order);

/// Raises it over so many units, if any, where it is not open and the order has room for it.
void flag_no_supply(std::int64_t units, OrderSteps& steps);

/// Takes it out where nothing waits. Part of what a routing does to an order.
void settle_no_supply(Order& order);

}  // namespace waybill::core
