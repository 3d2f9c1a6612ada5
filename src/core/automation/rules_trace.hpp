#pragma once
// RulesTrace: which rules took part in a decision, small enough to be kept for every order. What they looked at is
// worked out again from the order and the version (core/automation/explain_rules.hpp).

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/order/order.hpp"

namespace waybill::core {

/// An automation rule whose condition could not be worked out; it did not apply.
struct RuleFailure {
    std::uint16_t rule = 0;  ///< its index in the rule set
    std::uint8_t fault = 0;  ///< rules::EvalFault
    bool operator==(const RuleFailure&) const = default;
};
BOOST_DESCRIBE_STRUCT(RuleFailure, (), (rule, fault))

/// A line that is served with another item than was ordered, as it came. The item ordered is in the line.
struct LineAsOrdered {
    LineNo line_no;
    std::int64_t quantity = 0;  ///< base units of the item ordered
    std::vector<KitTake> takes;
    bool operator==(const LineAsOrdered&) const = default;
};
BOOST_DESCRIBE_STRUCT(LineAsOrdered, (), (line_no, quantity, takes))

/// How an order was to be fulfilled before a rule changed that.
struct MethodAsOrdered {
    FulfillmentMethod method = FulfillmentMethod::ship;
    LocationIx pickup_location = no_index;
    GeoPoint point;  ///< of the ship-to: of a pick-up it is not looked for
    bool operator==(const MethodAsOrdered&) const = default;
};
BOOST_DESCRIBE_STRUCT(MethodAsOrdered, (), (method, pickup_location, point))

struct RulesTrace {
    std::uint32_t rule_set = 0;                   ///< number of the version that decided; 0: none
    std::vector<std::uint16_t> fired;             ///< automation rules by index, ascending
    std::vector<RuleFailure> failed;              ///< ascending by rule
    std::vector<std::string> tags_added;          ///< that the order did not have before, ascending
    std::optional<std::int32_t> priority_before;  ///< of an order that is placed, where a rule set another
    std::vector<std::int64_t> available;          ///< of each line, where the rule set has a condition that may read it
    std::vector<std::uint16_t> branch;       ///< the way through the routing tree: index among its siblings, root first
    std::vector<LineAsOrdered> substituted;  ///< lines that rules of `placed` have served otherwise, ascending
    std::optional<MethodAsOrdered> method_before;  ///< of an order that is placed, where a rule set another
    /// `available` as the routing tree and filters see it, where it is another than before the rules of `placed`.
    std::vector<std::int64_t> available_after;

    /// What each line could have when the order is routed.
    [[nodiscard]] const std::vector<std::int64_t>& available_to_route() const {
        return available_after.empty() ? available : available_after;
    }
    bool operator==(const RulesTrace&) const = default;
};
BOOST_DESCRIBE_STRUCT(RulesTrace, (),
                      (rule_set, fired, failed, tags_added, priority_before, available, branch, substituted,
                       method_before, available_after))

}  // namespace waybill::core
