#pragma once
// Inventory level: one item at one location. A level is always the sum of its movements (core/inventory/movement.hpp);
// nothing else writes it.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/assert.hpp"
#include "core/ids.hpp"

namespace waybill::core {

/// Units in a bucket of a level: at most limits::quantity_max either way, kept in four bytes and reckoned with in
/// eight.
class LevelUnits {
public:
    constexpr LevelUnits() = default;
    /// REQUIRES: four bytes hold it.
    // NOLINTNEXTLINE(google-explicit-constructor): it is a number of units, only narrower.
    constexpr LevelUnits(std::int64_t units) : units_(static_cast<std::int32_t>(units)) {
        WAYBILL_ASSERT(units_ == units);
    }
    /// Of a number that a store gives: a damaged one is made to fit, and differs from the ledger.
    [[nodiscard]] static constexpr LevelUnits clamped(std::int64_t units) {
        return std::clamp<std::int64_t>(units, INT32_MIN, INT32_MAX);
    }
    // NOLINTNEXTLINE(google-explicit-constructor)
    constexpr operator std::int64_t() const { return units_; }
    constexpr LevelUnits& operator+=(std::int64_t units) { return *this = LevelUnits(units_ + units); }

private:
    std::int32_t units_ = 0;
};

/// 32 bytes, since a tenant can have millions.
struct Level {
    LocationIx location = 0;
    FeedIx feed = no_index;           ///< the feed that last counted it
    std::uint64_t feed_sequence = 0;  ///< its message, so that an older count can not overwrite a newer one
    LevelUnits on_hand;
    LevelUnits reserved;
    LevelUnits safety;
    LevelUnits unsellable;

    /// What can be promised. Negative when a count found less than is reserved.
    [[nodiscard]] std::int64_t sellable() const { return on_hand - unsellable - reserved - safety; }
    bool operator==(const Level&) const = default;
};
static_assert(sizeof(Level) == 32);

/// All levels of one item, ascending by location.
struct ItemLevels {
    std::vector<Level> levels;
    [[nodiscard]] const Level* find(LocationIx location) const;
    /// The level, made empty where there is none yet.
    Level& at(LocationIx location);
};

}  // namespace waybill::core
