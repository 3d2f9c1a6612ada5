// A whole tenant out of one store and into another, over each pair of stores; and files that are not as they were
// written.

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/on_each_store.hpp"
#include "engine/tenant_export.hpp"
#include "engine/tenant_import.hpp"
#include "storage/memory/memory_store.hpp"

namespace waybill::engine {
namespace {

using testing::Answer;
using testing::audited;
using testing::order_of;
using testing::Shop;

std::string exported(Store& store, const std::string& name) {
    const auto heads = store.tenants();
    const auto head = std::find_if(heads->begin(), heads->end(), [&](const auto& each) { return each.name == name; });
    auto reader = store.reader();
    std::string out;
    const auto done = export_tenant(**reader, *head,
                                    [&](std::string_view text) -> Result<Unit, std::string> {
                                        out += text;
                                        return Unit{};
                                    },
                                    {});
    EXPECT_TRUE(done);
    return out;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        out.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

std::string text_of(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines) out += line + "\n";
    return out;
}

/// The same lines with check numbers that fit: a file that somebody made.
std::string summed(const std::vector<std::string>& lines) {
    std::string out;
    LineSums sums;
    for (const std::string& line : lines) {
        const std::string text = line.substr(0, line.rfind(",\"sum\""));
        out += text + ",\"sum\":\"" + sums.next(text) + "\"}\n";
    }
    return out;
}

using Done = Result<TenantImported, ImportFailure>;

/// As a process that takes `lines_max` lines and is then killed.
Done take_lines(TenantImport& import, const std::string& text, std::size_t lines_max = SIZE_MAX) {
    if (auto begun = import.begin(); !begun) return fail(std::move(begun.error()));
    for (const std::string& line : lines_of(text)) {
        if (lines_max-- == 0) return fail(ImportFailure("killed"));
        if (auto taken = import.take(line); !taken) return fail(std::move(taken.error()));
    }
    return import.finish();
}

Done imported(Store& store, const std::string& text, ImportOptions options = {}) {
    options.batch_events = 7;
    TenantImport import(store, std::move(options));
    Done done = take_lines(import, text);
    if (!done) {
        const auto dropped = import.abandon();
        EXPECT_TRUE(dropped) << dropped.error().detail;
    }
    return done;
}

std::string why(const Done& done) {
    if (done) return "";
    const auto* text = std::get_if<std::string>(&done.error());
    return text != nullptr ? *text : std::get<IoError>(done.error()).detail;
}

/// Every kind of event, persons that stay and one that is erased, replies with and without a body.
void live(Shop& shop) {
    shop.open_shop(30);
    core::IssueKey key;
    key.key_name = "till";
    key.role = core::Role::viewer;
    key.hash = std::string(64, 'a');
    ASSERT_TRUE(shop.run(key));
    core::ApplyFeed feed;
    feed.source = "wms";
    feed.sequence = 4;
    feed.rows = {{.sku = "A", .location = "LON", .quantity = 40, .safety = {}}};
    ASSERT_TRUE(shop.run(shop.keyed(feed, "feed-1")));
    ASSERT_TRUE(shop.run(shop.keyed(feed, "feed-2")));
    std::vector<Answer> placed;
    for (int n = 0; n < 12; ++n) {
        shop.clock.micros += 1'000'000;
        core::PlaceOrder order = order_of("n-" + std::to_string(n), n % 2 == 0 ? "A" : "B", n % 5 + 1);
        order.customer_external_id = "c-" + std::to_string(n % 3);
        order.tags = {n % 4 == 0 ? "gift" : "plain"};
        Submission one = shop.keyed(order, "key-" + std::to_string(n));
        one.person = PersonData{"{\"name\":\"Person" + std::to_string(n) + " \\u0000 \xc3\xa4\\\"\"}"};
        placed.push_back(shop.run(std::move(one)));
        ASSERT_TRUE(placed.back());
    }
    ASSERT_TRUE(shop.run(core::CancelOrder{placed[1]->order->id, {}, "changed mind"}));
    ASSERT_TRUE(shop.run(core::CancelOrder{placed[2]->order->id, {}, "\xe2\x82\xac"}));
    const auto first_place = placed[0]->order->lines[0].allocations[0].location;
    ASSERT_TRUE(shop.run(core::ShipOrder{placed[0]->order->id, first_place == 0 ? "LON" : "MAN", {}, "post", "t1"}));
    ASSERT_TRUE(shop.run(core::MergeCustomers{placed[1]->order->customer, placed[2]->order->customer}));
    ASSERT_TRUE(shop.run(core::ErasePerson{placed[2]->order->customer}));
    const auto id = [&](std::size_t n) { return placed[n]->order->id; };
    for (const std::size_t n : {3U, 4U, 5U, 6U, 7U}) ASSERT_TRUE(shop.run(core::ReleaseOrder{id(n), {}}));
    ASSERT_TRUE(shop.run(core::AcceptFulfillment{id(3), 1}));
    ASSERT_TRUE(shop.run(core::PickFulfillment{id(3), 1, {{core::LineNo(1), 2, 1, {}}}}));
    ASSERT_TRUE(shop.run(core::RejectFulfillment{id(4), 1, {}, "torn", core::StockFinding::damaged}));
    ASSERT_TRUE(shop.run(core::RecallFulfillment{id(5), 1, "late"}));
    ASSERT_TRUE(shop.run(core::PickFulfillment{id(6), 1, {}}));
    ASSERT_TRUE(shop.run(core::ShipFulfillment{id(6), 1, {}, "post", "t2", {}}));
    ASSERT_TRUE(shop.run(core::CancelOrder{id(7), {}, "changed mind"}));
    ASSERT_TRUE(shop.run(core::RequestReturn{id(0), {{core::LineNo(1), 1, "torn"}}, "", false}));
    ASSERT_TRUE(shop.run(core::ReceiveReturn{id(0), 1, "LON", {}, core::Disposition::restock}));
    core::PutChannel by_person;
    by_person.channel.code = "WEB";
    by_person.channel.returns.by_person = true;
    ASSERT_TRUE(shop.run(by_person));
    const core::RequestReturn again{id(6), {{core::LineNo(1), 2, "torn"}}, "", false};
    ASSERT_TRUE(shop.run(again));
    ASSERT_TRUE(shop.run(core::DeclineReturn{id(6), 1, "worn"}));
    ASSERT_TRUE(shop.run(again));
    ASSERT_TRUE(shop.run(core::ApproveReturn{id(6), 2}));
    ASSERT_TRUE(
        shop.run(core::ReceiveReturn{id(6), 2, "MAN", {{core::LineNo(1), 1, {}}}, core::Disposition::quarantine}));
    ASSERT_TRUE(shop.run(core::CancelReturn{id(6), 2, "kept"}));
    core::PutWebhook webhook;
    webhook.webhook.code = "erp";
    webhook.webhook.url = "https://erp.example/hook";
    webhook.webhook.events = {"*"};
    ASSERT_TRUE(shop.run(webhook));
    ASSERT_TRUE(shop.run(core::RotateWebhookSecret{"erp"}));
    ASSERT_TRUE(shop.run(core::ResumeWebhook{"erp", core::Sequence(9)}));
    core::RecordDelivery failed;
    failed.after = core::Sequence(9);
    failed.through = core::Sequence(11);
    failed.failure = "answered 500";
    failed.gives_up = true;
    ASSERT_TRUE(shop.run(failed));
    core::PutMessageTemplate message;
    message.message = {"placed", "en", "s", "t", "", {"order_placed"}, {}, true, {}, 0};
    ASSERT_TRUE(shop.run(message));
    ASSERT_TRUE(shop.run(order_of("last", "A", 1)));
}

class TenantMove : public testing::OnEachStore {};
INSTANTIATE_TEST_SUITE_P(Stores, TenantMove, ::testing::Values("memory", "sqlite", "postgres"), testing::store_name);

TEST_P(TenantMove, ThereAndBackIsTheSameTenant) {
    const auto home = storage::memory::open_memory();
    std::string before;
    std::vector<std::string> hashes;
    {
        Shop old(*home);
        live(old);
        before = exported(*home, "acme");
        hashes = audited(*home).hashes;
    }
    // Another tenant is here first, so that ids differ.
    shop->make_tenant("other");
    shop.reset();
    const Done there = imported(*store, before);
    ASSERT_TRUE(there) << why(there);
    EXPECT_EQ(there->tenant.raw(), 3U);
    const auto here = audited(*store);
    EXPECT_TRUE(here.problems.empty()) << here.problems.front();
    EXPECT_EQ(here.hashes.back(), hashes.back());
    EXPECT_EQ(there->state_hash, hashes.back());

    const auto back = storage::memory::open_memory();
    { Shop makes_the_system_tenant(*back); }
    const std::string again = exported(*store, "acme");
    const Done home_again = imported(*back, again);
    ASSERT_TRUE(home_again) << why(home_again);
    EXPECT_EQ(exported(*back, "acme"), before) << "events, persons, replies and hash, byte by byte";

    // The same request is answered as the first time, erased persons stay erased, orders are found.
    reopen();
    shop->tenant = there->tenant;
    core::PlaceOrder order = order_of("n-4", "A", 5);
    const Answer replayed = shop->run(shop->keyed(order, "key-4"));
    ASSERT_TRUE(replayed && replayed->replayed);
    const auto reader = store->reader();
    const auto number = (*reader)->order_by_channel(shop->tenant, 0, "n-4");
    EXPECT_EQ(replayed->outcome.object.id, number->value().raw());
    OrderQuery gifts;
    gifts.text = "gift";
    EXPECT_EQ((*reader)->search_orders(shop->tenant, gifts, Blocks::without)->hits.size(), 3U);
    OrderQuery erased;
    erased.text = "Person2";
    erased.text_in_persons = true;
    EXPECT_TRUE((*reader)->search_orders(shop->tenant, erased, Blocks::without)->hits.empty());
    erased.text = "Person3";
    EXPECT_EQ((*reader)->search_orders(shop->tenant, erased, Blocks::without)->hits.size(), 1U);
    EXPECT_EQ(shop->engine->find_key(std::string(64, 'a'))->tenant, there->tenant);
    std::promise<core::DeliveryProgress> progress;
    shop->engine->inspect(shop->tenant, [&](const core::TenantState* state, const core::Context&) {
        EXPECT_EQ(state->webhooks[0].secret, 2U);
        progress.set_value(state->webhook_progress.read(0));
    });
    const core::DeliveryProgress carried = progress.get_future().get();
    EXPECT_EQ(carried.through, core::Sequence(11));
    EXPECT_EQ(carried.failure, "answered 500");
    EXPECT_TRUE(carried.paused);
    ASSERT_TRUE(shop->run(order_of("after the move", "B", 1)));
    expect_sound();
}

TEST_P(TenantMove, AnotherNameIsOneMoreEvent) {
    live(*shop);
    const std::string text = exported(*store, "acme");
    const auto there = storage::memory::open_memory();
    { Shop makes_the_system_tenant(*there); }
    ImportOptions options;
    options.name = "acme two";
    const Done done = imported(*there, text, options);
    ASSERT_TRUE(done) << why(done);
    const auto heads = there->tenants();
    EXPECT_EQ(heads->back().name, "acme two");
    EXPECT_EQ(heads->back().head.raw(), done->events + 1);
    EXPECT_TRUE(audited(*there).problems.empty()) << audited(*there).problems.front();
    shop.reset();
    EXPECT_NE(why(imported(*store, text)).find("which the store has already"), std::string::npos);
    EXPECT_NE(why(imported(*store, text, options)).find("an API key that the store's tenant acme has"),
              std::string::npos);
    EXPECT_EQ(store->tenants()->size(), 2U);
    reopen();
    expect_sound();
}

TEST_P(TenantMove, ACutOffImportIsServedByNobodyAndDroppedByTheNext) {
    const auto home = storage::memory::open_memory();
    std::string text;
    {
        Shop old(*home);
        live(old);
        text = exported(*home, "acme");
    }
    shop.reset();
    const std::size_t all = lines_of(text).size();
    for (std::size_t lines = 1; lines <= all; lines += 5) {
        ImportOptions options;
        options.batch_events = 7;
        TenantImport cut(*store, options);
        ASSERT_FALSE(take_lines(cut, text, lines));
        reopen();
        EXPECT_FALSE(shop->engine->find_tenant("acme")) << lines;
        EXPECT_FALSE(shop->engine->find_key(std::string(64, 'a'))) << lines;
        expect_sound();
        shop.reset();
    }
    // A tenant made meanwhile takes none of its ids, and the gap that is left does no harm.
    reopen();
    const core::TenantId meanwhile = shop->make_tenant("meanwhile");
    EXPECT_GT(meanwhile.raw(), 2U);
    shop.reset();
    const Done done = imported(*store, text);
    ASSERT_TRUE(done) << why(done);
    EXPECT_EQ(store->tenants()->size(), 3U) << "system, meanwhile, acme";
    reopen();
    EXPECT_TRUE(shop->engine->find_tenant("acme"));
    shop->tenant = done->tenant;
    ASSERT_TRUE(shop->run(order_of("after", "A", 1)));
    expect_sound();
}

TEST_P(TenantMove, AnExportSeesOneMoment) {
    live(*shop);
    const std::string before = exported(*store, "acme");
    auto reader = store->reader();
    const auto heads = store->tenants();
    std::string text;
    bool has_written = false;
    const auto done = export_tenant(**reader, heads->back(),
                                    [&](std::string_view piece) -> Result<Unit, std::string> {
                                        text += piece;
                                        if (has_written) return Unit{};
                                        has_written = true;
                                        Submission late = shop->keyed(order_of("late", "A", 1), "late");
                                        late.person = PersonData{R"({"name":"Late"})"};
                                        EXPECT_TRUE(shop->run(std::move(late)));
                                        return Unit{};
                                    },
                                    {});
    ASSERT_TRUE(done);
    EXPECT_EQ(text, before);
    EXPECT_NE(exported(*store, "acme"), before);
}

class TenantFile : public ::testing::Test {
protected:
    void SetUp() override {
        home = storage::memory::open_memory();
        Shop shop(*home);
        live(shop);
        text = exported(*home, "acme");
        lines = lines_of(text);
        there = storage::memory::open_memory();
        Shop makes_the_system_tenant(*there);
    }
    void expect_refused(const std::string& file, const std::string& says) {
        const Done done = imported(*there, file);
        ASSERT_FALSE(done);
        EXPECT_NE(why(done).find(says), std::string::npos) << why(done);
        EXPECT_EQ(there->tenants()->size(), 1U) << "nothing is left";
    }
    std::string changed(std::size_t line, const std::string& from, const std::string& to) {
        std::vector<std::string> out = lines;
        const std::size_t at = out[line - 1].find(from);
        EXPECT_NE(at, std::string::npos) << from;
        out[line - 1].replace(at, from.size(), to);
        return summed(out);
    }

    std::unique_ptr<Store> home;
    std::unique_ptr<Store> there;
    std::string text;
    std::vector<std::string> lines;
};

TEST_F(TenantFile, EveryChangedByteIsNoticedInItsLine) {
    std::uint64_t number = 1;
    for (std::size_t at = 0; at < text.size(); at += 97) {
        number =
            static_cast<std::uint64_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n')) +
            1;
        std::string bad = text;
        bad[at] = static_cast<char>(bad[at] ^ 1);
        if (text[at] == '\n') continue;
        const Done done = imported(*there, bad);
        ASSERT_FALSE(done) << at;
        EXPECT_EQ(why(done).find("line " + std::to_string(number) + " "), 0U) << at << ": " << why(done);
        EXPECT_EQ(there->tenants()->size(), 1U);
    }
}

TEST_F(TenantFile, EveryCutIsNoticed) {
    for (std::size_t count = 0; count < lines.size(); count += 3) {
        const std::vector<std::string> some(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(count));
        expect_refused(text_of(some), "cut short");
    }
    expect_refused(text.substr(0, text.size() - 5), "cut short");
    EXPECT_TRUE(imported(*there, text.substr(0, text.size() - 1))) << "only the last line feed is missing";
}

TEST_F(TenantFile, MissingDoubledAndSwappedLinesAreNoticed) {
    std::vector<std::string> missing = lines;
    missing.erase(missing.begin() + 9);
    expect_refused(text_of(missing), "line 10 ");
    std::vector<std::string> doubled = lines;
    doubled.insert(doubled.begin() + 9, doubled[9]);
    expect_refused(text_of(doubled), "line 11 ");
    std::vector<std::string> swapped = lines;
    std::swap(swapped[9], swapped[10]);
    expect_refused(text_of(swapped), "line 10 ");
    std::vector<std::string> twice = lines;
    twice.insert(twice.end(), lines.begin(), lines.end());
    expect_refused(text + text, "line " + std::to_string(lines.size() + 1) + " is not as it was written");
    expect_refused(summed(twice), "begins a tenant's file a second time");
    expect_refused(text + "\n", "line " + std::to_string(lines.size() + 1) + " ");
}

TEST_F(TenantFile, WhatNobodyExportedIsRefused) {
    expect_refused("", "the file is empty");
    expect_refused("{\"sku\":\"A\"}\n", "line 1 does not end with a check number");
    expect_refused(changed(1, "\"version\":1", "\"version\":2"), "line 1 says format version 2");
    expect_refused(changed(1, "\"event_schema\":1", "\"event_schema\":9"), "schema versions up to 9");
    expect_refused(changed(3, "location_put", "location_mislaid"), "no event type is called location_mislaid");
    expect_refused(changed(3, "\"type\"", "\"schema_version\":2,\"type\""), "schema version 2 of location_put");
    expect_refused(changed(4, "\"sequence\":3", "\"sequence\":4"), "the log has a gap");
    expect_refused(changed(lines.size(), "\"persons\":", "\"persons\":1"), "counts other lines");
    expect_refused(changed(lines.size(), "\"state_hash\":\"", "\"state_hash\":\"0"), "says state hash");
    const std::string first_customer = lines[13];
    lines[13].replace(lines[13].find("\"aggregate_id\":13"), 17, "\"aggregate_id\":99");
    expect_refused(changed(14, R"(\"customer\":{\"id\":13)", R"(\"customer\":{\"id\":99)"),
                   "a customer that does not exist");
    lines[13] = first_customer;
    std::vector<std::string> headless(lines.begin() + 1, lines.end());
    expect_refused(summed(headless), "line 1 is not the beginning of a tenant's file");
}

TEST(TenantImport, ACommitOfUnknownOutcomeIsLookedUp) {
    const auto home = storage::memory::open_memory();
    Shop shop(*home);
    live(shop);
    const std::string text = exported(*home, "acme");
    for (const bool happens : {true, false}) {
        const auto there = storage::memory::open_memory();
        { Shop makes_the_system_tenant(*there); }
        testing::FaultyStore faulty(*there);
        faulty.faults.push_back({{IoFailure::outcome_unknown, "planned"}, happens});
        const Done done = imported(faulty, text);
        ASSERT_TRUE(done) << why(done);
        EXPECT_EQ(exported(*there, "acme"), text);
    }
}

TEST(TenantImport, AFailedCommitLeavesNothing) {
    const auto home = storage::memory::open_memory();
    Shop shop(*home);
    live(shop);
    const auto there = storage::memory::open_memory();
    { Shop makes_the_system_tenant(*there); }
    testing::FaultyStore faulty(*there);
    faulty.faults.push_back({{IoFailure::full, "planned"}, false});
    const Done done = imported(faulty, exported(*home, "acme"));
    ASSERT_FALSE(done);
    EXPECT_EQ(std::get<IoError>(done.error()).kind, IoFailure::full);
    EXPECT_EQ(there->tenants()->size(), 1U);
}

}  // namespace
}  // namespace waybill::engine
