// The engine over each store: batches, tenants, versions, reopening, many buyers.

#include "engine/engine.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "core/limits.hpp"
#include "engine/codec.hpp"
#include "engine/decision_history.hpp"
#include "engine/on_each_store.hpp"
#include "engine/order_as_of.hpp"

namespace waybill::engine {
namespace {

using core::Reject;
using testing::Answer;
using testing::audited;
using testing::order_of;
using testing::receipt_of;
using testing::rejection_of;

class EngineOnStores : public testing::OnEachStore {};
INSTANTIATE_TEST_SUITE_P(Stores, EngineOnStores, ::testing::Values("memory", "sqlite", "postgres"),
                         testing::store_name);

TEST_P(EngineOnStores, AnOrderIsRoutedReservedAndReadable) {
    shop->open_shop(10);
    const Answer placed = shop->run(order_of("1", "A", 3));
    ASSERT_TRUE(placed);
    ASSERT_TRUE(placed->order);
    EXPECT_EQ(placed->order->status(), core::OrderStatus::allocated);
    EXPECT_EQ(placed->order->version, 1U);
    ASSERT_TRUE(placed->routing);
    EXPECT_EQ(placed->routing->status, core::RoutingStatus::optimal);
    EXPECT_EQ(shop->engine->stats().routed_optimal, 1U);
    EXPECT_EQ(shop->level("A", "LON").reserved + shop->level("A", "MAN").reserved, 3);
    auto reader = store->reader();
    ASSERT_TRUE(reader);
    const auto as_of = order_as_of(**reader, shop->tenant, placed->order->id, placed->sequence);
    ASSERT_TRUE(as_of);
    EXPECT_EQ(*as_of, *placed->order);
    expect_sound();
}

TEST_P(EngineOnStores, CommandsOfOneBatchSeeEachOther) {
    shop->tenant = shop->make_tenant("acme");
    const std::uint64_t batches_before = shop->engine->stats().batches;
    // A whole shop and its first order in one batch, from nothing.
    std::vector<Submission> all;
    core::Location place;
    place.code = "LON";
    place.calendar.working_days.fill(true);
    core::Item item;
    item.sku = "A";
    item.units = {{"each", 1, ""}};
    core::Channel channel;
    channel.code = "WEB";
    all.push_back(shop->submission(core::PutLocation{place}));
    all.push_back(shop->submission(core::PutItem{item, {}}));
    all.push_back(shop->submission(core::PutChannel{channel, {}}));
    all.push_back(shop->submission(receipt_of("A", "LON", 5)));
    all.push_back(shop->submission(order_of("1", "A", 4)));
    all.push_back(shop->submission(order_of("2", "A", 4, core::OnShortage::reject)));
    all.push_back(shop->submission(order_of("1", "A", 1)));
    const auto answers = shop->run_together(std::move(all));
    for (std::size_t i = 0; i < 5; ++i) EXPECT_TRUE(answers[i]) << i;
    EXPECT_EQ(rejection_of(answers[5]), Reject::insufficient_supply);
    EXPECT_EQ(rejection_of(answers[6]), Reject::duplicate_order);
    EXPECT_EQ(shop->engine->stats().batches, batches_before + 1);
    EXPECT_EQ(shop->level("A", "LON").reserved, 4);
    expect_sound();
}

TEST_P(EngineOnStores, AReceiptShowsTheOrderAsItWasThen) {
    shop->open_shop(10);
    const Answer placed = shop->run(order_of("1", "A", 3));
    core::CancelOrder cancel;
    cancel.order = placed->order->id;
    cancel.lines = {{core::LineNo(1), 1}};
    cancel.reason = "customer";
    auto again = cancel;
    const auto answers = shop->run_together({shop->submission(std::move(cancel)), shop->submission(std::move(again))});
    ASSERT_TRUE(answers[0]);
    ASSERT_TRUE(answers[1]);
    EXPECT_EQ(answers[0]->order->lines[0].cancelled, 1);
    EXPECT_EQ(answers[1]->order->lines[0].cancelled, 2);
    EXPECT_EQ(answers[0]->sequence.raw() + 1, answers[1]->sequence.raw());
    auto reader = store->reader();
    for (const Answer* answer : {&placed, &answers[0], &answers[1]}) {
        const auto as_of = order_as_of(**reader, shop->tenant, placed->order->id, (*answer)->sequence);
        ASSERT_TRUE(as_of);
        EXPECT_EQ(*as_of, *(*answer)->order);
    }
    expect_sound();
}

TEST_P(EngineOnStores, ShipRerouteAndCancelKeepEverythingTied) {
    shop->open_shop(4);
    const Answer placed = shop->run(order_of("1", "A", 6));
    ASSERT_TRUE(placed);
    core::RerouteOrder reroute;
    reroute.order = placed->order->id;
    reroute.reason = "test";
    EXPECT_TRUE(shop->run(std::move(reroute)));
    core::ShipOrder ship;
    ship.order = placed->order->id;
    ship.location = "LON";
    EXPECT_TRUE(shop->run(std::move(ship)));
    core::CancelOrder cancel;
    cancel.order = placed->order->id;
    cancel.reason = "late";
    const Answer cancelled = shop->run(std::move(cancel));
    ASSERT_TRUE(cancelled);
    auto reader = store->reader();
    const auto as_of = order_as_of(**reader, shop->tenant, placed->order->id, placed->sequence);
    ASSERT_TRUE(as_of);
    EXPECT_EQ(*as_of, *placed->order);
    expect_sound();
    const auto before = audited(*store).hashes;
    reopen();
    EXPECT_EQ(audited(*store).hashes, before);
}

TEST_P(EngineOnStores, AnOrderOfManyBlocksChangesOnlyOneOfThem) {
    shop->open_shop(1'000);
    core::PlaceOrder order = order_of("1", "A", 1);
    order.lines.resize(150, order.lines[0]);
    const Answer placed = shop->run(std::move(order));
    ASSERT_TRUE(placed);
    core::CancelOrder cancel;
    cancel.order = placed->order->id;
    cancel.lines = {{core::LineNo(100), std::nullopt}};
    cancel.reason = "customer";
    ASSERT_TRUE(shop->run(std::move(cancel)));
    expect_sound();
}

TEST_P(EngineOnStores, OrdersAroundTheEdgeOfABlockComeBackWhole) {
    shop->open_shop(1'000);
    constexpr std::size_t block = core::limits::order_block_lines;
    std::vector<std::shared_ptr<const core::Order>> placed;
    for (const std::size_t lines : {block - 1, block, block + 1, 2 * block}) {
        core::PlaceOrder order = order_of(std::to_string(lines), "A", 1);
        order.lines.resize(lines, order.lines[0]);
        const Answer answer = shop->run(std::move(order));
        ASSERT_TRUE(answer);
        placed.push_back(answer->order);
    }
    reopen();
    for (const auto& order : placed) {
        core::CancelOrder cancel;
        cancel.order = order->id;
        cancel.lines = {{core::LineNo(static_cast<std::uint32_t>(order->lines.size())), std::nullopt}};
        cancel.reason = "customer";
        const Answer answer = shop->run(std::move(cancel));
        ASSERT_TRUE(answer);
        ASSERT_EQ(answer->order->lines.size(), order->lines.size());
        EXPECT_EQ(answer->order->lines.front(), order->lines.front());
        EXPECT_EQ(answer->order->lines.back().cancelled, 1);
    }
    expect_sound();
}

TEST_P(EngineOnStores, IfVersionGuardsAnOrder) {
    shop->open_shop(10);
    const Answer placed = shop->run(order_of("1", "A", 3));
    core::CancelOrder cancel;
    cancel.order = placed->order->id;
    cancel.reason = "customer";
    Submission stale = shop->submission(cancel);
    stale.if_version = 7;
    EXPECT_EQ(rejection_of(shop->run(std::move(stale))), Reject::precondition_failed);
    Submission fresh = shop->submission(cancel);
    fresh.if_version = 1;
    EXPECT_TRUE(shop->run(std::move(fresh)));
}

TEST_P(EngineOnStores, TwoTenantsInOneBatchDoNotMeet) {
    shop->open_shop(5);
    const core::TenantId other = shop->make_tenant("other");
    shop->configure(other, 2);
    Submission theirs = shop->submission(order_of("1", "A", 2));
    theirs.tenant = other;
    const std::uint64_t commits = store->stats().commits;
    const auto answers = shop->run_together(
        {shop->submission(order_of("1", "A", 2)), std::move(theirs), shop->submission(order_of("2", "A", 2))});
    for (const Answer& answer : answers) ASSERT_TRUE(answer);
    EXPECT_EQ(store->stats().commits, commits + 1);
    EXPECT_NE(answers[0]->sequence, answers[2]->sequence);
    EXPECT_EQ(shop->engine->tenants().size(), 3U);
    expect_sound();
}

TEST_P(EngineOnStores, TenantNamesAreUniqueAndStay) {
    shop->open_shop(0);
    core::TenantSettings settings;
    settings.name = "acme";
    settings.currency = Currency::parse("EUR").value();
    std::promise<Answer> answered;
    shop->engine->create_tenant(settings, {}, [&](Answer answer) { answered.set_value(std::move(answer)); });
    EXPECT_EQ(rejection_of(answered.get_future().get()), Reject::tenant_name_taken);
    EXPECT_EQ(shop->engine->find_tenant("acme"), shop->tenant);
    settings.name = "acme2";
    settings.currency = Currency::parse("GBP").value();
    EXPECT_EQ(rejection_of(shop->run(core::ConfigureTenant{settings})), Reject::invalid_request);
    settings.name = "acme";
    settings.short_per_unit_micros = 5;
    EXPECT_TRUE(shop->run(core::ConfigureTenant{settings}));
    Submission nowhere = shop->submission(order_of("1", "A", 1));
    nowhere.tenant = core::TenantId(99);
    EXPECT_EQ(rejection_of(shop->run(std::move(nowhere))), Reject::unknown_tenant);
    reopen();
    EXPECT_EQ(shop->engine->find_tenant("acme"), shop->tenant);
    EXPECT_EQ(shop->engine->view(shop->tenant)->settings().short_per_unit_micros, 5);
    expect_sound();
}

TEST_P(EngineOnStores, KeysAreFoundByHashAlsoWhenRevoked) {
    shop->open_shop(0);
    core::IssueKey issue;
    issue.key_name = "till";
    issue.role = core::Role::admin;
    issue.hash = std::string(64, 'a');
    const Answer issued = shop->run(issue);
    ASSERT_TRUE(issued);
    for (const bool restarted : {false, true}) {
        if (restarted) reopen();
        const auto hit = shop->engine->find_key(issue.hash);
        ASSERT_TRUE(hit);
        EXPECT_EQ(hit->tenant, shop->tenant);
        EXPECT_EQ(hit->key.name, "till");
        EXPECT_FALSE(hit->key.revoked_at.is_set());
    }
    ASSERT_TRUE(shop->run(core::RevokeKey{core::KeyId(issued->outcome.object.id)}));
    EXPECT_TRUE(shop->engine->find_key(issue.hash)->key.revoked_at.is_set());
    EXPECT_FALSE(shop->engine->find_key(std::string(64, 'b')));
}

TEST_P(EngineOnStores, ReopeningChangesNothing) {
    shop->open_shop(10);
    ASSERT_TRUE(shop->run(order_of("1", "A", 3)));
    core::PostcodeArea area{"GB", "SW1", {6'371'009, 0, 0}};
    ASSERT_TRUE(shop->run(core::PutPostcodeAreas{{area}}));
    core::PutRateTable rates;
    rates.table.code = "parcel";
    rates.table.zones.push_back({"all", "GB", {"SW*"}, 500, 2, {{30'000, 3'100'000}}});
    ASSERT_TRUE(shop->run(rates));
    ASSERT_TRUE(shop->run(core::PutDemand{{{"A", "LON", 12'500, 3'000}}}));
    std::uint64_t config_sequence = 0;
    std::promise<void> looked;
    shop->engine->inspect(shop->tenant, [&](const core::TenantState* state, const core::Context&) {
        config_sequence = state->config_sequence;
        looked.set_value();
    });
    looked.get_future().wait();
    const auto heads = shop->engine->tenants();
    const auto before = audited(*store);
    reopen();
    EXPECT_EQ(audited(*store).hashes, before.hashes);
    const auto after = shop->engine->tenants();
    ASSERT_EQ(after.size(), heads.size());
    for (std::size_t i = 0; i < heads.size(); ++i) {
        EXPECT_EQ(after[i].head, heads[i].head);
        EXPECT_EQ(after[i].last_instant, heads[i].last_instant);
    }
    std::promise<std::uint64_t> loaded;
    shop->engine->inspect(shop->tenant, [&](const core::TenantState* state, const core::Context& context) {
        EXPECT_EQ(context.next.raw(), state->head.raw() + 1);
        EXPECT_EQ(context.working_days->size(), 2U);
        EXPECT_TRUE(state->rate_tables.rows.committed_size() == 1 &&
                    state->rate_tables.rows.committed(0).zones == rates.table.zones);
        EXPECT_TRUE(state->demand.rows.committed_size() == 1 && state->demand.rows.committed(0).find(0) != nullptr &&
                    state->demand.rows.committed(0).find(0)->weekly_milliunits == 12'500);
        loaded.set_value(state->config_sequence);
    });
    EXPECT_EQ(loaded.get_future().get(), config_sequence) << "postcode areas carry no version of their own";
    EXPECT_EQ(rejection_of(shop->run(order_of("1", "A", 3))), Reject::duplicate_order);
    ASSERT_TRUE(shop->run(order_of("2", "A", 3)));
    expect_sound();
}

/// Two webhooks: "erp" fails, and the secret of "wms" was rotated.
void add_webhooks(testing::Shop& shop) {
    core::PutWebhook put;
    put.webhook.code = "erp";
    put.webhook.url = "https://erp.example/hook";
    put.webhook.events = {"order_placed"};
    ASSERT_TRUE(shop.run(put));
    put.webhook.code = "wms";
    put.webhook.events = {"*"};
    put.webhook.batch_max = 20;
    ASSERT_TRUE(shop.run(put));
    ASSERT_TRUE(shop.run(order_of("w-1", "A", 1)));
    ASSERT_TRUE(shop.run(core::RotateWebhookSecret{"wms"}));
    const Answer resumed = shop.run(core::ResumeWebhook{"erp", core::Sequence(3)});
    ASSERT_TRUE(resumed);
    core::RecordDelivery failed;
    failed.after = core::Sequence(3);
    failed.through = core::Sequence(5);
    failed.failure = "answered 503";
    ASSERT_TRUE(shop.run(failed));
}

/// What memory has of webhooks, as text; and the sequence of the configuration.
std::pair<std::string, std::uint64_t> webhooks_of(testing::Shop& shop) {
    std::promise<std::pair<std::string, std::uint64_t>> told;
    shop.engine->inspect(shop.tenant, [&](const core::TenantState* state, const core::Context&) {
        std::string text;
        for (core::WebhookIx ix = 0; ix < state->webhooks.size(); ++ix) {
            text += encode_doc(state->webhooks[ix]) + encode_doc(state->webhook_progress.read(ix)) + '\n';
        }
        told.set_value({text, state->config_sequence});
    });
    return told.get_future().get();
}

TEST_P(EngineOnStores, WebhooksAreReadAgainAsTheyStood) {
    shop->open_shop(10);
    const auto hashes_without = audited(*store).hashes;
    add_webhooks(*shop);
    EXPECT_NE(audited(*store).hashes.back(), hashes_without.back());
    const auto before = webhooks_of(*shop);
    EXPECT_NE(before.first.find("answered 503"), std::string::npos);
    EXPECT_NE(before.first.find(R"("secret":2)"), std::string::npos);
    const auto hashes = audited(*store).hashes;
    reopen();
    EXPECT_EQ(webhooks_of(*shop), before);
    EXPECT_EQ(audited(*store).hashes, hashes);
    // What was recorded before goes on after.
    core::RecordDelivery done;
    done.after = core::Sequence(5);
    done.through = core::Sequence(6);
    ASSERT_TRUE(shop->run(done));
    EXPECT_EQ(rejection_of(shop->run(done)), Reject::webhook_moved);
    expect_sound();
}

TEST_P(EngineOnStores, ProgressOfWebhooksIsNoConfiguration) {
    shop->open_shop(10);
    add_webhooks(*shop);
    const std::uint64_t before = webhooks_of(*shop).second;
    const auto reader = store->reader();
    ASSERT_TRUE(reader);
    const auto then = configuration_as_of(**reader, shop->tenant, before);
    ASSERT_TRUE(then) << then.error().detail;
    EXPECT_EQ((*then)->webhooks.rows.committed_size(), 2U) << "a rule that calls one can be understood again";
    core::RecordDelivery record;
    record.after = core::Sequence(5);
    record.through = core::Sequence(6);
    ASSERT_TRUE(shop->run(record));
    ASSERT_TRUE(shop->run(core::ResumeWebhook{"wms", core::Sequence(1)}));
    EXPECT_EQ(webhooks_of(*shop).second, before);
    const Answer placed = shop->run(order_of("w-2", "A", 1));
    ASSERT_TRUE(placed);
    const auto decision = latest_decision(**store->reader(), shop->tenant, placed->order->id);
    ASSERT_TRUE(decision && *decision);
    EXPECT_EQ((*decision)->trace.config_sequence, before);
    reopen();
    EXPECT_EQ(webhooks_of(*shop).second, before);
    ASSERT_TRUE(shop->run(core::RotateWebhookSecret{"erp"}));
    EXPECT_GT(webhooks_of(*shop).second, before);

    TenantBatch batch;
    batch.docs = {{DocKind::webhook_progress, 0, "erp", "{}"}, {DocKind::feed, 0, "wms", "{}"}};
    EXPECT_FALSE(batch.configures());
    batch.docs.push_back({DocKind::webhook, 0, "erp", "{}"});
    EXPECT_TRUE(batch.configures());
}

TEST_P(EngineOnStores, MailIsReadAgainAsItStood) {
    shop->open_shop(10);
    core::PutMessageTemplate put;
    put.message = {"placed",
                   "de",
                   "Gr\xC3\xBC\xC3\x9F"
                   "e",
                   "{{customer.name}}",
                   "<p>",
                   {"order_placed"},
                   {},
                   false,
                   {},
                   0};
    ASSERT_TRUE(shop->run(put));
    put.message.active = true;
    ASSERT_TRUE(shop->run(put));
    const Answer placed = shop->run(order_of("m-1", "A", 1));
    ASSERT_TRUE(placed);
    const auto mail = [&] {
        std::promise<std::pair<std::string, std::uint64_t>> told;
        shop->engine->inspect(shop->tenant, [&](const core::TenantState* state, const core::Context&) {
            told.set_value({encode_doc(state->message_templates[0]) + encode_doc(state->message_progress.read(0)),
                            state->message_progress.read(0).through.raw()});
        });
        return told.get_future().get();
    };
    const core::Sequence begun(mail().second);
    const auto configured = webhooks_of(*shop).second;
    ASSERT_TRUE(shop->run(core::RecordMessages{
        begun, placed->sequence, "SMTP 451", {{0, placed->order->id, placed->sequence, "SMTP 550"}}}));
    EXPECT_EQ(webhooks_of(*shop).second, configured) << "where mail stands is no configuration";
    const auto before = mail();
    EXPECT_NE(before.first.find("SMTP 451"), std::string::npos);
    reopen();
    EXPECT_EQ(mail(), before);
    EXPECT_EQ(rejection_of(shop->run(core::RecordMessages{begun, placed->sequence, "", {}})), Reject::messages_moved);
    expect_sound();
}

TEST_P(EngineOnStores, TimeNeverRunsBackwards) {
    shop->open_shop(10);
    const Answer first = shop->run(order_of("1", "A", 1));
    shop->clock.micros -= 3'600 * micros_per_second;
    const Answer second = shop->run(order_of("2", "A", 1));
    EXPECT_EQ(second->order->received_at, first->order->received_at);
    shop->clock.micros += 7'200 * micros_per_second;
    EXPECT_GT(shop->run(order_of("3", "A", 1))->order->received_at, first->order->received_at);
    expect_sound();
}

TEST_P(EngineOnStores, AThousandBuyersForOneUnit) {
    shop->open_shop(0);
    ASSERT_TRUE(shop->run(receipt_of("A", "LON", 1)));
    constexpr int buyers = 1'000;
    constexpr int threads = 20;
    std::atomic<int> bought{0};
    std::atomic<int> refused{0};
    std::vector<std::thread> crowd;
    for (int t = 0; t < threads; ++t) {
        crowd.emplace_back([&, t] {
            for (int i = t; i < buyers; i += threads) {
                const Answer answer = shop->run(order_of(std::to_string(i), "A", 1, core::OnShortage::reject));
                if (answer) {
                    ++bought;
                } else if (rejection_of(answer) == Reject::insufficient_supply) {
                    ++refused;
                }
            }
        });
    }
    for (std::thread& thread : crowd) thread.join();
    EXPECT_EQ(bought, 1);
    EXPECT_EQ(refused, buyers - 1);
    EXPECT_EQ(shop->level("A", "LON").sellable(), 0);
    expect_sound();
}

}  // namespace
}  // namespace waybill::engine
