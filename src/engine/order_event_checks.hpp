#pragma once
// Whether an order has what an event of it names: lines, units, places, work and returns. The part of event_checks.hpp
// for which the order alone is enough.

#include <string>

#include "core/events.hpp"
#include "core/order/order.hpp"

namespace waybill::engine {

/// What `order` has though nothing but its placing has happened to it. Empty: nothing; else one line.
[[nodiscard]] std::string placed_misfit_of(const core::Order& order);

/// `event` happens to `order`, which was placed before. Empty: it can; else one line: what is wrong.
[[nodiscard]] std::string order_misfit_of(const core::Event& event, const core::Order& order);

}  // namespace waybill::engine
