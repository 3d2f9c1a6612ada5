#pragma once
// SaveRuleSet, ActivateRuleSet, RollBackRuleSet: the life of a version.

#include "core/decide.hpp"

namespace waybill::core {

/// A rule set equal to the newest version makes no new one.
/// Errors: as compile_rules; too_many_rows.
[[nodiscard]] Result<Decision, Rejection> decide(const SaveRuleSet& command, const TenantState& state,
                                                 const Context& context);

/// Errors: unknown_rule_set, golden_order_failed, invalid_request (an instant in the past), too_many_rows.
[[nodiscard]] Result<Decision, Rejection> decide(const ActivateRuleSet& command, const TenantState& state,
                                                 const Context& context);

/// Golden orders are not asked. Errors: nothing_to_roll_back, too_many_rows.
[[nodiscard]] Result<Decision, Rejection> decide(const RollBackRuleSet& command, const TenantState& state,
                                                 const Context& context);

}  // namespace waybill::core
