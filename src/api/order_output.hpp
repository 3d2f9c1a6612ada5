#pragma once
// An order as callers see it. Amounts are text in the order's currency; SKUs and codes stand where core has indexes;
// personal data comes from the order's person row and is there only for callers who may read it.

#include <boost/describe.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.hpp"
#include "api/exception_json.hpp"
#include "api/fulfillment_json.hpp"
#include "api/location_json.hpp"
#include "core/order/order.hpp"
#include "core/routing/trace.hpp"
#include "engine/engine.hpp"

namespace waybill::api {

struct OrderCustomer {
    static constexpr std::string_view schema_name = "OrderCustomer";
    std::optional<core::CustomerId> id;
    std::optional<std::string> name;
    std::optional<std::string> email;
    std::optional<std::string> phone;
    std::optional<std::string> locale;
};
BOOST_DESCRIBE_STRUCT(OrderCustomer, (), (id, name, email, phone, locale))

struct ShipToOutput {
    static constexpr std::string_view schema_name = "ShipTo";
    std::optional<std::string> name;
    std::optional<std::string> company;
    std::optional<std::string> line1;
    std::optional<std::string> line2;
    std::optional<std::string> city;
    std::string region;
    std::string postcode;
    std::string country;
    std::optional<std::string> phone;
    std::optional<std::string> email;
    std::optional<boost::json::value> latitude;
    std::optional<boost::json::value> longitude;
};
BOOST_DESCRIBE_STRUCT(ShipToOutput, (),
                      (name, company, line1, line2, city, region, postcode, country, phone, email, latitude, longitude))

struct TotalsOutput {
    static constexpr std::string_view schema_name = "OrderTotals";
    std::string subtotal;
    std::string discount;
    std::string charges;
    std::string tax;
    std::string total;
    std::string cancelled;
};
BOOST_DESCRIBE_STRUCT(TotalsOutput, (), (subtotal, discount, charges, tax, total, cancelled))

struct ChargeOutput {
    static constexpr std::string_view schema_name = "Charge";
    core::ChargeKind kind = core::ChargeKind::shipping;
    std::string code;
    std::string amount;
    std::string tax;
};
BOOST_DESCRIBE_STRUCT(ChargeOutput, (), (kind, code, amount, tax))

struct SupplyOutput {
    static constexpr std::string_view schema_name = "Supply";
    core::SupplyKind kind = core::SupplyKind::on_hand;
    std::string id;
};
BOOST_DESCRIBE_STRUCT(SupplyOutput, (), (kind, id))

struct KitTakeOutput {
    static constexpr std::string_view schema_name = "KitTake";
    std::string sku;
    std::int64_t quantity = 0;
};
BOOST_DESCRIBE_STRUCT(KitTakeOutput, (), (sku, quantity))

struct AllocationOutput {
    static constexpr std::string_view schema_name = "Allocation";
    std::string location;
    std::int64_t quantity = 0;
    std::int64_t shipped = 0;
    SupplyOutput supply;
    std::optional<std::vector<KitTakeOutput>> components;
    CivilDate capacity_day;
};
BOOST_DESCRIBE_STRUCT(AllocationOutput, (), (location, quantity, shipped, supply, components, capacity_day))

struct LineQuantities {
    std::int64_t open = 0;
    std::int64_t allocated = 0;
    std::int64_t shipped = 0;
    std::int64_t cancelled = 0;
    std::int64_t returning = 0;  ///< of those shipped
    std::int64_t returned = 0;   ///< likewise
};
BOOST_DESCRIBE_STRUCT(LineQuantities, (), (open, allocated, shipped, cancelled, returning, returned))

struct LineOutput {
    static constexpr std::string_view schema_name = "OrderLine";
    core::LineNo line_no;
    std::string channel_line_id;
    std::string sku;
    std::optional<std::string> ordered_sku;  ///< where a rule has another item serve the line
    std::string title;
    std::string unit;
    std::int64_t unit_quantity = 0;
    std::int64_t quantity = 0;
    std::string unit_price;
    std::string amount;
    std::string discount;
    std::string tax;
    LineQuantities quantities;
    std::optional<std::string> cancel_reason;
    std::vector<AllocationOutput> allocations;
};
BOOST_DESCRIBE_STRUCT(LineOutput, (),
                      (line_no, channel_line_id, sku, ordered_sku, title, unit, unit_quantity, quantity, unit_price,
                       amount, discount, tax, quantities, cancel_reason, allocations))

struct RoutingPolicyOutput {
    static constexpr std::string_view schema_name = "RoutingPolicy";
    bool allow_split = true;
    bool ship_complete = false;
    std::optional<std::int64_t> max_shipments;
    core::OnShortage on_shortage = core::OnShortage::backorder;
    std::vector<std::string> locations;
    std::vector<PlaceKind> forbidden_kinds;
    std::vector<std::string> forbidden_locations;
    std::vector<PlaceKind> required_kinds;
    std::vector<std::string> required_locations;
    std::optional<std::int64_t> max_line_shipments;
};
BOOST_DESCRIBE_STRUCT(RoutingPolicyOutput, (),
                      (allow_split, ship_complete, max_shipments, on_shortage, locations, forbidden_kinds,
                       forbidden_locations, required_kinds, required_locations, max_line_shipments))

struct HoldOutput {
    static constexpr std::string_view schema_name = "Hold";
    std::string code;
    std::string reason;
    std::vector<core::HoldBlock> blocks;
    Instant placed_at;
    std::string placed_by;
};
BOOST_DESCRIBE_STRUCT(HoldOutput, (), (code, reason, blocks, placed_at, placed_by))

/// One of its returns; `GET /v1/returns/{ret_id}` has the rest.
struct OrderReturnOutput {
    static constexpr std::string_view schema_name = "OrderReturn";
    std::string id;
    core::ReturnStatus status = core::ReturnStatus::requested;
};
BOOST_DESCRIBE_STRUCT(OrderReturnOutput, (), (id, status))

/// How the last routing of the order came out; on the answers of placing and re-routing.
struct SourcingOutput {
    static constexpr std::string_view schema_name = "Sourcing";
    std::int64_t shipments = 0;
    std::int64_t short_units = 0;
    std::optional<core::RoutingStatus> status;
    std::optional<std::string> cost;
    std::optional<std::string> lower_bound;
    std::optional<core::RoutingMethod> method;
};
BOOST_DESCRIBE_STRUCT(SourcingOutput, (), (shipments, short_units, status, cost, lower_bound, method))

struct OrderOutput {
    static constexpr std::string_view schema_name = "Order";
    core::OrderId id;
    std::string channel;
    std::string channel_order_id;
    core::OrderStatus status = core::OrderStatus::backordered;
    std::optional<std::string> status_reason;
    std::uint32_t version = 0;
    core::Sequence sequence;
    Instant placed_at;
    Instant received_at;
    Instant updated_at;
    Currency currency;
    bool tax_included = false;
    std::optional<OrderCustomer> customer;
    core::FulfillmentMethod method = core::FulfillmentMethod::ship;
    std::optional<std::string> pickup_location;
    std::optional<ShipToOutput> ship_to;
    std::optional<CivilDate> requested_date;
    std::optional<CivilDate> promised_date;
    std::vector<std::string> tags;
    std::int32_t priority = 0;
    std::vector<HoldOutput> holds;
    std::vector<OpenExceptionOutput> exceptions;
    std::vector<FulfillmentOutput> fulfillment_orders;
    std::vector<OrderReturnOutput> returns;
    std::optional<std::vector<std::string>> refused_by;
    std::optional<std::string> notes;
    RoutingPolicyOutput routing;
    std::optional<TotalsOutput> totals;
    std::optional<std::vector<ChargeOutput>> charges;
    std::vector<LineOutput> lines;
    std::optional<SourcingOutput> sourcing;
    std::vector<std::string> allowed_actions;
};
BOOST_DESCRIBE_STRUCT(OrderOutput, (),
                      (id, channel, channel_order_id, status, status_reason, version, sequence, placed_at, received_at,
                       updated_at, currency, tax_included, customer, method, pickup_location, ship_to, requested_date,
                       promised_date, tags, priority, holds, exceptions, fulfillment_orders, returns, refused_by, notes,
                       routing, totals, charges, lines, sourcing, allowed_actions))

/// What an order's person row says; empty text when there is none or the caller may not read it.
/// Callers who see some places only learn what is blocked, not why and by whom.
[[nodiscard]] HoldOutput render_hold(const core::OrderHold& hold, const Caller& caller);
[[nodiscard]] OrderOutput render_order(const core::Order& order, const engine::TenantView& view, const Caller& caller,
                                       std::string_view person_doc);

/// Where it goes, if it is sent; names and streets as render_order has them.
[[nodiscard]] std::optional<ShipToOutput> render_ship_to(const core::Order& order, const Caller& caller,
                                                         std::string_view person_doc);

/// Costs are in the tenant's currency.
[[nodiscard]] SourcingOutput render_sourcing(const core::Order& order,
                                             const std::optional<engine::RoutingSummary>& routing, Currency costs);

/// A caller limited to locations sees an order when something of it is or was allocated to one of them.
[[nodiscard]] bool sees_order(const Caller& caller, const core::Order& order);

/// The order with its ETag, as JSON.
[[nodiscard]] http::Response order_response(int status, const OrderOutput& order);

/// The person document of an order, or empty text. Errors: of the store.
[[nodiscard]] Result<std::string, Problem> read_person(const core::Order& order, const Caller& caller,
                                                       engine::Reader& reader);

}  // namespace waybill::api
