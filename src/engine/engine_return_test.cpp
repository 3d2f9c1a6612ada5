// Returns over an engine: the rows of their lists, what becomes of stock, and what verify finds.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "engine/auditor.hpp"
#include "engine/codec.hpp"
#include "engine/engine_test_kit.hpp"
#include "engine/on_each_store.hpp"
#include "engine/order_as_of.hpp"

namespace waybill::engine {
namespace {

using core::Disposition;
using core::LineNo;
using core::ReturnStatus;
using testing::Answer;
using testing::order_of;

class EngineReturns : public testing::OnEachStore {
protected:
    std::vector<ReturnRow> rows(const ReturnQuery& query = {}) {
        const auto reader = store->reader();
        return (*reader)->returns(shop->tenant, query).value();
    }
    core::Order run(const core::Command& command) {
        Answer answer = shop->run(command);
        EXPECT_TRUE(answer);
        EXPECT_TRUE(answer && answer->order) << "the answer shows the order";
        return answer && answer->order ? *answer->order : core::Order();
    }
    /// Both places take goods back, and nobody has to approve a return.
    void open_returning_shop() {
        shop->open_shop(10);
        for (const char* code : {"LON", "MAN"}) {
            core::Location location;
            location.code = code;
            location.name = code;
            location.address.country = "GB";
            location.calendar.working_days.fill(true);
            location.capabilities.returns = true;
            ASSERT_TRUE(shop->run(core::PutLocation{location}));
        }
    }
    void put_policy(core::ReturnPolicy policy) {
        core::Channel channel;
        channel.code = "WEB";
        channel.returns = std::move(policy);
        ASSERT_TRUE(shop->run(core::PutChannel{channel, {}}));
    }
    core::Order shipped(const std::string& number, const std::string& sku, std::int64_t units) {
        const core::Order placed = run(order_of(number, sku, units));
        const std::string from = placed.lines[0].allocations[0].location == 0 ? "LON" : "MAN";
        return run(core::ShipOrder{placed.id, from, {}, "post", "t-1"});
    }
    static core::RequestReturn asking(core::OrderId order, std::int64_t units, const std::string& location = {}) {
        return {order, {{LineNo(1), units, "too_small"}}, location, false};
    }
};
INSTANTIATE_TEST_SUITE_P(Stores, EngineReturns, ::testing::Values("memory", "sqlite", "postgres"), testing::store_name);

TEST_P(EngineReturns, RowsFollowWhatHappens) {
    open_returning_shop();
    const core::Order sent = shipped("1", "A", 5);
    EXPECT_TRUE(rows().empty());
    const std::int64_t on_hand = shop->level("A", "MAN").on_hand;
    shop->clock.micros += 1'000'000;
    run(asking(sent.id, 3));
    ASSERT_EQ(rows().size(), 1U);
    const ReturnRow row = rows()[0];
    EXPECT_EQ(row.order, sent.id);
    EXPECT_EQ(row.number, 1U);
    EXPECT_EQ(row.location, core::no_index);
    EXPECT_EQ(row.status, ReturnStatus::approved);
    EXPECT_EQ(row.requested_at, shop->clock.now());
    EXPECT_TRUE(row.is_open);
    const auto doc = decode_doc<ReturnDoc>(row.doc);
    ASSERT_TRUE(doc);
    EXPECT_EQ(doc->order, sent.id);
    EXPECT_EQ(doc->channel_order_id, "1");
    EXPECT_EQ(doc->items, std::vector<core::ItemIx>{0});
    EXPECT_EQ(doc->made.lines[0].quantity, 3);

    run(core::ReceiveReturn{sent.id, 1, "MAN", {{LineNo(1), 1, {}}}, Disposition::restock});
    EXPECT_EQ(rows()[0].status, ReturnStatus::receiving);
    EXPECT_EQ(shop->level("A", "MAN").on_hand, on_hand + 1);
    reopen();
    run(core::ReceiveReturn{sent.id, 1, "MAN", {{LineNo(1), 1, {}}}, Disposition::quarantine});
    EXPECT_EQ(shop->level("A", "MAN").unsellable, 1);
    run(core::CancelReturn{sent.id, 1, "kept"});
    EXPECT_EQ(rows()[0].status, ReturnStatus::received);
    EXPECT_FALSE(rows()[0].is_open);

    put_policy({{}, {}, true});
    shop->clock.micros += 1'000'000;
    run(asking(sent.id, 2, "LON"));
    ASSERT_EQ(rows().size(), 2U);
    EXPECT_EQ(rows()[1].status, ReturnStatus::requested);
    EXPECT_EQ(rows()[1].location, 0U);
    run(core::DeclineReturn{sent.id, 2, "worn"});
    EXPECT_EQ(rows()[1].status, ReturnStatus::declined);
    run(asking(sent.id, 2, "LON"));
    run(core::ApproveReturn{sent.id, 3});
    EXPECT_EQ(rows()[2].status, ReturnStatus::approved);
    ReturnQuery at_london;
    at_london.locations = {0};
    at_london.is_open = true;
    EXPECT_EQ(rows(at_london).size(), 1U);
    run(core::CancelReturn{sent.id, 3, "kept"});
    EXPECT_EQ(rows()[2].status, ReturnStatus::cancelled);
    EXPECT_TRUE(rows(at_london).empty());
    expect_sound();
}

TEST_P(EngineReturns, AKitComesBackAsWhatItIsMadeOf) {
    open_returning_shop();
    core::Item kit;
    kit.sku = "SET";
    kit.title = "Set";
    kit.units = {{"each", 1, ""}};
    ASSERT_TRUE(shop->run(core::PutItem{kit, {{"A", 2}, {"B", 1}}}));
    const core::Order sent = shipped("1", "SET", 2);
    const std::int64_t a = shop->level("A", "LON").on_hand;
    const std::int64_t b = shop->level("B", "LON").on_hand;
    run(asking(sent.id, 2));
    run(core::ReceiveReturn{sent.id,
                            1,
                            "LON",
                            {{LineNo(1), 1, Disposition::vendor}, {LineNo(1), 1, Disposition::destroy}},
                            Disposition::restock});
    EXPECT_EQ(rows()[0].status, ReturnStatus::received);
    EXPECT_EQ(shop->level("A", "LON").on_hand, a + 2);
    EXPECT_EQ(shop->level("A", "LON").unsellable, 2);
    EXPECT_EQ(shop->level("B", "LON").on_hand, b + 1);
    EXPECT_EQ(shop->level("B", "LON").unsellable, 1);
    expect_sound();
}

TEST_P(EngineReturns, AnOrderIsReadAsOfEachOfItsEvents) {
    open_returning_shop();
    put_policy({{}, {}, true});
    const core::Order sent = shipped("1", "A", 3);
    const core::Order asked = run(asking(sent.id, 2));
    const core::Order approved = run(core::ApproveReturn{sent.id, 1});
    run(core::ReceiveReturn{sent.id, 1, "MAN", {}, Disposition::restock});
    const auto reader = store->reader();
    for (const core::Order& then : {sent, asked, approved}) {
        const auto found = order_as_of(**reader, shop->tenant, sent.id, then.last_sequence);
        ASSERT_TRUE(found) << found.error().detail;
        EXPECT_EQ(*found, then);
    }
}

TEST_P(EngineReturns, AChangedRowIsFound) {
    open_returning_shop();
    const core::Order sent = shipped("1", "A", 3);
    run(asking(sent.id, 2, "LON"));
    shop.reset();
    const auto plant = [&](const std::function<void(ReturnRow&)>& change, bool puts_back) {
        const auto heads = store->tenants();
        TenantBatch batch;
        batch.tenant = heads->back().tenant;
        batch.head_before = heads->back().head;
        const auto reader = store->reader();
        batch.epoch = (*reader)->settled(batch.tenant)->epoch;
        batch.returns = {(*reader)->returns(batch.tenant, {}).value().at(0)};
        const ReturnRow good = batch.returns[0];
        change(batch.returns[0]);
        EXPECT_TRUE(store->commit({batch}));
        auto problems = testing::audited(*store).problems;
        batch.returns = {good};
        if (puts_back) {
            EXPECT_TRUE(store->commit({batch}));
        }
        return problems;
    };
    const std::string order = std::to_string(sent.id.raw());
    for (const auto& change : std::vector<std::function<void(ReturnRow&)>>{
             [](ReturnRow& row) { row.location = 7; }, [](ReturnRow& row) { row.location = core::no_index; },
             [](ReturnRow& row) { row.is_open = false; }, [](ReturnRow& row) { row.status = ReturnStatus::receiving; },
             [](ReturnRow& row) { row.requested_at = Instant(row.requested_at.micros() + 1); },
             [](ReturnRow& row) { row.doc += " "; }}) {
        const auto problems = plant(change, true);
        ASSERT_EQ(problems.size(), 1U);
        EXPECT_EQ(problems[0], "tenant acme: the return ret_" + order + "-1 is not what the log says");
    }
    EXPECT_EQ(testing::audited(*store).problems, std::vector<std::string>{});
    const auto problems = plant([](ReturnRow& row) { row.number = 2; }, false);
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0], "tenant acme: the return ret_" + order + "-2 is not what the log says");
}

TEST_P(EngineReturns, VerifyCountsThem) {
    open_returning_shop();
    const core::Order sent = shipped("1", "A", 3);
    for (int n = 0; n < 3; ++n) run(asking(sent.id, 1));
    shop.reset();
    const auto report = audit(*store, {});
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_NE(std::find(report->checks.begin(), report->checks.end(), "3 returns equal to the fold"),
              report->checks.end());
}

}  // namespace
}  // namespace waybill::engine
