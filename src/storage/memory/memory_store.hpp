#pragma once
// MemoryStore: a store that lives as long as its object, for simulation and tests. Same answers and same refusals as
// the others; nothing of it is durable. Several may share their rows; then tenants are owned by leases.

#include <memory>

#include "engine/store.hpp"
#include "storage/memory/shared_rows.hpp"

namespace waybill::storage::memory {

[[nodiscard]] std::unique_ptr<engine::Store> open_memory();
/// One of several stores on the same rows, as processes open one database. The rows live as long as any of them.
[[nodiscard]] std::unique_ptr<engine::Store> open_memory(std::shared_ptr<SharedRows> rows);

}  // namespace waybill::storage::memory
