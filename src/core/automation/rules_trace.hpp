#pragma once
// RulesTrace: which rules took part in a decision, small enough to be kept for every order. What they looked at is
// worked out again from the order and the version (core/automation/explain_rules.hpp).

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waybill::core {

/// An automation rule whose condition could not be worked out; it did not apply.
struct RuleFailure {
    std::uint16_t rule = 0;  ///< its index in the rule set
    std::uint8_t fault = 0;  ///< rules::EvalFault
    bool operator==(const RuleFailure&) const = default;
};
BOOST_DESCRIBE_STRUCT(RuleFailure, (), (rule, fault))

struct RulesTrace {
    std::uint32_t rule_set = 0;                   ///< number of the version that decided; 0: none
    std::vector<std::uint16_t> fired;             ///< automation rules by index, ascending
    std::vector<RuleFailure> failed;              ///< ascending by rule
    std::vector<std::string> tags_added;          ///< that the order did not have before, ascending
    std::optional<std::int32_t> priority_before;  ///< of an order that is placed, where a rule set another
    std::vector<std::int64_t> available;          ///< of each line, where the rule set has a condition that may read it
    std::vector<std::uint16_t> branch;  ///< the way through the routing tree: index among its siblings, root first
    bool operator==(const RulesTrace&) const = default;
};
BOOST_DESCRIBE_STRUCT(RulesTrace, (), (rule_set, fired, failed, tags_added, priority_before, available, branch))

}  // namespace waybill::core
