#pragma once
// How events change the returns of an order. REQUIRES throughout: what an event says can happen; decide saw to it.

#include "core/events.hpp"
#include "core/order/order.hpp"

namespace waybill::core {

void apply(Order& order, const ReturnRequested& event);
void apply(Order& order, const ReturnApproved& event, Instant at);
void apply(Order& order, const ReturnDeclined& event);
void apply(Order& order, const ReturnReceived& event);
void apply(Order& order, const ReturnCancelled& event);

}  // namespace waybill::core
