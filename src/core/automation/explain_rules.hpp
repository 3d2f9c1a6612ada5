#pragma once
// explain_rules: which rules took part in a decision and why, worked out again from the order and the version that
// decided: of every automation rule and every branch on the way whether it held, and the facts it read.

#include <optional>
#include <string>
#include <vector>

#include "core/automation/compile_rules.hpp"
#include "core/automation/rules_trace.hpp"
#include "core/decide.hpp"
#include "core/order/order.hpp"
#include "core/rules/evaluate.hpp"

namespace waybill::core {

enum class RuleVerdict : std::uint8_t {
    fired,
    did_not_hold,
    failed,      ///< it could not be worked out; see `fault`
    not_reached  ///< a rule before it, or a branch beside it, was taken
};
BOOST_DESCRIBE_ENUM(RuleVerdict, fired, did_not_hold, failed, not_reached)

struct ExplainedRule {
    std::string code;
    std::string name;
    Moment moment = Moment::placed;  ///< of a branch without meaning
    RuleVerdict verdict = RuleVerdict::not_reached;
    std::string fault;                  ///< of `failed`
    std::vector<rules::ReadFact> read;  ///< what decided; empty when not reached
};

/// A line that is served with another item than was ordered.
struct ExplainedSubstitute {
    LineNo line_no;
    ItemIx ordered = 0;
    std::int64_t ordered_quantity = 0;  ///< base units
    ItemIx item = 0;
    std::int64_t quantity = 0;  ///< base units of `item`
};

struct ExplainedMethod {
    FulfillmentMethod method = FulfillmentMethod::ship;
    LocationIx pickup_location = no_index;
};

/// The sources that a rule of `placed` left the order.
struct ExplainedSources {
    std::vector<LocationKind> kinds;
    std::vector<LocationIx> locations;
};

struct ExplainedRules {
    std::uint32_t rule_set = 0;
    bool reproduced = true;  ///< running the rules again fires the same ones and goes the same way
    std::vector<ExplainedRule> automation;
    std::vector<ExplainedRule> branches;  ///< those looked at on the way through the tree, in that order
    std::string strategy;                 ///< code of the one that decided; empty: none
    std::vector<std::string> tags_added;
    // What the rules of `placed` changed of the order itself; not of a re-route.
    std::vector<ExplainedSubstitute> substitutes;  ///< ascending by line
    std::optional<ExplainedMethod> method;         ///< set by a rule
    std::optional<ExplainedSources> required;
};

enum class RulesOf : std::uint8_t {
    placing,
    rerouting,
    holding,  ///< placing an order that a hold kept from being routed
};

/// `order` as the decision left it; `strategy` as RoutingTrace has it. `context.now` is the instant of the decision.
/// Placing runs the automation of Moment::placed and the tree, holding the first alone, re-routing only the tree.
[[nodiscard]] ExplainedRules explain_rules(const CompiledRules& rules, const Order& order, const RulesTrace& trace,
                                           std::uint32_t strategy, RulesOf of, const TenantState& state,
                                           const Context& context);

/// The rules of a later moment, on the order as they saw it. Branches and strategy are empty.
[[nodiscard]] ExplainedRules explain_moment(const CompiledRules& rules, Moment moment, const Order& order,
                                            const RulesTrace& trace, const TenantState& state, const Context& context);

}  // namespace waybill::core
