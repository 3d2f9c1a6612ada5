// The limits of rule sets at their edges.

#include "core/limit_edges.hpp"

namespace waybill::core {
namespace {

using testing::Edge;
using testing::expect_edges;
using testing::Shop;
using testing::size_of;
using testing::text_of;

class RulesShop : public Shop {
public:
    RulesShop() {
        put_item("A");
        put_location("L", {});
        for (std::size_t i = 0; i < limits::golden_units_max; ++i) put_location("G" + std::to_string(i), {});
        put_channel("web");
    }
};

/// As many of something, each with a code of its own.
template <class T, class Name>
void fill(std::vector<T>& list, std::int64_t count, const T& one, Name name) {
    list.assign(size_of(count), one);
    for (std::size_t i = 0; i < list.size(); ++i) name(list[i]) = "c" + std::to_string(i);
}

RuleSet small_rules() {
    RuleSet rules;
    rules.lists = {{"list", rules::ListKind::values, {"x"}}};
    rules.automation = {{"rule",
                         "",
                         Moment::placed,
                         {},
                         {AddTag{"tag"}, ForbidSources{{}, {"L"}}, SetSplitting{true, {}, 2, 2}},
                         false}};
    FilteredStrategy strategy;
    strategy.strategy.code = "s";
    strategy.filters = {{"f", "", {}, true}};
    rules.strategies = {strategy};
    rules.routing = {{"b", {}, {"s"}, {}}};
    GoldenOrder golden;
    golden.code = "g";
    golden.channel = "web";
    golden.country = "GB";
    golden.lines = {{"A", 1, 0}};
    golden.stock = {{"A", "L", 1}};
    rules.golden_orders = {golden};
    return rules;
}

TEST(rule_limits, of_a_rule_set) {
    RulesShop shop;
    const auto splitting = [](auto& c) -> SetSplitting& {
        return std::get<SetSplitting>(c.rules.automation[0].then[2]);
    };
    expect_edges<SaveRuleSet>(
        shop, {small_rules()},
        {{"/name", limits::name_bytes_max, [](auto& c, auto n) { c.rules.name = text_of(n); }},
         {"/note", limits::note_bytes_max, [](auto& c, auto n) { c.rules.note = text_of(n); }},
         {"/lists", limits::rule_lists_max,
          [](auto& c, auto n) {
              fill(
                  c.rules.lists, n, c.rules.lists[0], [](auto& l) -> auto& { return l.name; });
          }},
         {"/automation", limits::automation_rules_max,
          [](auto& c, auto n) {
              fill(
                  c.rules.automation, n, c.rules.automation[0], [](auto& r) -> auto& { return r.code; });
          }},
         {"/automation/0/then", limits::rule_actions_max,
          [](auto& c, auto n) { c.rules.automation[0].then.assign(size_of(n), AddTag{"tag"}); }},
         {"/automation/0/name", limits::name_bytes_max,
          [](auto& c, auto n) { c.rules.automation[0].name = text_of(n); }},
         {"/automation/0/then/0/tag", limits::code_bytes_max,
          [](auto& c, auto n) { c.rules.automation[0].then[0] = AddTag{text_of(n)}; }},
         {"/automation/0/then/1/locations", limits::named_locations_max,
          [](auto& c, auto n) {
              c.rules.automation[0].then[1] = ForbidSources{{}, std::vector<std::string>(size_of(n), "L")};
          }},
         {"/automation/0/then/2/max_shipments", limits::shipments_max,
          [&](auto& c, auto n) { splitting(c).max_shipments = n; }},
         {"/automation/0/then/2/max_line_shipments", limits::line_shipments_max,
          [&](auto& c, auto n) { splitting(c).max_line_shipments = n; }},
         {"/automation/0/then/0/priority", limits::order_priority_max,
          [](auto& c, auto n) { c.rules.automation[0].then[0] = SetPriority{static_cast<std::int32_t>(n)}; }},
         {"/automation/0/then/0/code", limits::code_bytes_max,
          [](auto& c, auto n) {
              c.rules.automation[0].then[0] = PlaceHold{text_of(n), "", {HoldBlock::routing}};
          }},
         {"/automation/0/then/0/reason", limits::name_bytes_max,
          [](auto& c, auto n) {
              c.rules.automation[0].then[0] = PlaceHold{"h", text_of(n), {HoldBlock::routing}};
          }},
         {"/strategies/0/max_shipments", limits::shipments_max,
          [](auto& c, auto n) { c.rules.strategies[0].strategy.max_shipments = n; }},
         {"/strategies/0/max_line_shipments", limits::line_shipments_max,
          [](auto& c, auto n) { c.rules.strategies[0].strategy.max_line_shipments = n; }},
         {"/strategies/0/min_part_value", limits::price_micros_max,
          [](auto& c, auto n) { c.rules.strategies[0].strategy.min_part_value_micros = n; }},
         {"/strategies/0/split_penalty", limits::cost_micros_max,
          [](auto& c, auto n) { c.rules.strategies[0].strategy.split_penalty_micros = n; }},
         {"/strategies/0/late_cost_per_unit_day", limits::cost_micros_max,
          [](auto& c, auto n) { c.rules.strategies[0].strategy.late_cost_per_unit_day_micros = n; }},
         {"/strategies/0/clearance", limits::clearance_terms_max,
          [](auto& c, auto n) {
              c.rules.strategies[0].strategy.clearance.assign(size_of(n), {{}, {}, 1});
          }},
         {"/strategies/0/clearance/0/credit_per_unit", limits::cost_micros_max,
          [](auto& c, auto n) {
              c.rules.strategies[0].strategy.clearance = {{{}, {}, n}};
          }},
         {"/strategies/0/clearance/0/item_classes", limits::clearance_classes_max,
          [](auto& c, auto n) {
              c.rules.strategies[0].strategy.clearance = {{std::vector<std::string>(size_of(n), "old"), {}, 1}};
          }},
         {"/strategies/0/safety_units", limits::quantity_max,
          [](auto& c, auto n) { c.rules.strategies[0].strategy.safety_units = n; }},
         {"/strategies/0/no_split_classes", limits::no_split_classes_max,
          [](auto& c, auto n) { c.rules.strategies[0].strategy.no_split_classes.assign(size_of(n), "soft"); }},
         {"/strategies/0/filters", limits::strategy_filters_max,
          [](auto& c, auto n) {
              auto& filters = c.rules.strategies[0].filters;
              fill(
                  filters, n, filters[0], [](auto& f) -> auto& { return f.code; });
          }},
         {"/routing/0/strategies", limits::strategy_attempts_max,
          [](auto& c, auto n) { c.rules.routing[0].strategies.assign(size_of(n), "s"); }},
         {"/routing", limits::routing_branches_max,
          [](auto& c, auto n) {
              fill(
                  c.rules.routing, n, c.rules.routing[0], [](auto& b) -> auto& { return b.code; });
          }},
         {"/golden_orders", limits::golden_orders_max,
          [](auto& c, auto n) {
              fill(
                  c.rules.golden_orders, n, c.rules.golden_orders[0], [](auto& g) -> auto& { return g.code; });
          }},
         {"/golden_orders/0/lines", limits::golden_units_max,
          [](auto& c, auto n) {
              c.rules.golden_orders[0].lines.assign(size_of(n), {"A", 1, 0});
          }},
         {"/golden_orders/0/stock", limits::golden_units_max,
          [](auto& c, auto n) {
              auto& stock = c.rules.golden_orders[0].stock;
              stock.assign(size_of(n), {"A", "", 1});
              for (std::size_t i = 0; i < stock.size(); ++i) {
                  stock[i].location = "G" + std::to_string(i % limits::golden_units_max);
              }
          }},
         {"/golden_orders/0/stock/0/units", limits::quantity_max,
          [](auto& c, auto n) { c.rules.golden_orders[0].stock[0].units = n; }}});
}

TEST(rule_limits, of_different_holds) {
    RulesShop shop;
    SaveRuleSet save{small_rules()};
    save.rules.automation.assign(limits::rule_hold_codes_max, save.rules.automation[0]);
    for (std::size_t i = 0; i < save.rules.automation.size(); ++i) {
        const std::string code = "h" + std::to_string(i);
        save.rules.automation[i].code = code;
        save.rules.automation[i].then = {PlaceHold{code, "", {HoldBlock::shipping}}};
    }
    testing::expect_accepted(shop, save);
    save.rules.automation[0].then.emplace_back(PlaceHold{"one more", "", {HoldBlock::shipping}});
    testing::expect_refused(shop, save, Reject::invalid_request, "/automation");
}

TEST(rule_limits, of_exceptions) {
    RulesShop shop;
    SaveRuleSet save{small_rules()};
    save.rules.automation.assign(limits::rule_exception_kinds_max, save.rules.automation[0]);
    for (std::size_t i = 0; i < save.rules.automation.size(); ++i) {
        const std::string kind = "e" + std::to_string(i);
        save.rules.automation[i].code = kind;
        save.rules.automation[i].then = {FlagException{kind, "", Severity::normal, "", {}}};
    }
    testing::expect_accepted(shop, save);
    SaveRuleSet more = save;
    more.rules.automation[0].then.emplace_back(FlagException{"one more", "", Severity::normal, "", {}});
    testing::expect_refused(shop, more, Reject::invalid_request, "/automation");
    const auto flag = [](SaveRuleSet & c) -> auto& { return std::get<FlagException>(c.rules.automation[0].then[0]); };
    expect_edges<SaveRuleSet>(
        shop, save,
        {{"/automation/0/then/0/kind", limits::code_bytes_max, [&](auto& c, auto n) { flag(c).kind = text_of(n); }},
         {"/automation/0/then/0/reason", limits::name_bytes_max, [&](auto& c, auto n) { flag(c).reason = text_of(n); }},
         {"/automation/0/then/0/owner", limits::code_bytes_max, [&](auto& c, auto n) { flag(c).owner = text_of(n); }},
         {"/automation/0/then/0/due_minutes", limits::exception_due_minutes_max,
          [&](auto& c, auto n) { flag(c).due_minutes = n; }}});
    flag(save).kind = rule_failed_kind;
    testing::expect_refused(shop, save, Reject::invalid_request, "/automation/0/then/0/kind");
    save.rules.automation[0].then = {SettleException{"e0"}};
    testing::expect_refused(shop, save, Reject::invalid_rule, "/automation/0/then/0");
}

TEST(rule_limits, of_what_changes_an_order) {
    RulesShop shop;
    shop.put_item("B");
    SaveRuleSet save{small_rules()};
    auto& then = save.rules.automation[0].then;
    then = {Substitute{"A", "B", 1}, RequireSources{{}, {"L"}}, ForbidMethod{FulfillmentMethod::ship, ""}};
    const auto sources = [](auto& c) -> auto& {
        return std::get<RequireSources>(c.rules.automation[0].then[1]).locations;
    };
    expect_edges<SaveRuleSet>(
        shop, save,
        {{"/automation/0/then/0/quantity", limits::substitute_units_max,
          [](auto& c, auto n) { std::get<Substitute>(c.rules.automation[0].then[0]).quantity = n; }},
         {"/automation/0/then/1/locations", limits::named_locations_max,
          [&](auto& c, auto n) { sources(c).assign(size_of(n), "L"); }},
         {"/automation/0/then/2/reason", limits::name_bytes_max,
          [](auto& c, auto n) { std::get<ForbidMethod>(c.rules.automation[0].then[2]).reason = text_of(n); }}});
    std::get<Substitute>(then[0]).quantity = 0;
    testing::expect_refused(shop, save, Reject::invalid_request, "/automation/0/then/0/quantity");

    // A forbidden method places a hold and raises an exception: they count among those of the set.
    SaveRuleSet holds{small_rules()};
    holds.rules.automation.assign(limits::rule_hold_codes_max, holds.rules.automation[0]);
    for (std::size_t i = 0; i < holds.rules.automation.size(); ++i) {
        holds.rules.automation[i].code = "h" + std::to_string(i);
        holds.rules.automation[i].then = {PlaceHold{"h" + std::to_string(i), "", {HoldBlock::shipping}}};
    }
    testing::expect_accepted(shop, holds);
    holds.rules.automation[0].then.emplace_back(ForbidMethod{FulfillmentMethod::ship, ""});
    testing::expect_refused(shop, holds, Reject::invalid_request, "/automation");
}

TEST(rule_limits, of_webhooks_that_are_called) {
    Shop shop;
    shop.put_item("A");
    shop.put_location("L", {});
    shop.put_channel("web");
    for (std::size_t w = 0; w < limits::rule_actions_max; ++w) {
        PutWebhook put;
        put.webhook.code = "w" + std::to_string(w);
        put.webhook.url = "https://a.example/";
        ASSERT_TRUE(shop.run(put));
    }
    SaveRuleSet save{small_rules()};
    save.rules.golden_orders.clear();
    expect_edges<SaveRuleSet>(shop, save, {{"/automation/0/then", limits::rule_actions_max, [](auto& c, auto n) {
                                                auto& then = c.rules.automation[0].then;
                                                then.clear();
                                                for (std::size_t w = 0; w < size_of(n); ++w) {
                                                    const std::size_t which = w % limits::rule_actions_max;
                                                    then.emplace_back(CallWebhook{"w" + std::to_string(which)});
                                                }
                                            }}});
    save.rules.automation[0].then = {CallWebhook{"w"}};
    testing::expect_refused(shop, save, Reject::unknown_webhook, "/automation/0/then/0/webhook");
}

TEST(rule_limits, of_a_line_that_is_substituted) {
    RulesShop shop;
    shop.put_item("B");
    SaveRuleSet save{small_rules()};
    save.rules.golden_orders.clear();
    save.rules.automation[0].then = {Substitute{"A", "B", 1'000}};
    ASSERT_TRUE(shop.run(save));
    ASSERT_TRUE(shop.run(ActivateRuleSet{1, {}, ""}));
    PlaceOrder order = shop.order("W1");
    order.lines.push_back({"", "A", "", limits::quantity_max / 1'000, 0, 0, 0});
    order.lines.push_back({"", "A", "", limits::quantity_max / 1'000 + 1, 0, 0, 0});
    const auto placed = shop.run(order);
    ASSERT_TRUE(placed);
    const Order& kept = shop.placed(*placed);
    EXPECT_EQ(kept.lines[0].quantity, limits::quantity_max);
    EXPECT_TRUE(kept.lines[0].is_substituted());
    EXPECT_EQ(kept.lines[1].quantity, limits::quantity_max / 1'000 + 1);
    EXPECT_FALSE(kept.lines[1].is_substituted());
}

TEST(rule_limits, of_strategies_and_entries) {
    RulesShop shop;
    SaveRuleSet save{small_rules()};
    fill(
        save.rules.strategies, limits::strategies_max, save.rules.strategies[0],
        [](auto& s) -> auto& { return s.strategy.code; });
    save.rules.routing[0].strategies = {"c0"};
    testing::expect_accepted(shop, save);
    save.rules.strategies.push_back(small_rules().strategies[0]);
    testing::expect_refused(shop, save, Reject::invalid_request, "/strategies");

    SaveRuleSet lists{small_rules()};
    const std::size_t half = limits::rule_list_entries_max / 2;
    lists.rules.lists.clear();
    for (const char* name : {"a", "b"}) {
        rules::NamedList list{name, rules::ListKind::values, {}};
        for (std::size_t i = 0; i < half; ++i) list.entries.push_back(std::to_string(i));
        lists.rules.lists.push_back(std::move(list));
    }
    testing::expect_accepted(shop, lists);
    lists.rules.lists.push_back({"c", rules::ListKind::values, {"x"}});
    testing::expect_refused(shop, lists, Reject::invalid_request, "/lists");
}

TEST(rule_limits, of_branches_below_one_another) {
    RulesShop shop;
    SaveRuleSet save{small_rules()};
    const auto nest = [&](int depth) {
        RoutingBranch branch{"deepest", {}, {"s"}, {}};
        for (int d = 1; d < depth; ++d) branch = {"d" + std::to_string(d), {}, {}, {branch}};
        save.rules.routing = {branch};
    };
    nest(8);
    testing::expect_accepted(shop, save);
    nest(9);
    testing::expect_refused(
        shop, save, Reject::invalid_request,
        "/routing/0/branches/0/branches/0/branches/0/branches/0/branches/0/branches/0/branches/0/branches");
}

JsonValue operation(const std::string& name, std::vector<JsonValue> arguments) {
    return JsonValue::make_object({{name, JsonValue::make_list(std::move(arguments))}});
}

TEST(rule_limits, of_all_conditions_together) {
    RulesShop shop;
    // One list of this many texts in each of ten conditions: literals are values, and looking through them is no work.
    SaveRuleSet save{small_rules()};
    const JsonValue tag = JsonValue::make_text("t");
    const auto texts = [&](std::size_t count) { return std::vector<JsonValue>(count, tag); };
    const AutomationRule rule = save.rules.automation[0];
    save.rules.automation.clear();
    for (int i = 0; i < 10; ++i) {
        save.rules.automation.push_back(rule);
        save.rules.automation.back().code = "r" + std::to_string(i);
        save.rules.automation.back().when = operation("in", {tag, JsonValue::make_list(texts(900))});
    }
    testing::expect_accepted(shop, save);
    save.rules.strategies[0].filters[0].when = operation("in", {tag, JsonValue::make_list(texts(980))});
    const auto refused = decide(save, *shop.state, shop.context());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Reject::invalid_rule);
    ASSERT_EQ(refused.error().faults.size(), 1U);
    EXPECT_EQ(refused.error().faults.front().pointer, "");
}

TEST(rule_limits, of_work_for_one_order) {
    RulesShop shop;
    SaveRuleSet save{small_rules()};
    // Looks at every line, of which an order may have 2,000.
    const JsonValue sku = JsonValue::make_object({{"var", JsonValue::make_text("sku")}});
    const JsonValue lines = JsonValue::make_object({{"var", JsonValue::make_text("order.lines")}});
    const JsonValue looks = operation("some", {lines, operation("==", {sku, JsonValue::make_text("A")})});
    const AutomationRule rule = save.rules.automation[0];
    const auto with_rules = [&](int count) {
        save.rules.automation.clear();
        for (int i = 0; i < count; ++i) {
            save.rules.automation.push_back(rule);
            save.rules.automation.back().code = "r" + std::to_string(i);
            save.rules.automation.back().when = looks;
        }
    };
    with_rules(100);
    testing::expect_accepted(shop, save);
    with_rules(400);
    testing::expect_refused(shop, save, Reject::invalid_rule, "/automation");
    with_rules(1);
    const LocationFilter filter = save.rules.strategies[0].filters[0];
    const auto with_filters = [&](int count) {
        save.rules.strategies[0].filters.clear();
        for (int i = 0; i < count; ++i) {
            save.rules.strategies[0].filters.push_back(filter);
            save.rules.strategies[0].filters.back().code = "f" + std::to_string(i);
            save.rules.strategies[0].filters.back().when = looks;
        }
    };
    with_filters(3);
    testing::expect_accepted(shop, save);
    with_filters(10);
    testing::expect_refused(shop, save, Reject::invalid_rule, "/strategies/0/filters");
}

TEST(rule_limits, of_activations_to_come) {
    RulesShop shop;
    ASSERT_TRUE(shop.run(SaveRuleSet{small_rules()}));
    const auto in_seconds = [&](std::int64_t seconds) {
        return Instant(shop.now.micros() + seconds * micros_per_second);
    };
    for (std::size_t i = 0; i < limits::scheduled_activations_max; ++i) {
        ASSERT_TRUE(shop.run(ActivateRuleSet{1, in_seconds(static_cast<std::int64_t>(i) + 1), ""}));
    }
    testing::expect_refused(shop, ActivateRuleSet{1, in_seconds(1'000), ""}, Reject::too_many_rows, "/at");
    testing::expect_accepted(shop, ActivateRuleSet{1, {}, ""});
}

TEST(rule_limits, of_reasons_and_tags) {
    RulesShop shop;
    ASSERT_TRUE(shop.run(SaveRuleSet{small_rules()}));
    expect_edges<ActivateRuleSet>(
        shop, {1, {}, ""}, {{"/reason", limits::note_bytes_max, [](auto& c, auto n) { c.reason = text_of(n); }}});
    ASSERT_TRUE(shop.run(ActivateRuleSet{1, {}, ""}));
    expect_edges<RollBackRuleSet>(
        shop, {""}, {{"/reason", limits::note_bytes_max, [](auto& c, auto n) { c.reason = text_of(n); }}});

    RuleSet many;
    for (std::size_t t = 0; t < limits::order_tags_with_rules_max; ++t) {
        const std::string code = "t" + std::to_string(1'000 + t);
        many.automation.push_back({code, "", Moment::placed, {}, {AddTag{code}}, false});
    }
    ASSERT_TRUE(shop.run(SaveRuleSet{many}));
    ASSERT_TRUE(shop.run(ActivateRuleSet{2, {}, ""}));
    PlaceOrder order = shop.order("W1");
    order.tags = {"own"};
    order.lines.push_back({"", "A", "", 1, 0, 0, 0});
    const auto placed = shop.run(order);
    ASSERT_TRUE(placed);
    EXPECT_EQ(shop.placed(*placed).tags.size(), limits::order_tags_with_rules_max);
    EXPECT_EQ(std::get<OrderPlaced>(placed->events.back()).rules.tags_added.size(),
              limits::order_tags_with_rules_max - 1);
}

}  // namespace
}  // namespace waybill::core
