#include "core/order/order.hpp"

#include <algorithm>

#include "base/checked_math.hpp"
#include "base/mutant.hpp"
#include "core/limits.hpp"

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

OrderUnits units_of(const Order& order) {
    OrderUnits out;
    for (const OrderLine& line : order.lines) {
        out.open += line.open();
        out.allocated += line.allocated();
        out.shipped += line.shipped();
        out.cancelled += line.cancelled;
    }
    for (const FulfillmentOrder& fulfillment : order.fulfillments) {
        for (const FulfillmentLine& line : fulfillment.lines) {
            out.released += line.open();
            out.picked += line.picked;
        }
    }
    for (const OrderReturn& made : order.returns) {
        for (const ReturnLine& line : made.lines) {
            out.returning += line.expected();
            out.returned += line.received();
        }
    }
    return out;
}

const OrderHold* Order::blocked_by(HoldBlock what) const {
    for (const OrderHold& hold : holds) {
        if (hold.stops(what)) return &hold;
    }
    return nullptr;
}

std::vector<LocationIx> places_of(const Order& order) {
    std::vector<LocationIx> out;
    for (const OrderLine& line : order.lines) {
        for (const Allocation& allocation : line.allocations) out.push_back(allocation.location);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

std::string holds_text(const Order& order, HoldBlock what) {
    std::string out;
    for (const OrderHold& hold : order.holds) {
        if (!hold.stops(what)) continue;
        out += (out.empty() ? "" : ", ") + hold.code;
    }
    return out;
}

const FulfillmentOrder* Order::find_fulfillment(std::uint32_t number) const {
    // They are numbered from 1 without gaps.
    return number == 0 || number > fulfillments.size() ? nullptr : &fulfillments[number - 1];
}

const OrderReturn* Order::find_return(std::uint32_t number) const {
    return number == 0 || number > returns.size() ? nullptr : &returns[number - 1];
}

const OrderHold* Order::find_hold(std::string_view code) const {
    for (const OrderHold& hold : holds) {
        if (hold.code == code) return &hold;
    }
    return nullptr;
}

bool Order::is_closed() const {
    return std::all_of(lines.begin(), lines.end(),
                       [](const OrderLine& line) { return line.open() + line.allocated() == 0; });
}

OrderStatus Order::status() const {
    const OrderUnits units = units_of(*this);
    const bool is_held =
        !holds.empty() && (blocked_by(HoldBlock::routing) != nullptr || blocked_by(HoldBlock::shipping) != nullptr);
    if (is_held && units.open + units.allocated > 0) return OrderStatus::on_hold;
    if (units.allocated == 0 && units.shipped == 0 && units.open == 0) return OrderStatus::cancelled;
    if (units.shipped > 0)
        return units.allocated == 0 && units.open == 0 ? OrderStatus::shipped : OrderStatus::partially_shipped;
    if (units.open == 0) return OrderStatus::allocated;
    return units.allocated > 0 ? OrderStatus::partially_allocated : OrderStatus::backordered;
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
    const OrderUnits units = units_of(order);
    const auto free = [&](HoldBlock what) { return order.blocked_by(what) == nullptr; };
    std::vector<std::string> out;
    if (units.allocated + units.open > 0) {
        if (free(HoldBlock::cancelling) && units.allocated + units.open > units.picked) {
            out.emplace_back("cancel_order");
        }
        if (free(HoldBlock::routing) && units.allocated + units.open > units.released) {
            out.emplace_back("reroute_order");
        }
    }
    if (units.allocated > units.released && free(HoldBlock::releasing)) out.emplace_back("release_order");
    if (units.allocated > 0 && free(HoldBlock::shipping)) out.emplace_back("ship_order");
    if (units.shipped > units.returning + units.returned && order.returns.size() < limits::order_returns_max) {
        out.emplace_back("request_return");
    }
    const bool has_room = order.holds.size() < limits::order_holds_max;
    if (units.allocated + units.open > 0 && has_room) out.emplace_back("hold_order");
    if (!order.holds.empty()) out.emplace_back("release_hold");
    if (!order.exceptions.empty()) {
        out.emplace_back("change_exception");
        out.emplace_back("resolve_exception");
    }
    return out;
}

std::vector<FulfillmentAction> allowed_actions(const FulfillmentOrder& fulfillment, const Order& order) {
    using enum FulfillmentAction;
    std::vector<FulfillmentAction> out;
    for (const FulfillmentAction action : {accept, pick, pack, unpack, reject, recall, ship}) {
        const bool is_held = action == ship && order.blocked_by(HoldBlock::shipping) != nullptr;
        const bool has_none = action == unpack && !fulfillment.has_open_parcel();
        if (fulfillment.allows(action) && !is_held && !has_none) out.push_back(action);
    }
    return out;
}

std::vector<ReturnAction> allowed_actions(const OrderReturn& made, const Order& order) {
    using enum ReturnAction;
    std::vector<ReturnAction> out;
    for (const ReturnAction action : {approve, decline, receive, cancel}) {
        const bool stopped = action == approve || action == receive;
        const bool is_held = stopped && order.blocked_by(HoldBlock::returning) != nullptr;
        if (made.allows(action) && !is_held) out.push_back(action);
    }
    return out;
}

}  // namespace waybill::core
