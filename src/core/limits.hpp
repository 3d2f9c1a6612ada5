#pragma once
// The limits of the domain, in one place. Each is checked in the decide function of the command that it bounds, and
// core/limits_test.cpp tries each at its edge. Limits of transports (bytes, nesting, time-outs) are with their
// adapters, and so is the check of what never becomes part of a command (`note_bytes_max`: api/order_input.hpp).

#include <cstddef>
#include <cstdint>

namespace waybill::core::limits {

inline constexpr std::size_t order_lines_max = 2'000;
inline constexpr std::size_t order_block_lines = 64;  ///< lines in one stored block
inline constexpr std::size_t order_charges_max = 50;
inline constexpr std::size_t order_tags_max = 50;
inline constexpr std::size_t order_holds_by_rules_max = 40;  ///< rules put no more on an order that has so many
inline constexpr std::size_t order_holds_max = 60;
inline constexpr std::size_t order_exceptions_by_rules_max = 40;  ///< rules raise no more on an order that has so many
inline constexpr std::size_t order_exceptions_max = 60;           ///< open at once
inline constexpr std::size_t order_fulfillments_max = 200;        ///< in its life
/// Lines of all of them: what looks for units in work goes through them.
inline constexpr std::size_t order_work_lines_max = 10 * order_lines_max;
inline constexpr std::size_t fulfillment_parcels_max = 500;          ///< of one fulfillment order in its life
inline constexpr std::size_t fulfillment_parcel_lines_max = 10'000;  ///< of all of them
inline constexpr std::size_t company_prefix_digits_min = 4;
inline constexpr std::size_t company_prefix_digits_max = 12;
inline constexpr std::size_t order_returns_max = 100;  ///< in its life
inline constexpr std::int64_t return_window_days_max = 3'660;
inline constexpr std::size_t return_reasons_max = 50;
inline constexpr std::int32_t order_priority_max = 1'000;      ///< and as far below 0
inline constexpr std::size_t order_tags_with_rules_max = 100;  ///< what rules add beyond it is left out
inline constexpr std::size_t sku_bytes_max = 64;
inline constexpr std::size_t code_bytes_max = 64;  ///< locations, channels, sources, classes, tags
inline constexpr std::size_t name_bytes_max = 256;
inline constexpr std::size_t channel_order_id_bytes_max = 64;
inline constexpr std::size_t note_bytes_max = 4'000;
inline constexpr std::size_t postcode_bytes_max = 32;
inline constexpr std::size_t area_prefix_bytes_max = 12;
inline constexpr std::size_t item_units_max = 8;
inline constexpr std::size_t item_components_max = 50;
inline constexpr std::size_t feed_rows_max = 1'000;  ///< rows of one feed message, movement command, demand
inline constexpr std::size_t items_max = 5'000'000;
inline constexpr std::size_t locations_max = 20'000;
inline constexpr std::size_t channels_max = 1'000;
inline constexpr std::size_t distance_bands_max = 32;
inline constexpr std::size_t rate_tables_max = 1'000;
inline constexpr std::size_t rate_zones_max = 200;         ///< of one table
inline constexpr std::size_t rate_postcodes_max = 10'000;  ///< entries of postcodes in all zones of one table
inline constexpr std::size_t rate_breaks_max = 100;        ///< of one zone
inline constexpr std::size_t named_rate_tables_max = 10;   ///< that a location ships with
inline constexpr std::size_t webhooks_max = 100;
inline constexpr std::size_t webhook_url_bytes_max = 2'000;
inline constexpr std::int64_t webhook_batch_max = 100;  ///< events in one request
inline constexpr std::size_t webhook_failure_bytes_max = 300;
inline constexpr std::int64_t secret_overlap_hours = 24;   ///< how long the secret before is still signed with
inline constexpr std::size_t message_templates_max = 500;  ///< of all messages, in all languages
inline constexpr std::size_t message_subject_bytes_max = 500;
inline constexpr std::size_t message_text_bytes_max = 20'000;
inline constexpr std::size_t message_html_bytes_max = 60'000;
inline constexpr std::size_t message_sections_max = 8;  ///< one inside of another
inline constexpr std::size_t message_addresses_max = 10;
inline constexpr std::size_t mail_address_bytes_max = 254;  ///< RFC 5321, without the brackets
inline constexpr std::size_t locale_bytes_max = 35;         ///< RFC 5646 4.4.1
inline constexpr std::size_t closed_days_max = 400;
inline constexpr std::size_t customer_identities_max = 100;
inline constexpr std::size_t rule_sets_max = 2'000;  ///< versions of a tenant's rules
inline constexpr std::size_t rule_activations_max = 100'000;
inline constexpr std::size_t scheduled_activations_max = 100;  ///< whose instant has still to come
inline constexpr std::size_t automation_rules_max = 500;
inline constexpr std::size_t rule_actions_max = 20;          ///< of one rule
inline constexpr std::size_t rule_hold_codes_max = 20;       ///< different holds that the rules of a set can place
inline constexpr std::size_t rule_exception_kinds_max = 20;  ///< different exceptions that the rules of a set can raise
inline constexpr std::int64_t substitute_units_max = 1'000;  ///< of the item that serves, for one of the item ordered
inline constexpr std::int64_t exception_due_minutes_max = 366 * 24 * 60;  ///< from when a rule raises it
inline constexpr std::size_t rule_lists_max = 200;
inline constexpr std::size_t rule_list_entries_max = 50'000;  ///< of all lists of a rule set
inline constexpr std::size_t strategies_max = 50;
inline constexpr std::size_t strategy_filters_max = 20;
inline constexpr std::size_t routing_branches_max = 200;  ///< of the whole tree
inline constexpr std::size_t golden_orders_max = 50;
inline constexpr std::size_t condition_values_max = 10'000;  ///< JSON values of all conditions of a rule set
/// Steps that the automation rules and branches of a rule set may take for one order, at most, all together.
inline constexpr std::uint64_t rules_work_max = 2'000'000;
/// The same of the filters of one strategy, for one location.
inline constexpr std::uint64_t filters_work_max = 50'000;
/// How often the budget of a routing decision may be spent where strategies and filters make it try again.
inline constexpr std::uint64_t routing_budgets_max = 4;
inline constexpr std::size_t golden_units_max = 100;       ///< lines, stock or sources of one golden order
inline constexpr std::size_t named_locations_max = 1'000;  ///< in the scope of a key, or ruled out by a reroute
inline constexpr std::size_t criteria_max = 9;             ///< of a routing strategy
inline constexpr std::size_t clearance_terms_max = 20;     ///< of a routing strategy
inline constexpr std::size_t clearance_classes_max = 100;  ///< of one of them; locations: named_locations_max
inline constexpr std::size_t no_split_classes_max = 100;   ///< of a routing strategy
inline constexpr std::size_t strategy_attempts_max = 8;    ///< strategies tried for one order
inline constexpr std::size_t filter_attempts_max = 6;      ///< with fewer and fewer soft filters, for one strategy
inline constexpr std::size_t part_solves_max = 12;         ///< in search of a plan whose parts are worth enough

inline constexpr std::int64_t quantity_max = 1'000'000'000;  ///< base units in a line, level or movement
/// Of an item at a location: a thousand million base units a week.
inline constexpr std::int64_t weekly_milliunits_max = quantity_max * 1'000;
inline constexpr std::int64_t markdown_bp_max = 10'000;
inline constexpr std::int64_t unit_factor_max = 1'000'000;
inline constexpr std::int64_t weight_g_max = 100'000'000;  ///< 100 t in one base unit
inline constexpr std::int64_t length_mm_max = 1'000'000;
inline constexpr std::int64_t distance_km_max = 50'000;  ///< of a distance band: more than around the Earth
inline constexpr std::int64_t rate_weight_g_max = 1'000'000'000'000;  ///< of a shipment: a million tonnes
inline constexpr std::int64_t transit_days_max = 365;
inline constexpr std::int64_t priority_max = 1'000'000;
inline constexpr std::int64_t shipments_max = 1'000;                     ///< that a policy can allow for one order
inline constexpr std::int64_t line_shipments_max = 1'000;                ///< that a policy can allow for one line
inline constexpr std::int64_t price_micros_max = 1'000'000'000'000'000;  ///< a thousand million, major units
inline constexpr std::int64_t amount_minor_max = 1'000'000'000'000'000;  ///< any amount of money on an order
inline constexpr std::int64_t cost_micros_max = 1'000'000'000'000;       ///< one configured cost term: a million

inline constexpr std::size_t trace_bytes_max = 16 * 1024;  ///< of packed inputs; above it none are kept
inline constexpr std::int64_t feed_window = 1'024;         ///< how far behind the newest message a late one may come

}  // namespace waybill::core::limits
