#include "engine/tenants.hpp"

#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "core/network/working_day.hpp"

namespace waybill::engine {

void TenantSlot::seal() {
    state->seal();
    sealed_head = state->head;
    sealed_instant = state->last_instant;
}

void TenantSlot::refresh_working_days(Instant now, const std::vector<core::ZoneRules>& zones) {
    const std::int64_t minute = now.micros() / (60 * micros_per_second);
    if (minute == days_at_minute) return;
    if (WAYBILL_MUTANT(days_not_refreshed) && working_days.size() == state->locations.size()) return;
    days_at_minute = minute;
    working_days.clear();
    for (core::LocationIx ix = 0; ix < state->locations.size(); ++ix) {
        working_days.push_back(core::working_day(now, state->locations[ix], zones));
    }
}

void TenantSlot::location_changed(core::LocationIx ix, Instant now, const std::vector<core::ZoneRules>& zones) {
    const CivilDate day = core::working_day(now, state->locations[ix], zones);
    if (ix == working_days.size()) {
        working_days.push_back(day);
    } else {
        working_days[ix] = day;
    }
}

void Tenants::add(std::unique_ptr<TenantSlot> slot) {
    WAYBILL_ASSERT(slot->state->id >= next_id());
    slots_.resize(slot->state->id.raw() - 1);
    names_.emplace(slot->name, slot->state->id);
    slots_.push_back(std::move(slot));
    index_keys(*slots_.back(), 0);
}

TenantSlot* Tenants::find(core::TenantId id) {
    if (!id.is_set() || id.raw() > slots_.size()) return nullptr;
    return slots_[id.raw() - 1].get();
}

void Tenants::skip(core::TenantId id) {
    WAYBILL_ASSERT(id >= next_id());
    slots_.resize(id.raw());
}

core::TenantId Tenants::next_id() const { return core::TenantId(static_cast<std::uint32_t>(slots_.size() + 1)); }

void Tenants::accept(const std::vector<TenantSlot*>& changed, std::vector<std::unique_ptr<TenantSlot>> fresh) {
    const std::lock_guard turn(turnstile_);
    const std::unique_lock lock(mutex_);
    for (TenantSlot* slot : changed) {
        const std::uint32_t keys_before = slot->state->keys.rows.committed_size();
        slot->state->accept_sealed();
        slot->committed_head = slot->sealed_head;
        slot->committed_instant = slot->sealed_instant;
        index_keys(*slot, keys_before);
    }
    for (auto& slot : fresh) {
        slot->state->accept_sealed();
        slot->committed_head = slot->sealed_head;
        slot->committed_instant = slot->sealed_instant;
        add(std::move(slot));
    }
}

void Tenants::index_keys(const TenantSlot& slot, std::uint32_t first) {
    const auto& keys = slot.state->keys;
    for (std::uint32_t ix = first; ix < keys.rows.committed_size(); ++ix) {
        keys_.emplace(keys.rows.committed(ix).hash, std::pair(slot.state->id, ix));
    }
}

std::shared_lock<std::shared_mutex> Tenants::read_lock() {
    const std::lock_guard turn(turnstile_);
    return std::shared_lock(mutex_);
}

std::optional<TenantView> Tenants::view(core::TenantId id) {
    auto lock = read_lock();
    const TenantSlot* slot = find(id);
    if (slot == nullptr) return std::nullopt;
    return TenantView(std::move(lock), *slot->state);
}

std::optional<KeyHit> Tenants::find_key(std::string_view hash) {
    const auto lock = read_lock();
    const auto at = keys_.find(hash);
    if (at == keys_.end()) return std::nullopt;
    const auto [tenant, ix] = at->second;
    return KeyHit{tenant, find(tenant)->state->keys.rows.committed(ix)};
}

std::vector<TenantHead> Tenants::heads() {
    const auto lock = read_lock();
    std::vector<TenantHead> out;
    for (const auto& slot : slots_) {
        if (slot == nullptr) continue;
        out.push_back({slot->state->id, slot->name, slot->committed_head, slot->committed_instant});
    }
    return out;
}

std::optional<core::TenantId> Tenants::find_name(std::string_view name) {
    const auto lock = read_lock();
    const auto at = names_.find(name);
    if (at == names_.end()) return std::nullopt;
    return at->second;
}

}  // namespace waybill::engine
