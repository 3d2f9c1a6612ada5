#pragma once
// What a store already holds of the retailer's orders, so that a big store is filled once and used by many runs.

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "bench/ground.hpp"

namespace waybill::bench {

/// The benchmark's tenant in a store that set_up_tenant made. Errors: one line.
[[nodiscard]] Result<core::TenantId, std::string> find_bench_tenant(engine::Store& store);

/// Order `number`, whichever channel it came by. Errors: one line.
[[nodiscard]] Result<std::optional<core::OrderId>, std::string> find_order(engine::Reader& reader,
                                                                           core::TenantId tenant, std::uint64_t number);

/// How many orders are stored, given that they were stored in order of their numbers, from 1. Errors: one line.
[[nodiscard]] Result<std::uint64_t, std::string> count_orders(engine::Store& store, core::TenantId tenant);

}  // namespace waybill::bench
