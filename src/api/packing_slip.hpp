#pragma once
// What a packing slip says of a parcel: to whom it goes and what is in it. Data only; how it is printed is the
// printer's.

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/order_output.hpp"

namespace waybill::api {

struct PackingSlipLine {
    core::LineNo line_no;
    std::string channel_line_id;
    std::string sku;
    std::string title;
    std::int64_t quantity = 0;  ///< in this parcel
    std::int64_t ordered = 0;   ///< of the line in all
};
BOOST_DESCRIBE_STRUCT(PackingSlipLine, (), (line_no, channel_line_id, sku, title, quantity, ordered))

struct PackingSlip {
    std::string fulfillment_order;
    core::OrderId order;
    std::string channel;
    std::string channel_order_id;
    Instant placed_at;
    std::string location;
    std::uint32_t parcel = 0;
    std::uint32_t parcels = 0;  ///< of the fulfillment order, those that were unpacked apart
    core::ParcelStatus status = core::ParcelStatus::packed;
    std::optional<std::string> sscc;
    std::optional<std::string> carrier;
    std::optional<std::string> tracking;
    core::FulfillmentMethod method = core::FulfillmentMethod::ship;
    std::optional<ShipToOutput> ship_to;
    std::vector<PackingSlipLine> lines;
};
BOOST_DESCRIBE_STRUCT(PackingSlip, (),
                      (fulfillment_order, order, channel, channel_order_id, placed_at, location, parcel, parcels,
                       status, sscc, carrier, tracking, method, ship_to, lines))

/// REQUIRES: the caller sees its location. `person_doc` as render_order has it.
[[nodiscard]] PackingSlip render_packing_slip(const core::Parcel& parcel, const core::FulfillmentOrder& fulfillment,
                                              const core::Order& order, const engine::TenantView& view,
                                              const Caller& caller, std::string_view person_doc);

}  // namespace waybill::api
