#pragma once
// Leases in rows in memory, by a clock from outside.

#include <memory>

#include "engine/leases.hpp"
#include "storage/memory/shared_rows.hpp"

namespace waybill::storage::memory {

/// REQUIRES: the rows have a clock.
[[nodiscard]] std::unique_ptr<engine::Leases> open_leases(std::shared_ptr<SharedRows> rows);

}  // namespace waybill::storage::memory
