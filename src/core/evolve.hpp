#pragma once
// evolve: the only writer of state. Total: every event that was ever published can be evolved. Deciding, replaying and
// verifying all go through it, so a fold of the log is the state.

#include <memory>
#include <vector>

#include "base/instant.hpp"
#include "core/events.hpp"
#include "core/state.hpp"

namespace waybill::core {

struct EventStamp {
    Sequence sequence;
    Instant at;
};

/// REQUIRES: stamp.sequence is the head's successor; orders and customers that the event changes are in the working
/// set.
void evolve(const Event& event, EventStamp stamp, TenantState& state);
/// The same for a caller who has needed the movements before. REQUIRES: they are movements_of(event, state).
void evolve(const Event& event, const std::vector<Movement>& movements, EventStamp stamp, TenantState& state);

/// What an event does to its order, without the stock and capacity around it; nullptr `order` on its placing. REQUIRES:
/// an order event that follows from the order's state.
[[nodiscard]] std::shared_ptr<Order> evolve_order(const Event& event, EventStamp stamp, const Order* order);
/// The order as the event that places it makes it.
[[nodiscard]] Order placed_order(OrderPlaced event, EventStamp stamp);

/// What automation did to an order after it was placed, but for the stamp.
void mark(Order& order, const OrderMarked& event);

/// The inventory movements that an event makes; evolve applies exactly these, and the ledger records them. Reads the
/// state before the event. Shape: in the order of the event's lines; reservations of kits name their components.
[[nodiscard]] std::vector<Movement> movements_of(const Event& event, const TenantState& state);

}  // namespace waybill::core
