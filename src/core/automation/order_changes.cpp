#include "core/automation/order_changes.hpp"

#include <algorithm>
#include <map>

#include "base/checked_math.hpp"
#include "base/mutant.hpp"
#include "core/field_checks.hpp"
#include "core/order/order_input.hpp"
#include "core/state.hpp"

namespace waybill::core {
namespace {

void substitute_line(const Substitute& by, OrderLine& line, const TenantState& state, RulesTrace& trace) {
    const ItemIx ix = state.items.find(by.by).value();
    const Item& item = state.items[ix];
    if (!item.active && !WAYBILL_MUTANT(inactive_substitute_serves)) return;
    const auto quantity = checked_mul(line.quantity, WAYBILL_MUTANT(substitute_not_counted) ? 1 : by.quantity);
    if (!quantity || *quantity > limits::quantity_max) return;
    trace.substituted.push_back({line.line_no, line.quantity, std::move(line.takes)});
    line.ordered_item = line.item;
    line.item = ix;
    line.takes = takes_of(item);
    line.quantity = *quantity;
}

}  // namespace

void substitute(const std::vector<const Substitute*>& wanted, Order& order, const TenantState& state,
                RulesTrace& trace) {
    if (wanted.empty()) return;
    std::map<ItemIx, const Substitute*> by_item;
    for (const Substitute* by : wanted) by_item.emplace(state.items.find(by->sku).value(), by);
    for (OrderLine& line : order.lines) {
        const auto by = by_item.find(line.item);
        if (by != by_item.end()) substitute_line(*by->second, line, state, trace);
    }
}

void set_method(const SetMethod& wanted, Order& order, const TenantState& state, RulesTrace& trace) {
    if (WAYBILL_MUTANT(rule_method_lost)) return;
    const bool collected = wanted.method == FulfillmentMethod::pickup;
    const LocationIx place = collected ? state.locations.find(wanted.location).value() : no_index;
    const bool possible = collected ? takes_pickups(state.locations[place]) : is_country(order.ship_to.country);
    if (!possible || (order.method == wanted.method && order.pickup_location == place)) return;
    trace.method_before = MethodAsOrdered{order.method, order.pickup_location, order.ship_to.point};
    order.method = wanted.method;
    order.pickup_location = place;
    if (!collected) order.ship_to.point = locate(order.ship_to, state);
}

const OrderLine* find_substituted(const Order& order, const LineAsOrdered& came) {
    const std::uint32_t line_no = came.line_no.raw();
    if (line_no == 0 || line_no > order.lines.size()) return nullptr;
    const OrderLine& line = order.lines[line_no - 1];
    return line.is_substituted() ? &line : nullptr;
}

bool has_other_sources(const Order& order, const RulesTrace& trace) {
    const RoutingPolicy& policy = order.routing;
    return !trace.substituted.empty() || trace.method_before || !policy.forbidden_kinds.empty() ||
           !policy.forbidden_locations.empty() || !policy.required_kinds.empty() || !policy.required_locations.empty();
}

void take_back_changes(const RulesTrace& trace, Order& order) {
    std::erase_if(order.tags, [&](const std::string& tag) {
        return std::binary_search(trace.tags_added.begin(), trace.tags_added.end(), tag);
    });
    order.priority = trace.priority_before.value_or(order.priority);
    for (const LineAsOrdered& came : trace.substituted) {
        if (find_substituted(order, came) == nullptr) continue;
        OrderLine& line = order.lines[came.line_no.raw() - 1];
        line.item = line.ordered_item;
        line.ordered_item = no_index;
        line.takes = came.takes;
        line.quantity = came.quantity;
    }
    if (!trace.method_before) return;
    order.method = trace.method_before->method;
    order.pickup_location = trace.method_before->pickup_location;
    order.ship_to.point = trace.method_before->point;
}

}  // namespace waybill::core
