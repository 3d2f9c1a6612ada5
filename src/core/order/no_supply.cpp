#include "core/order/no_supply.hpp"

#include "base/mutant.hpp"
#include "core/limits.hpp"
#include "core/order/order_exceptions.hpp"

namespace waybill::core {

void flag_no_supply(std::int64_t waited, OrderSteps& steps) {
    const Order& order = steps.order();
    const std::int64_t without = units_of(order).open - waited;
    if (without <= 0 || WAYBILL_MUTANT(no_supply_unseen)) return;
    if (order.exceptions.size() >= limits::order_exceptions_max) return;
    if (find_exception(order, no_supply_kind) != nullptr) return;
    OrderException raised;
    raised.kind = no_supply_kind;
    raised.reason = std::to_string(without) + " units were given back and have no other place";
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
