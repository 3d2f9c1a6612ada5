#include "core/availability.hpp"

#include <algorithm>

namespace waybill::core {
namespace {

bool hands_over(const Capabilities& capabilities, FulfillmentMethod method) {
    switch (method) {
        case FulfillmentMethod::ship:
            return capabilities.ship;
        case FulfillmentMethod::pickup:
            return capabilities.pickup;
    }
    return false;
}

bool serves(const TenantState& state, const Channel& channel, LocationIx ix, FulfillmentMethod method) {
    const Location& location = state.locations.rows.committed(ix);
    if (!location.active || !hands_over(location.capabilities, method)) return false;
    const auto& list = channel.routing.locations;
    return list.empty() || std::binary_search(list.begin(), list.end(), ix);
}

/// Calls visit(location, units) for every place that could give at least one unit, ascending by location.
template <class Visit>
void each_place(const TenantState& state, ChannelIx channel_ix, ItemIx item_ix, FulfillmentMethod method,
                Visit&& visit) {
    const Channel& channel = state.channels.rows.committed(channel_ix);
    const Item& item = state.items.rows.committed(item_ix);
    if (!channel.active || !item.active) return;
    const ItemIx lead = item.is_kit() ? item.components.front().item : item_ix;
    for (const Level& level : state.levels.committed(lead).levels) {
        std::int64_t units = level.sellable();
        if (item.is_kit()) {
            units /= item.components.front().quantity;
            for (std::size_t i = 1; i < item.components.size() && units > 0; ++i) {
                const Component& component = item.components[i];
                const Level* other = state.levels.committed(component.item).find(level.location);
                units = std::min(units, other == nullptr ? 0 : other->sellable() / component.quantity);
            }
        }
        if (units > 0 && serves(state, channel, level.location, method)) visit(level.location, units);
    }
}

}  // namespace

std::int64_t available_to_sell(const TenantState& state, ChannelIx channel, ItemIx item, FulfillmentMethod method) {
    std::int64_t sum = 0;
    each_place(state, channel, item, method, [&](LocationIx, std::int64_t units) { sum += units; });
    return sum;
}

std::vector<LocationAvailability> available_by_location(const TenantState& state, ChannelIx channel, ItemIx item,
                                                        FulfillmentMethod method) {
    std::vector<LocationAvailability> out;
    each_place(state, channel, item, method, [&](LocationIx location, std::int64_t units) {
        out.push_back({location, units});
    });
    return out;
}

}  // namespace waybill::core
