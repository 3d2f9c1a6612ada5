#include "sim/rules_model.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace waybill::sim {
namespace {

std::string text_fact(const std::string& name, const RuleFacts& facts) {
    if (name == "order.channel") return facts.channel;
    if (name == "customer.group") return facts.group;
    if (name == "location.code") return facts.location;
    WAYBILL_ASSERT(name == "location.kind");
    return facts.kind;
}

const std::string& name_in(const JsonValue& var) { return var.members.front().second.text; }

/// Whether left > limit, where left is a fact or one fact divided by another.
std::optional<bool> exceeds(const JsonValue& left, std::int64_t limit, const RuleFacts& facts) {
    const auto& [op, what] = left.members.front();
    if (op == "var") {
        if (what.text == "order.units") return facts.units > limit;
        if (what.text == "order.priority") return facts.priority > limit;
        if (what.text == "order.open_units") return facts.open_units > limit;
        if (what.text == "order.places") return facts.places > limit;
        if (what.text == "order.released_units") return facts.released_units > limit;
        if (what.text == "order.picked_units") return facts.picked_units > limit;
        if (what.text == "order.returning_units") return facts.returning_units > limit;
        if (what.text == "order.returned_units") return facts.returned_units > limit;
        return facts.total > limit * facts.factor;
    }
    // order.total by order.discount, which is never negative.
    if (facts.discount == 0) return std::nullopt;
    return facts.total > limit * facts.discount;
}

}  // namespace

bool is_understood(const JsonValue& when) {
    const auto sound = [](const JsonValue& item) { return is_understood(item); };
    return !(when.is(JsonValue::Kind::text) && when.text == "order.totl") &&
           std::all_of(when.items.begin(), when.items.end(), sound) &&
           std::all_of(when.members.begin(), when.members.end(),
                       [&](const JsonValue::Member& member) { return sound(member.second); });
}

std::optional<bool> holds(const JsonValue& when, const RuleFacts& facts) {
    if (when.is(JsonValue::Kind::null)) return true;
    const auto& [op, argument] = when.members.front();
    const auto& of = argument.items;
    if (op == "some") return facts.lacks;
    if (op == "==") return text_fact(name_in(of[0]), facts) == of[1].text;
    if (op == "!=") return text_fact(name_in(of[0]), facts) != of[1].text;
    if (op == "in" && name_in(of[1]) == "order.holds") return facts.holds.contains(of[0].text);
    if (op == "in" && name_in(of[1]) == "order.exceptions") return facts.exceptions.contains(of[0].text);
    if (op == "in" && name_in(of[1]) == "order.refused_by") return facts.refused_by.contains(of[0].text);
    if (op == "in" && name_in(of[1]) == "order.return_reasons") return facts.return_reasons.contains(of[0].text);
    if (op == "in") return facts.tags.contains(of[0].text);
    if (op == ">") return exceeds(of[0], std::stoll(of[1].text), facts);
    WAYBILL_ASSERT(op == "and" || op == "or");
    for (const JsonValue& part : of) {
        const auto held = holds(part, facts);
        if (!held || *held == (op == "or")) return held;
    }
    return op == "and";
}

Automated automate(const core::RuleSet& rules, core::Moment moment, const RuleFacts& facts) {
    Automated out;
    for (std::uint16_t r = 0; r < rules.automation.size(); ++r) {
        if (rules.automation[r].moment != moment) continue;
        const auto held = holds(rules.automation[r].when, facts);
        if (!held) out.failed.push_back(r);
        if (!held.value_or(false)) continue;
        out.fired.push_back(r);
        if (rules.automation[r].stop) break;
    }
    return out;
}

std::vector<std::string> codes_of(const core::RuleSet& rules, const std::vector<std::uint16_t>& fired) {
    std::vector<std::string> out;
    for (const std::uint16_t r : fired) out.push_back(rules.automation[r].code);
    return out;
}

std::vector<std::uint16_t> way_of(const core::RuleSet& rules, const RuleFacts& facts) {
    std::vector<std::uint16_t> way;
    std::size_t decided = 0;
    const std::vector<core::RoutingBranch>* beside = &rules.routing;
    while (true) {
        const auto taken = std::find_if(beside->begin(), beside->end(), [&](const core::RoutingBranch& branch) {
            return holds(branch.when, facts).value_or(false);
        });
        if (taken == beside->end()) break;
        way.push_back(static_cast<std::uint16_t>(taken - beside->begin()));
        if (!taken->strategies.empty()) decided = way.size();
        beside = &taken->branches;
    }
    way.resize(decided);
    return way;
}

std::vector<const core::FilteredStrategy*> strategies_at(const core::RuleSet& rules,
                                                         const std::vector<std::uint16_t>& way) {
    std::vector<const core::FilteredStrategy*> out;
    const std::vector<core::RoutingBranch>* beside = &rules.routing;
    const core::RoutingBranch* end = nullptr;
    for (const std::uint16_t b : way) {
        end = &(*beside)[b];
        beside = &end->branches;
    }
    if (end == nullptr) return out;
    for (const std::string& code : end->strategies) {
        for (const core::FilteredStrategy& strategy : rules.strategies) {
            if (strategy.strategy.code == code) out.push_back(&strategy);
        }
    }
    return out;
}

}  // namespace waybill::sim
