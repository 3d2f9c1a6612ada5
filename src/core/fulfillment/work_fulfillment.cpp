#include "core/fulfillment/work_fulfillment.hpp"

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>
#include <map>

#include "base/mutant.hpp"
#include "core/access/scope.hpp"
#include "core/automation/after_event.hpp"
#include "core/field_checks.hpp"
#include "core/fulfillment/release_order.hpp"
#include "core/fulfillment/units_in_work.hpp"
#include "core/order/line_change.hpp"
#include "core/order/no_supply.hpp"
#include "core/order/order_steps.hpp"
#include "core/order/reroute_order.hpp"
#include "core/order/ship_order.hpp"

namespace waybill::core {
namespace {

const std::string short_pick = "short_pick";
const std::string rejected_reason = "rejected";

/// A fulfillment order that may be worked on.
struct Work {
    const Order* order = nullptr;
    const FulfillmentOrder* fulfillment = nullptr;
};

std::string allowed_text(const FulfillmentOrder& fulfillment, const Order& order) {
    std::string out;
    for (const FulfillmentAction action : allowed_actions(fulfillment, order)) {
        out += (out.empty() ? "" : ", ") + std::string(boost::describe::enum_to_string(action, ""));
    }
    return out.empty() ? "nothing" : out;
}

Result<Work, Rejection> work_for(OrderId id, std::uint32_t number, FulfillmentAction action, const TenantState& state,
                                 const Context& context) {
    const Order* order = state.working.find_order(id);
    const FulfillmentOrder* fulfillment = order == nullptr ? nullptr : order->find_fulfillment(number);
    if (fulfillment == nullptr) return reject(Reject::unknown_fulfillment_order);
    // As in reads: of what lies elsewhere a key that is limited to locations knows nothing.
    if (!in_scope(context, fulfillment->location)) return reject(Reject::unknown_fulfillment_order);
    if (!fulfillment->allows(action)) {
        return reject(Reject::fulfillment_state,
                      "it is " + std::string(boost::describe::enum_to_string(fulfillment->status(), "")) +
                          "; allowed: " + allowed_text(*fulfillment, *order));
    }
    return Work{order, fulfillment};
}

Decision decision_on(const Order& order) {
    Decision decision;
    decision.outcome.object = {AggregateKind::order, order.id.raw()};
    return decision;
}

/// The lines of a command, checked: each names a line of the order once.
template <class Input>
class NamedLines {
public:
    NamedLines(const Order& order, const std::vector<Input>& lines, Faults& faults) {
        if (lines.size() > limits::order_lines_max) {
            faults.add("/lines", Reject::invalid_request, "more lines than an order has");
            return;
        }
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const std::uint32_t line_no = lines[i].line_no.raw();
            if (find_line(order, lines[i].line_no) == nullptr) {
                faults.add(at("/lines", i, "line_no"), Reject::unknown_line, "the order has no such line");
            } else if (!seen_.emplace(line_no, i).second) {
                faults.add(at("/lines", i, "line_no"), Reject::invalid_request, "is named twice");
            }
        }
    }

private:
    std::map<std::uint32_t, std::size_t> seen_;
};

/// Units of one line of a fulfillment order, of all its days.
struct LineUnits {
    std::int64_t to_pick = 0;
    std::int64_t picked = 0;
};

LineUnits line_units(const FulfillmentOrder& fulfillment, LineNo line_no) {
    LineUnits out;
    for (const FulfillmentLine& work : fulfillment.lines) {
        if (work.line_no != line_no) continue;
        out.to_pick += work.to_pick();
        out.picked += work.picked;
    }
    return out;
}

/// `units` of a line over its days, the earliest first; `free` says how many of a day there are.
template <class Free>
std::vector<WorkedUnits> over_days(const FulfillmentOrder& fulfillment, LineNo line_no, std::int64_t units,
                                   const Free& free) {
    std::vector<WorkedUnits> out;
    for (const FulfillmentLine& work : fulfillment.lines) {
        if (work.line_no != line_no) continue;
        const std::int64_t taken = std::min(units, free(work));
        if (taken == 0) continue;
        out.push_back({line_no, work.capacity_day, taken});
        units -= taken;
    }
    WAYBILL_ASSERT(units == 0);
    return out;
}

void append(std::vector<WorkedUnits>& to, const std::vector<WorkedUnits>& more) {
    to.insert(to.end(), more.begin(), more.end());
}

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

/// What `fulfillment` gives back, by line.
struct GivenBack {
    LineNo line_no;
    std::int64_t units = 0;
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
                const std::int64_t taken = std::min(rest, picked ? work.picked : work.to_pick());
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

/// A kit has no stock of its own that could be missing or damaged.
void check_kit(const Order& order, LineNo line_no, StockFinding stock, const std::string& pointer, Faults& faults) {
    const OrderLine* line = find_line(order, line_no);
    if (stock == StockFinding::kept || line == nullptr || line->takes.empty()) return;
    faults.add(pointer, Reject::kit_has_no_stock, "give it back with the stock kept, and adjust its components");
}

std::vector<LineNo> lines_of(const FulfillmentOrder& fulfillment) {
    std::vector<LineNo> out;
    for (const FulfillmentLine& work : fulfillment.lines) {
        if (out.empty() || out.back() != work.line_no) out.push_back(work.line_no);
    }
    return out;
}

}  // namespace

Result<Decision, Rejection> decide(const AcceptFulfillment& command, const TenantState& state, const Context& context) {
    const auto work = work_for(command.order, command.number, FulfillmentAction::accept, state, context);
    if (!work) return fail(work.error());
    Decision decision = decision_on(*work->order);
    decision.events.emplace_back(FulfillmentAccepted{command.order, command.number});
    return decision;
}

Result<Decision, Rejection> decide(const PickFulfillment& command, const TenantState& state, const Context& context) {
    const auto work = work_for(command.order, command.number, FulfillmentAction::pick, state, context);
    if (!work) return fail(work.error());
    const FulfillmentOrder& fulfillment = *work->fulfillment;
    const auto to_pick = [](const FulfillmentLine& line) { return line.to_pick(); };
    Faults faults;
    const NamedLines named(*work->order, command.lines, faults);
    if (faults.any()) return faults.take();
    FulfillmentPicked picked{command.order, command.number, {}};
    std::vector<GivenBack> missing;
    if (command.lines.empty()) {
        for (const LineNo line_no : lines_of(fulfillment)) {
            append(picked.lines, over_days(fulfillment, line_no, line_units(fulfillment, line_no).to_pick, to_pick));
        }
    }
    for (std::size_t i = 0; i < command.lines.size(); ++i) {
        const PickLineInput& input = command.lines[i];
        const std::int64_t left = line_units(fulfillment, input.line_no).to_pick;
        const bool is_sane = input.quantity >= 0 && input.missing >= 0 && input.quantity <= left &&
                             input.missing <= left - input.quantity && input.quantity + input.missing > 0;
        if (!is_sane) {
            const char* member = input.quantity < 0 || input.quantity > left ? "quantity" : "missing";
            faults.add(at("/lines", i, input.missing == 0 ? "quantity" : member), Reject::quantity_not_in_work,
                       std::to_string(left) + " units are to be picked");
            continue;
        }
        if (input.missing > 0) {
            check_kit(*work->order, input.line_no, StockFinding::missing, at("/lines", i, "missing"), faults);
            missing.push_back({input.line_no, input.missing});
        }
        if (input.quantity > 0) append(picked.lines, over_days(fulfillment, input.line_no, input.quantity, to_pick));
    }
    if (faults.any()) return faults.take();
    Decision decision = decision_on(*work->order);
    OrderSteps steps(work->order, state, context, decision);
    if (!picked.lines.empty()) steps.add(std::move(picked));
    if (missing.empty()) return decision;
    const FulfillmentOrder& left = *steps.order().find_fulfillment(command.number);
    steps.add(rejection_of(steps.order(), left, missing, short_pick, StockFinding::missing, state));
    follow_rejection(*work->order, steps);
    return decision;
}

Result<Decision, Rejection> decide(const RejectFulfillment& command, const TenantState& state, const Context& context) {
    const auto work = work_for(command.order, command.number, FulfillmentAction::reject, state, context);
    if (!work) return fail(work.error());
    const FulfillmentOrder& fulfillment = *work->fulfillment;
    Faults faults;
    check_code(faults, "/reason", command.reason, limits::code_bytes_max);
    const NamedLines named(*work->order, command.lines, faults);
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
        const std::int64_t wanted = input.quantity.value_or(units.to_pick + units.picked);
        if (wanted < 1 || wanted > units.to_pick + units.picked) {
            faults.add(at("/lines", i, "quantity"), Reject::quantity_not_in_work,
                       std::to_string(units.to_pick + units.picked) + " units are in work");
            continue;
        }
        check_kit(*work->order, input.line_no, command.stock, "/stock", faults);
        given.push_back({input.line_no, wanted});
    }
    if (faults.any()) return faults.take();
    Decision decision = decision_on(*work->order);
    OrderSteps steps(work->order, state, context, decision);
    steps.add(rejection_of(*work->order, fulfillment, given, command.reason, command.stock, state));
    follow_rejection(*work->order, steps);
    return decision;
}

Result<Decision, Rejection> decide(const RecallFulfillment& command, const TenantState& state, const Context& context) {
    const auto work = work_for(command.order, command.number, FulfillmentAction::recall, state, context);
    if (!work) return fail(work.error());
    Faults faults;
    check_code(faults, "/reason", command.reason, limits::code_bytes_max);
    if (faults.any()) return faults.take();
    FulfillmentRecalled event{command.order, command.number, command.reason, {}};
    for (const FulfillmentLine& line : work->fulfillment->lines) {
        if (line.to_pick() > 0) event.lines.push_back({line.line_no, line.capacity_day, line.to_pick()});
    }
    Decision decision = decision_on(*work->order);
    decision.events.emplace_back(std::move(event));
    return decision;
}

Result<Decision, Rejection> decide(const ShipFulfillment& command, const TenantState& state, const Context& context) {
    const auto work = work_for(command.order, command.number, FulfillmentAction::ship, state, context);
    if (!work) return fail(work.error());
    const Order& order = *work->order;
    const FulfillmentOrder& fulfillment = *work->fulfillment;
    Faults faults;
    check_text(faults, "/carrier", command.carrier, 0, limits::code_bytes_max);
    check_text(faults, "/tracking", command.tracking, 0, limits::name_bytes_max);
    const NamedLines named(order, command.lines, faults);
    if (faults.any()) return faults.take();
    std::vector<GivenBack> leaving;
    const bool has_picked = std::any_of(fulfillment.lines.begin(), fulfillment.lines.end(),
                                        [](const FulfillmentLine& line) { return line.picked > 0; });
    if (command.lines.empty()) {
        for (const LineNo line_no : lines_of(fulfillment)) {
            const LineUnits units = line_units(fulfillment, line_no);
            const std::int64_t wanted = has_picked ? units.picked : units.to_pick;
            if (wanted > 0) leaving.push_back({line_no, wanted});
        }
    }
    for (std::size_t i = 0; i < command.lines.size(); ++i) {
        const ShipLineInput& input = command.lines[i];
        const LineUnits units = line_units(fulfillment, input.line_no);
        if (input.quantity < 1 || input.quantity > units.picked + units.to_pick) {
            faults.add(at("/lines", i, "quantity"), Reject::quantity_not_in_work,
                       std::to_string(units.picked + units.to_pick) + " units are in work");
            continue;
        }
        leaving.push_back({input.line_no, input.quantity});
    }
    if (faults.any()) return faults.take();
    if (auto free = check_may_ship(order); !free) return fail(std::move(free).error());
    OrderShipped event{order.id, fulfillment.location, {}, command.carrier, command.tracking};
    for (const GivenBack& line : leaving) {
        LineChange change;
        change.line_no = line.line_no;
        // Picked units first, whatever day they were reserved for.
        std::map<CivilDate, std::int64_t> days;
        std::int64_t rest = line.units;
        for (const bool picked : {true, false}) {
            for (const FulfillmentLine& part : fulfillment.lines) {
                if (part.line_no != line.line_no) continue;
                const std::int64_t taken = std::min(rest, picked ? part.picked : part.to_pick());
                if (taken > 0) days[part.capacity_day] += taken;
                rest -= taken;
            }
        }
        for (const auto& [day, units] : days) {
            change.shipped.push_back({fulfillment.location, day, units});
            note_fulfilled(order, change, fulfillment.location, day, units, fulfillment.number);
        }
        event.lines.push_back(std::move(change));
    }
    Decision decision = decision_on(order);
    decision.events.emplace_back(std::move(event));
    add_automation_after(Moment::shipped, order, state, context, decision);
    release_freed(order, state, context, decision);
    return decision;
}

}  // namespace waybill::core
