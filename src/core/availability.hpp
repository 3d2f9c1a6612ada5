#pragma once
// Available to sell: what a channel can promise of an item now. Reads committed rows only; any thread that holds the
// engine's read lock may call it.

#include <cstdint>
#include <vector>

#include "core/state.hpp"

namespace waybill::core {

struct LocationAvailability {
    LocationIx location = 0;
    std::int64_t sellable = 0;
};

/// The sum of what the locations that may serve the channel can really reserve: active, on the channel's list, able to
/// ship (or, for pick-up, to hand out); per location never negative; kits by their scarcest component, location by
/// location. What a day's capacity would still allow is not looked at: tomorrow has capacity again.
/// Cost: O(levels of the item), for kits O(levels of its components).
[[nodiscard]] std::int64_t available_to_sell(const TenantState& state, ChannelIx channel, ItemIx item,
                                             FulfillmentMethod method);

/// The same by location, ascending, those with none left out.
[[nodiscard]] std::vector<LocationAvailability> available_by_location(const TenantState& state, ChannelIx channel,
                                                                      ItemIx item, FulfillmentMethod method);

}  // namespace waybill::core
