#include "core/order/no_supply.hpp"

#include <algorithm>
#include <vector>

#include "base/mutant.hpp"
#include "core/limits.hpp"
#include "core/order/order_exceptions.hpp"

namespace waybill::core {

std::int64_t newly_waiting(const Order& before, const Order& now) {
    std::int64_t out = 0;
    for (std::size_t i = 0; i < now.lines.size(); ++i) {
        out += std::max<std::int64_t>(now.lines[i].open() - before.lines[i].open(), 0);
    }
    return out;
}

std::int64_t given_back_and_waiting(const Order& order) {
    std::vector<std::int64_t> given_back(order.lines.size());
    for (const FulfillmentOrder& fulfillment : order.fulfillments) {
        for (const FulfillmentLine& work : fulfillment.lines) given_back[work.line_no.raw() - 1] += work.rejected;
    }
    std::int64_t out = 0;
    for (std::size_t i = 0; i < order.lines.size(); ++i) out += std::min(given_back[i], order.lines[i].open());
    return out;
}

void flag_no_supply(std::int64_t units, OrderSteps& steps) {
    if (units == 0 || WAYBILL_MUTANT(no_supply_unseen)) return;
    const Order& order = steps.order();
    if (order.exceptions.size() >= limits::order_exceptions_max) return;
    if (find_exception(order, no_supply_kind) != nullptr) return;
    OrderException raised;
    raised.kind = no_supply_kind;
    raised.reason = std::to_string(units) + " units have no other place";
    raised.severity = Severity::high;
    raised.raised_at = steps.context().now;
    raised.raised_by = raised_by_waybill;
    raised.raised_in = steps.next();
    steps.add(OrderExceptionRaised{order.id, std::move(raised)});
}

void settle_no_supply(Order& order) {
    const OrderException* waits = find_exception(order, no_supply_kind);
    if (waits == nullptr || waits->raised_by != raised_by_waybill || units_of(order).open > 0) return;
    take_exception_out(order, no_supply_kind);
}

}  // namespace waybill::core
