#pragma once
// Whether an order has what an event of one of its returns names. The part of order_event_checks.hpp for goods that
// come back.

#include <string>

#include "core/events.hpp"
#include "core/order/order.hpp"

namespace waybill::engine {

/// `event` happens to `order`, which was placed before. Empty: it can; else one line: what is wrong.
[[nodiscard]] std::string return_misfit_of(const core::ReturnRequested& event, const core::Order& order);
[[nodiscard]] std::string return_misfit_of(const core::ReturnApproved& event, const core::Order& order);
[[nodiscard]] std::string return_misfit_of(const core::ReturnDeclined& event, const core::Order& order);
[[nodiscard]] std::string return_misfit_of(const core::ReturnReceived& event, const core::Order& order);
[[nodiscard]] std::string return_misfit_of(const core::ReturnCancelled& event, const core::Order& order);

}  // namespace waybill::engine
