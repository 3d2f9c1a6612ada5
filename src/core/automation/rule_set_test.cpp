// Rule sets of chance on orders of chance: whatever people configure, no order is lost to it, what was decided is
// explained again from what was kept, and versions decide when they should.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/automation/apply_rules.hpp"
#include "core/automation/explain_rules.hpp"
#include "core/automation/golden_orders.hpp"
#include "core/core_test_shop.hpp"
#include "core/integration/webhook_calls.hpp"
#include "core/order/preview.hpp"
#include "core/routing/explain.hpp"

namespace waybill::core {
namespace {

using testing::Dice;
using testing::Shop;

JsonValue number(std::int64_t value) { return JsonValue::make_number(std::to_string(value)); }
JsonValue call(const std::string& name, std::vector<JsonValue> arguments) {
    return JsonValue::make_object({{name, JsonValue::make_list(std::move(arguments))}});
}
JsonValue var(const std::string& name) { return JsonValue::make_object({{"var", JsonValue::make_text(name)}}); }

/// Three warehouses, two stores and a supplier, five items.
class Network : public Shop {
public:
    Network() {
        put_channel("web");
        put_channel("shop");
        const std::vector<LocationKind> kinds{LocationKind::dc,    LocationKind::dc,    LocationKind::dc,
                                              LocationKind::store, LocationKind::store, LocationKind::supplier};
        for (std::size_t i = 0; i < kinds.size(); ++i) {
            PutLocation put;
            put.location.code = "L" + std::to_string(i);
            put.location.kind = kinds[i];
            put.location.capabilities.pickup = kinds[i] == LocationKind::store;
            put.location.address.country = "GB";
            put.location.point = testing::point_at(50.0 + static_cast<double>(i), -1.0);
            put.location.priority = static_cast<std::int32_t>(i % 3);
            put.location.calendar.working_days.fill(true);
            WAYBILL_ASSERT(run(put).has_value());
        }
        for (int i = 0; i < 5; ++i) put_item("I" + std::to_string(i));
        put_item("K", {{"I0", 2}, {"I1", 1}});
        PutItem old;
        old.item.sku = "OLD";
        old.item.active = false;
        WAYBILL_ASSERT(run(old).has_value());
        PutWebhook erp;
        erp.webhook.code = "erp";
        erp.webhook.url = "https://erp.example/";
        WAYBILL_ASSERT(run(erp).has_value());
    }

    void stock(Dice& dice) {
        for (int item = 0; item < 5; ++item) {
            for (int place = 0; place < 6; ++place) {
                count("I" + std::to_string(item), "L" + std::to_string(place), dice.between(0, 6));
            }
        }
    }
};

JsonValue condition(Dice& dice, bool of_location, int depth = 0) {
    const auto more = [&] { return condition(dice, of_location, depth + 1); };
    switch (depth < 3 ? dice.between(0, of_location ? 10 : 8) : dice.between(3, 8)) {
        case 0:
            return call("and", {more(), more()});
        case 1:
            return call("or", {more(), more()});
        case 2:
            return call("!", {more()});
        case 3:
            return call(">", {var("order.total"), number(dice.between(0, 60))});
        case 4:
            return call("==", {var("order.channel"), JsonValue::make_text(dice.between(0, 1) == 0 ? "web" : "shop")});
        case 5:
            return call("in", {JsonValue::make_text("t" + std::to_string(dice.between(0, 3))), var("order.tags")});
        case 6:
            // Divides by zero for orders of so many lines.
            return call(">", {call("/", {number(6), call("-", {var("order.line_count"), number(dice.between(1, 4))})}),
                              number(dice.between(0, 3))});
        case 7:
            return call("some",
                        {var("order.lines"),
                         call("==", {var("sku"), JsonValue::make_text("I" + std::to_string(dice.between(0, 4)))})});
        case 8:
            return call("<", {var("now.hour"), number(dice.between(0, 23))});
        case 9:
            return call("<", {var("location.distance_km"), number(dice.between(0, 600))});
        default:
            return call("!=", {var("location.kind"), JsonValue::make_text(dice.between(0, 1) == 0 ? "store" : "dc")});
    }
}

/// Of what there is of its items: known until the order is routed.
JsonValue lacks(Dice& dice) {
    return call("some", {var("order.lines"), call("<", {var("available"), number(dice.between(1, 20))})});
}

/// Of what became of the order; the last divides by zero where nothing waits.
JsonValue later_condition(Dice& dice) {
    const auto holds = call("in", {JsonValue::make_text("h" + std::to_string(dice.between(0, 2))), var("order.holds")});
    switch (dice.between(0, 4)) {
        case 0:
            return holds;
        case 1:
            return call(">", {var("order.places"), number(dice.between(0, 2))});
        case 2:
            return call("in",
                        {JsonValue::make_text(dice.between(0, 1) == 0 ? "store" : "dc"), var("order.place_kinds")});
        case 3:
            return call("==",
                        {var("order.status"), JsonValue::make_text(dice.between(0, 1) == 0 ? "allocated" : "shipped")});
        default:
            return call(">", {call("/", {number(2), var("order.open_units")}), number(dice.between(0, 2))});
    }
}

/// What a rule may do at any moment.
RuleAction mark(Dice& dice, Moment moment) {
    const std::string code = "h" + std::to_string(dice.between(0, 2));
    const std::string kind = "e" + std::to_string(dice.between(0, 2));
    switch (dice.between(0, moment == Moment::placed ? 4 : 6)) {
        case 4:
            return CallWebhook{"erp"};
        case 0:
            return AddTag{"t" + std::to_string(dice.between(0, 5))};
        case 1:
            return SetPriority{static_cast<std::int32_t>(dice.between(-3, 3))};
        case 2:
            return PlaceHold{code, "", {static_cast<HoldBlock>(dice.between(0, 2))}};
        case 3:
            return FlagException{kind, "", Severity::normal, "", dice.between(0, 90)};
        case 5:
            return SettleException{kind};
        default:
            return TakeOffHold{code};
    }
}

/// What a rule may make of an order that is placed.
RuleAction change(Dice& dice) {
    const auto item = [&] { return "I" + std::to_string(dice.between(0, 4)); };
    switch (dice.between(0, 8)) {
        case 0:
            return Substitute{item(), "K", dice.between(1, 2)};
        case 1:
            return Substitute{item(), "OLD", 1};
        case 2:
        case 3:
        case 8: {
            const std::string sku = item();
            const std::string by = item();
            return Substitute{sku, by == sku ? "K" : by, dice.between(1, 3)};
        }
        case 4:
        case 7:
            return SetMethod{FulfillmentMethod::pickup, "L" + std::to_string(dice.between(3, 4))};
        case 5:
            return SetMethod{FulfillmentMethod::ship, ""};
        default:
            return ForbidMethod{static_cast<FulfillmentMethod>(dice.between(0, 1)), "not so"};
    }
}

RuleAction action(Dice& dice, Moment moment) {
    if (moment != Moment::placed) return mark(dice, moment);
    switch (dice.between(0, 9)) {
        case 6:
        case 7:
        case 9:
            return change(dice);
        case 8:
            return RequireSources{{static_cast<LocationKind>(dice.between(0, 3))},
                                  {"L" + std::to_string(dice.between(0, 5))}};
        case 0:
        case 5:
            return mark(dice, moment);
        case 1:
            return ForbidSources{{static_cast<LocationKind>(dice.between(0, 3))}, {}};
        case 2:
            return ForbidSources{{}, {"L" + std::to_string(dice.between(0, 5))}};
        case 3: {
            SetSplitting set;
            if (dice.between(0, 1) == 0) set.allow_split = dice.between(0, 1) == 0;
            if (dice.between(0, 2) == 0) set.ship_complete = dice.between(0, 1) == 0;
            set.max_shipments = dice.between(1, 4);
            if (dice.between(0, 1) == 0) set.max_line_shipments = dice.between(1, 3);
            return set;
        }
        default:
            return SetOnShortage{static_cast<OnShortage>(dice.between(0, 2))};
    }
}

RuleSet rules_of(Dice& dice) {
    RuleSet out;
    for (std::int64_t i = dice.between(0, 6); i > 0; --i) {
        AutomationRule rule;
        rule.code = "r" + std::to_string(i);
        if (dice.between(0, 1) == 0) rule.moment = static_cast<Moment>(dice.between(0, 5));
        const bool later = rule.moment != Moment::placed && dice.between(0, 1) == 0;
        rule.when = later ? later_condition(dice) : condition(dice, false);
        if (rule.moment == Moment::placed && dice.between(0, 3) == 0) rule.when = lacks(dice);
        for (std::int64_t a = dice.between(0, 3); a > 0; --a) rule.then.push_back(action(dice, rule.moment));
        rule.stop = dice.between(0, 4) == 0;
        out.automation.push_back(std::move(rule));
    }
    const std::int64_t strategies = dice.between(0, 3);
    for (std::int64_t s = 0; s < strategies; ++s) {
        FilteredStrategy strategy;
        strategy.strategy.code = "s" + std::to_string(s);
        if (dice.between(0, 1) == 0) {
            strategy.strategy.rank_by = RankBy::ordered;
            for (const Criterion criterion :
                 {Criterion::fewest_shipments, Criterion::distance, Criterion::priority, Criterion::stock_depth,
                  Criterion::workload, Criterion::capacity_left, Criterion::supplier_last, Criterion::weeks_of_supply,
                  Criterion::markdown}) {
                if (dice.between(0, 1) == 0) strategy.strategy.criteria.push_back(criterion);
            }
            if (strategy.strategy.criteria.empty()) strategy.strategy.criteria = {Criterion::distance};
        }
        if (dice.between(0, 2) == 0) strategy.strategy.safety_units = dice.between(0, 3);
        if (dice.between(0, 3) == 0) strategy.strategy.max_shipments = dice.between(1, 3);
        if (dice.between(0, 3) == 0) strategy.strategy.max_line_shipments = dice.between(1, 3);
        for (std::int64_t f = dice.between(0, 3); f > 0; --f) {
            strategy.filters.push_back({"f" + std::to_string(f), "", condition(dice, true), dice.between(0, 1) == 0});
        }
        out.strategies.push_back(std::move(strategy));
    }
    for (std::int64_t b = strategies == 0 ? 0 : dice.between(0, 4); b > 0; --b) {
        RoutingBranch branch{"b" + std::to_string(b), condition(dice, false), {}, {}};
        if (dice.between(0, 2) == 0) branch.when = lacks(dice);
        branch.strategies.push_back("s" + std::to_string(dice.between(0, strategies - 1)));
        if (dice.between(0, 1) == 0) branch.strategies.push_back("s" + std::to_string(dice.between(0, strategies - 1)));
        if (dice.between(0, 1) == 0) {
            branch.branches.push_back({branch.code + "x", condition(dice, false), {"s0"}, {}});
        }
        out.routing.push_back(std::move(branch));
    }
    return out;
}

PlaceOrder order_of(Dice& dice, const Shop& shop, const std::string& code) {
    PlaceOrder out = shop.order(code);
    out.channel = dice.between(0, 1) == 0 ? "web" : "shop";
    out.ship_to.point = testing::point_at(50.0 + static_cast<double>(dice.between(0, 5)), -1.0);
    for (std::int64_t t = dice.between(0, 2); t > 0; --t) out.tags.push_back("t" + std::to_string(dice.between(0, 3)));
    for (std::int64_t l = dice.between(1, 4); l > 0; --l) {
        LineInput line;
        line.sku = "I" + std::to_string(dice.between(0, 4));
        line.quantity = dice.between(1, 5);
        line.unit_price_micros = 5'000'000;
        out.lines.push_back(std::move(line));
    }
    return out;
}

void expect_explained(Network& shop, const Order& order, const RoutingTrace& trace, const RulesTrace& ruled,
                      RulesOf of) {
    const CompiledRules* rules = rules_at(*shop.state, shop.now);
    ASSERT_NE(rules, nullptr);
    EXPECT_EQ(ruled.rule_set, of != RulesOf::rerouting || !rules->routing.empty() ? rules->number : 0);
    const Context context = shop.context();
    RuleRouting routing(*rules, order, *shop.state, context);
    ASSERT_TRUE(routing.follow(ruled));
    RouteRequest request = request_of(order, trace);
    if (trace.strategy > 0) {
        ASSERT_LE(trace.strategy, routing.choices().size());
        request.strategy = routing.choices()[trace.strategy - 1].strategy;
        request.filters = routing.choices()[trace.strategy - 1].filters;
    }
    EXPECT_TRUE(explain_recorded(request, trace, shop.now, *shop.state, context).reproduced);
    EXPECT_TRUE(explain_rules(*rules, order, ruled, trace.strategy, of, *shop.state, context).reproduced);
}

void expect_allowed_sources(const Network& shop, const Order& order) {
    const RoutingPolicy& policy = order.routing;
    for (const OrderLine& line : order.lines) {
        for (const Allocation& allocation : line.allocations) {
            const auto& kinds = policy.forbidden_kinds;
            const LocationKind kind = shop.state->locations[allocation.location].kind;
            EXPECT_EQ(std::count(kinds.begin(), kinds.end(), kind), 0);
            const auto& places = policy.forbidden_locations;
            EXPECT_EQ(std::count(places.begin(), places.end(), allocation.location), 0);
            const auto& only_kinds = policy.required_kinds;
            const auto& only = policy.required_locations;
            EXPECT_TRUE((only_kinds.empty() && only.empty()) ||
                        std::count(only_kinds.begin(), only_kinds.end(), kind) > 0 ||
                        std::count(only.begin(), only.end(), allocation.location) > 0);
        }
    }
}

/// Decided once more by the rules that decided it, the order comes out as it did: what they changed was taken back.
void expect_the_same_again(Network& shop, const OrderPlaced& event) {
    const Order& now = *shop.state->working.find_order(event.order.id);
    const PlacedBefore before{now, event.order, event.rules, event.routing.strategy};
    const DryRun again = preview_again(before, rules_at(*shop.state, shop.now), *shop.state, shop.context());
    for (const Difference& difference : again.differences) ADD_FAILURE() << difference.text;
    const DryRun without = preview_again(before, nullptr, *shop.state, shop.context());
    const auto differs_in = [&](Difference::Of of) {
        return std::any_of(without.differences.begin(), without.differences.end(),
                           [&](const Difference& difference) { return difference.of == of; });
    };
    EXPECT_EQ(differs_in(Difference::Of::items), !event.rules.substituted.empty());
    EXPECT_EQ(differs_in(Difference::Of::method), event.rules.method_before.has_value());
}

/// Refusals of what holds block, or for which nothing of the order is left.
bool may_be_refused(Reject code) {
    return code == Reject::order_on_hold || code == Reject::nothing_to_route || code == Reject::order_closed ||
           code == Reject::nothing_to_release || code == Reject::unknown_fulfillment_order;
}

/// Which rules send the event to the webhook, read from what the rules of that version say.
std::vector<std::string> callers(const RulesTrace& trace, const TenantState& state) {
    std::vector<std::string> out;
    for (const std::uint16_t fired : trace.fired) {
        const AutomationRule& rule = state.rule_sets[trace.rule_set - 1].rules.automation[fired];
        const auto& then = rule.then;
        if (std::count(then.begin(), then.end(), RuleAction(CallWebhook{"erp"})) > 0) out.push_back(rule.code);
    }
    return out;
}

std::vector<std::string> said_callers(const Event& event, const TenantState& state) {
    const auto codes = rules_that_call("erp", event, state);
    return {codes.begin(), codes.end()};
}

struct Seen {
    std::size_t called = 0;
    std::size_t marked = 0;
    std::size_t rerouted = 0;
};

/// Runs a command on an order, and explains what its rules did and how it was routed. Whether it was taken.
bool run_explained(Network& shop, OrderId id, Moment moment, const Command& command, Seen& seen) {
    const auto decision = decide(command, *shop.state, shop.context());
    if (!decision) {
        EXPECT_TRUE(may_be_refused(decision.error().code)) << info_of(decision.error().code).name;
        return false;
    }
    for (const Event& event : decision->events) {
        if (const auto* mark = std::get_if<OrderMarked>(&event)) {
            // What a location gives back is routed in the same decision.
            const bool is_next = moment == Moment::rejected && mark->moment == Moment::routed;
            EXPECT_TRUE(mark->moment == moment || is_next);
            const CompiledRules* rules = rules_at(*shop.state, shop.now);
            const Order before = *shop.state->working.find_order(id);
            EXPECT_TRUE(
                explain_moment(*rules, mark->moment, before, mark->rules, *shop.state, shop.context()).reproduced);
            EXPECT_EQ(said_callers(event, *shop.state), callers(mark->rules, *shop.state));
            seen.called += callers(mark->rules, *shop.state).size();
            ++seen.marked;
        }
        evolve(event, {Sequence(shop.state->head.raw() + 1), shop.now}, *shop.state);
        if (const auto* rerouted = std::get_if<OrderRerouted>(&event)) {
            const Order now = *shop.state->working.find_order(id);
            expect_explained(shop, now, rerouted->routing, rerouted->rules, RulesOf::rerouting);
            expect_allowed_sources(shop, now);
            ++seen.rerouted;
        }
    }
    shop.state->accept();
    return true;
}

TEST(RuleSets, OfChanceLoseNoOrderAndAreExplained) {
    std::size_t fired = 0;
    std::size_t failed = 0;
    std::size_t by_strategy = 0;
    std::size_t released = 0;
    std::size_t substituted = 0;
    std::size_t other_way = 0;
    std::size_t seen_otherwise = 0;
    Seen seen;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Dice dice(seed);
        Network shop;
        shop.stock(dice);
        const auto saved = shop.run(SaveRuleSet{rules_of(dice)});
        ASSERT_TRUE(saved) << saved.error().faults.front().pointer << ' ' << saved.error().faults.front().detail;
        ASSERT_TRUE(shop.run(ActivateRuleSet{1, {}, "chance"}));
        for (int n = 0; n < 5; ++n) {
            const auto placed = shop.run(order_of(dice, shop, "W" + std::to_string(n)));
            if (!placed) {
                EXPECT_EQ(placed.error().code, Reject::insufficient_supply) << placed.error().detail;
                continue;
            }
            const auto at = std::find_if(placed->events.begin(), placed->events.end(),
                                         [](const Event& event) { return std::holds_alternative<OrderPlaced>(event); });
            ASSERT_NE(at, placed->events.end());
            const auto& event = std::get<OrderPlaced>(*at);
            const OrderId id = event.order.id;
            const bool held = event.routing.status == RoutingStatus::held;
            EXPECT_EQ(held, event.order.blocked_by(HoldBlock::routing) != nullptr);
            fired += event.rules.fired.size();
            EXPECT_EQ(said_callers(*at, *shop.state), callers(event.rules, *shop.state));
            failed += event.rules.failed.size();
            by_strategy += event.routing.strategy > 0 ? 1 : 0;
            expect_explained(shop, event.order, event.routing, event.rules, held ? RulesOf::holding : RulesOf::placing);
            expect_allowed_sources(shop, event.order);
            if (n == 0) expect_the_same_again(shop, event);
            substituted += event.rules.substituted.size();
            other_way += event.rules.method_before ? 1U : 0U;
            seen_otherwise += event.rules.available_after.empty() ? 0U : 1U;
            // Rules may answer one release with another hold.
            for (int turn = 0; turn < 4 && !shop.state->working.find_order(id)->holds.empty(); ++turn) {
                const std::string code = shop.state->working.find_order(id)->holds.front().code;
                ASSERT_TRUE(run_explained(shop, id, Moment::routed, ReleaseHold{id, code, ""}, seen));
                EXPECT_EQ(shop.state->working.find_order(id)->find_hold(code), nullptr);
                ++released;
            }
            RerouteOrder again;
            again.order = id;
            again.exclude_locations = {"L" + std::to_string(dice.between(0, 5))};
            (void)run_explained(shop, id, Moment::routed, again, seen);
            (void)run_explained(shop, id, Moment::before_release, ReleaseOrder{id, ""}, seen);
            (void)run_explained(shop, id, Moment::rejected, RejectFulfillment{id, 1, {}, "no_time", StockFinding::kept},
                                seen);
            for (const OrderLine& line : Order(*shop.state->working.find_order(id)).lines) {
                if (line.allocations.empty() || dice.between(0, 1) == 0) continue;
                const std::string place = "L" + std::to_string(line.allocations.front().location);
                (void)run_explained(shop, id, Moment::shipped, ShipOrder{id, place, {}, "", ""}, seen);
            }
            (void)run_explained(shop, id, Moment::cancelled, CancelOrder{id, {}, "enough"}, seen);
        }
    }
    EXPECT_GT(seen.marked, 300U);
    EXPECT_GT(seen.called, 30U);
    EXPECT_GT(seen.rerouted, 300U);
    EXPECT_GT(released, 50U);
    EXPECT_GT(fired, 500U);
    EXPECT_GT(failed, 50U);
    EXPECT_GT(by_strategy, 300U);
    EXPECT_GT(substituted, 50U);
    EXPECT_GT(other_way, 30U);
    EXPECT_GT(seen_otherwise, 50U);
}

RuleSet tagging(const std::string& tag) {
    RuleSet out;
    out.automation.push_back({"r", "", Moment::placed, {}, {AddTag{tag}}, false});
    return out;
}

TEST(RuleSets, GoingBackTwiceGoesFurtherBack) {
    Network shop;
    for (const char* tag : {"one", "two", "three"}) ASSERT_TRUE(shop.run(SaveRuleSet{tagging(tag)}));
    EXPECT_EQ(rule_set_before(*shop.state, shop.now), std::nullopt);
    for (const std::uint32_t number : {1U, 2U, 3U}) ASSERT_TRUE(shop.run(ActivateRuleSet{number, {}, ""}));
    for (const std::uint32_t number : {2U, 1U, 0U}) {
        ASSERT_TRUE(shop.run(RollBackRuleSet{""}));
        EXPECT_EQ(rule_set_at(*shop.state, shop.now), number);
    }
    EXPECT_EQ(shop.run(RollBackRuleSet{""}).error().code, Reject::nothing_to_roll_back);
    // To activate an older version is no way back: what decided before it comes next.
    ASSERT_TRUE(shop.run(ActivateRuleSet{2, {}, ""}));
    ASSERT_TRUE(shop.run(ActivateRuleSet{1, {}, ""}));
    ASSERT_TRUE(shop.run(RollBackRuleSet{""}));
    EXPECT_EQ(rule_set_at(*shop.state, shop.now), 2U);
}

TEST(RuleSets, AnActivationReplacesThoseThatWereToComeLater) {
    Network shop;
    for (const char* tag : {"one", "two", "three"}) ASSERT_TRUE(shop.run(SaveRuleSet{tagging(tag)}));
    const auto in_hours = [&](std::int64_t hours) {
        return Instant(shop.now.micros() + hours * 3'600 * micros_per_second);
    };
    ASSERT_TRUE(shop.run(ActivateRuleSet{1, {}, ""}));
    ASSERT_TRUE(shop.run(ActivateRuleSet{2, in_hours(2), ""}));
    EXPECT_EQ(rule_set_at(*shop.state, in_hours(1)), 1U);
    EXPECT_EQ(rule_set_at(*shop.state, in_hours(2)), 2U);
    ASSERT_TRUE(shop.run(ActivateRuleSet{3, in_hours(1), ""}));
    EXPECT_EQ(rule_set_at(*shop.state, in_hours(2)), 3U);
    // What never decided is nothing to go back to.
    EXPECT_EQ(rule_set_before(*shop.state, in_hours(3)), 1U);
    EXPECT_EQ(shop.run(ActivateRuleSet{3, Instant(shop.now.micros() - 1), ""}).error().code, Reject::invalid_request);
    EXPECT_EQ(shop.run(ActivateRuleSet{4, {}, ""}).error().code, Reject::unknown_rule_set);
}

TEST(RuleSets, CallOnlyWebhooksThatThereAre) {
    Network shop;
    for (std::size_t moment = 0; moment < moments; ++moment) {
        RuleSet rules;
        rules.automation.push_back({"r", "", static_cast<Moment>(moment), {}, {CallWebhook{"erp"}}, false});
        EXPECT_TRUE(decide(SaveRuleSet{rules}, *shop.state, shop.context())) << moment;
        rules.automation[0].then = {Notify{"none"}};
        const auto unsent = decide(SaveRuleSet{rules}, *shop.state, shop.context());
        ASSERT_FALSE(unsent) << moment;
        EXPECT_EQ(unsent.error().code, Reject::unknown_message);
        EXPECT_EQ(unsent.error().faults.at(0).pointer, "/automation/0/then/0/message");
        rules.automation[0].then = {CallWebhook{"none"}};
        const auto refused = decide(SaveRuleSet{rules}, *shop.state, shop.context());
        ASSERT_FALSE(refused) << moment;
        EXPECT_EQ(refused.error().code, Reject::unknown_webhook);
        ASSERT_EQ(refused.error().faults.size(), 1U);
        EXPECT_EQ(refused.error().faults[0].pointer, "/automation/0/then/0/webhook");
    }
}

TEST(RuleSets, AGoldenOrderSaysWhatDiffers) {
    Network shop;
    RuleSet rules = tagging("new");
    GoldenOrder golden;
    golden.code = "g";
    golden.channel = "web";
    golden.country = "GB";
    golden.lines = {{"I0", 3, 1'000'000}};
    golden.stock = {{"I0", "L0", 1}, {"I0", "L1", 1}};
    golden.expect.fired = std::vector<std::string>{"r"};
    golden.expect.tags = std::vector<std::string>{"old"};
    golden.expect.strategy = "";
    golden.expect.short_units = 0;
    golden.expect.sources = std::vector<GoldenUnits>{{"I0", "L0", 3}};
    rules.golden_orders = {golden};
    Faults faults;
    const auto compiled = compile_rules(rules, *shop.state, faults);
    ASSERT_FALSE(faults.any());
    const auto results = run_golden_orders(*compiled, *shop.state, shop.context());
    ASSERT_EQ(results.size(), 1U);
    EXPECT_EQ(results[0].differences,
              (std::vector<std::string>{"tags: expected old, found new", "short units: expected 0, found 1",
                                        "sources: expected 3 I0 from L0, found 1 I0 from L0, 1 I0 from L1"}));
    ASSERT_TRUE(shop.run(SaveRuleSet{rules}));
    const auto refused = shop.run(ActivateRuleSet{1, {}, ""});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Reject::golden_order_failed);
    EXPECT_EQ(refused.error().faults.front().pointer, "/golden_orders/0");
}

}  // namespace
}  // namespace waybill::core
