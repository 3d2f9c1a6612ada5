#pragma once
// What the commands on a fulfillment order share: finding it, and looking at the lines that they name.

#include <set>
#include <vector>

#include "core/decide.hpp"
#include "core/field_checks.hpp"
#include "core/order/line_change.hpp"

namespace waybill::core {

/// A fulfillment order on which an action is allowed, in its order.
struct Work {
    const Order* order = nullptr;
    const FulfillmentOrder* fulfillment = nullptr;
};

/// Errors: unknown_fulfillment_order, also where the key is not for its location; fulfillment_state, with what the
/// state is and allows.
[[nodiscard]] Result<Work, Rejection> find_work(OrderId id, std::uint32_t number, FulfillmentAction action,
                                                const TenantState& state, const Context& context);

/// A decision without events on an order.
[[nodiscard]] Decision decision_on(const Order& order);

/// Units of one line of a fulfillment order, of all its days.
struct LineUnits {
    std::int64_t to_pick = 0;
    std::int64_t picked = 0;
    std::int64_t packed = 0;  ///< of those picked
    [[nodiscard]] std::int64_t open() const { return to_pick + picked; }
    [[nodiscard]] std::int64_t loose() const { return picked - packed; }
};
[[nodiscard]] LineUnits line_units(const FulfillmentOrder& fulfillment, LineNo line_no);
/// The lines of the order that it is about, ascending.
[[nodiscard]] std::vector<LineNo> lines_of(const FulfillmentOrder& fulfillment);

/// Each of `lines` names a line of the order, and none names one twice. Faults: invalid_request, unknown_line.
template <class Input>
void check_named_lines(const Order& order, const std::vector<Input>& lines, Faults& faults) {
    if (lines.size() > limits::order_lines_max) {
        faults.add("/lines", Reject::invalid_request, "more lines than an order has");
        return;
    }
    std::set<std::uint32_t> seen;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (find_line(order, lines[i].line_no) == nullptr) {
            faults.add(at("/lines", i, "line_no"), Reject::unknown_line, "the order has no such line");
        } else if (!seen.insert(lines[i].line_no.raw()).second) {
            faults.add(at("/lines", i, "line_no"), Reject::invalid_request, "is named twice");
        }
    }
}

}  // namespace waybill::core
