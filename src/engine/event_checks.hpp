#pragma once
// Whether an event that was read from a store can follow from a state. evolve takes this for granted, since it evolves
// what decide just made; a log that was damaged or written by something else must be told, not aborted on.

#include <string>

#include "core/events.hpp"
#include "core/state.hpp"

namespace waybill::engine {

/// Empty: it can follow. Else one line: what is wrong.
[[nodiscard]] std::string misfit_of(const core::Event& event, const core::TenantState& state);

}  // namespace waybill::engine
