#pragma once
// Rules of the made-up retailer, as many as asked for, of the kinds that merchants write: a quarter each looks at the
// total and the channel, at a tag, at the country and the customer's group, and at every line. Most hold for no order;
// some tag the large ones and those with a popular item, so that a third of all orders carry a trace of rules.

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/automation/rule_set.hpp"
#include "core/commands.hpp"

namespace waybill::bench {

/// What there is of a rule set. Each has what those before it have. None of it changes which plan is the cheapest, so
/// that what is measured is the rules and not other decisions.
enum class RulesExtent : std::uint8_t {
    automation,
    tree,    ///< a routing tree of three branches and a strategy
    filter,  ///< the strategy looks at every location, by a soft filter on its distance
};
[[nodiscard]] std::string_view name_of(RulesExtent extent);

[[nodiscard]] core::RuleSet retailer_rules(std::size_t rules, RulesExtent extent);
/// The commands that save and activate them, in order.
[[nodiscard]] std::vector<core::Command> rules_commands(core::RuleSet rules);

}  // namespace waybill::bench
