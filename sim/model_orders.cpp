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

std::int64_t cancellable(const OrderModel& order, std::size_t line) {
    return order.lines[line].open() + order.lines[line].reserved() - order.picked(line);
}

/// Takes units of a line that are in work and not picked: the latest fulfillment order first, its last day first.
void cancel_in_work(OrderModel& order, std::size_t line, std::int64_t units, const std::string& reason) {
    for (auto work = order.work.rbegin(); work != order.work.rend(); ++work) {
        for (auto at = work->lines.rbegin(); at != work->lines.rend(); ++at) {
            const std::int64_t part = at->first.first == line ? std::min(units, at->second.to_pick) : 0;
            if (part == 0) continue;
            at->second.to_pick -= part;
            at->second.recalled += part;
            work->reason = reason;
            order.lines[line].parts[{work->location, at->first.second}].quantity -= part;
            units -= part;
        }
    }
}

/// Of what leaves a place for a day, what is in work goes first: of the oldest fulfillment order, its picked units
/// first, and those in parcels last.
enum class Stays : std::uint8_t { nothing, parcels };

void ship_from_work(OrderModel& order, std::size_t line, const PlaceDay& place, std::int64_t units, Stays stays) {
    for (FulfillmentModel& work : order.work) {
        const auto at = work.lines.find({line, place.second});
        if (work.location != place.first || at == work.lines.end()) continue;
        for (const auto from : {&WorkModel::picked, &WorkModel::to_pick, &WorkModel::packed}) {
            if (from == &WorkModel::packed && stays == Stays::parcels) continue;
            const std::int64_t part = std::min(units, at->second.*from);
            at->second.*from -= part;
            at->second.shipped += part;
            units -= part;
        }
    }
}

std::int64_t packed_at(const OrderModel& order, std::size_t line, const PlaceDay& place) {
    std::int64_t sum = 0;
    for (const FulfillmentModel& work : order.work) {
        const auto at = work.lines.find({line, place.second});
        if (work.location == place.first && at != work.lines.end()) sum += at->second.packed;
    }
    return sum;
}

std::int64_t packed_at(const OrderModel& order, std::size_t line, std::uint32_t location) {
    std::int64_t sum = 0;
    for (const auto& [place, part] : order.lines[line].parts) {
        if (place.first == location) sum += packed_at(order, line, place);
    }
    return sum;
}

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
    if (!is_known(order, moment)) return Reject::unknown_order;
    for (const LineModel& line : order.lines) {
        for (const auto& [place, part] : line.parts) {
            const bool is_here = moment.scope.contains(place.first);
            if (!is_here && part.quantity > part.shipped) return Reject::out_of_scope;
        }
    }
    return std::nullopt;
}

bool Model::is_known(const OrderModel& order, const Moment& moment) {
    bool is_seen = moment.scope.empty();
    for (const LineModel& line : order.lines) {
        for (const auto& [place, part] : line.parts) is_seen = is_seen || moment.scope.contains(place.first);
    }
    return is_seen;
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
    if (order.is_closed()) return refused(Reject::order_closed);
    std::map<std::size_t, std::int64_t> units;
    if (command.lines.empty()) {
        for (std::size_t i = 0; i < order.lines.size(); ++i) {
            if (const std::int64_t most = cancellable(order, i); most > 0) units[i] = most;
        }
        if (units.empty()) return refused(Reject::quantity_not_cancellable);
    }
    for (const core::CancelLineInput& input : command.lines) {
        const std::size_t i = input.line_no.raw() - 1;
        if (input.line_no.raw() == 0 || i >= order.lines.size()) {
            faults.push_back(Reject::unknown_line);
        } else if (units.contains(i)) {
            faults.push_back(Reject::invalid_request);
        } else {
            const std::int64_t most = cancellable(order, i);
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
        LineModel& line = order.lines[i];
        std::int64_t rest = wanted - std::min(wanted, line.open());
        // What waits goes first, then what nobody works on, the last place first, then what is not picked.
        for (auto part = line.parts.rbegin(); part != line.parts.rend(); ++part) {
            const std::int64_t taken = std::min(rest, order.unreleased(i, part->first));
            part->second.quantity -= taken;
            rest -= taken;
        }
        cancel_in_work(order, i, rest, command.reason);
        std::erase_if(line.parts, [](const auto& part) { return part.second.quantity == 0; });
        line.cancelled += wanted;
        line.cancel_reason = command.reason;
    }
    changed(order, moment, command.reason);
    close_exceptions_of_cancelled(order);
    settle_no_supply(order);
    Verdict out;
    out.object = {AggregateKind::order, order.id};
    out.events = pass_and_free(core::Moment::cancelled, order, 1, moment);
    return out;
}

void Model::take_changes(OrderModel& order, const std::vector<LineChange>& changes) {
    for (const LineChange& change : changes) {
        if (change.line_no.raw() == 0 || change.line_no.raw() > order.lines.size()) {
            problem("a re-route changes a line that is not there");
            continue;
        }
        const std::size_t i = change.line_no.raw() - 1;
        LineModel& line = order.lines[i];
        for (const core::AllocationPart& released : change.released) {
            const auto part = line.parts.find({released.location, released.capacity_day.days()});
            if (part == line.parts.end() || order.unreleased(i, part->first) < released.quantity) {
                problem("a re-route releases what is not reserved, or in work");
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
        const std::int64_t wanted = before.lines[i].open() + (open_only ? 0 : before.unreleased(i));
        if (wanted == 0) continue;
        RoutedLine routed{before.lines[i].item, before.lines[i].takes, wanted, {}};
        for (const auto& [place, part] : after.lines[i].parts) {
            const std::int64_t units = after.unreleased(i, place) - (open_only ? before.unreleased(i, place) : 0);
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
    bool any = before.waits();
    for (std::size_t i = 0; i < before.lines.size(); ++i) {
        any = any || (!command.open_only && before.unreleased(i) > 0);
    }
    if (!any) return refused(Reject::nothing_to_route);
    Verdict out;
    out.object = {AggregateKind::order, before.id};
    const core::OrderRerouted* event = logged_in<core::OrderRerouted>(moment);
    OrderModel after = rerouted(before, command.open_only, check, event, moment.now);
    if (event == nullptr) return out;
    compare_trace(ruled, event->rules);
    at->second = std::move(after);
    settle_no_supply(at->second);
    changed(at->second, moment, command.reason);
    out.events = pass(core::Moment::routed, at->second, 1, moment);
    // Places that gave work back are out, also where they had more of the order.
    if (!before.refused_by.empty()) {
        out.events = flag_no_supply(at->second, at->second.newly_waiting(before), out.events, moment);
    }
    out.events = release_routed(at->second, out.events, moment);
    return out;
}

Verdict Model::take_one(const core::ShipOrder& command, const Moment& moment) {
    const auto at = orders.find(command.order.raw());
    if (at == orders.end()) return refused(Reject::unknown_order);
    OrderModel& order = at->second;
    const auto location = find_location(command.location);
    if (!location) return refused(Reject::unknown_location);
    if (!moment.scope.empty() && !moment.scope.contains(*location)) return refused(Reject::out_of_scope);
    if (!is_known(order, moment)) return refused(Reject::unknown_order);
    std::vector<Reject> faults;
    std::map<std::size_t, std::int64_t> units;
    if (command.lines.empty()) {
        for (std::size_t i = 0; i < order.lines.size(); ++i) {
            if (const std::int64_t there = reserved_at(order.lines[i], *location); there > 0) units[i] = there;
        }
        if (units.empty()) return refused(Reject::order_closed);
    }
    std::string carrier = command.carrier;
    if (is_misread(carrier, command.tracking)) faults.push_back(Reject::invalid_request);
    const Stays stays = command.lines.empty() ? Stays::nothing : Stays::parcels;
    std::vector<std::pair<ParcelModel*, ParcelModel>> leaving;
    for (FulfillmentModel& work : order.work) {
        if (work.location != *location || stays == Stays::parcels) continue;
        for (ParcelModel& parcel : work.parcels) {
            if (parcel.status != core::ParcelStatus::packed) continue;
            ParcelModel as_left = parcel;
            if (as_left.carrier.empty()) as_left.carrier = carrier;
            if (as_left.tracking.empty()) as_left.tracking = command.tracking;
            if (is_misread(as_left.carrier, as_left.tracking)) faults.push_back(Reject::invalid_request);
            as_left.status = core::ParcelStatus::shipped;
            as_left.shipped_at = moment.now;
            leaving.emplace_back(&parcel, std::move(as_left));
        }
    }
    for (const core::ShipLineInput& input : command.lines) {
        const std::size_t i = input.line_no.raw() - 1;
        if (input.line_no.raw() == 0 || i >= order.lines.size()) {
            faults.push_back(Reject::unknown_line);
        } else if (units.contains(i)) {
            faults.push_back(Reject::invalid_request);
        } else if (input.quantity < 1 || input.quantity > reserved_at(order.lines[i], *location)) {
            faults.push_back(Reject::quantity_not_allocated);
        } else if (input.quantity > reserved_at(order.lines[i], *location) - packed_at(order, i, *location)) {
            faults.push_back(Reject::quantity_packed);
        } else {
            units[i] = input.quantity;
        }
    }
    if (const auto code = one_name(faults)) return refused(*code);
    if (order.blocked(core::HoldBlock::shipping)) return refused(Reject::order_on_hold);
    for (const auto& [i, wanted] : units) {
        std::int64_t rest = wanted;
        // What a place works on leaves first.
        for (const bool worked_on : {true, false}) {
            for (auto& [place, part] : order.lines[i].parts) {
                if (place.first != *location) continue;
                std::int64_t there = worked_on ? order.in_work(i, place) : order.unreleased(i, place);
                if (worked_on && stays == Stays::parcels) there -= packed_at(order, i, place);
                const std::int64_t taken = std::min(rest, there);
                if (worked_on) ship_from_work(order, i, place, taken, stays);
                part.shipped += taken;
                rest -= taken;
                for (const auto& [item, each] : order.lines[i].takes) stock[{item, *location}].on_hand -= taken * each;
            }
        }
    }
    for (auto& [parcel, as_left] : leaving) *parcel = std::move(as_left);
    order.shipped_at = moment.now;
    changed(order, moment, order.status_reason);
    Verdict out;
    out.object = {AggregateKind::order, order.id};
    out.events = pass_and_free(core::Moment::shipped, order, 1, moment);
    return out;
}

}  // namespace waybill::sim
