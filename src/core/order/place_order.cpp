#include "core/order/place_order.hpp"

#include "base/mutant.hpp"
#include "core/access/scope.hpp"
#include "core/automation/after_event.hpp"
#include "core/automation/apply_rules.hpp"
#include "core/automation/line_availability.hpp"
#include "core/field_checks.hpp"
#include "core/fulfillment/release_order.hpp"
#include "core/order/hold_order.hpp"
#include "core/order/order_input.hpp"

namespace waybill::core {
namespace {

struct ChosenCustomer {
    CustomerId id;
    std::string group;
    std::optional<CustomerPut> made;  ///< an identity that was seen for the first time
};

Result<ChosenCustomer, Rejection> choose_customer(const PlaceOrder& command, const Order& order,
                                                  const TenantState& state, const Context& context) {
    ChosenCustomer out;
    const Customer* known = nullptr;
    if (command.customer.is_set()) {
        known = state.working.find_customer(command.customer);
        if (known == nullptr) return reject(Reject::unknown_customer);
    } else if (!command.customer_external_id.empty()) {
        const CustomerIdentity identity{order.channel, command.customer_external_id};
        const auto at = state.working.identities.find(identity);
        if (at == state.working.identities.end()) {
            Customer customer;
            customer.id = CustomerId(context.next.raw());
            customer.identities.push_back(identity);
            customer.version = context.next.raw();
            if (command.has_person) customer.person = PersonId(context.next.raw() + 1);
            out.id = customer.id;
            out.made = CustomerPut{std::move(customer)};
            return out;
        }
        known = state.working.find_customer(at->second);
        WAYBILL_ASSERT(known != nullptr);
    }
    if (known == nullptr) return out;
    if (known->merged_into.is_set()) {
        return reject(Reject::customer_merged, "into cus_" + std::to_string(known->merged_into.raw()));
    }
    if (known->blocked && !WAYBILL_MUTANT(blocked_customer_accepted))
        return reject(Reject::customer_blocked, known->blocked_reason);
    out.id = known->id;
    out.group = known->group;
    return out;
}

/// What is short waits, is cancelled or refuses the order.
Result<Unit, Rejection> settle_short(const RouteResult& routed, OnShortage on_shortage, Order& order) {
    const bool may_wait = on_shortage != OnShortage::reject;
    if (routed.short_units.empty() || (WAYBILL_MUTANT(short_order_accepted) && !may_wait)) return Unit{};
    switch (on_shortage) {
        case OnShortage::backorder:
        case OnShortage::wait:
            order.status_reason = "no_supply";
            break;
        case OnShortage::cancel:
            order.status_reason = "no_supply";
            // A hold that a rule has just placed keeps them.
            if (order.blocked_by(HoldBlock::cancelling) != nullptr) break;
            for (const auto& [line_no, units] : routed.short_units) {
                OrderLine& line = order.lines[line_no.raw() - 1];
                if (!WAYBILL_MUTANT(short_units_not_cancelled)) line.cancelled = units;
                line.cancel_reason = "no_supply";
            }
            break;
        case OnShortage::reject: {
            Faults faults;
            for (const auto& [line_no, units] : routed.short_units) {
                faults.add(at("/lines", line_no.raw() - 1, "quantity"), Reject::insufficient_supply,
                           std::to_string(units) + " units have no supply");
            }
            return faults.take();
        }
    }
    return Unit{};
}

}  // namespace

RoutingTrace not_routed(const TenantState& state) {
    RoutingTrace out;
    out.config_sequence = state.config_sequence;
    out.status = RoutingStatus::held;
    return out;
}

Result<Unit, Rejection> settle_route(const RouteResult& routed, OnShortage on_shortage, Order& order) {
    for (const RouteResult::LineAllocation& given : routed.allocations) {
        order.lines[given.line_no.raw() - 1].allocations.push_back(given.allocation);
    }
    auto settled = settle_short(routed, on_shortage, order);
    name_hold(order);
    return settled;
}

Result<Decision, Rejection> decide(const PlaceOrder& command, const TenantState& state, const Context& context) {
    if (auto scope = check_unscoped(context); !scope) return fail(std::move(scope).error());
    Faults faults;
    Order order = order_from(command, state, context, faults);
    check_text(faults, "/customer/external_id", command.customer_external_id, 0, limits::code_bytes_max);
    if (faults.any()) return faults.take();

    const auto taken = state.working.channel_orders.find({order.channel, order.channel_order_id});
    if (taken != state.working.channel_orders.end() && !WAYBILL_MUTANT(duplicate_order_accepted)) {
        return reject(Reject::duplicate_order, "it is order ord_" + std::to_string(taken->second.raw()));
    }
    auto customer = choose_customer(command, order, state, context);
    if (!customer) return fail(std::move(customer).error());
    order.customer = customer->id;
    order.id = OrderId(context.next.raw() + (customer->made ? 1 : 0));
    if (command.has_person) order.ship_to.person = PersonId(order.id.raw());

    if (!WAYBILL_MUTANT(customer_group_forgotten)) order.customer_group = customer->group;
    const CompiledRules* rules = rules_at(state, context.now);
    RulesTrace trace;
    if (rules != nullptr) {
        std::vector<std::int64_t> available;
        if (rules->reads_availability) available = available_by_line(order, route_request_of(order), state);
        trace = apply_placed_rules(*rules, std::move(available), order, state, context);
    }
    Decision decision;
    decision.outcome.object = {AggregateKind::order, order.id.raw()};
    if (customer->made) decision.events.emplace_back(std::move(*customer->made));
    const bool is_held = order.blocked_by(HoldBlock::routing) != nullptr && !WAYBILL_MUTANT(held_order_routed);
    if (is_held) {
        name_hold(order);
        decision.events.emplace_back(OrderPlaced{std::move(order), not_routed(state), std::move(trace)});
        return decision;
    }
    RuledRoute route = route_by_rules(route_request_of(order), order, rules, trace, state, context);
    if (WAYBILL_MUTANT(strategy_shortage_ignored)) route.on_shortage = order.routing.on_shortage;
    if (auto applied = settle_route(route.routed, route.on_shortage, order); !applied) {
        return fail(std::move(applied).error());
    }
    decision.events.emplace_back(OrderPlaced{std::move(order), std::move(route.routed.trace), std::move(trace)});
    add_automation(Moment::routed, std::get<OrderPlaced>(decision.events.back()).order, state, context, decision);
    release_routed(nullptr, state, context, decision);
    return decision;
}

}  // namespace waybill::core
