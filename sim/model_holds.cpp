// The model's holds, and the automation of the moments after an order was placed.

#include <fmt/format.h>

#include <algorithm>

#include "sim/marks.hpp"
#include "sim/model.hpp"
#include "sim/routing_check.hpp"

namespace waybill::sim {

using core::AggregateKind;
using core::Reject;

bool OrderModel::blocked(core::HoldBlock what) const {
    return std::any_of(holds.begin(), holds.end(), [&](const auto& hold) { return hold.second.blocks.contains(what); });
}

bool OrderModel::is_closed() const {
    return std::all_of(lines.begin(), lines.end(),
                       [](const LineModel& line) { return line.open() + line.reserved() == 0; });
}

std::int64_t OrderModel::open() const {
    std::int64_t sum = 0;
    for (const LineModel& line : lines) sum += line.open();
    return sum;
}

void OrderModel::put_hold(const std::string& code, const HoldModel& hold) { holds.emplace(code, hold); }

void OrderModel::take_hold_off(const std::string& code) {
    if (holds.erase(code) == 0 || status_reason != code) return;
    status_reason = waits() ? "no_supply" : "hold_released";
}

void OrderModel::name_hold() {
    if (status() != core::OrderStatus::on_hold) return;
    for (const auto& [code, hold] : holds) {
        if (!hold.blocks.contains(core::HoldBlock::routing) && !hold.blocks.contains(core::HoldBlock::shipping))
            continue;
        status_reason = code;
        return;
    }
}

Marks marks_of(const core::RuleSet& rules, std::uint32_t number, const Automated& automated, Instant now) {
    Marks out;
    if (!automated.failed.empty()) {
        // The one way of failing that the simulator's conditions have.
        const std::string& code = rules.automation[automated.failed.front()].code;
        out.raised["rule_failed"] = {
            code + " divides by zero", {}, "", {}, fmt::format("rule_set_{}/{}", number, code), 0};
        out.raised["rule_failed"].severity = core::Severity::normal;
    }
    for (const std::uint16_t r : automated.fired) {
        for (const core::RuleAction& action : rules.automation[r].then) {
            if (const auto* tag = std::get_if<core::AddTag>(&action)) out.tags.insert(tag->tag);
            if (const auto* set = std::get_if<core::SetPriority>(&action)) out.priority = set->priority;
            if (const auto* release = std::get_if<core::TakeOffHold>(&action)) out.released.insert(release->code);
            if (const auto* settle = std::get_if<core::SettleException>(&action)) out.resolved.insert(settle->kind);
            if (const auto* flag = std::get_if<core::FlagException>(&action)) {
                ExceptionModel raised;
                raised.reason = flag->reason;
                raised.severity = flag->severity;
                raised.owner = flag->owner;
                if (flag->due_minutes) raised.due_at = Instant(now.micros() + *flag->due_minutes * 60'000'000);
                raised.raised_by = fmt::format("rule_set_{}/{}", number, rules.automation[r].code);
                out.raised.emplace(flag->kind, std::move(raised));
            }
            if (const auto* hold = std::get_if<core::PlaceHold>(&action)) {
                // The first rule that places it says what it blocks.
                out.holds.emplace(hold->code,
                                  HoldModel{{hold->blocks.begin(), hold->blocks.end()},
                                            hold->reason,
                                            fmt::format("rule_set_{}/{}", number, rules.automation[r].code)});
            }
        }
    }
    return out;
}

void forbid_method(const core::RuleSet& rules, std::uint32_t number, const Automated& automated,
                   core::FulfillmentMethod method, Marks& marks) {
    for (const std::uint16_t r : automated.fired) {
        for (const core::RuleAction& action : rules.automation[r].then) {
            const auto* no = std::get_if<core::ForbidMethod>(&action);
            if (no == nullptr || no->method != method) continue;
            const std::string by = fmt::format("rule_set_{}/{}", number, rules.automation[r].code);
            marks.holds["method_forbidden"] = {{core::HoldBlock::routing}, no->reason, by};
            ExceptionModel raised;
            raised.reason = no->reason;
            raised.raised_by = by;
            marks.raised["method_forbidden"] = std::move(raised);
            return;
        }
    }
}

std::vector<std::string> Model::golden_fired(const core::RuleSet& rules, const core::GoldenOrder& golden) const {
    RuleFacts facts = facts_of(golden);
    facts.lacks = facts.units > 0;  // it brings no stock
    const Automated placed = automate(rules, core::Moment::placed, facts);
    std::vector<std::string> out = codes_of(rules, placed.fired);
    OrderModel order;
    order.method = golden.method;
    order.country = golden.country;
    for (const core::GoldenLine& line : golden.lines) {
        order.lines.emplace_back().item = *find_item(line.sku);
        order.lines.back().quantity = line.quantity;
    }
    core::RulesTrace changed;
    change(rules, placed, order, changed);
    facts.units = 0;
    for (const LineModel& line : order.lines) facts.units += line.quantity;
    Marks marks = marks_of(rules, 0, placed, {});
    forbid_method(rules, 0, placed, order.method, marks);
    for (const auto& [kind, exception] : marks.raised) facts.exceptions.insert(kind);
    facts.tags.insert(marks.tags.begin(), marks.tags.end());
    facts.priority = marks.priority.value_or(facts.priority);
    for (const auto& [code, hold] : marks.holds) {
        if (hold.blocks.contains(core::HoldBlock::routing)) return out;
        facts.holds.insert(code);
    }
    // It brings no stock: all of it is short, whichever strategy looks, and the first decides.
    core::OnShortage on_shortage = channels[*find_channel(golden.channel)].routing.on_shortage;
    bool keeps_all = false;
    for (const std::uint16_t r : placed.fired) {
        for (const core::RuleAction& action : rules.automation[r].then) {
            if (const auto* set = std::get_if<core::SetOnShortage>(&action)) on_shortage = set->on_shortage;
        }
    }
    for (const auto& [code, hold] : marks.holds) {
        keeps_all = keeps_all || hold.blocks.contains(core::HoldBlock::cancelling);
    }
    const auto tried = strategies_at(rules, way_of(rules, facts));
    if (!tried.empty()) on_shortage = tried.front()->strategy.on_shortage.value_or(on_shortage);
    if (on_shortage == core::OnShortage::reject) return out;
    facts.open_units = on_shortage == core::OnShortage::cancel && !keeps_all ? 0 : facts.units;
    for (std::string& code : codes_of(rules, automate(rules, core::Moment::routed, facts).fired)) {
        out.push_back(std::move(code));
    }
    return out;
}

std::uint64_t Model::pass(core::Moment passed, OrderModel& order, std::uint64_t events, const Moment& moment,
                          const std::string& spared) {
    const core::RuleSet* rules = rules_at(moment.now);
    // A decision may pass several moments, each with an event of its own where rules fire.
    const auto* logged = logged_at<core::OrderMarked>(moment, events);
    if (logged != nullptr && logged->moment != passed) logged = nullptr;
    const Automated automated = rules == nullptr ? Automated() : automate(*rules, passed, facts_of(order));
    if (automated.fired.empty() && automated.failed.empty()) {
        if (logged != nullptr) problem("rules are said to have done something at a moment without any");
        return events;
    }
    if (logged == nullptr) {
        problem("rules of a later moment did nothing");
        return events;
    }
    core::RulesTrace expected;
    expected.rule_set = rules_decided(moment.now).back();
    expected.fired = automated.fired;
    for (const std::uint16_t r : automated.failed) expected.failed.push_back({r, 0});
    const Marks marks = marks_of(*rules, expected.rule_set, automated, moment.now);
    for (const std::string& tag : marks.tags) {
        if (order.tags.insert(tag).second) expected.tags_added.push_back(tag);
    }
    compare_trace(expected, logged->rules);
    note_calls(*rules, automated.fired, head + events + 1);
    const auto before = order.holds;
    for (const std::string& code : marks.released) {
        const auto hold = order.holds.find(code);
        if (hold == order.holds.end() || hold->second.blocks.contains(core::HoldBlock::routing)) continue;
        if (!marks.holds.contains(code)) order.take_hold_off(code);
    }
    const bool is_closed = order.is_closed();
    for (const auto& [code, hold] : marks.holds) {
        // Of what is closed only goods that come back can be stopped.
        if (is_closed && !hold.blocks.contains(core::HoldBlock::returning)) continue;
        const bool undoes = code == spared || hold.blocks.contains(core::HoldBlock::routing);
        const bool was_freed = passed == core::Moment::before_release && order.freed_of.contains(code);
        if ((spared.empty() || !undoes) && !was_freed) order.put_hold(code, hold);
    }
    std::vector<std::string> placed;
    std::vector<std::string> released;
    for (const auto& [code, hold] : order.holds) {
        if (!before.contains(code)) placed.push_back(code);
    }
    for (const auto& [code, hold] : before) {
        if (!order.holds.contains(code)) released.push_back(code);
    }
    std::vector<std::string> said;
    for (const core::OrderHold& hold : logged->holds) said.push_back(hold.code);
    if (said != placed) problem("other holds are said to be placed by rules");
    if (logged->released != released) problem("other holds are said to be released by rules");
    order.priority = marks.priority.value_or(order.priority);
    const auto exceptions_before = order.exceptions;
    mark_exceptions(order, marks, head + events + 1);
    std::vector<std::string> raised;
    for (const auto& [kind, exception] : order.exceptions) {
        if (!exceptions_before.contains(kind)) raised.push_back(kind);
    }
    std::vector<std::string> resolved_kinds;
    for (const auto& [kind, exception] : exceptions_before) {
        if (!order.exceptions.contains(kind)) resolved_kinds.push_back(kind);
    }
    std::vector<std::string> said_raised;
    for (const core::OrderException& exception : logged->raised) said_raised.push_back(exception.kind);
    if (said_raised != raised) problem("other exceptions are said to be raised by rules");
    if (logged->resolved != resolved_kinds) problem("other exceptions are said to be resolved by rules");
    changed(order, moment, order.status_reason, events + 1);
    return events + 1;
}

Verdict Model::take_one(const core::HoldOrder& command, const Moment& moment) {
    const auto at = orders.find(command.order.raw());
    if (at == orders.end()) return refused(Reject::unknown_order);
    OrderModel& order = at->second;
    if (const auto code = scope_fault(order, moment)) return refused(*code);
    const std::set<core::HoldBlock> blocks(command.blocks.begin(), command.blocks.end());
    if (order.is_closed() && !blocks.contains(core::HoldBlock::returning)) return refused(Reject::order_closed);
    if (command.code.empty() || blocks.empty() || blocks.size() < command.blocks.size()) {
        return refused(Reject::invalid_request);
    }
    if (order.holds.contains(command.code)) return refused(Reject::already_on_hold);
    order.put_hold(command.code, {blocks, command.reason, ""});
    changed(order, moment, order.status_reason);
    Verdict out;
    out.object = {AggregateKind::order, order.id};
    out.events = 1;
    return out;
}

Verdict Model::take_one(const core::ReleaseHold& command, const Moment& moment) {
    const auto at = orders.find(command.order.raw());
    if (at == orders.end()) return refused(Reject::unknown_order);
    OrderModel& order = at->second;
    if (const auto code = scope_fault(order, moment)) return refused(*code);
    if (!order.holds.contains(command.code)) return refused(Reject::unknown_hold);
    const bool was_blocked = order.blocked(core::HoldBlock::routing);
    // Where somebody takes off what a rule put on before its release, no rule stops it there again.
    const HoldModel& held = order.holds.at(command.code);
    if (held.blocks.contains(core::HoldBlock::releasing) && !held.placed_by.empty())
        order.freed_of.insert(command.code);
    order.take_hold_off(command.code);
    changed(order, moment, order.status_reason);
    Verdict out;
    out.object = {AggregateKind::order, order.id};
    out.events = 1;
    const auto* event = logged_in<core::OrderRerouted>(moment);
    if (!was_blocked || order.blocked(core::HoldBlock::routing) || !order.waits()) {
        if (event != nullptr) problem("a release is said to have routed");
        out.events = release_routed(order, out.events, moment, command.code);
        return out;
    }
    if (event == nullptr) {
        problem("what waits was not routed when its hold was released");
        return out;
    }
    const OrderModel before = order;
    RoutingCheck check(*this, before, moment.now);
    compare_trace(begin_reroute(check, before, moment.now), event->rules);
    order = rerouted(before, true, check, event, moment.now);
    settle_no_supply(order);
    changed(order, moment, order.waits() ? "no_supply" : "hold_released", ++out.events);
    // A place may have given all of it back.
    const bool had_a_place =
        !before.work.empty() || std::any_of(before.lines.begin(), before.lines.end(),
                                            [](const LineModel& line) { return !line.parts.empty(); });
    const bool keeps_all = had_a_place || order.blocked(core::HoldBlock::cancelling);
    const std::size_t chosen = std::max<std::size_t>(event->routing.strategy, 1) - 1;
    const std::size_t last = std::max<std::size_t>(check.strategies.size(), 1) - 1;
    bool any_short = false;
    for (LineModel& line : order.lines) {
        if (line.open() == 0 || keeps_all || check.on_shortage(std::min(chosen, last)) != core::OnShortage::cancel)
            continue;
        line.cancelled += line.open();
        line.cancel_reason = "no_supply";
        any_short = true;
    }
    if (any_short) {
        changed(order, moment, "no_supply", ++out.events);
        close_exceptions_of_cancelled(order);
        settle_no_supply(order);
    }
    out.events = pass(core::Moment::routed, order, out.events, moment, command.code);
    // What a place gave back while the order was held was not looked for elsewhere.
    out.events = flag_no_supply(order, order.given_back_and_waiting(), out.events, moment);
    out.events = release_routed(order, out.events, moment, command.code);
    return out;
}

}  // namespace waybill::sim
