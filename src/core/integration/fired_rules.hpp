#pragma once
// The rules that took part in an event. Nothing of them is kept in it but which of which version fired, and versions
// never change.

#include "base/mutant.hpp"
#include "core/events.hpp"
#include "core/state.hpp"

namespace waybill::core {

/// nullptr: no rules of its own take part in such an event.
[[nodiscard]] inline const RulesTrace* rules_of(const Event& event) {
    if (const auto* placed = std::get_if<OrderPlaced>(&event)) return &placed->rules;
    if (const auto* marked = std::get_if<OrderMarked>(&event); marked != nullptr && !WAYBILL_MUTANT(later_call_lost))
        return &marked->rules;
    return nullptr;
}

/// Calls `visit` with every rule that fired in `event`, in the order of the rule set. Looks at committed rows only: the
/// event has to be one of those that led to them, or before.
template <class Visit>
void each_fired_rule(const Event& event, const TenantState& state, Visit visit) {
    const RulesTrace* trace = rules_of(event);
    if (trace == nullptr || trace->rule_set == 0 || trace->rule_set > state.rule_sets.rows.committed_size()) return;
    const std::uint32_t number =
        WAYBILL_MUTANT(newest_rules_call) ? state.rule_sets.rows.committed_size() : trace->rule_set;
    const auto& rules = state.rule_sets.rows.committed(number - 1).rules.automation;
    for (const std::uint16_t fired : trace->fired) {
        if (fired < rules.size()) visit(rules[fired]);
    }
}

}  // namespace waybill::core
