#include "core/inventory/level.hpp"

#include <algorithm>

namespace waybill::core {
namespace {

bool before_location(const Level& level, LocationIx location) { return level.location < location; }

}  // namespace

const Level* ItemLevels::find(LocationIx location) const {
    const auto at = std::lower_bound(levels.begin(), levels.end(), location, before_location);
    return at == levels.end() || at->location != location ? nullptr : &*at;
}

Level& ItemLevels::at(LocationIx location) {
    const auto place = std::lower_bound(levels.begin(), levels.end(), location, before_location);
    if (place != levels.end() && place->location == location) return *place;
    Level fresh;
    fresh.location = location;
    return *levels.insert(place, fresh);
}

}  // namespace waybill::core
