#pragma once
// Golden orders: examples with their expected outcome, kept with the rule set. An example brings its own stock, so that
// what comes of it depends on rules and configuration alone; capacity is taken to be free.

#include <string>
#include <vector>

#include "core/automation/compile_rules.hpp"
#include "core/decide.hpp"

namespace waybill::core {

struct GoldenResult {
    std::string code;
    std::vector<std::string> differences;  ///< sentences; empty: it came out as it says
    [[nodiscard]] bool passed() const { return differences.empty(); }
};

/// One for each golden order, in their order. Takes nothing. Cost: a routing decision each.
[[nodiscard]] std::vector<GoldenResult> run_golden_orders(const CompiledRules& rules, const TenantState& state,
                                                          const Context& context);

}  // namespace waybill::core
