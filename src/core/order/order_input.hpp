#pragma once
// Turning a PlaceOrder into an Order without allocations: resolving codes, checking fields, working out amounts. Shared
// by placing and by previews.

#include <optional>

#include "core/commands.hpp"
#include "core/decide.hpp"
#include "core/order/order.hpp"
#include "core/routing/route.hpp"

namespace waybill::core {

/// Header, lines, charges and amounts; no customer, no allocations. Every fault is added to `faults`; the order is
/// usable only when there are none.
[[nodiscard]] Order order_from(const PlaceOrder& command, const TenantState& state, const Context& context,
                               Faults& faults);

/// Whether customers can collect their orders there.
[[nodiscard]] bool takes_pickups(const Location& location);

/// What one unit of the item takes from the stock of other items: nothing where it is no kit.
[[nodiscard]] std::vector<KitTake> takes_of(const Item& item);

/// What routing all open units of an order asks.
[[nodiscard]] RouteRequest route_request_of(const Order& order);

/// The ship-to point: as given, or the centre of the longest known postcode prefix, or of the country, or none.
[[nodiscard]] GeoPoint locate(const ShipTo& ship_to, const TenantState& state);

}  // namespace waybill::core
