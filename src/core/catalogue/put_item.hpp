#pragma once
// PutItem: adds an item to the catalogue or replaces its description.

#include "core/decide.hpp"

namespace waybill::core {

/// An item keeps its SKU and its base unit for ever: stock is counted in it. Putting what is already there changes
/// nothing and writes no event.
/// Errors: invalid_request, unknown_sku (a component), kit_of_kits, gtin_taken, unit_in_use.
[[nodiscard]] Result<Decision, Rejection> decide(const PutItem& command, const TenantState& state,
                                                 const Context& context);

}  // namespace waybill::core
