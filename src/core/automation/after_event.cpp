#include "core/automation/after_event.hpp"

#include "base/mutant.hpp"
#include "core/automation/apply_rules.hpp"
#include "core/evolve.hpp"

namespace waybill::core {
namespace {

bool has_rules(const CompiledRules* rules, Moment moment) {
    return rules != nullptr && !rules->of(moment).empty() && !WAYBILL_MUTANT(later_moments_skipped);
}

}  // namespace

void add_automation(Moment moment, const Order& order, const TenantState& state, const Context& context,
                    Decision& decision, std::string_view spared) {
    const CompiledRules* rules = rules_at(state, context.now);
    if (!has_rules(rules, moment)) return;
    OrderMarked marked = rules_after(moment, *rules, order, state, context, spared);
    if (marked.rules.fired.empty() && marked.rules.failed.empty()) return;
    for (OrderException& exception : marked.raised) {
        exception.raised_in = Sequence(context.next.raw() + decision.events.size());
    }
    decision.events.emplace_back(std::move(marked));
}

void add_automation_after(Moment moment, const Order& before, const TenantState& state, const Context& context,
                          Decision& decision) {
    WAYBILL_ASSERT(decision.events.size() == 1);
    if (!has_rules(rules_at(state, context.now), moment)) return;
    const auto after = evolve_order(decision.events.front(), {context.next, context.now}, &before);
    add_automation(moment, *after, state, context, decision);
}

}  // namespace waybill::core
