#pragma once
// Versions of a tenant's rule set, and which of them decides when. A version never changes; an activation says from
// which instant on one decides. Of the activations whose instant has come the last one in the log counts, so that an
// activation replaces those that were to come at its instant or later.

#include <boost/describe.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/instant.hpp"
#include "core/automation/rule_set.hpp"

namespace waybill::core {

struct CompiledRules;  // core/automation/compile_rules.hpp
struct TenantState;

struct RuleSetVersion {
    std::uint32_t number = 0;
    RuleSet rules;
    Instant saved_at;
    std::string saved_by;       ///< "key_12"
    std::uint64_t version = 0;  ///< sequence of the event that saved it
    bool operator==(const RuleSetVersion&) const = default;
};
BOOST_DESCRIBE_STRUCT(RuleSetVersion, (), (number, rules, saved_at, saved_by, version))

struct RuleActivation {
    std::uint32_t number = 0;  ///< of the rule set; 0: none decides
    Instant from;
    Instant made_at;
    std::string made_by;  ///< "key_12"
    std::string reason;
    bool rolls_back = false;    ///< to what decided before
    std::uint64_t version = 0;  ///< sequence of the event that made it
    bool operator==(const RuleActivation&) const = default;
};
BOOST_DESCRIBE_STRUCT(RuleActivation, (), (number, from, made_at, made_by, reason, rolls_back, version))

/// Number of the version that decides at `now`; 0: none. Cost: a look at the last activations.
[[nodiscard]] std::uint32_t rule_set_at(const TenantState& state, Instant now);
/// The rules that decide at `now`; nullptr: none, or a version that this build can not read any more.
[[nodiscard]] const CompiledRules* rules_at(const TenantState& state, Instant now);

/// How many activations have still to come at `now`.
[[nodiscard]] std::size_t scheduled_at(const TenantState& state, Instant now);
/// The version that decided before the one that decides at `now`; 0: none did. Going back twice goes on to the one
/// before that, not forward again. nullopt: none decides and none ever did.
[[nodiscard]] std::optional<std::uint32_t> rule_set_before(const TenantState& state, Instant now);

/// Makes the version ready to decide. REQUIRES: it was saved. One that this build can not read any more decides
/// nothing.
void compile_version(TenantState& state, std::uint32_t number);
/// Compiles the versions that decide at `now` or later. For a state whose rows were loaded.
void compile_current_rules(TenantState& state, Instant now);

}  // namespace waybill::core
