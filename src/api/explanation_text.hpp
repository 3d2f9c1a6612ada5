#pragma once
// A routing decision as sentences that a customer-service agent can read out.

#include <string>

#include "api/explanation_json.hpp"

namespace waybill::api {

/// What was decided, by which rules, why the nearest other places were not chosen, and what would have
/// made it choose them.
[[nodiscard]] std::string summary_of(const ExplanationOutput& explanation);

}  // namespace waybill::api
