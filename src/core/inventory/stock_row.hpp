#pragma once
// What every row of stock must say: an item that has stock of its own, at a place within the caller's scope.

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/decide.hpp"

namespace waybill::core {

/// One reason why a row can not be taken, with the member that is at fault.
struct RowFault {
    std::string_view member;
    Reject code;
    std::string detail;
};

[[nodiscard]] Result<std::pair<ItemIx, LocationIx>, RowFault> resolve_stock_row(std::string_view sku,
                                                                                std::string_view location,
                                                                                const TenantState& state,
                                                                                const Context& context);

}  // namespace waybill::core
