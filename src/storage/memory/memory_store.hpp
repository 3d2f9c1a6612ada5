#pragma once
// MemoryStore: a store that lives as long as its object, for simulation and tests. Same answers and same refusals as
// the others; nothing of it is durable.

#include <memory>

#include "engine/store.hpp"

namespace waybill::storage::memory {

[[nodiscard]] std::unique_ptr<engine::Store> open_memory();

}  // namespace waybill::storage::memory
