#pragma once
// MoveInventory: what a person or a system says happened to stock.

#include "core/decide.hpp"

namespace waybill::core {

/// All moves of a command or none. Later moves of one command see the earlier ones.
/// Errors: invalid_request, too_many_rows, unknown_sku, unknown_location, unknown_unit, kit_has_no_stock,
/// stock_would_be_negative (receive, adjust), stock_not_sellable (transfer), quantity_out_of_range, out_of_scope.
[[nodiscard]] Result<Decision, Rejection> decide(const MoveInventory& command, const TenantState& state,
                                                 const Context& context);

}  // namespace waybill::core
