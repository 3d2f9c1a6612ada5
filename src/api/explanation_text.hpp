#pragma once
// A routing decision as sentences that a customer-service agent can read out.

#include <string>

#include "api/explanation_json.hpp"

namespace waybill::api {

/// What was decided, by which rules, and why the nearest other places were not chosen.
[[nodiscard]] std::string summary_of(const ExplanationOutput& explanation);

}  // namespace waybill::api
