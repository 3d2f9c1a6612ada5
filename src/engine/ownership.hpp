#pragma once
// Ownership: which tenants this process serves, among the processes that share the store (ADR 15). It decides, and is
// driven by others, step by step: a beat renews the lease, looks who owns what, claims what this process should own and
// gives up what another should; what was claimed is loaded one by one. ownership_threads.hpp drives it in a process
// that serves, the simulator in a world where time is made up. What is in memory changes on the writer's thread only.
//
// Memory answers only as long as `is_valid`: the lease is reckoned from before its renewal was sent, on a clock that
// nobody sets, so it ends here before it ends for the others. Writes need no such care: a commit states its epoch.
//
// Threads: `join`, `is_settled`, `beat` and `leave` from one, `load_next` from one, which may be another; `placement`,
// `is_valid`, `suspect` and the counters from any.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "engine/leases.hpp"
#include "engine/tenants.hpp"

namespace waybill::engine {

/// Of those that may own the tenant, the one that should: everybody who sees the same processes comes to the same one,
/// and a process that comes or goes moves no tenants between the others. no_process: there is none.
[[nodiscard]] ProcessId preferred_owner(const OwnedTenant& tenant, const std::vector<Process>& processes);

class Ownership {
public:
    using Steady = std::chrono::steady_clock;
    /// What whoever drives it does for it. The first two are asked on any thread.
    struct Driver {
        /// Of a clock that nobody sets, and that goes on while the machine sleeps.
        std::function<Steady::time_point()> now;
        std::function<void()> hurry;  ///< the next beat does not wait
        std::function<void()> load;   ///< there is something for `load_next`
        /// Runs something on the writer's thread, between batches.
        std::function<void(std::function<void()>)> post;
        std::function<void(ProcessId)> is_process;  ///< on the writer's thread
    };

    Ownership(std::unique_ptr<Leases> leases, std::unique_ptr<Reader> reader, Tenants& tenants, Driver driver,
              const EngineOptions& options);
    Ownership(const Ownership&) = delete;
    Ownership& operator=(const Ownership&) = delete;

    [[nodiscard]] Result<Unit, IoError> join();
    /// After a beat: everything that this process should serve is in memory.
    /// Errors: locked: another process has the store for itself, or this one wants to; unavailable: not renewed.
    [[nodiscard]] Result<bool, IoError> is_settled();
    void beat();
    [[nodiscard]] std::chrono::milliseconds beat_every() const { return interval_; }
    /// Loads one of the tenants that were claimed. False: there is none.
    bool load_next();
    /// Gives everything up. After the writer has ended.
    void leave();

    [[nodiscard]] Placement placement(core::TenantId tenant);
    [[nodiscard]] bool is_valid() const;
    /// The store was empty when it was last looked at.
    [[nodiscard]] bool saw_no_tenant() const;
    /// The store does not have the tenants as this process believes: what is in memory is thrown away, and what is
    /// still this process' is loaded again. On the writer's thread.
    void suspect(const std::vector<core::TenantId>& tenants);
    [[nodiscard]] OwnershipStats stats() const;

private:
    struct Claimed {
        OwnedTenant tenant;
        bool is_loading = true;
        std::string fault;  ///< not empty: it can not be loaded
    };

    /// A process that came first.
    struct Watched {
        std::chrono::microseconds left{0};  ///< of its lease, when it was last looked at
        int renewals = 0;                   ///< that were seen
    };

    /// Everything in memory belongs to a process that was forgotten.
    void begin_again();
    void take_in(const Membership& seen);
    void drop_lost(const Membership& seen);
    void claim_free(const Membership& seen);
    void hand_over(const Membership& seen);
    void release_dropped();
    void queue_load(const OwnedTenant& tenant);
    void load(const OwnedTenant& tenant);
    void adopt(const OwnedTenant& tenant, std::unique_ptr<TenantSlot> slot);
    /// From memory. A tenant that `leaves` is released when that is done.
    enum class Leaves : bool { no, yes };
    void drop(std::vector<core::TenantId> tenants, Leaves leaves);
    [[nodiscard]] Result<bool, IoError> is_shut_out(const Membership& seen);
    [[nodiscard]] bool has_its_own(const Membership& seen);
    [[nodiscard]] bool may_claim(const OwnedTenant& tenant, const Membership& seen) const;
    [[nodiscard]] bool is_exclusive() const { return options_.address.empty(); }
    void note(OwnershipNote::Kind kind, const OwnedTenant& tenant, std::string detail = {});

    std::unique_ptr<Leases> leases_;
    std::unique_ptr<Reader> reader_;
    Tenants& tenants_;
    Driver driver_;
    const EngineOptions& options_;
    const std::chrono::milliseconds interval_;

    ProcessId self_ = no_process;                              ///< of the beating thread
    std::map<ProcessId, Watched> watched_;                     ///< those that shut this process out
    std::map<core::TenantId, Steady::time_point> here_since_;  ///< as far as looks have shown
    std::map<core::TenantId, Epoch> told_lost_;                ///< and still in memory
    std::atomic<Steady::rep> valid_until_{0};

    mutable std::mutex mutex_;
    std::map<core::TenantId, Claimed> claimed_;  ///< owned, and not in memory yet
    std::deque<core::TenantId> to_load_;
    std::map<core::TenantId, Epoch> leaving_;  ///< handed over: dropped soon, or to be released
    std::vector<core::TenantId> to_release_;   ///< of them, those that were dropped
    std::shared_ptr<const Membership> seen_;

    std::atomic<std::uint64_t> taken_{0}, lost_{0}, handed_over_{0}, failed_{0};
};

}  // namespace waybill::engine
