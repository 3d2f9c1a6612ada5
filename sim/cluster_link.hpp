#pragma once
// The ways of processes to the store that they share, and what happens on them. Each call of a process travels to the
// store, is done there at one moment, and its answer travels back; in between other processes go on. A call may be lost
// on its way there, its answer on the way back; it may arrive long after the process has given up, or twice; and a
// process can be cut off.
//
// What the port promises holds: who asks where a log has settled is told when no commit is under way any more, so
// one that is late is decided then, either way.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/leases.hpp"
#include "engine/store.hpp"
#include "sim/dice.hpp"
#include "sim/strand.hpp"

namespace waybill::sim {

enum class Call : std::uint8_t { commit, lease, read };
inline constexpr std::size_t call_kinds = 3;

enum class NetFault : std::uint8_t {
    none,
    lost,        ///< nothing is done, and no answer comes
    unanswered,  ///< it is done, and no answer comes
    late,        ///< no answer comes; it is done some time later
    twice,       ///< done and answered, and done again later
    full,        ///< refused by the store
};
inline constexpr std::size_t net_fault_kinds = 6;
[[nodiscard]] std::string_view name_of(Call call);
[[nodiscard]] std::string_view name_of(NetFault fault);

/// What all ways share: true time, chance, and what is late.
struct Traffic {
    struct Late {
        std::int64_t at = 0;
        std::vector<core::TenantId> tenants;  ///< of a commit
        std::function<void()> arrive;
    };
    std::int64_t now = 0;           ///< micros; nobody in the world can read it
    std::int64_t store_offset = 0;  ///< of the store's clock
    Dice dice{0};
    std::vector<Late> late;
    std::uint64_t commits_done = 0;
    std::uint64_t faults = 0;

    /// Whatever commit of the tenant is late arrives now, or never.
    void decide_late(core::TenantId tenant);
};

class Link {
public:
    explicit Link(Traffic& traffic) : traffic_(traffic) {}

    /// Nothing gets through.
    void cut() { is_cut_ = true; }
    /// Nothing about leases does: they have a connection of their own.
    void mute() { is_mute_ = true; }
    void heal() { is_cut_ = is_mute_ = false; }
    void plan(Call call, NetFault fault) { plans_.push_back({call, fault}); }
    void end_plans() { plans_.clear(); }
    /// The process ends: nothing that it does from now on is heard.
    void end() { is_ended_ = true; }
    [[nodiscard]] bool is_ended() const { return is_ended_; }
    [[nodiscard]] Traffic& traffic() { return traffic_; }

    /// `what` is kept when it is late, so it holds what it needs by value.
    template <class T>
    [[nodiscard]] Result<T, engine::IoError> call(Call kind, std::function<Result<T, engine::IoError>()> what,
                                                  std::vector<core::TenantId> tenants = {});

private:
    struct Plan {
        Call call;
        NetFault fault;
    };
    [[nodiscard]] NetFault take_plan(Call kind);
    void wait(std::int64_t micros);
    void travel();
    void wait_in_vain();
    void send_late(std::vector<core::TenantId> tenants, std::function<void()> arrive);
    [[nodiscard]] engine::IoError silence(Call kind) const;

    Traffic& traffic_;
    std::deque<Plan> plans_;
    [[nodiscard]] bool is_cut(Call kind) const { return is_cut_ || (is_mute_ && kind == Call::lease); }

    bool is_cut_ = false;
    bool is_mute_ = false;
    bool is_ended_ = false;
};

template <class T>
Result<T, engine::IoError> Link::call(Call kind, std::function<Result<T, engine::IoError>()> what,
                                      std::vector<core::TenantId> tenants) {
    using engine::IoError;
    using engine::IoFailure;
    if (is_ended_) return fail(silence(kind));
    const NetFault fault = take_plan(kind);
    if (fault == NetFault::full) return fail(IoError{IoFailure::full, "planned"});
    if (is_cut(kind) && traffic_.dice.one_in(2)) {
        wait_in_vain();
        return fail(IoError{IoFailure::unavailable, "the store can not be reached"});
    }
    travel();
    if (is_ended_) {
        // The process ended while the call was on its way; it arrives or it does not.
        if (traffic_.dice.one_in(2)) static_cast<void>(what());
        return fail(silence(kind));
    }
    if (is_cut(kind) || fault == NetFault::lost) {
        wait_in_vain();
        return fail(silence(kind));
    }
    if (fault == NetFault::late) {
        send_late(std::move(tenants), [what = std::move(what)] { static_cast<void>(what()); });
        wait_in_vain();
        return fail(silence(kind));
    }
    auto answer = what();
    if (fault == NetFault::twice) send_late({}, [what = std::move(what)] { static_cast<void>(what()); });
    travel();
    if (is_cut(kind) || is_ended_ || fault == NetFault::unanswered) {
        wait_in_vain();
        return fail(silence(kind));
    }
    return answer;
}

/// Both live as long as what they are given.
[[nodiscard]] std::unique_ptr<engine::Store> link_store(engine::Store& inner, Link& link);

}  // namespace waybill::sim
