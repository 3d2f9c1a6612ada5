#pragma once
// put_demand: how fast items sell at locations, and by how much they are marked down there.

#include "core/decide.hpp"

namespace waybill::core {

/// All rows of a command or none. Rows that say what is known already make no event.
/// Errors: invalid_request, too_many_rows, unknown_sku, unknown_location, kit_has_no_stock, out_of_scope.
[[nodiscard]] Result<Decision, Rejection> decide(const PutDemand& command, const TenantState& state,
                                                 const Context& context);

}  // namespace waybill::core
