// The power goes before any write, sync, truncation or deletion of the store's files, and the disk keeps all, none or
// any sectors of what was not synced: whatever is left opens, is whole, and has every commit that was acknowledged.
// WAYBILL_CUT_STRIDE in the environment says every how manieth call is tried (7); 1: all of them.

#include "conformance/power_loss.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstdlib>
#include <functional>

#include "conformance/batches.hpp"
#include "conformance/scratch_folder.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace waybill::conformance {
namespace {

using storage::Access;
using storage::StoreOptions;
using storage::sqlite::open_sqlite;
using Unsynced = PowerLoss::Unsynced;

constexpr core::TenantId tenant(1);
constexpr std::uint64_t orders_per_commit = 3;
constexpr std::uint64_t calls_max = 5'000;

std::uint64_t stride() {
    const char* set = std::getenv("WAYBILL_CUT_STRIDE");
    return set == nullptr ? 7 : std::max<std::uint64_t>(std::strtoull(set, nullptr, 10), 1);
}

std::string header_of(std::uint64_t number) { return fmt::format("{:0700}", number); }

/// Commits until `commits` are done or one fails; the head that was acknowledged.
std::uint64_t commit_orders(engine::Store& store, std::uint64_t head, int commits) {
    for (int n = 0; n < commits; ++n) {
        auto batch = empty_batch(tenant, head);
        for (std::uint64_t order = 0; order < orders_per_commit; ++order) {
            add_order(batch, fmt::format("P{}", head + order)).header = header_of(head + order);
        }
        if (!store.commit({batch})) break;
        head += orders_per_commit;
    }
    return head;
}

std::uint64_t head_of(engine::Store& store) {
    const auto tenants = store.tenants();
    EXPECT_TRUE(tenants) << tenants.error().detail;
    return tenants && !tenants->empty() ? tenants->at(0).head.raw() : 0;
}

void expect_whole(engine::Store& store, std::uint64_t head) {
    const auto problems = store.check();
    ASSERT_TRUE(problems) << problems.error().detail;
    EXPECT_EQ(*problems, std::vector<std::string>{});
    const auto reader = store.reader();
    ASSERT_TRUE(reader);
    const auto orders = (*reader)->scan_orders(tenant, {}, 1'000'000);
    ASSERT_TRUE(orders);
    ASSERT_EQ(orders->size(), head);
    for (std::uint64_t at = 0; at < head; ++at) EXPECT_EQ(orders->at(at).header, header_of(at));
}

void make_store(const std::string& path, const StoreOptions& options, int commits) {
    const auto store = open_sqlite(path, Access::read_write, options);
    ASSERT_TRUE(store) << store.error().detail;
    ASSERT_TRUE((*store)->commit({founding_batch(tenant, "one")}));
    commit_orders(**store, 0, commits);
}

/// What the power loss left of a store: acknowledged commits, at most one that was under way, and room for more.
void expect_recovered(const std::string& path, std::uint64_t acknowledged) {
    auto store = open_sqlite(path, Access::read_write);
    ASSERT_TRUE(store) << store.error().detail;
    const std::uint64_t head = head_of(**store);
    EXPECT_GE(head, acknowledged);
    EXPECT_LE(head, acknowledged + orders_per_commit);
    expect_whole(**store, head);
    if ((*store)->tenants()->empty()) {
        ASSERT_TRUE((*store)->commit({founding_batch(tenant, "one")}));
    }
    EXPECT_EQ(commit_orders(**store, head, 2), head + 2 * orders_per_commit);
    expect_whole(**store, head + 2 * orders_per_commit);
}

/// Runs `work` on a store made by `prepare` once for each call it makes that changes a file, with the power cut before
/// that call. `work` gets the store's path and says which head was acknowledged.
void at_every_cut(const std::function<void(const std::string&)>& prepare,
                  const std::function<std::uint64_t(const std::string&)>& work) {
    std::uint64_t cuts = 0;
    std::uint64_t call = 1;
    for (; call < calls_max; call += stride()) {
        const ScratchFolder folder;
        PowerLoss power;
        prepare(folder.file("store.db"));
        power.cut_before(call);
        const std::uint64_t acknowledged = work(folder.file("store.db"));
        if (!power.is_cut()) break;
        ++cuts;
        power.come_back();
        Random random(call);
        for (const Unsynced unsynced : {Unsynced::lost, Unsynced::kept, Unsynced::by_chance, Unsynced::in_order}) {
            SCOPED_TRACE(fmt::format("cut before call {}, case {}", call, static_cast<int>(unsynced)));
            const ScratchFolder left;
            power.restore_to(left.path(), unsynced, random);
            expect_recovered(left.file("store.db"), acknowledged);
            if (testing::Test::HasFailure()) return;
        }
    }
    EXPECT_GT(cuts, 10U);
    EXPECT_LT(call, calls_max);
    fmt::print("{} cuts\n", cuts);
}

/// The disk of these tests does lose what nobody synced: otherwise they would show nothing.
TEST(PowerLoss, WhatIsNotSyncedMayBeLost) {
    for (const char* synchronous : {"FULL", "OFF"}) {
        const ScratchFolder folder;
        PowerLoss power;
        const auto run = [](const std::string& path, const std::string& sql) {
            sqlite3* database = nullptr;
            EXPECT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
            const int code = sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr);
            sqlite3_close(database);
            return code;
        };
        const std::string path = folder.file("store.db");
        ASSERT_EQ(run(path, "PRAGMA journal_mode = WAL; CREATE TABLE t (a)"), SQLITE_OK);
        ASSERT_EQ(run(path, std::string("PRAGMA synchronous = ") + synchronous + "; INSERT INTO t VALUES (1)"),
                  SQLITE_OK);
        power.come_back();
        const ScratchFolder left;
        Random random(1);
        power.restore_to(left.path(), Unsynced::lost, random);
        const int found = run(left.file("store.db"),
                              "CREATE TABLE is_there AS SELECT 1 / count(*) AS one FROM t;"
                              "CREATE UNIQUE INDEX one ON is_there (one);"
                              "INSERT INTO is_there VALUES (1)");
        EXPECT_EQ(found, std::string_view(synchronous) == "FULL" ? SQLITE_CONSTRAINT : SQLITE_OK);
    }
}

TEST(PowerLoss, FirstOpen) {
    at_every_cut([](const std::string&) {},
                 [](const std::string& path) -> std::uint64_t {
                     const auto store = open_sqlite(path, Access::read_write);
                     if (!store || !(*store)->commit({founding_batch(tenant, "one")})) return 0;
                     return commit_orders(**store, 0, 1);
                 });
}

TEST(PowerLoss, CommitsAndTheEnd) {
    at_every_cut([](const std::string& path) { make_store(path, {}, 4); },
                 [](const std::string& path) -> std::uint64_t {
                     const auto store = open_sqlite(path, Access::read_write);
                     return store ? commit_orders(**store, 4 * orders_per_commit, 3) : 4 * orders_per_commit;
                 });
}

TEST(PowerLoss, CommitsWithCheckpoints) {
    StoreOptions options;
    options.wal_bytes = 24 * 4096;  // after every other commit
    at_every_cut([&](const std::string& path) { make_store(path, options, 10); },
                 [&](const std::string& path) -> std::uint64_t {
                     const auto store = open_sqlite(path, Access::read_write, options);
                     return store ? commit_orders(**store, 10 * orders_per_commit, 6) : 10 * orders_per_commit;
                 });
}

TEST(PowerLoss, ABackupIsSyncedBeforeItHasItsName) {
    std::uint64_t cuts = 0;
    for (std::uint64_t call = 1; call < calls_max; call += stride(), ++cuts) {
        const ScratchFolder folder;
        PowerLoss power;
        make_store(folder.file("store.db"), {}, 20);
        const auto store = open_sqlite(folder.file("store.db"), Access::read_only);
        ASSERT_TRUE(store);
        const std::string copy = folder.file("copy.db");
        power.cut_before(call);
        const auto done = (*store)->backup(copy, {});
        EXPECT_EQ(done.has_value(), std::filesystem::exists(copy));
        if (done) {
            EXPECT_TRUE(power.is_synced(copy + ".partial"));
            expect_whole(**open_sqlite(copy, Access::read_only), 20 * orders_per_commit);
        }
        if (!power.is_cut()) break;
    }
    EXPECT_GT(cuts, 10U);
    fmt::print("{} cuts\n", cuts);
}

}  // namespace
}  // namespace waybill::conformance
