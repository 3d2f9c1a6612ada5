#pragma once
// Reading from the memory store: every call takes the shared lock, so it sees whole commits only.

#include <memory>

#include "engine/store.hpp"
#include "storage/memory/shared_rows.hpp"

namespace waybill::storage::memory {

[[nodiscard]] std::unique_ptr<engine::Reader> make_reader(std::shared_ptr<const SharedRows> state);

}  // namespace waybill::storage::memory
