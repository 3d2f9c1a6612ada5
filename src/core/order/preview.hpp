#pragma once
// From an order as a caller describes it to the routing request that placing it would make.

#include "base/result.hpp"
#include "core/commands.hpp"
#include "core/decide.hpp"
#include "core/routing/route.hpp"

namespace waybill::core {

/// Errors: as placing it, except those about money, customers and duplicates.
[[nodiscard]] Result<RouteRequest, Rejection> preview_request(const PlaceOrder& command, const TenantState& state,
                                                              const Context& context);

}  // namespace waybill::core
