// The model's returns: what comes back of what has left, and what becomes of it.

#include <algorithm>

#include "sim/model.hpp"

namespace waybill::sim {

using core::AggregateKind;
using core::Disposition;
using core::Reject;
using core::ReturnStatus;

namespace {

constexpr std::int64_t micros_in_a_day = 86'400'000'000;
constexpr std::int64_t counted_most = 1'000'000'000;

Verdict about_return_of(const OrderModel& order, std::uint64_t events) {
    Verdict out;
    out.object = {AggregateKind::order, order.id};
    out.events = events;
    return out;
}

bool is_open_for(const ReturnModel& made, std::initializer_list<ReturnStatus> statuses) {
    return std::find(statuses.begin(), statuses.end(), made.status()) != statuses.end();
}

}  // namespace

std::int64_t ComingModel::received() const {
    std::int64_t sum = 0;
    for (const auto& [disposition, units] : came) sum += units;
    return sum;
}

bool ReturnModel::is_open() const {
    return std::any_of(lines.begin(), lines.end(), [](const auto& line) { return line.second.expected > 0; });
}

ReturnStatus ReturnModel::status() const {
    const bool any_came =
        std::any_of(lines.begin(), lines.end(), [](const auto& line) { return line.second.received() > 0; });
    if (any_came) return is_open() ? ReturnStatus::receiving : ReturnStatus::received;
    if (is_open()) return approved_at.is_set() ? ReturnStatus::approved : ReturnStatus::requested;
    return declined ? ReturnStatus::declined : ReturnStatus::cancelled;
}

std::int64_t OrderModel::returnable(std::size_t line) const {
    std::int64_t out = lines[line].shipped();
    for (const ReturnModel& made : returns) {
        const auto at = made.lines.find(line);
        if (at != made.lines.end()) out -= at->second.expected + at->second.received();
    }
    return out;
}

std::optional<Model::Coming> Model::find_coming(core::OrderId order, std::uint32_t number, const Moment& moment,
                                                bool takes_in) {
    const auto at = orders.find(order.raw());
    if (at == orders.end() || number == 0 || number > at->second.returns.size()) return std::nullopt;
    if (!takes_in && !is_known(at->second, moment)) return std::nullopt;
    return Coming{&at->second, &at->second.returns[number - 1]};
}

Verdict Model::take_one(const core::RequestReturn& command, const Moment& moment) {
    const auto at = orders.find(command.order.raw());
    if (at == orders.end()) return refused(Reject::unknown_order);
    OrderModel& order = at->second;
    const auto location = find_location(command.location);
    // A store takes back what was bought elsewhere.
    const bool is_its_own = location && moment.scope.contains(*location);
    if (!is_known(order, moment) && !is_its_own) return refused(Reject::unknown_order);
    if (!command.location.empty()) {
        if (!location) return refused(Reject::unknown_location);
        if (!locations[*location].capabilities.returns) return refused(Reject::return_location_invalid);
    }
    std::vector<Reject> faults;
    std::set<std::uint32_t> met;
    for (const core::ReturnLineInput& line : command.lines) {
        const std::uint32_t number = line.line_no.raw();
        if (number == 0 || number > order.lines.size()) {
            faults.push_back(Reject::unknown_line);
        } else if (!met.insert(number).second) {
            faults.push_back(Reject::invalid_request);
        }
    }
    if (command.lines.empty()) faults.push_back(Reject::invalid_request);
    if (const auto code = one_name(faults)) return refused(*code);
    const core::ReturnPolicy& policy = channels[order.channel].returns;
    ReturnModel made;
    made.requested_at = moment.now;
    if (location && !command.location.empty()) made.location = *location;
    for (const core::ReturnLineInput& line : command.lines) {
        const std::size_t i = line.line_no.raw() - 1;
        const std::int64_t wanted = line.quantity.value_or(order.returnable(i));
        if (wanted < 1 || wanted > order.returnable(i)) faults.push_back(Reject::quantity_not_returnable);
        const bool is_taken =
            policy.reasons.empty() || command.overrides_policy ||
            std::find(policy.reasons.begin(), policy.reasons.end(), line.reason) != policy.reasons.end();
        if (line.reason.empty() || !is_taken) faults.push_back(Reject::invalid_request);
        made.lines[i].expected = wanted;
        made.lines[i].reason = line.reason;
    }
    if (const auto code = one_name(faults)) return refused(*code);
    const bool is_over = policy.window_days && order.shipped_at.is_set() &&
                         moment.now.micros() > order.shipped_at.micros() + *policy.window_days * micros_in_a_day;
    if (is_over && !command.overrides_policy) return refused(Reject::return_window_over);
    order.returns.push_back(std::move(made));
    changed(order, moment, order.status_reason);
    const auto holds_before = order.holds;
    std::uint64_t events = pass(core::Moment::return_requested, order, 1, moment);
    if (!policy.by_person && !order.blocked(core::HoldBlock::returning)) {
        order.returns.back().approved_at = moment.now;
        changed(order, moment, order.status_reason, ++events);
    }
    return about_return_of(order, release_freed(holds_before, order, events, moment));
}

Verdict Model::take_one(const core::ApproveReturn& command, const Moment& moment) {
    const auto coming = find_coming(command.order, command.number, moment, false);
    if (!coming) return refused(Reject::unknown_return);
    if (!is_open_for(*coming->made, {ReturnStatus::requested})) return refused(Reject::return_state);
    if (coming->order->blocked(core::HoldBlock::returning)) return refused(Reject::order_on_hold);
    coming->made->approved_at = moment.now;
    changed(*coming->order, moment, coming->order->status_reason);
    return about_return_of(*coming->order, 1);
}

Verdict Model::drop(const Coming& coming, const std::string& reason, const Moment& moment) {
    if (reason.empty()) return refused(Reject::invalid_request);
    for (auto& [line, units] : coming.made->lines) {
        units.dropped += units.expected;
        units.expected = 0;
    }
    coming.made->reason = reason;
    changed(*coming.order, moment, coming.order->status_reason);
    return about_return_of(*coming.order, 1);
}

Verdict Model::take_one(const core::DeclineReturn& command, const Moment& moment) {
    const auto coming = find_coming(command.order, command.number, moment, false);
    if (!coming) return refused(Reject::unknown_return);
    if (!is_open_for(*coming->made, {ReturnStatus::requested})) return refused(Reject::return_state);
    const Verdict out = drop(*coming, command.reason, moment);
    if (!out.refused) coming->made->declined = true;
    return out;
}

Verdict Model::take_one(const core::CancelReturn& command, const Moment& moment) {
    const auto coming = find_coming(command.order, command.number, moment, false);
    if (!coming) return refused(Reject::unknown_return);
    if (!coming->made->is_open()) return refused(Reject::return_state);
    return drop(*coming, command.reason, moment);
}

Verdict Model::take_one(const core::ReceiveReturn& command, const Moment& moment) {
    const auto coming = find_coming(command.order, command.number, moment, true);
    if (!coming) return refused(Reject::unknown_return);
    if (!coming->made->is_open()) return refused(Reject::return_state);
    OrderModel& order = *coming->order;
    if (order.blocked(core::HoldBlock::returning)) return refused(Reject::order_on_hold);
    const auto location = find_location(command.location);
    if (!location) return refused(Reject::unknown_location);
    if (!moment.scope.empty() && !moment.scope.contains(*location)) return refused(Reject::out_of_scope);
    std::vector<Reject> faults;
    std::map<std::size_t, ComingModel> lines = coming->made->lines;
    std::map<std::pair<std::size_t, Disposition>, std::int64_t> came;
    const auto take_in = [&](std::size_t line, std::int64_t units, Disposition disposition) {
        lines[line].expected -= units;
        lines[line].came[disposition] += units;
        came[{line, disposition}] += units;
    };
    if (command.lines.empty()) {
        for (const auto& [line, units] : coming->made->lines) {
            if (units.expected > 0) take_in(line, units.expected, command.disposition);
        }
    }
    for (const core::ReceiveLineInput& input : command.lines) {
        const std::size_t i = input.line_no.raw() - 1;
        if (input.line_no.raw() == 0 || !lines.contains(i)) {
            faults.push_back(Reject::unknown_line);
            continue;
        }
        const std::int64_t units = input.quantity.value_or(lines[i].expected);
        if (units < 1 || units > lines[i].expected) {
            faults.push_back(Reject::quantity_not_expected);
        } else {
            take_in(i, units, input.disposition.value_or(command.disposition));
        }
    }
    if (const auto code = one_name(faults)) return refused(*code);
    const auto before = stock;
    for (const auto& [what, units] : came) {
        if (what.second == Disposition::destroy) continue;
        for (const auto& [item, each] : order.lines[what.first].takes) {
            StockModel& level = stock[{item, *location}];
            level.on_hand += units * each;
            if (what.second != Disposition::restock) level.unsellable += units * each;
            if (level.on_hand > counted_most) {
                stock = before;
                return refused(Reject::quantity_out_of_range);
            }
        }
    }
    coming->made->lines = std::move(lines);
    changed(order, moment, order.status_reason);
    return about_return_of(order, 1);
}

}  // namespace waybill::sim
