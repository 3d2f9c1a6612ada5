#pragma once
// Where deliveries stand after one more of them was tried.

#include <string>

#include "core/integration/delivery_progress.hpp"

namespace waybill::core {

/// As much of it as is kept. A character of several bytes is kept whole or not at all.
[[nodiscard]] std::string kept_failure(const std::string& failure);

/// `failure`: why what came last was not taken; empty: it was.
[[nodiscard]] DeliveryProgress after_delivery(DeliveryProgress progress, Sequence through, const std::string& failure,
                                              Instant now);

}  // namespace waybill::core
