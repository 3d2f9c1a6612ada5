#pragma once
// What each line of an order could have: the fact `line.available`.

#include <cstdint>
#include <vector>

#include "core/order/order.hpp"
#include "core/routing/route.hpp"
#include "core/state.hpp"

namespace waybill::core {

/// By line: units of its item, in base units, over all locations that may serve the order as `request` has it
/// (carriers, filters and capacity are not looked at), what the order itself gives back included and before it takes
/// any. Of a kit: by its components, location by location; of a pick-up: at its location. Two lines of one item both
/// see all of it. Cost: O(levels of the items).
[[nodiscard]] std::vector<std::int64_t> available_by_line(const Order& order, const RouteRequest& request,
                                                          const TenantState& state);

}  // namespace waybill::core
