#pragma once
// What the rules in force do to an order: automation when it is placed, and the strategies that choose its sources. All
// of it follows from the order, the rule set, configuration and the instant, so that a RulesTrace is enough to work it
// out again.

#include <cstdint>
#include <deque>
#include <span>
#include <string_view>
#include <vector>

#include "core/automation/compile_rules.hpp"
#include "core/automation/order_facts.hpp"
#include "core/automation/rules_trace.hpp"
#include "core/decide.hpp"
#include "core/events.hpp"
#include "core/order/order.hpp"
#include "core/routing/location_filters.hpp"
#include "core/routing/route.hpp"

namespace waybill::core {

/// Looks at the rules of Moment::placed in their order and does what those say that fire: tags are added, forbidden
/// sources add up, of settings the last rule's counts. A condition that can not be worked out does not fire and is in
/// the trace. Holds are put on, the priority is set, lines are substituted and the method is set; an order whose method
/// is forbidden then is held. Cost: the conditions' steps; no allocation unless a rule fires.
/// `available`: what each line could have, where a condition may read it (available_by_line).
[[nodiscard]] RulesTrace apply_placed_rules(const CompiledRules& rules, std::vector<std::int64_t> available,
                                            Order& order, const TenantState& state, const Context& context);

/// The same at a later moment. The order stays as it is: what the rules do is in the event, which names them also where
/// they do nothing that was not so before. A hold that some rule places no rule takes off, nor one that blocks routing;
/// on an order of which nothing is left no hold is placed. `spared`: the code of a hold that somebody is releasing;
/// then none of that code is placed and none that blocks routing.
[[nodiscard]] OrderMarked rules_after(Moment moment, const CompiledRules& rules, const Order& order,
                                      const TenantState& state, const Context& context, std::string_view spared = {});

/// The filters of one strategy for one order.
class RuleFilters final : public LocationFilters {
public:
    RuleFilters(const FilteredStrategy& source, const std::vector<rules::Program>& conditions, const OrderFacts& facts,
                rules::Scratch& scratch);

    [[nodiscard]] std::optional<FilterVerdict> refuses(LocationIx location, const CandidateFacts& facts,
                                                       std::uint32_t relaxed) const override;
    [[nodiscard]] std::uint32_t soft_filters() const override { return soft_; }

private:
    const FilteredStrategy& source_;
    const std::vector<rules::Program>& conditions_;
    mutable OrderFacts facts_;
    rules::Scratch& scratch_;
    std::uint32_t soft_ = 0;
};

/// The strategies for one order. Everything given has to outlive it.
class RuleRouting {
public:
    RuleRouting(const CompiledRules& rules, const Order& order, const TenantState& state, const Context& context);

    /// Walks the routing tree and notes the way in `trace`.
    void choose(RulesTrace& trace);
    /// Goes the way that was noted. False: the rule set has no such branch.
    bool follow(const RulesTrace& trace);

    /// None: no branch applies.
    [[nodiscard]] std::span<const StrategyChoice> choices() const { return choices_; }
    [[nodiscard]] const FilteredStrategy& strategy(std::size_t choice) const { return *sources_[choice]; }

private:
    void take(const CompiledBranch& branch);

    const CompiledRules& rules_;
    OrderFacts facts_;
    rules::Scratch own_scratch_;
    rules::Scratch& scratch_;
    std::deque<RuleFilters> filters_;
    std::vector<const FilteredStrategy*> sources_;
    std::vector<StrategyChoice> choices_;
};

/// Routes an order by the rules in force; nullptr: by cost alone. The way through the tree goes to `trace`.
/// `on_shortage` is the order's, unless the strategy that decided has its own.
struct RuledRoute {
    RouteResult routed;
    OnShortage on_shortage = OnShortage::backorder;
};
[[nodiscard]] RuledRoute route_by_rules(const RouteRequest& request, const Order& order, const CompiledRules* rules,
                                        RulesTrace& trace, const TenantState& state, const Context& context);

}  // namespace waybill::core
