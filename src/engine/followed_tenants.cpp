#include "engine/followed_tenants.hpp"

#include <algorithm>
#include <utility>

#include "engine/load_state.hpp"

namespace waybill::engine {

namespace {

/// A configuration that changes more often than this is not worth loading anew; and loading takes a small part of the
/// time of one reader at most, however large the configuration is.
constexpr std::chrono::seconds between_loads_min{1};
constexpr int loads_share = 20;

}  // namespace

std::shared_ptr<const core::TenantState> FollowedTenants::find(core::TenantId tenant, core::Sequence configured) {
    const std::lock_guard lock(mutex_);
    const auto at = kept_.find(tenant);
    if (at == kept_.end() || at->second.configured != configured) return nullptr;
    at->second.used_at = Steady::now();
    return at->second.state;
}

Result<Unit, IoError> FollowedTenants::refresh(Reader& reader, core::TenantId tenant) {
    if (!begin_loading(tenant)) return Unit{};
    const auto began = Steady::now();
    const auto load = [&]() -> Result<Kept, IoError> {
        const auto moment = reader.hold_moment();
        if (!moment) return fail(moment.error());
        const auto position = reader.position(tenant);
        if (!position) return fail(position.error());
        auto state = load_configuration(reader, tenant);
        if (!state) return fail(std::move(state.error()));
        return Kept{*std::move(state), position->configured, Steady::now(), {}, false};
    };
    auto loaded = load();
    const std::lock_guard lock(mutex_);
    Kept& kept = kept_[tenant];
    const auto ended = Steady::now();
    kept.is_loading = false;
    if (loaded) kept = *std::move(loaded);
    kept.load_again_from = ended + std::max<Steady::duration>(between_loads_min, loads_share * (ended - began));
    if (!loaded) return fail(std::move(loaded.error()));
    forget_oldest();
    return Unit{};
}

bool FollowedTenants::begin_loading(core::TenantId tenant) {
    const std::lock_guard lock(mutex_);
    Kept& kept = kept_[tenant];
    if (kept.is_loading || Steady::now() < kept.load_again_from) return false;
    kept.is_loading = true;
    return true;
}

void FollowedTenants::forget_oldest() {
    while (kept_.size() > kept_max_) {
        const auto oldest = std::min_element(kept_.begin(), kept_.end(), [](const auto& a, const auto& b) {
            return std::pair(a.second.is_loading, a.second.used_at) < std::pair(b.second.is_loading, b.second.used_at);
        });
        if (oldest->second.is_loading) return;
        kept_.erase(oldest);
    }
}

std::size_t FollowedTenants::size() const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(
        std::count_if(kept_.begin(), kept_.end(), [](const auto& each) { return each.second.state != nullptr; }));
}

std::optional<KeyHit> find_key(const core::TenantState& state, std::string_view hash) {
    const auto ix = state.keys.codes.find_committed(hash);
    if (!ix) return std::nullopt;
    return KeyHit{state.id, state.keys.rows.committed(*ix)};
}

}  // namespace waybill::engine
