#pragma once
// Online backup and the structural check of a store.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/store.hpp"
#include "storage/sqlite/connection.hpp"

namespace waybill::storage::sqlite {

/// Copies what `source` sees now to a new file at `path`, while others write to the source. The file appears under its
/// name only when it is complete.
/// Errors: read_only when there is a file already; those of reading and writing.
[[nodiscard]] Result<Unit, engine::IoError> copy_store(
    Connection& source, const std::string& path, const std::function<void(std::uint64_t, std::uint64_t)>& progress);

/// One line for each problem: SQLite's own check of pages and indexes, and whether each log is without gaps and each
/// order has its blocks.
[[nodiscard]] Result<std::vector<std::string>, engine::IoError> check_store(Connection& connection);

}  // namespace waybill::storage::sqlite
