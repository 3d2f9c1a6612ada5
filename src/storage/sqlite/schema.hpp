#pragma once
// Schema: which tables a store has. Migrations are numbered from 1, run in order, each in a transaction of its own,
// and are never taken back; the number of the last one is in the file (`PRAGMA user_version`), as is a mark that the
// file is a Waybill store at all (`PRAGMA application_id`).

#include <cstdint>
#include <span>

#include "storage/migration.hpp"
#include "storage/options.hpp"
#include "storage/sqlite/connection.hpp"

namespace waybill::storage::sqlite {

inline constexpr std::int64_t application_id = 0x57594C4C;  ///< "WYLL"
inline constexpr int page_bytes = 4096;

/// All that this program knows, ascending.
[[nodiscard]] std::span<const Migration> migrations();

/// Sets up the writing connection: makes an empty file a store, brings an older store up to date, sets the pragmas.
/// Errors: not_a_store, newer_schema (with both numbers), corrupt, full, read_only, locked.
[[nodiscard]] Result<SchemaChange, engine::IoError> prepare_writer(Connection& connection, const StoreOptions& options);

/// Checks that the file is a store of this very schema and sets the connection up for reading.
[[nodiscard]] Result<Unit, engine::IoError> prepare_reader(Connection& connection, const StoreOptions& options);

}  // namespace waybill::storage::sqlite
