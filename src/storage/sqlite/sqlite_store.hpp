#pragma once
// SqliteStore: the embedded store, one file (with SQLite's `-wal` and `-shm` and a `.lock` beside it). WAL with
// synchronous=FULL: a commit is on the disk when it returns. Format: docs/formats/store.md.
//
// One process writes at a time. Errors of a commit: `full`, `unavailable`, `corrupt`, `read_only`, `conflict` left
// nothing behind; `outcome_unknown` comes when the system failed while the commit was being synced.

#include <memory>
#include <string>

#include "engine/store.hpp"
#include "storage/migration.hpp"
#include "storage/options.hpp"

namespace waybill::storage::sqlite {

/// Errors: locked, not_a_store, newer_schema, corrupt, read_only, full, unavailable.
[[nodiscard]] Result<std::unique_ptr<engine::Store>, engine::IoError> open_sqlite(const std::string& path,
                                                                                  Access access,
                                                                                  const StoreOptions& options = {});

/// Brings the file up to date, or makes it. Waits for another process that does so, up to `options.patience`.
/// Errors: as open_sqlite.
[[nodiscard]] Result<SchemaChange, engine::IoError> migrate_sqlite(const std::string& path,
                                                                   const StoreOptions& options = {});

}  // namespace waybill::storage::sqlite
