#pragma once
// Batches by hand, for tests that say exactly what is in them.

#include <string>
#include <string_view>

#include "engine/store.hpp"

namespace waybill::conformance {

[[nodiscard]] engine::TenantBatch empty_batch(core::TenantId tenant, std::uint64_t head);
[[nodiscard]] engine::TenantBatch founding_batch(core::TenantId tenant, std::string_view name);

/// Adds an event and a new order of it with one block; each order is placed a second after the one before.
engine::OrderRow& add_order(engine::TenantBatch& batch, std::string channel_order_id);
/// Adds an event and the same order again, to be changed; no blocks.
engine::OrderRow& change_order(engine::TenantBatch& batch, const engine::OrderRow& before);

}  // namespace waybill::conformance
