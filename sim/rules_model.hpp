#pragma once
// What a rule set does to an order, for the shapes of conditions that the simulator composes: written again from the
// documentation, in a few lines, and not from core.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/automation/rule_set.hpp"

namespace waybill::sim {

/// What conditions look at. Amounts are minor units, a factor of them makes one of the currency.
struct RuleFacts {
    std::string channel;
    std::string group;
    std::set<std::string> tags;
    std::int64_t units = 0;
    std::int64_t total = 0;
    std::int64_t discount = 0;
    std::int64_t factor = 1;
    std::int64_t priority = 0;
    bool lacks = false;           ///< when it is placed: a line wants more units than there are for it
    std::int64_t open_units = 0;  ///< from here on: of the moments after the order was placed
    std::int64_t places = 0;
    std::int64_t released_units = 0;
    std::int64_t picked_units = 0;
    std::int64_t returning_units = 0;
    std::int64_t returned_units = 0;
    std::set<std::string> return_reasons;  ///< of the latest return
    std::set<std::string> refused_by;
    std::set<std::string> holds;
    std::set<std::string> exceptions;
    std::string location;  ///< of filters
    std::string kind;
};

/// False: it names a fact that there is not.
[[nodiscard]] bool is_understood(const JsonValue& when);
/// nullopt: it has no value. REQUIRES: a shape that compose_rules makes.
[[nodiscard]] std::optional<bool> holds(const JsonValue& when, const RuleFacts& facts);

/// Which automation rules of a moment fire and fail, by index.
struct Automated {
    std::vector<std::uint16_t> fired;
    std::vector<std::uint16_t> failed;
};
[[nodiscard]] Automated automate(const core::RuleSet& rules, core::Moment moment, const RuleFacts& facts);
/// "big, vip", as golden orders state it.
[[nodiscard]] std::vector<std::string> codes_of(const core::RuleSet& rules, const std::vector<std::uint16_t>& fired);

/// The way to the innermost branch taken that names strategies; empty: none.
[[nodiscard]] std::vector<std::uint16_t> way_of(const core::RuleSet& rules, const RuleFacts& facts);
/// The strategies at its end, in the order in which they are tried.
[[nodiscard]] std::vector<const core::FilteredStrategy*> strategies_at(const core::RuleSet& rules,
                                                                       const std::vector<std::uint16_t>& way);

}  // namespace waybill::sim
