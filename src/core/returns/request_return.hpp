#pragma once

#include "core/decide.hpp"

namespace waybill::core {

/// Units of a line that a return can still be asked for: they have shipped and are in no other return.
[[nodiscard]] std::int64_t returnable(const Order& order, const OrderLine& line);

/// Rules of the moment return_requested look at the order, and it is approved where the channel's policy has nobody
/// decide and no hold blocks returning. Errors: unknown_order, invalid_request, unknown_line, quantity_not_returnable,
/// unknown_location, return_location_invalid, return_window_over, too_many_rows.
[[nodiscard]] Result<Decision, Rejection> decide(const RequestReturn& command, const TenantState& state,
                                                 const Context& context);

}  // namespace waybill::core
