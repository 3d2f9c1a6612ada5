#pragma once
// Opening a store by what an operator wrote: "memory:", "sqlite:PATH" or a path.

#include <memory>
#include <string>

#include "engine/store.hpp"
#include "storage/options.hpp"

namespace waybill::storage {

/// Errors: as open_sqlite; `not_a_store` for an address of no known kind.
[[nodiscard]] Result<std::unique_ptr<engine::Store>, engine::IoError> open_store(const std::string& url_or_path,
                                                                                 Access access,
                                                                                 const StoreOptions& options = {});

}  // namespace waybill::storage
