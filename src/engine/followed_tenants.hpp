#pragma once
// Followed tenants: the configuration of tenants that other processes serve, so that their rows can be read here. What
// is kept is used only when the store says, in the same moment in which the rows are read, that nothing was configured
// since; so an answer made with it is the one that the owner would give.
//
// Any thread.

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "base/result.hpp"
#include "core/state.hpp"
#include "engine/engine.hpp"
#include "engine/store.hpp"

namespace waybill::engine {

class FollowedTenants {
public:
    /// At most so many tenants are kept: those that were asked for last.
    explicit FollowedTenants(std::size_t kept_max) : kept_max_(kept_max) {}

    /// nullptr: what is kept, if anything, is older.
    [[nodiscard]] std::shared_ptr<const core::TenantState> find(core::TenantId tenant, core::Sequence configured);
    /// Loads it, unless another thread does or did a moment ago: while a tenant is being configured its owner answers.
    /// Errors: as the reader's; corrupt.
    [[nodiscard]] Result<Unit, IoError> refresh(Reader& reader, core::TenantId tenant);

    [[nodiscard]] std::size_t size() const;

private:
    using Steady = std::chrono::steady_clock;
    struct Kept {
        std::shared_ptr<const core::TenantState> state;
        core::Sequence configured;
        Steady::time_point used_at;
        Steady::time_point load_again_from;
        bool is_loading = false;
    };

    [[nodiscard]] bool begin_loading(core::TenantId tenant);
    void forget_oldest();

    const std::size_t kept_max_;
    mutable std::mutex mutex_;
    std::map<core::TenantId, Kept> kept_;
};

/// As Engine::find_key, in a configuration that is followed.
[[nodiscard]] std::optional<KeyHit> find_key(const core::TenantState& state, std::string_view hash);

}  // namespace waybill::engine
