#pragma once
// Inventory level: one item at one location. A level is always the sum of its movements (core/inventory/movement.hpp);
// nothing else writes it.

#include <boost/describe.hpp>
#include <cstdint>
#include <vector>

#include "core/ids.hpp"

namespace waybill::core {

/// 48 bytes, since a tenant can have millions.
struct Level {
    LocationIx location = 0;
    FeedIx feed = no_index;           ///< the feed that last counted it
    std::uint64_t feed_sequence = 0;  ///< its message, so that an older count can not overwrite a newer one
    std::int64_t on_hand = 0;
    std::int64_t reserved = 0;
    std::int64_t safety = 0;
    std::int64_t unsellable = 0;

    /// What can be promised. Negative when a count found less than is reserved.
    [[nodiscard]] std::int64_t sellable() const { return on_hand - unsellable - reserved - safety; }
    bool operator==(const Level&) const = default;
};
BOOST_DESCRIBE_STRUCT(Level, (), (location, feed, feed_sequence, on_hand, reserved, safety, unsellable))

/// All levels of one item, ascending by location.
struct ItemLevels {
    std::vector<Level> levels;
    [[nodiscard]] const Level* find(LocationIx location) const;
    /// The level, made empty where there is none yet.
    Level& at(LocationIx location);
};

}  // namespace waybill::core
