// The model's fulfillment orders: what places are asked to do, and what becomes of it.

#include <fmt/format.h>

#include <algorithm>

#include "sim/model.hpp"
#include "sim/routing_check.hpp"

namespace waybill::sim {

using core::AggregateKind;
using core::Reject;

namespace {

Verdict about_order(const OrderModel& order, std::uint64_t events) {
    Verdict out;
    out.object = {AggregateKind::order, order.id};
    out.events = events;
    return out;
}

/// What is wrong with the lines that a command names, whatever it wants of them.
template <class Input>
std::vector<Reject> misnamed(const OrderModel& order, const std::vector<Input>& lines) {
    std::vector<Reject> faults;
    std::set<std::uint32_t> met;
    for (const Input& line : lines) {
        const std::uint32_t number = line.line_no.raw();
        if (number == 0 || number > order.lines.size()) {
            faults.push_back(Reject::unknown_line);
        } else if (!met.insert(number).second) {
            faults.push_back(Reject::invalid_request);
        }
    }
    return faults;
}

bool is_kit(const LineModel& line) { return line.takes != Takes{{line.item, 1}}; }

}  // namespace

WorkModel FulfillmentModel::sum(std::optional<std::size_t> line) const {
    WorkModel out;
    for (const auto& [key, work] : lines) {
        if (line && key.first != *line) continue;
        out.to_pick += work.to_pick;
        out.picked += work.picked;
        out.packed += work.packed;
        out.shipped += work.shipped;
        out.rejected += work.rejected;
        out.recalled += work.recalled;
    }
    return out;
}

std::set<std::size_t> FulfillmentModel::lines_named() const {
    std::set<std::size_t> out;
    for (const auto& [key, work] : lines) out.insert(key.first);
    return out;
}

core::FulfillmentStatus FulfillmentModel::status() const {
    const WorkModel all = sum();
    if (all.left() == 0) {
        if (all.shipped > 0) return core::FulfillmentStatus::shipped;
        return all.rejected > 0 ? core::FulfillmentStatus::rejected : core::FulfillmentStatus::cancelled;
    }
    if (all.to_pick == 0) {
        return all.picked == 0 ? core::FulfillmentStatus::packed : core::FulfillmentStatus::picked;
    }
    if (all.picked + all.packed > 0) return core::FulfillmentStatus::picking;
    return accepted_at.is_set() || all.shipped > 0 ? core::FulfillmentStatus::accepted
                                                   : core::FulfillmentStatus::released;
}

std::int32_t FulfillmentModel::due() const {
    std::set<std::int32_t> all;
    std::set<std::int32_t> left;
    for (const auto& [key, work] : lines) {
        all.insert(key.second);
        if (work.left() > 0) left.insert(key.second);
    }
    return left.empty() ? *all.rbegin() : *left.begin();
}

std::map<std::int32_t, std::int64_t> FulfillmentModel::count_as(std::int64_t WorkModel::*to,
                                                                std::int64_t WorkModel::*from, std::size_t line,
                                                                std::int64_t units) {
    std::map<std::int32_t, std::int64_t> out;
    for (auto& [key, work] : lines) {
        const std::int64_t part = std::min(units, work.*from);
        if (key.first != line || part == 0) continue;
        work.*from -= part;
        work.*to += part;
        units -= part;
        out[key.second] += part;
    }
    return out;
}

std::int64_t OrderModel::in_work(std::size_t line, const PlaceDay& place) const {
    std::int64_t sum = 0;
    for (const FulfillmentModel& task : work) {
        const auto at = task.lines.find({line, place.second});
        if (task.location == place.first && at != task.lines.end()) sum += at->second.left();
    }
    return sum;
}

std::int64_t OrderModel::unreleased(std::size_t line, const PlaceDay& place) const {
    const auto part = lines[line].parts.find(place);
    if (part == lines[line].parts.end()) return 0;
    return part->second.quantity - part->second.shipped - in_work(line, place);
}

std::int64_t OrderModel::unreleased(std::size_t line) const {
    std::int64_t sum = 0;
    for (const auto& [place, part] : lines[line].parts) sum += unreleased(line, place);
    return sum;
}

std::int64_t OrderModel::picked(std::size_t line) const {
    std::int64_t sum = 0;
    for (const FulfillmentModel& task : work) sum += task.sum(line).picked + task.sum(line).packed;
    return sum;
}

Model::Task Model::find_task(core::OrderId order, std::uint32_t number, const Moment& moment) {
    const auto at = orders.find(order.raw());
    if (at == orders.end() || number == 0 || number > at->second.work.size()) return {};
    FulfillmentModel& work = at->second.work[number - 1];
    if (!moment.scope.empty() && !moment.scope.contains(work.location)) return {};
    return {&at->second, &work};
}

std::uint64_t Model::release(const std::set<std::uint32_t>& places, OrderModel& order, std::uint64_t events,
                             const Moment& moment, const std::string& spared) {
    events = pass(core::Moment::before_release, order, events, moment, spared);
    if (order.blocked(core::HoldBlock::releasing)) return events;
    for (const std::uint32_t location : places) {
        FulfillmentModel made;
        made.location = location;
        made.released_at = moment.now;
        for (std::size_t i = 0; i < order.lines.size(); ++i) {
            for (const auto& [place, part] : order.lines[i].parts) {
                const std::int64_t units = place.first == location ? order.unreleased(i, place) : 0;
                if (units > 0) made.lines[{i, place.second}].to_pick = units;
            }
        }
        if (!made.lines.empty()) order.work.push_back(std::move(made));
    }
    changed(order, moment, order.status_reason, events + 1);
    return events + 1;
}

std::uint64_t Model::release_routed(OrderModel& order, std::uint64_t events, const Moment& moment,
                                    const std::string& spared) {
    std::set<std::uint32_t> places;
    for (std::size_t i = 0; i < order.lines.size(); ++i) {
        for (const auto& [place, part] : order.lines[i].parts) {
            const bool at_once = locations[place.first].release == core::ReleasePolicy::when_routed;
            if (at_once && order.unreleased(i, place) > 0) places.insert(place.first);
        }
    }
    if (places.empty() || order.blocked(core::HoldBlock::releasing)) return events;
    return release(places, order, events, moment, spared);
}

std::uint64_t Model::release_freed(const std::map<std::string, HoldModel>& holds_before, OrderModel& order,
                                   std::uint64_t events, const Moment& moment) {
    const bool all_stay = std::all_of(holds_before.begin(), holds_before.end(),
                                      [&](const auto& hold) { return order.holds.contains(hold.first); });
    return all_stay ? events : release_routed(order, events, moment);
}

std::uint64_t Model::pass_and_free(core::Moment passed, OrderModel& order, std::uint64_t events, const Moment& moment) {
    const auto before = order.holds;
    return release_freed(before, order, pass(passed, order, events, moment), moment);
}

Verdict Model::take_one(const core::ReleaseOrder& command, const Moment& moment) {
    const auto at = orders.find(command.order.raw());
    if (at == orders.end()) return refused(Reject::unknown_order);
    OrderModel& order = at->second;
    std::optional<std::uint32_t> only;
    if (!command.location.empty()) {
        only = find_location(command.location);
        if (!only) return refused(Reject::unknown_location);
        if (!moment.scope.empty() && !moment.scope.contains(*only)) return refused(Reject::out_of_scope);
        if (!is_known(order, moment)) return refused(Reject::unknown_order);
    } else if (const auto code = scope_fault(order, moment)) {
        return refused(*code);
    }
    std::set<std::uint32_t> places;
    for (std::size_t i = 0; i < order.lines.size(); ++i) {
        for (const auto& [place, part] : order.lines[i].parts) {
            if ((!only || place.first == *only) && order.unreleased(i, place) > 0) places.insert(place.first);
        }
    }
    if (places.empty()) return refused(Reject::nothing_to_release);
    if (order.blocked(core::HoldBlock::releasing)) return refused(Reject::order_on_hold);
    return about_order(order, release(places, order, 0, moment));
}

Verdict Model::take_one(const core::AcceptFulfillment& command, const Moment& moment) {
    const Task task = find_task(command.order, command.number, moment);
    if (task.work == nullptr) return refused(Reject::unknown_fulfillment_order);
    // A place that has begun has nothing to answer any more.
    if (task.work->status() != core::FulfillmentStatus::released) return refused(Reject::fulfillment_state);
    task.work->accepted_at = moment.now;
    changed(*task.order, moment, task.order->status_reason);
    return about_order(*task.order, 1);
}

void Model::give_back(const Task& task, const std::map<std::size_t, std::int64_t>& units, core::StockFinding stock_is) {
    for (const auto& [i, wanted] : units) {
        LineModel& line = task.order->lines[i];
        std::int64_t rest = wanted;
        for (const auto from : {&WorkModel::to_pick, &WorkModel::picked}) {
            for (const auto& [day, part] : task.work->count_as(&WorkModel::rejected, from, i, rest)) {
                line.parts[{task.work->location, day}].quantity -= part;
                rest -= part;
            }
        }
        std::erase_if(line.parts, [](const auto& part) { return part.second.quantity == 0; });
        const auto level = stock.find({line.item, task.work->location});
        if (stock_is == core::StockFinding::kept || level == stock.end()) continue;
        // No level is made to hold less than nothing: somebody may have counted fewer units already.
        const std::int64_t there = level->second.on_hand - level->second.unsellable;
        const std::int64_t found = std::min(wanted, std::max<std::int64_t>(there, 0));
        if (stock_is == core::StockFinding::missing) level->second.on_hand -= found;
        if (stock_is == core::StockFinding::damaged) level->second.unsellable += found;
    }
    task.order->refused_by.insert(task.work->location);
}

std::int64_t OrderModel::newly_waiting(const OrderModel& before) const {
    std::int64_t out = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        out += std::max<std::int64_t>(lines[i].open() - before.lines[i].open(), 0);
    }
    return out;
}

std::int64_t OrderModel::given_back_and_waiting() const {
    std::int64_t out = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        std::int64_t given_back = 0;
        for (const FulfillmentModel& one : work) given_back += one.sum(i).rejected;
        out += std::min(given_back, lines[i].open());
    }
    return out;
}

std::uint64_t Model::flag_no_supply(OrderModel& order, std::int64_t units, std::uint64_t events, const Moment& moment) {
    if (units == 0 || order.exceptions.contains("no_supply")) return events;
    ExceptionModel raised;
    raised.reason = fmt::format("{} units have no other place", units);
    raised.severity = core::Severity::high;
    raised.raised_by = "waybill";
    raised.raised_in = head + events + 1;
    order.exceptions.emplace("no_supply", std::move(raised));
    changed(order, moment, order.status_reason, events + 1);
    return events + 1;
}

std::uint64_t Model::route_given_back(OrderModel& order, const OrderModel& whole, std::uint64_t events,
                                      const Moment& moment) {
    const auto holds_before = order.holds;
    events = pass(core::Moment::rejected, order, events, moment);
    if (order.blocked(core::HoldBlock::routing)) return release_freed(holds_before, order, events, moment);
    const OrderModel before = order;
    const auto* event = logged_at<core::OrderRerouted>(moment, events);
    RoutingCheck check(*this, before, moment.now);
    const core::RulesTrace ruled = begin_reroute(check, before, moment.now);
    order = rerouted(before, true, check, event, moment.now);
    if (event != nullptr) {
        compare_trace(ruled, event->rules);
        settle_no_supply(order);
        changed(order, moment, "rejected", ++events);
        events = pass(core::Moment::routed, order, events, moment);
    } else if (check.surely_covered()) {
        problem("what a place gave back waits, and another has it");
    }
    return release_routed(order, flag_no_supply(order, order.newly_waiting(whole), events, moment), moment);
}

Verdict Model::take_one(const core::PickFulfillment& command, const Moment& moment) {
    const Task task = find_task(command.order, command.number, moment);
    if (task.work == nullptr) return refused(Reject::unknown_fulfillment_order);
    if (task.work->sum().to_pick == 0) return refused(Reject::fulfillment_state);
    std::vector<Reject> faults = misnamed_or_unscanned(*task.order, command.lines);
    if (const auto code = one_name(faults)) return refused(*code);
    std::map<std::size_t, std::int64_t> left;
    std::map<std::size_t, std::int64_t> found;
    std::map<std::size_t, std::int64_t> missing;
    for (const std::size_t i : task.work->lines_named()) left[i] = task.work->sum(i).to_pick;
    if (command.lines.empty()) found = left;
    for (const core::PickLineInput& input : command.lines) {
        if (!input.gtin.empty()) {
            if (input.missing != 0) faults.push_back(Reject::invalid_request);
            take_scanned(input.gtin, input.quantity, *task.order, *task.work, left, found, faults);
            continue;
        }
        const std::size_t i = input.line_no.raw() - 1;
        const bool is_something = input.quantity >= 0 && input.missing >= 0 && input.quantity + input.missing > 0;
        if (!is_something || input.quantity + input.missing > left[i]) {
            faults.push_back(Reject::quantity_not_in_work);
            continue;
        }
        left[i] -= input.quantity + input.missing;
        if (input.quantity > 0) found[i] += input.quantity;
        if (input.missing > 0) missing[i] = input.missing;
        if (input.missing > 0 && is_kit(task.order->lines[i])) faults.push_back(Reject::kit_has_no_stock);
    }
    if (const auto code = one_name(faults)) return refused(*code);
    std::uint64_t events = 0;
    for (const auto& [i, units] : found) task.work->count_as(&WorkModel::picked, &WorkModel::to_pick, i, units);
    if (!found.empty()) {
        // Who picks has accepted.
        if (!task.work->accepted_at.is_set()) task.work->accepted_at = moment.now;
        changed(*task.order, moment, task.order->status_reason, ++events);
    }
    if (missing.empty()) return about_order(*task.order, events);
    const OrderModel whole = *task.order;
    give_back(task, missing, core::StockFinding::missing);
    task.work->reason = "short_pick";
    changed(*task.order, moment, "short_pick", ++events);
    return about_order(*task.order, route_given_back(*task.order, whole, events, moment));
}

Verdict Model::take_one(const core::RejectFulfillment& command, const Moment& moment) {
    const Task task = find_task(command.order, command.number, moment);
    if (task.work == nullptr) return refused(Reject::unknown_fulfillment_order);
    if (const WorkModel all = task.work->sum(); all.to_pick + all.picked == 0)
        return refused(Reject::fulfillment_state);
    std::vector<Reject> faults = misnamed(*task.order, command.lines);
    if (command.reason.empty()) faults.push_back(Reject::invalid_request);
    if (const auto code = one_name(faults)) return refused(*code);
    std::map<std::size_t, std::int64_t> units;
    for (const std::size_t i : command.lines.empty() ? task.work->lines_named() : std::set<std::size_t>()) {
        if (const std::int64_t left = task.work->sum(i).to_pick; left > 0) units[i] = left;
    }
    if (command.lines.empty() && units.empty()) faults.push_back(Reject::quantity_not_in_work);
    for (const core::RejectLineInput& input : command.lines) {
        const WorkModel of_line = task.work->sum(input.line_no.raw() - 1);
        const std::int64_t loose = of_line.to_pick + of_line.picked;
        const std::int64_t wanted = input.quantity.value_or(loose);
        const bool needs_parcels = wanted > loose || (wanted == 0 && !input.quantity);
        if (of_line.packed > 0 && wanted <= of_line.left() && needs_parcels) {
            faults.push_back(Reject::quantity_packed);
        } else if (wanted < 1 || wanted > of_line.left()) {
            faults.push_back(Reject::quantity_not_in_work);
        } else {
            units[input.line_no.raw() - 1] = wanted;
        }
    }
    for (const auto& [i, wanted] : units) {
        const bool has_stock = command.stock == core::StockFinding::kept || !is_kit(task.order->lines[i]);
        if (!has_stock) faults.push_back(Reject::kit_has_no_stock);
    }
    if (const auto code = one_name(faults)) return refused(*code);
    const OrderModel whole = *task.order;
    give_back(task, units, command.stock);
    task.work->reason = command.reason;
    changed(*task.order, moment, command.reason);
    return about_order(*task.order, route_given_back(*task.order, whole, 1, moment));
}

Verdict Model::take_one(const core::RecallFulfillment& command, const Moment& moment) {
    const Task task = find_task(command.order, command.number, moment);
    if (task.work == nullptr) return refused(Reject::unknown_fulfillment_order);
    if (task.work->sum().to_pick == 0) return refused(Reject::fulfillment_state);
    if (command.reason.empty()) return refused(Reject::invalid_request);
    for (auto& [key, work] : task.work->lines) {
        work.recalled += work.to_pick;
        work.to_pick = 0;
    }
    task.work->reason = command.reason;
    changed(*task.order, moment, task.order->status_reason);
    return about_order(*task.order, 1);
}

void Model::ship(const Task& task, std::size_t line, std::int64_t units) {
    const std::uint32_t location = task.work->location;
    for (const auto from : {&WorkModel::picked, &WorkModel::to_pick}) {
        for (const auto& [day, part] : task.work->count_as(&WorkModel::shipped, from, line, units)) {
            task.order->lines[line].parts[{location, day}].shipped += part;
            units -= part;
            for (const auto& [item, each] : task.order->lines[line].takes) {
                stock[{item, location}].on_hand -= part * each;
            }
        }
    }
}

void Model::ship(OrderModel& order, FulfillmentModel& work, ParcelModel& parcel, Instant now) {
    for (const auto& [key, units] : parcel.held) {
        WorkModel& line = work.lines.at(key);
        line.packed -= units;
        line.shipped += units;
        order.lines[key.first].parts[{work.location, key.second}].shipped += units;
        for (const auto& [item, each] : order.lines[key.first].takes)
            stock[{item, work.location}].on_hand -= units * each;
    }
    parcel.status = core::ParcelStatus::shipped;
    parcel.shipped_at = now;
}

Verdict Model::take_one(const core::ShipFulfillment& command, const Moment& moment) {
    const Task task = find_task(command.order, command.number, moment);
    if (task.work == nullptr) return refused(Reject::unknown_fulfillment_order);
    const WorkModel all = task.work->sum();
    if (all.left() == 0) return refused(Reject::fulfillment_state);
    std::vector<Reject> faults = misnamed(*task.order, command.lines);
    std::string carrier = command.carrier;
    if (is_misread(carrier, command.tracking)) faults.push_back(Reject::invalid_request);
    // As they leave; nothing has happened to the parcels themselves yet.
    std::map<ParcelModel*, ParcelModel> leaving;
    const auto add = [&](ParcelModel* parcel, ParcelModel as_left) {
        if (as_left.carrier.empty()) as_left.carrier = carrier;
        if (as_left.tracking.empty()) as_left.tracking = command.tracking;
        if (is_misread(as_left.carrier, as_left.tracking)) faults.push_back(Reject::invalid_request);
        if (!leaving.emplace(parcel, std::move(as_left)).second) faults.push_back(Reject::invalid_request);
    };
    for (const core::ShipParcelInput& input : command.parcels) {
        ParcelModel* parcel = find_parcel(*task.work, input.parcel, faults);
        if (parcel == nullptr) continue;
        ParcelModel as_left = *parcel;
        if (!input.carrier.empty()) as_left.carrier = input.carrier;
        if (!input.service.empty()) as_left.service = input.service;
        if (!input.tracking.empty()) as_left.tracking = input.tracking;
        add(parcel, std::move(as_left));
    }
    if (const auto code = one_name(faults)) return refused(*code);
    std::map<std::size_t, std::int64_t> units;
    if (command.lines.empty() && command.parcels.empty()) {
        for (const std::size_t i : task.work->lines_named()) {
            const WorkModel of_line = task.work->sum(i);
            units[i] = all.picked + all.packed > 0 ? of_line.picked : of_line.to_pick;
        }
        for (ParcelModel& parcel : task.work->parcels) {
            if (parcel.status == core::ParcelStatus::packed) add(&parcel, parcel);
        }
    }
    for (const core::ShipLineInput& input : command.lines) {
        const std::size_t i = input.line_no.raw() - 1;
        const WorkModel of_line = task.work->sum(i);
        if (input.quantity < 1 || input.quantity > of_line.left()) {
            faults.push_back(Reject::quantity_not_in_work);
        } else if (input.quantity > of_line.left() - of_line.packed) {
            faults.push_back(Reject::quantity_packed);
        } else {
            units[i] = input.quantity;
        }
    }
    if (const auto code = one_name(faults)) return refused(*code);
    if (task.order->blocked(core::HoldBlock::shipping)) return refused(Reject::order_on_hold);
    for (const auto& [i, wanted] : units) ship(task, i, wanted);
    for (auto& [parcel, as_left] : leaving) {
        *parcel = as_left;
        ship(*task.order, *task.work, *parcel, moment.now);
    }
    task.order->shipped_at = moment.now;
    changed(*task.order, moment, task.order->status_reason);
    return about_order(*task.order, pass_and_free(core::Moment::shipped, *task.order, 1, moment));
}

}  // namespace waybill::sim
