#pragma once
// Which units of an order are in work, and how events change its fulfillment orders. REQUIRES throughout: what an
// event says can happen; decide saw to it.

#include <vector>

#include "core/events.hpp"
#include "core/order/order.hpp"
#include "core/rejection.hpp"

namespace waybill::core {

/// Units of a line at a place for a day.
struct UnitsInWork {
    std::int64_t to_pick = 0;
    std::int64_t picked = 0;
};
[[nodiscard]] UnitsInWork units_in_work(const Order& order, LineNo line, LocationIx location, CivilDate day);

/// Reserved, not shipped, and not in work.
[[nodiscard]] std::int64_t unreleased(const Order& order, const OrderLine& line, const Allocation& allocation);

/// Units of a line in work that a cancellation spares.
[[nodiscard]] std::int64_t spared(const FulfillmentLine& work);

/// Units of all places that may be cancelled: those that wait, and those reserved and not picked.
[[nodiscard]] std::int64_t cancellable(const Order& order, const OrderLine& line);

/// Units of a line at a place for a day that are in parcels.
[[nodiscard]] std::int64_t packed_units(const Order& order, LineNo line, LocationIx location, CivilDate day);

enum class Leaving : std::uint8_t {
    all,       ///< parcels too
    unpacked,  ///< what is in no parcel
};
/// Adds to `change` that up to `units` of what leaves `location` for `day` were in work: the oldest fulfillment order
/// first.
void note_fulfilled(const Order& order, LineChange& change, LocationIx location, CivilDate day, std::int64_t units,
                    Leaving leaving);
/// `parcel` as it leaves in `event`, whose carrier and number are its own where it has none. A number that the carrier
/// does not give is a fault of `pointer`.
[[nodiscard]] ShippedParcel shipped_parcel(std::uint32_t fulfillment, const Parcel& parcel, const OrderShipped& event,
                                           const std::string& pointer, Faults& faults);
/// Where one parcel leaves with nothing else, its carrier and number are those of the shipment.
void settle_shipment(OrderShipped& event);

void apply(Order& order, const FulfillmentReleased& event);
void apply(Order& order, const FulfillmentAccepted& event, Instant at);
void apply(Order& order, const FulfillmentPicked& event, Instant at);
void apply(Order& order, const FulfillmentPacked& event);
void apply(Order& order, const ParcelUnpacked& event);
void apply(Order& order, const FulfillmentRejected& event);
void apply(Order& order, const FulfillmentRecalled& event);
/// The `fulfilled` and `recalled` parts of a change of a line.
void apply_work_change(Order& order, const LineChange& change, const std::string& reason);
/// After its changes of lines.
void apply_shipped_parcels(Order& order, const OrderShipped& event, Instant at);

}  // namespace waybill::core
