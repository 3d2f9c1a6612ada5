#include "core/inventory/demand.hpp"

#include <algorithm>

#include "base/mutant.hpp"

namespace waybill::core {
namespace {

bool lies_before(const DemandRate& rate, LocationIx location) { return rate.location < location; }

}  // namespace

const DemandRate* ItemDemand::find(LocationIx location) const {
    const auto at = std::lower_bound(rates.begin(), rates.end(), location, &lies_before);
    return at == rates.end() || at->location != location ? nullptr : &*at;
}

void ItemDemand::put(const DemandRate& rate) {
    const auto at = std::lower_bound(rates.begin(), rates.end(), rate.location, &lies_before);
    const bool known = at != rates.end() && at->location == rate.location;
    if (rate.is_zero()) {
        if (known && !WAYBILL_MUTANT(demand_row_stays)) rates.erase(at);
    } else if (known) {
        *at = rate;
    } else {
        rates.insert(at, rate);
    }
}

}  // namespace waybill::core
