#pragma once
// Tenants: the committed state of every tenant of this process, and the lock between the writer and readers.
//
// The writer thread works on pending copies inside each TenantState without the lock and takes it only in `accept`, for
// as long as the swap of changed rows lasts. Readers hold it shared.

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/network/zone_rules.hpp"
#include "core/state.hpp"
#include "engine/engine.hpp"

namespace waybill::engine {

/// One tenant. Everything but what `Tenants` reads under its lock belongs to the writer thread.
struct TenantSlot {
    std::unique_ptr<core::TenantState> state;
    std::string name;
    Epoch epoch = 0;
    core::Sequence committed_head;
    Instant committed_instant;
    core::Sequence sealed_head;  ///< of the batch that is being made durable
    Instant sealed_instant;

    /// The working day of each location at the minute of `days_at`, kept up as locations change.
    std::vector<CivilDate> working_days;
    std::int64_t days_at_minute = -1;

    /// The pending rows are about to be made durable; the next batch is decided above them.
    void seal();

    void refresh_working_days(Instant now, const std::vector<core::ZoneRules>& zones);
    void location_changed(core::LocationIx ix, Instant now, const std::vector<core::ZoneRules>& zones);
};

class Tenants {
public:
    /// A tenant as loaded. By the writer's thread, or before it starts.
    void adopt(std::unique_ptr<TenantSlot> slot);
    /// Forgets what is in memory of these, and that only. By the writer's thread, between batches.
    void remove(const std::vector<core::TenantId>& ids);
    /// Tenants of the store, here or elsewhere. By the writer's thread.
    void know(const std::vector<TenantHead>& heads);

    /// For the writer. nullptr: no such tenant, or not here.
    [[nodiscard]] TenantSlot* find(core::TenantId id);
    [[nodiscard]] TenantSlot* any();
    [[nodiscard]] core::TenantId next_id() const;

    /// Makes sealed rows of `changed` visible, and the `fresh` tenants.
    void accept(const std::vector<TenantSlot*>& changed, std::vector<std::unique_ptr<TenantSlot>> fresh);

    /// For any thread.
    [[nodiscard]] std::optional<TenantView> view(core::TenantId id);
    [[nodiscard]] std::optional<KeyHit> find_key(std::string_view hash);
    [[nodiscard]] std::vector<TenantHead> heads();
    [[nodiscard]] std::optional<core::TenantId> find_name(std::string_view name);
    [[nodiscard]] std::optional<Epoch> epoch(core::TenantId id);
    [[nodiscard]] std::optional<core::Sequence> head(core::TenantId id);
    /// Of all that are here.
    [[nodiscard]] std::map<core::TenantId, Epoch> epochs();

private:
    [[nodiscard]] std::shared_lock<std::shared_mutex> read_lock();
    void add(std::unique_ptr<TenantSlot> slot);
    void index_keys(const TenantSlot& slot, std::uint32_t first);

    std::mutex turnstile_;  // a writer that waits holds it, so that a stream of readers can not keep it out
    std::shared_mutex mutex_;
    std::vector<std::unique_ptr<TenantSlot>> slots_;  // by id - 1; nullptr: not here
    std::map<core::TenantId, TenantHead> known_;      // as of the last look
    std::map<std::string, core::TenantId, std::less<>> names_;
    std::map<std::string, std::pair<core::TenantId, std::uint32_t>, std::less<>> keys_;  // hash: tenant, index
};

}  // namespace waybill::engine
