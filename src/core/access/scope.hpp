#pragma once
// Scope: what a key that is limited to locations may change. What it may see is decided where answers are rendered.

#include "core/decide.hpp"

namespace waybill::core {

[[nodiscard]] bool in_scope(const Context& context, LocationIx location);

/// Whether the actor knows of the order: something of it is, or was, reserved at a location of its scope.
[[nodiscard]] bool knows_of(const Context& context, const Order& order);

/// Whether the actor may cancel or re-route units of `order`. A key that is limited to locations may where all that is
/// reserved for the order lies at them; what waits for supply goes with it. Errors: unknown_order when nothing of the
/// order is at the key's locations, as in reads; out_of_scope when some of it is elsewhere.
[[nodiscard]] Result<Unit, Rejection> check_order_in_scope(const Context& context, const Order& order);

/// Errors: out_of_scope for a key that is limited to locations: routing may take stock anywhere.
[[nodiscard]] Result<Unit, Rejection> check_unscoped(const Context& context);

}  // namespace waybill::core
