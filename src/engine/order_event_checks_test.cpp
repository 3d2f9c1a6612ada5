// Events of fulfillment orders that were not made by decide: what does not follow is told, and nothing is aborted on.

#include <gtest/gtest.h>

#include "core/evolve.hpp"
#include "engine/codec.hpp"
#include "engine/engine_test_kit.hpp"
#include "engine/event_checks.hpp"
#include "storage/memory/memory_store.hpp"

namespace waybill::engine {
namespace {

using core::LineNo;
using testing::order_of;

/// An order whose work is known: 4 of line 1, one of them picked, and 2 of line 2. Another one that nobody works on.
class OrderEvents : public ::testing::Test {
protected:
    void SetUp() override {
        const auto store = storage::memory::open_memory();
        testing::Shop shop(*store);
        shop.open_shop(20);
        core::PlaceOrder place = order_of("1", "A", 4);
        place.lines.push_back(order_of("", "B", 2).lines[0]);
        const auto placed = shop.run(place);
        ASSERT_TRUE(placed);
        working = placed->order->id;
        ASSERT_TRUE(shop.run(core::ReleaseOrder{working, {}}));
        ASSERT_TRUE(shop.run(core::PickFulfillment{working, 1, {{LineNo(1), 1, 0, {}}}}));
        const auto other = shop.run(order_of("2", "A", 5));
        ASSERT_TRUE(other);
        waiting = other->order->id;
        fold(*store, shop.tenant);
        const core::Allocation& given = state.working.find_order(working)->lines[0].allocations[0];
        location = given.location;
        day = given.capacity_day;
    }

    void fold(Store& store, core::TenantId tenant) {
        EventQuery query;
        query.limit = 1'000;
        const auto reader = store.reader();
        const auto rows = (*reader)->events(tenant, query);
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
    [[nodiscard]] core::LineChange change_of(std::uint32_t line_no) const {
        core::LineChange out;
        out.line_no = LineNo(line_no);
        return out;
    }
    [[nodiscard]] core::AllocationPart part(std::int64_t units) const { return {location, day, units}; }
    [[nodiscard]] core::FulfillmentRejected rejection(std::int64_t units) const {
        core::LineChange change = change_of(1);
        change.released = {part(units)};
        return {working, 1, "torn", core::StockFinding::kept, {change}, {}};
    }
    [[nodiscard]] core::FulfillmentReleased release(std::uint32_t number, std::int64_t units) const {
        core::FulfillmentOrder out;
        out.number = number;
        out.location = location;
        out.lines.emplace_back();
        out.lines[0].line_no = LineNo(1);
        out.lines[0].capacity_day = day;
        out.lines[0].quantity = units;
        return {waiting, {out}};
    }

    core::TenantState state;
    core::OrderId working;
    core::OrderId waiting;
    core::LocationIx location = 0;
    CivilDate day;
};

constexpr const char* no_units = "quantities that the order does not have";
constexpr const char* no_work = "units in work that the order does not have";
constexpr const char* no_fulfillment = "a fulfillment order that does not exist";

TEST_F(OrderEvents, WorkIsOnlyWhatIsReservedThereAndFree) {
    core::FulfillmentReleased event = release(2, 5);
    EXPECT_EQ(says(event), "a fulfillment order with another number than follows");
    event = release(1, 6);
    EXPECT_EQ(says(event), no_units);
    event = release(1, 0);
    EXPECT_EQ(says(event), no_units);
    event = release(1, 5);
    event.order = core::OrderId(4'711);
    EXPECT_EQ(says(event), "an order that does not exist");
    event = release(1, 5);
    event.fulfillments[0].location = 77;
    EXPECT_EQ(says(event), no_units);
    event = release(1, 5);
    event.fulfillments[0].lines[0].line_no = LineNo(9);
    EXPECT_EQ(says(event), no_units);
    event = release(1, 5);
    event.fulfillments[0].lines[0].picked = 1;
    EXPECT_EQ(says(event), no_units);
    event = release(1, 5);
    event.fulfillments[0].accepted_at = Instant(1);
    EXPECT_EQ(says(event), "a fulfillment order that was accepted before its release");
    event = release(1, 5);
    event.fulfillments[0].lines.clear();
    EXPECT_EQ(says(event), "a fulfillment order without lines");
    event = release(1, 2);
    event.fulfillments[0].lines.push_back(event.fulfillments[0].lines[0]);
    EXPECT_EQ(says(event), "lines of a fulfillment order that are not in order");
    event = release(1, 3);
    event.fulfillments.push_back(release(2, 3).fulfillments[0]);
    EXPECT_EQ(says(event), no_units) << "both together are more than there is";
    event.fulfillments[1].lines[0].quantity = 2;
    EXPECT_EQ(says(event), "");
    EXPECT_EQ(says(release(3, 1)), no_units) << "all of it is in work";
}

TEST_F(OrderEvents, PickedAndRecalledUnitsAreThereToBePicked) {
    using Units = std::vector<core::WorkedUnits>;
    EXPECT_EQ(says(core::FulfillmentAccepted{working, 2}), no_fulfillment);
    EXPECT_EQ(says(core::FulfillmentAccepted{working, 0}), no_fulfillment);
    for (const bool picks : {true, false}) {
        const auto worked = [&](std::uint32_t number, Units lines) {
            if (picks) return says(core::FulfillmentPicked{working, number, std::move(lines)});
            return says(core::FulfillmentRecalled{working, number, "late", std::move(lines)});
        };
        EXPECT_EQ(worked(2, {{LineNo(1), day, 1}}), no_fulfillment);
        EXPECT_EQ(worked(2, {}), no_fulfillment);
        EXPECT_EQ(worked(1, {{LineNo(1), day, 4}}), no_work);
        EXPECT_EQ(worked(1, {{LineNo(1), day, 0}}), no_work);
        EXPECT_EQ(worked(1, {{LineNo(3), day, 1}}), no_work);
        EXPECT_EQ(worked(1, {{LineNo(1), day.plus_days(1), 1}}), no_work);
        EXPECT_EQ(worked(1, {{LineNo(1), day, 2}, {LineNo(1), day, 2}}), no_work);
    }
    EXPECT_EQ(says(core::FulfillmentPicked{working, 1, {{LineNo(1), day, 2}, {LineNo(2), day, 1}}}), "");
    EXPECT_EQ(says(core::FulfillmentRecalled{working, 1, "late", {{LineNo(1), day, 1}, {LineNo(2), day, 1}}}), "");
    EXPECT_EQ(says(core::FulfillmentRecalled{working, 1, "late", {{LineNo(1), day, 1}}}), no_work);
}

TEST_F(OrderEvents, WhatIsGivenBackWasInWorkThere) {
    core::FulfillmentRejected event = rejection(5);
    EXPECT_EQ(says(event), no_units);
    event = rejection(1);
    event.number = 2;
    EXPECT_EQ(says(event), no_fulfillment);
    event = rejection(1);
    event.lines.push_back(event.lines[0]);
    EXPECT_EQ(says(event), no_units);
    event = rejection(1);
    event.lines[0].cancelled = 1;
    EXPECT_EQ(says(event), "a rejection that does more than give back");
    event = rejection(1);
    event.findings.emplace_back().location = 9;
    EXPECT_EQ(says(event), "a movement at a level that can not exist");
    EXPECT_EQ(says(rejection(4)), "") << "picked or not";
    const core::FulfillmentOrder& left = state.working.find_order(working)->fulfillments[0];
    EXPECT_EQ(left.lines[0].picked, 0);
    EXPECT_EQ(left.lines[0].rejected, 4);
    EXPECT_EQ(says(rejection(1)), no_units);
}

TEST_F(OrderEvents, WhatLeavesWorkLeavesThePlace) {
    core::LineChange change = change_of(1);
    const auto shipped = [&] { return says(core::OrderShipped{working, location, {change}, {}, {}, {}, {}}); };
    change.shipped = {part(2)};
    EXPECT_EQ(shipped(), no_work) << "more would be in work than is reserved";
    change.fulfilled = {{1, day, 3, 0}};
    EXPECT_EQ(shipped(), no_work) << "more than ships";
    change.fulfilled = {{2, day, 2, 0}};
    EXPECT_EQ(shipped(), no_work);
    change.fulfilled = {{1, day, 1, 0}, {1, day, 1, 0}};
    EXPECT_EQ(shipped(), "");
    EXPECT_EQ(state.working.find_order(working)->fulfillments[0].lines[0].picked, 0) << "picked units leave first";

    const auto cancelled = [&] { return says(core::OrderCancelled{working, "late", {change}}); };
    change = change_of(1);
    change.cancelled = 1;
    change.released = {part(1)};
    EXPECT_EQ(cancelled(), no_work);
    change.recalled = {{1, day, 2, 0}};
    EXPECT_EQ(cancelled(), no_work);
    change.recalled = {{1, day, 1, 0}};
    EXPECT_EQ(says(core::OrderRerouted{working, "late", {change}, {}, {}}), "a change of work by what changes none");
    EXPECT_EQ(cancelled(), "");
    EXPECT_EQ(state.working.find_order(working)->fulfillments[0].reason, "late");

    change = change_of(2);
    change.released = {part(1)};
    EXPECT_EQ(says(core::OrderRerouted{working, "late", {change}, {}, {}}), no_work) << "it is in work";
}

TEST_F(OrderEvents, ParcelsHoldWhatIsPickedAndLeaveOnce) {
    constexpr const char* no_parcel = "a parcel that is not there or has left";
    constexpr const char* no_such_units = "a parcel of units that are not there to be packed";
    ASSERT_EQ(says(core::FulfillmentPicked{working, 1, {{LineNo(2), day, 2}}}), "");
    core::Parcel made;
    made.number = 1;
    made.lines = {{LineNo(1), day, 1}, {LineNo(2), day, 1}};
    const auto packed = [&] { return says(core::FulfillmentPacked{working, 1, made}); };
    EXPECT_EQ(says(core::FulfillmentPacked{working, 2, made}), no_fulfillment);
    made.lines[0].quantity = 2;
    EXPECT_EQ(packed(), no_such_units) << "one of it is picked";
    made.lines = {{LineNo(2), day, 1}, {LineNo(1), day, 1}};
    EXPECT_EQ(packed(), no_such_units) << "not in order";
    made.lines.clear();
    EXPECT_EQ(packed(), no_such_units);
    made.lines = {{LineNo(1), day, 1}, {LineNo(2), day, 1}};
    made.number = 2;
    EXPECT_EQ(packed(), no_parcel);
    made.number = 1;
    made.sscc = "050123450000000092";
    EXPECT_EQ(packed(), "an SSCC that is none");
    made.sscc = "050123450000000091";
    EXPECT_EQ(packed(), "");
    made.sscc.clear();
    EXPECT_EQ(packed(), "a parcel that changes its SSCC");
    made.sscc = "050123450000000091";
    made.lines[1].quantity = 2;
    EXPECT_EQ(packed(), "");
    made.lines.pop_back();
    EXPECT_EQ(packed(), "a parcel that loses units");

    core::LineChange one = change_of(1);
    one.shipped = {part(1)};
    one.fulfilled = {{1, day, 1, 1}};
    core::LineChange two = change_of(2);
    two.shipped = {part(2)};
    two.fulfilled = {{1, day, 2, 2}};
    core::ShippedParcel left;
    left.fulfillment = 1;
    left.number = 1;
    left.sscc = made.sscc;
    left.lines = state.working.find_order(working)->fulfillments[0].parcels[0].lines;
    const auto shipped = [&](std::vector<core::ShippedParcel> parcels) {
        return says(core::OrderShipped{working, location, {one, two}, {}, {}, {}, std::move(parcels)});
    };
    EXPECT_EQ(shipped({}), "packed units that leave without their parcels");
    EXPECT_EQ(shipped({left, left}), no_parcel) << "twice";
    core::ShippedParcel other = left;
    other.lines.pop_back();
    EXPECT_EQ(shipped({other}), "a parcel that is not as it was packed");
    other.number = 2;
    EXPECT_EQ(shipped({other}), no_parcel);
    two.fulfilled[0].packed = 1;
    EXPECT_EQ(shipped({left}), no_work) << "one of them would leave the parcel";
    two.fulfilled[0].packed = 2;
    EXPECT_EQ(says(rejection(4)), no_work) << "one of them is in a parcel";
    EXPECT_EQ(shipped({left}), "");
    EXPECT_EQ(says(core::ParcelUnpacked{working, 1, 1}), no_parcel);
}

TEST_F(OrderEvents, AnOrderIsPlacedWithoutWork) {
    core::OrderPlaced event{*state.working.find_order(waiting), {}, {}};
    event.order.id = core::OrderId(state.head.raw() + 1);
    event.order.channel_order_id = "3";
    event.order.version = 0;
    const core::Order good = event.order;
    event.order.fulfillments = release(1, 1).fulfillments;
    EXPECT_EQ(says(event), "work on an order that was only placed");
    event.order = good;
    event.order.refused_by = {99};
    EXPECT_EQ(says(event), "work on an order that was only placed");
    event.order = good;
    event.order.lines[0].line_no = LineNo(2);
    EXPECT_EQ(says(event), "lines that are not numbered from 1 on");
    event.order = good;
    event.order.lines[0].allocations.push_back(good.lines[0].allocations[0]);
    EXPECT_EQ(says(event), "allocations that placing does not make");
    event.order = good;
    event.order.lines[0].quantity = 1;
    EXPECT_EQ(says(event), no_units);
    event.order = good;
    EXPECT_EQ(says(event), "");
}

}  // namespace
}  // namespace waybill::engine
