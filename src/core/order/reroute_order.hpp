#pragma once
// RerouteOrder: sources again what waits and, unless told otherwise, what is reserved and has not shipped.

#include <string>
#include <vector>

#include "core/decide.hpp"

namespace waybill::core {

enum class Resourced : std::uint8_t {
    open_units,  ///< what waits
    unshipped,   ///< and what is reserved
};

/// What routing an order again comes to.
struct Rerouting {
    OrderRerouted event;                             ///< its lines are those that change; none: nothing does
    bool has_units = true;                           ///< false: there was nothing to route
    bool is_short = false;                           ///< some units found no place
    OnShortage on_shortage = OnShortage::backorder;  ///< of the order, or of the strategy that decided
};
/// `excluded` ascending. Takes nothing.
[[nodiscard]] Rerouting reroute(const Order& order, Resourced what, std::vector<LocationIx> excluded,
                                const std::string& reason, const TenantState& state, const Context& context);

/// Reservations are given back and taken in the same decision, so nobody can come between; units that find no other
/// place keep none and wait. A re-route that would change nothing writes no event. Errors: unknown_order,
/// out_of_scope, invalid_request, unknown_location, order_on_hold, nothing_to_route.
[[nodiscard]] Result<Decision, Rejection> decide(const RerouteOrder& command, const TenantState& state,
                                                 const Context& context);

}  // namespace waybill::core
