#pragma once
// PlaceOrder: validates, sources and reserves a new order in one decision.

#include "core/decide.hpp"
#include "core/routing/route.hpp"

namespace waybill::core {

/// Shape:  1..limits::order_lines_max lines; two lines may name one SKU and never take the same unit.
/// Errors: out_of_scope, invalid_request (and the field's own names, all faults listed), unknown_channel,
/// channel_inactive,
///         unknown_sku, item_inactive, unknown_unit, unknown_currency, total_mismatch,
///         discount_too_large, amount_out_of_range, pickup_location_invalid, unknown_customer, customer_merged,
///         customer_blocked, duplicate_order, insufficient_supply (on_shortage = reject).
/// Cost:   O(lines x places with stock) and the routing budget.
[[nodiscard]] Result<Decision, Rejection> decide(const PlaceOrder& command, const TenantState& state,
                                                 const Context& context);

/// The trace of an order that a hold kept from being routed.
[[nodiscard]] RoutingTrace not_routed(const TenantState& state);

/// The routed units get their places; what is short waits, is cancelled or refuses the order. Errors:
/// insufficient_supply; the order has its places all the same.
[[nodiscard]] Result<Unit, Rejection> settle_route(const RouteResult& routed, OnShortage on_shortage, Order& order);

}  // namespace waybill::core
