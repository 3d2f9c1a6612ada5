#pragma once
// What the rules of Moment::placed change of an order itself, beside its marks and its policy: which items serve its
// lines and how it is fulfilled. And the way back, to the order as it came.

#include <vector>

#include "core/automation/rule_set.hpp"
#include "core/automation/rules_trace.hpp"
#include "core/decide.hpp"
#include "core/order/order.hpp"

namespace waybill::core {

/// Has lines served with other items. Of several of `wanted` that name one item the first counts, also where it can not
/// happen: what serves is not active, or a line would have more units than a line may have. What serves is not
/// substituted again. The lines as they came go to `trace`.
void substitute(const std::vector<const Substitute*>& wanted, Order& order, const TenantState& state,
                RulesTrace& trace);

/// Nothing happens where the order could not have asked for it itself, nor where it has. How it was to be fulfilled
/// goes to `trace`.
void set_method(const SetMethod& wanted, Order& order, const TenantState& state, RulesTrace& trace);

/// The line of an order that was served otherwise; nullptr: the trace is not that of this order.
[[nodiscard]] const OrderLine* find_substituted(const Order& order, const LineAsOrdered& came);

/// Whether what the order can be given is another than when it came: other items, other places.
[[nodiscard]] bool has_other_sources(const Order& order, const RulesTrace& trace);

/// Takes back what rules changed of an order when it was placed, as far as conditions can see it: tags, priority, items
/// and method. Its policy, holds and exceptions stay.
void take_back_changes(const RulesTrace& trace, Order& order);

}  // namespace waybill::core
