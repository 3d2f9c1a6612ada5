#pragma once
// SharedRows: what a store in memory, its readers and its leases share; and, where several stores are opened on the
// same rows, what these share, as processes share a database.
//
// Threads: any. Whoever changes something holds `guard` alone, so a commit, a claim and a renewal come one after the
// other.

#include <functional>
#include <map>
#include <shared_mutex>
#include <string>

#include "base/instant.hpp"
#include "engine/leases.hpp"
#include "storage/memory/tenant_data.hpp"

namespace waybill::storage::memory {

struct ProcessRow {
    engine::Process process;
    Instant expires_at;
};

struct SharedRows {
    mutable std::shared_mutex guard;
    std::map<core::TenantId, TenantData> tenants;
    std::map<engine::ProcessId, ProcessRow> processes;
    engine::ProcessId newest_process = engine::no_process;
    /// The store's clock, by which leases end. Empty: one process has the store for itself.
    std::function<Instant()> clock;
};

}  // namespace waybill::storage::memory
