// The audit of inventory and capacity: rows against the fold, the ledger, and what orders hold.

#include <algorithm>
#include <tuple>

#include "engine/tenant_audit.hpp"

namespace waybill::engine {
namespace {

using LevelKey = std::pair<core::ItemIx, core::LocationIx>;

struct Sums {
    std::int64_t on_hand = 0;
    std::int64_t reserved = 0;
    std::int64_t safety = 0;
    std::int64_t unsellable = 0;
    bool operator==(const Sums&) const = default;
};

Sums sums_of(const core::Level& level) { return {level.on_hand, level.reserved, level.safety, level.unsellable}; }

std::map<LevelKey, core::Level> all_levels(const core::TenantState& state) {
    std::map<LevelKey, core::Level> out;
    for (core::ItemIx item = 0; item < state.levels.size(); ++item) {
        for (const core::Level& level : state.levels_of(item).levels)
            out.emplace(LevelKey{item, level.location}, level);
    }
    return out;
}

}  // namespace

void TenantAudit::compare_levels(const std::vector<LevelRow>& rows) {
    const auto name = [&](const LevelKey& key) {
        return "level of item " + std::to_string(key.first) + " at location " + std::to_string(key.second);
    };
    auto expected = all_levels(state_);
    for (const LevelRow& row : rows) {
        const LevelKey key{row.item, row.level.location};
        const auto at = expected.find(key);
        if (at == expected.end() || !(at->second == row.level)) problem(name(key) + " is not what the log says");
        if (at != expected.end()) expected.erase(at);
        ++result_.levels;
        ++checked("inventory levels equal to the fold");
    }
    for (const auto& [key, level] : expected) problem(name(key) + " is in the log and not among the rows");
}

void TenantAudit::compare_capacity(const std::vector<CapacityRow>& rows) {
    using Key = std::pair<core::LocationIx, CivilDate>;
    std::map<Key, core::CapacityDay> expected;
    for (core::LocationIx ix = 0; ix < state_.capacity.size(); ++ix) {
        for (const core::CapacityDay& day : state_.capacity.read(ix).days) expected.emplace(Key{ix, day.day}, day);
    }
    for (const CapacityRow& row : rows) {
        const auto at = expected.find({row.location, row.day.day});
        if (at == expected.end() || !(at->second == row.day)) {
            problem("capacity of location " + std::to_string(row.location) + " on " + format_date(row.day.day) +
                    " is not what the log says");
        }
        if (at != expected.end()) expected.erase(at);
        ++checked("capacity days equal to the fold");
    }
    for (const auto& [key, day] : expected) {
        problem("capacity of location " + std::to_string(key.first) + " on " + format_date(key.second) +
                " is in the log and not among the rows");
    }
}

TenantAudit::Step TenantAudit::compare_ledger() {
    auto rows = reader_.movement_sums(head_.tenant);
    if (!rows) return fail(std::move(rows.error()));
    auto expected = all_levels(state_);
    for (const LevelRow& row : *rows) {
        const LevelKey key{row.item, row.level.location};
        const auto at = expected.find(key);
        if (at == expected.end() || !(sums_of(at->second) == sums_of(row.level))) {
            problem("movements of item " + std::to_string(key.first) + " at location " + std::to_string(key.second) +
                    " do not sum to its level");
        }
        if (at != expected.end()) expected.erase(at);
        ++checked("levels equal to the sum of their movements");
    }
    for (const auto& [key, level] : expected) {
        // A count that found nothing makes a level without a movement.
        if (sums_of(level) == Sums{}) continue;
        problem("item " + std::to_string(key.first) + " at location " + std::to_string(key.second) +
                " has a level and no movements");
    }
    return Unit{};
}

void TenantAudit::check_reservations() {
    std::map<LevelKey, std::int64_t> held;
    for (const auto& [id, order] : state_.working.orders) {
        for (const core::OrderLine& line : order->lines) {
            for (const core::Allocation& allocation : line.allocations) {
                const std::int64_t units = allocation.quantity - allocation.shipped;
                if (line.takes.empty()) held[{line.item, allocation.location}] += units;
                for (const core::KitTake& take : line.takes) {
                    held[{take.item, allocation.location}] += units * take.quantity;
                }
            }
        }
    }
    for (const auto& [key, level] : all_levels(state_)) {
        const auto at = held.find(key);
        if (level.reserved != (at == held.end() ? 0 : at->second)) {
            problem("item " + std::to_string(key.first) + " at location " + std::to_string(key.second) + " has " +
                    std::to_string(level.reserved) + " reserved; orders hold " +
                    std::to_string(at == held.end() ? 0 : at->second));
        }
        if (at != held.end()) held.erase(at);
        ++checked("levels whose reserved units are those that orders hold");
    }
    for (const auto& [key, units] : held) {
        if (units == 0) continue;
        problem("orders hold item " + std::to_string(key.first) + " at location " + std::to_string(key.second) +
                ", where it has no level");
    }
}

void TenantAudit::check_capacity_use() {
    using Key = std::pair<core::LocationIx, CivilDate>;
    std::map<Key, core::CapacityDay> used;
    for (const auto& [id, order] : state_.working.orders) {
        std::set<Key> places;
        for (const core::OrderLine& line : order->lines) {
            for (const core::Allocation& allocation : line.allocations) {
                const Key key{allocation.location, allocation.capacity_day};
                used[key].units += allocation.quantity;
                if (places.insert(key).second) ++used[key].orders;
            }
        }
    }
    for (core::LocationIx ix = 0; ix < state_.capacity.size(); ++ix) {
        for (const core::CapacityDay& day : state_.capacity.read(ix).days) {
            const core::CapacityDay expected = used[{ix, day.day}];
            if (expected.orders != day.orders || expected.units != day.units) {
                problem("location " + std::to_string(ix) + " on " + format_date(day.day) +
                        ": capacity used is not what orders use");
            }
            used.erase({ix, day.day});
            ++checked("capacity days whose use is that of orders");
        }
    }
    for (const auto& [key, day] : used) {
        problem("orders use location " + std::to_string(key.first) + " on " + format_date(key.second) +
                ", which has no capacity row");
    }
}

}  // namespace waybill::engine
