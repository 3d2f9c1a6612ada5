#pragma once
// The automation rules of the moments after an order was placed: they see the order as the events before left it, and
// what they do is an event of its own.

#include <string_view>

#include "core/automation/rule_set.hpp"
#include "core/decide.hpp"
#include "core/order/order.hpp"

namespace waybill::core {

/// Looks at the rules in force of `moment` on `order`, as the decision so far leaves it, and adds an OrderMarked where
/// any fired or failed. `spared`: the code of the hold that is being released, as rules_after has it. Cost:
/// nothing without such rules.
void add_automation(Moment moment, const Order& order, const TenantState& state, const Context& context,
                    Decision& decision, std::string_view spared = {});

/// The same where `before` is the order without the one event of `decision`.
void add_automation_after(Moment moment, const Order& before, const TenantState& state, const Context& context,
                          Decision& decision);

}  // namespace waybill::core
