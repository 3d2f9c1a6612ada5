#include "storage/memory/memory_leases.hpp"

#include <mutex>
#include <utility>

#include "base/assert.hpp"

namespace waybill::storage::memory {

using core::TenantId;
using engine::Membership;
using engine::no_process;
using engine::OwnedTenant;
using engine::Process;
using engine::ProcessId;

namespace {

class MemoryLeases final : public engine::Leases {
public:
    explicit MemoryLeases(std::shared_ptr<SharedRows> rows) : rows_(std::move(rows)) {
        WAYBILL_ASSERT(rows_->clock != nullptr);
    }

    Answer<ProcessId> join(const Process& process, std::chrono::milliseconds lease) override {
        const std::unique_lock lock(rows_->guard);
        ProcessRow row{process, end_of(lease)};
        row.process.id = ++rows_->newest_process;
        rows_->processes.emplace(row.process.id, std::move(row));
        return rows_->newest_process;
    }

    Answer<std::optional<Membership>> renew(ProcessId self, std::chrono::milliseconds lease) override {
        const std::unique_lock lock(rows_->guard);
        const auto at = rows_->processes.find(self);
        if (at == rows_->processes.end()) return std::optional<Membership>();
        at->second.expires_at = end_of(lease);
        return std::optional(members());
    }

    Answer<Membership> look() override {
        const std::shared_lock lock(rows_->guard);
        return members();
    }

    Answer<std::vector<OwnedTenant>> claim(ProcessId self, const std::vector<TenantId>& tenants) override {
        const std::unique_lock lock(rows_->guard);
        std::vector<OwnedTenant> out;
        for (const TenantId id : std::set<TenantId>(tenants.begin(), tenants.end())) {
            const auto at = rows_->tenants.find(id);
            if (at == rows_->tenants.end() || at->second.name.empty()) continue;
            TenantData& tenant = at->second;
            if (tenant.format > engine::known_format || is_live(tenant.owner)) continue;
            tenant.owner = self;
            ++tenant.epoch;
            out.push_back(owned(id, tenant));
        }
        return out;
    }

    Answer<Unit> release(ProcessId self, const std::vector<engine::Holding>& holdings) override {
        const std::unique_lock lock(rows_->guard);
        for (const engine::Holding& holding : holdings) {
            const auto at = rows_->tenants.find(holding.tenant);
            const bool is_held =
                at != rows_->tenants.end() && at->second.owner == self && at->second.epoch == holding.epoch;
            if (is_held) give_up(at->second);
        }
        return Unit{};
    }

    Answer<Unit> leave(ProcessId self) override {
        const std::unique_lock lock(rows_->guard);
        for (auto& [id, tenant] : rows_->tenants) {
            if (tenant.owner == self) give_up(tenant);
        }
        rows_->processes.erase(self);
        return Unit{};
    }

private:
    static void give_up(TenantData& tenant) {
        tenant.owner = no_process;
        ++tenant.epoch;
    }

    [[nodiscard]] Instant end_of(std::chrono::milliseconds lease) const {
        return Instant(rows_->clock().micros() + std::chrono::microseconds(lease).count());
    }

    [[nodiscard]] bool is_live(ProcessId id) const {
        const auto at = rows_->processes.find(id);
        return at != rows_->processes.end() && rows_->clock() < at->second.expires_at;
    }

    [[nodiscard]] static OwnedTenant owned(TenantId id, const TenantData& tenant) {
        return {{id, tenant.name, tenant.head, tenant.last_instant}, tenant.owner, tenant.epoch, tenant.format};
    }

    [[nodiscard]] Membership members() const {
        Membership out;
        const Instant now = rows_->clock();
        for (const auto& [id, row] : rows_->processes) {
            out.processes.push_back(row.process);
            out.processes.back().left = std::chrono::microseconds(row.expires_at.micros() - now.micros());
        }
        for (const auto& [id, tenant] : rows_->tenants) out.tenants.push_back(owned(id, tenant));
        return out;
    }

    std::shared_ptr<SharedRows> rows_;
};

}  // namespace

std::unique_ptr<engine::Leases> open_leases(std::shared_ptr<SharedRows> rows) {
    return std::make_unique<MemoryLeases>(std::move(rows));
}

}  // namespace waybill::storage::memory
