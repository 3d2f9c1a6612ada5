#pragma once
// Reading from the memory store: every call takes the shared lock, so it sees whole commits only.

#include <map>
#include <memory>
#include <shared_mutex>

#include "engine/store.hpp"
#include "storage/memory/tenant_data.hpp"

namespace waybill::storage::memory {

/// What the store and its readers share. The writer holds `guard` alone while it applies a commit.
struct SharedState {
    mutable std::shared_mutex guard;
    std::map<core::TenantId, TenantData> tenants;
};

[[nodiscard]] std::unique_ptr<engine::Reader> make_reader(std::shared_ptr<const SharedState> state);

}  // namespace waybill::storage::memory
