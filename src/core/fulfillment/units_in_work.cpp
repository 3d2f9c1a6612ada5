#include "core/fulfillment/units_in_work.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/mutant.hpp"

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

void note_fulfilled(const Order& order, LineChange& change, LocationIx location, CivilDate day, std::int64_t units,
                    std::uint32_t only) {
    for (const FulfillmentOrder& fulfillment : order.fulfillments) {
        if (fulfillment.location != location || (only != 0 && fulfillment.number != only)) continue;
        for (const FulfillmentLine& work : fulfillment.lines) {
            if (work.line_no != change.line_no || work.capacity_day != day) continue;
            const std::int64_t taken = std::min(units, work.open());
            if (taken == 0) continue;
            change.fulfilled.push_back({fulfillment.number, day, taken});
            units -= taken;
        }
    }
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
        FulfillmentLine& line = line_of(fulfillment_of(order, part.number), change.line_no, part.capacity_day);
        WAYBILL_ASSERT(part.quantity > 0 && part.quantity <= line.open());
        line.picked -= std::min(line.picked, part.quantity);
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

}  // namespace waybill::core
