#pragma once
// Order: what a customer asked for, and what became of every unit. Quantities are in the item's base unit and carry
// state: of `quantity`, `cancelled` were cancelled, each allocation holds some at a location of which some have
// shipped, and the rest is open (waiting for supply). Amounts are minor units of the order's currency.

#include <boost/describe.hpp>
#include <boost/mp11/list.hpp>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/currency.hpp"
#include "base/instant.hpp"
#include "core/fulfillment/fulfillment_order.hpp"
#include "core/ids.hpp"
#include "core/network/channel.hpp"
#include "core/network/geography.hpp"
#include "core/order/exception.hpp"
#include "core/order/hold.hpp"
#include "core/returns/order_return.hpp"

namespace waybill::core {

enum class SupplyKind : std::uint8_t {
    on_hand,
    inbound,  ///< a purchase order or ship notice, named by supply_id
    feed,     ///< stock that a supplier reports, named by its source
};
BOOST_DESCRIBE_ENUM(SupplyKind, on_hand, inbound, feed)

/// What one unit of a kit takes from the stock of its component.
struct KitTake {
    ItemIx item = 0;
    std::int64_t quantity = 1;
    bool operator==(const KitTake&) const = default;
};
BOOST_DESCRIBE_STRUCT(KitTake, (), (item, quantity))

/// Line x quantity x location x supply. An open allocation is a reservation of quantity - shipped units.
struct Allocation {
    LocationIx location = 0;
    std::int64_t quantity = 0;
    std::int64_t shipped = 0;
    SupplyKind supply = SupplyKind::on_hand;
    std::string supply_id;
    CivilDate capacity_day;  ///< the working day whose capacity it uses
    bool operator==(const Allocation&) const = default;
};
BOOST_DESCRIBE_STRUCT(Allocation, (), (location, quantity, shipped, supply, supply_id, capacity_day))

struct OrderLine {
    LineNo line_no;
    std::string channel_line_id;
    ItemIx item = 0;
    std::vector<KitTake> takes;      ///< of a kit as it was when it was ordered; empty: the item itself, one for one
    std::string unit;                ///< as ordered
    std::int64_t unit_quantity = 0;  ///< in that unit
    std::int64_t quantity = 0;       ///< in base units
    std::int64_t unit_price_micros = 0;  ///< of one ordered unit
    std::int64_t amount = 0;             ///< price x quantity, rounded half to even once
    std::int64_t discount = 0;           ///< including its share of the order's discounts; never negative
    std::int64_t tax = 0;
    std::int64_t cancelled = 0;           ///< base units
    std::string cancel_reason;            ///< of the last cancellation
    std::vector<Allocation> allocations;  ///< ascending by location
    /// What the customer ordered, where a rule has the line served with another item: then `item`, `takes`, `quantity`
    /// and all units are those of the item that serves, and the ordered unit and the amounts stay. no_index: `item`.
    ItemIx ordered_item = no_index;

    [[nodiscard]] bool is_substituted() const { return ordered_item != no_index; }
    [[nodiscard]] std::int64_t allocated() const;  ///< reserved and not yet shipped
    [[nodiscard]] std::int64_t shipped() const;
    [[nodiscard]] std::int64_t open() const;  ///< neither cancelled nor allocated nor shipped
    bool operator==(const OrderLine&) const = default;
};
BOOST_DESCRIBE_STRUCT(OrderLine, (),
                      (line_no, channel_line_id, item, takes, unit, unit_quantity, quantity, unit_price_micros, amount,
                       discount, tax, cancelled, cancel_reason, allocations, ordered_item))

enum class ChargeKind : std::uint8_t { shipping, handling, gift_wrap, fee, adjustment };
BOOST_DESCRIBE_ENUM(ChargeKind, shipping, handling, gift_wrap, fee, adjustment)

struct Charge {
    ChargeKind kind = ChargeKind::shipping;
    std::string code;
    std::int64_t amount = 0;
    std::int64_t tax = 0;
    bool operator==(const Charge&) const = default;
};
BOOST_DESCRIBE_STRUCT(Charge, (), (kind, code, amount, tax))

enum class FulfillmentMethod : std::uint8_t { ship, pickup };
BOOST_DESCRIBE_ENUM(FulfillmentMethod, ship, pickup)

/// Where it goes, as far as decisions need it. Name, street and telephone are in the person row.
struct ShipTo {
    std::string country;  ///< ISO 3166-1 alpha-2
    std::string region;
    std::string postcode;
    GeoPoint point;
    PersonId person;
    bool operator==(const ShipTo&) const = default;
};
BOOST_DESCRIBE_STRUCT(ShipTo, (), (country, region, postcode, point, person))

enum class OrderStatus : std::uint8_t {
    backordered,          ///< nothing allocated, units wait for supply
    partially_allocated,  ///< some units wait for supply
    allocated,            ///< every unit that is not cancelled is reserved somewhere
    partially_shipped,
    shipped,
    cancelled,
    on_hold,  ///< something is left, and a hold keeps it from being routed or shipped
};
BOOST_DESCRIBE_ENUM(OrderStatus, backordered, partially_allocated, allocated, partially_shipped, shipped, cancelled,
                    on_hold)

inline constexpr OrderStatus order_statuses[] = {
    OrderStatus::backordered, OrderStatus::partially_allocated, OrderStatus::allocated, OrderStatus::partially_shipped,
    OrderStatus::shipped,     OrderStatus::cancelled,           OrderStatus::on_hold,
};
static_assert(std::size(order_statuses) == boost::mp11::mp_size<boost::describe::describe_enumerators<OrderStatus>>(),
              "searches and audits go through all of them");

struct Order {
    OrderId id;
    ChannelIx channel = 0;
    std::string channel_order_id;
    CustomerId customer;
    std::string customer_group;  ///< the customer's when the order was placed
    Instant placed_at;           ///< when the customer ordered, as the channel says
    Instant received_at;         ///< when Waybill took it
    Currency currency;
    bool tax_included = false;  ///< prices include tax
    FulfillmentMethod method = FulfillmentMethod::ship;
    LocationIx pickup_location = no_index;
    ShipTo ship_to;
    std::optional<CivilDate> requested_date;
    std::optional<CivilDate> promised_date;
    std::vector<std::string> tags;  ///< ascending, no repeats
    RoutingPolicy routing;          ///< in force for this order: the channel's, as the order changed it
    std::vector<Charge> charges;
    std::vector<OrderLine> lines;
    std::int32_t priority = 0;                   ///< smaller goes first
    std::vector<OrderHold> holds;                ///< those on it now, ascending by code
    std::vector<OrderException> exceptions;      ///< open ones, ascending by kind
    std::vector<FulfillmentOrder> fulfillments;  ///< all of them, ascending by number
    std::vector<LocationIx> refused_by;          ///< locations that gave work back, ascending: not asked again
    /// Codes of holds that blocked releasing and that somebody took off, ascending: no rule puts them on again.
    std::vector<std::string> freed_of;
    std::vector<OrderReturn> returns;  ///< all of them, ascending by number
    Instant shipped_at;                ///< when units left last; not set: none have, or longer ago than this was kept
    std::string status_reason;         ///< why it is in its state: code of the last cancellation, shortage ...
    std::uint32_t version = 0;         ///< events of this order so far
    Sequence last_sequence;            ///< of its latest event
    Instant updated_at;

    [[nodiscard]] OrderStatus status() const;
    /// Whether nothing of it is left: every unit has shipped or was cancelled.
    [[nodiscard]] bool is_closed() const;
    /// The first hold on it that blocks this; nullptr: none does.
    [[nodiscard]] const OrderHold* blocked_by(HoldBlock what) const;
    [[nodiscard]] const OrderHold* find_hold(std::string_view code) const;
    [[nodiscard]] const FulfillmentOrder* find_fulfillment(std::uint32_t number) const;
    [[nodiscard]] const OrderReturn* find_return(std::uint32_t number) const;
    bool operator==(const Order&) const = default;
};
BOOST_DESCRIBE_STRUCT(Order, (),
                      (id, channel, channel_order_id, customer, customer_group, placed_at, received_at, currency,
                       tax_included, method, pickup_location, ship_to, requested_date, promised_date, tags, routing,
                       charges, lines, priority, holds, exceptions, status_reason, version, last_sequence, updated_at,
                       fulfillments, refused_by, freed_of, returns, shipped_at))

/// Base units of all lines, by what became of them.
struct OrderUnits {
    std::int64_t open = 0;
    std::int64_t allocated = 0;
    std::int64_t shipped = 0;
    std::int64_t cancelled = 0;
    std::int64_t released = 0;   ///< of those allocated: in work at their location
    std::int64_t picked = 0;     ///< of those released
    std::int64_t returning = 0;  ///< of those shipped: expected back
    std::int64_t returned = 0;   ///< of those shipped: came back
};
[[nodiscard]] OrderUnits units_of(const Order& order);

/// Locations that units are reserved at or have left from, ascending.
[[nodiscard]] std::vector<LocationIx> places_of(const Order& order);

/// "fraud, address": the holds on it that block this.
[[nodiscard]] std::string holds_text(const Order& order, HoldBlock what);

/// What the order is worth, now and as placed. Derived, never stored on its own.
struct OrderTotals {
    std::int64_t subtotal = 0;  ///< sum of line amounts
    std::int64_t discount = 0;
    std::int64_t charges = 0;
    std::int64_t tax = 0;        ///< of lines and charges
    std::int64_t total = 0;      ///< subtotal - discount + charges, and tax where prices do not include it
    std::int64_t cancelled = 0;  ///< the part of `total` that belongs to cancelled units
};
[[nodiscard]] OrderTotals totals_of(const Order& order);

/// What may be done with the order now; names of commands, as the API lists them in `allowed_actions`.
[[nodiscard]] std::vector<std::string> allowed_actions(const Order& order);
/// The same of one of its fulfillment orders; names of FulfillmentAction.
[[nodiscard]] std::vector<FulfillmentAction> allowed_actions(const FulfillmentOrder& fulfillment, const Order& order);
/// And of one of its returns; names of ReturnAction.
[[nodiscard]] std::vector<ReturnAction> allowed_actions(const OrderReturn& made, const Order& order);

}  // namespace waybill::core
