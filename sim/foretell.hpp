#pragma once
// Foretelling: what the model says of a whole request, and where an answer differs from it.

#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "sim/compose.hpp"
#include "sim/model.hpp"

namespace waybill::sim {

/// What the model says of the request at that moment, and does. `logged`: what the log says that it did.
[[nodiscard]] Verdict foretell(Model& model, const Request& request, Instant now,
                               const std::vector<core::Event>& logged);

/// The first difference, or empty.
[[nodiscard]] std::string outcome_difference(const Verdict& verdict, const core::Outcome& outcome);
[[nodiscard]] std::string order_difference(const OrderModel& expected, const core::Order* order);

}  // namespace waybill::sim
