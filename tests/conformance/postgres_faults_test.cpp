// What only a store on a server can suffer: lost connections at every point of a commit, silence, a server that
// restarts, statements that take too long, and addresses that lead nowhere.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "conformance/batches.hpp"
#include "conformance/cutting_proxy.hpp"
#include "conformance/private_postgres.hpp"
#include "storage/open_store.hpp"
#include "storage/postgres/postgres_store.hpp"

namespace waybill::conformance {
namespace {

using core::Sequence;
using core::TenantId;
using engine::IoFailure;
using storage::Access;
using storage::postgres::open_postgres;

constexpr TenantId tenant{1};

struct Opened {
    std::unique_ptr<engine::Store> store;
    std::unique_ptr<engine::Reader> reader;
};

class PostgresFaults : public testing::Test {
protected:
    /// A store with one tenant, through the proxy; the reader goes there directly.
    void open_through_proxy(std::chrono::seconds patience = std::chrono::seconds(30)) {
        database_ = PrivatePostgres::shared().fresh_database();
        proxy_ = std::make_unique<CuttingProxy>(PrivatePostgres::shared().port());
        storage::StoreOptions options;
        options.patience = patience;
        const std::string uri = PrivatePostgres::uri_over_tcp(database_, proxy_->port());
        store_ = std::move(open_postgres(uri, Access::read_write, options).value());
        const auto direct = open_postgres(database_, Access::read_only);
        reader_ = std::move((*direct)->reader().value());
        ASSERT_TRUE(store_->commit({founding_batch(tenant, "one")}));
    }
    engine::TenantBatch one_order() {
        auto batch = empty_batch(tenant, head());
        add_order(batch, fmt::format("order {}", head())).search_text = "robin smith";
        return batch;
    }
    std::uint64_t head() { return reader_->settled(tenant).value().head.raw(); }

    std::string database_;
    std::unique_ptr<CuttingProxy> proxy_;
    std::unique_ptr<engine::Store> store_;
    std::unique_ptr<engine::Reader> reader_;
};

TEST_F(PostgresFaults, ACommitThatIsCutAtAnyByteHappensOrDoesNotAndSaysWhich) {
    open_through_proxy();
    ASSERT_TRUE(store_->commit({one_order()}));  // all statements are prepared
    const auto measure = [&](CuttingProxy::Way way) {
        const std::int64_t before = proxy_->passed(way);
        EXPECT_TRUE(store_->commit({one_order()}));
        return proxy_->passed(way) - before;
    };
    int done_again = 0;
    int unknown_and_happened = 0;
    int unknown_and_not = 0;
    for (const auto way : {CuttingProxy::Way::to_server, CuttingProxy::Way::to_client}) {
        const std::int64_t bytes = measure(way);
        // Every byte of the answer is a place of its own; of the question, whose texts are long, some.
        const std::int64_t stride = way == CuttingProxy::Way::to_client ? 1 : 31;
        for (std::int64_t at = 1; at <= bytes; at += stride) {
            const std::uint64_t before = head();
            const auto batch = one_order();
            proxy_->cut_after(way, at);
            const auto done = store_->commit({batch});
            proxy_->heal();
            const std::uint64_t after = head();
            ASSERT_TRUE(after == before || after == before + 1);
            if (done) {
                EXPECT_EQ(after, before + 1) << at;
                ++done_again;
            } else {
                EXPECT_EQ(done.error().kind, IoFailure::outcome_unknown) << done.error().detail;
                ++(after == before ? unknown_and_not : unknown_and_happened);
            }
            // Whatever became of it, the store goes on.
            const auto next = store_->commit({one_order()});
            ASSERT_TRUE(next) << next.error().detail;
        }
    }
    EXPECT_GT(done_again, 0);
    EXPECT_GT(unknown_and_happened, 0);
    EXPECT_GT(unknown_and_not, 0);
    const auto problems = store_->check();
    ASSERT_TRUE(problems) << problems.error().detail;
    EXPECT_TRUE(problems->empty()) << problems->front();
}

/// What a session says when an administrator ends it: an ErrorResponse with severity, code and text.
std::string end_of_session() {
    std::string fields;
    for (const std::string_view field : {"SFATAL", "VFATAL", "C57P01", "Mterminating connection"}) {
        fields += field;
        fields += '\0';
    }
    fields += '\0';
    return std::string("E") + std::string(3, '\0') + static_cast<char>(4 + fields.size()) + fields;
}

TEST_F(PostgresFaults, ASessionMayBeEndedBetweenAnyTwoMessages) {
    open_through_proxy();
    ASSERT_TRUE(store_->commit({one_order()}));
    const std::int64_t passed = proxy_->passed(CuttingProxy::Way::to_client);
    ASSERT_TRUE(store_->commit({one_order()}));
    const std::int64_t bytes = proxy_->passed(CuttingProxy::Way::to_client) - passed;
    int refused = 0;
    for (std::int64_t at = 1; at <= bytes; ++at) {
        const std::uint64_t before = head();
        proxy_->cut_with_last_words(at, end_of_session());
        const auto done = store_->commit({one_order()});
        proxy_->heal();
        const std::uint64_t after = head();
        ASSERT_TRUE(after == before + 1 || (!done && after == before)) << at;
        if (!done) {
            ++refused;
            EXPECT_TRUE(done.error().kind == IoFailure::outcome_unknown || after == before) << at;
        }
        const auto next = store_->commit({one_order()});
        ASSERT_TRUE(next) << next.error().detail;
    }
    EXPECT_GT(refused, 0);
}

TEST_F(PostgresFaults, AServerThatFallsSilentIsGivenUp) {
    open_through_proxy(std::chrono::seconds(1));
    ASSERT_TRUE(store_->commit({one_order()}));
    const auto batch = one_order();
    proxy_->silence_after(1);
    const auto done = store_->commit({batch});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, IoFailure::unavailable) << done.error().detail;
    proxy_->heal();
    ASSERT_TRUE(store_->commit({batch}));
}

TEST_F(PostgresFaults, TheSettledHeadWaitsForACommitWhoseAnswerWasLost) {
    open_through_proxy();
    // Another session holds what a commit holds between its statements and its end.
    const std::string holder =
        "BEGIN; UPDATE tenants SET head = head WHERE tenant_id = 1; SELECT pg_sleep(0.3); COMMIT";
    auto held = std::async(std::launch::async, [&] { return PrivatePostgres::shared().sql(database_, holder); });
    while (PrivatePostgres::shared().sql(database_,
                                         "SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
                                         " WHERE c.relname = 'tenants' AND l.mode = 'RowExclusiveLock'") == "0\n") {
        std::this_thread::yield();
    }
    EXPECT_TRUE(reader_->head(tenant));
    EXPECT_EQ(held.wait_for(std::chrono::seconds(0)), std::future_status::timeout) << "the plain head does not wait";
    EXPECT_EQ(reader_->settled(tenant).value().head, Sequence());
    held.get();
}

TEST_F(PostgresFaults, TheSettledHeadOfATenantWaitsForTheCommitThatCreatesIt) {
    open_through_proxy();
    const std::string holder = "BEGIN; INSERT INTO tenants VALUES (2, 'two', 5, 0); SELECT pg_sleep(0.3); COMMIT";
    auto held = std::async(std::launch::async, [&] { return PrivatePostgres::shared().sql(database_, holder); });
    while (PrivatePostgres::shared().sql(database_,
                                         "SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
                                         " WHERE c.relname = 'tenants' AND l.mode = 'RowExclusiveLock'") == "0\n") {
        std::this_thread::yield();
    }
    EXPECT_EQ(reader_->settled(TenantId(2)).value().head, Sequence(5));
    held.get();
    EXPECT_EQ(reader_->settled(TenantId(3)).value().head, Sequence()) << "and leaves nothing where there is none";
    EXPECT_EQ(PrivatePostgres::shared().sql(database_, "SELECT count(*) FROM tenants"), "2\n");
}

TEST_F(PostgresFaults, ARestartOfTheServerIsSurvived) {
    open_through_proxy();
    ASSERT_TRUE(store_->commit({one_order()}));
    const auto batch = one_order();
    PrivatePostgres::shared().restart_immediately();
    // Nobody notices: reading is repeated, and the writer's connection is found dead before anything is asked to be
    // kept.
    EXPECT_EQ(reader_->head(tenant).value(), Sequence(1));
    const auto done = store_->commit({batch});
    ASSERT_TRUE(done) << done.error().detail;
    EXPECT_EQ(head(), 2U);
}

TEST_F(PostgresFaults, AStoppedServerIsUnavailableAndRetryable) {
    open_through_proxy();
    PrivatePostgres::shared().stop();
    const auto done = store_->commit({empty_batch(tenant, 0)});
    const auto read = reader_->head(tenant);
    PrivatePostgres::shared().start();
    ASSERT_FALSE(done);
    EXPECT_TRUE(done.error().retryable());
    ASSERT_FALSE(read);
    EXPECT_TRUE(read.error().retryable());
    EXPECT_TRUE(reader_->head(tenant));
}

TEST_F(PostgresFaults, StatementsThatNoLongerFitTheTablesArePreparedAgain) {
    open_through_proxy();
    ASSERT_TRUE(store_->commit({one_order()}));
    EXPECT_EQ(store_->tenants()->size(), 1U);
    EXPECT_EQ(reader_->events(tenant, {})->size(), 1U);
    PrivatePostgres::shared().sql(database_,
                                  "ALTER TABLE tenants ALTER COLUMN head TYPE numeric;"
                                  "ALTER TABLE tenants ALTER COLUMN head TYPE bigint");
    PrivatePostgres::shared().sql(database_, "ALTER TABLE tenants ALTER COLUMN name TYPE varchar(100)");
    const auto tenants = store_->tenants();
    ASSERT_TRUE(tenants) << tenants.error().detail;
    EXPECT_TRUE(reader_->head(tenant));
    EXPECT_TRUE(store_->commit({one_order()}));
}

TEST_F(PostgresFaults, AnAnalysisThatFailsIsNoFailureOfCommits) {
    open_through_proxy();  // the first commit
    PrivatePostgres::shared().sql(database_, "CREATE STATISTICS fails ON (1 / (line_count - 1)), status FROM orders");
    auto batch = empty_batch(tenant, 0);
    for (int n = 0; n < 200; ++n) add_order(batch, fmt::format("many {}", n));
    ASSERT_TRUE(store_->commit({batch}));
    // The server counts rows for its statistics once a second.
    std::this_thread::sleep_for(std::chrono::milliseconds(1'100));
    for (int commit = 3; commit <= 9; ++commit) {
        const auto done = store_->commit({one_order()});
        ASSERT_TRUE(done) << commit << ": " << done.error().detail;
    }
    EXPECT_EQ(PrivatePostgres::shared().sql(
                  database_, "SELECT last_analyze IS NULL FROM pg_stat_user_tables WHERE relname = 'orders'"),
              "t\n")
        << "it was not to succeed";
    EXPECT_EQ(PrivatePostgres::shared().sql(
                  database_, "SELECT n_live_tup > 100 FROM pg_stat_user_tables WHERE relname = 'orders'"),
              "t\n");
}

TEST_F(PostgresFaults, WhatIsLoadedComesFromTheServerThatCommitsGoTo) {
    open_through_proxy();
    ASSERT_TRUE(store_->commit({one_order()}));
    // Another server with the same history, as after a failover; the address names both.
    const PrivatePostgres promoted;
    const std::string name = database_.substr(database_.find("@/") + 2, database_.find('?') - database_.find("@/") - 2);
    promoted.sql("postgres", "CREATE DATABASE " + name);
    {
        const auto copy = open_postgres(promoted.uri_over_tcp(name), Access::read_write);
        ASSERT_TRUE(copy) << copy.error().detail;
        ASSERT_TRUE((*copy)->commit({founding_batch(tenant, "one")}));
        auto batch = empty_batch(tenant, 0);
        add_order(batch, "order 0").search_text = "robin smith";
        ASSERT_TRUE((*copy)->commit({batch}));
    }
    const auto opened = open_postgres(
        fmt::format("postgresql://postgres@127.0.0.1:{},127.0.0.1:{}/{}", proxy_->port(), promoted.port(), name),
        Access::read_write);
    ASSERT_TRUE(opened) << opened.error().detail;
    engine::Store& store = **opened;
    EXPECT_TRUE(store.load(tenant, {{}, {}, {}, {}, {"key"}})->replies.empty());
    EXPECT_EQ(promoted.sql(name, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'waybill'"), "0\n");

    // The session that commits is ended, and finds the other server; the one that loads is not.
    proxy_->refuse_new();
    PrivatePostgres::shared().sql(database_,
                                  "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
                                  " current_database() AND pid <> pg_backend_pid() AND query NOT LIKE '%replies%'");
    auto batch = one_order();
    engine::ReplyRow reply;
    reply.key = "key";
    reply.status = 201;
    reply.at = Instant(1'000);
    batch.replies.push_back(reply);
    const auto done = store.commit({batch});
    ASSERT_TRUE(done) << done.error().detail;
    EXPECT_EQ(promoted.sql(name, "SELECT count(*) FROM replies"), "1\n");
    const auto loaded = store.load(tenant, {{}, {}, {}, {}, {"key"}});
    ASSERT_TRUE(loaded) << loaded.error().detail;
    EXPECT_EQ(loaded->replies.size(), 1U) << "the server that was overtaken knows nothing of it";
}

TEST(PostgresAddresses, AreRefusedWithOneLine) {
    const auto& server = PrivatePostgres::shared();
    const std::string good = PrivatePostgres::shared().fresh_database();
    const auto kind_of = [](const std::string& uri) {
        const auto opened = open_postgres(uri, Access::read_write);
        EXPECT_FALSE(opened) << uri;
        if (opened) return IoFailure::conflict;
        EXPECT_EQ(opened.error().detail.find('\n'), std::string::npos) << opened.error().detail;
        EXPECT_FALSE(opened.error().detail.empty());
        return opened.error().kind;
    };
    EXPECT_EQ(kind_of("postgresql://host:notaport/x"), IoFailure::not_a_store);
    EXPECT_EQ(kind_of("postgresql://127.0.0.1:1/x"), IoFailure::unavailable);
    EXPECT_EQ(kind_of("postgresql://x?nosuchoption=1"), IoFailure::not_a_store);
    EXPECT_EQ(kind_of(server.uri_over_tcp("nosuchdatabase")), IoFailure::not_a_store);
    EXPECT_EQ(kind_of(good + "&options=-csearch_path%3Dnosuchschema"), IoFailure::not_a_store);
}

TEST(PostgresSchemas, OfANewerProgramOrAnotherOneAreRefused) {
    auto& server = PrivatePostgres::shared();
    const std::string newer = server.fresh_database();
    ASSERT_TRUE(open_postgres(newer, Access::read_write));
    server.sql(newer, "INSERT INTO waybill_schema (version, name) VALUES (99, 'later')");
    for (const auto access : {Access::read_write, Access::read_only}) {
        const auto opened = open_postgres(newer, access);
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().kind, IoFailure::newer_schema) << opened.error().detail;
    }
    const std::string foreign = server.fresh_database();
    server.sql(foreign, "CREATE TABLE orders (id integer)");
    const auto opened = open_postgres(foreign, Access::read_write);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, IoFailure::not_a_store) << opened.error().detail;
    const auto empty = open_postgres(server.fresh_database(), Access::read_only);
    ASSERT_FALSE(empty);
    EXPECT_EQ(empty.error().kind, IoFailure::not_a_store) << empty.error().detail;
}

TEST(PostgresSchemas, AUserWithoutRightsIsToldSo) {
    auto& server = PrivatePostgres::shared();
    const std::string uri = server.fresh_database();
    server.sql(uri, "CREATE ROLE looker LOGIN; REVOKE CREATE ON SCHEMA public FROM public");
    std::string as_looker = uri;
    as_looker.replace(as_looker.find("postgres@"), 9, "looker@");
    const auto opened = open_postgres(as_looker, Access::read_write);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, IoFailure::read_only) << opened.error().detail;
}

TEST(PostgresSchemas, AreMadeOnceWhenManyStartTogether) {
    const std::string uri = PrivatePostgres::shared().fresh_database();
    std::vector<std::future<Result<Unit, engine::IoError>>> starts;
    for (int n = 0; n < 6; ++n) {
        starts.push_back(std::async(std::launch::async, [&]() -> Result<Unit, engine::IoError> {
            auto opened = open_postgres(uri, Access::read_write);
            if (!opened) return fail(std::move(opened.error()));
            return Unit{};
        }));
    }
    int opened = 0;
    for (auto& start : starts) {
        const auto done = start.get();
        EXPECT_TRUE(done || done.error().kind == IoFailure::locked) << done.error().detail;
        if (done) ++opened;
    }
    EXPECT_GE(opened, 1);
    EXPECT_TRUE(open_postgres(uri, Access::read_only));
}

TEST(PostgresChecks, FindWhatWasChangedBehindTheStore) {
    auto& server = PrivatePostgres::shared();
    const std::string uri = server.fresh_database();
    const auto store = std::move(open_postgres(uri, Access::read_write).value());
    ASSERT_TRUE(store->commit({founding_batch(tenant, "one")}));
    auto batch = empty_batch(tenant, 0);
    add_order(batch, "A");
    add_order(batch, "B");
    ASSERT_TRUE(store->commit({batch}));
    EXPECT_TRUE(store->check()->empty());
    server.sql(uri,
               "UPDATE events SET body = '{\"x\":1}' WHERE sequence = 1; DELETE FROM order_blocks WHERE order_id = 2;"
               "UPDATE tenants SET head = 3");
    const auto problems = store->check();
    ASSERT_TRUE(problems) << problems.error().detail;
    EXPECT_EQ(problems->size(), 3U) << fmt::format("{}", fmt::join(*problems, "\n"));
}

TEST(StoreAddresses, AreShownWithoutPasswords) {
    EXPECT_EQ(storage::shown("postgresql://shop:s3cret@db.example:5432/orders?sslmode=require"),
              "postgresql://shop:***@db.example:5432/orders?sslmode=require");
    EXPECT_EQ(storage::shown("postgresql://shop@db.example/orders?password=s3cret&sslmode=require"),
              "postgresql://shop@db.example/orders?password=***&sslmode=require");
    EXPECT_EQ(storage::shown("postgresql://shop@db/orders?sslpassword=s3cret&password=s3cret"),
              "postgresql://shop@db/orders?sslpassword=***&password=***");
    for (const char* wrong : {"s3/cret", "s3@cret", "s3?cret", "s3@x/cret", "s3:cret", "password=s3cret"}) {
        const std::string said = storage::shown(fmt::format("postgresql://shop:{}@db.example/orders", wrong));
        EXPECT_EQ(said.find("s3"), std::string::npos) << said;
        EXPECT_EQ(said.find("cret"), std::string::npos) << said;
    }
    EXPECT_EQ(storage::shown("postgresql:///orders?host=/run/postgresql"), "postgresql:///orders?host=/run/postgresql");
    EXPECT_EQ(storage::shown("/var/lib/a:b@c.db"), "/var/lib/a:b@c.db");
}

}  // namespace
}  // namespace waybill::conformance
