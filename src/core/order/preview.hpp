#pragma once
// Orders as they would be decided: one that a caller describes, and one that was placed, by any rules.

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

/// An order that was placed, for seeing it placed again.
struct PlacedBefore {
    const Order& now;            ///< what it holds and has shipped today
    const Order& placed;         ///< as its placing left it
    const RulesTrace& rules;     ///< of its placing
    std::uint32_t strategy = 0;  ///< of its placing, as RoutingTrace has it
};

/// One thing that would come out otherwise than when the order was placed.
struct Difference {
    enum class Of : std::uint8_t {
        rules,
        tags,
        strategy,
        sources,
        priority,
        holds,
        exceptions,
        outcome,
        method,
        items,  ///< a line is served with another item
    };
    Of of = Of::sources;
    std::string text;  ///< "tags: was none, would be big"
};

struct DryRun {
    Preview preview;
    std::vector<Difference> differences;
};

/// What placing the order would decide now, as it came: its lines, where it goes, its customer and the tags it had
/// before rules. It finds the stock and capacity of today as if it had never been placed: what it reserves or has
/// shipped is there again. Takes nothing. Of the order's own wishes for its routing those that a rule replaced are the
/// channel's, and so are the places that may serve it. What rules of later moments would do is not compared.
[[nodiscard]] DryRun preview_again(const PlacedBefore& before, const CompiledRules* rules, const TenantState& state,
                                   const Context& context);

/// As if there were no rules. Errors: as preview_order.
[[nodiscard]] Result<RouteRequest, Rejection> preview_request(const PlaceOrder& command, const TenantState& state,
                                                              const Context& context);

}  // namespace waybill::core
