#pragma once
// PackFulfillment and UnpackParcel: picked units go into parcels, and out of them again as long as they have not left.

#include "core/decide.hpp"
#include "core/fulfillment/find_work.hpp"

namespace waybill::core {

/// A new parcel gets an SSCC by Waybill where the tenant has a company prefix and none is given: its serial number is
/// the sequence of the event, which no other has. Errors: unknown_fulfillment_order, fulfillment_state,
/// invalid_request, unknown_line, scan_not_in_order, quantity_not_in_work, unknown_parcel, parcel_state, sscc_taken,
/// sscc_exhausted.
[[nodiscard]] Result<Decision, Rejection> decide(const PackFulfillment& command, const TenantState& state,
                                                 const Context& context);

/// Errors: unknown_fulfillment_order, fulfillment_state, invalid_request, unknown_parcel, parcel_state.
[[nodiscard]] Result<Decision, Rejection> decide(const UnpackParcel& command, const TenantState& state,
                                                 const Context& context);

/// The parcel of this name that has not left; nullptr: a fault says by its name why there is none. `where`:
/// "/parcels/2". Faults: invalid_request, unknown_parcel, parcel_state.
[[nodiscard]] const Parcel* find_open_parcel(const Work& work, const ParcelName& name, const std::string& where,
                                             Faults& faults);

}  // namespace waybill::core
