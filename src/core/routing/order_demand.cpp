#include "core/routing/order_demand.hpp"

#include <algorithm>

#include "base/checked_math.hpp"

namespace waybill::core {

std::optional<std::int64_t> weeks_of_supply(std::int64_t units, std::int64_t weekly_milliunits) {
    if (weekly_milliunits <= 0) return std::nullopt;
    // A unit is 1'000 milliunits, a week 1'000 thousandths.
    const Int128 thousandths = static_cast<Int128>(units) * 1'000'000 / weekly_milliunits;
    return static_cast<std::int64_t>(std::min<Int128>(thousandths, INT64_MAX - 1));
}

OrderDemand demand_at(LocationIx place, const RoutingInputs& inputs, const TenantState& state) {
    OrderDemand out;
    MarkdownMean markdown;
    for (const RoutingInputs::ItemStock& stock : inputs.items) {
        const ItemDemand* demand = state.demand_of(stock.item);
        const DemandRate* rate = demand == nullptr ? nullptr : demand->find(place);
        if (rate != nullptr) out.weekly_milliunits += rate->weekly_milliunits;
        const auto at = std::lower_bound(
            stock.places.begin(), stock.places.end(), place,
            [](const RoutingInputs::Stock& row, LocationIx location) { return row.location < location; });
        const bool has_some = at != stock.places.end() && at->location == place;
        if (has_some) markdown.add(at->units, rate == nullptr ? 0 : rate->markdown_bp);
    }
    out.markdown_bp = markdown.value();
    return out;
}

}  // namespace waybill::core
