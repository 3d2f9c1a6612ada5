#pragma once
// Reading committed data of a store on PostgreSQL.

#include <memory>
#include <string>

#include "engine/store.hpp"
#include "storage/options.hpp"

namespace waybill::storage::postgres {

/// Connects at once. Errors: as open_postgres for reading.
[[nodiscard]] Result<std::unique_ptr<engine::Reader>, engine::IoError> open_reader(const std::string& uri,
                                                                                   const StoreOptions& options = {});

}  // namespace waybill::storage::postgres
