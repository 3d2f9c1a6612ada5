#pragma once
// Routing inputs as short text, for traces: variable-length integers, location differences, one bit for "all that is
// wanted", in 64 letters. About one byte for a candidate. The layout is in docs/formats/events.md.

#include <optional>
#include <string>
#include <string_view>

#include "core/routing/routing_problem.hpp"

namespace waybill::core {

[[nodiscard]] std::string pack_inputs(const RoutingInputs& inputs);
/// Errors: nullopt when the text was not made by pack_inputs.
[[nodiscard]] std::optional<RoutingInputs> unpack_inputs(std::string_view text);

}  // namespace waybill::core
