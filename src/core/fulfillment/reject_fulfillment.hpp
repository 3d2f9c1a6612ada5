#pragma once
// RejectFulfillment: the location will not or can not do it; and what follows where units are given back.

#include <string>
#include <vector>

#include "core/decide.hpp"
#include "core/order/order_steps.hpp"

namespace waybill::core {

/// Units that are picked are given back only where lines name them. Errors: unknown_fulfillment_order,
/// fulfillment_state, invalid_request, unknown_line, quantity_not_in_work, kit_has_no_stock.
[[nodiscard]] Result<Decision, Rejection> decide(const RejectFulfillment& command, const TenantState& state,
                                                 const Context& context);

struct GivenBack {
    LineNo line_no;
    std::int64_t units = 0;
};

/// A kit has no stock of its own that could be missing or damaged. Faults: kit_has_no_stock.
void check_kit(const Order& order, LineNo line_no, StockFinding stock, const std::string& pointer, Faults& faults);

/// Gives units of one fulfillment order back. They are reserved no more, the stock becomes what is said of it, rules of
/// Moment::rejected look at the order, and what was given back is routed, not to a location that gave work of this
/// order back, unless a hold blocks routing. Where no place has it, it waits and the exception no_supply is raised.
/// REQUIRES: the units are in work.
void give_back(std::uint32_t number, const std::vector<GivenBack>& lines, const std::string& reason, StockFinding stock,
               OrderSteps& steps);

}  // namespace waybill::core
