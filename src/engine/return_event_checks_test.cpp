// Events of returns that were not made by decide: what does not follow is told, and nothing is aborted on.

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "core/evolve.hpp"
#include "engine/codec.hpp"
#include "engine/engine_test_kit.hpp"
#include "engine/event_checks.hpp"
#include "storage/memory/memory_store.hpp"

namespace waybill::engine {
namespace {

using core::Disposition;
using core::LineNo;
using testing::order_of;

constexpr const char* return_not_shipped = "units that have not shipped or are in another return";
constexpr const char* return_not_expected = "units that the return does not expect";
constexpr const char* return_movements = "movements that are not those of what came back";
constexpr const char* return_step = "a step that the state of the return does not allow";
constexpr const char* return_missing = "a return that does not exist";

/// An order of 5 A and 2 SET (2 A and 1 B each), of which 4 A and all SET have left LON. Items A, B and SET are 0 to 2.
class ReturnEvents : public ::testing::Test {
protected:
    void SetUp() override {
        const auto store = storage::memory::open_memory();
        testing::Shop shop(*store);
        shop.open_shop(0);
        ASSERT_TRUE(shop.run(testing::receipt_of("A", "LON", 20)));
        ASSERT_TRUE(shop.run(testing::receipt_of("B", "LON", 20)));
        core::Item kit;
        kit.sku = "SET";
        kit.title = "Set";
        kit.units = {{"each", 1, ""}};
        ASSERT_TRUE(shop.run(core::PutItem{kit, {{"A", 2}, {"B", 1}}}));
        core::PlaceOrder place = order_of("1", "A", 5);
        place.lines.push_back(order_of("", "SET", 2).lines[0]);
        const auto placed = shop.run(place);
        ASSERT_TRUE(placed);
        id = placed->order->id;
        ASSERT_TRUE(shop.run(core::ShipOrder{id, "LON", {{LineNo(1), 4}, {LineNo(2), 2}}, "", ""}));
        EventQuery query;
        query.limit = 1'000;
        const auto reader = store->reader();
        const auto rows = (*reader)->events(shop.tenant, query);
        ASSERT_TRUE(rows);
        for (const EventRow& row : *rows) {
            const auto event = decode_event(row.type, row.schema_version, row.body);
            ASSERT_TRUE(event);
            ASSERT_EQ(misfit_of(*event, state), "") << row.type;
            core::evolve(*event, {row.sequence, row.at}, state);
        }
    }

    std::string says(const core::Event& event) {
        std::string fault = misfit_of(event, state);
        // What is not refused can be evolved.
        if (fault.empty()) core::evolve(event, {core::Sequence(state.head.raw() + 1), state.last_instant}, state);
        return fault;
    }
    [[nodiscard]] core::ReturnRequested request(std::uint32_t number, std::int64_t units) const {
        core::ReturnRequested out{id, {}};
        out.made.number = number;
        out.made.lines.emplace_back();
        out.made.lines[0].line_no = LineNo(1);
        out.made.lines[0].quantity = units;
        out.made.lines[0].reason = "too_small";
        return out;
    }
    static core::Movement came(core::ItemIx item, std::int64_t units, std::int64_t unsellable = 0) {
        core::Movement out;
        out.item = item;
        out.on_hand = units;
        out.unsellable = unsellable;
        out.reason = "returned";
        return out;
    }
    [[nodiscard]] core::ReturnReceived receipt(std::int64_t units) const {
        return {id, 1, 0, {{LineNo(1), units, Disposition::restock}}, {came(0, units)}};
    }
    [[nodiscard]] const core::OrderReturn& first() const { return state.working.find_order(id)->returns[0]; }

    core::TenantState state;
    core::OrderId id;
};

TEST_F(ReturnEvents, OnlyWhatHasShippedAndIsInNoOtherComesBack) {
    core::ReturnRequested event = request(2, 1);
    EXPECT_EQ(says(event), "a return with another number than follows");
    event = request(1, 1);
    event.order = core::OrderId(4'711);
    EXPECT_EQ(says(event), "an order that does not exist");
    event = request(1, 1);
    event.made.location = 77;
    EXPECT_EQ(says(event), "a return to a location that does not exist");
    for (const std::int64_t units : {std::int64_t{5}, std::int64_t{0}, std::int64_t{-1}, INT64_MAX}) {
        EXPECT_EQ(says(request(1, units)), return_not_shipped);
    }
    event = request(1, 1);
    event.made.lines[0].line_no = LineNo(9);
    EXPECT_EQ(says(event), return_not_shipped);
    event = request(1, 1);
    event.made.lines[0].restocked = 1;
    EXPECT_EQ(says(event), return_not_shipped) << "came before it was asked for";
    event = request(1, 1);
    event.made.lines.clear();
    EXPECT_EQ(says(event), "a return without lines");
    event = request(1, 1);
    event.made.approved_at = Instant(1);
    EXPECT_EQ(says(event), "a return that was decided on before its request");
    event = request(1, 1);
    event.made.declined = true;
    EXPECT_EQ(says(event), "a return that was decided on before its request");
    event = request(1, 1);
    event.made.lines.push_back(event.made.lines[0]);
    EXPECT_EQ(says(event), "lines of a return that are not in order");
    event = request(1, 3);
    event.made.location = 1;
    EXPECT_EQ(says(event), "");
    EXPECT_EQ(says(request(2, 2)), return_not_shipped) << "one is left";
    EXPECT_EQ(says(core::ReturnDeclined{id, 1, "worn"}), "");
    EXPECT_EQ(says(request(2, 4)), "") << "what was declined can be asked for again";
    EXPECT_EQ(says(request(3, 1)), return_not_shipped);
}

TEST_F(ReturnEvents, StepsAreThoseOfTheStates) {
    EXPECT_EQ(says(core::ReturnApproved{id, 1}), return_missing);
    EXPECT_EQ(says(core::ReturnDeclined{id, 0, "worn"}), return_missing);
    EXPECT_EQ(says(core::ReturnCancelled{id, 2, "kept"}), return_missing);
    EXPECT_EQ(says(receipt(1)), return_missing);
    ASSERT_EQ(says(request(1, 4)), "");
    EXPECT_EQ(says(core::ReturnApproved{id, 1}), "");
    EXPECT_EQ(says(core::ReturnApproved{id, 1}), return_step);
    EXPECT_EQ(says(core::ReturnDeclined{id, 1, "worn"}), return_step);
    EXPECT_EQ(says(receipt(1)), "");
    EXPECT_EQ(says(core::ReturnCancelled{id, 1, "kept"}), "");
    EXPECT_EQ(first().status(), core::ReturnStatus::received);
    EXPECT_EQ(says(core::ReturnCancelled{id, 1, "kept"}), return_step);
    EXPECT_EQ(says(receipt(1)), return_step);
}

TEST_F(ReturnEvents, NothingComesBackTwice) {
    ASSERT_EQ(says(request(1, 3)), "");
    EXPECT_EQ(says(receipt(4)), return_not_expected);
    EXPECT_EQ(says(receipt(0)), return_not_expected);
    core::ReturnReceived event = receipt(2);
    event.lines.push_back(event.lines[0]);
    event.movements.push_back(event.movements[0]);
    EXPECT_EQ(says(event), return_not_expected) << "both together are more than there is";
    event = receipt(1);
    event.lines[0].line_no = LineNo(2);
    EXPECT_EQ(says(event), return_not_expected) << "it is not in the return";
    event = receipt(1);
    event.lines.clear();
    event.movements.clear();
    EXPECT_EQ(says(event), "a receipt without lines");
    event = receipt(2);
    event.location = 5;
    EXPECT_EQ(says(event), "a return to a location that does not exist");
    EXPECT_EQ(says(receipt(2)), "");
    EXPECT_EQ(says(receipt(2)), return_not_expected);
    EXPECT_EQ(says(receipt(1)), "");
    EXPECT_EQ(first().lines[0].restocked, 3);
}

TEST_F(ReturnEvents, MovementsAreWhatCame) {
    ASSERT_EQ(says(request(1, 4)), "");
    using Change = std::function<void(core::ReturnReceived&)>;
    for (const Change& change :
         std::vector<Change>{[](core::ReturnReceived& e) { e.movements.clear(); },
                             [](core::ReturnReceived& e) { e.movements.push_back(e.movements[0]); },
                             [](core::ReturnReceived& e) { ++e.movements[0].on_hand; },
                             [](core::ReturnReceived& e) { e.movements[0].unsellable = 1; },
                             [](core::ReturnReceived& e) { e.movements[0].unsellable = 2; },
                             [](core::ReturnReceived& e) { e.movements[0].reserved = 1; },
                             [](core::ReturnReceived& e) { e.movements[0].safety = 1; },
                             [](core::ReturnReceived& e) { e.movements[0].item = 1; },
                             [](core::ReturnReceived& e) { e.movements[0].location = 1; },
                             [](core::ReturnReceived& e) { e.movements[0].kind = core::MovementKind::adjust; },
                             [](core::ReturnReceived& e) { e.movements.push_back(came(1, 1)); },
                             [](core::ReturnReceived& e) { e.lines[0].disposition = Disposition::quarantine; },
                             [](core::ReturnReceived& e) { e.lines[0].disposition = Disposition::destroy; }}) {
        core::ReturnReceived event = receipt(2);
        change(event);
        EXPECT_EQ(says(event), return_movements);
    }
    core::ReturnReceived event = receipt(2);
    event.movements[0].item = 9;
    EXPECT_EQ(says(event), "a movement at a level that can not exist");
    event = receipt(1);
    event.lines = {{LineNo(1), 1, Disposition::restock},
                   {LineNo(1), 1, Disposition::quarantine},
                   {LineNo(1), 1, Disposition::vendor},
                   {LineNo(1), 1, Disposition::destroy}};
    event.movements = {came(0, 1), came(0, 1, 1), came(0, 1, 1)};
    EXPECT_EQ(says(event), "");
    EXPECT_EQ(first().lines[0].to_vendor, 1);
    EXPECT_EQ(first().lines[0].destroyed, 1);
}

TEST_F(ReturnEvents, AKitComesAsItsComponents) {
    core::ReturnRequested asked = request(1, 2);
    asked.made.lines[0].line_no = LineNo(2);
    ASSERT_EQ(says(asked), "");
    core::ReturnReceived event{id, 1, 1, {{LineNo(2), 2, Disposition::restock}}, {came(2, 2)}};
    event.movements[0].location = 1;
    EXPECT_EQ(says(event), return_movements) << "the kit itself has no stock";
    event.movements = {came(0, 4), came(1, 2)};
    EXPECT_EQ(says(event), return_movements) << "elsewhere";
    for (core::Movement& movement : event.movements) movement.location = 1;
    EXPECT_EQ(says(event), "");
}

TEST_F(ReturnEvents, AnOrderIsPlacedWithoutReturns) {
    core::OrderPlaced event{*state.working.find_order(id), {}, {}};
    core::Order& order = event.order;
    order.id = core::OrderId(state.head.raw() + 1);
    order.channel_order_id = "3";
    order.version = 0;
    order.shipped_at = {};
    for (core::OrderLine& line : order.lines) line.allocations.clear();
    const core::Order good = order;
    order.returns = {request(1, 1).made};
    EXPECT_EQ(says(event), "goods that left an order that was only placed");
    order = good;
    order.shipped_at = Instant(1);
    EXPECT_EQ(says(event), "goods that left an order that was only placed");
    order = good;
    EXPECT_EQ(says(event), "");
}

}  // namespace
}  // namespace waybill::engine
