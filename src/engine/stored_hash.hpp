#pragma once
// The state hash of what is stored of one tenant, without comparing it with the log: what two stores of the same tenant
// are compared by. `waybill verify` computes the same while it compares.

#include <string>

#include "base/result.hpp"
#include "engine/store.hpp"

namespace waybill::engine {

/// Nobody may write meanwhile, unless the reader holds a moment. Errors: as the reader's; `corrupt` for a row that can
/// not be read.
[[nodiscard]] Result<std::string, IoError> stored_state_hash(Reader& reader, core::TenantId tenant,
                                                             core::Sequence head);

}  // namespace waybill::engine
