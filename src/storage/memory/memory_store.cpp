#include "storage/memory/memory_store.hpp"

#include <fmt/format.h>
#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <utility>

#include "base/mutant.hpp"
#include "storage/batch_checks.hpp"
#include "storage/memory/memory_leases.hpp"
#include "storage/memory/memory_reader.hpp"

namespace waybill::storage::memory {

using core::TenantId;
using engine::IoError;
using engine::IoFailure;
using engine::TenantBatch;

namespace {

class MemoryStore final : public engine::Store {
public:
    explicit MemoryStore(std::shared_ptr<SharedRows> rows) : state_(std::move(rows)) {}

    [[nodiscard]] std::string_view kind() const override { return "memory"; }

    Result<std::vector<engine::TenantHead>, IoError> tenants() override {
        std::vector<engine::TenantHead> out;
        const std::shared_lock lock(state_->guard);
        for (const auto& [id, data] : state_->tenants) out.push_back({id, data.name, data.head, data.last_instant});
        return out;
    }

    Result<engine::Loaded, IoError> load(TenantId tenant, const engine::LoadKeys& keys) override;
    Result<Unit, IoError> commit(const std::vector<TenantBatch>& batches) override;

    Result<Unit, IoError> drop_unfinished(TenantId tenant) override {
        const std::unique_lock lock(state_->guard);
        const TenantData* data = find(tenant);
        if (data == nullptr) return Unit{};
        if (!data->name.empty()) return fail(IoError{IoFailure::conflict, drop_conflict(tenant)});
        state_->tenants.erase(tenant);
        return Unit{};
    }

    Result<std::unique_ptr<engine::Reader>, IoError> reader() override { return make_reader(state_); }

    Result<std::unique_ptr<engine::Leases>, IoError> leases() override {
        if (!state_->clock) return std::unique_ptr<engine::Leases>();
        return open_leases(state_);
    }

    Result<Unit, IoError> backup(const std::string& path,
                                 const std::function<void(std::uint64_t, std::uint64_t)>&) override {
        return fail(IoError{IoFailure::read_only, fmt::format("{}: a store in memory has nothing to back up", path)});
    }

    Result<std::vector<std::string>, IoError> check() override {
        std::vector<std::string> problems;
        const std::shared_lock lock(state_->guard);
        for (const auto& [id, data] : state_->tenants) {
            if (data.head.raw() == data.events.size()) continue;
            problems.push_back(fmt::format("tenant {}: the head is {} but the log has {} events", id.raw(),
                                           data.head.raw(), data.events.size()));
        }
        return problems;
    }

    [[nodiscard]] engine::StoreStats stats() const override {
        return {.commits = commits_.load(), .commit_micros = commit_micros_.load(), .bytes = 0};
    }

private:
    /// REQUIRES: the lock is held.
    [[nodiscard]] const TenantData* find(TenantId tenant) const {
        const auto at = state_->tenants.find(tenant);
        return at == state_->tenants.end() ? nullptr : &at->second;
    }
    [[nodiscard]] std::optional<IoError> refusal(const std::vector<TenantBatch>& batches) const;

    std::shared_ptr<SharedRows> state_;
    std::atomic<std::uint64_t> commits_{0};
    std::atomic<std::uint64_t> commit_micros_{0};
};

Result<engine::Loaded, IoError> MemoryStore::load(TenantId tenant, const engine::LoadKeys& keys) {
    engine::Loaded out;
    const std::shared_lock lock(state_->guard);
    const TenantData* data = find(tenant);
    if (data == nullptr) return out;
    for (const core::OrderId id : keys.orders) {
        const auto at = data->orders.find(id);
        if (at != data->orders.end()) out.orders.push_back(stored_order(*data, at->second, engine::Blocks::with));
    }
    std::set<core::CustomerId> customers(keys.customers.begin(), keys.customers.end());
    for (const auto& key : keys.channel_orders) {
        const auto at = data->order_by_channel.find(key);
        if (at != data->order_by_channel.end()) out.channel_orders.emplace_back(*at);
    }
    for (const core::CustomerIdentity& identity : keys.identities) {
        const auto at = data->identities.find(identity);
        if (at == data->identities.end()) continue;
        out.identities.emplace_back(*at);
        customers.insert(at->second);
    }
    for (const core::CustomerId id : customers) {
        const auto at = data->customers.find(id);
        if (at != data->customers.end()) out.customers.push_back(at->second.doc);
    }
    for (const std::string& key : keys.replies) {
        const auto at = data->replies.find(key);
        if (at != data->replies.end()) out.replies.push_back(at->second);
    }
    return out;
}

std::optional<IoError> MemoryStore::refusal(const std::vector<TenantBatch>& batches) const {
    static const TenantData nothing;
    std::set<TenantId> met;
    std::set<std::string> names;
    for (const auto& [id, data] : state_->tenants) names.insert(data.name);
    for (const TenantBatch& batch : batches) {
        WAYBILL_ASSERT(met.insert(batch.tenant).second);
        const TenantData* data = find(batch.tenant);
        if (batch.creates_tenant()) {
            if (data != nullptr || !names.insert(batch.tenant_name).second) {
                return IoError{IoFailure::conflict, fmt::format("tenant {} is there already", batch.tenant_name)};
            }
            data = &nothing;
        }
        if (!batch.ends_import_as.empty()) {
            if (data == nullptr || !data->name.empty() || !names.insert(batch.ends_import_as).second) {
                return IoError{IoFailure::conflict, name_conflict(batch)};
            }
        }
        const auto head = data == nullptr ? std::nullopt : std::optional(data->head);
        if (auto found = head_conflict(batch, head)) return found;
        if (!batch.creates_tenant() && data->epoch != batch.epoch && !WAYBILL_MUTANT(former_owner_writes)) {
            return IoError{IoFailure::conflict, fmt::format("tenant {} has another owner", batch.tenant.raw())};
        }
        if (auto found = conflict_of(*data, batch)) return found;
    }
    return std::nullopt;
}

Result<Unit, IoError> MemoryStore::commit(const std::vector<TenantBatch>& batches) {
    const auto begin = std::chrono::steady_clock::now();
    for (const TenantBatch& batch : batches) assert_well_formed(batch);
    {
        const std::unique_lock lock(state_->guard);
        if (auto found = refusal(batches)) return fail(std::move(*found));
        for (const TenantBatch& batch : batches) {
            TenantData& data = state_->tenants[batch.tenant];
            if (batch.creates_tenant()) {
                data.owner = batch.owner;
                data.epoch = batch.epoch;
            }
            if (!batch.tenant_name.empty()) data.name = batch.tenant_name;
            if (!batch.ends_import_as.empty()) data.name = batch.ends_import_as;
            apply(data, batch);
        }
    }
    const auto spent = std::chrono::steady_clock::now() - begin;
    commits_.fetch_add(1);
    commit_micros_.fetch_add(
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(spent).count()));
    return Unit{};
}

}  // namespace

std::unique_ptr<engine::Store> open_memory() { return open_memory(std::make_shared<SharedRows>()); }

std::unique_ptr<engine::Store> open_memory(std::shared_ptr<SharedRows> rows) {
    return std::make_unique<MemoryStore>(std::move(rows));
}

}  // namespace waybill::storage::memory
