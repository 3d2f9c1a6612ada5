#pragma once
// ApplyFeed: one message of a stock feed, taken once however often and however late it comes.

#include "core/decide.hpp"

namespace waybill::core {

/// Rows that name an unknown SKU or location are skipped and reported; the others are taken. A count may leave less on
/// hand than is reserved, or reveal nothing at all; a delta may go below zero, since the feed knows better.
/// Errors: invalid_request, too_many_rows, feed_message_too_old.
[[nodiscard]] Result<Decision, Rejection> decide(const ApplyFeed& command, const TenantState& state,
                                                 const Context& context);

}  // namespace waybill::core
