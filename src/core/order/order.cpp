#include "core/order/order.hpp"

#include <algorithm>

#include "base/checked_math.hpp"
#include "base/mutant.hpp"

namespace waybill::core {
namespace {

/// The share of `amount` that belongs to `part` of `whole` units: rounded half to even on the cumulative part, so that
/// any sequence of parts ends at exactly `amount` when all units are through.
std::int64_t share(std::int64_t amount, std::int64_t part, std::int64_t whole) {
    if (part == 0 || whole == 0) return 0;
    const bool cut = WAYBILL_MUTANT(cancelled_part_rounded_down);
    return mul_div(amount, part, whole, cut ? Rounding::down : Rounding::half_even).value();
}

}  // namespace

std::int64_t OrderLine::allocated() const {
    std::int64_t sum = 0;
    for (const Allocation& allocation : allocations) sum += allocation.quantity - allocation.shipped;
    return sum;
}

std::int64_t OrderLine::shipped() const {
    std::int64_t sum = 0;
    for (const Allocation& allocation : allocations) sum += allocation.shipped;
    return sum;
}

std::int64_t OrderLine::open() const { return quantity - cancelled - allocated() - shipped(); }

OrderStatus Order::status() const {
    std::int64_t allocated = 0;
    std::int64_t shipped = 0;
    std::int64_t open = 0;
    for (const OrderLine& line : lines) {
        allocated += line.allocated();
        shipped += line.shipped();
        open += line.open();
    }
    if (allocated == 0 && shipped == 0 && open == 0) return OrderStatus::cancelled;
    if (shipped > 0) return allocated == 0 && open == 0 ? OrderStatus::shipped : OrderStatus::partially_shipped;
    if (open == 0) return OrderStatus::allocated;
    return allocated > 0 ? OrderStatus::partially_allocated : OrderStatus::backordered;
}

OrderTotals totals_of(const Order& order) {
    OrderTotals totals;
    bool all_cancelled = true;
    for (const OrderLine& line : order.lines) {
        totals.subtotal += line.amount;
        totals.discount += line.discount;
        totals.tax += line.tax;
        const std::int64_t tax = order.tax_included ? 0 : line.tax;
        totals.cancelled += share(line.amount - line.discount + tax, line.cancelled, line.quantity);
        all_cancelled = all_cancelled && line.cancelled == line.quantity;
    }
    std::int64_t charge_tax = 0;
    for (const Charge& charge : order.charges) {
        totals.charges += charge.amount;
        charge_tax += charge.tax;
    }
    if (!WAYBILL_MUTANT(charge_tax_lost)) totals.tax += charge_tax;
    totals.total = totals.subtotal - totals.discount + totals.charges +
                   (order.tax_included && !WAYBILL_MUTANT(included_tax_added) ? 0 : totals.tax);
    // Charges are owed as long as anything of the order is.
    if (all_cancelled) totals.cancelled = totals.total;
    return totals;
}

std::vector<std::string> allowed_actions(const Order& order) {
    std::int64_t allocated = 0;
    std::int64_t open = 0;
    for (const OrderLine& line : order.lines) {
        allocated += line.allocated();
        open += line.open();
    }
    std::vector<std::string> out;
    if (allocated + open > 0) {
        out.emplace_back("cancel_order");
        out.emplace_back("reroute_order");
    }
    if (allocated > 0) out.emplace_back("ship_order");
    return out;
}

}  // namespace waybill::core
