#include "engine/tenants.hpp"

#include <algorithm>

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
    const std::size_t at = slot->state->id.raw() - 1;
    if (at >= slots_.size()) slots_.resize(at + 1);
    WAYBILL_ASSERT(slots_[at] == nullptr);
    names_.emplace(slot->name, slot->state->id);
    slots_[at] = std::move(slot);
    index_keys(*slots_[at], 0);
}

void Tenants::adopt(std::unique_ptr<TenantSlot> slot) {
    const std::lock_guard turn(turnstile_);
    const std::unique_lock lock(mutex_);
    add(std::move(slot));
}

void Tenants::remove(const std::vector<core::TenantId>& ids) {
    // Large states take a while to be taken down; nobody waits for that.
    std::vector<std::unique_ptr<TenantSlot>> removed;
    const std::lock_guard turn(turnstile_);
    const std::unique_lock lock(mutex_);
    for (const core::TenantId id : ids) {
        TenantSlot* slot = find(id);
        if (slot == nullptr) continue;
        const auto& keys = slot->state->keys;
        for (std::uint32_t ix = 0; ix < keys.rows.committed_size(); ++ix) keys_.erase(keys.rows.committed(ix).hash);
        known_.insert_or_assign(id, TenantHead{id, slot->name, slot->committed_head, slot->committed_instant});
        removed.push_back(std::move(slots_[id.raw() - 1]));
    }
}

void Tenants::know(const std::vector<TenantHead>& heads) {
    const std::lock_guard turn(turnstile_);
    const std::unique_lock lock(mutex_);
    for (const TenantHead& head : heads) {
        if (head.tenant.raw() > slots_.size()) slots_.resize(head.tenant.raw());
        if (head.is_unfinished()) continue;
        names_.emplace(head.name, head.tenant);
        known_.insert_or_assign(head.tenant, head);
    }
}

TenantSlot* Tenants::find(core::TenantId id) {
    if (!id.is_set() || id.raw() > slots_.size()) return nullptr;
    return slots_[id.raw() - 1].get();
}

TenantSlot* Tenants::any() {
    const auto at = std::find_if(slots_.begin(), slots_.end(), [](const auto& slot) { return slot != nullptr; });
    return at == slots_.end() ? nullptr : at->get();
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
    for (std::size_t at = 0; at < slots_.size(); ++at) {
        const auto& slot = slots_[at];
        if (slot != nullptr) {
            out.push_back({slot->state->id, slot->name, slot->committed_head, slot->committed_instant});
        } else if (const auto known = known_.find(core::TenantId(static_cast<std::uint32_t>(at + 1)));
                   known != known_.end()) {
            out.push_back(known->second);
        }
    }
    return out;
}

std::optional<core::TenantId> Tenants::find_name(std::string_view name) {
    const auto lock = read_lock();
    const auto at = names_.find(name);
    if (at == names_.end()) return std::nullopt;
    return at->second;
}

std::optional<Epoch> Tenants::epoch(core::TenantId id) {
    const auto lock = read_lock();
    const TenantSlot* slot = find(id);
    if (slot == nullptr) return std::nullopt;
    return slot->epoch;
}

std::optional<core::Sequence> Tenants::head(core::TenantId id) {
    const auto lock = read_lock();
    const TenantSlot* slot = find(id);
    if (slot == nullptr) return std::nullopt;
    return slot->committed_head;
}

std::map<core::TenantId, Epoch> Tenants::epochs() {
    const auto lock = read_lock();
    std::map<core::TenantId, Epoch> out;
    for (const auto& slot : slots_) {
        if (slot != nullptr) out.emplace(slot->state->id, slot->epoch);
    }
    return out;
}

}  // namespace waybill::engine
