// The auditor finds what was planted: rows that the log does not explain, and logs that do not follow.

#include "engine/auditor.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "core/evolve.hpp"
#include "engine/codec.hpp"
#include "engine/engine_test_kit.hpp"
#include "engine/event_checks.hpp"
#include "storage/memory/memory_store.hpp"

namespace waybill::engine {
namespace {

using testing::audited;
using testing::order_of;
using testing::Shop;

class Auditor : public ::testing::Test {
protected:
    void SetUp() override {
        Shop shop(*store);
        shop.open_shop(10);
        const auto placed = shop.run(order_of("1", "A", 3));
        ASSERT_TRUE(placed);
        order = *placed->order;
        core::PutCustomer put;
        put.identities = {{"WEB", "c-1"}};
        Submission customer = shop.submission(put);
        customer.person = PersonData{R"({"name":"somebody"})"};
        const auto made = shop.run(std::move(customer));
        ASSERT_TRUE(made);
        batch.tenant = shop.tenant;
        batch.head_before = made->sequence;
        at = shop.clock.now();
    }

    /// What the auditor says after `batch` was written behind the engine's back.
    std::vector<std::string> problems_after_writing() {
        const auto written = store->commit({batch});
        EXPECT_TRUE(written) << (written ? "" : written.error().detail);
        return audited(*store).problems;
    }
    EventRow event_row(const core::Event& event) const {
        EventRow row;
        row.sequence = core::Sequence(batch.head_before.raw() + 1);
        row.aggregate = core::aggregate_of(event);
        row.aggregate_version = row.sequence.raw();
        row.at = at;
        row.type = core::type_of(event);
        encode_event(row.body, event);
        return row;
    }

    std::unique_ptr<Store> store = storage::memory::open_memory();
    core::Order order;
    TenantBatch batch;
    Instant at;
};

TEST_F(Auditor, ASoundStoreHasNoProblemsAndSaysWhatWasChecked) {
    const auto report = audit(*store, {});
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->problems.empty());
    ASSERT_EQ(report->tenants.size(), 2U);
    EXPECT_EQ(report->tenants[1].name, "acme");
    EXPECT_EQ(report->tenants[1].orders, 1U);
    EXPECT_EQ(report->tenants[1].customers, 1U);
    EXPECT_EQ(report->tenants[1].levels, 4U);
    EXPECT_EQ(report->tenants[1].movements, 5U);
    EXPECT_EQ(report->tenants[1].state_hash.size(), 64U);
    EXPECT_GT(report->checks.size(), 10U);
}

TEST_F(Auditor, FindsAChangedLevel) {
    core::Level level;
    level.location = 0;
    level.on_hand = 99;
    batch.levels.push_back({0, level});
    EXPECT_EQ(problems_after_writing().size(), 1U);
}

TEST_F(Auditor, FindsAChangedOrderAndItsIndexes) {
    OrderRow row;
    row.id = order.id;
    row.channel = order.channel;
    row.channel_order_id = order.channel_order_id;
    row.status = core::OrderStatus::shipped;
    row.placed_at = order.placed_at;
    row.updated_at = order.updated_at;
    row.is_new = false;
    core::Order changed = order;
    changed.status_reason = "planted";
    encode_order_header(row.header, changed);
    batch.orders.push_back(row);
    // The header, and the status and location that the order can not be found by any more.
    EXPECT_GE(problems_after_writing().size(), 3U);
}

TEST_F(Auditor, FindsAChangedDocument) {
    core::Channel channel;
    channel.code = "WEB";
    channel.name = "planted";
    batch.docs.push_back({DocKind::channel, 0, "WEB", encode_doc(channel)});
    EXPECT_EQ(problems_after_writing().size(), 1U);
}

TEST_F(Auditor, FindsWebhooksThatNobodyMade) {
    core::Webhook webhook;
    webhook.code = "erp";
    batch.docs.push_back({DocKind::webhook, 0, "erp", encode_doc(webhook)});
    batch.docs.push_back({DocKind::webhook_progress, 0, "erp", encode_doc(core::DeliveryProgress{})});
    const auto found = problems_after_writing();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_NE(found[1].find("progress of webhook"), std::string::npos) << found[1];
}

TEST_F(Auditor, FindsMessageTemplatesThatNobodyMade) {
    core::MessageTemplate message;
    message.code = "placed";
    message.locale = "en";
    batch.docs.push_back({DocKind::message_template, 0, "placed/en", encode_doc(message)});
    batch.docs.push_back({DocKind::message_progress, 0, "mail", encode_doc(core::DeliveryProgress{})});
    EXPECT_EQ(problems_after_writing().size(), 2U);
}

TEST_F(Auditor, TellsOfMessageEventsThatDoNotFollow) {
    core::TenantState state;
    state.id = core::TenantId(2);
    const auto misfit = [&](const core::Event& event) { return misfit_of(event, state); };
    core::MessageTemplatePut put;
    put.message.code = "placed";
    put.message.locale = "en";
    EXPECT_EQ(misfit(put), "");
    EXPECT_NE(misfit(core::MessagesProgressed{}), "") << "there is no template";
    EXPECT_NE(misfit(core::MessageFailed{}), "");
    put.ix = 1;
    EXPECT_NE(misfit(put), "");
    put.ix = 0;
    core::evolve(put, {core::Sequence(1), at}, state);
    core::MessagesProgressed progressed;
    progressed.progress.through = core::Sequence(1);
    EXPECT_EQ(misfit(progressed), "");
    progressed.progress.through = core::Sequence(2);
    EXPECT_NE(misfit(progressed), "");
    core::MessageFailed failed;
    EXPECT_EQ(misfit(failed), "");
    failed.at = core::Sequence(2);
    EXPECT_NE(misfit(failed), "");
}

TEST_F(Auditor, TellsOfWebhookEventsThatDoNotFollow) {
    core::TenantState state;
    state.id = core::TenantId(2);
    const auto misfit = [&](const core::Event& event) { return misfit_of(event, state); };
    core::WebhookPut put;
    put.webhook.code = "erp";
    EXPECT_EQ(misfit(put), "");
    put.ix = 1;
    EXPECT_NE(misfit(put), "");
    core::WebhookProgressed progressed;
    EXPECT_NE(misfit(progressed), "") << "of a webhook that does not exist";
    put.ix = 0;
    core::evolve(put, {core::Sequence(1), at}, state);
    EXPECT_EQ(misfit(progressed), "");
    put.webhook.code = "wms";
    EXPECT_NE(misfit(put), "") << "a code of its own needs an index of its own";
    progressed.progress.through = core::Sequence(1);
    EXPECT_EQ(misfit(progressed), "");
    progressed.progress.through = core::Sequence(2);
    EXPECT_NE(misfit(progressed), "") << "not even its own event can have been delivered";
    core::OrderMarked marked;
    marked.rules.fired = {0};
    EXPECT_EQ(misfit(marked), "a rule that its rule set does not have");
    marked.rules.rule_set = 1;
    EXPECT_EQ(misfit(marked), "a rule set that does not exist");
    core::RuleSetSaved saved{1, {}, ""};
    saved.rules.automation.push_back({"r", "", core::Moment::placed, {}, {}, false});
    core::evolve(saved, {core::Sequence(2), at}, state);
    EXPECT_EQ(misfit(marked), "an order that does not exist");
    marked.rules.fired = {0, 1};
    EXPECT_EQ(misfit(marked), "a rule that its rule set does not have");
}

TEST_F(Auditor, FindsCapacityThatNobodyUses) {
    batch.capacity.push_back({0, {CivilDate(20'000), 1, 1}});
    EXPECT_EQ(problems_after_writing().size(), 1U);
}

TEST_F(Auditor, FindsAChangedCustomer) {
    core::Customer customer;
    customer.id = core::CustomerId(batch.head_before.raw());
    customer.group = "planted";
    batch.customers.push_back({customer.id, {{0, "c-1"}}, encode_doc(customer), "planted", false, {}});
    EXPECT_EQ(problems_after_writing().size(), 1U);
}

TEST_F(Auditor, FindsPersonalDataOfNobody) {
    batch.persons.push_back({core::PersonId(77), {}, {}, "{}"});
    EXPECT_EQ(problems_after_writing().size(), 1U);
}

TEST_F(Auditor, FindsAMovementThatNoLevelHas) {
    core::InventoryMoved moved;
    moved.reference = "planted";
    batch.events.push_back(event_row(moved));
    core::Movement movement;
    movement.on_hand = 5;
    batch.movements.push_back({batch.events[0].sequence, 0, at, movement, {}});
    EXPECT_EQ(problems_after_writing().size(), 1U);
}

TEST_F(Auditor, FindsAnOversoldLevel) {
    core::Order more = order;
    more.id = core::OrderId(batch.head_before.raw() + 1);
    more.channel_order_id = "2";
    more.version = 0;
    more.lines[0].quantity = 100;
    more.lines[0].allocations[0].quantity = 100;
    batch.events.push_back(event_row(core::OrderPlaced{more, {}, {}}));
    bool found = false;
    for (const std::string& problem : problems_after_writing()) found = found || problem.ends_with("could be sold");
    EXPECT_TRUE(found);
}

TEST_F(Auditor, AcceptsWhatShipsThoughAFeedFoundLess) {
    Shop shop(*store);
    shop.tenant = batch.tenant;
    core::ApplyFeed feed;
    feed.source = "wms";
    feed.sequence = 1;
    for (const char* location : {"LON", "MAN"}) feed.rows.push_back({"A", location, 1, {}});
    ASSERT_TRUE(shop.run(feed));
    core::ShipOrder ship;
    ship.order = order.id;
    ship.location = order.lines[0].allocations[0].location == 0 ? "LON" : "MAN";
    ASSERT_TRUE(shop.run(ship));
    EXPECT_EQ(shop.level("A", ship.location).on_hand, -2);
    EXPECT_EQ(audited(*store).problems, std::vector<std::string>{});
}

TEST_F(Auditor, AcceptsATransferAndThenMoreKeptBackInOneEvent) {
    Shop shop(*store);
    shop.tenant = batch.tenant;
    core::MoveInventory moves;
    moves.moves = {{.kind = core::MoveKind::transfer,
                    .sku = "B",
                    .location = "LON",
                    .to_location = "MAN",
                    .unit = {},
                    .quantity = 1,
                    .reason = {}},
                   {.kind = core::MoveKind::safety,
                    .sku = "B",
                    .location = "LON",
                    .to_location = {},
                    .unit = {},
                    .quantity = 1'000,
                    .reason = {}}};
    ASSERT_TRUE(shop.run(moves));
    EXPECT_LT(shop.level("B", "LON").sellable(), 0);
    EXPECT_EQ(audited(*store).problems, std::vector<std::string>{});
}

TEST_F(Auditor, TellsWhereTheLogCanNotBeFolded) {
    core::OrderCancelled cancelled;
    cancelled.order = core::OrderId(4'711);
    batch.events.push_back(event_row(cancelled));
    const auto problems = problems_after_writing();
    ASSERT_EQ(problems.size(), 2U);
    EXPECT_NE(problems[0].find("an order that does not exist"), std::string::npos);
    EXPECT_NE(problems[1].find("could be folded up to"), std::string::npos);
}

TEST_F(Auditor, TellsOfAnEventThatCanNotBeRead) {
    batch.events.push_back(event_row(core::InventoryMoved{}));
    batch.events[0].body = "{";
    EXPECT_EQ(problems_after_writing().size(), 2U);
}

TEST_F(Auditor, TellsOfQuantitiesThatAnOrderDoesNotHave) {
    core::OrderCancelled cancelled;
    cancelled.order = order.id;
    core::LineChange change;
    change.line_no = core::LineNo(1);
    change.released = {{order.lines[0].allocations[0].location, order.lines[0].allocations[0].capacity_day, 50}};
    cancelled.lines = {change};
    batch.events.push_back(event_row(cancelled));
    EXPECT_EQ(problems_after_writing().size(), 2U);
}

}  // namespace
}  // namespace waybill::engine
