#include "core/automation/compile_rules.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "core/automation/order_model.hpp"
#include "core/field_checks.hpp"
#include "core/limits.hpp"
#include "core/rules/compile.hpp"
#include "core/state.hpp"

namespace waybill::core {
namespace {

constexpr std::size_t branch_depth_max = 8;

/// Values inside of values; as deep as readers let a document be.
std::size_t values_in(const JsonValue& value) {  // NOLINT(misc-no-recursion)
    std::size_t count = 1;
    for (const JsonValue& item : value.items) count += values_in(item);
    for (const auto& [name, item] : value.members) count += values_in(item);
    return count;
}

/// Whether the text stands anywhere in it: enough to know that a condition does not read a fact of that name.
bool mentions(const JsonValue& value, std::string_view text) {  // NOLINT(misc-no-recursion)
    if (value.is(JsonValue::Kind::text) && value.text.find(text) != std::string::npos) return true;
    const auto in = [&](const JsonValue& item) { return mentions(item, text); };
    return std::any_of(value.items.begin(), value.items.end(), in) ||
           std::any_of(value.members.begin(), value.members.end(),
                       [&](const auto& member) { return in(member.second); });
}

class Compiler {
public:
    Compiler(RuleSet source, const TenantState& state, Faults& faults) : state_(state), faults_(faults) {
        out_ = std::make_shared<CompiledRules>();
        out_->source = std::move(source);
    }

    std::shared_ptr<CompiledRules> compile() {
        const RuleSet& source = out_->source;
        check_text(faults_, "/name", source.name, 0, limits::name_bytes_max);
        check_text(faults_, "/note", source.note, 0, limits::note_bytes_max);
        if (!sizes_fit()) return out_;
        read_lists();
        for (std::size_t i = 0; i < source.automation.size(); ++i) read_rule(source.automation[i], i);
        fits("/automation", hold_codes_.size(), limits::rule_hold_codes_max, "different holds");
        fits("/automation", exception_kinds_.size(), limits::rule_exception_kinds_max, "different exceptions");
        for (std::size_t i = 0; i < source.strategies.size(); ++i) read_strategy(source.strategies[i], i);
        for (std::size_t i = 0; i < source.routing.size(); ++i) {
            out_->routing.push_back(read_branch(source.routing[i], at("/routing", i), 1));
        }
        if (branches_ > limits::routing_branches_max) {
            faults_.add("/routing", Reject::invalid_request,
                        "at most " + std::to_string(limits::routing_branches_max) + " branches");
        }
        if (values_ > limits::condition_values_max) {
            faults_.add("", Reject::invalid_rule,
                        "its conditions have " + std::to_string(values_) + " values, at most " +
                            std::to_string(limits::condition_values_max) + " are allowed in all");
        }
        check_work("/automation", order_work_, limits::rules_work_max, "rules and branches");
        for (std::size_t i = 0; i < source.golden_orders.size(); ++i) check_golden(source.golden_orders[i], i);
        return out_;
    }

private:
    bool fits(std::string pointer, std::size_t size, std::size_t most, std::string_view what) {
        if (size <= most) return true;
        faults_.add(std::move(pointer), Reject::invalid_request,
                    "at most " + std::to_string(most) + " " + std::string(what));
        return false;
    }

    void check_work(std::string pointer, std::uint64_t work, std::uint64_t most, std::string_view what) {
        if (work <= most) return;
        faults_.add(std::move(pointer), Reject::invalid_rule,
                    "the " + std::string(what) + " could take up to " + std::to_string(work) + " steps, at most " +
                        std::to_string(most) + " are allowed in all");
    }

    bool sizes_fit() {
        const RuleSet& source = out_->source;
        bool all = fits("/lists", source.lists.size(), limits::rule_lists_max, "lists");
        all = fits("/automation", source.automation.size(), limits::automation_rules_max, "rules") && all;
        all = fits("/strategies", source.strategies.size(), limits::strategies_max, "strategies") && all;
        return fits("/golden_orders", source.golden_orders.size(), limits::golden_orders_max, "golden orders") && all;
    }

    /// A code that nothing else of its kind has.
    void check_unique(std::string pointer, const std::string& code, std::set<std::string>& seen) {
        check_code(faults_, pointer, code, limits::code_bytes_max);
        if (!seen.insert(code).second) {
            faults_.add(std::move(pointer), Reject::invalid_request, "another one has the code " + code);
        }
    }

    void read_lists() {
        std::set<std::string> seen;
        std::size_t entries = 0;
        for (std::size_t i = 0; i < out_->source.lists.size(); ++i) {
            const rules::NamedList& list = out_->source.lists[i];
            check_unique(at("/lists", i, "name"), list.name, seen);
            entries += list.entries.size();
        }
        if (!fits("/lists", entries, limits::rule_list_entries_max, "entries in all lists")) return;
        auto lists = rules::NamedLists::make(out_->source.lists);
        if (lists) {
            out_->lists = *std::move(lists);
        } else {
            for (const rules::CompileIssue& issue : lists.error()) {
                faults_.add("/lists" + issue.pointer, Reject::invalid_rule, issue.detail);
            }
        }
    }

    rules::Program read_condition(const JsonValue& when, const std::string& pointer, const rules::FactModel& model) {
        static const JsonValue always = JsonValue::make_boolean(true);
        values_ += values_in(when);
        const bool knows_available = &model != &settled_order_model();
        out_->reads_availability = out_->reads_availability || (knows_available && mentions(when, "available"));
        auto program = rules::compile(when.is(JsonValue::Kind::null) ? always : when, model, out_->lists);
        if (program) return *std::move(program);
        for (const rules::CompileIssue& issue : program.error()) {
            faults_.add(pointer + issue.pointer, Reject::invalid_rule, issue.detail);
        }
        return *rules::compile(always, model, out_->lists);
    }

    LocationIx location_of(std::string pointer, const std::string& code) {
        const auto ix = state_.locations.find(code);
        if (ix) return *ix;
        faults_.add(std::move(pointer), Reject::unknown_location, "no location has the code " + code);
        return no_index;
    }

    void read_rule(const AutomationRule& rule, std::size_t i) {
        const std::string pointer = at("/automation", i);
        check_unique(pointer + "/code", rule.code, rule_codes_);
        check_text(faults_, pointer + "/name", rule.name, 0, limits::name_bytes_max);
        const bool placed = rule.moment == Moment::placed;
        const rules::FactModel& model = placed ? order_model() : settled_order_model();
        out_->automation.push_back(read_condition(rule.when, pointer + "/when", model));
        out_->by_moment[static_cast<std::size_t>(rule.moment)].push_back(static_cast<std::uint16_t>(i));
        order_work_ += out_->automation.back().work_bound();
        std::vector<LocationIx>& forbidden = out_->forbidden.emplace_back();
        out_->required.emplace_back();
        if (!fits(pointer + "/then", rule.then.size(), limits::rule_actions_max, "actions")) return;
        for (std::size_t a = 0; a < rule.then.size(); ++a)
            read_action(rule.then[a], rule.moment, at(pointer + "/then", a), forbidden);
        std::sort(forbidden.begin(), forbidden.end());
    }

    void read_action(const RuleAction& action, Moment moment, const std::string& pointer,
                     std::vector<LocationIx>& forbidden) {
        const bool steers_routing =
            std::holds_alternative<ForbidSources>(action) || std::holds_alternative<SetSplitting>(action) ||
            std::holds_alternative<SetOnShortage>(action) || std::holds_alternative<Substitute>(action) ||
            std::holds_alternative<SetMethod>(action) || std::holds_alternative<ForbidMethod>(action) ||
            std::holds_alternative<RequireSources>(action);
        if (steers_routing && moment != Moment::placed) {
            faults_.add(pointer, Reject::invalid_rule, "has an effect at the moment placed only");
        }
        if (std::holds_alternative<TakeOffHold>(action) && moment == Moment::placed) {
            faults_.add(pointer, Reject::invalid_rule, "an order that is placed has no hold yet");
        }
        if (std::holds_alternative<SettleException>(action) && moment == Moment::placed) {
            faults_.add(pointer, Reject::invalid_rule, "an order that is placed has no exception yet");
        }
        read_mark(action, pointer);
        read_change(action, pointer);
        if (const auto* forbid = std::get_if<ForbidSources>(&action)) {
            if (forbid->kinds.empty() && forbid->locations.empty()) {
                faults_.add(pointer, Reject::invalid_rule, "forbids nothing: name kinds or locations");
            }
            if (!fits(pointer + "/locations", forbid->locations.size(), limits::named_locations_max, "locations"))
                return;
            for (std::size_t l = 0; l < forbid->locations.size(); ++l) {
                forbidden.push_back(location_of(at(pointer + "/locations", l), forbid->locations[l]));
            }
        } else if (const auto* split = std::get_if<SetSplitting>(&action)) {
            if (!split->allow_split && !split->ship_complete && !split->max_shipments && !split->max_line_shipments) {
                faults_.add(pointer, Reject::invalid_rule, "sets nothing");
            }
            check_range(faults_, pointer + "/max_shipments", split->max_shipments.value_or(1), 1,
                        limits::shipments_max);
            check_range(faults_, pointer + "/max_line_shipments", split->max_line_shipments.value_or(1), 1,
                        limits::line_shipments_max);
        } else if (const auto* require = std::get_if<RequireSources>(&action)) {
            read_required(*require, pointer);
        }
    }

    void read_required(const RequireSources& require, const std::string& pointer) {
        if (require.kinds.empty() && require.locations.empty()) {
            faults_.add(pointer, Reject::invalid_rule, "requires nothing: name kinds or locations");
        }
        if (!fits(pointer + "/locations", require.locations.size(), limits::named_locations_max, "locations")) return;
        std::vector<LocationIx>& required = out_->required.back();
        required.clear();
        for (std::size_t l = 0; l < require.locations.size(); ++l) {
            required.push_back(location_of(at(pointer + "/locations", l), require.locations[l]));
        }
        std::sort(required.begin(), required.end());
        required.erase(std::unique(required.begin(), required.end()), required.end());
    }

    void check_sku(std::string pointer, const std::string& sku) {
        if (!state_.items.find(sku)) faults_.add(std::move(pointer), Reject::unknown_sku, "no item has the SKU " + sku);
    }

    /// What an action makes of the order.
    void read_change(const RuleAction& action, const std::string& pointer) {
        if (const auto* by = std::get_if<Substitute>(&action)) {
            check_sku(pointer + "/sku", by->sku);
            check_sku(pointer + "/by", by->by);
            if (by->sku == by->by) faults_.add(pointer + "/by", Reject::invalid_rule, "is the item itself");
            check_range(faults_, pointer + "/quantity", by->quantity, 1, limits::substitute_units_max);
        } else if (const auto* set = std::get_if<SetMethod>(&action)) {
            const bool collected = set->method == FulfillmentMethod::pickup;
            if (collected && !set->location.empty()) (void)location_of(pointer + "/location", set->location);
            if (collected == set->location.empty()) {
                faults_.add(pointer + "/location", Reject::invalid_rule,
                            collected ? "a pick-up needs a location" : "is of a pick-up");
            }
        } else if (const auto* no = std::get_if<ForbidMethod>(&action)) {
            check_text(faults_, pointer + "/reason", no->reason, 0, limits::name_bytes_max);
            hold_codes_.emplace(method_forbidden);
            exception_kinds_.emplace(method_forbidden);
        }
    }

    /// In any language.
    [[nodiscard]] bool has_message(std::string_view code) const {
        for (MessageIx ix = 0; ix < state_.message_templates.size(); ++ix) {
            if (state_.message_templates[ix].code == code) return true;
        }
        return false;
    }

    /// What an action does to the order itself.
    void read_mark(const RuleAction& action, const std::string& pointer) {
        if (const auto* tag = std::get_if<AddTag>(&action)) {
            check_code(faults_, pointer + "/tag", tag->tag, limits::code_bytes_max);
        } else if (const auto* hold = std::get_if<PlaceHold>(&action)) {
            check_code(faults_, pointer + "/code", hold->code, limits::code_bytes_max);
            check_text(faults_, pointer + "/reason", hold->reason, 0, limits::name_bytes_max);
            check_blocks(faults_, pointer + "/blocks", hold->blocks);
            hold_codes_.insert(hold->code);
        } else if (const auto* release = std::get_if<TakeOffHold>(&action)) {
            check_code(faults_, pointer + "/code", release->code, limits::code_bytes_max);
        } else if (const auto* set = std::get_if<SetPriority>(&action)) {
            check_range(faults_, pointer + "/priority", set->priority, -limits::order_priority_max,
                        limits::order_priority_max);
        } else if (const auto* flag = std::get_if<FlagException>(&action)) {
            check_kind(faults_, pointer + "/kind", flag->kind);
            check_text(faults_, pointer + "/reason", flag->reason, 0, limits::name_bytes_max);
            check_text(faults_, pointer + "/owner", flag->owner, 0, limits::code_bytes_max);
            check_range(faults_, pointer + "/due_minutes", flag->due_minutes.value_or(0), 0,
                        limits::exception_due_minutes_max);
            exception_kinds_.insert(flag->kind);
        } else if (const auto* settle = std::get_if<SettleException>(&action)) {
            check_code(faults_, pointer + "/kind", settle->kind, limits::code_bytes_max);
        } else if (const auto* call = std::get_if<CallWebhook>(&action)) {
            if (!state_.webhooks.find(call->webhook)) {
                faults_.add(pointer + "/webhook", Reject::unknown_webhook, "no webhook has the code " + call->webhook);
            }
        } else if (const auto* notify = std::get_if<Notify>(&action)) {
            if (!has_message(notify->message)) {
                faults_.add(pointer + "/message", Reject::unknown_message,
                            "no message template has the code " + notify->message);
            }
        }
    }

    void check_clearance(const RoutingStrategy& strategy, const std::string& list) {
        if (strategy.is_ordered() && !strategy.clearance.empty()) {
            faults_.add(list, Reject::invalid_rule, "is of a strategy of least cost");
        }
        if (!fits(list, strategy.clearance.size(), limits::clearance_terms_max, "terms")) return;
        for (std::size_t t = 0; t < strategy.clearance.size(); ++t) {
            const ClearanceTerm& term = strategy.clearance[t];
            const std::string pointer = at(list, t);
            check_range(faults_, pointer + "/credit_per_unit", term.credit_micros, 1, limits::cost_micros_max);
            const std::string classes = pointer + "/item_classes";
            if (!fits(classes, term.item_classes.size(), limits::clearance_classes_max, "classes")) return;
            for (std::size_t c = 0; c < term.item_classes.size(); ++c) {
                check_code(faults_, at(classes, c), term.item_classes[c], limits::code_bytes_max);
            }
            const std::string places = pointer + "/locations";
            if (!fits(places, term.locations.size(), limits::named_locations_max, "locations")) return;
            for (std::size_t l = 0; l < term.locations.size(); ++l) (void)location_of(at(places, l), term.locations[l]);
        }
    }

    void check_settings(const RoutingStrategy& strategy, const std::string& pointer) {
        check_text(faults_, pointer + "/name", strategy.name, 0, limits::name_bytes_max);
        const auto& criteria = strategy.criteria;
        for (std::size_t c = 0; c < criteria.size(); ++c) {
            const auto end = criteria.begin() + static_cast<std::ptrdiff_t>(c);
            if (std::find(criteria.begin(), end, criteria[c]) != end) {
                faults_.add(at(pointer + "/criteria", c), Reject::invalid_rule, "is named before");
            }
        }
        if (strategy.is_ordered() == criteria.empty()) {
            faults_.add(pointer + "/criteria", Reject::invalid_rule,
                        strategy.is_ordered() ? "an ordered strategy names at least one criterion"
                                              : "a strategy of least cost has no criteria");
        }
        if (strategy.is_ordered() && strategy.split_penalty_micros != 0) {
            faults_.add(pointer + "/split_penalty", Reject::invalid_rule, "is of a strategy of least cost");
        }
        if (strategy.is_ordered() && strategy.late_cost_per_unit_day_micros != 0) {
            faults_.add(pointer + "/late_cost_per_unit_day", Reject::invalid_rule, "is of a strategy of least cost");
        }
        check_clearance(strategy, pointer + "/clearance");
        check_range(faults_, pointer + "/split_penalty", strategy.split_penalty_micros, 0, limits::cost_micros_max);
        check_range(faults_, pointer + "/late_cost_per_unit_day", strategy.late_cost_per_unit_day_micros, 0,
                    limits::cost_micros_max);
        check_range(faults_, pointer + "/max_shipments", strategy.max_shipments.value_or(1), 1, limits::shipments_max);
        check_range(faults_, pointer + "/max_line_shipments", strategy.max_line_shipments.value_or(1), 1,
                    limits::line_shipments_max);
        check_range(faults_, pointer + "/min_part_value", strategy.min_part_value_micros.value_or(1), 1,
                    limits::price_micros_max);
        check_range(faults_, pointer + "/safety_units", strategy.safety_units, 0, limits::quantity_max);
        if (!fits(pointer + "/no_split_classes", strategy.no_split_classes.size(), limits::no_split_classes_max,
                  "classes")) {
            return;
        }
        for (std::size_t c = 0; c < strategy.no_split_classes.size(); ++c) {
            check_code(faults_, at(pointer + "/no_split_classes", c), strategy.no_split_classes[c],
                       limits::code_bytes_max);
        }
    }

    void read_strategy(const FilteredStrategy& filtered, std::size_t i) {
        const std::string pointer = at("/strategies", i);
        check_unique(pointer + "/code", filtered.strategy.code, strategy_codes_);
        check_settings(filtered.strategy, pointer);
        std::vector<rules::Program>& programs = out_->filters.emplace_back();
        if (!fits(pointer + "/filters", filtered.filters.size(), limits::strategy_filters_max, "filters")) return;
        std::set<std::string> seen;
        std::uint64_t work = 0;
        for (std::size_t f = 0; f < filtered.filters.size(); ++f) {
            const LocationFilter& filter = filtered.filters[f];
            const std::string here = at(pointer + "/filters", f);
            check_unique(here + "/code", filter.code, seen);
            check_text(faults_, here + "/reason", filter.reason, 0, limits::name_bytes_max);
            programs.push_back(read_condition(filter.when, here + "/when", location_model()));
            work += programs.back().work_bound();
        }
        check_work(pointer + "/filters", work, limits::filters_work_max, "filters");
    }

    CompiledBranch read_branch(const RoutingBranch& branch, const std::string& pointer, std::size_t depth) {
        ++branches_;
        check_unique(pointer + "/code", branch.code, branch_codes_);
        CompiledBranch out{read_condition(branch.when, pointer + "/when", order_model()), {}, {}};
        order_work_ += out.when.work_bound();
        if (!fits(pointer + "/strategies", branch.strategies.size(), limits::strategy_attempts_max, "strategies"))
            return out;
        for (std::size_t s = 0; s < branch.strategies.size(); ++s) {
            const auto& all = out_->source.strategies;
            const auto named = std::find_if(all.begin(), all.end(), [&](const FilteredStrategy& other) {
                return other.strategy.code == branch.strategies[s];
            });
            if (named == all.end()) {
                faults_.add(at(pointer + "/strategies", s), Reject::unknown_strategy,
                            "no strategy of the rule set has the code " + branch.strategies[s]);
                continue;
            }
            out.strategies.push_back(static_cast<std::uint16_t>(named - all.begin()));
        }
        if (branch.strategies.empty() && branch.branches.empty()) {
            faults_.add(pointer, Reject::invalid_rule, "leads nowhere: name strategies or branches");
        }
        if (!branch.branches.empty() && depth == branch_depth_max) {
            faults_.add(pointer + "/branches", Reject::invalid_request,
                        "at most " + std::to_string(branch_depth_max) + " branches below one another");
            return out;
        }
        for (std::size_t b = 0; b < branch.branches.size() && branches_ <= limits::routing_branches_max; ++b) {
            out.branches.push_back(read_branch(branch.branches[b], at(pointer + "/branches", b), depth + 1));
        }
        return out;
    }

    void check_units(const std::vector<GoldenUnits>& units, const std::string& pointer) {
        if (!fits(pointer, units.size(), limits::golden_units_max, "entries")) return;
        std::set<std::pair<std::string, std::string>> seen;
        for (std::size_t u = 0; u < units.size(); ++u) {
            if (!seen.insert({units[u].sku, units[u].location}).second) {
                faults_.add(at(pointer, u), Reject::invalid_rule, "the item is named at this location before");
            }
            check_sku(at(pointer, u, "sku"), units[u].sku);
            (void)location_of(at(pointer, u, "location"), units[u].location);
            check_range(faults_, at(pointer, u, "units"), units[u].units, 0, limits::quantity_max);
        }
    }

    void check_golden(const GoldenOrder& golden, std::size_t i) {
        const std::string pointer = at("/golden_orders", i);
        check_unique(pointer + "/code", golden.code, golden_codes_);
        if (!state_.channels.find(golden.channel)) {
            faults_.add(pointer + "/channel", Reject::unknown_channel, "no channel has the code " + golden.channel);
        }
        if (golden.lines.empty() || golden.lines.size() > limits::golden_units_max) {
            faults_.add(pointer + "/lines", Reject::invalid_request,
                        "from 1 to " + std::to_string(limits::golden_units_max) + " lines");
            return;
        }
        check_units(golden.stock, pointer + "/stock");
        if (golden.expect.sources) check_units(*golden.expect.sources, pointer + "/expect/sources");
        for (std::size_t l = 0; l < golden.lines.size(); ++l) {
            check_sku(at(pointer + "/lines", l, "sku"), golden.lines[l].sku);
            check_range(faults_, at(pointer + "/lines", l, "quantity"), golden.lines[l].quantity, 1,
                        limits::quantity_max);
        }
        const std::string& strategy = golden.expect.strategy.value_or("");
        if (!strategy.empty() && !strategy_codes_.contains(strategy)) {
            faults_.add(pointer + "/expect/strategy", Reject::unknown_strategy,
                        "no strategy of the rule set has the code " + strategy);
        }
        if (golden.expect.fired) {
            for (std::size_t f = 0; f < golden.expect.fired->size(); ++f) {
                if (rule_codes_.contains((*golden.expect.fired)[f])) continue;
                faults_.add(at(pointer + "/expect/fired", f), Reject::invalid_rule,
                            "no rule of the rule set has the code " + (*golden.expect.fired)[f]);
            }
        }
    }

    const TenantState& state_;
    Faults& faults_;
    std::shared_ptr<CompiledRules> out_;
    std::size_t branches_ = 0;
    std::size_t values_ = 0;
    std::uint64_t order_work_ = 0;
    std::set<std::string> rule_codes_;
    std::set<std::string> hold_codes_;
    std::set<std::string> exception_kinds_;
    std::set<std::string> strategy_codes_;
    std::set<std::string> branch_codes_;
    std::set<std::string> golden_codes_;
};

}  // namespace

std::shared_ptr<CompiledRules> compile_rules(RuleSet rules, const TenantState& state, Faults& faults) {
    return Compiler(std::move(rules), state, faults).compile();
}

Result<std::shared_ptr<const CompiledRules>, Rejection> compiled_version(const TenantState& state,
                                                                         std::uint32_t number) {
    if (number == 0 || number > state.rule_sets.size()) {
        return reject(Reject::unknown_rule_set, "there are " + std::to_string(state.rule_sets.size()) + " versions");
    }
    if (const auto& kept = state.compiled_rules.read(number - 1)) return kept;
    Faults faults;
    auto compiled = compile_rules(state.rule_sets[number - 1].rules, state, faults);
    if (faults.any()) return faults.take();
    compiled->number = number;
    return std::shared_ptr<const CompiledRules>(std::move(compiled));
}

}  // namespace waybill::core
