#pragma once
// Opening a store by what an operator wrote: "memory:", "sqlite:PATH", a path, or "postgresql://...".

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/store.hpp"
#include "storage/migration.hpp"
#include "storage/options.hpp"

namespace waybill::storage {

/// Errors: as open_sqlite and open_postgres; `not_a_store` for an address of no known kind.
[[nodiscard]] Result<std::unique_ptr<engine::Store>, engine::IoError> open_store(const std::string& url_or_path,
                                                                                 Access access,
                                                                                 const StoreOptions& options = {});

/// Brings a store's schema up to date, and makes a store that is not there. Waits for other processes that do so. A
/// store in memory has no schema. Errors: as open_store.
[[nodiscard]] Result<SchemaChange, engine::IoError> migrate_store(const std::string& url_or_path);
/// Divides the tables of a store on PostgreSQL by tenant, and gives the names of those that were not divided before.
/// Errors: unavailable where the database can not do that.
[[nodiscard]] Result<std::vector<std::string>, engine::IoError> distribute_store(const std::string& url);

/// The address is that of a server, not of a file.
[[nodiscard]] bool is_on_server(std::string_view address);
/// The path of a store in a file; nullopt for all others.
[[nodiscard]] std::optional<std::string> file_of(const std::string& address);
/// The address for people and logs: without a password.
[[nodiscard]] std::string shown(const std::string& address);

}  // namespace waybill::storage
