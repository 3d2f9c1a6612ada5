#include "core/automation/apply_rules.hpp"

#include <algorithm>

#include "base/mutant.hpp"
#include "core/limits.hpp"
#include "core/rules/evaluate.hpp"

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
    RoutingPolicy policy;

    void add(const RuleAction& action) {
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
        } else if (const auto* shortage = std::get_if<SetOnShortage>(&action)) {
            policy.on_shortage = shortage->on_shortage;
        }
    }

    void apply(Order& order, RulesTrace& trace) {
        std::sort(policy.forbidden_kinds.begin(), policy.forbidden_kinds.end());
        order.routing = std::move(policy);
        std::sort(tags.begin(), tags.end());
        for (std::string& tag : tags) {
            const auto place = std::lower_bound(order.tags.begin(), order.tags.end(), tag);
            if (place != order.tags.end() && *place == tag) continue;
            if (order.tags.size() == limits::order_tags_with_rules_max) break;
            if (!WAYBILL_MUTANT(rule_tag_lost)) order.tags.insert(place, tag);
            trace.tags_added.push_back(std::move(tag));
        }
    }
};

}  // namespace

RulesTrace apply_placed_rules(const CompiledRules& rules, Order& order, const TenantState& state,
                              const Context& context) {
    RulesTrace trace;
    trace.rule_set = rules.number;
    if (rules.automation.empty()) return trace;
    rules::Scratch own;
    rules::Scratch& scratch = context.scratch == nullptr ? own : *context.scratch;
    const OrderFacts facts(order, order.tags, state, context);
    std::optional<Effects> effects;
    for (std::uint16_t r = 0; r < rules.automation.size(); ++r) {
        scratch.reset();
        const auto held = rules::evaluate(rules.automation[r], facts, scratch);
        if (!held) {
            trace.failed.push_back({r, static_cast<std::uint8_t>(held.error())});
            continue;
        }
        if (!rules::truthy(*held)) continue;
        trace.fired.push_back(r);
        if (!effects) effects = Effects{{}, order.routing};
        const AutomationRule& rule = rules.source.automation[r];
        for (const RuleAction& action : rule.then) effects->add(action);
        add_sorted(effects->policy.forbidden_locations, rules.forbidden[r]);
        if (rule.stop && !WAYBILL_MUTANT(stopped_rules_go_on)) break;
    }
    if (effects) effects->apply(order, trace);
    return trace;
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
    RuleRouting routing(*rules, order, state, context);
    routing.choose(trace);
    RuledRoute out{route_by_strategies(request, routing.choices(), state, context), request.policy.on_shortage};
    if (routing.choices().empty()) return out;
    const auto& own = routing.choices()[out.routed.choice].strategy->on_shortage;
    if (own) out.on_shortage = *own;
    return out;
}

}  // namespace waybill::core
