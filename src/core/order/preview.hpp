#pragma once
// From an order as a caller describes it to the routing request that placing it would make.

#include "base/result.hpp"
#include "core/automation/explain_rules.hpp"
#include "core/commands.hpp"
#include "core/decide.hpp"
#include "core/routing/explain.hpp"

namespace waybill::core {

struct Preview {
    Explanation routing;
    std::optional<ExplainedRules> rules;  ///< none: no rule set decided
};

/// What placing the order would decide now, explained. `rules` may be a version that does not decide; nullptr: none.
/// The customer is not looked up: the caller says which group to take, and one who is named counts as known.
/// Errors: as placing it, except those about money, customers and duplicates.
[[nodiscard]] Result<Preview, Rejection> preview_order(const PlaceOrder& command, const CompiledRules* rules,
                                                       const std::string& customer_group, const TenantState& state,
                                                       const Context& context);

/// As if there were no rules. Errors: as preview_order.
[[nodiscard]] Result<RouteRequest, Rejection> preview_request(const PlaceOrder& command, const TenantState& state,
                                                              const Context& context);

}  // namespace waybill::core
