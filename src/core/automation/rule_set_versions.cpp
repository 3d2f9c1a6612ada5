#include "core/automation/rule_set_versions.hpp"

#include "base/mutant.hpp"
#include "core/automation/compile_rules.hpp"
#include "core/automation/golden_orders.hpp"
#include "core/field_checks.hpp"
#include "core/limits.hpp"
#include "core/order/order_input.hpp"

namespace waybill::core {
namespace {

Decision activation_of(RuleSetActivated event) {
    Decision decision;
    decision.outcome.object = {AggregateKind::rule_set, event.number};
    decision.events.emplace_back(std::move(event));
    return decision;
}

Result<Unit, Rejection> check_activations(const TenantState& state) {
    return check_room(state.activations.size(), limits::rule_activations_max, "activations");
}

/// What keeps the version from deciding. Its golden orders run on the configuration of now.
Result<Unit, Rejection> check_golden(std::uint32_t number, const TenantState& state, const Context& context) {
    if (number == 0) return Unit{};
    const auto rules = compiled_version(state, number);
    if (!rules) return fail(rules.error());
    Faults faults;
    std::size_t ix = 0;
    for (const GoldenResult& result : run_golden_orders(**rules, state, context)) {
        if (WAYBILL_MUTANT(golden_orders_ignored)) break;
        for (const std::string& difference : result.differences) {
            faults.add(at("/golden_orders", ix), Reject::golden_order_failed, result.code + ": " + difference);
        }
        ++ix;
    }
    if (faults.any()) return faults.take();
    return Unit{};
}

/// Customers can collect where a rule sends them to: told when it is saved. Later the place may change, and then the
/// rule does not do it.
void check_pickups(const RuleSet& rules, const TenantState& state, Faults& faults) {
    for (std::size_t r = 0; r < rules.automation.size(); ++r) {
        const std::vector<RuleAction>& then = rules.automation[r].then;
        for (std::size_t a = 0; a < then.size(); ++a) {
            const auto* set = std::get_if<SetMethod>(&then[a]);
            if (set == nullptr || set->method != FulfillmentMethod::pickup) continue;
            const auto place = state.locations.find(set->location);
            if (!place || takes_pickups(state.locations[*place])) continue;
            faults.add(at(at("/automation", r) + "/then", a, "location"), Reject::pickup_location_invalid,
                       "customers can not collect at " + set->location);
        }
    }
}

}  // namespace

Result<Decision, Rejection> decide(const SaveRuleSet& command, const TenantState& state, const Context& context) {
    Faults faults;
    (void)compile_rules(command.rules, state, faults);
    check_pickups(command.rules, state, faults);
    if (faults.any()) return faults.take();
    Decision decision;
    const std::uint32_t count = state.rule_sets.size();
    decision.outcome.object = {AggregateKind::rule_set, count};
    if (count > 0 && state.rule_sets[count - 1].rules == command.rules && !WAYBILL_MUTANT(equal_rules_saved_again))
        return decision;
    if (auto room = check_room(count, limits::rule_sets_max, "rule sets"); !room) return fail(std::move(room).error());
    decision.outcome.object.id = count + 1;
    decision.events.emplace_back(RuleSetSaved{count + 1, command.rules, context.actor});
    return decision;
}

Result<Decision, Rejection> decide(const ActivateRuleSet& command, const TenantState& state, const Context& context) {
    Faults faults;
    check_text(faults, "/reason", command.reason, 0, limits::note_bytes_max);
    if (command.at.is_set() && command.at < context.now) {
        faults.add("/at", Reject::invalid_request, "is in the past");
    }
    const Instant from = command.at.is_set() ? command.at : context.now;
    if (from > context.now && scheduled_at(state, context.now) >= limits::scheduled_activations_max) {
        faults.add("/at", Reject::too_many_rows,
                   "at most " + std::to_string(limits::scheduled_activations_max) + " activations may be to come");
    }
    if (faults.any()) return faults.take();
    if (auto room = check_activations(state); !room) return fail(std::move(room).error());
    if (auto golden = check_golden(command.number, state, context); !golden) return fail(std::move(golden).error());
    if (command.number == 0 && state.activations.size() == 0) {
        faults.add("/rule_set", Reject::invalid_request, "no rule set was ever activated");
        return faults.take();
    }
    if (from == context.now && rule_set_at(state, context.now) == command.number &&
        scheduled_at(state, context.now) == 0) {
        Decision decision;
        decision.outcome.object = {AggregateKind::rule_set, command.number};
        return decision;
    }
    return activation_of({command.number, from, command.reason, false, context.actor});
}

Result<Decision, Rejection> decide(const RollBackRuleSet& command, const TenantState& state, const Context& context) {
    Faults faults;
    check_text(faults, "/reason", command.reason, 0, limits::note_bytes_max);
    if (faults.any()) return faults.take();
    const auto before = rule_set_before(state, context.now);
    if (!before) return reject(Reject::nothing_to_roll_back);
    // It decided before: who goes back in an emergency is not kept by an example.
    if (auto room = check_activations(state); !room) return fail(std::move(room).error());
    const std::uint32_t number = WAYBILL_MUTANT(rollback_goes_nowhere) ? rule_set_at(state, context.now) : *before;
    return activation_of({number, context.now, command.reason, true, context.actor});
}

}  // namespace waybill::core
