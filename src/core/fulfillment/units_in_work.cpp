#include "core/fulfillment/units_in_work.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "core/fulfillment/tracking_number.hpp"

namespace waybill::core {
namespace {

FulfillmentOrder& fulfillment_of(Order& order, std::uint32_t number) {
    WAYBILL_ASSERT(order.find_fulfillment(number) != nullptr);
    return order.fulfillments[number - 1];
}

FulfillmentLine& line_of(FulfillmentOrder& fulfillment, LineNo line_no, CivilDate day) {
    const auto at = std::find_if(fulfillment.lines.begin(), fulfillment.lines.end(), [&](const FulfillmentLine& line) {
        return line.line_no == line_no && line.capacity_day == day;
    });
    WAYBILL_ASSERT(at != fulfillment.lines.end());
    return *at;
}

}  // namespace

UnitsInWork units_in_work(const Order& order, LineNo line, LocationIx location, CivilDate day) {
    UnitsInWork out;
    for (const FulfillmentOrder& fulfillment : order.fulfillments) {
        if (fulfillment.location != location) continue;
        for (const FulfillmentLine& work : fulfillment.lines) {
            if (work.line_no != line || work.capacity_day != day) continue;
            out.to_pick += work.to_pick();
            out.picked += work.picked;
        }
    }
    return out;
}

std::int64_t unreleased(const Order& order, const OrderLine& line, const Allocation& allocation) {
    if (WAYBILL_MUTANT(released_units_rerouted)) return allocation.quantity - allocation.shipped;
    const UnitsInWork work = units_in_work(order, line.line_no, allocation.location, allocation.capacity_day);
    return allocation.quantity - allocation.shipped - work.to_pick - work.picked;
}

std::int64_t spared(const FulfillmentLine& work) { return WAYBILL_MUTANT(picked_units_cancelled) ? 0 : work.picked; }

std::int64_t cancellable(const Order& order, const OrderLine& line) {
    std::int64_t out = line.open() + line.allocated();
    for (const FulfillmentOrder& fulfillment : order.fulfillments) {
        for (const FulfillmentLine& work : fulfillment.lines) {
            if (work.line_no == line.line_no) out -= spared(work);
        }
    }
    return out;
}

std::int64_t packed_units(const Order& order, LineNo line, LocationIx location, CivilDate day) {
    std::int64_t sum = 0;
    for (const FulfillmentOrder& fulfillment : order.fulfillments) {
        if (fulfillment.location == location) sum += fulfillment.packed(line, day);
    }
    return sum;
}

void note_fulfilled(const Order& order, LineChange& change, LocationIx location, CivilDate day, std::int64_t units,
                    Leaving leaving) {
    for (const FulfillmentOrder& fulfillment : order.fulfillments) {
        if (fulfillment.location != location) continue;
        for (const FulfillmentLine& work : fulfillment.lines) {
            if (work.line_no != change.line_no || work.capacity_day != day) continue;
            const std::int64_t packed = fulfillment.packed(work.line_no, day);
            const bool with_parcels = leaving == Leaving::all;
            const std::int64_t taken = std::min(units, with_parcels ? work.open() : work.open() - packed);
            if (taken == 0) continue;
            change.fulfilled.push_back({fulfillment.number, day, taken, with_parcels ? packed : 0});
            units -= taken;
        }
    }
}

ShippedParcel shipped_parcel(std::uint32_t fulfillment, const Parcel& parcel, const OrderShipped& event,
                             const std::string& pointer, Faults& faults) {
    ShippedParcel out{fulfillment,    parcel.number,   parcel.sscc, parcel.carrier,
                      parcel.service, parcel.tracking, parcel.lines};
    if (out.carrier.empty()) out.carrier = event.carrier;
    if (out.tracking.empty()) out.tracking = event.tracking;
    settle_tracking(out.carrier, out.tracking, pointer, faults);
    return out;
}

void settle_shipment(OrderShipped& event) {
    if (event.parcels.size() != 1) return;
    const bool is_all = std::all_of(event.lines.begin(), event.lines.end(), [](const LineChange& change) {
        std::int64_t units = 0;
        for (const AllocationPart& part : change.shipped) units += part.quantity;
        for (const FulfillmentPart& part : change.fulfilled) units -= part.packed;
        return units == 0;
    });
    if (!is_all) return;
    event.carrier = event.parcels.front().carrier;
    event.tracking = event.parcels.front().tracking;
}

void apply(Order& order, const FulfillmentReleased& event) {
    for (const FulfillmentOrder& fulfillment : event.fulfillments) {
        WAYBILL_ASSERT(fulfillment.number == order.fulfillments.size() + 1);
        order.fulfillments.push_back(fulfillment);
    }
}

void apply(Order& order, const FulfillmentAccepted& event, Instant at) {
    fulfillment_of(order, event.number).accepted_at = at;
}

void apply(Order& order, const FulfillmentPicked& event, Instant at) {
    FulfillmentOrder& fulfillment = fulfillment_of(order, event.number);
    if (!fulfillment.accepted_at.is_set()) fulfillment.accepted_at = at;
    for (const WorkedUnits& units : event.lines) {
        FulfillmentLine& line = line_of(fulfillment, units.line_no, units.capacity_day);
        WAYBILL_ASSERT(units.quantity > 0 && units.quantity <= line.to_pick());
        line.picked += units.quantity;
    }
}

void apply(Order& order, const FulfillmentPacked& event) {
    std::vector<Parcel>& parcels = fulfillment_of(order, event.number).parcels;
    WAYBILL_ASSERT(event.parcel.number >= 1 && event.parcel.number <= parcels.size() + 1);
    if (event.parcel.number > parcels.size()) {
        parcels.push_back(event.parcel);
    } else {
        parcels[event.parcel.number - 1] = event.parcel;
    }
}

void apply(Order& order, const ParcelUnpacked& event) {
    FulfillmentOrder& fulfillment = fulfillment_of(order, event.number);
    WAYBILL_ASSERT(fulfillment.find_parcel(event.parcel) != nullptr);
    fulfillment.parcels[event.parcel - 1].lines.clear();
}

void apply(Order& order, const FulfillmentRejected& event) {
    FulfillmentOrder& fulfillment = fulfillment_of(order, event.number);
    for (const LineChange& change : event.lines) {
        for (const AllocationPart& part : change.released) {
            FulfillmentLine& line = line_of(fulfillment, change.line_no, part.capacity_day);
            WAYBILL_ASSERT(part.quantity > 0 && part.quantity <= line.open());
            line.picked -= std::max<std::int64_t>(part.quantity - line.to_pick(), 0);
            line.rejected += part.quantity;
        }
    }
    fulfillment.reason = event.reason;
    if (WAYBILL_MUTANT(refusal_forgotten)) return;
    const auto place = std::lower_bound(order.refused_by.begin(), order.refused_by.end(), fulfillment.location);
    if (place == order.refused_by.end() || *place != fulfillment.location) {
        order.refused_by.insert(place, fulfillment.location);
    }
}

void apply(Order& order, const FulfillmentRecalled& event) {
    FulfillmentOrder& fulfillment = fulfillment_of(order, event.number);
    for (const WorkedUnits& units : event.lines) {
        FulfillmentLine& line = line_of(fulfillment, units.line_no, units.capacity_day);
        WAYBILL_ASSERT(units.quantity > 0 && units.quantity <= line.to_pick());
        line.recalled += units.quantity;
    }
    fulfillment.reason = event.reason;
}

void apply_work_change(Order& order, const LineChange& change, const std::string& reason) {
    for (const FulfillmentPart& part : change.fulfilled) {
        FulfillmentOrder& fulfillment = fulfillment_of(order, part.number);
        FulfillmentLine& line = line_of(fulfillment, change.line_no, part.capacity_day);
        WAYBILL_ASSERT(part.quantity > 0 && part.quantity <= line.open());
        // Of what is in no parcel, picked units go first; parcels are still open here.
        const std::int64_t loose = line.picked - fulfillment.packed(change.line_no, part.capacity_day);
        line.picked -= part.packed + std::min(loose, part.quantity - part.packed);
        line.shipped += part.quantity;
    }
    for (const FulfillmentPart& part : change.recalled) {
        FulfillmentOrder& fulfillment = fulfillment_of(order, part.number);
        FulfillmentLine& line = line_of(fulfillment, change.line_no, part.capacity_day);
        WAYBILL_ASSERT(part.quantity > 0 && part.quantity <= line.open());
        line.picked -= std::max<std::int64_t>(part.quantity - line.to_pick(), 0);
        line.recalled += part.quantity;
        fulfillment.reason = reason;
    }
}

void apply_shipped_parcels(Order& order, const OrderShipped& event, Instant at) {
    for (const ShippedParcel& shipped : event.parcels) {
        FulfillmentOrder& fulfillment = fulfillment_of(order, shipped.fulfillment);
        WAYBILL_ASSERT(fulfillment.find_parcel(shipped.number) != nullptr);
        Parcel& parcel = fulfillment.parcels[shipped.number - 1];
        parcel.carrier = shipped.carrier;
        parcel.service = shipped.service;
        parcel.tracking = shipped.tracking;
        if (!WAYBILL_MUTANT(shipped_parcel_stays)) parcel.shipped_at = at;
    }
}

}  // namespace waybill::core
