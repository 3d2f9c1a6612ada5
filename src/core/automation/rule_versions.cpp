#include "core/automation/rule_versions.hpp"

#include <vector>

#include "base/mutant.hpp"
#include "core/automation/compile_rules.hpp"
#include "core/state.hpp"

namespace waybill::core {

std::uint32_t rule_set_at(const TenantState& state, Instant now) {
    for (std::uint32_t ix = state.activations.size(); ix > 0; --ix) {
        const RuleActivation& activation = state.activations[ix - 1];
        if (activation.from <= now || WAYBILL_MUTANT(rules_take_effect_early)) return activation.number;
    }
    return 0;
}

namespace {

/// Whether another activation took the place of this one before its instant came. Only those have to be looked at that
/// were not to come at once.
bool was_replaced(const TenantState& state, std::uint32_t at) {
    const RuleActivation& activation = state.activations[at];
    if (activation.from <= activation.made_at) return false;
    for (std::uint32_t ix = at + 1; ix < state.activations.size(); ++ix) {
        const RuleActivation& later = state.activations[ix];
        if (later.made_at >= activation.from) return false;
        if (later.from <= activation.from) return true;
    }
    return false;
}

}  // namespace

std::size_t scheduled_at(const TenantState& state, Instant now) {
    std::size_t count = 0;
    Instant earliest;
    for (std::uint32_t ix = state.activations.size(); ix > 0; --ix) {
        const RuleActivation& activation = state.activations[ix - 1];
        if (activation.from <= now) break;
        // One that comes no earlier than a later one was replaced by it.
        if (count > 0 && activation.from >= earliest) continue;
        earliest = activation.from;
        ++count;
    }
    return count;
}

std::optional<std::uint32_t> rule_set_before(const TenantState& state, Instant now) {
    // A stack: going back to the one below the top takes the top away.
    std::vector<std::uint32_t> decided{0};
    for (std::uint32_t ix = 0; ix < state.activations.size(); ++ix) {
        const RuleActivation& activation = state.activations[ix];
        if (activation.from > now || activation.number == decided.back() || was_replaced(state, ix)) continue;
        if (decided.size() > 1 && activation.rolls_back && decided[decided.size() - 2] == activation.number) {
            decided.pop_back();
        } else {
            decided.push_back(activation.number);
        }
    }
    if (decided.size() < 2) return std::nullopt;
    return decided[decided.size() - 2];
}

const CompiledRules* rules_at(const TenantState& state, Instant now) {
    const std::uint32_t number = rule_set_at(state, now);
    return number == 0 ? nullptr : state.compiled_rules.read(number - 1).get();
}

void compile_current_rules(TenantState& state, Instant now) {
    if (WAYBILL_MUTANT(rules_forgotten_on_load)) return;
    for (std::uint32_t ix = state.activations.size(); ix > 0; --ix) {
        const RuleActivation& activation = state.activations[ix - 1];
        if (activation.number != 0 && !state.compiled_rules.read(activation.number - 1)) {
            compile_version(state, activation.number);
        }
        if (activation.from <= now) break;
    }
}

void compile_version(TenantState& state, std::uint32_t number) {
    if (auto compiled = compiled_version(state, number)) state.compiled_rules.write(number - 1) = *std::move(compiled);
}

}  // namespace waybill::core
