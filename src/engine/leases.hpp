#pragma once
// Leases: who owns which tenant, among the processes that share a store (ADR 15). Each process has one lease, which it
// renews; a tenant's row names its owner and counts changes of it, the epoch. A commit states the epoch that its tenant
// was loaded under, so a former owner can not write, whatever it believes of the time.
//
// All times here are those of the store's clock, told as what is left of them. Threads: one at a time.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/ids.hpp"
#include "engine/io_error.hpp"

namespace waybill::engine {

struct TenantHead {
    core::TenantId tenant;
    std::string name;
    core::Sequence head;
    Instant last_instant;
    /// It is being imported, or its import was cut off: not all of it is there, and nobody serves it.
    [[nodiscard]] bool is_unfinished() const { return name.empty(); }
};

/// A process among those that share a store, counted from 1 and never used twice.
using ProcessId = std::uint64_t;
inline constexpr ProcessId no_process = 0;
/// Counts the owners that a tenant had. 0 in a store that one process has for itself.
using Epoch = std::uint64_t;

/// The formats of stored rows that this program knows. A tenant of a later one is left to later programs.
inline constexpr std::uint32_t known_format = 1;

/// A process that shares the store.
struct Process {
    ProcessId id = no_process;
    std::string address;             ///< "http://10.0.0.5:8080"; empty: others can not reach it
    std::string version;             ///< of its program
    std::uint32_t format = 0;        ///< known_format of its program
    std::chrono::microseconds left;  ///< of its lease; none is left when it is not positive

    [[nodiscard]] bool is_live() const { return left.count() > 0; }
};

struct OwnedTenant {
    TenantHead head;
    ProcessId owner = no_process;
    Epoch epoch = 0;
    std::uint32_t format = 0;
};

/// That a process owns a tenant, since the change of owner that this epoch counts.
struct Holding {
    core::TenantId tenant;
    Epoch epoch = 0;
};

/// Members and tenants, ascending by id, as of one look.
struct Membership {
    std::vector<Process> processes;
    std::vector<OwnedTenant> tenants;
};

class Leases {
public:
    virtual ~Leases() = default;
    template <class T>
    using Answer = Result<T, IoError>;

    /// A new process, whose lease lasts for `lease` from now on. `process.id` and `left` are not looked at.
    virtual Answer<ProcessId> join(const Process& process, std::chrono::milliseconds lease) = 0;
    /// Renews the lease, also one that has expired, and then looks. nullopt: the process was forgotten and owns
    /// nothing. A tenant that this look shows as the process's own can not be taken from it as long as the lease lasts.
    virtual Answer<std::optional<Membership>> renew(ProcessId self, std::chrono::milliseconds lease) = 0;
    /// Looks, without being a process.
    virtual Answer<Membership> look() = 0;
    /// Takes those of the tenants that nobody owns whose lease lasts, and gives them as they are now, each with a new
    /// epoch. Waits for no commit: a tenant in the middle of one is left out, and so is one whose import has not ended.
    virtual Answer<std::vector<OwnedTenant>> claim(ProcessId self, const std::vector<core::TenantId>& tenants) = 0;
    /// Gives tenants up. Those that are held otherwise by now are left as they are: a release may come late.
    virtual Answer<Unit> release(ProcessId self, const std::vector<Holding>& holdings) = 0;
    /// Gives up everything.
    virtual Answer<Unit> leave(ProcessId self) = 0;
};

}  // namespace waybill::engine
