#include "engine/backorders.hpp"

#include <algorithm>
#include <utility>

#include "base/mutant.hpp"

namespace waybill::engine {
namespace {

bool is_anywhere(const core::TenantState& state, core::ItemIx item) {
    if (item >= state.levels.committed_size()) return false;
    const auto& levels = state.levels.committed(item).levels;
    return std::any_of(levels.begin(), levels.end(), [](const core::Level& level) { return level.sellable() > 0; });
}

}  // namespace

bool Backorders::follow(core::TenantId tenant, Epoch epoch) {
    const std::lock_guard lock(mutex_);
    const auto at = tenants_.find(tenant);
    if (at != tenants_.end() && at->second.epoch == epoch) return false;
    tenants_.insert_or_assign(tenant, Followed{epoch, {}, true, {}, {}, 0});
    return true;
}

void Backorders::offer(core::TenantId tenant, const core::Order& order) {
    const std::lock_guard lock(mutex_);
    Followed* const followed = find(tenant);
    if (followed != nullptr && !followed->told_of.contains(order.id)) followed->queue.put(order);
}

void Backorders::all_offered(core::TenantId tenant) {
    const std::lock_guard lock(mutex_);
    Followed* const followed = find(tenant);
    if (followed == nullptr) return;
    followed->is_offering = false;
    followed->told_of.clear();
    followed->queue.supplied_all();
    tell();
}

void Backorders::forget(core::TenantId tenant) {
    const std::lock_guard lock(mutex_);
    tenants_.erase(tenant);
}

std::vector<core::TenantId> Backorders::followed() const {
    const std::lock_guard lock(mutex_);
    std::vector<core::TenantId> out;
    for (const auto& [tenant, followed] : tenants_) out.push_back(tenant);
    return out;
}

void Backorders::changed(core::TenantId tenant, Epoch epoch, const Changes& changes) {
    const std::lock_guard lock(mutex_);
    Followed* const followed = find(tenant);
    if (followed == nullptr || followed->epoch != epoch) return;
    for (const auto& [id, order] : *changes.orders) {
        if (followed->is_offering) followed->told_of.insert(id);
        followed->queue.put(*order);
    }
    if (!WAYBILL_MUTANT(supply_unnoticed)) {
        for (const core::ItemIx item : changes.supply->items) followed->queue.supplied(item);
    }
    const bool has_room = changes.supply->room && !WAYBILL_MUTANT(freed_capacity_unnoticed);
    if (changes.configured || has_room) followed->queue.supplied_all();
    if (followed->queue.any_due()) tell();
}

std::optional<core::OrderId> Backorders::take(core::TenantId tenant, const core::TenantState& state) {
    const std::lock_guard lock(mutex_);
    Followed* const followed = find(tenant);
    if (followed == nullptr) return std::nullopt;
    return followed->queue.take([&state](core::ItemIx item) { return is_anywhere(state, item); });
}

void Backorders::put_back(core::TenantId tenant, core::OrderId order) {
    const std::lock_guard lock(mutex_);
    if (Followed* const followed = find(tenant)) followed->queue.put_back(order);
}

void Backorders::today(core::TenantId tenant, const std::vector<CivilDate>& working_days, std::uint32_t rule_set) {
    const std::lock_guard lock(mutex_);
    Followed* const followed = find(tenant);
    if (followed == nullptr) return;
    if (followed->working_days == working_days && followed->rule_set == rule_set) return;
    followed->working_days = working_days;
    followed->rule_set = rule_set;
    followed->queue.supplied_all();
    if (followed->queue.any_due()) tell();
}

std::vector<core::TenantId> Backorders::with_due() const {
    const std::lock_guard lock(mutex_);
    std::vector<core::TenantId> out;
    for (const auto& [tenant, followed] : tenants_) {
        if (!followed.is_offering && followed.queue.any_due()) out.push_back(tenant);
    }
    return out;
}

bool Backorders::is_due(core::TenantId tenant, core::OrderId order) const {
    const std::lock_guard lock(mutex_);
    const auto at = tenants_.find(tenant);
    return at != tenants_.end() && at->second.queue.is_due(order);
}

void Backorders::on_due(std::function<void()> told) {
    const std::lock_guard lock(mutex_);
    told_ = std::move(told);
}

std::uint64_t Backorders::waiting() const {
    const std::lock_guard lock(mutex_);
    std::uint64_t out = 0;
    for (const auto& [tenant, followed] : tenants_) out += followed.queue.size();
    return out;
}

Backorders::Followed* Backorders::find(core::TenantId tenant) {
    const auto at = tenants_.find(tenant);
    return at == tenants_.end() ? nullptr : &at->second;
}

void Backorders::tell() {
    if (told_) told_();
}

}  // namespace waybill::engine
