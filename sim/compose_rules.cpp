// Requests on rule sets: small ones, of shapes that sim/rules_model.hpp understands; some name what is not there.

#include <fmt/format.h>

#include <array>

#include "sim/compose.hpp"
#include "sim/rules_model.hpp"

namespace waybill::sim {
namespace {

constexpr std::array<const char*, 4> tags{"gift", "rush", "vip", "bulk"};

JsonValue operation(const char* name, std::vector<JsonValue> arguments) {
    return JsonValue::make_object({{name, JsonValue::make_list(std::move(arguments))}});
}
JsonValue var(const char* name) { return JsonValue::make_object({{"var", JsonValue::make_text(name)}}); }
JsonValue text(std::string_view value) { return JsonValue::make_text(value); }
JsonValue number(std::int64_t value) { return JsonValue::make_number(std::to_string(value)); }

std::string any_tag(Dice& dice) { return tags[dice.below(tags.size())]; }

/// What is known of an order from the moment routed on.
JsonValue compose_later_condition(Dice& dice, const Model& model) {
    if (dice.one_in(3)) return operation("in", {text(any_hold(dice)), var("order.holds")});
    if (dice.one_in(4)) return operation("in", {text(any_kind(dice)), var("order.exceptions")});
    if (dice.one_in(5)) return operation("in", {text(any_location(dice, model)), var("order.refused_by")});
    if (dice.one_in(5)) return operation(">", {var("order.released_units"), number(dice.between(0, 3))});
    if (dice.one_in(5)) return operation(">", {var("order.picked_units"), number(dice.between(0, 2))});
    if (dice.one_in(5)) return operation(">", {var("order.returning_units"), number(dice.between(0, 3))});
    if (dice.one_in(6)) return operation(">", {var("order.returned_units"), number(dice.between(0, 2))});
    if (dice.one_in(6)) return operation("in", {text(any_return_reason(dice)), var("order.return_reasons")});
    if (dice.one_in(2)) return operation(">", {var("order.open_units"), number(dice.between(0, 3))});
    return operation(">", {var("order.places"), number(dice.between(0, 2))});
}

JsonValue compose_condition(Dice& dice, const Model& model, int depth = 0) {
    if (dice.one_in(8)) return operation(">", {var("order.priority"), number(dice.between(-2, 2))});
    switch (dice.below(depth > 0 ? 5 : 8)) {
        case 0:
            return operation("==", {var("order.channel"), text(any_channel(dice, model))});
        case 1:
            return operation(">",
                             {var(dice.one_in(seldom) ? "order.totl" : "order.total"), number(dice.between(0, 150))});
        case 2:
            return operation("in", {text(any_tag(dice)), var("order.tags")});
        case 3:
            return operation(">", {var("order.units"), number(dice.between(1, 12))});
        case 4:
            return operation("==", {var("customer.group"), text("trade")});
        case 5:
            // Without a discount there is no value.
            return operation(">", {operation("/", {var("order.total"), var("order.discount")}), number(5)});
        case 6:
            return operation(dice.one_in(2) ? "and" : "or",
                             {compose_condition(dice, model, 1), compose_condition(dice, model, 1)});
        default:
            return {};
    }
}

JsonValue compose_filter(Dice& dice, const Model& model) {
    if (dice.one_in(2)) {
        return operation(dice.one_in(2) ? "!=" : "==", {var("location.kind"), text(dice.one_in(2) ? "store" : "dc")});
    }
    return operation("!=", {var("location.code"), text(any_location(dice, model))});
}

/// What rules may do at any moment.
core::RuleAction compose_mark(Dice& dice, const Model& model, core::Moment moment) {
    switch (dice.below(11)) {
        case 10:
            if (!model.messages.empty() || dice.one_in(seldom)) return core::Notify{any_message(dice, model)};
            return core::AddTag{any_tag(dice)};
        case 8:
        case 9:
            if (!model.webhooks.empty() || dice.one_in(seldom)) return core::CallWebhook{any_webhook(dice, model)};
            return core::AddTag{any_tag(dice)};
        case 6: {
            core::FlagException flag{any_kind(dice), dice.one_in(2) ? "by rule" : "", {}, "", {}};
            flag.severity = static_cast<core::Severity>(dice.below(4));
            if (dice.one_in(2)) flag.due_minutes = dice.between(0, 5'000);
            return flag;
        }
        case 7:
            if (moment != core::Moment::placed || dice.one_in(seldom)) return core::SettleException{any_kind(dice)};
            return core::AddTag{any_tag(dice)};
        case 0:
        case 5: {
            core::PlaceHold hold{any_hold(dice), dice.one_in(2) ? "by rule" : "", any_blocks(dice)};
            if (hold.blocks.empty()) hold.blocks.push_back(core::HoldBlock::routing);
            return hold;
        }
        case 1:
            return core::SetPriority{static_cast<std::int32_t>(dice.between(-3, 3))};
        case 2:
            if (moment != core::Moment::placed || dice.one_in(seldom)) return core::TakeOffHold{any_hold(dice)};
            [[fallthrough]];
        default:
            return core::AddTag{any_tag(dice)};
    }
}

/// Where customers can collect, as far as there is such a place.
std::string any_pickup_place(Dice& dice, const Model& model) {
    std::vector<std::string> places;
    for (const core::Location& location : model.locations) {
        if (location.active && location.capabilities.pickup) places.push_back(location.code);
    }
    return places.empty() || dice.one_in(seldom) ? any_location(dice, model) : dice.pick(places);
}

/// What rules may make of an order that is placed.
core::RuleAction compose_change(Dice& dice, const Model& model) {
    switch (dice.below(5)) {
        case 0:
        case 1: {
            core::Substitute by{any_sku(dice, model), any_sku(dice, model), dice.between(1, 3)};
            // Between an item and itself there is nothing to do, which is refused.
            if (by.sku == by.by && !dice.one_in(8)) return core::AddTag{any_tag(dice)};
            return by;
        }
        case 2: {
            if (dice.one_in(2)) return core::SetMethod{core::FulfillmentMethod::ship, ""};
            return core::SetMethod{core::FulfillmentMethod::pickup, any_pickup_place(dice, model)};
        }
        case 3:
            return core::ForbidMethod{static_cast<core::FulfillmentMethod>(dice.below(2)),
                                      dice.one_in(2) ? "not so" : ""};
        default: {
            core::RequireSources require;
            if (dice.one_in(2)) require.kinds.push_back(static_cast<core::LocationKind>(dice.below(4)));
            if (require.kinds.empty() || dice.one_in(3)) require.locations.push_back(any_location(dice, model));
            return require;
        }
    }
}

core::RuleAction compose_action(Dice& dice, const Model& model, core::Moment moment) {
    if (moment != core::Moment::placed && !dice.one_in(seldom)) return compose_mark(dice, model, moment);
    switch (dice.below(6)) {
        case 5:
            return compose_change(dice, model);
        case 0: {
            core::ForbidSources forbid;
            if (dice.one_in(2))
                forbid.kinds.push_back(dice.one_in(2) ? core::LocationKind::store : core::LocationKind::supplier);
            if (forbid.kinds.empty() || dice.one_in(3)) forbid.locations.push_back(any_location(dice, model));
            return forbid;
        }
        case 1: {
            core::SetSplitting splitting;
            if (dice.one_in(2)) splitting.allow_split = dice.one_in(2);
            if (dice.one_in(4)) splitting.ship_complete = dice.one_in(2);
            if (dice.one_in(4)) splitting.max_line_shipments = dice.between(1, 2);
            if (!splitting.allow_split && !splitting.ship_complete) splitting.max_shipments = dice.between(1, 3);
            return splitting;
        }
        case 2:
            return core::SetOnShortage{static_cast<core::OnShortage>(dice.below(4))};
        default:
            return compose_mark(dice, model, moment);
    }
}

core::AutomationRule compose_rule(Dice& dice, const Model& model, std::uint64_t ix) {
    core::AutomationRule rule;
    rule.code = fmt::format("r{}", ix);
    if (dice.one_in(2)) rule.moment = static_cast<core::Moment>(dice.below(core::moments));
    const bool later = rule.moment != core::Moment::placed && dice.one_in(2);
    rule.when = later ? compose_later_condition(dice, model) : compose_condition(dice, model);
    if (rule.moment == core::Moment::placed && dice.one_in(6)) {
        rule.when = operation("some", {var("order.lines"), operation("<", {var("available"), var("quantity")})});
    }
    for (std::uint64_t i = dice.below(3); i > 0; --i) rule.then.push_back(compose_action(dice, model, rule.moment));
    rule.stop = dice.one_in(5);
    return rule;
}

core::FilteredStrategy compose_strategy(Dice& dice, const Model& model, std::uint64_t ix) {
    core::FilteredStrategy out;
    core::RoutingStrategy& strategy = out.strategy;
    strategy.code = fmt::format("s{}", ix);
    if (dice.one_in(2)) {
        strategy.rank_by = core::RankBy::ordered;
        const std::uint64_t first = dice.one_in(4) ? 7 + dice.below(2) : dice.below(9);
        const std::uint64_t count = 1 + dice.below(3);
        for (std::uint64_t c = 0; c < count; ++c)
            strategy.criteria.push_back(static_cast<core::Criterion>((first + c * 5) % 9));
    } else {
        if (dice.one_in(3)) strategy.split_penalty_micros = 500'000 * dice.between(1, 12);
        for (std::uint64_t t = dice.below(3); t > 0; --t) {
            core::ClearanceTerm& term = strategy.clearance.emplace_back();
            if (dice.one_in(2)) term.item_classes.emplace_back("fragile");
            if (dice.one_in(2)) term.locations.push_back(any_location(dice, model));
            term.credit_micros = 250'000 * dice.between(1, 20);
        }
        if (dice.one_in(2)) strategy.late_cost_per_unit_day_micros = 100'000 * dice.between(1, 30);
    }
    if (dice.one_in(5)) strategy.max_shipments = dice.between(1, 3);
    if (dice.one_in(5)) strategy.max_line_shipments = dice.between(1, 2);
    if (dice.one_in(5)) strategy.allow_split = dice.one_in(2);
    if (dice.one_in(6)) strategy.ship_complete = dice.one_in(2);
    if (dice.one_in(5)) strategy.on_shortage = static_cast<core::OnShortage>(dice.below(4));
    if (dice.one_in(4)) strategy.safety_units = dice.between(1, 4);
    if (dice.one_in(3)) strategy.no_split_classes = {"fragile"};
    if (dice.one_in(6)) strategy.min_part_value_micros = dice.between(1, 60) * 1'000'000;
    for (std::uint64_t f = dice.below(3); f > 0; --f) {
        out.filters.push_back({fmt::format("f{}", f), "", compose_filter(dice, model), dice.one_in(2)});
    }
    return out;
}

core::RoutingBranch compose_branch(Dice& dice, const Model& model, const core::RuleSet& rules, std::uint64_t& count) {
    core::RoutingBranch branch;
    branch.code = fmt::format("b{}", count++);
    branch.when = compose_condition(dice, model);
    const std::uint64_t strategies = 1 + dice.below(2);
    for (std::uint64_t s = 0; s < strategies; ++s) {
        const bool lost = rules.strategies.empty() || dice.one_in(seldom);
        branch.strategies.push_back(lost ? "nowhere" : dice.pick(rules.strategies).strategy.code);
    }
    if (count < 4 && dice.one_in(3)) {
        branch.branches.push_back(compose_branch(dice, model, rules, count));
        if (dice.one_in(2)) branch.strategies.clear();
    }
    return branch;
}

/// An example with what must fire, by the model; sometimes what must not.
void add_golden(Dice& dice, const Model& model, core::RuleSet& rules) {
    if (model.items.empty() || model.channels.empty()) return;
    core::GoldenOrder golden;
    golden.code = "g";
    golden.channel = dice.pick(model.channels).code;
    golden.country = "GB";
    if (dice.one_in(2)) golden.tags.push_back(any_tag(dice));
    if (dice.one_in(2)) golden.customer_group = "trade";
    golden.lines.push_back({dice.pick(model.items).wanted.sku, dice.between(1, 9), dice.between(0, 50) * 1'000'000});
    golden.expect.fired = model.golden_fired(rules, golden);
    if (dice.one_in(4) && !rules.automation.empty()) {
        const auto other =
            golden.expect.fired->empty() ? std::vector{rules.automation.front().code} : std::vector<std::string>{};
        golden.expect.fired = other;
    }
    rules.golden_orders.push_back(std::move(golden));
}

}  // namespace

core::SaveRuleSet compose_rules(Dice& dice, const Model& model) {
    core::SaveRuleSet save;
    if (!model.rule_sets.empty() && dice.one_in(8)) return {model.rule_sets.back()};
    core::RuleSet& rules = save.rules;
    rules.name = fmt::format("rules {}", dice.below(3));
    const std::uint64_t count = dice.below(4);
    for (std::uint64_t r = 0; r < count; ++r) rules.automation.push_back(compose_rule(dice, model, r));
    const std::uint64_t strategies = dice.below(4);
    for (std::uint64_t s = 0; s < strategies; ++s) rules.strategies.push_back(compose_strategy(dice, model, s));
    std::uint64_t branches = 0;
    for (std::uint64_t b = strategies == 0 ? 0 : 1 + dice.below(2); b > 0; --b) {
        rules.routing.push_back(compose_branch(dice, model, rules, branches));
    }
    // Every order waits for its release, and a rule would have it wait once more.
    if (dice.one_in(10)) {
        for (const core::Moment moment : {core::Moment::placed, core::Moment::routed}) {
            core::AutomationRule& guard = rules.automation.emplace_back();
            guard.code = fmt::format("r{}", rules.automation.size() - 1);
            guard.moment = moment;
            guard.then.emplace_back(core::PlaceHold{any_hold(dice), "guarded", {core::HoldBlock::routing}});
        }
    }
    // Nothing becomes work before somebody looked at it, nor does what a place gives back go elsewhere.
    if (dice.one_in(8)) {
        for (const core::Moment moment : {core::Moment::before_release, core::Moment::rejected}) {
            core::AutomationRule& guard = rules.automation.emplace_back();
            guard.code = fmt::format("r{}", rules.automation.size() - 1);
            guard.moment = moment;
            const bool releases = moment == core::Moment::before_release;
            const auto blocks = releases ? core::HoldBlock::releasing : core::HoldBlock::routing;
            if (releases || dice.one_in(2)) guard.then.emplace_back(core::PlaceHold{any_hold(dice), "", {blocks}});
            if (!releases && dice.one_in(2)) guard.then.emplace_back(core::TakeOffHold{any_hold(dice)});
        }
    }
    // Somebody looks at what customers send back.
    if (dice.one_in(8)) {
        core::AutomationRule& guard = rules.automation.emplace_back();
        guard.code = fmt::format("r{}", rules.automation.size() - 1);
        guard.moment = core::Moment::return_requested;
        if (dice.one_in(2)) guard.when = compose_later_condition(dice, model);
        guard.then.emplace_back(core::PlaceHold{any_hold(dice), "", {core::HoldBlock::returning}});
        if (dice.one_in(3)) guard.then.emplace_back(core::TakeOffHold{any_hold(dice)});
    }
    // Whatever is ordered is served with the same item, which may not be active at times.
    if (!model.items.empty() && dice.one_in(6)) {
        core::AutomationRule& swap = rules.automation.emplace_back();
        swap.code = fmt::format("r{}", rules.automation.size() - 1);
        const std::string by = dice.pick(model.items).wanted.sku;
        for (const ItemModel& item : model.items) {
            if (item.wanted.sku != by)
                swap.then.emplace_back(core::Substitute{item.wanted.sku, by, dice.between(1, 3)});
        }
    }
    // Conditions that can not be understood have no outcome to expect.
    bool sound = true;
    for (const core::AutomationRule& rule : rules.automation) sound = sound && is_understood(rule.when);
    if (sound && dice.one_in(3)) add_golden(dice, model, rules);
    return save;
}

core::ActivateRuleSet compose_activation(Dice& dice, const Model& model, Instant now) {
    core::ActivateRuleSet activate;
    const auto count = static_cast<std::uint32_t>(model.rule_sets.size());
    activate.number = count;
    if (dice.one_in(3)) activate.number = static_cast<std::uint32_t>(dice.below(count + 1U));
    if (dice.one_in(seldom)) activate.number = count + 1;
    if (dice.one_in(3)) activate.at = Instant(now.micros() + dice.between(dice.one_in(8) ? -60 : 1, 7'200) * 1'000'000);
    activate.reason = dice.one_in(2) ? "season" : "";
    return activate;
}

}  // namespace waybill::sim
