#pragma once
// An order as it was after some event: folded again from the log. For answers that are repeated and for as-of reads.

#include "base/result.hpp"
#include "core/order/order.hpp"
#include "engine/store.hpp"

namespace waybill::engine {

/// Errors: as the reader's; `corrupt` when the log does not hold the order or its events can not be read.
/// Cost:   one indexed query; when the order has not changed since, one look-up.
[[nodiscard]] Result<core::Order, IoError> order_as_of(Reader& reader, core::TenantId tenant, core::OrderId id,
                                                       core::Sequence until);

}  // namespace waybill::engine
