#include "core/fulfillment/fulfillment_order.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace waybill::core {

FulfillmentStatus FulfillmentOrder::status() const {
    std::int64_t to_pick = 0;
    std::int64_t picked = 0;
    std::int64_t shipped = 0;
    std::int64_t rejected = 0;
    for (const FulfillmentLine& line : lines) {
        to_pick += line.to_pick();
        picked += line.picked;
        shipped += line.shipped;
        rejected += line.rejected;
    }
    std::int64_t packed = 0;
    for (const Parcel& parcel : parcels) {
        if (!parcel.is_open()) continue;
        for (const ParcelUnits& units : parcel.lines) packed += units.quantity;
    }
    if (picked > 0 && to_pick > 0) return FulfillmentStatus::picking;
    if (picked > 0) return picked == packed ? FulfillmentStatus::packed : FulfillmentStatus::picked;
    if (to_pick > 0)
        return accepted_at.is_set() || shipped > 0 ? FulfillmentStatus::accepted : FulfillmentStatus::released;
    if (shipped > 0) return FulfillmentStatus::shipped;
    return rejected > 0 ? FulfillmentStatus::rejected : FulfillmentStatus::cancelled;
}

bool FulfillmentOrder::is_open() const {
    return std::any_of(lines.begin(), lines.end(), [](const FulfillmentLine& line) { return line.open() > 0; });
}

CivilDate FulfillmentOrder::due() const {
    WAYBILL_ASSERT(!lines.empty());
    const bool left = is_open();
    const FulfillmentLine* chosen = nullptr;
    for (const FulfillmentLine& line : lines) {
        if (left && line.open() == 0) continue;
        const bool better = chosen == nullptr || (left ? line.capacity_day < chosen->capacity_day
                                                       : chosen->capacity_day < line.capacity_day);
        if (better) chosen = &line;
    }
    return chosen->capacity_day;
}

std::span<const FulfillmentStep> fulfillment_steps() {
    static constexpr FulfillmentStep steps[] = {
#define WAYBILL_FULFILLMENT_STEP(from, action, to) \
    {FulfillmentStatus::from, FulfillmentAction::action, FulfillmentStatus::to},
#include "core/fulfillment/fulfillment_steps.def"
#undef WAYBILL_FULFILLMENT_STEP
    };
    return steps;
}

bool FulfillmentOrder::allows(FulfillmentAction action) const {
    const FulfillmentStatus now = status();
    const auto steps = fulfillment_steps();
    return std::any_of(steps.begin(), steps.end(),
                       [&](const FulfillmentStep& step) { return step.from == now && step.action == action; });
}

const Parcel* FulfillmentOrder::find_parcel(std::uint32_t wanted) const {
    return wanted == 0 || wanted > parcels.size() ? nullptr : &parcels[wanted - 1];
}

bool FulfillmentOrder::has_open_parcel() const {
    return std::any_of(parcels.begin(), parcels.end(), [](const Parcel& parcel) { return parcel.is_open(); });
}

std::int64_t FulfillmentOrder::packed(LineNo line_no, CivilDate day) const {
    std::int64_t sum = 0;
    for (const Parcel& parcel : parcels) {
        if (parcel.is_open()) sum += parcel.units(line_no, day);
    }
    return sum;
}

std::string fulfillment_name(OrderId order, std::uint32_t number) {
    return "ful_" + std::to_string(order.raw()) + "-" + std::to_string(number);
}

}  // namespace waybill::core
