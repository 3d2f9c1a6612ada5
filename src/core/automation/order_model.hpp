#pragma once
// The facts that conditions may name: `order.total`, `line.item_class`, `location.distance_km` ... One table of names,
// types and meanings, from which the checker, the documentation (docs/domain/rules.md) and `GET /v1/rule-facts` come.
//
// Amounts are in major units of the order's currency, weights in kilograms, distances in kilometres, all exact.

#include <cstdint>

#include "core/limits.hpp"
#include "core/rules/fact_model.hpp"

namespace waybill::core {

enum class FactRecordId : std::uint16_t { root, order, customer, ship_to, line, now, location };

enum class RootFact : std::uint16_t { order, customer, ship_to, now, location };
enum class OrderFact : std::uint16_t {
    channel,
    channel_kind,
    method,
    pickup_location,
    currency,
    subtotal,
    discount,
    total,
    units,
    line_count,
    weight_kg,
    tags,
    requested_date,
    promised_date,
    lines,
    priority,
    // From the moment routed on.
    status,
    holds,
    exceptions,
    places,
    place_kinds,
    open_units,
    allocated_units,
    shipped_units,
    cancelled_units,
    released_units,
    picked_units,
    refused_by,
    returning_units,
    returned_units,
    return_reasons,
};
enum class CustomerFact : std::uint16_t { known, group };
enum class ShipToFact : std::uint16_t { country, region, postcode, located };
enum class LineFact : std::uint16_t {
    sku,
    item_class,
    quantity,
    unit,
    unit_quantity,
    unit_price,
    amount,
    discount,
    ship_alone,
    kit,
    weight_kg,
    // Before the order has been routed.
    available,
};
enum class NowFact : std::uint16_t { date, weekday, hour, minute };
enum class LocationFact : std::uint16_t {
    code,
    kind,
    country,
    region,
    postcode,
    priority,
    distance_km,
    pickup,
    returns,
    date,
    weekday,
    hour,
    minute,
    works_today,
};

inline constexpr std::size_t location_kinds = 4;

/// What automation rules see when an order is placed, and routing branches. No location.
[[nodiscard]] const rules::FactModel& order_model();
/// What automation rules see from the moment routed on: the same, and what became of the order.
[[nodiscard]] const rules::FactModel& settled_order_model();
/// What location filters see: the same, and one location, with the time in its zone.
[[nodiscard]] const rules::FactModel& location_model();

}  // namespace waybill::core
