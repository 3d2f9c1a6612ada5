#include "core/order/backorder_queue.hpp"

#include <algorithm>

#include "base/mutant.hpp"

namespace waybill::core {

std::vector<WaitingUnits> waiting_units(const Order& order) {
    std::vector<WaitingUnits> out;
    if (order.blocked_by(HoldBlock::routing) != nullptr) return out;
    const auto add = [&out](ItemIx item, std::int64_t units) {
        const auto at = std::lower_bound(out.begin(), out.end(), item,
                                         [](const WaitingUnits& row, ItemIx wanted) { return row.item < wanted; });
        if (at != out.end() && at->item == item) {
            at->units += units;
        } else {
            out.insert(at, {item, units});
        }
    };
    for (const OrderLine& line : order.lines) {
        const std::int64_t open = line.open();
        if (open == 0) continue;
        if (line.takes.empty()) add(line.item, open);
        for (const KitTake& take : line.takes) add(take.item, open * take.quantity);
    }
    return out;
}

void BackorderQueue::put(const Order& order) {
    std::vector<WaitingUnits> units = waiting_units(order);
    const auto known = orders_.find(order.id);
    if (known == orders_.end() && units.empty()) return;
    bool is_to_be_tried = false;
    if (known != orders_.end()) {
        // Rules look at all of an order: one that has changed may find what it did not find as it was.
        is_to_be_tried = is_due(order.id) || known->second.version != order.version;
        remove(order.id, known->second);
        orders_.erase(known);
    }
    if (units.empty()) return;
    const BackorderRank rank{WAYBILL_MUTANT(backorders_ignore_priority) ? 0 : order.priority, order.id};
    for (const WaitingUnits& row : units) by_item_[row.item].insert(rank);
    if (is_to_be_tried) due_.insert(rank);
    orders_.emplace(order.id, Entry{rank.first, order.version, std::move(units)});
}

void BackorderQueue::supplied(ItemIx item) {
    const auto at = by_item_.find(item);
    if (at != by_item_.end()) due_.insert(at->second.begin(), at->second.end());
}

void BackorderQueue::supplied_all() {
    for (const auto& [id, entry] : orders_) due_.emplace(entry.priority, id);
}

void BackorderQueue::put_back(OrderId order) {
    const auto at = orders_.find(order);
    if (at != orders_.end()) due_.emplace(at->second.priority, order);
}

std::optional<OrderId> BackorderQueue::take(const std::function<bool(ItemIx)>& has_supply) {
    while (!due_.empty()) {
        const OrderId order = due_.begin()->second;
        due_.erase(due_.begin());
        const std::vector<WaitingUnits>& units = orders_.at(order).units;
        const auto may_be_there = [&](const WaitingUnits& row) { return has_supply(row.item); };
        if (std::any_of(units.begin(), units.end(), may_be_there)) return order;
    }
    return std::nullopt;
}

bool BackorderQueue::is_due(OrderId order) const {
    const auto at = orders_.find(order);
    return at != orders_.end() && due_.contains({at->second.priority, order});
}

void BackorderQueue::remove(OrderId order, const Entry& entry) {
    const BackorderRank rank{entry.priority, order};
    for (const WaitingUnits& row : entry.units) {
        const auto at = by_item_.find(row.item);
        at->second.erase(rank);
        if (at->second.empty()) by_item_.erase(at);
    }
    due_.erase(rank);
}

}  // namespace waybill::core
