// The model's orders: placing them.

#include <fmt/format.h>
#include <algorithm>

#include "sim/marks.hpp"
#include "sim/model.hpp"
#include "sim/routing_check.hpp"

namespace waybill::sim {

using core::AggregateKind;
using core::Reject;

void Model::read_lines(const core::PlaceOrder& command, OrderModel& order, std::vector<Reject>& faults) const {
    if (command.lines.empty()) faults.push_back(Reject::invalid_request);
    for (const core::LineInput& input : command.lines) {
        const auto ix = find_item(input.sku);
        if (!ix) {
            faults.push_back(Reject::unknown_sku);
            continue;
        }
        const core::Item& item = items[*ix].wanted;
        if (!item.active) faults.push_back(Reject::item_inactive);
        const auto unit = std::find_if(item.units.begin(), item.units.end(), [&](const core::ItemUnit& row) {
            return input.unit.empty() || row.unit == input.unit;
        });
        if (unit == item.units.end()) {
            faults.push_back(Reject::unknown_unit);
            continue;
        }
        if (input.quantity < 1) {
            faults.push_back(Reject::invalid_request);
            continue;
        }
        LineModel line;
        line.channel_line_id = input.channel_line_id;
        line.item = *ix;
        line.takes = takes_of(*ix);
        line.unit = unit->unit;
        line.unit_quantity = input.quantity;
        line.quantity = input.quantity * unit->factor;
        line.price_micros = input.unit_price_micros;
        std::int64_t micros_per_minor = 1'000'000;
        for (int i = 0; i < order.currency.exponent(); ++i) micros_per_minor /= 10;
        line.amount = part_of(input.unit_price_micros, input.quantity, micros_per_minor);
        line.discount = input.discount;
        line.tax = input.tax;
        if (input.discount < 0 || input.discount > line.amount) faults.push_back(Reject::discount_too_large);
        if (input.tax < 0) faults.push_back(Reject::amount_out_of_range);
        order.lines.push_back(std::move(line));
    }
}

void Model::read_amounts(const core::PlaceOrder& command, OrderModel& order, std::vector<Reject>& faults) const {
    for (const core::Charge& charge : command.charges) {
        const bool may_be_negative = charge.kind == core::ChargeKind::adjustment;
        if (charge.amount < 0 && !may_be_negative) faults.push_back(Reject::amount_out_of_range);
        if (charge.tax < 0 && !may_be_negative) faults.push_back(Reject::amount_out_of_range);
    }
    order.charges = command.charges;
    std::vector<std::int64_t> weights;
    std::int64_t left = 0;
    for (const LineModel& line : order.lines) {
        weights.push_back(line.amount - line.discount);
        left += weights.back();
    }
    if (command.discount < 0 || command.discount > left) {
        faults.push_back(Reject::discount_too_large);
    } else if (command.discount > 0) {
        const std::vector<std::int64_t> parts = shared_out(command.discount, weights);
        for (std::size_t i = 0; i < parts.size(); ++i) order.lines[i].discount += parts[i];
    }
    if (faults.empty() && command.total && *command.total != order.totals().total) {
        faults.push_back(Reject::total_mismatch);
    }
}

Model::Refused Model::choose_customer(const core::PlaceOrder& command, OrderModel& order, bool& made) const {
    std::optional<std::uint64_t> id;
    if (command.customer.is_set()) {
        id = command.customer.raw();
        if (!customers.contains(*id)) return Reject::unknown_customer;
    } else if (!command.customer_external_id.empty()) {
        id = find_identity(order.channel, command.customer_external_id);
        made = !id;
        if (made) order.customer = head + 1;
    }
    if (!id) return std::nullopt;
    const CustomerModel& customer = customers.at(*id);
    if (customer.merged_into != 0) return Reject::customer_merged;
    if (customer.blocked) return Reject::customer_blocked;
    order.customer = *id;
    order.group = customer.group;
    return std::nullopt;
}

OrderModel Model::read_header(const core::PlaceOrder& command, const Moment& moment,
                              std::vector<Reject>& faults) const {
    OrderModel order;
    if (const auto channel = find_channel(command.channel)) {
        order.channel = *channel;
        order.policy = channels[*channel].routing;
        if (!channels[*channel].active) faults.push_back(Reject::channel_inactive);
    } else {
        faults.push_back(Reject::unknown_channel);
    }
    order.number = command.channel_order_id;
    order.received_at = moment.now;
    order.updated_at = moment.now;
    order.placed_at = command.placed_at.is_set() ? command.placed_at : moment.now;
    order.currency = command.currency;
    order.tax_included = command.tax_included;
    order.tags.insert(command.tags.begin(), command.tags.end());
    order.priority = command.priority;
    if (command.priority < -1'000 || command.priority > 1'000) faults.push_back(Reject::invalid_request);
    if (command.allow_split) order.policy.allow_split = *command.allow_split;
    if (command.ship_complete) order.policy.ship_complete = *command.ship_complete;
    if (command.on_shortage) order.policy.on_shortage = *command.on_shortage;
    if (command.max_shipments) order.policy.max_shipments = command.max_shipments;
    if (command.max_line_shipments) order.policy.max_line_shipments = command.max_line_shipments;
    order.method = command.method;
    order.country = command.ship_to.country;
    order.postcode = command.ship_to.postcode;
    order.wanted_by = command.promised_date ? command.promised_date : command.requested_date;
    if (command.method == core::FulfillmentMethod::pickup) {
        const auto place = find_location(command.pickup_location);
        if (!place) {
            faults.push_back(Reject::unknown_location);
        } else {
            if (!locations[*place].capabilities.pickup || !locations[*place].active) {
                faults.push_back(Reject::pickup_location_invalid);
            }
            order.pickup = *place;
        }
    }
    return order;
}

void Model::take_placed(OrderModel& order, const core::OrderPlaced& placed, RoutingCheck& check, Instant now) {
    if (placed.routing.config_sequence != config_sequence) problem("an order names another configuration");
    bool any_short = false;
    const std::size_t chosen = std::max<std::size_t>(placed.routing.strategy, 1) - 1;
    const auto on_shortage = check.on_shortage(std::min(chosen, std::max<std::size_t>(check.strategies.size(), 1) - 1));
    for (std::size_t i = 0; i < order.lines.size(); ++i) {
        LineModel& line = order.lines[i];
        for (const core::Allocation& given : placed.order.lines[i].allocations) {
            check.lines[i].from[given.location] += given.quantity;
            line.parts[{given.location, working_day(given.location, now)}] = {given.quantity, 0};
            const auto level = stock.find({line.takes.front().first, given.location});
            const bool fed = locations[given.location].kind == core::LocationKind::supplier && level != stock.end() &&
                             !level->second.counted_by.empty();
            if (given.supply_id != (fed ? level->second.counted_by : "")) problem("an allocation names another supply");
        }
        const std::int64_t missing = line.open();
        any_short = any_short || missing > 0;
        const bool kept = order.blocked(core::HoldBlock::cancelling);
        if (missing > 0 && on_shortage == core::OnShortage::cancel && !kept) {
            line.cancelled = missing;
            line.cancel_reason = "no_supply";
        }
    }
    if (any_short) order.status_reason = "no_supply";
    if (any_short && on_shortage == core::OnShortage::reject) {
        problem("an order was taken that may not wait and is short");
    }
}

void Model::take_held(const core::OrderPlaced& placed) {
    if (placed.routing.status != core::RoutingStatus::held) problem("an order on hold was routed");
    for (const core::OrderLine& line : placed.order.lines) {
        if (!line.allocations.empty() || line.cancelled > 0)
            problem("an order that was not routed has units somewhere");
    }
}

void Model::keep_buyer(const core::PlaceOrder& command, const Moment& moment, bool made, OrderModel& order) {
    if (made) {
        CustomerModel customer;
        customer.identities.insert({order.channel, command.customer_external_id});
        customer.version = order.customer;
        if (moment.has_person) customer.person = order.id;
        customers[order.customer] = std::move(customer);
    }
    if (moment.has_person) {
        order.person = order.id;
        keep_person(order.id, {order.customer, order.id, moment.person_word});
    }
}

Verdict Model::take_one(const core::PlaceOrder& command, const Moment& moment) {
    if (!moment.scope.empty()) return refused(Reject::out_of_scope);
    std::vector<Reject> faults;
    OrderModel order = read_header(command, moment, faults);
    read_lines(command, order, faults);
    if (faults.empty()) read_amounts(command, order, faults);
    if (const auto code = one_name(faults)) return refused(*code);
    for (const auto& [id, other] : orders) {
        if (other.channel == order.channel && other.number == order.number) return refused(Reject::duplicate_order);
    }
    bool made = false;
    if (const auto code = choose_customer(command, order, made)) return refused(*code);

    core::RulesTrace ruled;
    const core::RuleSet* rules = rules_at(moment.now);
    Marks marks;
    if (rules != nullptr) ruled = rule(*rules, order, moment.now, marks);
    RoutingCheck check(*this, order, moment.now);
    if (rules != nullptr) check.strategies = strategies_at(*rules, ruled.branch);
    for (const LineModel& line : order.lines) check.lines.push_back({line.item, line.takes, line.quantity, {}});
    const core::OrderPlaced* placed = logged_in<core::OrderPlaced>(moment);
    const bool held = order.blocked(core::HoldBlock::routing);
    Verdict out;
    out.events = made ? 2 : 1;
    order.id = head + out.events;
    out.object = {AggregateKind::order, order.id};
    if (held && placed == nullptr) problem("an order was refused that a hold keeps from being routed");
    if (placed == nullptr || placed->order.lines.size() != order.lines.size()) {
        if (!check.may_reject()) return out;
        if (check.surely_covered()) problem("an order was refused for want of supply that is there");
        return refused(Reject::insufficient_supply);
    }
    compare_trace(ruled, placed->rules);
    if (held) {
        take_held(*placed);
    } else {
        take_placed(order, *placed, check, moment.now);
        for (std::string& finding : check.findings(&placed->routing)) problem(std::move(finding));
    }
    order.name_hold();
    mark_exceptions(order, marks, order.id);
    if (rules != nullptr) note_calls(*rules, ruled.fired, order.id);
    keep_buyer(command, moment, made, order);
    order.version = 1;
    order.last_sequence = order.id;
    if (!held) out.events = pass(core::Moment::routed, order, out.events, moment);
    out.events = release_routed(order, out.events, moment);
    orders[order.id] = std::move(order);
    return out;
}

}  // namespace waybill::sim
