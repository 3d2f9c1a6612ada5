#pragma once
// A tenant's configuration and inventory from a store into memory, at start. History is not replayed: rows are loaded.

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "core/state.hpp"
#include "engine/store.hpp"

namespace waybill::engine {

/// Errors: as the store's; `corrupt` when a row can not be read or an index is out of range.
/// Cost:   O(rows). Memory: 32 bytes a level, 28 bytes an item for its list, and the configuration.
[[nodiscard]] Result<std::unique_ptr<core::TenantState>, IoError> load_state(Reader& reader, const TenantHead& head);

/// The types of the events that change the configuration.
[[nodiscard]] const std::vector<std::string>& configuration_types();

/// Errors: as load_state.
[[nodiscard]] Result<core::TenantSettings, IoError> load_settings(Reader& reader, core::TenantId tenant);

/// Without inventory, and without where the log stands. Errors: as load_state.
[[nodiscard]] Result<std::unique_ptr<core::TenantState>, IoError> load_configuration(Reader& reader,
                                                                                     core::TenantId tenant);

}  // namespace waybill::engine
