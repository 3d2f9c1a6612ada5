// The model's orders: what becomes of their units.

#include <fmt/format.h>
#include <algorithm>

#include "sim/model.hpp"
#include "sim/routing_check.hpp"

namespace waybill::sim {

using core::AggregateKind;
using core::LineChange;
using core::Reject;

namespace {

std::int64_t cancellable(const LineModel& line) { return line.open() + line.reserved(); }

std::int64_t reserved_at(const LineModel& line, std::uint32_t location) {
    std::int64_t sum = 0;
    for (const auto& [place, part] : line.parts) {
        if (place.first == location) sum += part.quantity - part.shipped;
    }
    return sum;
}

}  // namespace

std::optional<Reject> Model::scope_fault(const OrderModel& order, const Moment& moment) {
    if (moment.scope.empty()) return std::nullopt;
    bool is_seen = false;
    bool is_elsewhere = false;
    for (const LineModel& line : order.lines) {
        for (const auto& [place, part] : line.parts) {
            const bool is_here = moment.scope.contains(place.first);
            if (is_here) is_seen = true;
            if (!is_here && part.quantity > part.shipped) is_elsewhere = true;
        }
    }
    if (!is_seen) return Reject::unknown_order;
    if (is_elsewhere) return Reject::out_of_scope;
    return std::nullopt;
}

std::int64_t LineModel::reserved() const {
    std::int64_t sum = 0;
    for (const auto& [place, part] : parts) sum += part.quantity - part.shipped;
    return sum;
}

std::int64_t LineModel::shipped() const {
    std::int64_t sum = 0;
    for (const auto& [place, part] : parts) sum += part.shipped;
    return sum;
}

core::OrderStatus OrderModel::status() const {
    bool waits = false;
    bool reserved = false;
    bool shipped = false;
    for (const LineModel& line : lines) {
        waits = waits || line.open() > 0;
        reserved = reserved || line.reserved() > 0;
        shipped = shipped || line.shipped() > 0;
    }
    const bool held = blocked(core::HoldBlock::routing) || blocked(core::HoldBlock::shipping);
    if (held && (waits || reserved)) return core::OrderStatus::on_hold;
    if (shipped) return waits || reserved ? core::OrderStatus::partially_shipped : core::OrderStatus::shipped;
    if (reserved) return waits ? core::OrderStatus::partially_allocated : core::OrderStatus::allocated;
    return waits ? core::OrderStatus::backordered : core::OrderStatus::cancelled;
}

void Model::changed(OrderModel& order, const Moment& moment, const std::string& reason, std::uint64_t event) {
    order.status_reason = reason;
    order.name_hold();
    ++order.version;
    order.last_sequence = head + event;
    order.updated_at = moment.now;
}

Verdict Model::take_one(const core::CancelOrder& command, const Moment& moment) {
    const auto at = orders.find(command.order.raw());
    if (at == orders.end()) return refused(Reject::unknown_order);
    if (const auto code = scope_fault(at->second, moment)) return refused(*code);
    OrderModel& order = at->second;
    std::vector<Reject> faults;
    if (command.reason.empty()) faults.push_back(Reject::invalid_request);
    const bool closed = std::all_of(order.lines.begin(), order.lines.end(),
                                    [](const LineModel& line) { return cancellable(line) == 0; });
    if (closed) return refused(Reject::order_closed);
    std::map<std::size_t, std::int64_t> units;
    if (command.lines.empty()) {
        for (std::size_t i = 0; i < order.lines.size(); ++i) units[i] = cancellable(order.lines[i]);
    }
    for (const core::CancelLineInput& input : command.lines) {
        const std::size_t i = input.line_no.raw() - 1;
        if (input.line_no.raw() == 0 || i >= order.lines.size()) {
            faults.push_back(Reject::unknown_line);
        } else if (units.contains(i)) {
            faults.push_back(Reject::invalid_request);
        } else {
            const std::int64_t most = cancellable(order.lines[i]);
            const std::int64_t wanted = input.quantity.value_or(most);
            if (wanted < 1 || wanted > most) {
                faults.push_back(Reject::quantity_not_cancellable);
            } else {
                units[i] = wanted;
            }
        }
    }
    if (const auto code = one_name(faults)) return refused(*code);
    if (order.blocked(core::HoldBlock::cancelling)) return refused(Reject::order_on_hold);
    for (const auto& [i, wanted] : units) {
        if (wanted == 0) continue;
        LineModel& line = order.lines[i];
        std::int64_t rest = wanted - std::min(wanted, line.open());
        // What waits goes first, then the last place.
        for (auto part = line.parts.rbegin(); part != line.parts.rend() && rest > 0; ++part) {
            const std::int64_t taken = std::min(rest, part->second.quantity - part->second.shipped);
            part->second.quantity -= taken;
            rest -= taken;
        }
        std::erase_if(line.parts, [](const auto& part) { return part.second.quantity == 0; });
        line.cancelled += wanted;
        line.cancel_reason = command.reason;
    }
    changed(order, moment, command.reason);
    close_exceptions_of_cancelled(order);
    Verdict out;
    out.object = {AggregateKind::order, order.id};
    out.events = pass(core::Moment::cancelled, order, 1, moment);
    return out;
}

void Model::take_changes(OrderModel& order, const std::vector<LineChange>& changes) {
    for (const LineChange& change : changes) {
        if (change.line_no.raw() == 0 || change.line_no.raw() > order.lines.size()) {
            problem("a re-route changes a line that is not there");
            continue;
        }
        LineModel& line = order.lines[change.line_no.raw() - 1];
        for (const core::AllocationPart& released : change.released) {
            const auto part = line.parts.find({released.location, released.capacity_day.days()});
            if (part == line.parts.end() || part->second.quantity - part->second.shipped < released.quantity) {
                problem("a re-route releases what is not reserved");
                continue;
            }
            part->second.quantity -= released.quantity;
        }
        std::erase_if(line.parts, [](const auto& part) { return part.second.quantity == 0; });
        for (const core::Allocation& reserved : change.reserved) {
            PartModel& part = line.parts[{reserved.location, reserved.capacity_day.days()}];
            part.quantity += reserved.quantity;
        }
        if (line.open() < 0) problem("a re-route reserves more than is open");
    }
}

core::RulesTrace Model::begin_reroute(RoutingCheck& check, const OrderModel& before, Instant now) const {
    core::RulesTrace ruled;
    const core::RuleSet* rules = rules_at(now);
    if (rules == nullptr || rules->routing.empty()) return ruled;
    ruled.rule_set = rules_decided(now).back();
    ruled.branch = way_of(*rules, facts_of(before));
    check.strategies = strategies_at(*rules, ruled.branch);
    return ruled;
}

OrderModel Model::rerouted(const OrderModel& before, bool open_only, RoutingCheck& check,
                           const core::OrderRerouted* event, Instant now) {
    OrderModel after = before;
    if (event != nullptr) take_changes(after, event->lines);
    for (std::size_t i = 0; i < before.lines.size(); ++i) {
        const std::int64_t wanted = before.lines[i].open() + (open_only ? 0 : before.lines[i].reserved());
        if (wanted == 0) continue;
        RoutedLine routed{before.lines[i].item, before.lines[i].takes, wanted, {}};
        for (const auto& [place, part] : after.lines[i].parts) {
            std::int64_t units = part.quantity - part.shipped;
            const auto old = before.lines[i].parts.find(place);
            if (open_only && old != before.lines[i].parts.end()) units -= old->second.quantity - old->second.shipped;
            if (units == 0) continue;
            routed.from[place.first] += units;
            if (place.second != working_day(place.first, now)) problem("a re-route promises another day");
        }
        check.lines.push_back(std::move(routed));
    }
    for (std::string& finding : check.findings(event == nullptr ? nullptr : &event->routing)) {
        problem(std::move(finding));
    }
    if (event != nullptr && event->routing.config_sequence != config_sequence) {
        problem("a re-route names another configuration");
    }
    return after;
}

Verdict Model::take_one(const core::RerouteOrder& command, const Moment& moment) {
    const auto at = orders.find(command.order.raw());
    if (at == orders.end()) return refused(Reject::unknown_order);
    if (const auto code = scope_fault(at->second, moment)) return refused(*code);
    const OrderModel before = at->second;
    RoutingCheck check(*this, before, moment.now);
    check.frees_reserved = !command.open_only;
    const core::RulesTrace ruled = begin_reroute(check, before, moment.now);
    for (const std::string& code : command.exclude_locations) {
        const auto location = find_location(code);
        if (!location) return refused(Reject::unknown_location);
        check.excluded.insert(*location);
    }
    if (before.blocked(core::HoldBlock::routing)) return refused(Reject::order_on_hold);
    bool any = false;
    for (const LineModel& line : before.lines) {
        any = any || line.open() > 0 || (!command.open_only && line.reserved() > 0);
    }
    if (!any) return refused(Reject::nothing_to_route);
    Verdict out;
    out.object = {AggregateKind::order, before.id};
    const core::OrderRerouted* event = logged_in<core::OrderRerouted>(moment);
    OrderModel after = rerouted(before, command.open_only, check, event, moment.now);
    if (event == nullptr) return out;
    compare_trace(ruled, event->rules);
    at->second = std::move(after);
    changed(at->second, moment, command.reason);
    out.events = pass(core::Moment::routed, at->second, 1, moment);
    return out;
}

Verdict Model::take_one(const core::ShipOrder& command, const Moment& moment) {
    const auto at = orders.find(command.order.raw());
    if (at == orders.end()) return refused(Reject::unknown_order);
    OrderModel& order = at->second;
    const auto location = find_location(command.location);
    if (!location) return refused(Reject::unknown_location);
    if (!moment.scope.empty() && !moment.scope.contains(*location)) return refused(Reject::out_of_scope);
    std::vector<Reject> faults;
    std::map<std::size_t, std::int64_t> units;
    if (command.lines.empty()) {
        for (std::size_t i = 0; i < order.lines.size(); ++i) {
            if (const std::int64_t there = reserved_at(order.lines[i], *location); there > 0) units[i] = there;
        }
        if (units.empty()) return refused(Reject::order_closed);
    }
    for (const core::ShipLineInput& input : command.lines) {
        const std::size_t i = input.line_no.raw() - 1;
        if (input.line_no.raw() == 0 || i >= order.lines.size()) {
            faults.push_back(Reject::unknown_line);
        } else if (units.contains(i)) {
            faults.push_back(Reject::invalid_request);
        } else if (input.quantity < 1 || input.quantity > reserved_at(order.lines[i], *location)) {
            faults.push_back(Reject::quantity_not_allocated);
        } else {
            units[i] = input.quantity;
        }
    }
    if (const auto code = one_name(faults)) return refused(*code);
    if (order.blocked(core::HoldBlock::shipping)) return refused(Reject::order_on_hold);
    for (const auto& [i, wanted] : units) {
        std::int64_t rest = wanted;
        for (auto& [place, part] : order.lines[i].parts) {
            if (place.first != *location) continue;
            const std::int64_t taken = std::min(rest, part.quantity - part.shipped);
            part.shipped += taken;
            rest -= taken;
            for (const auto& [item, each] : order.lines[i].takes) stock[{item, *location}].on_hand -= taken * each;
        }
    }
    changed(order, moment, order.status_reason);
    Verdict out;
    out.object = {AggregateKind::order, order.id};
    out.events = pass(core::Moment::shipped, order, 1, moment);
    return out;
}

}  // namespace waybill::sim
