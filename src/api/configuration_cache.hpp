#pragma once
// The last few configurations of the past that explanations asked for. Making one folds the tenant's configuration
// events, and people ask about several orders of the same hour. Any thread.

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "base/result.hpp"
#include "core/state.hpp"
#include "engine/store.hpp"

namespace waybill::api {

class ConfigurationCache {
public:
    /// Errors: of the reader.
    [[nodiscard]] Result<std::shared_ptr<const core::TenantState>, engine::IoError> get(engine::Reader& reader,
                                                                                        core::TenantId tenant,
                                                                                        std::uint64_t sequence);

private:
    static constexpr std::size_t kept_max = 4;
    struct Kept {
        core::TenantId tenant;
        std::uint64_t sequence = 0;
        std::shared_ptr<const core::TenantState> state;
    };
    std::mutex mutex_;
    std::vector<Kept> kept_;  ///< newest use last
};

}  // namespace waybill::api
