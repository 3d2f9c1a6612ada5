#include "api/configuration_cache.hpp"

#include <algorithm>
#include <utility>

#include "engine/decision_history.hpp"

namespace waybill::api {

Result<std::shared_ptr<const core::TenantState>, engine::IoError> ConfigurationCache::get(engine::Reader& reader,
                                                                                          core::TenantId tenant,
                                                                                          std::uint64_t sequence) {
    {
        const std::lock_guard lock(mutex_);
        const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const Kept& kept) {
            return kept.tenant == tenant && kept.sequence == sequence;
        });
        if (found != kept_.end()) {
            std::rotate(found, found + 1, kept_.end());
            return kept_.back().state;
        }
    }
    auto made = engine::configuration_as_of(reader, tenant, sequence);
    if (!made) return fail(std::move(made.error()));
    std::shared_ptr<const core::TenantState> state = std::move(*made);
    const std::lock_guard lock(mutex_);
    if (kept_.size() == kept_max) kept_.erase(kept_.begin());
    kept_.push_back({tenant, sequence, state});
    return state;
}

}  // namespace waybill::api
