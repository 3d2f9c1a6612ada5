#include "core/order/reroute_order.hpp"

#include <algorithm>

#include "base/mutant.hpp"
#include "core/access/scope.hpp"
#include "core/automation/apply_rules.hpp"
#include "core/field_checks.hpp"
#include "core/fulfillment/release_order.hpp"
#include "core/fulfillment/units_in_work.hpp"
#include "core/order/no_supply.hpp"
#include "core/order/order_input.hpp"
#include "core/order/order_steps.hpp"
#include "core/routing/route.hpp"

namespace waybill::core {
namespace {

void free_allocation(const OrderLine& line, const Allocation& allocation, std::int64_t units, RouteRequest& request) {
    if (line.takes.empty()) {
        request.freed.push_back({line.item, allocation.location, units});
    }
    for (const KitTake& take : line.takes) {
        request.freed.push_back({take.item, allocation.location, units * take.quantity});
    }
}

/// Drops what is released and taken again at the same place for the same day: it did not move.
void drop_unmoved(LineChange& change) {
    for (AllocationPart& part : change.released) {
        for (Allocation& reserved : change.reserved) {
            if (reserved.location != part.location || reserved.capacity_day != part.capacity_day) continue;
            const std::int64_t same = std::min(part.quantity, reserved.quantity);
            part.quantity -= same;
            reserved.quantity -= same;
        }
    }
    std::erase_if(change.released, [](const AllocationPart& part) { return part.quantity == 0; });
    std::erase_if(change.reserved, [](const Allocation& a) { return a.quantity == 0; });
}

struct ReroutePlan {
    RouteRequest request;
    std::vector<LineChange> changes;  ///< one for each routed line, in order
};

ReroutePlan plan_reroute(const Order& order, Resourced what) {
    ReroutePlan plan;
    plan.request = route_request_of(order);
    plan.request.lines.clear();
    for (const OrderLine& line : order.lines) {
        std::int64_t units = line.open();
        LineChange change;
        change.line_no = line.line_no;
        for (const Allocation& allocation : line.allocations) {
            // What a location works on does not move.
            const std::int64_t reserved = unreleased(order, line, allocation);
            std::int64_t given_back = 0;
            if (what == Resourced::unshipped && reserved > 0) {
                given_back = reserved;
                units += reserved;
                change.released.push_back({allocation.location, allocation.capacity_day, reserved});
                free_allocation(line, allocation, reserved, plan.request);
            }
            plan.request.held.push_back({allocation.location, allocation.capacity_day, given_back});
        }
        if (units == 0) continue;
        plan.request.lines.push_back({line.line_no, line.item, units, line.takes});
        plan.changes.push_back(std::move(change));
    }
    return plan;
}

}  // namespace

Rerouting reroute(const Order& order, Resourced what, std::vector<LocationIx> excluded, const std::string& reason,
                  const TenantState& state, const Context& context) {
    Rerouting out;
    out.event.order = order.id;
    out.event.reason = reason;
    ReroutePlan plan = plan_reroute(order, what);
    out.has_units = !plan.request.lines.empty();
    if (!out.has_units) return out;
    plan.request.excluded.insert(plan.request.excluded.end(), excluded.begin(), excluded.end());
    auto& out_of_it = plan.request.excluded;
    std::sort(out_of_it.begin(), out_of_it.end());
    out_of_it.erase(std::unique(out_of_it.begin(), out_of_it.end()), out_of_it.end());
    RuledRoute ruled =
        route_by_rules(plan.request, order, rules_at(state, context.now), out.event.rules, state, context);
    out.on_shortage = ruled.on_shortage;
    RouteResult& routed = ruled.routed;
    out.is_short = !routed.short_units.empty();
    for (const RouteLine& line : plan.request.lines) {
        routed.trace.lines.push_back(line.line_no);
        routed.trace.quantities.push_back(line.quantity);
    }
    for (RouteResult::LineAllocation& given : routed.allocations) {
        const auto change = std::find_if(plan.changes.begin(), plan.changes.end(), [&](const LineChange& candidate) {
            return candidate.line_no == given.line_no;
        });
        change->reserved.push_back(std::move(given.allocation));
    }
    for (LineChange& change : plan.changes) drop_unmoved(change);
    std::erase_if(plan.changes,
                  [](const LineChange& change) { return change.released.empty() && change.reserved.empty(); });
    out.event.lines = std::move(plan.changes);
    out.event.routing = std::move(routed.trace);
    return out;
}

Result<Decision, Rejection> decide(const RerouteOrder& command, const TenantState& state, const Context& context) {
    const Order* order = state.working.find_order(command.order);
    if (order == nullptr) return reject(Reject::unknown_order);
    if (auto scope = check_order_in_scope(context, *order); !scope) return fail(std::move(scope).error());
    Faults faults;
    check_text(faults, "/reason", command.reason, 0, limits::code_bytes_max);
    if (command.exclude_locations.size() > limits::named_locations_max) {
        faults.add("/exclude_locations", Reject::invalid_request,
                   "at most " + std::to_string(limits::named_locations_max) + " locations");
        return faults.take();
    }
    std::vector<LocationIx> excluded;
    for (std::size_t i = 0; i < command.exclude_locations.size(); ++i) {
        const auto ix = state.locations.find(command.exclude_locations[i]);
        if (!ix) {
            faults.add(at("/exclude_locations", i), Reject::unknown_location,
                       "no location has the code " + command.exclude_locations[i]);
            continue;
        }
        excluded.push_back(*ix);
    }
    if (faults.any()) return faults.take();
    if (order->blocked_by(HoldBlock::routing) != nullptr && !WAYBILL_MUTANT(held_order_rerouted)) {
        return reject(Reject::order_on_hold, "held by " + holds_text(*order, HoldBlock::routing));
    }
    std::sort(excluded.begin(), excluded.end());
    const Resourced what = command.open_only ? Resourced::open_units : Resourced::unshipped;
    Rerouting rerouting = reroute(*order, what, std::move(excluded), command.reason, state, context);
    if (!rerouting.has_units) return reject(Reject::nothing_to_route);
    Decision decision;
    decision.outcome.object = {AggregateKind::order, order->id.raw()};
    if (rerouting.event.lines.empty()) return decision;
    decision.events.emplace_back(std::move(rerouting.event));
    OrderSteps steps(order, state, context, decision);
    steps.look_at_rules(Moment::routed);
    // Places that gave work back are out, also where they had more of the order.
    if (!order->refused_by.empty()) flag_no_supply(newly_waiting(*order, steps.order()), steps);
    release_routed(steps);
    return decision;
}

}  // namespace waybill::core
