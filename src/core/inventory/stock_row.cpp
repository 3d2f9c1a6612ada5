#include "core/inventory/stock_row.hpp"

#include "core/access/scope.hpp"

namespace waybill::core {

Result<std::pair<ItemIx, LocationIx>, RowFault> resolve_stock_row(std::string_view sku, std::string_view location,
                                                                  const TenantState& state, const Context& context) {
    const auto item = state.items.find(sku);
    if (!item) return fail(RowFault{"sku", Reject::unknown_sku, "no item has the SKU " + std::string(sku)});
    if (state.items[*item].is_kit()) {
        return fail(RowFault{"sku", Reject::kit_has_no_stock, std::string(sku) + " is a kit; move its components"});
    }
    const auto place = state.locations.find(location);
    if (!place) {
        return fail(
            RowFault{"location", Reject::unknown_location, "no location has the code " + std::string(location)});
    }
    if (!in_scope(context, *place)) {
        return fail(RowFault{"location", Reject::out_of_scope, "the key is not for " + std::string(location)});
    }
    return std::pair{*item, *place};
}

}  // namespace waybill::core
