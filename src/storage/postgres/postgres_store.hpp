#pragma once
// A store on PostgreSQL 13 and later, by libpq.

#include <memory>
#include <string>
#include <vector>

#include "engine/store.hpp"
#include "storage/migration.hpp"
#include "storage/options.hpp"

namespace waybill::storage::postgres {

/// `uri` as libpq takes it: "postgresql://user@host:port/database?sslmode=verify-full&options=-csearch_path%3Dshop".
/// Opened for writing, an empty schema becomes a store, and an older store is brought up to date.
/// Errors: not_a_store, unavailable, newer_schema, locked, read_only.
[[nodiscard]] Result<std::unique_ptr<engine::Store>, engine::IoError> open_postgres(const std::string& uri,
                                                                                    Access access,
                                                                                    const StoreOptions& options = {});

/// Makes an empty schema a store, or brings an older one up to date, also while a server writes to it. Waits for other
/// processes that do so. Errors: as open_postgres, but never locked.
[[nodiscard]] Result<SchemaChange, engine::IoError> migrate_postgres(const std::string& uri,
                                                                     const StoreOptions& options = {});
/// As `distribute`, of a store that is up to date.
[[nodiscard]] Result<std::vector<std::string>, engine::IoError> distribute_postgres(const std::string& uri,
                                                                                    const StoreOptions& options = {});

}  // namespace waybill::storage::postgres
