#pragma once
// SqliteReader: a connection of its own that only reads. It sees what was committed when a call begins and never waits
// for the writer.

#include <memory>
#include <string>

#include "engine/store.hpp"
#include "storage/options.hpp"
#include "storage/sqlite/connection.hpp"

namespace waybill::storage::sqlite {

/// A connection for reading. A store on a medium that can not be written to is read as it lies, if it was closed well.
[[nodiscard]] Result<std::unique_ptr<Connection>, engine::IoError> open_for_reading(const std::string& path,
                                                                                    const StoreOptions& options);

[[nodiscard]] Result<std::unique_ptr<engine::Reader>, engine::IoError> open_reader(const std::string& path,
                                                                                   const StoreOptions& options);

}  // namespace waybill::storage::sqlite
