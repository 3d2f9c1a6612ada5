#pragma once
// Backorders: the queues of orders that wait for supply, one for each tenant that somebody follows. The writer tells
// them of every commit; whoever follows a tenant takes what is due and has it routed again (engine/
// backorder_retrier.hpp). Nobody follows: nothing is kept.
//
// Threads: any.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include "core/order/backorder_queue.hpp"
#include "core/state.hpp"
#include "engine/leases.hpp"

namespace waybill::engine {

class Backorders {
public:
    /// Begins to follow a tenant, as of now. What waited before is yet to be offered. False: it is followed already, in
    /// this epoch.
    [[nodiscard]] bool follow(core::TenantId tenant, Epoch epoch);
    /// An order that was read. What a commit has told of it since `follow` is newer.
    void offer(core::TenantId tenant, const core::Order& order);
    /// All that waited was offered. Everybody is due: nobody knows what came while nobody looked.
    void all_offered(core::TenantId tenant);
    void forget(core::TenantId tenant);
    [[nodiscard]] std::vector<core::TenantId> followed() const;

    /// What a commit did.
    struct Changes {
        const std::map<core::OrderId, std::shared_ptr<core::Order>>* orders = nullptr;  ///< as they are now
        const core::NewSupply* supply = nullptr;
        bool configured = false;
    };
    /// By the writer, after the commit.
    void changed(core::TenantId tenant, Epoch epoch, const Changes& changes);

    /// The next due order of a tenant, whose committed state this is.
    [[nodiscard]] std::optional<core::OrderId> take(core::TenantId tenant, const core::TenantState& state);
    void put_back(core::TenantId tenant, core::OrderId order);
    /// The working day of each location, and the number of the rules in force. Where they are not as they were told
    /// last, everybody is due: places may take what they could not.
    void today(core::TenantId tenant, const std::vector<CivilDate>& working_days, std::uint32_t rule_set);
    [[nodiscard]] std::vector<core::TenantId> with_due() const;
    [[nodiscard]] bool is_due(core::TenantId tenant, core::OrderId order) const;

    /// Called, on whatever thread, when something became due. Set once, before anybody follows.
    void on_due(std::function<void()> told);
    /// Orders that wait, of all tenants that are followed.
    [[nodiscard]] std::uint64_t waiting() const;

private:
    struct Followed {
        Epoch epoch = 0;
        core::BackorderQueue queue;
        bool is_offering = true;
        std::set<core::OrderId> told_of;  ///< by commits, while older ones are offered
        std::vector<CivilDate> working_days;
        std::uint32_t rule_set = 0;
    };
    [[nodiscard]] Followed* find(core::TenantId tenant);
    void tell();

    mutable std::mutex mutex_;
    std::map<core::TenantId, Followed> tenants_;
    std::function<void()> told_;
};

}  // namespace waybill::engine
