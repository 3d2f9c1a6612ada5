#pragma once
// Opening a store by what an operator wrote: "memory:", "sqlite:PATH", a path, or "postgresql://...".

#include <memory>
#include <string>
#include <string_view>

#include "engine/store.hpp"
#include "storage/options.hpp"

namespace waybill::storage {

/// Errors: as open_sqlite and open_postgres; `not_a_store` for an address of no known kind.
[[nodiscard]] Result<std::unique_ptr<engine::Store>, engine::IoError> open_store(const std::string& url_or_path,
                                                                                 Access access,
                                                                                 const StoreOptions& options = {});

/// The address is that of a server, not of a file.
[[nodiscard]] bool is_on_server(std::string_view address);
/// The address for people and logs: without a password.
[[nodiscard]] std::string shown(const std::string& address);

}  // namespace waybill::storage
