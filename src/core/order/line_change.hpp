#pragma once
// Applying what happened to an order's lines; shared by every order event.

#include "core/events.hpp"
#include "core/order/order.hpp"
#include "core/state.hpp"

namespace waybill::core {

[[nodiscard]] OrderLine* find_line(Order& order, LineNo line_no);
[[nodiscard]] const OrderLine* find_line(const Order& order, LineNo line_no);

/// The allocation of a line at a location for a working day; nullptr when there is none.
[[nodiscard]] const Allocation* find_allocation(const OrderLine& line, LocationIx location, CivilDate day);

/// Releases, reserves, ships and cancels, in that order. REQUIRES: the quantities are there; decide saw to it.
void apply_line_change(Order& order, const LineChange& change);

/// The inventory movements of a change, read against the order before it. Appends to `out`.
void line_change_movements(const Order& order, const LineChange& change, std::vector<Movement>& out);

/// Movements of units that an allocation takes or gives: the line's item, or the components of a kit.
void allocation_movements(const OrderLine& line, const Allocation& allocation, std::int64_t quantity, MovementKind kind,
                          std::vector<Movement>& out);

/// Moves capacity books from what `before` used to what `after` uses; either may be nullptr.
void move_capacity(const Order* before, const Order* after, TenantState& state);

}  // namespace waybill::core
