#pragma once
// The auditor: reads a whole store, folds every tenant's event log from nothing and compares the result with the stored
// rows and with the invariants. `waybill verify`, crash tests and the simulator all use it.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "engine/store.hpp"

namespace waybill::engine {

struct AuditReport {
    struct Tenant {
        core::TenantId tenant;
        std::string name;
        std::uint64_t events = 0;
        std::uint64_t orders = 0;
        std::uint64_t levels = 0;
        std::uint64_t movements = 0;
        std::uint64_t customers = 0;
        std::string state_hash;  ///< BLAKE2b-256 over the canonical rows, hexadecimal; personal data is not in it
    };
    std::vector<Tenant> tenants;
    std::vector<std::string> checks;    ///< what was checked, one line each with its count
    std::vector<std::string> problems;  ///< empty: all holds. At most problems_max are kept.
    static constexpr std::size_t problems_max = 100;
};

/// Invariants: gap-free log; fold of events = rows (configuration, levels, capacity, feeds, customers, orders and their
/// search indexes); on hand = sum of movements; reserved = sum of open allocations; capacity used = open and shipped
/// allocations of the day; no level negative unless a feed or count said so; per line quantities tie; totals tie;
/// (channel, channel_order_id) unique.
/// Nobody may write meanwhile: the reads are not one snapshot.
/// Memory: every order, folded, about 2 KiB each; one tenant after the other.
[[nodiscard]] Result<AuditReport, IoError> audit(
    Store& store, const std::function<void(std::uint64_t done, std::uint64_t of)>& progress);

}  // namespace waybill::engine
