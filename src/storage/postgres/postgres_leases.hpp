#pragma once
// Leases in the tables `processes` and `tenants`, on a connection of their own.

#include <memory>

#include "engine/leases.hpp"
#include "storage/postgres/session.hpp"

namespace waybill::storage::postgres {

/// Who opens them for reading may only look. Errors: as Session::live.
[[nodiscard]] Result<std::unique_ptr<engine::Leases>, engine::IoError> open_leases(const std::string& uri,
                                                                                   Purpose purpose,
                                                                                   const StoreOptions& options);

}  // namespace waybill::storage::postgres
