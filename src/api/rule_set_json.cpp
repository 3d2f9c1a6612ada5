#include "api/rule_set_json.hpp"

#include "api/amounts.hpp"
#include "core/automation/order_model.hpp"
#include "json/read.hpp"

namespace waybill::api {
namespace {

// Conditions nest: two levels of JSON for each of an expression's, and some around them.
constexpr json::ParseLimits rule_set_limits{.max_depth = 96};

core::FilteredStrategy strategy_of(StrategyJson from, const json::Pointer& at, AmountReader& amounts) {
    core::FilteredStrategy out;
    out.strategy.code = std::move(from.code);
    out.strategy.name = std::move(from.name);
    out.strategy.rank_by = from.rank_by;
    out.strategy.criteria = std::move(from.criteria);
    out.strategy.max_shipments = from.max_shipments;
    out.strategy.max_line_shipments = from.max_line_shipments;
    out.strategy.allow_split = from.allow_split;
    out.strategy.ship_complete = from.ship_complete;
    if (from.min_part_value) {
        out.strategy.min_part_value_micros = amounts.micros(*from.min_part_value, json::Pointer(at, "min_part_value"));
    }
    out.strategy.split_penalty_micros = amounts.micros(from.split_penalty, json::Pointer(at, "split_penalty"));
    out.strategy.late_cost_per_unit_day_micros =
        amounts.micros(from.late_cost_per_unit_day, json::Pointer(at, "late_cost_per_unit_day"));
    const json::Pointer clearance(at, "clearance");
    for (std::size_t t = 0; t < from.clearance.size(); ++t) {
        ClearanceTermJson& term = from.clearance[t];
        const json::Pointer here(clearance, t);
        out.strategy.clearance.push_back(
            {std::move(term.item_classes), std::move(term.locations),
             amounts.micros(term.credit_per_unit, json::Pointer(here, "credit_per_unit"))});
    }
    out.strategy.no_split_classes = std::move(from.no_split_classes);
    out.strategy.safety_units = from.safety_units;
    out.strategy.on_shortage = from.on_shortage;
    for (LocationFilterJson& filter : from.filters) {
        out.filters.push_back({std::move(filter.code), std::move(filter.reason), std::move(filter.when), filter.hard});
    }
    return out;
}

StrategyJson render_strategy(const core::FilteredStrategy& from, Currency currency) {
    const core::RoutingStrategy& strategy = from.strategy;
    StrategyJson out;
    out.code = strategy.code;
    out.name = strategy.name;
    out.rank_by = strategy.rank_by;
    out.criteria = strategy.criteria;
    out.max_shipments = strategy.max_shipments;
    out.max_line_shipments = strategy.max_line_shipments;
    out.allow_split = strategy.allow_split;
    out.ship_complete = strategy.ship_complete;
    if (strategy.min_part_value_micros) out.min_part_value = micros_text(*strategy.min_part_value_micros, currency);
    if (strategy.split_penalty_micros != 0) out.split_penalty = micros_text(strategy.split_penalty_micros, currency);
    if (strategy.late_cost_per_unit_day_micros != 0) {
        out.late_cost_per_unit_day = micros_text(strategy.late_cost_per_unit_day_micros, currency);
    }
    for (const core::ClearanceTerm& term : strategy.clearance) {
        out.clearance.push_back({term.item_classes, term.locations, micros_text(term.credit_micros, currency)});
    }
    out.no_split_classes = strategy.no_split_classes;
    out.safety_units = strategy.safety_units;
    out.on_shortage = strategy.on_shortage;
    for (const core::LocationFilter& filter : from.filters) {
        out.filters.push_back({filter.code, filter.reason, filter.when, filter.hard});
    }
    return out;
}

std::vector<core::LocationKind> kinds_of(const std::vector<PlaceKind>& from) {
    std::vector<core::LocationKind> out;
    for (const PlaceKind kind : from) out.push_back(core_kind(kind));
    return out;
}

std::vector<PlaceKind> render_kinds(const std::vector<core::LocationKind>& from) {
    std::vector<PlaceKind> out;
    for (const core::LocationKind kind : from) out.push_back(place_kind(kind));
    return out;
}

/// From what is written here to what is kept; what is the same in both goes as it is.
struct ActionReader {
    core::RuleAction operator()(ForbidSourcesJson& action) const {
        return core::ForbidSources{kinds_of(action.kinds), std::move(action.locations)};
    }
    core::RuleAction operator()(PlaceHoldJson& action) const {
        return core::PlaceHold{std::move(action.code), std::move(action.reason), std::move(action.blocks)};
    }
    core::RuleAction operator()(SubstituteJson& action) const {
        return core::Substitute{std::move(action.sku), std::move(action.by), action.quantity};
    }
    core::RuleAction operator()(SetMethodJson& action) const {
        return core::SetMethod{action.method, std::move(action.location).value_or("")};
    }
    core::RuleAction operator()(ForbidMethodJson& action) const {
        return core::ForbidMethod{action.method, std::move(action.reason)};
    }
    core::RuleAction operator()(RequireSourcesJson& action) const {
        return core::RequireSources{kinds_of(action.kinds), std::move(action.locations)};
    }
    core::RuleAction operator()(NotifyJson& action) const { return core::Notify{std::move(action.message)}; }
    core::RuleAction operator()(CallWebhookJson& action) const { return core::CallWebhook{std::move(action.webhook)}; }
    template <class Same>
    core::RuleAction operator()(Same& action) const {
        return std::move(action);
    }
};

core::RuleAction action_of(RuleActionJson from) { return std::visit(ActionReader(), from); }

struct ActionRenderer {
    RuleActionJson operator()(const core::ForbidSources& action) const {
        return ForbidSourcesJson{render_kinds(action.kinds), action.locations};
    }
    RuleActionJson operator()(const core::PlaceHold& action) const {
        return PlaceHoldJson{action.code, action.reason, action.blocks};
    }
    RuleActionJson operator()(const core::Substitute& action) const {
        return SubstituteJson{action.sku, action.by, action.quantity};
    }
    RuleActionJson operator()(const core::SetMethod& action) const {
        SetMethodJson out{action.method, {}};
        if (!action.location.empty()) out.location = action.location;
        return out;
    }
    RuleActionJson operator()(const core::ForbidMethod& action) const {
        return ForbidMethodJson{action.method, action.reason};
    }
    RuleActionJson operator()(const core::RequireSources& action) const {
        return RequireSourcesJson{render_kinds(action.kinds), action.locations};
    }
    RuleActionJson operator()(const core::Notify& action) const { return NotifyJson{action.message}; }
    RuleActionJson operator()(const core::CallWebhook& action) const { return CallWebhookJson{action.webhook}; }
    template <class Same>
    RuleActionJson operator()(const Same& action) const {
        return action;
    }
};

RuleActionJson render_action(const core::RuleAction& from) { return std::visit(ActionRenderer(), from); }

core::AutomationRule rule_of(AutomationRuleJson from) {
    core::AutomationRule out{
        std::move(from.code), std::move(from.name), from.moment, std::move(from.when), {}, from.stop};
    for (RuleActionJson& action : from.then) out.then.push_back(action_of(std::move(action)));
    return out;
}

AutomationRuleJson render_rule(const core::AutomationRule& from) {
    AutomationRuleJson out{from.code, from.name, from.moment, from.when, {}, from.stop};
    for (const core::RuleAction& action : from.then) out.then.push_back(render_action(action));
    return out;
}

// As deep as the parser lets a document be.
core::RoutingBranch branch_of(RoutingBranchJson from) {  // NOLINT(misc-no-recursion)
    core::RoutingBranch out{std::move(from.code), std::move(from.when), std::move(from.strategies), {}};
    for (RoutingBranchJson& branch : from.branches) out.branches.push_back(branch_of(std::move(branch)));
    return out;
}

RoutingBranchJson render_branch(const core::RoutingBranch& from) {  // NOLINT(misc-no-recursion)
    RoutingBranchJson out{from.code, from.when, from.strategies, {}};
    for (const core::RoutingBranch& branch : from.branches) out.branches.push_back(render_branch(branch));
    return out;
}

core::GoldenOrder golden_of(GoldenOrderJson from, const json::Pointer& at, AmountReader& amounts) {
    core::GoldenOrder out;
    out.code = std::move(from.code);
    out.channel = std::move(from.channel);
    out.placed_at = from.placed_at.value_or(Instant());
    out.method = from.method;
    out.pickup_location = std::move(from.pickup_location).value_or("");
    out.country = std::move(from.country);
    out.region = std::move(from.region);
    out.postcode = std::move(from.postcode);
    out.customer_group = std::move(from.customer_group);
    out.tags = std::move(from.tags);
    const json::Pointer lines(at, "lines");
    for (std::size_t i = 0; i < from.lines.size(); ++i) {
        const json::Pointer line(lines, i);
        out.lines.push_back({std::move(from.lines[i].sku), from.lines[i].quantity,
                             amounts.micros(from.lines[i].unit_price, json::Pointer(line, "unit_price"))});
    }
    out.stock = std::move(from.stock);
    out.expect = std::move(from.expect);
    return out;
}

GoldenOrderJson render_golden(const core::GoldenOrder& from, Currency currency) {
    GoldenOrderJson out;
    out.code = from.code;
    out.channel = from.channel;
    if (from.placed_at.is_set()) out.placed_at = from.placed_at;
    out.method = from.method;
    if (!from.pickup_location.empty()) out.pickup_location = from.pickup_location;
    out.country = from.country;
    out.region = from.region;
    out.postcode = from.postcode;
    out.customer_group = from.customer_group;
    out.tags = from.tags;
    for (const core::GoldenLine& line : from.lines) {
        out.lines.push_back({line.sku, line.quantity, micros_text(line.unit_price_micros, currency)});
    }
    out.stock = from.stock;
    out.expect = from.expect;
    return out;
}

std::string_view type_name(rules::FactKind kind) {
    switch (kind) {
        case rules::FactKind::boolean:
            return "boolean";
        case rules::FactKind::number:
            return "number";
        case rules::FactKind::text:
            return "text";
        case rules::FactKind::text_list:
            return "list of texts";
        case rules::FactKind::record:
            return "record";
        case rules::FactKind::record_list:
            return "list of records";
    }
    return "";
}

void add_facts(const rules::FactModel& model, std::uint16_t record, const std::string& prefix,
               std::vector<RuleFactOutput>& out) {
    for (const rules::FactField& field : model.records[record].fields) {
        const std::string name = prefix + std::string(field.name);
        if (field.kind == rules::FactKind::record) {
            add_facts(model, field.record, name + '.', out);
            continue;
        }
        out.push_back({name, std::string(type_name(field.kind)), field.nullable, std::string(field.doc)});
        if (field.kind == rules::FactKind::record_list) add_facts(model, field.record, name + "[].", out);
    }
}

}  // namespace

Result<core::RuleSet, Problem> read_rule_set(std::string_view text) {
    auto input = json::read_text<json::Api, RuleSetInput>(text, rule_set_limits);
    if (!input) return fail(problem_of(input.error()));
    core::RuleSet out;
    out.name = std::move(input->name);
    out.note = std::move(input->note);
    for (NamedListJson& list : input->lists) {
        out.lists.push_back({std::move(list.name), list.kind, std::move(list.entries)});
    }
    for (AutomationRuleJson& rule : input->automation) out.automation.push_back(rule_of(std::move(rule)));
    for (RoutingBranchJson& branch : input->routing) out.routing.push_back(branch_of(std::move(branch)));
    FieldErrors errors;
    AmountReader amounts(errors);
    const json::Pointer root;
    const json::Pointer strategies(root, "strategies");
    for (std::size_t i = 0; i < input->strategies.size(); ++i) {
        out.strategies.push_back(strategy_of(std::move(input->strategies[i]), json::Pointer(strategies, i), amounts));
    }
    const json::Pointer golden(root, "golden_orders");
    for (std::size_t i = 0; i < input->golden_orders.size(); ++i) {
        out.golden_orders.push_back(golden_of(std::move(input->golden_orders[i]), json::Pointer(golden, i), amounts));
    }
    if (!errors.empty()) return fail(problem_of(std::move(errors)));
    return out;
}

RuleSetOutput render_rule_set(const core::RuleSetVersion& version, Currency currency) {
    const core::RuleSet& from = version.rules;
    RuleSetOutput out;
    out.number = version.number;
    out.saved_at = version.saved_at;
    out.saved_by = version.saved_by;
    out.name = from.name;
    out.note = from.note;
    for (const rules::NamedList& list : from.lists) out.lists.push_back({list.name, list.kind, list.entries});
    for (const core::RoutingBranch& branch : from.routing) out.routing.push_back(render_branch(branch));
    for (const core::AutomationRule& rule : from.automation) out.automation.push_back(render_rule(rule));
    for (const core::FilteredStrategy& strategy : from.strategies) {
        out.strategies.push_back(render_strategy(strategy, currency));
    }
    for (const core::GoldenOrder& golden : from.golden_orders) {
        out.golden_orders.push_back(render_golden(golden, currency));
    }
    return out;
}

RuleSetSummary summarise(const core::RuleSetVersion& version) {
    const core::RuleSet& rules = version.rules;
    return {version.number, version.saved_at,        version.saved_by,        rules.name,
            rules.note,     rules.automation.size(), rules.strategies.size(), rules.golden_orders.size()};
}

RuleCheckOutput render_check(std::uint32_t number, const std::vector<core::GoldenResult>& results) {
    RuleCheckOutput out{number, true, {}};
    for (const core::GoldenResult& result : results) {
        out.passed = out.passed && result.passed();
        out.golden_orders.push_back({result.code, result.passed(), result.differences});
    }
    return out;
}

ActivationOutput render_activation(const core::RuleActivation& activation) {
    return {activation.number,  activation.from,   activation.made_at,
            activation.made_by, activation.reason, activation.rolls_back};
}

std::vector<RuleFactOutput> rule_facts() {
    std::vector<RuleFactOutput> out;
    // What filters see, and in place of the order as it came the order as rules see it later.
    add_facts(core::location_model(), 0, "", out);
    std::erase_if(out, [](const RuleFactOutput& fact) { return fact.name.starts_with("order."); });
    std::vector<RuleFactOutput> of_order;
    add_facts(core::settled_order_model(), 0, "", of_order);
    std::erase_if(of_order, [](const RuleFactOutput& fact) { return !fact.name.starts_with("order."); });
    out.insert(out.begin(), of_order.begin(), of_order.end());
    return out;
}

}  // namespace waybill::api
