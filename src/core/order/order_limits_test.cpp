// Every limit of orders and of what a routing decision keeps, at its edge; and that the largest numbers which the
// limits allow together still add up.

#include <gtest/gtest.h>

#include "core/limit_edges.hpp"
#include "core/order/preview.hpp"
#include "core/routing/explain.hpp"
#include "core/routing/packed_inputs.hpp"
#include "core/routing/routing_problem.hpp"

namespace waybill::core {
namespace {

using testing::Edge;
using testing::expect_accepted;
using testing::expect_edges;
using testing::expect_refused;
using testing::Shop;
using testing::size_of;
using testing::text_of;

LineInput line_of(const std::string& sku, std::int64_t quantity, std::int64_t unit_price_micros = 0) {
    LineInput line;
    line.sku = sku;
    line.quantity = quantity;
    line.unit_price_micros = unit_price_micros;
    return line;
}

struct OrderShop : Shop {
    OrderShop() {
        put_item("A");
        put_location("L", {});
        put_channel("web");
    }
    [[nodiscard]] PlaceOrder base() const {
        PlaceOrder out = order("1");
        out.lines = {line_of("A", 1)};
        return out;
    }
    OrderId place(const PlaceOrder& command) {
        const auto decision = run(command);
        WAYBILL_ASSERT(decision.has_value());
        return OrderId(decision->outcome.object.id);
    }
};

TEST(order_limits, of_texts_and_lists) {
    OrderShop shop;
    expect_edges<PlaceOrder>(
        shop, shop.base(),
        {{"/channel_order_id", limits::channel_order_id_bytes_max,
          [](auto& c, auto n) { c.channel_order_id = text_of(n); }},
         {"/customer/external_id", limits::code_bytes_max,
          [](auto& c, auto n) { c.customer_external_id = text_of(n); }},
         {"/ship_to/region", limits::code_bytes_max, [](auto& c, auto n) { c.ship_to.region = text_of(n); }},
         {"/ship_to/postcode", limits::postcode_bytes_max, [](auto& c, auto n) { c.ship_to.postcode = text_of(n); }},
         {"/routing/max_shipments", limits::shipments_max, [](auto& c, auto n) { c.max_shipments = n; }},
         {"/routing/max_line_shipments", limits::line_shipments_max, [](auto& c, auto n) { c.max_line_shipments = n; }},
         {"/tags/0", limits::code_bytes_max, [](auto& c, auto n) { c.tags = {text_of(n)}; }},
         {"/tags", limits::order_tags_max, [](auto& c, auto n) { c.tags.assign(size_of(n), "gift"); }},
         {"/charges/0/code", limits::code_bytes_max,
          [](auto& c, auto n) {
              c.charges = {{ChargeKind::fee, text_of(n), 1, 0}};
          }},
         {"/charges", limits::order_charges_max,
          [](auto& c, auto n) {
              c.charges.assign(size_of(n), {ChargeKind::fee, "fee", 1, 0});
          }},
         {"/lines/0/channel_line_id", limits::code_bytes_max,
          [](auto& c, auto n) { c.lines[0].channel_line_id = text_of(n); }},
         {"/lines", limits::order_lines_max, [](auto& c, auto n) { c.lines.assign(size_of(n), c.lines[0]); }}});
    PlaceOrder empty = shop.base();
    empty.lines.clear();
    expect_refused(shop, empty, Reject::invalid_request, "/lines");
}

TEST(order_limits, of_quantities) {
    OrderShop shop;
    const auto set = [](auto& c, auto n) { c.lines[0].quantity = n; };
    PlaceOrder base = shop.base();
    expect_edges<PlaceOrder>(shop, base, {{"/lines/0/quantity", limits::quantity_max, set}});
    base.lines[0].unit = "case";
    expect_edges<PlaceOrder>(shop, base, {{"/lines/0/quantity", limits::quantity_max / 12, set}});
    base.lines[0].quantity = INT64_MAX;
    expect_refused(shop, base, Reject::invalid_request, "/lines/0/quantity");
}

TEST(order_limits, of_amounts) {
    OrderShop shop;
    const PlaceOrder base = shop.base();
    constexpr std::int64_t most = limits::amount_minor_max;
    const Reject code = Reject::amount_out_of_range;
    const auto charge = [](ChargeKind kind, std::int64_t amount, std::int64_t tax) {
        return std::vector<Charge>{{kind, "c", amount, tax}};
    };
    expect_edges<PlaceOrder>(
        shop, base,
        {{"/lines/0/unit_price", limits::price_micros_max, [](auto& c, auto n) { c.lines[0].unit_price_micros = n; },
          code},
         {"/lines/0/tax", most, [](auto& c, auto n) { c.lines[0].tax = n; }, code},
         {"/charges/0/amount", most, [&](auto& c, auto n) { c.charges = charge(ChargeKind::fee, n, 0); }, code},
         {"/charges/0/tax", most, [&](auto& c, auto n) { c.charges = charge(ChargeKind::fee, 0, n); }, code},
         {"/charges/0/amount", most, [&](auto& c, auto n) { c.charges = charge(ChargeKind::adjustment, -n, 0); }, code},
         {"/charges/0/amount", 0, [&](auto& c, auto n) { c.charges = charge(ChargeKind::fee, -n, 0); }, code},
         // A thousand million pounds ten thousand times is the largest amount, in pence.
         {"/lines/0/unit_price", 10'000,
          [](auto& c, auto n) { c.lines[0] = line_of("A", n, limits::price_micros_max); }, code},
         // One part may be as large as their sum; two such parts are too much.
         {"/total", 0,
          [](auto& c, auto n) {
              c.lines[0].tax = most;
              c.charges = {{ChargeKind::fee, "c", n, 0}};
          },
          code}});
}

TEST(order_limits, of_what_is_done_with_orders) {
    OrderShop shop;
    shop.count("A", "L", 2'000);
    PlaceOrder large = shop.base();
    large.lines.assign(limits::order_lines_max, large.lines[0]);
    const OrderId id = shop.place(large);
    CancelOrder cancel{id, {}, "late"};
    expect_edges<CancelOrder>(shop, cancel,
                              {{"/reason", limits::code_bytes_max, [](auto& c, auto n) { c.reason = text_of(n); }},
                               {"/lines", limits::order_lines_max, [](auto& c, auto n) {
                                    for (std::uint32_t i = 1; i <= n; ++i) c.lines.push_back({LineNo(i), 1});
                                }}});
    ShipOrder ship{id, "L", {}, "", ""};
    expect_edges<ShipOrder>(shop, ship,
                            {{"/carrier", limits::code_bytes_max, [](auto& c, auto n) { c.carrier = text_of(n); }},
                             {"/tracking", limits::name_bytes_max, [](auto& c, auto n) { c.tracking = text_of(n); }},
                             {"/lines", limits::order_lines_max, [](auto& c, auto n) {
                                  for (std::uint32_t i = 1; i <= n; ++i) c.lines.push_back({LineNo(i), 1});
                              }}});
    PlaceOrder small = shop.base();
    small.channel_order_id = "2";
    RerouteOrder reroute{shop.place(small), false, {}, "late"};
    expect_edges<RerouteOrder>(shop, reroute,
                               {{"/reason", limits::code_bytes_max, [](auto& c, auto n) { c.reason = text_of(n); }},
                                {"/exclude_locations", limits::named_locations_max,
                                 [](auto& c, auto n) { c.exclude_locations.assign(size_of(n), "L"); }}});
}

TEST(order_limits, of_holds_and_priority) {
    OrderShop shop;
    PlaceOrder one = shop.base();
    expect_edges<PlaceOrder>(shop, one, {{"/priority", limits::order_priority_max, [](auto& c, auto n) {
                                              c.priority = static_cast<std::int32_t>(n);
                                          }}});
    one.priority = -limits::order_priority_max;
    const OrderId id = shop.place(one);
    one.priority -= 1;
    one.channel_order_id = "2";
    testing::expect_refused(shop, one, Reject::invalid_request, "/priority");
    HoldOrder hold{id, "h", "", {HoldBlock::shipping}};
    expect_edges<HoldOrder>(shop, hold,
                            {{"/code", limits::code_bytes_max, [](auto& c, auto n) { c.code = text_of(n); }},
                             {"/reason", limits::code_bytes_max, [](auto& c, auto n) { c.reason = text_of(n); }}});
    for (std::size_t i = 0; i < limits::order_holds_max; ++i) {
        hold.code = "h" + std::to_string(i);
        ASSERT_TRUE(shop.run(hold));
    }
    hold.code = "one more";
    EXPECT_EQ(shop.run(hold).error().code, Reject::invalid_request);
    const auto actions = allowed_actions(*shop.state->working.find_order(id));
    EXPECT_EQ(std::count(actions.begin(), actions.end(), "hold_order"), 0);
    ReleaseHold release{id, "h0", ""};
    expect_edges<ReleaseHold>(shop, release,
                              {{"/reason", limits::code_bytes_max, [](auto& c, auto n) { c.reason = text_of(n); }}});
}

TEST(order_limits, of_exceptions) {
    OrderShop shop;
    const OrderId id = shop.place(shop.base());
    RaiseException raise{id, "e", "", Severity::normal, "", {}};
    expect_edges<RaiseException>(shop, raise,
                                 {{"/kind", limits::code_bytes_max, [](auto& c, auto n) { c.kind = text_of(n); }},
                                  {"/reason", limits::name_bytes_max, [](auto& c, auto n) { c.reason = text_of(n); }},
                                  {"/owner", limits::code_bytes_max, [](auto& c, auto n) { c.owner = text_of(n); }}});
    for (std::size_t i = 0; i < limits::order_exceptions_max; ++i) {
        raise.kind = "e" + std::to_string(i);
        ASSERT_TRUE(shop.run(raise));
    }
    raise.kind = "one more";
    EXPECT_EQ(shop.run(raise).error().code, Reject::invalid_request);
    ChangeException change{id, "e0", "ops", {}, {}};
    expect_edges<ChangeException>(shop, change,
                                  {{"/owner", limits::code_bytes_max, [](auto& c, auto n) { c.owner = text_of(n); }}});
    ResolveException resolve{id, "e0", ""};
    expect_edges<ResolveException>(
        shop, resolve, {{"/resolution", limits::name_bytes_max, [](auto& c, auto n) { c.resolution = text_of(n); }}});
}

/// Every cost, weight and quantity as large as it may be: costs are cut so that their sum fits, and still add up.
TEST(order_limits, together_fit_into_what_a_plan_may_cost) {
    Shop shop;
    PutItem heavy;
    heavy.item.sku = "A";
    heavy.item.weight_g = limits::weight_g_max;
    ASSERT_TRUE(shop.run(heavy));
    shop.put_item("KIT", {{"A", limits::unit_factor_max}});
    CostTerms costs{
        limits::cost_micros_max, limits::cost_micros_max, limits::cost_micros_max, limits::cost_micros_max, {}, {}};
    costs.distance_bands = {{limits::distance_km_max, limits::cost_micros_max, limits::cost_micros_max}};
    for (const char* code : {"L", "M"}) {
        shop.put_location(code, costs);
        shop.count("A", code, limits::quantity_max);
    }
    shop.put_channel("web");
    ConfigureTenant configure{shop.state->tenant()};
    configure.settings.short_per_unit_micros = limits::cost_micros_max;
    configure.settings.backorder_fixed_micros = limits::cost_micros_max;
    ASSERT_TRUE(shop.run(configure));
    const std::vector<std::vector<LineInput>> orders = {
        {line_of("A", 1)},
        {line_of("KIT", 1)},
        {line_of("KIT", limits::quantity_max)},
        {line_of("A", limits::quantity_max), line_of("A", limits::quantity_max), line_of("A", limits::quantity_max)}};
    for (const std::vector<LineInput>& lines : orders) {
        SCOPED_TRACE(lines[0].sku + " " + std::to_string(lines[0].quantity));
        PlaceOrder command = shop.order("1");
        command.lines = lines;
        const auto request = preview_request(command, *shop.state, shop.context());
        ASSERT_TRUE(request);
        const ExplainedCost cost = explain_preview(*request, *shop.state, shop.context()).cost;
        for (const std::int64_t part : {cost.shipments_micros, cost.units_micros, cost.orders_micros}) {
            EXPECT_GE(part, 0);
        }
        EXPECT_GE(cost.short_micros, 0);
        EXPECT_EQ(cost.shipments_micros + cost.units_micros + cost.orders_micros + cost.short_micros,
                  cost.total_micros);
        expect_accepted(shop, command);
    }
}

/// A term of the strategy is cut like a cost, and its part is what was cut: a century late, of an order so large that
/// little is left for a unit.
TEST(order_limits, of_strategy_terms_fit_into_what_a_plan_may_cost) {
    Shop shop;
    shop.put_item("A");
    shop.put_item("B");
    PutRateTable slow;
    slow.table.code = "slow";
    RateZone& zone = slow.table.zones.emplace_back();
    zone.code = "all";
    zone.transit_days = 1;
    zone.weight_breaks = {{limits::rate_weight_g_max, 0}};
    ASSERT_TRUE(shop.run(slow));
    shop.put_location("L", {0, 0, 0, 0, {}, {"slow"}});
    shop.count("A", "L", 300);
    shop.put_channel("web");
    ConfigureTenant configure{shop.state->tenant()};
    configure.settings.short_per_unit_micros = 1'000'000;
    ASSERT_TRUE(shop.run(configure));
    RoutingStrategy strategy;
    strategy.late_cost_per_unit_day_micros = limits::cost_micros_max;
    strategy.clearance = {{{}, {"L"}, limits::cost_micros_max}};
    PlaceOrder command = shop.order("1");
    command.promised_date = CivilDate::from_ymd(1900, 1, 1);
    command.lines = {line_of("A", 300), line_of("B", limits::quantity_max)};
    auto request = preview_request(command, *shop.state, shop.context());
    ASSERT_TRUE(request);
    request->strategy = &strategy;
    const Explanation told = explain_preview(*request, *shop.state, shop.context());
    ASSERT_EQ(told.short_units.size(), 1);
    ASSERT_EQ(told.short_units[0], std::pair(LineNo{2}, limits::quantity_max));
    const ExplainedCost& cost = told.cost;
    for (const std::int64_t part : {cost.late_micros, -cost.clearance_micros, cost.short_micros}) EXPECT_GT(part, 0);
    for (const std::int64_t part : {cost.shipments_micros, cost.units_micros, cost.orders_micros}) EXPECT_GE(part, 0);
    EXPECT_EQ(cost.shipments_micros + cost.units_micros + cost.orders_micros + cost.late_micros +
                  cost.clearance_micros + cost.split_micros + cost.short_micros,
              cost.total_micros);
}

std::string padded(std::int64_t number) {
    const std::string digits = std::to_string(number);
    return std::string(4 - digits.size(), '0') + digits;
}

/// As many lines as just fit, and one more.
TEST(order_limits, of_what_a_decision_keeps_of_what_it_read) {
    constexpr std::int64_t items = 300;
    constexpr std::int64_t places = 60;
    Shop shop;
    shop.put_channel("web");
    for (std::int64_t p = 0; p < places; ++p) shop.put_location("P" + padded(p), {});
    PlaceOrder command = shop.order("1");
    for (std::int64_t i = 0; i < items; ++i) {
        const std::string sku = "I" + padded(i);
        shop.put_item(sku);
        MoveInventory stock;
        for (std::int64_t p = 0; p < places; ++p) {
            stock.moves.push_back({MoveKind::receive, sku, "P" + padded(p), "", "", 5, ""});
        }
        ASSERT_TRUE(shop.run(stock));
        command.lines.push_back(line_of(sku, 1));
    }
    const auto everything = preview_request(command, *shop.state, shop.context());
    ASSERT_TRUE(everything);
    RoutingInputs inputs = build_problem(*everything, *shop.state, shop.context(), ListIneligible::no).inputs;
    ASSERT_GT(pack_inputs(inputs).size(), limits::trace_bytes_max);
    while (pack_inputs(inputs).size() > limits::trace_bytes_max) inputs.items.pop_back();
    const std::size_t fit = inputs.items.size();
    for (const std::size_t lines : {fit, fit + 1}) {
        PlaceOrder part = command;
        part.channel_order_id = std::to_string(lines);
        part.lines.resize(lines);
        const auto decision = decide(part, *shop.state, shop.context());
        ASSERT_TRUE(decision);
        const auto& placed = std::get<OrderPlaced>(decision->events.back());
        EXPECT_EQ(placed.routing.inputs, lines == fit ? pack_inputs(inputs) : "");
        if (lines == fit) continue;
        const RouteRequest request = request_of(placed.order, placed.routing);
        const Explanation told = explain_recorded(request, placed.routing, shop.now, *shop.state, shop.context());
        EXPECT_FALSE(told.reproduced);
        EXPECT_NE(std::string(told.reproduced_note).find("too much to keep"), std::string::npos);
        EXPECT_EQ(told.trace.cost_micros, placed.routing.cost_micros) << "the recorded outcome is shown";
        EXPECT_EQ(told.lines.size(), lines);
    }
}

}  // namespace
}  // namespace waybill::core
