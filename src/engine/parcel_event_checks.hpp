#pragma once
// Whether an order has what an event of its parcels names. The part of order_event_checks.hpp for packing.

#include <string>

#include "core/events.hpp"
#include "core/order/order.hpp"

namespace waybill::engine {

/// `event` happens to `order`, which was placed before. Empty: it can; else one line: what is wrong.
[[nodiscard]] std::string parcel_misfit_of(const core::FulfillmentPacked& event, const core::Order& order);
[[nodiscard]] std::string parcel_misfit_of(const core::ParcelUnpacked& event, const core::Order& order);
/// REQUIRES: its changes of lines fit.
[[nodiscard]] std::string parcel_misfit_of(const core::OrderShipped& event, const core::Order& order);

}  // namespace waybill::engine
