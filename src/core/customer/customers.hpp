#pragma once
// Commands on customers.

#include "core/decide.hpp"

namespace waybill::core {

/// Errors: invalid_request, unknown_customer, customer_merged, unknown_channel, identity_taken.
[[nodiscard]] Result<Decision, Rejection> decide(const PutCustomer& command, const TenantState& state,
                                                 const Context& context);

/// Errors: invalid_request (into itself), unknown_customer, customer_merged.
[[nodiscard]] Result<Decision, Rejection> decide(const MergeCustomers& command, const TenantState& state,
                                                 const Context& context);

/// Errors: unknown_customer.
[[nodiscard]] Result<Decision, Rejection> decide(const ErasePerson& command, const TenantState& state,
                                                 const Context& context);

}  // namespace waybill::core
