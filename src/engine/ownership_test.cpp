// Processes that share a store: who serves what, hand-over, take-over, and that nothing is written twice or lost.

#include <gtest/gtest.h>

#include <future>
#include <set>
#include <thread>

#include "conformance/private_postgres.hpp"
#include "engine/engine_test_kit.hpp"
#include "engine/ownership.hpp"
#include "storage/open_store.hpp"

namespace waybill::engine::testing {
namespace {

using core::TenantId;
using Where = Placement::Where;

void eventually(const std::function<bool()>& holds, const char* what) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!holds()) {
        ASSERT_LT(std::chrono::steady_clock::now(), until) << what;
        std::this_thread::yield();
    }
}

Process process(ProcessId id, std::string address = "http://x:1") {
    return {id, std::move(address), "", known_format, std::chrono::seconds(1)};
}

OwnedTenant tenant_numbered(std::uint32_t id) {
    OwnedTenant out;
    out.head.tenant = TenantId(id);
    out.format = known_format;
    return out;
}

TEST(PreferredOwner, SpreadsEvenlyAndMovesNoMoreThanItMust) {
    constexpr std::uint32_t tenants = 3'000;
    const std::vector<Process> three{process(4), process(7), process(9)};
    const std::vector<Process> four{process(4), process(7), process(9), process(10)};
    std::map<ProcessId, std::uint32_t> shares;
    std::uint32_t moved = 0;
    for (std::uint32_t id = 1; id <= tenants; ++id) {
        const ProcessId before = preferred_owner(tenant_numbered(id), three);
        const ProcessId after = preferred_owner(tenant_numbered(id), four);
        ++shares[before];
        if (before == after) continue;
        EXPECT_EQ(after, 10U) << "only to the one that came";
        ++moved;
    }
    ASSERT_EQ(shares.size(), 3U);
    for (const auto& [id, share] : shares) EXPECT_NEAR(share, tenants / 3, tenants / 20) << id;
    EXPECT_NEAR(moved, tenants / 4, tenants / 20);
}

TEST(PreferredOwner, IsOneThatIsAliveReachableAndKnowsTheFormat) {
    Process dead = process(1);
    dead.left = std::chrono::microseconds(0);
    const Process alone = process(2, "");
    OwnedTenant later = tenant_numbered(5);
    later.format = known_format + 1;
    EXPECT_EQ(preferred_owner(tenant_numbered(5), {dead, alone}), no_process);
    EXPECT_EQ(preferred_owner(later, {process(3)}), no_process);
    EXPECT_EQ(preferred_owner(tenant_numbered(5), {dead, alone, process(3)}), 3U);
}

class Sharing : public ::testing::Test {
protected:
    struct Node {
        std::unique_ptr<Store> inner;
        std::unique_ptr<FaultyStore> store;
        std::unique_ptr<Shop> shop;
        std::string address;

        [[nodiscard]] Where where(TenantId tenant) const { return shop->engine->placement(tenant).where; }
        [[nodiscard]] OwnershipStats stats() const { return *shop->engine->ownership(); }
    };

    std::unique_ptr<Node> node(const std::string& address) {
        auto out = std::make_unique<Node>();
        out->address = address;
        out->inner = std::move(storage::open_store(address_, storage::Access::read_write).value());
        out->store = std::make_unique<FaultyStore>(*out->inner);
        EngineOptions options;
        options.address = address;
        options.lease = std::chrono::seconds(1);
        out->shop = std::make_unique<Shop>(*out->store, options);
        return out;
    }
    /// Two processes; the tenant of `shop_` is served by `owner_`, everything by one of them.
    void open_two() {
        owner_ = node("http://one:1");
        other_ = node("http://two:2");
        settle(*owner_, *other_);
        Node& maker = owner_->where(system_tenant) == Where::here ? *owner_ : *other_;
        tenant_ = maker.shop->make_tenant("acme");
        settle(*owner_, *other_);
        if (owner_->where(tenant_) != Where::here) std::swap(owner_, other_);
        owner_->shop->tenant = other_->shop->tenant = tenant_;
        owner_->shop->configure(tenant_, 100);
    }
    /// Until each tenant is here at one of the two, where both expect it.
    static void settle(const Node& one, const Node& two) {
        eventually(
            [&] {
                const auto all = one.shop->engine->tenants();
                return !all.empty() && std::all_of(all.begin(), all.end(), [&](const TenantHead& tenant) {
                    const Placement first = one.shop->engine->placement(tenant.tenant);
                    const Placement second = two.shop->engine->placement(tenant.tenant);
                    return (first.where == Where::here && second.address == one.address) ||
                           (second.where == Where::here && first.address == two.address);
                });
            },
            "every tenant has a place");
    }
    /// As a client does: asks whoever serves the tenant, again as long as it is on its way.
    void place(const std::string& number, std::int64_t quantity) {
        eventually(
            [&] {
                Shop& shop = owner_->where(tenant_) == Where::here ? *owner_->shop : *other_->shop;
                return shop.run(shop.keyed(order_of(number, "A", quantity), number)).has_value();
            },
            "the order is taken");
    }
    /// Of item A in the rows, whoever serves them.
    std::int64_t reserved() {
        return std::stoll(conformance::PrivatePostgres::shared().sql(
            address_, "SELECT sum(reserved)::bigint FROM inventory_levels WHERE item = 0 AND tenant_id = " +
                          std::to_string(tenant_.raw())));
    }
    void take_over() {
        owner_->store->lease_not_renewed = true;
        eventually([&] { return other_->where(tenant_) == Where::here; }, "the tenant is taken over");
    }

    std::string address_ = conformance::PrivatePostgres::shared().fresh_schema();
    std::unique_ptr<Node> owner_;
    std::unique_ptr<Node> other_;
    TenantId tenant_;
};

TEST_F(Sharing, TenantsAreSpreadAndFollowWhoComesAndGoes) {
    auto first = node("http://one:1");
    std::vector<TenantId> tenants;
    for (int n = 0; n < 12; ++n) tenants.push_back(first->shop->make_tenant("tenant " + std::to_string(n)));
    for (const TenantId tenant : tenants) EXPECT_EQ(first->where(tenant), Where::here);
    auto second = node("http://two:2");
    const auto served = [&](const Node& at) {
        return std::count_if(tenants.begin(), tenants.end(),
                             [&](TenantId each) { return at.where(each) == Where::here; });
    };
    settle(*first, *second);
    eventually([&] { return served(*second) > 0; }, "some are handed over");
    settle(*first, *second);
    EXPECT_GT(served(*first), 0);
    EXPECT_EQ(served(*first) + served(*second), 12);
    EXPECT_EQ(first->shop->engine->tenants().size(), 13U);
    EXPECT_EQ(second->shop->engine->tenants().size(), 13U);
    first.reset();
    eventually([&] { return served(*second) == 12; }, "what was given up is taken");
    EXPECT_EQ(second->stats().lost, 0U);
    EXPECT_TRUE(audited(*second->store).problems.empty());
}

TEST_F(Sharing, OnlyTheOwnerDecides) {
    open_two();
    EXPECT_EQ(io_failure_of(other_->shop->run(order_of("W-1", "A", 1))), IoFailure::elsewhere);
    EXPECT_FALSE(other_->shop->engine->view(tenant_));
    EXPECT_TRUE(owner_->shop->run(order_of("W-1", "A", 1)));
    EXPECT_EQ(other_->shop->engine->placement(tenant_).address, owner_->address);
}

TEST_F(Sharing, WhoeverIsNotHeardOfAnswersNothingAndWritesNothing) {
    open_two();
    ASSERT_TRUE(owner_->shop->run(order_of("W-1", "A", 10)));
    take_over();
    EXPECT_NE(owner_->where(tenant_), Where::here) << "its lease ends for itself before it ends for the others";
    EXPECT_FALSE(owner_->shop->engine->not_ready().empty());
    EXPECT_EQ(io_failure_of(owner_->shop->run(order_of("W-2", "A", 1))), IoFailure::elsewhere);
    EXPECT_TRUE(other_->shop->run(order_of("W-2", "A", 1)));
    owner_->store->lease_not_renewed = false;
    settle(*owner_, *other_);
    EXPECT_TRUE(owner_->shop->engine->not_ready().empty());
    EXPECT_GT(owner_->stats().lost, 0U);
    place("W-3", 1);
    EXPECT_EQ(reserved(), 12);
    EXPECT_TRUE(audited(*other_->store).problems.empty());
}

TEST_F(Sharing, WhatIsLostDuringALongCommitIsToldOnce) {
    open_two();
    const std::uint64_t served = owner_->stats().served;
    std::promise<Answer> answer;
    owner_->store->gate.close();
    Submission order = owner_->shop->submission(order_of("W-1", "A", 1));
    order.done = [&](Answer told) { answer.set_value(std::move(told)); };
    owner_->shop->engine->submit(std::move(order));
    owner_->store->gate.wait_until_held();
    take_over();
    owner_->store->lease_not_renewed = false;
    // The writer is held, and takes nothing out of memory before the commit has ended; looks go on.
    eventually([&] { return owner_->stats().lost > 0; }, "the loss is seen");
    for (int look = 0; look < 5; ++look) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_EQ(owner_->stats().lost, served);
    owner_->store->gate.open();
    EXPECT_EQ(io_failure_of(answer.get_future().get()), IoFailure::elsewhere);
    settle(*owner_, *other_);
    EXPECT_TRUE(audited(*other_->store).problems.empty());
}

TEST_F(Sharing, ACommitOfUnknownOutcomeIsKnownByItsEventsAfterATakeOver) {
    for (const bool happens : {true, false}) {
        address_ = conformance::PrivatePostgres::shared().fresh_schema();
        open_two();
        owner_->store->head_unreadable = true;
        owner_->store->faults = {{IoError{IoFailure::outcome_unknown, "planned"}, happens}};
        EXPECT_EQ(io_failure_of(owner_->shop->run(owner_->shop->keyed(order_of("W-1", "A", 10), "k"))),
                  IoFailure::outcome_unknown);
        take_over();
        // As many events as the lost commit had, so that the end of the log tells nothing.
        const auto again = other_->shop->run(other_->shop->keyed(order_of("W-1", "A", 10), "k"));
        ASSERT_TRUE(again);
        EXPECT_EQ(again->replayed.has_value(), happens);
        if (happens) {
            EXPECT_TRUE(other_->shop->run(order_of("W-2", "A", 1)));
        }
        owner_->store->head_unreadable = false;
        owner_->store->lease_not_renewed = false;
        settle(*owner_, *other_);
        place("W-3", 1);
        EXPECT_EQ(reserved(), happens ? 12 : 11);
        EXPECT_TRUE(audited(*other_->store).problems.empty());
        owner_.reset();
        other_.reset();
    }
}

TEST_F(Sharing, ATenantWithDamagedDataIsNotServedAndTheOthersAre) {
    auto first = node("http://one:1");
    const TenantId good = first->shop->make_tenant("good");
    const TenantId bad = first->shop->make_tenant("bad");
    first.reset();
    conformance::PrivatePostgres::shared().sql(
        address_, "UPDATE configuration SET doc = '{' WHERE tenant_id = " + std::to_string(bad.raw()));
    const auto again = node("http://one:1");
    EXPECT_EQ(again->where(good), Where::here);
    EXPECT_EQ(again->where(bad), Where::nowhere);
    EXPECT_EQ(again->stats().not_served, 1U);
}

TEST_F(Sharing, AProcessWithoutAnAddressSharesWithNobody) {
    auto alone = node("");
    const TenantId tenant = alone->shop->make_tenant("acme");
    EXPECT_EQ(alone->where(tenant), Where::here);
    const auto store = std::move(storage::open_store(address_, storage::Access::read_write).value());
    SetClock clock;
    for (const char* address : {"", "http://two:2"}) {
        EngineOptions options;
        options.address = address;
        options.lease = std::chrono::seconds(1);
        const auto second = Engine::open(*store, clock, test_zones(), options);
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().kind, IoFailure::locked) << second.error().detail;
    }
    alone.reset();
    EXPECT_EQ(node("http://two:2")->where(tenant), Where::here);
}

TEST_F(Sharing, TheLastRenewalOfAProcessThatDiedMayBeHeardLate) {
    auto dead = node("");
    const TenantId tenant = dead->shop->make_tenant("acme");
    dead->store->lease_not_renewed = true;
    auto leases = std::move(dead->inner->leases().value());
    auto next = std::async(std::launch::async, [&] { return node(""); });
    std::vector<Process> processes;
    eventually([&] { return (processes = leases->look()->processes).size() == 2; }, "the next one has come");
    // It has looked at the lease; then a session that stood still comes to what the dead one had asked of it.
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
    EXPECT_TRUE(leases->renew(processes.front().id, std::chrono::seconds(1)));
    EXPECT_EQ(next.get()->where(tenant), Where::here) << "when that lease, too, has run out";
}

}  // namespace
}  // namespace waybill::engine::testing
