#pragma once
// BackorderQueue: the orders of a tenant that wait for supply, and those of them that are to be routed again since
// supply has appeared. By priority, then by age; an order that the supply does not fit holds nobody up. It is made from
// orders and can be made again at any time: nothing of it is stored.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "core/ids.hpp"
#include "core/order/order.hpp"

namespace waybill::core {

/// Units of one stocked item: of the line's own, or of what its kit takes.
struct WaitingUnits {
    ItemIx item = 0;
    std::int64_t units = 0;
    bool operator==(const WaitingUnits&) const = default;
};

/// What of an order waits and may be routed: ascending by item. Empty: nothing, or a hold keeps it from being routed.
[[nodiscard]] std::vector<WaitingUnits> waiting_units(const Order& order);

/// The smaller goes first: the order's priority, then its id, which is its age.
using BackorderRank = std::pair<std::int32_t, OrderId>;

class BackorderQueue {
public:
    /// The order is like this now. One that waited already and has changed is due.
    void put(const Order& order);
    [[nodiscard]] bool knows(OrderId order) const { return orders_.contains(order); }

    /// More of the item can be promised somewhere: whoever waits for it is due. Cost: O(n log n) in their number.
    void supplied(ItemIx item);
    /// What places may do has changed: everybody is due.
    void supplied_all();
    /// It was taken, and could not be tried.
    void put_back(OrderId order);

    /// The next order to be routed again; it is not due any more. Those for which nothing can be there are passed over:
    /// `has_supply` says whether a unit of an item is free anywhere.
    [[nodiscard]] std::optional<OrderId> take(const std::function<bool(ItemIx)>& has_supply);
    [[nodiscard]] bool is_due(OrderId order) const;
    [[nodiscard]] bool any_due() const { return !due_.empty(); }

    [[nodiscard]] std::size_t size() const { return orders_.size(); }
    [[nodiscard]] const std::set<BackorderRank>& due() const { return due_; }

private:
    struct Entry {
        std::int32_t priority = 0;
        std::uint32_t version = 0;  ///< of the order
        std::vector<WaitingUnits> units;
    };
    void remove(OrderId order, const Entry& entry);

    std::map<OrderId, Entry> orders_;
    std::map<ItemIx, std::set<BackorderRank>> by_item_;
    std::set<BackorderRank> due_;
};

}  // namespace waybill::core
