#include "core/fulfillment/reject_fulfillment.hpp"

#include <algorithm>
#include <map>

#include "base/mutant.hpp"
#include "core/fulfillment/find_work.hpp"
#include "core/fulfillment/release_order.hpp"
#include "core/order/no_supply.hpp"
#include "core/order/reroute_order.hpp"

namespace waybill::core {
namespace {

const std::string rejected_reason = "rejected";

/// What a rejection says of the stock, as movements that leave no level below zero: a feed may know of less already.
class Findings {
public:
    Findings(const TenantState& state, StockFinding stock, const std::string& reason)
        : state_(state), stock_(stock), reason_(reason) {}

    void add(ItemIx item, LocationIx location, std::int64_t units) {
        if (stock_ == StockFinding::kept) return;
        const Level* level = state_.levels_of(item).find(location);
        if (level == nullptr) return;
        std::int64_t& used = used_[item];
        const std::int64_t room = std::max<std::int64_t>(level->on_hand - level->unsellable - used, 0);
        const std::int64_t taken = std::min(units, room);
        if (taken == 0) return;
        used += taken;
        Movement& movement = out.emplace_back();
        movement.item = item;
        movement.location = location;
        movement.reason = reason_;
        movement.kind = stock_ == StockFinding::missing ? MovementKind::adjust : MovementKind::quarantine;
        (stock_ == StockFinding::missing ? movement.on_hand : movement.unsellable) =
            stock_ == StockFinding::missing ? -taken : taken;
    }

    std::vector<Movement> out;

private:
    const TenantState& state_;
    StockFinding stock_;
    const std::string& reason_;
    std::map<ItemIx, std::int64_t> used_;
};

FulfillmentRejected rejection_of(const Order& order, const FulfillmentOrder& fulfillment,
                                 const std::vector<GivenBack>& lines, const std::string& reason, StockFinding stock,
                                 const TenantState& state) {
    FulfillmentRejected event{order.id, fulfillment.number, reason, stock, {}, {}};
    Findings findings(state, stock, reason);
    for (const GivenBack& given : lines) {
        LineChange change;
        change.line_no = given.line_no;
        std::int64_t rest = given.units;
        // What is not picked is given back first.
        for (const bool picked : {false, true}) {
            for (const FulfillmentLine& work : fulfillment.lines) {
                if (work.line_no != given.line_no) continue;
                const std::int64_t loose = work.picked - fulfillment.packed(work.line_no, work.capacity_day);
                const std::int64_t taken = std::min(rest, picked ? loose : work.to_pick());
                if (taken == 0) continue;
                rest -= taken;
                const auto same =
                    std::find_if(change.released.begin(), change.released.end(),
                                 [&](const AllocationPart& part) { return part.capacity_day == work.capacity_day; });
                if (same != change.released.end()) {
                    same->quantity += taken;
                } else {
                    change.released.push_back({fulfillment.location, work.capacity_day, taken});
                }
            }
        }
        WAYBILL_ASSERT(rest == 0);
        findings.add(find_line(order, given.line_no)->item, fulfillment.location, given.units);
        event.lines.push_back(std::move(change));
    }
    event.findings = std::move(findings.out);
    return event;
}

/// Adds what follows from a rejection: rules look at it, what was given back is routed, and a person sees what of it
/// has no other place. `before`: the order before it.
void follow_rejection(const Order& before, OrderSteps& steps) {
    steps.look_at_rules(Moment::rejected);
    const bool is_held = steps.order().blocked_by(HoldBlock::routing) != nullptr;
    if (is_held || WAYBILL_MUTANT(rejected_not_routed)) return release_freed(before, steps);
    Rerouting rerouting =
        reroute(steps.order(), Resourced::open_units, {}, rejected_reason, steps.state(), steps.context());
    if (!rerouting.event.lines.empty()) {
        steps.add(std::move(rerouting.event));
        steps.look_at_rules(Moment::routed);
    }
    flag_no_supply(newly_waiting(before, steps.order()), steps);
    release_routed(steps);
}

}  // namespace

void check_kit(const Order& order, LineNo line_no, StockFinding stock, const std::string& pointer, Faults& faults) {
    const OrderLine* line = find_line(order, line_no);
    if (stock == StockFinding::kept || line == nullptr || line->takes.empty()) return;
    faults.add(pointer, Reject::kit_has_no_stock, "give it back with the stock kept, and adjust its components");
}

void give_back(std::uint32_t number, const std::vector<GivenBack>& lines, const std::string& reason, StockFinding stock,
               OrderSteps& steps) {
    const Order before = steps.order();
    steps.add(rejection_of(before, *before.find_fulfillment(number), lines, reason, stock, steps.state()));
    follow_rejection(before, steps);
}

Result<Decision, Rejection> decide(const RejectFulfillment& command, const TenantState& state, const Context& context) {
    const auto work = find_work(command.order, command.number, FulfillmentAction::reject, state, context);
    if (!work) return fail(work.error());
    const FulfillmentOrder& fulfillment = *work->fulfillment;
    Faults faults;
    check_code(faults, "/reason", command.reason, limits::code_bytes_max);
    check_named_lines(*work->order, command.lines, faults);
    if (faults.any()) return faults.take();
    std::vector<GivenBack> given;
    if (command.lines.empty()) {
        for (const LineNo line_no : lines_of(fulfillment)) {
            const std::int64_t units = line_units(fulfillment, line_no).to_pick;
            if (units == 0) continue;
            check_kit(*work->order, line_no, command.stock, "/stock", faults);
            given.push_back({line_no, units});
        }
        if (given.empty()) {
            faults.add("/lines", Reject::quantity_not_in_work, "all that is left is picked: name what is given back");
        }
    }
    for (std::size_t i = 0; i < command.lines.size(); ++i) {
        const RejectLineInput& input = command.lines[i];
        const LineUnits units = line_units(fulfillment, input.line_no);
        const std::int64_t wanted = input.quantity.value_or(units.open() - units.packed);
        const bool reaches_packed = wanted > units.open() - units.packed || (wanted == 0 && !input.quantity);
        if (units.packed > 0 && wanted <= units.open() && reaches_packed) {
            faults.add(at("/lines", i, "quantity"), Reject::quantity_packed,
                       std::to_string(units.packed) + " of them are in parcels");
            continue;
        }
        if (wanted < 1 || wanted > units.open()) {
            faults.add(at("/lines", i, "quantity"), Reject::quantity_not_in_work,
                       std::to_string(units.open()) + " units are in work");
            continue;
        }
        check_kit(*work->order, input.line_no, command.stock, "/stock", faults);
        given.push_back({input.line_no, wanted});
    }
    if (faults.any()) return faults.take();
    Decision decision = decision_on(*work->order);
    OrderSteps steps(work->order, state, context, decision);
    give_back(command.number, given, command.reason, command.stock, steps);
    return decision;
}

}  // namespace waybill::core
