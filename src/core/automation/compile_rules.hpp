#pragma once
// From a rule set as it is written to what is evaluated for every order: conditions compiled against the facts, codes
// resolved, every fault named. A rule set that compiles once compiles for ever, since locations and channels are never
// removed and the fact model only grows.

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/automation/rule_set.hpp"
#include "core/rejection.hpp"
#include "core/rules/named_lists.hpp"
#include "core/rules/program.hpp"

namespace waybill::core {

struct TenantState;

struct CompiledBranch {
    rules::Program when;
    std::vector<std::uint16_t> strategies;  ///< indexes
    std::vector<CompiledBranch> branches;
};

struct CompiledRules {
    std::uint32_t number = 0;  ///< of the version; 0: not saved
    RuleSet source;
    rules::NamedLists lists;
    std::vector<rules::Program> automation;                     ///< conditions, by rule
    std::array<std::vector<std::uint16_t>, moments> by_moment;  ///< indexes of rules, ascending
    std::vector<std::vector<LocationIx>> forbidden;    ///< by rule: locations that it forbids by name, ascending
    std::vector<std::vector<LocationIx>> required;     ///< by rule: those of its last require_sources, ascending
    std::vector<std::vector<rules::Program>> filters;  ///< by strategy, by filter
    std::vector<CompiledBranch> routing;
    bool reads_availability = false;  ///< a condition may read `line.available`

    [[nodiscard]] const std::vector<std::uint16_t>& of(Moment moment) const {
        return by_moment[static_cast<std::size_t>(moment)];
    }
};

/// Errors, added to `faults`: invalid_request, invalid_rule, unknown_strategy, unknown_location,
/// unknown_channel, unknown_sku; the pointers are those of the rule set. The result is usable only when there are none.
/// Whether items are active and customers can collect at a place is not looked at: it may change, and the rule stays.
[[nodiscard]] std::shared_ptr<CompiledRules> compile_rules(RuleSet rules, const TenantState& state, Faults& faults);

/// A saved version, ready to decide; the one that the state keeps where it has one. Errors: unknown_rule_set, and those
/// of compile_rules where this build can not read it any more.
[[nodiscard]] Result<std::shared_ptr<const CompiledRules>, Rejection> compiled_version(const TenantState& state,
                                                                                       std::uint32_t number);

}  // namespace waybill::core
