// What can happen to a store on a disk: no space, no rights, foreign or broken files, another process, sudden death.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <unistd.h>
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "conformance/batches.hpp"
#include "conformance/child_process.hpp"
#include "conformance/random_history.hpp"
#include "conformance/scratch_folder.hpp"
#include "storage/open_store.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace waybill::conformance {
namespace {

using core::OrderId;
using core::Sequence;
using core::TenantId;
using engine::IoError;
using engine::IoFailure;
using storage::Access;
using storage::StoreOptions;
using storage::sqlite::open_sqlite;

constexpr TenantId tenant(1);

std::unique_ptr<engine::Store> open_or_die(const std::string& path, const StoreOptions& options = {}) {
    auto store = open_sqlite(path, Access::read_write, options);
    EXPECT_TRUE(store) << store.error().detail;
    return std::move(store.value());
}

/// A store with one tenant and some orders.
void make_store(const std::string& path, int orders) {
    const auto store = open_or_die(path);
    ASSERT_TRUE(store->commit({founding_batch(tenant, "one")}));
    auto batch = empty_batch(tenant, 0);
    for (int n = 0; n < orders; ++n) add_order(batch, fmt::format("A{}", n));
    ASSERT_TRUE(store->commit({batch}));
}

IoError refusal(const std::string& path, Access access) {
    auto store = open_sqlite(path, access);
    EXPECT_FALSE(store) << "was opened";
    return store ? IoError{} : store.error();
}

std::string bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void execute(const std::string& path, const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
    sqlite3_close(database);
}

/// Commits orders one by one until it fails; the head that was reached and the failure.
std::pair<std::uint64_t, IoError> fill(engine::Store& store, std::uint64_t head, int most) {
    for (int n = 0; n < most; ++n) {
        auto batch = empty_batch(tenant, head);
        add_order(batch, fmt::format("B{}", head)).header = std::string(2'000, 'x');
        const auto done = store.commit({batch});
        if (!done) return {head, done.error()};
        ++head;
    }
    return {head, {}};
}

void expect_whole(engine::Store& store, std::uint64_t head) {
    const auto tenants = store.tenants();
    ASSERT_TRUE(tenants) << tenants.error().detail;
    EXPECT_EQ(tenants->at(0).head, Sequence(head));
    const auto problems = store.check();
    ASSERT_TRUE(problems) << problems.error().detail;
    EXPECT_EQ(*problems, std::vector<std::string>{});
    const auto reader = store.reader();
    ASSERT_TRUE(reader);
    const auto orders = (*reader)->scan_orders(tenant, {}, 1'000'000);
    ASSERT_TRUE(orders);
    EXPECT_EQ(orders->size(), head);
}

TEST(SqliteFaults, AFullStoreRefusesAndKeepsWhatItHas) {
    const ScratchFolder folder;
    const std::string path = folder.file("store.db");
    make_store(path, 3);
    StoreOptions options;
    options.bytes_max = std::filesystem::file_size(path) + 100'000;
    std::uint64_t reached = 0;
    {
        const auto store = open_or_die(path, options);
        const auto [head, error] = fill(*store, 3, 1'000);
        EXPECT_EQ(error.kind, IoFailure::full) << error.detail;
        EXPECT_TRUE(error.retryable());
        EXPECT_GT(head, 3U);
        reached = head;
        expect_whole(*store, head);
    }
    const auto store = open_or_die(path);
    expect_whole(*store, reached);
    EXPECT_EQ(fill(*store, reached, 10).first, reached + 10);
}

TEST(SqliteFaults, ADiskThatTakesNoMoreLeavesNoHalfCommit) {
    const ScratchFolder folder;
    const std::string path = folder.file("store.db");
    make_store(path, 1);
    // A limit on file sizes makes the system refuse writes in the middle of a commit; it is the child's own.
    ChildProcess child([&](int pipe) {
        ::signal(SIGXFSZ, SIG_IGN);
        const auto store = open_or_die(path);
        const auto [first_head, no_error] = fill(*store, 1, 5);
        struct rlimit limit {};
        ::getrlimit(RLIMIT_FSIZE, &limit);
        const rlim_t before = limit.rlim_cur;
        limit.rlim_cur = std::filesystem::file_size(path + "-wal") + 40'000;
        ::setrlimit(RLIMIT_FSIZE, &limit);
        const auto [head, error] = fill(*store, first_head, 1'000);
        limit.rlim_cur = before;
        ::setrlimit(RLIMIT_FSIZE, &limit);
        tell(pipe, head);
        tell(pipe, static_cast<std::uint64_t>(error.kind));
        const auto tenants = store->tenants();
        tell(pipe, tenants ? tenants->at(0).head.raw() : 0);
        // What was refused can be done when there is room again.
        tell(pipe, fill(*store, head, 3).first);
        return 0;
    });
    std::uint64_t head = 0;
    std::uint64_t kind = 0;
    std::uint64_t seen = 0;
    std::uint64_t after = 0;
    ASSERT_TRUE(child.read(head) && child.read(kind) && child.read(seen) && child.read(after));
    EXPECT_EQ(child.wait(), 0);
    const auto failure = static_cast<IoFailure>(kind);
    EXPECT_TRUE(failure == IoFailure::full || failure == IoFailure::outcome_unknown ||
                failure == IoFailure::unavailable)
        << kind;
    EXPECT_LT(head, 1'000U);
    EXPECT_EQ(seen, head);
    EXPECT_EQ(after, head + 3);
    expect_whole(*open_or_die(path), head + 3);
}

TEST(SqliteFaults, OpenedForReadingNothingIsWritten) {
    const ScratchFolder folder;
    const std::string path = folder.file("store.db");
    make_store(path, 2);
    const std::string before = bytes_of(path);
    auto store = open_sqlite(path, Access::read_only);
    ASSERT_TRUE(store) << store.error().detail;
    auto batch = empty_batch(tenant, 2);
    add_order(batch, "new");
    const auto done = (*store)->commit({batch});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, IoFailure::read_only);
    expect_whole(**store, 2);
    store->reset();
    EXPECT_EQ(bytes_of(path), before);
}

TEST(SqliteFaults, AFileThatMayNotBeWrittenIsSaidToBeReadOnly) {
    const ScratchFolder folder;
    const std::string path = folder.file("store.db");
    make_store(path, 2);
    using std::filesystem::perms;
    std::filesystem::permissions(path, perms::owner_read | perms::group_read | perms::others_read);
    std::filesystem::permissions(folder.path(), perms::owner_all | perms::group_read | perms::group_exec |
                                                    perms::others_read | perms::others_exec);
    std::filesystem::remove(path + ".lock");
    ChildProcess child([&](int pipe) {
        // Rights do not bind the superuser, so the child gives that up.
        if (::geteuid() == 0 && ::setuid(65'534) != 0) return 2;
        tell(pipe, static_cast<std::uint64_t>(refusal(path, Access::read_write).kind));
        const auto store = open_sqlite(path, Access::read_only);
        tell(pipe, store ? (*store)->tenants()->at(0).head.raw() : 999);
        return 0;
    });
    std::uint64_t kind = 0;
    std::uint64_t head = 0;
    ASSERT_TRUE(child.read(kind) && child.read(head));
    EXPECT_EQ(child.wait(), 0);
    EXPECT_EQ(static_cast<IoFailure>(kind), IoFailure::read_only);
    EXPECT_EQ(head, 2U);
    std::filesystem::permissions(path, perms::owner_all);
}

TEST(SqliteFaults, BrokenPagesAreFound) {
    const ScratchFolder folder;
    const std::string path = folder.file("store.db");
    make_store(path, 300);
    const auto size = static_cast<std::streamoff>(std::filesystem::file_size(path));
    {
        std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
        for (std::streamoff at = 8 * 4096; at + 4096 <= size; at += 4096) {
            file.seekp(at);
            file.write("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8);
        }
    }
    auto store = open_sqlite(path, Access::read_only);
    if (!store) {
        EXPECT_EQ(store.error().kind, IoFailure::corrupt) << store.error().detail;
        return;
    }
    const auto problems = (*store)->check();
    ASSERT_TRUE(problems) << problems.error().detail;
    EXPECT_FALSE(problems->empty());
    const auto orders = (*store)->reader().value()->scan_orders(tenant, {}, 1'000);
    ASSERT_FALSE(orders);
    EXPECT_EQ(orders.error().kind, IoFailure::corrupt) << orders.error().detail;
    EXPECT_FALSE(orders.error().retryable());
}

TEST(SqliteFaults, FilesOfOthersAreNoStores) {
    const ScratchFolder folder;
    const std::string text = folder.file("letter.txt");
    std::ofstream(text) << std::string(5'000, 'a');
    EXPECT_EQ(refusal(text, Access::read_write).kind, IoFailure::not_a_store);
    EXPECT_EQ(refusal(text, Access::read_only).kind, IoFailure::not_a_store);
    EXPECT_EQ(bytes_of(text), std::string(5'000, 'a'));

    const std::string foreign = folder.file("foreign.db");
    execute(foreign, "CREATE TABLE letters (text TEXT); INSERT INTO letters VALUES ('dear')");
    const std::string before = bytes_of(foreign);
    EXPECT_EQ(refusal(foreign, Access::read_write).kind, IoFailure::not_a_store);
    EXPECT_EQ(refusal(foreign, Access::read_only).kind, IoFailure::not_a_store);
    EXPECT_EQ(bytes_of(foreign), before);

    EXPECT_EQ(refusal(folder.file("missing.db"), Access::read_only).kind, IoFailure::unavailable);
    EXPECT_EQ(refusal(folder.file("no/such/folder.db"), Access::read_write).kind, IoFailure::unavailable);
}

TEST(SqliteFaults, ANewerSchemaIsNamed) {
    const ScratchFolder folder;
    const std::string path = folder.file("store.db");
    make_store(path, 1);
    execute(path, "PRAGMA user_version = 9000");
    for (const Access access : {Access::read_write, Access::read_only}) {
        const IoError error = refusal(path, access);
        EXPECT_EQ(error.kind, IoFailure::newer_schema);
        EXPECT_NE(error.detail.find("9000"), std::string::npos) << error.detail;
        EXPECT_NE(error.detail.find("up to 13"), std::string::npos) << error.detail;
    }
}

TEST(SqliteFaults, OneProcessWritesAtATime) {
    const ScratchFolder folder;
    const std::string path = folder.file("store.db");
    make_store(path, 1);
    ChildProcess holder([&](int pipe) {
        const auto store = open_or_die(path);
        tell(pipe, 1);
        ::pause();
        return 0;
    });
    std::uint64_t ready = 0;
    ASSERT_TRUE(holder.read(ready));
    const IoError error = refusal(path, Access::read_write);
    EXPECT_EQ(error.kind, IoFailure::locked);
    EXPECT_NE(error.detail.find("another process"), std::string::npos) << error.detail;
    auto looking = open_sqlite(path, Access::read_only);
    ASSERT_TRUE(looking) << looking.error().detail;
    holder.kill_hard();
    const auto store = open_or_die(path);
    EXPECT_EQ(refusal(path, Access::read_write).kind, IoFailure::locked) << "also within one process";
}

TEST(SqliteFaults, NothingAcknowledgedIsLostWhenTheProcessIsKilled) {
    const ScratchFolder folder;
    const std::string path = folder.file("store.db");
    make_store(path, 0);
    Random random(4711);
    std::uint64_t head = 0;
    for (int round = 0; round < 10; ++round) {
        ChildProcess writer([&](int pipe) {
            StoreOptions options;
            options.wal_bytes = 64 * 4096;  // many checkpoints, so that some are cut short
            const auto store = open_or_die(path, options);
            for (std::uint64_t at = head;;) {
                auto batch = empty_batch(tenant, at);
                for (int n = 0; n < 5; ++n) {
                    auto& order = add_order(batch, fmt::format("K{}", at + static_cast<std::uint64_t>(n)));
                    order.header = std::string(500, 'h');
                    order.items = {static_cast<core::ItemIx>(n * 7)};
                }
                if (!store->commit({batch})) return 3;
                at += 5;
                tell(pipe, at);
            }
        });
        std::uint64_t acknowledged = 0;
        for (std::uint32_t n = 0; n <= random.below(40); ++n) ASSERT_TRUE(writer.read(acknowledged));
        writer.kill_hard();
        for (std::uint64_t late = 0; writer.read(late);) acknowledged = late;

        const auto store = open_or_die(path);
        head = store->tenants()->at(0).head.raw();
        EXPECT_GE(head, acknowledged);
        EXPECT_LE(head, acknowledged + 5) << "a commit that nobody was told of is at most one";
        expect_whole(*store, head);
    }
}

TEST(SqliteFaults, ABackupTakenWhileWritingIsAPrefix) {
    const ScratchFolder folder;
    const std::string path = folder.file("store.db");
    make_store(path, 0);
    const auto store = open_or_die(path);
    std::uint64_t head = fill(*store, 0, 2'000).first;
    const std::uint64_t head_before = head;
    const std::string copy = folder.file("copy.db");
    std::uint64_t steps = 0;
    std::uint64_t last_done = 0;
    std::uint64_t last_all = 0;
    const auto done = store->backup(copy, [&](std::uint64_t pages, std::uint64_t all) {
        ++steps;
        last_done = pages;
        last_all = all;
        head = fill(*store, head, 50).first;
    });
    ASSERT_TRUE(done) << done.error().detail;
    EXPECT_GT(steps, 1U);
    EXPECT_EQ(last_done, last_all);
    EXPECT_GT(head, head_before);
    expect_whole(*store, head);
    expect_whole(*open_or_die(copy), head_before);

    const auto again = store->backup(copy, {});
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, IoFailure::read_only);
}

TEST(SqliteFaults, AnErasedNameIsNotInTheFile) {
    const ScratchFolder folder;
    const std::string path = folder.file("store.db");
    make_store(path, 1);
    {
        const auto store = open_or_die(path);
        auto batch = empty_batch(tenant, 1);
        for (std::uint64_t n = 1; n < 200; ++n) {
            batch.persons.push_back(
                {core::PersonId(n), core::CustomerId(n), {}, fmt::format("{{\"name\":\"Zebulon{}\"}}", n)});
        }
        ASSERT_TRUE(store->commit({batch}));
    }
    ASSERT_NE(bytes_of(path).find("ebulon77"), std::string::npos);
    {
        const auto store = open_or_die(path);
        auto batch = empty_batch(tenant, 1);
        batch.erased = {core::CustomerId(77)};
        ASSERT_TRUE(store->commit({batch}));
    }
    EXPECT_EQ(bytes_of(path).find("ebulon77"), std::string::npos);
    EXPECT_NE(bytes_of(path).find("ebulon78"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(path + "-wal"));
}

TEST(OpenStore, UnderstandsAddresses) {
    const ScratchFolder folder;
    EXPECT_EQ(storage::open_store("memory:", Access::read_write).value()->kind(), "memory");
    EXPECT_EQ(storage::open_store("sqlite:" + folder.file("a"), Access::read_write).value()->kind(), "sqlite");
    EXPECT_EQ(storage::open_store(folder.file("b"), Access::read_write).value()->kind(), "sqlite");
    EXPECT_EQ(storage::open_store("postgres://127.0.0.1:1/base", Access::read_write).error().kind,
              IoFailure::unavailable);
    for (const char* wrong : {"", "mysql:base", "postgresql:base"}) {
        const auto store = storage::open_store(wrong, Access::read_write);
        ASSERT_FALSE(store) << wrong;
        EXPECT_EQ(store.error().kind, IoFailure::not_a_store);
    }
}

}  // namespace
}  // namespace waybill::conformance
