// Every limit of configuration, inventory and customers at its edge. Those of orders: core/order/order_limits_test.cpp.

#include "core/limits.hpp"

#include <gtest/gtest.h>

#include "core/field_checks.hpp"
#include "core/limit_edges.hpp"
#include "core/network/working_day.hpp"

namespace waybill::core {
namespace {

using testing::Edge;
using testing::expect_accepted;
using testing::expect_edges;
using testing::expect_refused;
using testing::Shop;
using testing::size_of;
using testing::text_of;

Location plain_location(const std::string& code) {
    Location location;
    location.code = code;
    location.calendar.working_days.fill(true);
    return location;
}

MoveInput receipt(const std::string& sku, const std::string& location, std::int64_t quantity) {
    MoveInput move;
    move.sku = sku;
    move.location = location;
    move.quantity = quantity;
    return move;
}

void run_or_fail(Shop& shop, const Command& command) {
    const auto decision = shop.run(command);
    ASSERT_TRUE(decision) << decision.error().detail;
}

/// Items A and B, places L and M, channel web.
struct SmallShop : Shop {
    SmallShop() {
        for (const char* sku : {"A", "B"}) put_item(sku);
        for (const char* code : {"L", "M"}) put_location(code, {});
        put_channel("web");
    }
};

TEST(limits, of_items) {
    SmallShop shop;
    PutItem base;
    base.item.sku = "N";
    base.item.units = {{"each", 1, ""}, {"case", 12, ""}};
    expect_edges<PutItem>(
        shop, base,
        {{"/sku", limits::sku_bytes_max, [](auto& c, auto n) { c.item.sku = text_of(n); }},
         {"/title", limits::name_bytes_max, [](auto& c, auto n) { c.item.title = text_of(n); }},
         {"/class", limits::code_bytes_max, [](auto& c, auto n) { c.item.item_class = text_of(n); }},
         {"/weight_g", limits::weight_g_max, [](auto& c, auto n) { c.item.weight_g = n; }},
         {"/length_mm", limits::length_mm_max, [](auto& c, auto n) { c.item.length_mm = n; }},
         {"/width_mm", limits::length_mm_max, [](auto& c, auto n) { c.item.width_mm = n; }},
         {"/height_mm", limits::length_mm_max, [](auto& c, auto n) { c.item.height_mm = n; }},
         {"/price", limits::price_micros_max, [](auto& c, auto n) { c.item.price_micros = n; }},
         {"/units/1/unit", limits::code_bytes_max, [](auto& c, auto n) { c.item.units[1].unit = text_of(n); }},
         {"/units/1/factor", limits::unit_factor_max, [](auto& c, auto n) { c.item.units[1].factor = n; }},
         {"/units", limits::item_units_max, [](auto& c, auto n) {
              while (c.item.units.size() < size_of(n)) {
                  c.item.units.push_back({"pack of " + std::to_string(c.item.units.size()), 2, ""});
              }
          }}});
}

TEST(limits, of_kits) {
    Shop shop;
    for (std::size_t i = 0; i <= limits::item_components_max; ++i) shop.put_item("C" + std::to_string(i));
    PutItem kit;
    kit.item.sku = "KIT";
    kit.components = {{"C0", 1}};
    expect_edges<PutItem>(
        shop, kit,
        {{"/components/0/quantity", limits::unit_factor_max, [](auto& c, auto n) { c.components[0].quantity = n; }},
         {"/components", limits::item_components_max, [](auto& c, auto n) {
              for (std::size_t i = 1; i < size_of(n); ++i) c.components.push_back({"C" + std::to_string(i), 1});
          }}});
}

/// Terms of a tenant and of a place are checked alike.
template <class C, class Terms>
std::vector<Edge<C>> cost_edges(Terms terms_of) {
    const auto term = [&](const char* pointer, std::int64_t CostTerms::*member) {
        return Edge<C>{pointer, limits::cost_micros_max, [=](C& c, auto n) { terms_of(c).*member = n; }};
    };
    const auto band = [&](const char* pointer, std::int64_t most, std::int64_t DistanceBand::*member) {
        return Edge<C>{pointer, most, [=](C& c, auto n) { terms_of(c).distance_bands.front().*member = n; }};
    };
    return {term("/costs/per_shipment", &CostTerms::per_shipment_micros),
            term("/costs/per_unit", &CostTerms::per_unit_micros),
            term("/costs/per_kg", &CostTerms::per_kg_micros),
            term("/costs/per_order", &CostTerms::per_order_micros),
            band("/costs/distance_bands/0/max_km", limits::distance_km_max, &DistanceBand::max_km),
            band("/costs/distance_bands/0/per_shipment", limits::cost_micros_max, &DistanceBand::per_shipment_micros),
            band("/costs/distance_bands/0/per_kg", limits::cost_micros_max, &DistanceBand::per_kg_micros),
            {"/costs/distance_bands", limits::distance_bands_max, [=](C& c, auto n) {
                 auto& bands = terms_of(c).distance_bands;
                 while (bands.size() < size_of(n)) bands.push_back({bands.back().max_km + 1, 0, 0});
             }}};
}

TEST(limits, of_locations) {
    Shop shop;
    PutLocation base{plain_location("N")};
    base.location.costs.emplace().distance_bands = {{1, 0, 0}};
    auto edges = cost_edges<PutLocation>([](PutLocation& c) -> CostTerms& { return *c.location.costs; });
    const auto text = [&](const char* pointer, std::int64_t most, auto member) {
        edges.push_back({pointer, most, [=](auto& c, auto n) { member(c.location) = text_of(n); }});
    };
    text(
        "/code", limits::code_bytes_max, [](Location & l) -> auto& { return l.code; });
    text(
        "/name", limits::name_bytes_max, [](Location & l) -> auto& { return l.name; });
    text(
        "/address/line1", limits::name_bytes_max, [](Location & l) -> auto& { return l.address.line1; });
    text(
        "/address/line2", limits::name_bytes_max, [](Location & l) -> auto& { return l.address.line2; });
    text(
        "/address/city", limits::name_bytes_max, [](Location & l) -> auto& { return l.address.city; });
    text(
        "/address/region", limits::code_bytes_max, [](Location & l) -> auto& { return l.address.region; });
    text(
        "/address/postcode", limits::postcode_bytes_max, [](Location & l) -> auto& { return l.address.postcode; });
    edges.push_back({"/priority", limits::priority_max,
                     [](auto& c, auto n) { c.location.priority = static_cast<std::int32_t>(n); }});
    edges.push_back({"/capacity/orders_per_day", limits::quantity_max,
                     [](auto& c, auto n) { c.location.capacity.orders_per_day = n; }});
    edges.push_back({"/capacity/units_per_day", limits::quantity_max,
                     [](auto& c, auto n) { c.location.capacity.units_per_day = n; }});
    edges.push_back({"/calendar/closed_days", limits::closed_days_max, [](auto& c, auto n) {
                         for (int day = 0; day < n; ++day) c.location.calendar.closed_days.push_back(CivilDate(day));
                     }});
    expect_edges<PutLocation>(shop, base, edges);
}

TEST(limits, of_tenants_and_channels) {
    SmallShop shop;
    ConfigureTenant configure{shop.state->tenant()};
    configure.settings.costs.emplace().distance_bands = {{1, 0, 0}};
    auto edges = cost_edges<ConfigureTenant>([](ConfigureTenant& c) -> CostTerms& { return *c.settings.costs; });
    edges.push_back({"/name", limits::name_bytes_max, [](auto& c, auto n) { c.settings.name = text_of(n); }});
    edges.push_back(
        {"/short_per_unit", limits::cost_micros_max, [](auto& c, auto n) { c.settings.short_per_unit_micros = n; }});
    edges.push_back(
        {"/backorder_fixed", limits::cost_micros_max, [](auto& c, auto n) { c.settings.backorder_fixed_micros = n; }});
    expect_edges<ConfigureTenant>(shop, configure, edges);
    PutChannel channel;
    channel.channel.code = "shop";
    expect_edges<PutChannel>(
        shop, channel,
        {{"/code", limits::code_bytes_max, [](auto& c, auto n) { c.channel.code = text_of(n); }},
         {"/name", limits::name_bytes_max, [](auto& c, auto n) { c.channel.name = text_of(n); }},
         {"/routing/max_shipments", limits::shipments_max,
          [](auto& c, auto n) { c.channel.routing.max_shipments = n; }},
         {"/routing/max_line_shipments", limits::line_shipments_max,
          [](auto& c, auto n) { c.channel.routing.max_line_shipments = n; }},
         {"/routing/locations", limits::locations_max, [](auto& c, auto n) { c.locations.assign(size_of(n), "L"); }}});
}

TEST(limits, of_rate_tables) {
    Shop shop;
    PutRateTable base;
    base.table.code = "t";
    base.table.zones.emplace_back().code = "z";
    base.table.zones[0].country = "GB";
    base.table.zones[0].weight_breaks = {{1, 0}};
    const auto zone = [](const char* pointer, std::int64_t most, auto set) {
        return Edge<PutRateTable>{pointer, most, [=](auto& c, auto n) { set(c.table.zones[0], n); }};
    };
    expect_edges<PutRateTable>(
        shop, base,
        {{"/code", limits::code_bytes_max, [](auto& c, auto n) { c.table.code = text_of(n); }},
         {"/name", limits::name_bytes_max, [](auto& c, auto n) { c.table.name = text_of(n); }},
         {"/carrier", limits::name_bytes_max, [](auto& c, auto n) { c.table.carrier = text_of(n); }},
         {"/service", limits::name_bytes_max, [](auto& c, auto n) { c.table.service = text_of(n); }},
         zone("/zones/0/code", limits::code_bytes_max, [](RateZone& z, auto n) { z.code = text_of(n); }),
         zone("/zones/0/max_km", limits::distance_km_max, [](RateZone& z, auto n) { z.max_km = n; }),
         zone("/zones/0/transit_days", limits::transit_days_max,
              [](RateZone& z, auto n) { z.transit_days = static_cast<std::int32_t>(n); }),
         zone("/zones/0/weight_breaks/0/max_g", limits::rate_weight_g_max,
              [](RateZone& z, auto n) { z.weight_breaks[0].max_g = n; }),
         zone("/zones/0/weight_breaks/0/price", limits::cost_micros_max,
              [](RateZone& z, auto n) { z.weight_breaks[0].price_micros = n; }),
         zone("/zones/0/weight_breaks", limits::rate_breaks_max,
              [](RateZone& z, auto n) {
                  while (z.weight_breaks.size() < size_of(n))
                      z.weight_breaks.push_back({z.weight_breaks.back().max_g + 1, 0});
              }),
         zone("/zones", limits::rate_postcodes_max, [](RateZone& z, auto n) { z.postcodes.assign(size_of(n), "N1*"); }),
         {"/zones", limits::rate_zones_max, [](auto& c, auto n) {
              while (c.table.zones.size() < size_of(n)) {
                  c.table.zones.push_back(c.table.zones[0]);
                  c.table.zones.back().code += std::to_string(c.table.zones.size());
              }
          }}});
    base.table.zones[0].postcodes = {"N1"};
    expect_edges<PutRateTable>(shop, base,
                               {zone("/zones/0/postcodes/0", limits::postcode_bytes_max,
                                     [](RateZone& z, auto n) { z.postcodes[0] = text_of(n); })});
    for (std::size_t t = 0; t < limits::rate_tables_max; ++t) {
        base.table.code = "T" + std::to_string(t);
        run_or_fail(shop, base);
    }
    expect_accepted(shop, base);
    base.table.code = "more";
    expect_refused(shop, base, Reject::too_many_rows, "");
    PutLocation place{plain_location("L")};
    place.location.costs.emplace();
    expect_edges<PutLocation>(shop, place, {{"/costs/rate_tables", limits::named_rate_tables_max, [](auto& c, auto n) {
                                                 for (int t = 0; t < n; ++t) {
                                                     c.location.costs->rate_tables.push_back("T" + std::to_string(t));
                                                 }
                                             }}});
}

TEST(limits, of_webhooks) {
    Shop shop;
    PutWebhook base;
    base.webhook.code = "w";
    base.webhook.url = "https://a.example/";
    expect_edges<PutWebhook>(
        shop, base,
        {{"/code", limits::code_bytes_max, [](auto& c, auto n) { c.webhook.code = text_of(n); }},
         {"/url", limits::webhook_url_bytes_max,
          [](auto& c, auto n) { c.webhook.url += text_of(n - static_cast<std::int64_t>(c.webhook.url.size())); }},
         {"/description", limits::name_bytes_max, [](auto& c, auto n) { c.webhook.description = text_of(n); }},
         {"/batch_max", limits::webhook_batch_max, [](auto& c, auto n) { c.webhook.batch_max = n; }}});
    base.webhook.batch_max = 0;
    expect_refused(shop, base, Reject::invalid_request, "/batch_max");
    base.webhook.batch_max = 1;
    for (std::size_t w = 0; w < limits::webhooks_max; ++w) {
        base.webhook.code = "W" + std::to_string(w);
        run_or_fail(shop, base);
    }
    base.webhook.url += "changed";
    expect_accepted(shop, base);
    base.webhook.code = "more";
    expect_refused(shop, base, Reject::too_many_rows, "");
}

TEST(limits, of_demand) {
    Shop shop;
    shop.put_location("L", {});
    std::vector<DemandInput> rows;
    for (std::size_t i = 0; i < limits::feed_rows_max; ++i) {
        shop.put_item("S" + std::to_string(i));
        rows.push_back({"S" + std::to_string(i), "L", 1'000, 0});
    }
    expect_edges<PutDemand>(
        shop, {{rows[0]}},
        {{"/rows/0/weekly_units", limits::weekly_milliunits_max,
          [](auto& c, auto n) { c.rows[0].weekly_milliunits = n; }},
         {"/rows/0/markdown", limits::markdown_bp_max, [](auto& c, auto n) { c.rows[0].markdown_bp = n; }},
         {"", limits::feed_rows_max,
          [&](auto& c, auto n) {
              c.rows = rows;
              c.rows.resize(size_of(n), rows[0]);
          },
          Reject::too_many_rows}});
}

TEST(limits, of_message_templates) {
    Shop shop;
    PutMessageTemplate base;
    base.message = {"m", "en", "s", "t", "", {}, {}, true, {}, 0};
    expect_edges<PutMessageTemplate>(
        shop, base,
        {{"/code", limits::code_bytes_max, [](auto& c, auto n) { c.message.code = text_of(n); }},
         {"/subject", limits::message_subject_bytes_max, [](auto& c, auto n) { c.message.subject = text_of(n); }},
         {"/text", limits::message_text_bytes_max, [](auto& c, auto n) { c.message.text = text_of(n); }},
         {"/html", limits::message_html_bytes_max, [](auto& c, auto n) { c.message.html = text_of(n); }},
         {"/locale", limits::locale_bytes_max,
          [](auto& c, auto n) {
              c.message.locale = "en-abcdefgh-abcdefgh-abcdefgh-abc-a";
              c.message.locale.resize(static_cast<std::size_t>(n), 'x');
          }},
         {"/text", limits::message_sections_max, [](auto& c, auto n) {
              c.message.text.clear();
              for (std::int64_t s = 0; s < n; ++s) c.message.text += "{{#merchant}}";
              for (std::int64_t s = 0; s < n; ++s) c.message.text += "{{/merchant}}";
          }}});
    const auto with_addresses = [&](std::size_t count) {
        base.message.to.clear();
        for (std::size_t a = 0; a < count; ++a) base.message.to.push_back("a" + std::to_string(a) + "@example.com");
        return base;
    };
    expect_accepted(shop, with_addresses(limits::message_addresses_max));
    expect_refused(shop, with_addresses(limits::message_addresses_max + 1), Reject::invalid_request, "/to");
    base.message.to = {text_of(limits::mail_address_bytes_max - 2) + "@b"};
    expect_accepted(shop, base);
    base.message.to = {text_of(limits::mail_address_bytes_max - 1) + "@b"};
    expect_refused(shop, base, Reject::invalid_request, "/to/0");
    base.message.to.clear();
    for (std::size_t m = 0; m < limits::message_templates_max; ++m) {
        base.message.code = "M" + std::to_string(m);
        run_or_fail(shop, base);
    }
    base.message.text += "changed";
    expect_accepted(shop, base);
    base.message.locale = "de";
    expect_refused(shop, base, Reject::too_many_rows, "");
}

TEST(limits, of_postcode_areas_and_keys) {
    SmallShop shop;
    const PostcodeArea area{"GB", "N1", {6'371'009, 0, 0}};
    expect_edges<PutPostcodeAreas>(
        shop, {{area}},
        {{"/areas/0/prefix", limits::area_prefix_bytes_max, [](auto& c, auto n) { c.areas[0].prefix = text_of(n); }},
         {"", limits::feed_rows_max, [&](auto& c, auto n) { c.areas.assign(size_of(n), area); },
          Reject::too_many_rows}});
    IssueKey key;
    key.key_name = "till";
    key.role = Role::store;
    key.locations = {"L"};
    expect_edges<IssueKey>(
        shop, key,
        {{"/name", limits::name_bytes_max, [](auto& c, auto n) { c.key_name = text_of(n); }},
         {"/locations", limits::named_locations_max, [](auto& c, auto n) { c.locations.assign(size_of(n), "L"); }}});
}

TEST(limits, of_tables) {
    Shop shop;
    for (std::size_t i = 0; i < limits::locations_max; ++i) shop.put_location("L" + std::to_string(i), {});
    for (std::size_t i = 0; i < limits::channels_max; ++i) shop.put_channel("C" + std::to_string(i));
    EXPECT_EQ(shop.state->locations.size(), limits::locations_max);
    expect_refused(shop, PutLocation{plain_location("more")}, Reject::too_many_rows, "");
    PutLocation known{plain_location("L0")};
    known.location.name = "still to be changed";
    expect_accepted(shop, known);
    PutChannel channel;
    channel.channel.code = "more";
    expect_refused(shop, channel, Reject::too_many_rows, "");
    channel.channel.code = "C0";
    expect_accepted(shop, channel);
    // Five million items are more memory than a test should take: the check that all three tables share stands for
    // them.
    EXPECT_TRUE(check_room(limits::items_max - 1, limits::items_max, "items"));
    const auto full = check_room(limits::items_max, limits::items_max, "items");
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().code, Reject::too_many_rows);
    EXPECT_EQ(full.error().detail, "a tenant has at most 5000000 items");
}

TEST(limits, a_place_that_is_closed_as_often_as_can_be_said_still_has_a_working_day) {
    SmallShop shop;
    PutLocation put{plain_location("L")};
    auto& calendar = put.location.calendar;
    calendar.working_days.fill(false);
    calendar.working_days[0] = true;
    const CivilDate monday = parse_date("2026-03-02").value();
    const int closed = static_cast<int>(limits::closed_days_max);
    for (int week = 0; week < closed; ++week) calendar.closed_days.push_back(monday.plus_days(7 * week));
    run_or_fail(shop, put);
    EXPECT_EQ(working_day(shop.now, shop.state->locations[0], shop.zones), monday.plus_days(7 * closed));
}

TEST(limits, of_movements) {
    SmallShop shop;
    shop.count("A", "M", 1);
    MoveInventory base;
    base.moves = {receipt("A", "L", 1)};
    const auto set_quantity = [](auto& c, auto n) { c.moves[0].quantity = n; };
    expect_edges<MoveInventory>(
        shop, base,
        {{"", limits::feed_rows_max, [](auto& c, auto n) { c.moves.assign(size_of(n), receipt("A", "L", 1)); },
          Reject::too_many_rows},
         {"/moves/0/quantity", limits::quantity_max, set_quantity, Reject::quantity_out_of_range},
         {"/moves/0/reason", limits::name_bytes_max, [](auto& c, auto n) { c.moves[0].reason = text_of(n); }},
         {"/reference", limits::name_bytes_max, [](auto& c, auto n) { c.reference = text_of(n); }}});
    base.moves[0].unit = "case";
    expect_edges<MoveInventory>(
        shop, base, {{"/moves/0/quantity", limits::quantity_max / 12, set_quantity, Reject::quantity_out_of_range}});
    // What is there already counts: by receipt, and by transfer.
    base.moves = {receipt("A", "M", 1)};
    expect_edges<MoveInventory>(
        shop, base, {{"/moves/0/quantity", limits::quantity_max - 1, set_quantity, Reject::quantity_out_of_range}});
    shop.count("A", "L", limits::quantity_max);
    MoveInput transfer = receipt("A", "L", 1);
    transfer.kind = MoveKind::transfer;
    transfer.to_location = "M";
    base.moves = {transfer};
    expect_edges<MoveInventory>(
        shop, base, {{"/moves/0/quantity", limits::quantity_max - 1, set_quantity, Reject::quantity_out_of_range}});
}

/// Rows of a feed fail alone: "row CODE", or "" where all were taken.
std::string skipped_of(Shop& shop, FeedMode mode, const FeedRowInput& row) {
    ApplyFeed feed{"wms", 1, mode, {row}};
    const auto decision = decide(feed, *shop.state, shop.context());
    if (!decision) return "refused as a whole";
    if (decision->outcome.skipped.empty()) return "";
    return std::string(info_of(decision->outcome.skipped.front().code).name);
}

TEST(limits, of_feeds) {
    SmallShop shop;
    shop.count("B", "L", 1);
    const ApplyFeed base{"wms", 1, FeedMode::count, {{"A", "L", 1, std::nullopt}}};
    expect_edges<ApplyFeed>(shop, base,
                            {{"", limits::feed_rows_max, [](auto& c, auto n) { c.rows.resize(size_of(n), c.rows[0]); },
                              Reject::too_many_rows},
                             {"/source", limits::code_bytes_max, [](auto& c, auto n) { c.source = text_of(n); }}});
    constexpr std::int64_t most = limits::quantity_max;
    const std::string out = "quantity_out_of_range";
    EXPECT_EQ(skipped_of(shop, FeedMode::count, {"A", "L", most, most}), "");
    EXPECT_EQ(skipped_of(shop, FeedMode::count, {"A", "L", most + 1, std::nullopt}), out);
    EXPECT_EQ(skipped_of(shop, FeedMode::count, {"A", "L", 0, most + 1}), out);
    EXPECT_EQ(skipped_of(shop, FeedMode::count, {"A", "L", -1, std::nullopt}), out);
    EXPECT_EQ(skipped_of(shop, FeedMode::delta, {"A", "L", -most, std::nullopt}), "");
    EXPECT_EQ(skipped_of(shop, FeedMode::delta, {"A", "L", -most - 1, std::nullopt}), out);
    EXPECT_EQ(skipped_of(shop, FeedMode::delta, {"B", "L", most - 1, std::nullopt}), "");
    EXPECT_EQ(skipped_of(shop, FeedMode::delta, {"B", "L", most, std::nullopt}), out);
}

TEST(limits, of_how_late_a_feed_message_may_come) {
    SmallShop shop;
    ApplyFeed feed{"wms", 5'000, FeedMode::delta, {{"A", "L", 1, std::nullopt}}};
    run_or_fail(shop, feed);
    const auto window = static_cast<std::uint64_t>(limits::feed_window);
    feed.sequence = 5'000 - window;
    expect_refused(shop, feed, Reject::feed_message_too_old, "");
    feed.sequence = 5'000 - window + 1;
    expect_accepted(shop, feed);
    feed.sequence = 0;
    expect_refused(shop, feed, Reject::invalid_request, "/sequence");
    feed.sequence = std::uint64_t{INT64_MAX};
    run_or_fail(shop, feed);
    feed.sequence = std::uint64_t{INT64_MAX} - window;
    expect_refused(shop, feed, Reject::feed_message_too_old, "");
}

/// Makes a customer with that many identities, all new.
CustomerId customer_with(Shop& shop, std::size_t identities) {
    PutCustomer put;
    for (std::size_t i = 0; i < identities; ++i) {
        put.identities.push_back({"web", std::to_string(shop.state->head.raw()) + "-" + std::to_string(i)});
    }
    return CustomerId(shop.run(put)->outcome.object.id);
}

TEST(limits, of_customers) {
    SmallShop shop;
    PutCustomer base;
    base.identities = {{"web", "1"}};
    base.blocked = true;
    const auto identities = [](auto& c, auto n) {
        c.identities.clear();
        for (std::int64_t i = 0; i < n; ++i) c.identities.push_back({"web", "new " + std::to_string(i)});
    };
    constexpr auto most = static_cast<std::int64_t>(limits::customer_identities_max);
    expect_edges<PutCustomer>(
        shop, base,
        {{"/identities", most, identities},
         {"/identities/0/external_id", limits::code_bytes_max,
          [](auto& c, auto n) { c.identities[0].external_id = text_of(n); }},
         {"/group", limits::code_bytes_max, [](auto& c, auto n) { c.group = text_of(n); }},
         {"/blocked_reason", limits::name_bytes_max, [](auto& c, auto n) { c.blocked_reason = text_of(n); }}});
    PutCustomer added;
    added.id = customer_with(shop, 60);
    expect_edges<PutCustomer>(shop, added, {{"/identities", most - 60, identities}});
    expect_accepted(shop, MergeCustomers{customer_with(shop, 40), added.id});
    expect_refused(shop, MergeCustomers{customer_with(shop, 41), added.id}, Reject::invalid_request, "");
}

}  // namespace
}  // namespace waybill::core
