// Fulfillment orders over an engine: the rows of the lists of work, what becomes of exceptions, and what verify finds.

#include <gtest/gtest.h>

#include "engine/codec.hpp"
#include "engine/engine_test_kit.hpp"
#include "engine/on_each_store.hpp"
#include "engine/order_as_of.hpp"

namespace waybill::engine {
namespace {

using core::FulfillmentStatus;
using core::LineNo;
using testing::Answer;
using testing::order_of;

class EngineFulfillment : public testing::OnEachStore {
protected:
    std::vector<FulfillmentRow> rows(const FulfillmentQuery& query = {}) {
        const auto reader = store->reader();
        return (*reader)->fulfillments(shop->tenant, query).value();
    }
    std::vector<ExceptionRow> exceptions() {
        const auto reader = store->reader();
        return (*reader)->exceptions(shop->tenant, {}).value();
    }
    core::Order run(const core::Command& command) {
        Answer answer = shop->run(command);
        EXPECT_TRUE(answer);
        EXPECT_TRUE(answer && answer->order) << "the answer shows the order";
        return answer && answer->order ? *answer->order : core::Order();
    }
};
INSTANTIATE_TEST_SUITE_P(Stores, EngineFulfillment, ::testing::Values("memory", "sqlite", "postgres"),
                         testing::store_name);

TEST_P(EngineFulfillment, RowsFollowWhatHappens) {
    shop->open_shop(10);
    const core::Order placed = run(order_of("1", "A", 3));
    EXPECT_TRUE(rows().empty());
    run(core::ReleaseOrder{placed.id, {}});
    ASSERT_EQ(rows().size(), 1U);
    FulfillmentRow row = rows()[0];
    EXPECT_EQ(row.order, placed.id);
    EXPECT_EQ(row.number, 1U);
    EXPECT_EQ(row.location, placed.lines[0].allocations[0].location);
    EXPECT_EQ(row.due, placed.lines[0].allocations[0].capacity_day);
    EXPECT_EQ(row.status, FulfillmentStatus::released);
    EXPECT_TRUE(row.is_open);
    const auto doc = decode_doc<FulfillmentDoc>(row.doc);
    ASSERT_TRUE(doc);
    EXPECT_EQ(doc->channel_order_id, "1");
    EXPECT_EQ(doc->items, std::vector<core::ItemIx>{0});
    run(core::AcceptFulfillment{placed.id, 1});
    EXPECT_EQ(rows()[0].status, FulfillmentStatus::accepted);
    run(core::PickFulfillment{placed.id, 1, {{LineNo(1), 1, 0, {}}}});
    EXPECT_EQ(rows()[0].status, FulfillmentStatus::picking);
    run(core::RecallFulfillment{placed.id, 1, "late"});
    EXPECT_EQ(rows()[0].status, FulfillmentStatus::picked);
    run(core::ShipFulfillment{placed.id, 1, {}, "post", "t-1", {}});
    EXPECT_EQ(rows()[0].status, FulfillmentStatus::shipped);
    EXPECT_FALSE(rows()[0].is_open);
    // The two that were taken back are reserved as before.
    const core::Order again = run(core::ReleaseOrder{placed.id, {}});
    ASSERT_EQ(again.fulfillments.size(), 2U);
    EXPECT_EQ(again.fulfillments[1].lines[0].quantity, 2);
    run(core::RejectFulfillment{placed.id, 2, {}, "closed", core::StockFinding::kept});
    FulfillmentQuery open;
    open.is_open = true;
    EXPECT_TRUE(rows(open).empty());
    expect_sound();
}

TEST_P(EngineFulfillment, WhatFindsAPlaceLaterIsSourced) {
    shop->open_shop(10);
    const core::Order placed = run(order_of("1", "A", 8));
    const std::string other = placed.lines[0].allocations[0].location == 0 ? "MAN" : "LON";
    core::MoveInventory leaves = testing::receipt_of("A", other, -10);
    leaves.moves[0].kind = core::MoveKind::adjust;
    leaves.moves[0].reason = "gone";
    ASSERT_TRUE(shop->run(leaves));
    run(core::ReleaseOrder{placed.id, {}});
    run(core::RejectFulfillment{placed.id, 1, {}, "flood", core::StockFinding::missing});
    ASSERT_EQ(exceptions().size(), 1U);
    EXPECT_EQ(exceptions()[0].kind, core::no_supply_kind);
    EXPECT_TRUE(exceptions()[0].is_open);
    ASSERT_TRUE(shop->run(testing::receipt_of("A", other, 8)));
    core::RerouteOrder reroute;
    reroute.order = placed.id;
    run(reroute);
    ASSERT_EQ(exceptions().size(), 1U);
    EXPECT_FALSE(exceptions()[0].is_open);
    const auto doc = decode_doc<ExceptionDoc>(exceptions()[0].doc);
    ASSERT_TRUE(doc);
    EXPECT_EQ(doc->end.resolution, nothing_waits_resolution);
    expect_sound();
}

TEST_P(EngineFulfillment, AnOrderIsReadAsOfEachOfItsEvents) {
    shop->open_shop(10);
    const core::Order placed = run(order_of("1", "A", 3));
    run(core::ReleaseOrder{placed.id, {}});
    const core::Order picked = run(core::PickFulfillment{placed.id, 1, {{LineNo(1), 2, 1, {}}}});
    run(core::ShipFulfillment{placed.id, 1, {}, {}, {}, {}});
    const auto reader = store->reader();
    const auto found = order_as_of(**reader, shop->tenant, placed.id, picked.last_sequence);
    ASSERT_TRUE(found) << found.error().detail;
    EXPECT_EQ(*found, picked);
    const auto released = order_as_of(**reader, shop->tenant, placed.id, core::Sequence(placed.id.raw() + 1));
    ASSERT_TRUE(released) << released.error().detail;
    EXPECT_EQ(released->fulfillments.size(), 1U);
    EXPECT_EQ(released->fulfillments[0].lines[0].to_pick(), 3);
}

TEST_P(EngineFulfillment, ParcelsAreInTheRowAndLeaveWithTheirNumbers) {
    shop->open_shop(10);
    const core::Order placed = run(order_of("1", "A", 5));
    run(core::ReleaseOrder{placed.id, {}});
    run(core::PickFulfillment{placed.id, 1, {}});
    core::PackFulfillment pack;
    pack.order = placed.id;
    pack.number = 1;
    pack.lines = {{LineNo(1), 3, {}}};
    run(pack);
    EXPECT_EQ(rows()[0].status, FulfillmentStatus::picked);
    pack.lines.clear();
    run(pack);
    EXPECT_EQ(rows()[0].status, FulfillmentStatus::packed);
    run(core::ShipFulfillment{placed.id, 1, {}, {}, {}, {{{2, ""}, "post", "", "t-2"}}});
    EXPECT_EQ(rows()[0].status, FulfillmentStatus::packed);
    const core::Order shipped = run(core::ShipFulfillment{placed.id, 1, {}, {}, {}, {{{1, ""}, "post", "", "t-1"}}});
    EXPECT_EQ(rows()[0].status, FulfillmentStatus::shipped);
    const auto doc = decode_doc<FulfillmentDoc>(rows()[0].doc);
    ASSERT_TRUE(doc);
    EXPECT_EQ(doc->fulfillment, shipped.fulfillments[0]);
    EXPECT_EQ(doc->fulfillment.parcels[1].tracking, "t-2");
    expect_sound();
}

TEST_P(EngineFulfillment, AChangedRowIsFound) {
    shop->open_shop(10);
    const core::Order placed = run(order_of("1", "A", 3));
    run(core::ReleaseOrder{placed.id, {}});
    shop.reset();
    const auto plant = [&](const std::function<void(FulfillmentRow&)>& change) {
        const auto heads = store->tenants();
        TenantBatch batch;
        batch.tenant = heads->back().tenant;
        batch.head_before = heads->back().head;
        const auto reader = store->reader();
        batch.epoch = (*reader)->settled(batch.tenant)->epoch;
        batch.fulfillments = {(*reader)->fulfillments(batch.tenant, {}).value().at(0)};
        const FulfillmentRow good = batch.fulfillments[0];
        change(batch.fulfillments[0]);
        EXPECT_TRUE(store->commit({batch}));
        auto problems = testing::audited(*store).problems;
        batch.fulfillments = {good};
        EXPECT_TRUE(store->commit({batch}));
        return problems;
    };
    const std::string named = "tenant acme: the fulfillment order ful_" + std::to_string(placed.id.raw()) + "-1 is not";
    for (const auto& change : std::vector<std::function<void(FulfillmentRow&)>>{
             [](FulfillmentRow& row) { row.location = 7; }, [](FulfillmentRow& row) { row.is_open = false; },
             [](FulfillmentRow& row) { row.status = FulfillmentStatus::picked; },
             [](FulfillmentRow& row) { row.due = row.due.plus_days(1); }, [](FulfillmentRow& row) { ++row.priority; },
             [](FulfillmentRow& row) { row.doc += " "; }}) {
        const auto problems = plant(change);
        ASSERT_EQ(problems.size(), 1U);
        EXPECT_EQ(problems[0].find(named), 0U) << problems[0];
    }
    EXPECT_EQ(testing::audited(*store).problems, std::vector<std::string>{});
}

}  // namespace
}  // namespace waybill::engine
