// Leases: who gets a tenant, when, and that nobody else can write to it. On every store that processes can share, and
// what only locks of a database can show.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "conformance/batches.hpp"
#include "conformance/private_postgres.hpp"
#include "storage/memory/memory_store.hpp"
#include "storage/open_store.hpp"
#include "storage/postgres/connection.hpp"

namespace waybill::conformance {
namespace {

using core::TenantId;
using engine::IoFailure;
using engine::Membership;
using engine::OwnedTenant;
using engine::ProcessId;

constexpr TenantId one{1};
constexpr TenantId two{2};
constexpr std::chrono::hours long_lease{1};

class LeasesTest : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        if (std::string(GetParam()) == "memory") {
            rows_ = std::make_shared<storage::memory::SharedRows>();
            rows_->clock = [] { return Instant(1'782'000'000'000'000); };
            store_ = storage::memory::open_memory(rows_);
        } else {
            database_ = PrivatePostgres::shared().fresh_database();
            store_ = std::move(storage::open_store(database_, storage::Access::read_write).value());
        }
        leases_ = store_->leases().value();
        ASSERT_TRUE(store_->commit({founding_batch(one, "one"), founding_batch(two, "two")}));
        first_ = join("http://first:1");
        second_ = join("http://second:2");
    }

    ProcessId join(const std::string& address) {
        return leases_->join({engine::no_process, address, "1.2.3", engine::known_format, {}}, long_lease).value();
    }
    std::vector<OwnedTenant> claim(ProcessId self, const std::vector<TenantId>& tenants) {
        auto claimed = leases_->claim(self, tenants);
        EXPECT_TRUE(claimed) << claimed.error().detail;
        return claimed ? *claimed : std::vector<OwnedTenant>();
    }
    std::optional<Membership> renew(ProcessId self) {
        auto seen = leases_->renew(self, long_lease);
        EXPECT_TRUE(seen) << seen.error().detail;
        return seen ? *seen : std::nullopt;
    }
    OwnedTenant seen(TenantId tenant) { return leases_->look()->tenants.at(tenant.raw() - 1); }
    /// A lease that ended a second ago.
    void expire(ProcessId process) { ASSERT_TRUE(leases_->renew(process, std::chrono::seconds(-1))); }
    void set_format(TenantId tenant, std::uint32_t format) {
        if (rows_) {
            rows_->tenants.at(tenant).format = format;
        } else {
            sql(fmt::format("UPDATE tenants SET format = {} WHERE tenant_id = {}", format, tenant.raw()));
        }
    }
    void sql(const std::string& text) { PrivatePostgres::shared().sql(database_, text); }
    Result<Unit, engine::IoError> write(TenantId tenant, engine::Epoch epoch) {
        auto batch = empty_batch(tenant, store_->reader().value()->head(tenant).value().raw());
        batch.epoch = epoch;
        add_order(batch, fmt::format("order {}", ++orders_));
        return store_->commit({batch});
    }
    /// Runs a script of another session, and returns when that holds a lock on a row of the table.
    std::future<std::string> hold(const std::string& table, const std::string& script) {
        auto held =
            std::async(std::launch::async, [=, this] { return PrivatePostgres::shared().sql(database_, script); });
        const std::string holds = fmt::format(
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%/* holds {} */%' AND wait_event = 'PgSleep' AND "
            "pid"
            " <> pg_backend_pid()",
            table);
        while (PrivatePostgres::shared().sql(database_, holds) == "0\n") std::this_thread::yield();
        return held;
    }

    std::shared_ptr<storage::memory::SharedRows> rows_;
    std::string database_;
    std::unique_ptr<engine::Store> store_;
    std::unique_ptr<engine::Leases> leases_;
    ProcessId first_ = engine::no_process;
    ProcessId second_ = engine::no_process;
    int orders_ = 0;
};

class PostgresLeasesTest : public LeasesTest {};

TEST_P(LeasesTest, ALookShowsProcessesAndTenants) {
    const auto look = leases_->look();
    ASSERT_TRUE(look) << look.error().detail;
    ASSERT_EQ(look->processes.size(), 2U);
    EXPECT_EQ(look->processes[0].id, first_);
    EXPECT_EQ(look->processes[0].address, "http://first:1");
    EXPECT_EQ(look->processes[0].version, "1.2.3");
    EXPECT_EQ(look->processes[0].format, engine::known_format);
    EXPECT_TRUE(look->processes[0].is_live());
    EXPECT_LE(look->processes[0].left, long_lease);
    ASSERT_EQ(look->tenants.size(), 2U);
    EXPECT_EQ(look->tenants[1].head.name, "two");
    EXPECT_EQ(look->tenants[1].owner, engine::no_process);
    EXPECT_EQ(look->tenants[1].epoch, 0U);
}

TEST_P(LeasesTest, ATenantGoesToOneProcess) {
    const auto claimed = claim(first_, {one, two});
    ASSERT_EQ(claimed.size(), 2U);
    EXPECT_EQ(claimed[0].head.tenant, one);
    EXPECT_EQ(claimed[0].owner, first_);
    EXPECT_EQ(claimed[0].epoch, 1U);
    EXPECT_TRUE(claim(second_, {one, two}).empty());
    EXPECT_EQ(seen(two).owner, first_);
}

TEST_P(LeasesTest, AnExpiredLeaseGivesItsTenantsAway) {
    claim(first_, {one, two});
    expire(first_);
    EXPECT_FALSE(leases_->look()->processes[0].is_live());
    const auto claimed = claim(second_, {one});
    ASSERT_EQ(claimed.size(), 1U);
    EXPECT_EQ(claimed[0].epoch, 2U);
    // What nobody took is still the first one's when it comes back, and it learns what is not.
    const auto back = renew(first_);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->tenants[0].owner, second_);
    EXPECT_EQ(back->tenants[1].owner, first_);
    EXPECT_EQ(back->tenants[1].epoch, 1U);
    EXPECT_TRUE(claim(second_, {two}).empty());
}

TEST_P(LeasesTest, AFormerOwnerCanNotWrite) {
    claim(first_, {one});
    ASSERT_TRUE(write(one, 1));
    expire(first_);
    claim(second_, {one});
    const auto late = write(one, 1);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind, IoFailure::conflict);
    EXPECT_TRUE(write(one, 2));
    const auto settled = store_->reader().value()->settled(one);
    EXPECT_EQ(settled->head, core::Sequence(2));
    EXPECT_EQ(settled->epoch, 2U);
}

TEST_P(LeasesTest, ATenantThatIsGivenUpIsFreeAtOnce) {
    claim(first_, {one, two});
    ASSERT_TRUE(leases_->release(second_, {{one, 1}}));
    EXPECT_EQ(seen(one).owner, first_) << "only an owner gives up";
    ASSERT_TRUE(leases_->release(first_, {{one, 1}}));
    EXPECT_FALSE(write(one, 1)) << "who gave up writes no more";
    ASSERT_EQ(claim(second_, {one, two}).size(), 1U);
    EXPECT_EQ(seen(one).epoch, 3U);
    ASSERT_TRUE(leases_->release(second_, {{one, 1}}));
    EXPECT_EQ(seen(one).owner, second_) << "a release of an earlier time comes late";
    ASSERT_TRUE(leases_->leave(first_));
    EXPECT_EQ(seen(two).owner, engine::no_process);
    EXPECT_EQ(leases_->look()->processes.size(), 1U);
    EXPECT_FALSE(renew(first_)) << "it was forgotten";
}

TEST_P(LeasesTest, ATenantOfAFormatToComeIsLeftAlone) {
    set_format(two, engine::known_format + 1);
    const auto claimed = claim(first_, {one, two});
    ASSERT_EQ(claimed.size(), 1U);
    EXPECT_EQ(claimed[0].head.tenant, one);
}

TEST_P(PostgresLeasesTest, AClaimWaitsForNoCommit) {
    auto held =
        hold("tenants",
             "BEGIN; UPDATE tenants SET head = head WHERE tenant_id = 1; /* holds tenants */ SELECT pg_sleep(0.5);"
             " COMMIT");
    const auto claimed = claim(first_, {one, two});
    EXPECT_EQ(held.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
    ASSERT_EQ(claimed.size(), 1U);
    EXPECT_EQ(claimed[0].head.tenant, two);
    held.get();
    EXPECT_EQ(claim(first_, {one}).size(), 1U);
}

TEST_P(PostgresLeasesTest, ARenewalSeesAClaimThatWasUnderWay) {
    claim(first_, {one});
    expire(first_);
    auto held =
        hold("processes", fmt::format("BEGIN; SELECT process_id FROM processes WHERE process_id = {} FOR UPDATE;"
                                      " UPDATE tenants SET owner = {}, epoch = epoch + 1 WHERE tenant_id = 1;"
                                      " /* holds processes */ SELECT pg_sleep(0.5); COMMIT",
                                      first_, second_));
    const auto back = renew(first_);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->tenants[0].owner, second_);
    EXPECT_EQ(back->tenants[0].epoch, 2U);
    held.get();
}

TEST_P(PostgresLeasesTest, ASessionThatAFormerOwnerLeftOpenIsEnded) {
    claim(first_, {one});
    const auto left = storage::postgres::Connection::open(database_, std::chrono::seconds(60)).value();
    const auto holds = [&left] { return left->run("UPDATE tenants SET head = head WHERE tenant_id = 1").has_value(); };
    left->queue_control("BEGIN");
    ASSERT_TRUE(holds());
    EXPECT_TRUE(claim(second_, {one}).empty());
    EXPECT_TRUE(holds()) << "the owner lives";
    expire(first_);
    while (claim(second_, {one}).empty()) std::this_thread::yield();
    EXPECT_FALSE(holds());
    EXPECT_EQ(seen(one).owner, second_);
}

TEST_P(LeasesTest, ManyWhoClaimAtOnceGetEachTenantOnce) {
    for (std::uint32_t n = 3; n <= 30; ++n) {
        ASSERT_TRUE(store_->commit({founding_batch(TenantId(n), fmt::format("tenant {}", n))}));
    }
    std::vector<TenantId> all;
    for (std::uint32_t n = 1; n <= 30; ++n) all.emplace_back(n);
    std::vector<std::future<std::vector<OwnedTenant>>> claims;
    for (int process = 0; process < 6; ++process) {
        claims.push_back(std::async(std::launch::async, [&, process] {
            const auto leases = store_->leases().value();
            const auto self =
                leases->join({engine::no_process, fmt::format("http://many:{}", process), "", 1, {}}, long_lease)
                    .value();
            return leases->claim(self, all).value();
        }));
    }
    std::map<TenantId, int> owners;
    for (auto& each : claims) {
        for (const OwnedTenant& tenant : each.get()) ++owners[tenant.head.tenant];
    }
    for (const auto& [tenant, times] : owners) EXPECT_EQ(times, 1) << tenant.raw();
    const auto seen = leases_->look().value();
    for (const OwnedTenant& tenant : seen.tenants) {
        EXPECT_EQ(owners.contains(tenant.head.tenant), tenant.owner != engine::no_process)
            << tenant.head.tenant.raw() << " of " << tenant.owner << " in epoch " << tenant.epoch;
    }
}

std::string store_name(const testing::TestParamInfo<const char*>& param) { return param.param; }

INSTANTIATE_TEST_SUITE_P(Stores, LeasesTest, testing::Values("memory", "postgres"), store_name);
INSTANTIATE_TEST_SUITE_P(Stores, PostgresLeasesTest, testing::Values("postgres"), store_name);

}  // namespace
}  // namespace waybill::conformance
