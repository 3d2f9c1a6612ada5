#include "api/packing_slip.hpp"

#include <algorithm>

#include "core/order/line_change.hpp"

namespace waybill::api {

PackingSlip render_packing_slip(const core::Parcel& parcel, const core::FulfillmentOrder& fulfillment,
                                const core::Order& order, const engine::TenantView& view, const Caller& caller,
                                std::string_view person_doc) {
    PackingSlip out;
    out.fulfillment_order = core::fulfillment_name(order.id, fulfillment.number);
    out.order = order.id;
    out.channel = view.channel(order.channel).code;
    out.channel_order_id = order.channel_order_id;
    out.placed_at = order.placed_at;
    out.location = view.location(fulfillment.location).code;
    out.parcel = parcel.number;
    out.parcels = static_cast<std::uint32_t>(
        std::count_if(fulfillment.parcels.begin(), fulfillment.parcels.end(),
                      [](const core::Parcel& one) { return one.status() != core::ParcelStatus::voided; }));
    out.status = parcel.status();
    if (!parcel.sscc.empty()) out.sscc = parcel.sscc;
    if (!parcel.carrier.empty()) out.carrier = parcel.carrier;
    if (!parcel.tracking.empty()) out.tracking = parcel.tracking;
    out.method = order.method;
    out.ship_to = render_ship_to(order, caller, person_doc);
    for (const core::ParcelUnits& units : parcel.lines) {
        if (out.lines.empty() || out.lines.back().line_no != units.line_no) {
            const core::OrderLine& line = *core::find_line(order, units.line_no);
            const core::Item& item = view.item(line.item);
            out.lines.push_back({line.line_no, line.channel_line_id, item.sku, item.title, 0, line.quantity});
        }
        out.lines.back().quantity += units.quantity;
    }
    return out;
}

}  // namespace waybill::api
