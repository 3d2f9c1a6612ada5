// The model's rule sets: their versions, which of them decides when, and what that does to an order.

#include <fmt/format.h>

#include <algorithm>

#include "sim/marks.hpp"
#include "sim/model.hpp"
#include "sim/rules_model.hpp"

namespace waybill::sim {

using core::AggregateKind;
using core::Reject;

namespace {

Verdict about(std::uint32_t number, std::uint64_t events) {
    Verdict out;
    out.object = {AggregateKind::rule_set, number};
    out.events = events;
    return out;
}

void check_branches(const core::RuleSet& rules, const std::vector<core::RoutingBranch>& branches,
                    std::vector<Reject>& faults) {
    for (const core::RoutingBranch& branch : branches) {
        if (!is_understood(branch.when)) faults.push_back(Reject::invalid_rule);
        for (const std::string& code : branch.strategies) {
            const bool known =
                std::any_of(rules.strategies.begin(), rules.strategies.end(),
                            [&](const core::FilteredStrategy& strategy) { return strategy.strategy.code == code; });
            if (!known) faults.push_back(Reject::unknown_strategy);
        }
        check_branches(rules, branch.branches, faults);
    }
}

/// What has decided, oldest first: each roll-back takes the last one away.
void decide_from_now(std::vector<std::uint32_t>& decided, const ActivationModel& activation) {
    if (activation.rolls_back) {
        decided.pop_back();
    } else if (activation.number != decided.back()) {
        decided.push_back(activation.number);
    }
}

}  // namespace

std::vector<std::uint32_t> Model::rules_decided(Instant now) const {
    std::vector<std::uint32_t> decided{0};
    std::vector<const ActivationModel*> to_come;
    const auto come = [&](Instant until) {
        std::erase_if(to_come, [&](const ActivationModel* activation) {
            if (activation->from > until) return false;
            decide_from_now(decided, *activation);
            return true;
        });
    };
    for (const ActivationModel& activation : activations) {
        come(activation.made_at);
        std::erase_if(to_come, [&](const ActivationModel* other) { return other->from >= activation.from; });
        if (activation.from <= activation.made_at) {
            decide_from_now(decided, activation);
        } else {
            to_come.push_back(&activation);
        }
    }
    come(now);
    return decided;
}

const core::RuleSet* Model::rules_at(Instant now) const {
    const std::uint32_t number = rules_decided(now).back();
    return number == 0 ? nullptr : &rule_sets[number - 1];
}

RuleFacts Model::facts_of(const OrderModel& order) const {
    RuleFacts out;
    out.channel = channels[order.channel].code;
    out.group = order.group;
    out.tags = order.tags;
    out.priority = order.priority;
    std::set<std::uint32_t> places;
    for (const LineModel& line : order.lines) {
        out.units += line.quantity;
        out.open_units += line.open();
        for (const auto& [place, part] : line.parts) places.insert(place.first);
    }
    out.places = static_cast<std::int64_t>(places.size());
    for (const FulfillmentModel& work : order.work) {
        out.released_units += work.sum().left();
        out.picked_units += work.sum().picked;
    }
    for (const ReturnModel& made : order.returns) {
        for (const auto& [line, units] : made.lines) {
            out.returning_units += units.expected;
            out.returned_units += units.received();
        }
    }
    if (!order.returns.empty()) {
        for (const auto& [line, units] : order.returns.back().lines) out.return_reasons.insert(units.reason);
    }
    for (const std::uint32_t location : order.refused_by) out.refused_by.insert(locations[location].code);
    for (const auto& [code, hold] : order.holds) out.holds.insert(code);
    for (const auto& [kind, exception] : order.exceptions) out.exceptions.insert(kind);
    const core::OrderTotals totals = order.totals();
    out.total = totals.total;
    out.discount = totals.discount;
    for (int i = 0; i < order.currency.exponent(); ++i) out.factor *= 10;
    return out;
}

RuleFacts Model::facts_of(const core::GoldenOrder& golden) const {
    RuleFacts out;
    out.channel = golden.channel;
    out.group = golden.customer_group;
    out.tags.insert(golden.tags.begin(), golden.tags.end());
    for (int i = 0; i < settings.currency.exponent(); ++i) out.factor *= 10;
    for (const core::GoldenLine& line : golden.lines) {
        out.units += line.quantity;
        out.total += part_of(line.unit_price_micros, line.quantity, 1'000'000 / out.factor);
    }
    return out;
}

bool Model::golden_orders_pass(const core::RuleSet& rules) const {
    return std::all_of(rules.golden_orders.begin(), rules.golden_orders.end(), [&](const core::GoldenOrder& golden) {
        if (!channels[*find_channel(golden.channel)].active) return false;
        for (const core::GoldenLine& line : golden.lines) {
            if (!items[*find_item(line.sku)].wanted.active) return false;
        }
        return golden.expect.fired == golden_fired(rules, golden);
    });
}

std::int64_t Model::available(const LineModel& line, const OrderModel& order) const {
    std::int64_t sum = 0;
    for (std::uint32_t location = 0; location < locations.size(); ++location) {
        const core::Location& place = locations[location];
        const auto& list = order.policy.locations;
        const bool is_listed = list.empty() || std::find(list.begin(), list.end(), location) != list.end();
        const bool hands_over =
            order.method == core::FulfillmentMethod::pickup ? order.pickup == location : place.capabilities.ship;
        if (!place.active || !is_listed || !hands_over) continue;
        std::int64_t units = INT64_MAX;
        for (const auto& [item, each] : line.takes) {
            const auto level = stock.find({item, location});
            const std::int64_t there = level == stock.end() ? 0
                                                            : level->second.on_hand - level->second.safety -
                                                                  level->second.unsellable - reserved(item, location);
            units = std::min(units, std::max<std::int64_t>(there, 0) / each);
        }
        sum += units;
    }
    return sum;
}

void Model::change(const core::RuleSet& rules, const Automated& automated, OrderModel& order,
                   core::RulesTrace& trace) const {
    std::map<std::uint32_t, core::Substitute> served;  // the first rule that names an item
    const core::SetMethod* method = nullptr;           // the last
    for (const std::uint16_t r : automated.fired) {
        for (const core::RuleAction& action : rules.automation[r].then) {
            const auto* by = std::get_if<core::Substitute>(&action);
            // A golden order is looked at before anybody has checked what its rules name.
            if (by != nullptr && find_item(by->sku) && find_item(by->by)) served.emplace(*find_item(by->sku), *by);
            if (const auto* set = std::get_if<core::SetMethod>(&action)) method = set;
        }
    }
    for (std::uint32_t i = 0; i < order.lines.size(); ++i) {
        LineModel& line = order.lines[i];
        const auto by = served.find(line.item);
        if (by == served.end()) continue;
        const std::uint32_t other = *find_item(by->second.by);
        if (!items[other].wanted.active) continue;
        trace.substituted.push_back({core::LineNo(i + 1), line.quantity, {}});
        line.ordered = line.item;
        line.item = other;
        line.takes = takes_of(other);
        line.quantity *= by->second.quantity;
    }
    if (method == nullptr) return;
    const core::MethodAsOrdered before{order.method, order.pickup, {}};
    if (method->method == core::FulfillmentMethod::pickup) {
        const auto place = find_location(method->location);
        if (!place || !locations[*place].active || !locations[*place].capabilities.pickup) return;
        order.pickup = *place;
    } else {
        if (order.country.empty()) return;
        order.pickup = core::no_index;
    }
    order.method = method->method;
    if (order.method != before.method || order.pickup != before.pickup_location) trace.method_before = before;
}

core::RulesTrace Model::rule(const core::RuleSet& rules, OrderModel& order, Instant now, Marks& marks) const {
    RuleFacts placed_facts = facts_of(order);
    placed_facts.lacks = std::any_of(order.lines.begin(), order.lines.end(),
                                     [&](const LineModel& line) { return available(line, order) < line.quantity; });
    const Automated automated = automate(rules, core::Moment::placed, placed_facts);
    const std::set<std::string> before = order.tags;
    const std::int32_t priority_before = order.priority;
    marks = marks_of(rules, rules_decided(now).back(), automated, now);
    order.tags.insert(marks.tags.begin(), marks.tags.end());
    order.priority = marks.priority.value_or(order.priority);
    std::set<std::uint32_t> locations_out;
    std::set<core::LocationKind> kinds_out;
    for (const std::uint16_t r : automated.fired) {
        for (const core::RuleAction& action : rules.automation[r].then) {
            if (const auto* forbid = std::get_if<core::ForbidSources>(&action)) {
                kinds_out.insert(forbid->kinds.begin(), forbid->kinds.end());
                for (const std::string& code : forbid->locations) locations_out.insert(*find_location(code));
            } else if (const auto* split = std::get_if<core::SetSplitting>(&action)) {
                if (split->allow_split) order.policy.allow_split = *split->allow_split;
                if (split->ship_complete) order.policy.ship_complete = *split->ship_complete;
                if (split->max_shipments) order.policy.max_shipments = split->max_shipments;
                if (split->max_line_shipments) order.policy.max_line_shipments = split->max_line_shipments;
            } else if (const auto* shortage = std::get_if<core::SetOnShortage>(&action)) {
                order.policy.on_shortage = shortage->on_shortage;
            } else if (const auto* require = std::get_if<core::RequireSources>(&action)) {
                const std::set<core::LocationKind> kinds(require->kinds.begin(), require->kinds.end());
                std::set<std::uint32_t> places;
                for (const std::string& code : require->locations) places.insert(*find_location(code));
                order.policy.required_kinds.assign(kinds.begin(), kinds.end());
                order.policy.required_locations.assign(places.begin(), places.end());
            }
        }
    }
    order.policy.forbidden_kinds.assign(kinds_out.begin(), kinds_out.end());
    order.policy.forbidden_locations.assign(locations_out.begin(), locations_out.end());
    core::RulesTrace out;
    out.rule_set = rules_decided(now).back();
    change(rules, automated, order, out);
    forbid_method(rules, out.rule_set, automated, order.method, marks);
    for (const auto& [code, hold] : marks.holds) order.put_hold(code, hold);
    out.fired = automated.fired;
    for (const std::uint16_t r : automated.failed) out.failed.push_back({r, 0});
    for (const std::string& tag : order.tags) {
        if (!before.contains(tag)) out.tags_added.push_back(tag);
    }
    if (order.priority != priority_before) out.priority_before = priority_before;
    if (!order.blocked(core::HoldBlock::routing)) out.branch = way_of(rules, facts_of(order));
    return out;
}

void Model::compare_trace(const core::RulesTrace& expected, const core::RulesTrace& logged) {
    if (logged.rule_set != expected.rule_set) {
        problem(fmt::format("rule set {} is said to have decided, not {}", logged.rule_set, expected.rule_set));
    }
    if (logged.fired != expected.fired) problem("other rules are said to have fired");
    bool same = logged.failed.size() == expected.failed.size();
    for (std::size_t i = 0; same && i < logged.failed.size(); ++i)
        same = logged.failed[i].rule == expected.failed[i].rule;
    if (!same) problem("other rules are said to have failed");
    if (logged.tags_added != expected.tags_added) problem("other tags are said to be added");
    if (logged.priority_before != expected.priority_before) problem("another priority is said to be the one before");
    bool same_lines = logged.substituted.size() == expected.substituted.size();
    for (std::size_t i = 0; same_lines && i < logged.substituted.size(); ++i) {
        same_lines = logged.substituted[i].line_no == expected.substituted[i].line_no &&
                     logged.substituted[i].quantity == expected.substituted[i].quantity;
    }
    if (!same_lines) problem("other lines are said to be substituted");
    const auto& then = expected.method_before;
    const auto& said = logged.method_before;
    if (then.has_value() != said.has_value() ||
        (then && (then->method != said->method || then->pickup_location != said->pickup_location))) {
        problem("another method is said to be the one before");
    }
    if (logged.branch != expected.branch) problem("another way through the routing tree is said to be taken");
}

/// What an action names has to be there.
void Model::check_names(const core::RuleAction& action, std::vector<Reject>& faults) const {
    const auto check_places = [&](const std::vector<std::string>& codes) {
        for (const std::string& code : codes) {
            if (!find_location(code)) faults.push_back(Reject::unknown_location);
        }
    };
    if (const auto* forbid = std::get_if<core::ForbidSources>(&action)) check_places(forbid->locations);
    if (const auto* require = std::get_if<core::RequireSources>(&action)) check_places(require->locations);
    if (const auto* call = std::get_if<core::CallWebhook>(&action)) {
        if (!find_webhook(call->webhook)) faults.push_back(Reject::unknown_webhook);
    }
    if (const auto* notify = std::get_if<core::Notify>(&action)) {
        const bool is_there = std::any_of(messages.begin(), messages.end(), [&](const core::MessageTemplate& one) {
            return one.code == notify->message;
        });
        if (!is_there) faults.push_back(Reject::unknown_message);
    }
    if (const auto* by = std::get_if<core::Substitute>(&action)) {
        if (!find_item(by->sku)) faults.push_back(Reject::unknown_sku);
        if (!find_item(by->by)) faults.push_back(Reject::unknown_sku);
        if (by->sku == by->by) faults.push_back(Reject::invalid_rule);
    }
    const auto* set = std::get_if<core::SetMethod>(&action);
    if (set == nullptr || set->method != core::FulfillmentMethod::pickup) return;
    const auto place = find_location(set->location);
    if (!place) return faults.push_back(Reject::unknown_location);
    const core::Location& there = locations[*place];
    if (!there.active || !there.capabilities.pickup) faults.push_back(Reject::pickup_location_invalid);
}

Verdict Model::take_one(const core::SaveRuleSet& command, const Moment&) {
    const core::RuleSet& rules = command.rules;
    std::vector<Reject> faults;
    for (const core::AutomationRule& rule : rules.automation) {
        if (!is_understood(rule.when)) faults.push_back(Reject::invalid_rule);
        for (const core::RuleAction& action : rule.then) {
            const bool steers = std::holds_alternative<core::ForbidSources>(action) ||
                                std::holds_alternative<core::SetSplitting>(action) ||
                                std::holds_alternative<core::SetOnShortage>(action) ||
                                std::holds_alternative<core::Substitute>(action) ||
                                std::holds_alternative<core::SetMethod>(action) ||
                                std::holds_alternative<core::ForbidMethod>(action) ||
                                std::holds_alternative<core::RequireSources>(action);
            const bool at_placing = rule.moment == core::Moment::placed;
            const bool releases = std::holds_alternative<core::TakeOffHold>(action) ||
                                  std::holds_alternative<core::SettleException>(action);
            if ((steers && !at_placing) || (releases && at_placing)) faults.push_back(Reject::invalid_rule);
            check_names(action, faults);
        }
    }
    for (const core::FilteredStrategy& strategy : rules.strategies) {
        for (const core::ClearanceTerm& term : strategy.strategy.clearance) {
            for (const std::string& code : term.locations) {
                if (!find_location(code)) faults.push_back(Reject::unknown_location);
            }
        }
    }
    check_branches(rules, rules.routing, faults);
    if (const auto code = one_name(faults)) return refused(*code);
    const bool same = !rule_sets.empty() && rule_sets.back() == rules;
    if (!same) rule_sets.push_back(rules);
    return about(static_cast<std::uint32_t>(rule_sets.size()), same ? 0 : 1);
}

Verdict Model::take_one(const core::ActivateRuleSet& command, const Moment& moment) {
    if (command.at.is_set() && command.at < moment.now) return refused(Reject::invalid_request);
    if (command.number > rule_sets.size()) return refused(Reject::unknown_rule_set);
    if (command.number > 0 && !golden_orders_pass(rule_sets[command.number - 1])) {
        return refused(Reject::golden_order_failed);
    }
    if (command.number == 0 && activations.empty()) return refused(Reject::invalid_request);
    const Instant from = command.at.is_set() ? command.at : moment.now;
    const bool nothing_to_come = activations.empty() || activations.back().from <= moment.now;
    const bool decides = rules_decided(moment.now).back() == command.number;
    if (from == moment.now && nothing_to_come && decides) return about(command.number, 0);
    activations.push_back({command.number, from, moment.now, command.reason, false});
    return about(command.number, 1);
}

Verdict Model::take_one(const core::RollBackRuleSet& command, const Moment& moment) {
    const std::vector<std::uint32_t> decided = rules_decided(moment.now);
    if (decided.size() < 2) return refused(Reject::nothing_to_roll_back);
    const std::uint32_t before = decided[decided.size() - 2];
    activations.push_back({before, moment.now, moment.now, command.reason, true});
    return about(before, 1);
}

}  // namespace waybill::sim
