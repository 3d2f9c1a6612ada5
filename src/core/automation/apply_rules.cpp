#include "core/automation/apply_rules.hpp"

#include <algorithm>

#include "base/mutant.hpp"
#include "core/automation/line_availability.hpp"
#include "core/automation/order_changes.hpp"
#include "core/limits.hpp"
#include "core/order/hold_order.hpp"
#include "core/order/order_exceptions.hpp"
#include "core/rules/evaluate.hpp"
#include "core/rules/fault.hpp"

namespace waybill::core {
namespace {

void add_sorted(std::vector<LocationIx>& to, const std::vector<LocationIx>& more) {
    for (const LocationIx ix : more) {
        const auto place = std::lower_bound(to.begin(), to.end(), ix);
        if (place == to.end() || *place != ix) to.insert(place, ix);
    }
}

/// What fired rules do, collected: the order itself stays as it was until all rules of the moment were looked at.
struct Effects {
    std::vector<std::string> tags;
    std::vector<OrderHold> holds;
    std::vector<std::string> released;
    std::vector<OrderException> raised;
    std::vector<std::string> resolved;
    std::optional<std::int32_t> priority;
    std::vector<const Substitute*> substitutes;
    const SetMethod* method = nullptr;
    std::vector<std::pair<const ForbidMethod*, std::string>> forbidden_methods;  ///< with the rule that forbids it
    RoutingPolicy policy;

    void add(const RuleAction& action, const std::string& rule, const Context& context) {
        if (const auto* tag = std::get_if<AddTag>(&action)) {
            tags.push_back(tag->tag);
        } else if (const auto* forbid = std::get_if<ForbidSources>(&action)) {
            for (const LocationKind kind : forbid->kinds) {
                auto& kinds = policy.forbidden_kinds;
                if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) kinds.push_back(kind);
            }
        } else if (const auto* split = std::get_if<SetSplitting>(&action)) {
            if (split->allow_split) policy.allow_split = *split->allow_split;
            if (split->ship_complete) policy.ship_complete = *split->ship_complete;
            if (split->max_shipments) policy.max_shipments = split->max_shipments;
            if (split->max_line_shipments) policy.max_line_shipments = split->max_line_shipments;
        } else if (const auto* shortage = std::get_if<SetOnShortage>(&action)) {
            policy.on_shortage = shortage->on_shortage;
        } else if (const auto* hold = std::get_if<PlaceHold>(&action)) {
            add_hold(*hold, rule, context);
        } else if (const auto* release = std::get_if<TakeOffHold>(&action)) {
            released.push_back(release->code);
        } else if (const auto* set = std::get_if<SetPriority>(&action)) {
            priority = set->priority;
        } else if (const auto* flag = std::get_if<FlagException>(&action)) {
            add_exception(*flag, rule, context);
        } else if (const auto* settle = std::get_if<SettleException>(&action)) {
            resolved.push_back(settle->kind);
        } else if (const auto* by = std::get_if<Substitute>(&action)) {
            substitutes.push_back(by);
        } else if (const auto* way = std::get_if<SetMethod>(&action)) {
            method = way;
        } else if (const auto* no = std::get_if<ForbidMethod>(&action)) {
            forbidden_methods.emplace_back(no, rule);
        } else if (const auto* require = std::get_if<RequireSources>(&action)) {
            policy.required_kinds = require->kinds;
        }
    }

    /// An order whose method is forbidden is held and flagged, whatever rules say of that hold and that exception
    /// themselves. Of several rules the first says why.
    void forbid(FulfillmentMethod of_order, const Context& context) {
        const auto no = std::find_if(forbidden_methods.begin(), forbidden_methods.end(),
                                     [&](const auto& forbidden) { return forbidden.first->method == of_order; });
        if (no == forbidden_methods.end() || WAYBILL_MUTANT(forbidden_method_routed)) return;
        const std::string code(method_forbidden);
        std::erase_if(holds, [&](const OrderHold& hold) { return hold.code == code; });
        std::erase_if(raised, [&](const OrderException& exception) { return exception.kind == code; });
        add_hold({code, no->first->reason, {HoldBlock::routing}}, no->second, context);
        add_exception({code, no->first->reason, Severity::normal, {}, {}}, no->second, context);
    }

    /// Of several rules that raise an exception of one kind the first says what it is.
    void add_exception(const FlagException& flag, const std::string& rule, const Context& context) {
        OrderException made{flag.kind, flag.reason, flag.severity, flag.owner, {}, context.now, rule, {}};
        if (flag.due_minutes) made.due_at = Instant(context.now.micros() + *flag.due_minutes * 60 * micros_per_second);
        put_exception(raised, std::move(made));
    }

    /// Of several rules that place a hold of one code the first says what it blocks.
    void add_hold(const PlaceHold& hold, const std::string& rule, const Context& context) {
        OrderHold made{hold.code, hold.reason, hold.blocks, context.now, rule};
        std::sort(made.blocks.begin(), made.blocks.end());
        put_hold(holds, std::move(made));
    }
};

void add_tags(std::vector<std::string> tags, std::vector<std::string>& to, RulesTrace& trace) {
    std::sort(tags.begin(), tags.end());
    for (std::string& tag : tags) {
        const auto place = std::lower_bound(to.begin(), to.end(), tag);
        if (place != to.end() && *place == tag) continue;
        if (to.size() == limits::order_tags_with_rules_max) break;
        if (!WAYBILL_MUTANT(rule_tag_lost)) to.insert(place, tag);
        trace.tags_added.push_back(std::move(tag));
    }
}

std::string rule_name(const CompiledRules& rules, std::uint16_t rule) {
    return "rule_set_" + std::to_string(rules.number) + "/" + rules.source.automation[rule].code;
}

/// What rules raise on an order that has `open` exceptions: that some could not be worked out comes first.
std::vector<OrderException> exceptions_of(std::vector<OrderException> wanted, const CompiledRules& rules,
                                          const RulesTrace& trace, const std::vector<OrderException>& open,
                                          const Context& context) {
    std::vector<OrderException> out;
    if (!trace.failed.empty() && !WAYBILL_MUTANT(failed_rule_unseen)) {
        const RuleFailure& first = trace.failed.front();
        const auto fault = static_cast<rules::EvalFault>(first.fault);
        OrderException failed;
        failed.kind = rule_failed_kind;
        failed.reason = rules.source.automation[first.rule].code + " " + std::string(rules::fault_text(fault));
        failed.raised_at = context.now;
        failed.raised_by = rule_name(rules, first.rule);
        out.push_back(std::move(failed));
    }
    if (!WAYBILL_MUTANT(exception_of_rule_lost)) std::move(wanted.begin(), wanted.end(), std::back_inserter(out));
    std::erase_if(out, [&](const OrderException& exception) {
        return std::any_of(open.begin(), open.end(),
                           [&](const OrderException& other) { return other.kind == exception.kind; });
    });
    const std::size_t most = limits::order_exceptions_by_rules_max;
    out.resize(std::min(out.size(), most - std::min(open.size(), most)));
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.kind < b.kind; });
    return out;
}

bool requires_sources(const AutomationRule& rule) {
    return std::any_of(rule.then.begin(), rule.then.end(),
                       [](const RuleAction& action) { return std::holds_alternative<RequireSources>(action); });
}

/// Looks at the rules of a moment; nothing where none fires.
std::optional<Effects> look_at_rules(Moment moment, const CompiledRules& rules, const Order& order,
                                     const TenantState& state, const Context& context, RulesTrace& trace) {
    std::optional<Effects> effects;
    rules::Scratch own;
    rules::Scratch& scratch = context.scratch == nullptr ? own : *context.scratch;
    OrderFacts facts(order, order.tags, state, context);
    facts.know_available(trace.available);
    for (const std::uint16_t r : rules.of(moment)) {
        scratch.reset();
        const auto held = rules::evaluate(rules.automation[r], facts, scratch);
        if (!held) {
            trace.failed.push_back({r, static_cast<std::uint8_t>(held.error())});
            continue;
        }
        if (!rules::truthy(*held)) continue;
        trace.fired.push_back(r);
        if (!effects) {
            effects.emplace();
            effects->policy = order.routing;
        }
        const AutomationRule& rule = rules.source.automation[r];
        const std::string by = rule_name(rules, r);
        for (const RuleAction& action : rule.then) effects->add(action, by, context);
        add_sorted(effects->policy.forbidden_locations, rules.forbidden[r]);
        if (requires_sources(rule)) effects->policy.required_locations = rules.required[r];
        if (rule.stop && !WAYBILL_MUTANT(stopped_rules_go_on)) break;
    }
    return effects;
}

/// Exceptions that rules resolve: those that are open and that no rule raises.
void note_resolved(Effects& effects, const Order& order, OrderMarked& out) {
    std::sort(effects.resolved.begin(), effects.resolved.end());
    effects.resolved.erase(std::unique(effects.resolved.begin(), effects.resolved.end()), effects.resolved.end());
    for (std::string& kind : effects.resolved) {
        const bool is_raised = std::any_of(effects.raised.begin(), effects.raised.end(),
                                           [&](const OrderException& exception) { return exception.kind == kind; });
        const bool fails_again = kind == rule_failed_kind && !out.rules.failed.empty();
        if (find_exception(order, kind) != nullptr && !is_raised && !fails_again)
            out.resolved.push_back(std::move(kind));
    }
}

}  // namespace

RulesTrace apply_placed_rules(const CompiledRules& rules, std::vector<std::int64_t> available, Order& order,
                              const TenantState& state, const Context& context) {
    RulesTrace trace;
    trace.rule_set = rules.number;
    trace.available = std::move(available);
    if (rules.of(Moment::placed).empty()) return trace;
    auto effects = look_at_rules(Moment::placed, rules, order, state, context, trace);
    const auto raised = [&](std::vector<OrderException> wanted) {
        auto exceptions = exceptions_of(std::move(wanted), rules, trace, order.exceptions, context);
        // The event that places the order is the one that raises them.
        for (OrderException& exception : exceptions) exception.raised_in = Sequence(order.id.raw());
        return exceptions;
    };
    if (!effects) {
        if (!trace.failed.empty()) order.exceptions = raised({});
        return trace;
    }
    substitute(effects->substitutes, order, state, trace);
    if (effects->method != nullptr) set_method(*effects->method, order, state, trace);
    effects->forbid(order.method, context);
    order.exceptions = raised(std::move(effects->raised));
    std::sort(effects->policy.forbidden_kinds.begin(), effects->policy.forbidden_kinds.end());
    auto& kinds = effects->policy.required_kinds;
    std::sort(kinds.begin(), kinds.end());
    kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
    order.routing = std::move(effects->policy);
    add_tags(std::move(effects->tags), order.tags, trace);
    if (effects->priority && *effects->priority != order.priority) {
        trace.priority_before = order.priority;
        order.priority = *effects->priority;
    }
    if (WAYBILL_MUTANT(rule_hold_lost)) return trace;
    for (OrderHold& hold : effects->holds) put_hold(order.holds, std::move(hold));
    return trace;
}

OrderMarked rules_after(Moment moment, const CompiledRules& rules, const Order& order, const TenantState& state,
                        const Context& context, std::string_view spared) {
    OrderMarked out;
    out.order = order.id;
    out.moment = moment;
    out.rules.rule_set = rules.number;
    out.config_sequence = state.config_sequence;
    auto effects = look_at_rules(moment, rules, order, state, context, out.rules);
    if (!effects) {
        if (!out.rules.failed.empty()) out.raised = exceptions_of({}, rules, out.rules, order.exceptions, context);
        return out;
    }
    note_resolved(*effects, order, out);
    out.raised = exceptions_of(std::move(effects->raised), rules, out.rules, order.exceptions, context);
    std::vector<std::string> tags = order.tags;
    add_tags(std::move(effects->tags), tags, out.rules);
    if (effects->priority && *effects->priority != order.priority) out.priority = effects->priority;
    std::sort(effects->released.begin(), effects->released.end());
    const auto placed = [&](const std::string& code) {
        return std::any_of(effects->holds.begin(), effects->holds.end(),
                           [&](const OrderHold& hold) { return hold.code == code; });
    };
    for (std::string& code : effects->released) {
        const OrderHold* hold = order.find_hold(code);
        if (hold == nullptr || hold->stops(HoldBlock::routing)) continue;
        const bool is_again = !out.released.empty() && out.released.back() == code;
        if (!placed(code) && !is_again) out.released.push_back(std::move(code));
    }
    // Of what is closed only goods that come back can be stopped.
    if (order.is_closed()) {
        std::erase_if(effects->holds, [](const OrderHold& hold) { return !hold.stops(HoldBlock::returning); });
    }
    std::size_t room =
        limits::order_holds_by_rules_max - std::min(order.holds.size(), limits::order_holds_by_rules_max);
    for (OrderHold& hold : effects->holds) {
        // What a release has just made possible no rule makes impossible again.
        const bool undoes = !spared.empty() && (hold.code == spared || hold.stops(HoldBlock::routing));
        if (order.find_hold(hold.code) != nullptr || room == 0) continue;
        const bool was_freed = moment == Moment::before_release &&
                               std::binary_search(order.freed_of.begin(), order.freed_of.end(), hold.code);
        if (was_freed) continue;
        if (undoes && !WAYBILL_MUTANT(hold_put_back)) continue;
        --room;
        out.holds.push_back(std::move(hold));
    }
    return out;
}

RuleFilters::RuleFilters(const FilteredStrategy& source, const std::vector<rules::Program>& conditions,
                         const OrderFacts& facts, rules::Scratch& scratch)
    : source_(source), conditions_(conditions), facts_(facts), scratch_(scratch) {
    for (const LocationFilter& filter : source.filters) soft_ += filter.hard ? 0 : 1;
}

std::optional<FilterVerdict> RuleFilters::refuses(LocationIx location, const CandidateFacts& facts,
                                                  std::uint32_t relaxed) const {
    facts_.look_at({location, facts.distance_m});
    const std::uint32_t soft_in_force = soft_ - std::min(relaxed, soft_);
    std::uint32_t soft_seen = 0;
    std::optional<FilterVerdict> soft_verdict;
    for (std::uint16_t f = 0; f < conditions_.size(); ++f) {
        const bool hard = source_.filters[f].hard;
        if (!hard && (++soft_seen > soft_in_force || soft_verdict)) continue;
        scratch_.reset();
        const auto held = rules::evaluate(conditions_[f], facts_, scratch_);
        // A condition that can not be worked out keeps nobody out.
        if (!held || rules::truthy(*held)) continue;
        if (hard && !WAYBILL_MUTANT(hard_filter_ignored)) return FilterVerdict{f, true};
        if (hard) continue;
        soft_verdict = FilterVerdict{f, false};
    }
    return soft_verdict;
}

RuleRouting::RuleRouting(const CompiledRules& rules, const Order& order, const TenantState& state,
                         const Context& context)
    : rules_(rules),
      facts_(order, order.tags, state, context),
      scratch_(context.scratch == nullptr ? own_scratch_ : *context.scratch) {}

void RuleRouting::choose(RulesTrace& trace) {
    facts_.know_available(trace.available_to_route());
    const std::vector<CompiledBranch>* level = &rules_.routing;
    const CompiledBranch* decides = nullptr;
    std::size_t decides_depth = 0;
    while (true) {
        std::uint16_t b = 0;
        for (; b < level->size(); ++b) {
            scratch_.reset();
            const auto held = rules::evaluate((*level)[b].when, facts_, scratch_);
            if (held && rules::truthy(*held)) break;
        }
        if (b == level->size() || (WAYBILL_MUTANT(inner_branch_ignored) && decides != nullptr)) break;
        trace.branch.push_back(b);
        const CompiledBranch& taken = (*level)[b];
        if (!taken.strategies.empty()) {
            decides = &taken;
            decides_depth = trace.branch.size();
        }
        level = &taken.branches;
    }
    // Branches that were taken and led no further than their parent say nothing.
    trace.branch.resize(decides_depth);
    if (decides != nullptr) take(*decides);
}

bool RuleRouting::follow(const RulesTrace& trace) {
    facts_.know_available(trace.available_to_route());
    const std::vector<CompiledBranch>* level = &rules_.routing;
    const CompiledBranch* at = nullptr;
    for (const std::uint16_t b : trace.branch) {
        if (b >= level->size()) return false;
        at = &(*level)[b];
        level = &at->branches;
    }
    if (at != nullptr) take(*at);
    return true;
}

void RuleRouting::take(const CompiledBranch& branch) {
    for (const std::uint16_t s : branch.strategies) {
        const FilteredStrategy& source = rules_.source.strategies[s];
        sources_.push_back(&source);
        StrategyChoice choice{&source.strategy, nullptr};
        if (!source.filters.empty())
            choice.filters = &filters_.emplace_back(source, rules_.filters[s], facts_, scratch_);
        choices_.push_back(choice);
    }
}

RuledRoute route_by_rules(const RouteRequest& request, const Order& order, const CompiledRules* rules,
                          RulesTrace& trace, const TenantState& state, const Context& context) {
    if (rules == nullptr || rules->routing.empty()) {
        return {route(request, state, context), request.policy.on_shortage};
    }
    trace.rule_set = rules->number;
    if (rules->reads_availability && trace.available.empty()) {
        trace.available = available_by_line(order, request, state);
    } else if (rules->reads_availability && has_other_sources(order, trace)) {
        // The rules of `placed` saw the order as it came, the tree sees what they made of it.
        auto after = available_by_line(order, request, state);
        if (after != trace.available) trace.available_after = std::move(after);
    }
    RuleRouting routing(*rules, order, state, context);
    routing.choose(trace);
    RuledRoute out{route_by_strategies(request, routing.choices(), state, context), request.policy.on_shortage};
    if (routing.choices().empty()) return out;
    const auto& own = routing.choices()[out.routed.choice].strategy->on_shortage;
    if (own) out.on_shortage = *own;
    return out;
}

}  // namespace waybill::core
