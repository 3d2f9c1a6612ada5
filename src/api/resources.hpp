#pragma once
// The routes of each resource, in the file that answers them.

#include <span>

#include "api/router.hpp"

namespace waybill::api {

[[nodiscard]] std::span<const Route> order_routes();          // orders.cpp
[[nodiscard]] std::span<const Route> order_action_routes();   // order_actions.cpp
[[nodiscard]] std::span<const Route> order_search_routes();   // order_search.cpp
[[nodiscard]] std::span<const Route> exception_routes();      // exceptions.cpp
[[nodiscard]] std::span<const Route> fulfillment_routes();    // fulfillment.cpp
[[nodiscard]] std::span<const Route> return_routes();         // returns.cpp
[[nodiscard]] std::span<const Route> preview_routes();        // preview.cpp
[[nodiscard]] std::span<const Route> order_rules_routes();    // order_rules.cpp
[[nodiscard]] std::span<const Route> item_routes();           // items.cpp
[[nodiscard]] std::span<const Route> location_routes();       // locations.cpp
[[nodiscard]] std::span<const Route> channel_routes();        // channels.cpp
[[nodiscard]] std::span<const Route> postcode_area_routes();  // postcode_areas.cpp
[[nodiscard]] std::span<const Route> rate_table_routes();     // rate_tables.cpp
[[nodiscard]] std::span<const Route> webhook_routes();        // webhooks.cpp
[[nodiscard]] std::span<const Route> message_routes();        // messages.cpp
[[nodiscard]] std::span<const Route> rule_set_routes();       // rule_sets.cpp
[[nodiscard]] std::span<const Route> inventory_routes();      // inventory.cpp
[[nodiscard]] std::span<const Route> movement_routes();       // movements.cpp
[[nodiscard]] std::span<const Route> feed_routes();           // feeds.cpp
[[nodiscard]] std::span<const Route> availability_routes();   // availability.cpp
[[nodiscard]] std::span<const Route> customer_routes();       // customers.cpp
[[nodiscard]] std::span<const Route> event_routes();          // events.cpp
[[nodiscard]] std::span<const Route> tenant_routes();         // tenants.cpp
[[nodiscard]] std::span<const Route> key_routes();            // keys.cpp
[[nodiscard]] std::span<const Route> settings_routes();       // settings.cpp
[[nodiscard]] std::span<const Route> ops_routes();            // ops.cpp
[[nodiscard]] std::span<const Route> reference_routes();      // reference.cpp
[[nodiscard]] std::span<const Route> demand_routes();         // demand.cpp

}  // namespace waybill::api
