#include "core/order/line_change.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/assert.hpp"
#include "base/mutant.hpp"

namespace waybill::core {
namespace {

Allocation& allocation_at(OrderLine& line, LocationIx location, CivilDate day) {
    const auto at = std::find_if(line.allocations.begin(), line.allocations.end(),
                                 [&](const Allocation& a) { return a.location == location && a.capacity_day == day; });
    WAYBILL_ASSERT(at != line.allocations.end());
    return *at;
}

Movement movement_of(MovementKind kind, ItemIx item, LocationIx location, std::int64_t units) {
    Movement out;
    out.item = item;
    out.location = location;
    out.kind = kind;
    if (kind == MovementKind::reserve) {
        out.reserved = units;
    } else {
        out.reserved = -units;
        if (kind == MovementKind::ship && !WAYBILL_MUTANT(ship_leaves_on_hand)) out.on_hand = -units;
    }
    return out;
}

struct CapacityUse {
    LocationIx location;
    CivilDate day;
    std::int64_t units;
};

/// What an order uses of each (location, day), ascending.
std::vector<CapacityUse> capacity_uses(const Order* order) {
    std::vector<CapacityUse> uses;
    if (order == nullptr) return uses;
    for (const OrderLine& line : order->lines) {
        for (const Allocation& allocation : line.allocations) {
            uses.push_back({allocation.location, allocation.capacity_day, allocation.quantity});
        }
    }
    std::sort(uses.begin(), uses.end(), [](const CapacityUse& a, const CapacityUse& b) {
        return std::tie(a.location, a.day) < std::tie(b.location, b.day);
    });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < uses.size(); ++i) {
        if (kept > 0 && uses[kept - 1].location == uses[i].location && uses[kept - 1].day == uses[i].day) {
            uses[kept - 1].units += uses[i].units;
        } else {
            uses[kept++] = uses[i];
        }
    }
    uses.resize(kept);
    return uses;
}

void book(TenantState& state, const CapacityUse& use, std::int64_t sign) {
    CapacityDay& day = state.capacity.write(use.location).at(use.day);
    day.orders += sign;
    day.units += sign * use.units;
    const CapacityTerms& terms = state.locations[use.location].capacity;
    if (sign < 0 && (terms.orders_per_day || terms.units_per_day)) state.new_supply.room = true;
}

}  // namespace

OrderLine* find_line(Order& order, LineNo line_no) {
    if (line_no.raw() == 0 || line_no.raw() > order.lines.size()) return nullptr;
    return &order.lines[line_no.raw() - 1];
}

const OrderLine* find_line(const Order& order, LineNo line_no) {
    if (line_no.raw() == 0 || line_no.raw() > order.lines.size()) return nullptr;
    return &order.lines[line_no.raw() - 1];
}

const Allocation* find_allocation(const OrderLine& line, LocationIx location, CivilDate day) {
    const auto at = std::find_if(line.allocations.begin(), line.allocations.end(),
                                 [&](const Allocation& a) { return a.location == location && a.capacity_day == day; });
    return at == line.allocations.end() ? nullptr : &*at;
}

void apply_line_change(Order& order, const LineChange& change) {
    OrderLine* line = find_line(order, change.line_no);
    if (WAYBILL_MUTANT(evolve_changes_next_line)) line = &order.lines[change.line_no.raw() % order.lines.size()];
    WAYBILL_ASSERT(line != nullptr);
    for (const AllocationPart& part : change.released) {
        Allocation& allocation = allocation_at(*line, part.location, part.capacity_day);
        WAYBILL_ASSERT(part.quantity > 0 && part.quantity <= allocation.quantity - allocation.shipped);
        allocation.quantity -= part.quantity;
    }
    std::erase_if(line->allocations, [](const Allocation& a) { return a.quantity == 0; });
    for (const Allocation& reserved : change.reserved) {
        const auto same = std::find_if(line->allocations.begin(), line->allocations.end(), [&](const Allocation& a) {
            return a.location == reserved.location && a.capacity_day == reserved.capacity_day;
        });
        if (same != line->allocations.end()) {
            same->quantity += reserved.quantity;
            continue;
        }
        const auto place = std::upper_bound(
            line->allocations.begin(), line->allocations.end(), reserved, [](const Allocation& a, const Allocation& b) {
                return std::tie(a.location, a.capacity_day) < std::tie(b.location, b.capacity_day);
            });
        line->allocations.insert(place, reserved);
    }
    for (const AllocationPart& part : change.shipped) {
        Allocation& allocation = allocation_at(*line, part.location, part.capacity_day);
        WAYBILL_ASSERT(part.quantity > 0 && part.quantity <= allocation.quantity - allocation.shipped);
        allocation.shipped += part.quantity;
    }
    line->cancelled += change.cancelled;
    WAYBILL_ASSERT(line->open() >= 0);
}

void allocation_movements(const OrderLine& line, const Allocation& allocation, std::int64_t quantity, MovementKind kind,
                          std::vector<Movement>& out) {
    if (line.takes.empty()) {
        out.push_back(movement_of(kind, line.item, allocation.location, quantity));
        return;
    }
    for (const KitTake& take : line.takes) {
        if (WAYBILL_MUTANT(kit_component_forgotten) && &take == &line.takes.back()) continue;
        out.push_back(movement_of(kind, take.item, allocation.location, quantity * take.quantity));
    }
}

void line_change_movements(const Order& order, const LineChange& change, std::vector<Movement>& out) {
    const OrderLine* line = find_line(order, change.line_no);
    WAYBILL_ASSERT(line != nullptr);
    const auto parts = [&](const std::vector<AllocationPart>& list, MovementKind kind) {
        for (const AllocationPart& part : list) {
            const Allocation* allocation = find_allocation(*line, part.location, part.capacity_day);
            WAYBILL_ASSERT(allocation != nullptr);
            allocation_movements(*line, *allocation, part.quantity, kind, out);
        }
    };
    if (!WAYBILL_MUTANT(release_moves_nothing)) parts(change.released, MovementKind::release);
    if (WAYBILL_MUTANT(release_twice)) parts(change.released, MovementKind::release);
    for (const Allocation& reserved : change.reserved) {
        allocation_movements(*line, reserved, reserved.quantity, MovementKind::reserve, out);
    }
    parts(change.shipped, MovementKind::ship);
}

void move_capacity(const Order* before, const Order* after, TenantState& state) {
    const std::vector<CapacityUse> old_uses = capacity_uses(before);
    const std::vector<CapacityUse> new_uses = capacity_uses(after);
    if (WAYBILL_MUTANT(capacity_not_given_back) && after != nullptr && new_uses.empty()) return;
    for (const CapacityUse& use : old_uses) book(state, use, -1);
    for (const CapacityUse& use : new_uses) book(state, use, 1);
}

}  // namespace waybill::core
