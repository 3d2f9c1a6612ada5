// Goods that come back: random lives keep to the table of states, no unit is in two returns or comes back twice, and
// stock is what movements made of it. Then policy, rules and kits one by one.

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/core_test_shop.hpp"
#include "core/limits.hpp"
#include "core/order/line_change.hpp"
#include "core/returns/request_return.hpp"

namespace waybill::core {
namespace {

using testing::Dice;
using testing::Shop;

using ReturnStepSeen = std::tuple<ReturnStatus, ReturnAction, ReturnStatus>;

std::optional<ReturnAction> return_action_of(const Event& event) {
    if (std::holds_alternative<ReturnApproved>(event)) return ReturnAction::approve;
    if (std::holds_alternative<ReturnDeclined>(event)) return ReturnAction::decline;
    if (std::holds_alternative<ReturnReceived>(event)) return ReturnAction::receive;
    if (std::holds_alternative<ReturnCancelled>(event)) return ReturnAction::cancel;
    return std::nullopt;
}

/// A shop with one order of 6 A, 2 B and 2 SET (2 A and 1 B each), of which all but 2 A have left DC.
class ReturnShop : public Shop {
public:
    ReturnShop() {
        put_channel("web");
        for (const char* place : {"DC", "STORE"}) {
            PutLocation put;
            put.location.code = place;
            put.location.address.country = "GB";
            put.location.calendar.working_days.fill(true);
            put.location.capabilities.returns = true;
            WAYBILL_ASSERT(run(put).has_value());
        }
        put_item("A");
        put_item("B");
        put_item("SET", {{"A", 2}, {"B", 1}});
        count("A", "DC", 10);
        count("B", "DC", 4);
        PlaceOrder command = order("W-1");
        for (const auto& [sku, units] :
             std::vector<std::pair<std::string, std::int64_t>>{{"A", 6}, {"B", 2}, {"SET", 2}}) {
            LineInput line;
            line.sku = sku;
            line.quantity = units;
            command.lines.push_back(line);
        }
        const auto decision = run(command);
        WAYBILL_ASSERT(decision.has_value());
        id = OrderId(decision->outcome.object.id);
        WAYBILL_ASSERT(run(ShipOrder{id, "DC", {{LineNo(1), 4}, {LineNo(2), 2}, {LineNo(3), 2}}, "", ""}).has_value());
    }

    [[nodiscard]] const Order& it() const { return *state->working.find_order(id); }

    [[nodiscard]] RequestReturn asking(std::uint32_t line_no, std::int64_t units) const {
        return {id, {{LineNo(line_no), units, "too_small"}}, "", false};
    }

    void put_policy(ReturnPolicy policy) {
        PutChannel put;
        put.channel.code = "web";
        put.channel.returns = std::move(policy);
        WAYBILL_ASSERT(run(put).has_value());
    }

    [[nodiscard]] Level level(const std::string& sku, const std::string& location) const {
        const Level* found = state->levels_of(*state->items.find(sku)).find(*state->locations.find(location));
        return found == nullptr ? Level{} : *found;
    }

    void expect_refusal(const Command& command, Reject code) {
        const auto decision = run(command);
        ASSERT_FALSE(decision.has_value());
        const Rejection& why = decision.error();
        EXPECT_TRUE(why.code == code || (!why.faults.empty() && why.faults[0].code == code))
            << static_cast<int>(why.code) << " " << why.detail;
    }

    OrderId id;
};

void look_at_units(const Order& order) {
    OrderUnits sum;
    for (const OrderLine& line : order.lines) {
        std::int64_t back = 0;
        for (const OrderReturn& made : order.returns) {
            const ReturnLine* of = made.find_line(line.line_no);
            if (of == nullptr) continue;
            for (const std::int64_t part :
                 {of->restocked, of->quarantined, of->to_vendor, of->destroyed, of->dropped}) {
                EXPECT_GE(part, 0);
            }
            EXPECT_GE(of->expected(), 0);
            back += of->quantity - of->dropped;
            sum.returning += of->expected();
            sum.returned += of->received();
        }
        EXPECT_LE(back, line.shipped());
        EXPECT_EQ(returnable(order, line), line.shipped() - back);
    }
    EXPECT_EQ(units_of(order).returning, sum.returning);
    EXPECT_EQ(units_of(order).returned, sum.returned);
}

Command any_return_command(const ReturnShop& shop, Dice& dice) {
    const auto number =
        static_cast<std::uint32_t>(dice.between(1, std::max<std::int64_t>(1, std::ssize(shop.it().returns))));
    const auto line_no = static_cast<std::uint32_t>(dice.between(1, 4));
    const auto disposition = static_cast<Disposition>(dice.between(0, 3));
    const std::string place = dice.between(0, 1) == 0 ? "DC" : "STORE";
    switch (dice.between(0, 7)) {
        case 0:
        case 1: {
            RequestReturn ask = shop.asking(line_no, dice.between(0, 4));
            if (dice.between(0, 2) == 0) ask.lines.push_back({LineNo(dice.between(0, 1) == 0 ? 1U : 2U), {}, "late"});
            return ask;
        }
        case 2:
            return ApproveReturn{shop.id, number};
        case 3:
            return DeclineReturn{shop.id, number, "worn"};
        case 4:
            return CancelReturn{shop.id, number, "kept"};
        case 5:
            return ShipOrder{shop.id, "DC", {}, "", ""};
        default: {
            ReceiveReturn receive{shop.id, number, place, {}, disposition};
            if (dice.between(0, 1) == 0) {
                receive.lines.push_back({LineNo(line_no), dice.between(0, 5) == 0 ? 0 : 1, {}});
                if (dice.between(0, 3) == 0) receive.lines.push_back({LineNo(line_no), {}, Disposition::destroy});
            }
            return receive;
        }
    }
}

TEST(returns, random_lives_keep_to_the_table_of_states) {
    std::set<ReturnStepSeen> seen;
    int taken = 0;
    int refused = 0;
    for (std::uint64_t seed = 1; seed <= 600 && !::testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Dice dice(seed);
        ReturnShop shop;
        if (dice.between(0, 1) == 0) shop.put_policy({{}, {}, true});
        for (int i = 0; i < 40 && !::testing::Test::HasFailure(); ++i) {
            const std::vector<OrderReturn> before = shop.it().returns;
            const auto decision = shop.run(any_return_command(shop, dice));
            ++(decision ? taken : refused);
            if (!decision) continue;
            look_at_units(shop.it());
            for (const Event& event : decision->events) {
                const auto action = return_action_of(event);
                if (!action) continue;
                const std::size_t touched = std::visit(
                    [](const auto& e) -> std::size_t {
                        if constexpr (requires { e.number; }) return e.number - 1;
                        return 0;
                    },
                    event);
                const auto from = touched < before.size() ? before[touched].status() : ReturnStatus::requested;
                const ReturnStepSeen step{from, *action, shop.it().returns[touched].status()};
                seen.insert(step);
                const auto steps = return_steps();
                EXPECT_TRUE(std::any_of(steps.begin(), steps.end(),
                                        [&](const ReturnStep& known) {
                                            return ReturnStepSeen{known.from, known.action, known.to} == step;
                                        }))
                    << static_cast<int>(std::get<0>(step)) << static_cast<int>(*action)
                    << static_cast<int>(std::get<2>(step));
            }
        }
        // On hand is what was there, less what has shipped, and what became stock again.
        std::int64_t a = 10;
        std::int64_t b = 4;
        for (const OrderLine& line : shop.it().lines) {
            std::int64_t stock = -line.shipped();
            for (const OrderReturn& made : shop.it().returns) {
                const ReturnLine* of = made.find_line(line.line_no);
                if (of != nullptr) stock += of->received() - of->destroyed;
            }
            if (line.line_no == LineNo(1)) a += stock;
            if (line.line_no == LineNo(2)) b += stock;
            if (line.line_no == LineNo(3)) {
                a += 2 * stock;
                b += stock;
            }
        }
        EXPECT_EQ(shop.level("A", "DC").on_hand + shop.level("A", "STORE").on_hand, a);
        EXPECT_EQ(shop.level("B", "DC").on_hand + shop.level("B", "STORE").on_hand, b);
    }
    EXPECT_GE(taken, 3'000);
    EXPECT_GE(refused, 3'000);
    for (const ReturnStep& step : return_steps()) {
        EXPECT_TRUE(seen.contains({step.from, step.action, step.to}))
            << static_cast<int>(step.from) << static_cast<int>(step.action) << static_cast<int>(step.to);
    }
}

TEST(returns, of_no_more_than_has_shipped) {
    ReturnShop shop;
    shop.expect_refusal(shop.asking(1, 5), Reject::quantity_not_returnable);
    ASSERT_TRUE(shop.run(shop.asking(1, 3)));
    shop.expect_refusal(shop.asking(1, 2), Reject::quantity_not_returnable);
    ASSERT_TRUE(shop.run(CancelReturn{shop.id, 1, "kept"}));
    EXPECT_TRUE(shop.run(shop.asking(1, 4))) << "what is not expected any more can be asked for again";
    shop.expect_refusal(ReceiveReturn{shop.id, 2, "DC", {{LineNo(1), 5, {}}}, Disposition::restock},
                        Reject::quantity_not_expected);
    shop.expect_refusal(ReceiveReturn{shop.id, 2, "DC", {{LineNo(2), 1, {}}}, Disposition::restock},
                        Reject::unknown_line);
}

TEST(returns, become_what_their_inspection_says) {
    ReturnShop shop;
    ASSERT_TRUE(shop.run(shop.asking(3, 2)));
    ASSERT_TRUE(shop.run(shop.asking(1, 4)));
    ASSERT_TRUE(shop.run(ReceiveReturn{shop.id, 1, "STORE", {{LineNo(3), 1, {}}}, Disposition::quarantine}));
    EXPECT_EQ(shop.level("A", "STORE").on_hand, 2) << "a kit comes back as its components";
    EXPECT_EQ(shop.level("A", "STORE").unsellable, 2);
    EXPECT_EQ(shop.level("B", "STORE").unsellable, 1);
    EXPECT_EQ(shop.it().returns[0].status(), ReturnStatus::receiving);
    ASSERT_TRUE(shop.run(
        ReceiveReturn{shop.id,
                      2,
                      "STORE",
                      {{LineNo(1), 2, {}}, {LineNo(1), 1, Disposition::vendor}, {LineNo(1), {}, Disposition::destroy}},
                      Disposition::restock}));
    EXPECT_EQ(shop.level("A", "STORE").on_hand, 5);
    EXPECT_EQ(shop.level("A", "STORE").unsellable, 3);
    const ReturnLine& line = shop.it().returns[1].lines[0];
    EXPECT_EQ(line.restocked, 2);
    EXPECT_EQ(line.to_vendor, 1);
    EXPECT_EQ(line.destroyed, 1);
    EXPECT_EQ(shop.it().returns[1].status(), ReturnStatus::received);
    shop.expect_refusal(ReceiveReturn{shop.id, 2, "STORE", {}, Disposition::restock}, Reject::return_state);
}

TEST(returns, are_taken_as_the_channel_says) {
    ReturnShop shop;
    shop.put_policy({30, {"broken", "too_small"}, true});
    ASSERT_TRUE(shop.run(shop.asking(1, 1)));
    EXPECT_EQ(shop.it().returns[0].status(), ReturnStatus::requested);
    RequestReturn other = shop.asking(1, 1);
    other.lines[0].reason = "whim";
    shop.expect_refusal(other, Reject::invalid_request);
    other.overrides_policy = true;
    EXPECT_TRUE(shop.run(other));
    const std::int64_t day = std::int64_t{24} * 60 * 60 * 1'000'000;
    const Instant shipped = shop.now;
    shop.now = Instant(shipped.micros() + 30 * day);
    EXPECT_TRUE(shop.run(shop.asking(1, 1)));
    shop.now = Instant(shipped.micros() + 30 * day + 1);
    shop.expect_refusal(shop.asking(1, 1), Reject::return_window_over);
    RequestReturn late = shop.asking(1, 1);
    late.overrides_policy = true;
    EXPECT_TRUE(shop.run(late));
    ASSERT_TRUE(shop.run(DeclineReturn{shop.id, 1, "worn"}));
    EXPECT_EQ(shop.it().returns[0].status(), ReturnStatus::declined);
    shop.expect_refusal(ApproveReturn{shop.id, 1}, Reject::return_state);
}

TEST(returns, go_where_goods_are_taken_back) {
    ReturnShop shop;
    PutLocation put;
    put.location.code = "KIOSK";
    put.location.calendar.working_days.fill(true);
    ASSERT_TRUE(shop.run(put));
    RequestReturn ask = shop.asking(1, 1);
    ask.location = "KIOSK";
    shop.expect_refusal(ask, Reject::return_location_invalid);
    ask.location = "NONE";
    shop.expect_refusal(ask, Reject::unknown_location);
    ask.location = "STORE";
    ASSERT_TRUE(shop.run(ask));
    EXPECT_EQ(shop.it().returns[0].location, shop.state->locations.find("STORE"));
    EXPECT_TRUE(shop.run(ReceiveReturn{shop.id, 1, "KIOSK", {}, Disposition::restock})) << "it is there";
}

TEST(returns, wait_while_a_rule_holds_them) {
    ReturnShop shop;
    ASSERT_TRUE(shop.run(ShipOrder{shop.id, "DC", {}, "", ""}));
    ASSERT_TRUE(shop.it().is_closed());
    SaveRuleSet save;
    save.rules.name = "returns";
    AutomationRule& rule = save.rules.automation.emplace_back();
    rule.code = "many";
    rule.moment = Moment::return_requested;
    const auto apply_to = [](const char* name, std::vector<JsonValue> arguments) {
        return JsonValue::make_object({{name, JsonValue::make_list(std::move(arguments))}});
    };
    const auto fact = [&](const char* name) { return apply_to("var", {JsonValue::make_text(name)}); };
    rule.when = apply_to("and", {apply_to(">", {fact("order.returning_units"), JsonValue::make_number("2")}),
                                 apply_to("in", {JsonValue::make_text("too_small"), fact("order.return_reasons")})});
    rule.then = {PlaceHold{"look", "", {HoldBlock::returning}}, PlaceHold{"stop", "", {HoldBlock::shipping}},
                 AddTag{"returns"}};
    ASSERT_TRUE(shop.run(save));
    ASSERT_TRUE(shop.run(ActivateRuleSet{1, {}, ""}));
    ASSERT_TRUE(shop.run(shop.asking(1, 2)));
    EXPECT_EQ(shop.it().returns[0].status(), ReturnStatus::approved);
    ASSERT_TRUE(shop.run(shop.asking(1, 2)));
    EXPECT_EQ(shop.it().returns[1].status(), ReturnStatus::requested);
    ASSERT_EQ(shop.it().holds.size(), 1U) << "nothing else of it can be stopped any more";
    EXPECT_EQ(shop.it().holds[0].code, "look");
    shop.expect_refusal(ApproveReturn{shop.id, 2}, Reject::order_on_hold);
    shop.expect_refusal(ReceiveReturn{shop.id, 1, "DC", {}, Disposition::restock}, Reject::order_on_hold);
    ASSERT_TRUE(shop.run(ReleaseHold{shop.id, "look", ""}));
    EXPECT_TRUE(shop.run(ApproveReturn{shop.id, 2}));
    EXPECT_TRUE(shop.run(HoldOrder{shop.id, "again", "", {HoldBlock::returning}}));
    shop.expect_refusal(HoldOrder{shop.id, "other", "", {HoldBlock::shipping}}, Reject::order_closed);
}

TEST(returns, are_for_keys_of_the_place_that_receives) {
    ReturnShop shop;
    ASSERT_TRUE(shop.run(shop.asking(1, 1)));
    const auto as = [&](const char* place, const Command& command) {
        Context context = shop.context();
        context.scope = {*shop.state->locations.find(place)};
        return decide(command, *shop.state, context);
    };
    EXPECT_FALSE(as("STORE", ReceiveReturn{shop.id, 1, "DC", {}, Disposition::restock}));
    EXPECT_TRUE(as("STORE", ReceiveReturn{shop.id, 1, "STORE", {}, Disposition::restock}))
        << "bought online, returned in store";
    EXPECT_FALSE(as("STORE", CancelReturn{shop.id, 1, "no"})) << "nothing of the order is there";
    EXPECT_TRUE(as("DC", CancelReturn{shop.id, 1, "no"}));
    RequestReturn at_counter = shop.asking(2, 1);
    EXPECT_FALSE(as("STORE", at_counter));
    at_counter.location = "DC";
    EXPECT_FALSE(as("STORE", at_counter));
    at_counter.location = "STORE";
    EXPECT_TRUE(as("STORE", at_counter));
}

}  // namespace
}  // namespace waybill::core
