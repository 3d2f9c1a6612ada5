// What every store promises, one expectation at a time. Random histories are in equivalence_test.cpp.

#include <gtest/gtest.h>
#include <atomic>
#include <thread>

#include "conformance/batches.hpp"
#include "conformance/private_postgres.hpp"
#include "conformance/scratch_folder.hpp"
#include "storage/memory/memory_store.hpp"
#include "storage/postgres/postgres_store.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace waybill::conformance {
namespace {

using core::AggregateKind;
using core::CustomerId;
using core::OrderId;
using core::PersonId;
using core::Sequence;
using core::TenantId;
using engine::Blocks;
using engine::IoFailure;

struct InMemory {
    std::unique_ptr<engine::Store> open() { return storage::memory::open_memory(); }
};
struct InSqlite {
    ScratchFolder folder;
    std::unique_ptr<engine::Store> open() {
        return std::move(storage::sqlite::open_sqlite(folder.file("store.db"), storage::Access::read_write).value());
    }
};
struct InPostgres {
    std::string uri = PrivatePostgres::shared().fresh_schema();
    std::unique_ptr<engine::Store> open() {
        return std::move(storage::postgres::open_postgres(uri, storage::Access::read_write).value());
    }
};

template <class Kind>
class Stores : public testing::Test {
protected:
    void SetUp() override {
        store = kind.open();
        reader = std::move(store->reader().value());
        commit(founding_batch(tenant, "one"));
    }
    void commit(const engine::TenantBatch& batch) {
        const auto done = store->commit({batch});
        ASSERT_TRUE(done) << done.error().detail;
    }
    void expect_conflict(const std::vector<engine::TenantBatch>& batches) {
        const auto done = store->commit(batches);
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().kind, IoFailure::conflict) << done.error().detail;
        EXPECT_FALSE(done.error().retryable());
    }
    std::vector<std::uint64_t> found(const engine::OrderQuery& query) {
        std::vector<std::uint64_t> ids;
        const auto page = reader->search_orders(tenant, query, Blocks::without);
        EXPECT_TRUE(page) << page.error().detail;
        if (page) {
            for (const auto& hit : page->hits) ids.push_back(hit.id.raw());
        }
        return ids;
    }

    Kind kind;
    TenantId tenant{1};
    std::unique_ptr<engine::Store> store;
    std::unique_ptr<engine::Reader> reader;
};

using Kinds = testing::Types<InMemory, InSqlite, InPostgres>;
TYPED_TEST_SUITE(Stores, Kinds);

using Ids = std::vector<std::uint64_t>;

TYPED_TEST(Stores, KeepTheHeadOfEachTenant) {
    this->commit(founding_batch(TenantId(2), "two"));
    auto batch = empty_batch(this->tenant, 0);
    add_order(batch, "A");
    add_order(batch, "B");
    this->commit(batch);
    const auto tenants = this->store->tenants();
    ASSERT_TRUE(tenants);
    ASSERT_EQ(tenants->size(), 2U);
    EXPECT_EQ((*tenants)[0].name, "one");
    EXPECT_EQ((*tenants)[0].head, Sequence(2));
    EXPECT_EQ((*tenants)[0].last_instant, batch.events.back().at);
    EXPECT_EQ((*tenants)[1].head, Sequence());
    EXPECT_EQ(this->reader->head(this->tenant).value(), Sequence(2));
    EXPECT_EQ(this->reader->head(TenantId(9)).value(), Sequence());
}

TYPED_TEST(Stores, FindTheTenantOfAKeyByItsHash) {
    const auto tenant_of = [this](std::string_view hash) { return this->reader->tenant_of_key(hash).value(); };
    EXPECT_EQ(tenant_of("aa"), std::nullopt);
    auto first = empty_batch(this->tenant, 0);
    first.docs = {{engine::DocKind::key, 0, "aa", "{}"}, {engine::DocKind::item, 0, "cc", "{}"}};
    auto second = founding_batch(TenantId(2), "two");
    second.docs = {{engine::DocKind::key, 0, "bb", "{}"}, {engine::DocKind::key, 1, "dd", "{}"}};
    this->commit(first);
    this->commit(second);
    EXPECT_EQ(tenant_of("aa"), this->tenant);
    EXPECT_EQ(tenant_of("bb"), TenantId(2));
    EXPECT_EQ(tenant_of("dd"), TenantId(2));
    EXPECT_EQ(tenant_of("cc"), std::nullopt) << "the code of another kind is no key";
    auto importing = empty_batch(TenantId(3), 0);
    importing.begins_import = true;
    importing.docs = {{engine::DocKind::key, 0, "ee", "{}"}};
    this->commit(importing);
    EXPECT_EQ(tenant_of("ee"), std::nullopt) << "nobody serves it yet";
    EXPECT_EQ(tenant_of("a"), std::nullopt);
    EXPECT_EQ(tenant_of(""), std::nullopt);
    auto revoked = empty_batch(TenantId(2), 0);
    revoked.docs = {{engine::DocKind::key, 0, "bb", R"({"revoked_at":1})"}};
    this->commit(revoked);
    EXPECT_EQ(tenant_of("bb"), TenantId(2));
}

TYPED_TEST(Stores, KnowTheirSize) {
    if (this->store->kind() == "memory") return;
    EXPECT_GT(this->store->stats().bytes, 10'000U);
    EXPECT_EQ(this->store->stats().commits, 1U);
}

TYPED_TEST(Stores, RefuseAHeadThatIsNotTheirs) {
    auto batch = empty_batch(this->tenant, 5);
    add_order(batch, "A");
    this->expect_conflict({batch});
    this->expect_conflict({empty_batch(TenantId(7), 0)});
    EXPECT_EQ(this->reader->head(this->tenant).value(), Sequence());
}

TYPED_TEST(Stores, RefuseATenantNameTwice) {
    this->expect_conflict({founding_batch(TenantId(2), "one")});
    this->expect_conflict({founding_batch(TenantId(2), "new"), founding_batch(TenantId(3), "new")});
    EXPECT_EQ(this->store->tenants()->size(), 1U);
}

TYPED_TEST(Stores, TakeAChannelOrderIdOnce) {
    auto first = empty_batch(this->tenant, 0);
    add_order(first, "A");
    this->commit(first);

    auto second = empty_batch(this->tenant, 1);
    add_order(second, "B");
    add_order(second, "A");
    this->expect_conflict({second});
    EXPECT_EQ(this->reader->head(this->tenant).value(), Sequence(1));
    EXPECT_EQ(this->reader->order_by_channel(this->tenant, 0, "B").value(), std::nullopt);
    EXPECT_EQ(this->reader->order_by_channel(this->tenant, 0, "A").value(), OrderId(1));

    auto other_channel = empty_batch(this->tenant, 1);
    add_order(other_channel, "A").channel = 1;
    this->commit(other_channel);
}

TYPED_TEST(Stores, CommitAllTenantsOrNone) {
    this->commit(founding_batch(TenantId(2), "two"));
    auto good = empty_batch(this->tenant, 0);
    add_order(good, "A");
    auto bad = empty_batch(TenantId(2), 3);
    this->expect_conflict({good, bad});
    EXPECT_EQ(this->reader->order(this->tenant, OrderId(1)).value(), std::nullopt);
    EXPECT_TRUE(this->reader->events(this->tenant, {}).value().empty());
    this->commit(good);
}

TYPED_TEST(Stores, RewriteOnlyTheBlocksGiven) {
    auto batch = empty_batch(this->tenant, 0);
    auto& order = add_order(batch, "A");
    order.blocks = {{0, "first"}, {1, "second"}};
    this->commit(batch);
    auto change = empty_batch(this->tenant, 1);
    auto& changed = change_order(change, batch.orders[0]);
    changed.header = "changed";
    changed.blocks = {{1, "other"}};
    this->commit(change);
    const auto stored = this->reader->order(this->tenant, OrderId(1)).value();
    ASSERT_TRUE(stored);
    EXPECT_EQ(stored->header, "changed");
    EXPECT_EQ(stored->blocks, (std::vector<engine::OrderBlock>{{0, "first"}, {1, "other"}}));
}

TYPED_TEST(Stores, RefuseAChangeOfAnUnknownOrder) {
    auto batch = empty_batch(this->tenant, 0);
    add_order(batch, "A").is_new = false;
    this->expect_conflict({batch});
}

TYPED_TEST(Stores, FindOrdersByEachFilter) {
    auto batch = empty_batch(this->tenant, 0);
    auto& one = add_order(batch, "A");
    one.status = core::OrderStatus::shipped;
    one.items = {1, 2};
    one.locations = {7};
    one.search_text = "A urgent";
    auto& two = add_order(batch, "B");
    two.channel = 1;
    two.customer = CustomerId(77);
    two.items = {2};
    two.locations = {7, 8};
    add_order(batch, "C");
    this->commit(batch);

    engine::OrderQuery query;
    EXPECT_EQ(this->found(query), (Ids{3, 2, 1}));
    query.statuses = {core::OrderStatus::shipped};
    EXPECT_EQ(this->found(query), Ids{1});
    query = {};
    query.channel = 1;
    EXPECT_EQ(this->found(query), Ids{2});
    query = {};
    query.customer = CustomerId(77);
    EXPECT_EQ(this->found(query), Ids{2});
    query = {};
    query.item = 2;
    EXPECT_EQ(this->found(query), (Ids{2, 1}));
    query.location = 8;
    EXPECT_EQ(this->found(query), Ids{2});
    query = {};
    query.scope = {8, 9};
    EXPECT_EQ(this->found(query), Ids{2});
    query = {};
    query.text = "urg";
    EXPECT_EQ(this->found(query), Ids{1});
    query.text = "urgent missing";
    EXPECT_EQ(this->found(query), Ids{});
    query = {};
    query.placed_from = batch.orders[1].placed_at;
    query.placed_before = batch.orders[2].placed_at;
    EXPECT_EQ(this->found(query), Ids{2});
}

TYPED_TEST(Stores, FindOrdersByWordsThatTheyGotLater) {
    auto batch = empty_batch(this->tenant, 0);
    add_order(batch, "A").search_text = "A urgent";
    add_order(batch, "B");
    this->commit(batch);
    auto later = empty_batch(this->tenant, 2);
    change_order(later, batch.orders[0]).search_text = "fragile";
    change_order(later, batch.orders[1]).status = core::OrderStatus::on_hold;
    this->commit(later);
    engine::OrderQuery query;
    query.text = "fragile urgent";
    EXPECT_EQ(this->found(query), Ids{1});
    query.text = "fragile";
    EXPECT_EQ(this->found(query), Ids{1});
    query = {};
    query.statuses = {core::OrderStatus::on_hold};
    EXPECT_EQ(this->found(query), Ids{2});
}

TYPED_TEST(Stores, PageThroughOrdersPlacedAtOnce) {
    auto batch = empty_batch(this->tenant, 0);
    for (int n = 0; n < 7; ++n) {
        auto& order = add_order(batch, std::to_string(n));
        order.placed_at = Instant(1'000'000);
        order.items = {4};
    }
    this->commit(batch);
    engine::OrderQuery query;
    query.item = 4;
    query.limit = 3;
    Ids all;
    for (Ids page = this->found(query); !page.empty(); page = this->found(query)) {
        all.insert(all.end(), page.begin(), page.end());
        query.after = {Instant(1'000'000), OrderId(page.back())};
    }
    EXPECT_EQ(all, (Ids{7, 6, 5, 4, 3, 2, 1}));
}

TYPED_TEST(Stores, FollowAnOrderToItsNewLocations) {
    auto batch = empty_batch(this->tenant, 0);
    add_order(batch, "A").locations = {3, 4};
    this->commit(batch);
    auto change = empty_batch(this->tenant, 1);
    change_order(change, batch.orders[0]).locations = {4, 5};
    this->commit(change);
    engine::OrderQuery query;
    query.location = 3;
    EXPECT_EQ(this->found(query), Ids{});
    query.location = 4;
    EXPECT_EQ(this->found(query), Ids{1});
    query.location = 5;
    EXPECT_EQ(this->found(query), Ids{1});
}

TYPED_TEST(Stores, ReplaceAnExceptionAndListByWhenItIsDue) {
    const auto row = [](std::uint64_t raised_in, const char* named, std::int64_t due_at) {
        engine::ExceptionRow out;
        out.raised_in = core::Sequence(raised_in);
        out.kind = named;
        out.order = OrderId(1);
        out.due_at = Instant(due_at);
        out.doc = "{}";
        return out;
    };
    auto batch = empty_batch(this->tenant, 0);
    add_order(batch, "A");
    batch.exceptions = {row(1, "never", 0), row(1, "second", 7), row(1, "first", 5)};
    this->commit(batch);
    engine::ExceptionQuery query;
    query.is_open = true;
    const auto kinds = [&] {
        std::string out;
        const auto rows = this->reader->exceptions(this->tenant, query);
        for (const auto& found : rows.value()) out += found.kind + " ";
        return out;
    };
    EXPECT_EQ(kinds(), "first second never ");
    query.due_before = Instant(7);
    EXPECT_EQ(kinds(), "first ");
    query.due_before = {};
    auto change = empty_batch(this->tenant, 1);
    change_order(change, batch.orders[0]);
    change.exceptions = {row(1, "first", 9), row(1, "second", 7)};
    change.exceptions[0].owner = "ops";
    change.exceptions[1].is_open = false;
    this->commit(change);
    EXPECT_EQ(kinds(), "first never ");
    query.owner = "";
    EXPECT_EQ(kinds(), "never ");
    query = {};
    query.is_open = false;
    EXPECT_EQ(kinds(), "second ");
    query.order = OrderId(2);
    EXPECT_EQ(kinds(), "");
}

TYPED_TEST(Stores, ReplaceAFulfillmentOrderAndListByPlaceDayAndPriority) {
    const auto row = [](std::uint64_t order, std::uint32_t number, core::LocationIx location, std::int32_t due,
                        std::int32_t priority) {
        engine::FulfillmentRow out;
        out.order = OrderId(order);
        out.number = number;
        out.location = location;
        out.due = CivilDate(due);
        out.priority = priority;
        out.doc = "{}";
        return out;
    };
    auto batch = empty_batch(this->tenant, 0);
    add_order(batch, "A");
    add_order(batch, "B");
    batch.fulfillments = {row(1, 1, 4, 20, 0), row(2, 2, 4, 20, -1), row(2, 1, 4, -3, 9), row(1, 2, 5, 19, 0),
                          row(1, 3, 6, 18, 0)};
    this->commit(batch);
    engine::FulfillmentQuery query;
    const auto found = [&] {
        std::string out;
        const auto rows = this->reader->fulfillments(this->tenant, query);
        for (const auto& each : rows.value())
            out += std::to_string(each.order.raw()) + "-" + std::to_string(each.number) + " ";
        return out;
    };
    EXPECT_EQ(found(), "2-1 1-3 1-2 2-2 1-1 ");
    query.locations = {4};
    query.is_open = true;
    EXPECT_EQ(found(), "2-1 2-2 1-1 ");
    query.after = engine::FulfillmentPosition{CivilDate(20), -1, OrderId(2), 2};
    EXPECT_EQ(found(), "1-1 ");
    query.after.reset();
    query.locations = {4, 6};
    query.due_until = CivilDate(18);
    EXPECT_EQ(found(), "2-1 1-3 ");
    query.due_until.reset();
    query.limit = 3;
    EXPECT_EQ(found(), "2-1 1-3 2-2 ");
    query.order = OrderId(2);
    EXPECT_EQ(found(), "2-1 2-2 ");

    auto change = empty_batch(this->tenant, 2);
    change_order(change, batch.orders[0]);
    change.fulfillments = {row(1, 1, 4, 21, 0), row(2, 1, 4, -3, 9)};
    change.fulfillments[1].is_open = false;
    change.fulfillments[1].status = core::FulfillmentStatus::shipped;
    this->commit(change);
    query = {};
    query.is_open = true;
    query.locations = {4};
    EXPECT_EQ(found(), "2-2 1-1 ");
    query.is_open.reset();
    EXPECT_EQ(found(), "2-1 2-2 1-1 ") << "what is done has its place among what is not";
    query.status = core::FulfillmentStatus::shipped;
    EXPECT_EQ(found(), "2-1 ");
    const auto rows = this->reader->fulfillments(this->tenant, query);
    EXPECT_EQ(rows->at(0), change.fulfillments[1]);
    query = {};
    query.order = OrderId(3);
    EXPECT_EQ(found(), "");
}

TYPED_TEST(Stores, ReplaceAReturnAndListByPlaceAndState) {
    using core::ReturnStatus;
    const auto row = [](std::uint64_t order, std::uint32_t number, core::LocationIx location, std::int64_t micros,
                        ReturnStatus status) {
        engine::ReturnRow out;
        out.order = OrderId(order);
        out.number = number;
        out.location = location;
        out.status = status;
        out.is_open = status < ReturnStatus::received;
        out.requested_at = Instant(micros);
        out.doc = "{}";
        return out;
    };
    auto batch = empty_batch(this->tenant, 0);
    add_order(batch, "A");
    add_order(batch, "B");
    batch.returns = {row(1, 1, 4, 20, ReturnStatus::requested), row(2, 2, 4, 20, ReturnStatus::approved),
                     row(2, 1, core::no_index, 3, ReturnStatus::requested), row(1, 2, 5, 20, ReturnStatus::declined),
                     row(1, 3, 0, 18, ReturnStatus::receiving)};
    this->commit(batch);
    engine::ReturnQuery query;
    const auto found = [&] {
        std::string out;
        const auto rows = this->reader->returns(this->tenant, query);
        for (const auto& each : rows.value())
            out += std::to_string(each.order.raw()) + "-" + std::to_string(each.number) + " ";
        return out;
    };
    EXPECT_EQ(found(), "2-1 1-3 1-1 1-2 2-2 ");
    EXPECT_EQ(this->reader->returns(this->tenant, query)->at(0), batch.returns[2]) << "expected anywhere";
    query.locations = {4};
    EXPECT_EQ(found(), "1-1 2-2 ");
    query.with_anywhere = true;
    EXPECT_EQ(found(), "2-1 1-1 2-2 ");
    query.status = ReturnStatus::requested;
    EXPECT_EQ(found(), "2-1 1-1 ");
    query.is_open = false;
    EXPECT_EQ(found(), "") << "filters hold together";
    query.is_open.reset();
    query.status.reset();
    query.locations.clear();
    EXPECT_EQ(found(), "2-1 ");
    query.with_anywhere = false;
    query.is_open = true;
    EXPECT_EQ(found(), "2-1 1-3 1-1 2-2 ");
    query.after = engine::ReturnPosition{Instant(20), OrderId(1), 1};
    EXPECT_EQ(found(), "2-2 ");
    query.after.reset();
    query.locations = {0, 4, 5};
    query.is_open.reset();
    query.limit = 3;
    EXPECT_EQ(found(), "1-3 1-1 1-2 ");
    query.order = OrderId(2);
    EXPECT_EQ(found(), "2-2 ");
    query.with_anywhere = true;
    EXPECT_EQ(found(), "2-1 2-2 ");

    auto change = empty_batch(this->tenant, 2);
    change_order(change, batch.orders[0]);
    change.returns = {row(2, 1, 4, 3, ReturnStatus::received), row(1, 1, core::no_index, 21, ReturnStatus::approved)};
    this->commit(change);
    query = {};
    EXPECT_EQ(found(), "2-1 1-3 1-2 2-2 1-1 ");
    query.with_anywhere = true;
    EXPECT_EQ(found(), "1-1 ");
    query.locations = {4};
    query.is_open = false;
    EXPECT_EQ(found(), "2-1 ");
    const auto rows = this->reader->returns(this->tenant, query);
    EXPECT_EQ(rows->at(0), change.returns[0]);
    query = {};
    query.status = ReturnStatus::approved;
    EXPECT_EQ(found(), "2-2 1-1 ");
    query.order = OrderId(3);
    EXPECT_EQ(found(), "");
}

TYPED_TEST(Stores, ForgetAnErasedPersonAndTheirWords) {
    auto batch = empty_batch(this->tenant, 0);
    add_order(batch, "A").customer = CustomerId(5);
    batch.persons.push_back({PersonId(1), {}, OrderId(1), "{\"name\":\"Ada Lovelace\"}"});
    batch.persons.push_back({PersonId(2), CustomerId(5), {}, "{\"email\":\"ada@example.org\"}"});
    batch.persons.push_back({PersonId(3), CustomerId(6), {}, "{\"name\":\"Ada Other\"}"});
    this->commit(batch);
    engine::OrderQuery query;
    query.text = "lovelace";
    EXPECT_EQ(this->found(query), Ids{}) << "personal data is looked into only when asked";
    query.text_in_persons = true;
    EXPECT_EQ(this->found(query), Ids{1});

    auto erase = empty_batch(this->tenant, 1);
    erase.erased = {CustomerId(5)};
    this->commit(erase);
    EXPECT_EQ(this->found(query), Ids{});
    EXPECT_EQ(this->reader->person(this->tenant, PersonId(1)).value(), std::nullopt);
    EXPECT_EQ(this->reader->person(this->tenant, PersonId(2)).value(), std::nullopt);
    EXPECT_TRUE(this->reader->person(this->tenant, PersonId(3)).value());
}

TYPED_TEST(Stores, FindOrdersByTheirPersonAndByWhomTheirCustomerNames) {
    auto batch = empty_batch(this->tenant, 0);
    add_order(batch, "A").customer = CustomerId(5);
    add_order(batch, "B").customer = CustomerId(5);
    batch.persons.push_back({PersonId(1), CustomerId(5), OrderId(1), "{\"name\":\"Ada Gift\"}"});
    batch.persons.push_back({PersonId(7), CustomerId(5), {}, "{\"name\":\"Ada Lovelace\"}"});
    this->commit(batch);
    engine::OrderQuery query;
    query.text_in_persons = true;
    query.text = "lovelace";
    EXPECT_EQ(this->found(query), (Ids{2, 1}));
    query.text = "gift";
    EXPECT_EQ(this->found(query), Ids{1}) << "a person is found with the order that it came with";
    query.text = "gift lovelace";
    EXPECT_EQ(this->found(query), Ids{}) << "one person must have all words";
}

TYPED_TEST(Stores, MoveIdentitiesInAMerge) {
    auto batch = empty_batch(this->tenant, 0);
    for (const char* number : {"A", "B"}) add_order(batch, number);
    batch.customers.push_back({CustomerId(1), {{0, "x"}}, "one", "", false, {}});
    batch.customers.push_back({CustomerId(2), {{0, "y"}}, "two", "", false, {}});
    this->commit(batch);
    auto merge = empty_batch(this->tenant, 2);
    merge.customers.push_back({CustomerId(2), {{0, "x"}, {0, "y"}}, "two", "", false, {}});
    merge.customers.push_back({CustomerId(1), {}, "one", "", false, CustomerId(2)});
    this->commit(merge);
    EXPECT_EQ(this->reader->customer_by_identity(this->tenant, {0, "x"}).value(), CustomerId(2));
    auto theft = empty_batch(this->tenant, 2);
    add_order(theft, "C");
    theft.customers.push_back({CustomerId(3), {{0, "y"}}, "three", "", false, {}});
    this->expect_conflict({theft});
}

TYPED_TEST(Stores, ExpireOldRepliesAndKeepNewOnes) {
    auto batch = empty_batch(this->tenant, 0);
    for (int n = 0; n < 4; ++n) {
        engine::ReplyRow reply;
        reply.key = std::to_string(n);
        reply.status = 201;
        reply.at = Instant(1'000 + n);
        batch.replies.push_back(reply);
    }
    this->commit(batch);
    auto later = empty_batch(this->tenant, 0);
    later.replies_expire_before = Instant(1'002);
    this->commit(later);
    EXPECT_FALSE(this->reader->reply(this->tenant, "1").value());
    EXPECT_TRUE(this->reader->reply(this->tenant, "2").value());
    const auto loaded = this->store->load(this->tenant, {{}, {}, {}, {}, {"0", "3"}});
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->replies, std::vector<engine::ReplyRow>{batch.replies[3]});
}

TYPED_TEST(Stores, LoadOnlyWhatExists) {
    auto batch = empty_batch(this->tenant, 0);
    add_order(batch, "A");
    batch.customers.push_back({CustomerId(9), {{2, "z"}}, "nine", "", false, {}});
    this->commit(batch);
    const auto loaded = this->store->load(
        this->tenant,
        {{OrderId(1), OrderId(8)}, {CustomerId(9), CustomerId(10)}, {{0, "A"}, {1, "A"}}, {{2, "z"}}, {}});
    ASSERT_TRUE(loaded);
    ASSERT_EQ(loaded->orders.size(), 1U);
    EXPECT_EQ(loaded->orders[0].header, batch.orders[0].header);
    EXPECT_EQ(loaded->customers, std::vector<std::string>{"nine"});
    ASSERT_EQ(loaded->channel_orders.size(), 1U);
    EXPECT_EQ(loaded->channel_orders[0].second, OrderId(1));
    ASSERT_EQ(loaded->identities.size(), 1U);
    EXPECT_EQ(loaded->identities[0].second, CustomerId(9));
    EXPECT_EQ(this->store->load(this->tenant, {{}, {}, {}, {{2, "z"}, {2, "y"}}, {}})->customers,
              std::vector<std::string>{"nine"})
        << "an identity brings its customer";
}

TYPED_TEST(Stores, KeepTenantsApart) {
    this->commit(founding_batch(TenantId(2), "two"));
    auto batch = empty_batch(TenantId(2), 0);
    auto& order = add_order(batch, "A");
    order.items = {1};
    order.search_text = "secret";
    batch.persons.push_back({PersonId(1), {}, OrderId(1), "{\"name\":\"secret\"}"});
    this->commit(batch);
    engine::OrderQuery query;
    query.item = 1;
    EXPECT_EQ(this->found(query), Ids{});
    query = {};
    query.text = "secret";
    query.text_in_persons = true;
    EXPECT_EQ(this->found(query), Ids{});
    EXPECT_EQ(this->reader->order(this->tenant, OrderId(1)).value(), std::nullopt);
    EXPECT_EQ(this->reader->person(this->tenant, PersonId(1)).value(), std::nullopt);
}

TYPED_TEST(Stores, ScanRepliesByTheBytesOfTheirKeys) {
    auto batch = empty_batch(this->tenant, 0);
    for (const char* key : {"b", "\xc3\xa4", "B", "a"}) {
        engine::ReplyRow reply;
        reply.key = key;
        reply.at = Instant(1);
        batch.replies.push_back(reply);
    }
    this->commit(batch);
    std::vector<std::string> keys;
    const auto first = this->reader->scan_replies(this->tenant, "", 3);
    ASSERT_TRUE(first);
    for (const auto& reply : *first) keys.push_back(reply.key);
    EXPECT_EQ(keys, (std::vector<std::string>{"B", "a", "b"}));
    const auto rest = this->reader->scan_replies(this->tenant, keys.back(), 3);
    ASSERT_TRUE(rest);
    EXPECT_EQ(*rest, std::vector<engine::ReplyRow>{batch.replies[1]});
}

TYPED_TEST(Stores, HoldAMomentForAReaderThatAsks) {
    auto batch = empty_batch(this->tenant, 0);
    add_order(batch, "A");
    this->commit(batch);
    for (std::uint64_t head = 1; head < 3; ++head) {
        const auto moment = this->reader->hold_moment();
        ASSERT_TRUE(moment);
        auto later = empty_batch(this->tenant, head);
        add_order(later, std::to_string(head));
        this->commit(later);
        EXPECT_EQ(this->reader->head(this->tenant).value(), Sequence(head));
        EXPECT_EQ(this->reader->scan_orders(this->tenant, {}, 10)->size(), head);
        EXPECT_EQ(this->store->reader().value()->scan_orders(this->tenant, {}, 10)->size(), head + 1);
    }
    EXPECT_EQ(this->reader->head(this->tenant).value(), Sequence(3)) << "the moment is over";
}

TYPED_TEST(Stores, KnowSinceWhenNothingWasConfigured) {
    const auto configured = [this] { return this->reader->position(this->tenant).value().configured.raw(); };
    auto batch = empty_batch(this->tenant, 0);
    add_order(batch, "A");
    batch.docs.push_back({engine::DocKind::item, 0, "S-1", "{}"});
    this->commit(batch);
    const auto before = configured();
    auto item = empty_batch(this->tenant, 1);
    add_order(item, "B");
    item.docs.push_back({engine::DocKind::item, 0, "S-1", R"({"title":"x"})"});
    this->commit(item);
    EXPECT_GT(configured(), before);
    const auto since = configured();
    auto feed = empty_batch(this->tenant, 2);
    add_order(feed, "C");
    feed.docs.push_back({engine::DocKind::feed, 0, "wms", "{}"});
    this->commit(feed);
    EXPECT_GE(configured(), since);
    EXPECT_LE(configured(), 3U);
    EXPECT_EQ(this->reader->position(this->tenant).value().head, Sequence(3));
}

TYPED_TEST(Stores, GiveAnImportedTenantItsNameLast) {
    const TenantId other(2);
    auto begin = empty_batch(other, 0);
    begin.begins_import = true;
    add_order(begin, "A");
    begin.persons.push_back({PersonId(1), {}, OrderId(1), "{\"name\":\"Ada\"}"});
    this->commit(begin);
    EXPECT_TRUE(this->store->tenants()->back().is_unfinished());
    auto end = empty_batch(other, 1);
    end.ends_import_as = "one";
    this->expect_conflict({end});
    end.ends_import_as = "two";
    this->commit(end);
    EXPECT_EQ(this->store->tenants()->back().name, "two");
    end.ends_import_as = "three";
    this->expect_conflict({end});
    EXPECT_FALSE(this->store->drop_unfinished(other)) << "it has a name";
}

TYPED_TEST(Stores, DropWhatAnImportLeft) {
    const TenantId other(2);
    for (int round = 0; round < 2; ++round) {
        auto begin = empty_batch(other, 0);
        begin.begins_import = true;
        add_order(begin, "A").search_text = "word";
        begin.persons.push_back({PersonId(1), {}, OrderId(1), "{\"name\":\"Ada\"}"});
        begin.docs.push_back({engine::DocKind::item, 0, "SKU", "{}"});
        begin.exceptions.emplace_back().doc = "{}";
        begin.fulfillments.emplace_back().doc = "{}";
        begin.returns.emplace_back().doc = "{}";
        this->commit(begin);
        ASSERT_TRUE(this->store->drop_unfinished(other));
        EXPECT_TRUE(this->reader->exceptions(other, {})->empty());
        EXPECT_TRUE(this->reader->fulfillments(other, {})->empty());
        EXPECT_TRUE(this->reader->returns(other, {})->empty());
        EXPECT_EQ(this->store->tenants()->size(), 1U);
        EXPECT_FALSE(this->reader->person(other, PersonId(1)).value());
        EXPECT_TRUE(this->reader->scan_orders(other, {}, 10)->empty());
    }
    EXPECT_TRUE(this->store->drop_unfinished(other)) << "there is nothing to drop";
    EXPECT_FALSE(this->store->drop_unfinished(this->tenant));
}

TYPED_TEST(Stores, ShowReadersWholeCommitsOnly) {
    constexpr std::uint64_t commits = 150;
    constexpr std::uint64_t orders_per_commit = 4;
    std::atomic<bool> done{false};
    std::atomic<std::uint64_t> torn{0};
    std::vector<std::thread> readers;
    for (int n = 0; n < 2; ++n) {
        readers.emplace_back([&, reader = std::shared_ptr<engine::Reader>(std::move(this->store->reader().value()))] {
            std::size_t seen = 0;
            while (!done.load()) {
                engine::OrderQuery query;
                query.item = 3;
                query.limit = 100'000;
                const auto page = reader->search_orders(this->tenant, query, Blocks::with);
                if (!page || page->hits.size() % orders_per_commit != 0 || page->hits.size() < seen) ++torn;
                if (page) seen = page->hits.size();
            }
        });
    }
    std::uint64_t head = 0;
    for (std::uint64_t n = 0; n < commits; ++n) {
        auto batch = empty_batch(this->tenant, head);
        for (std::uint64_t k = 0; k < orders_per_commit; ++k) {
            add_order(batch, std::to_string(head + k)).items = {3};
        }
        this->commit(batch);
        head += orders_per_commit;
    }
    done = true;
    for (std::thread& thread : readers) thread.join();
    EXPECT_EQ(torn.load(), 0U);
}

}  // namespace
}  // namespace waybill::conformance
