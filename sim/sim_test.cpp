// The simulator itself: the same seed is the same run, scripts survive being written down, and what it is given to find
// it finds.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "sim/model.hpp"
#include "sim/run.hpp"
#include "sim/shrink.hpp"
#include "sim/world.hpp"

namespace waybill::sim {
namespace {

constexpr std::uint32_t steps = 30;

TEST(Simulator, TheSameSeedIsTheSameRun) {
    for (const std::uint64_t seed : {3U, 4U, 9U}) {
        const Script script = plan(seed, steps);
        const RunResult first = run(script, StoreKind::memory);
        const RunResult second = run(script, StoreKind::memory);
        EXPECT_EQ(first.problems, std::vector<std::string>{});
        EXPECT_EQ(first.trace_hash, second.trace_hash);
        EXPECT_EQ(first.comments, second.comments);
        EXPECT_EQ(first.state_hashes, second.state_hashes);
        EXPECT_GT(first.accepted, steps / 3);
    }
    EXPECT_NE(run(plan(3, steps), StoreKind::memory).trace_hash, run(plan(4, steps), StoreKind::memory).trace_hash);
}

TEST(Simulator, BothStoresAreAnsweredAlike) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        EXPECT_EQ(run_on_both(plan(seed, steps)).problems, std::vector<std::string>{}) << "seed " << seed;
    }
}

/// The writer tries a store in trouble after its last answer. A look on another thread once committed half of that.
TEST(Simulator, TheStoreIsLookedAtBetweenTheWritersAttempts) {
    World world(StoreKind::sqlite, 0);
    core::TenantSettings settings;
    settings.name = "Acme";
    settings.currency = Currency::parse("USD").value();
    (void)world.make_tenant(settings);
    Request request;
    request.makes_tenant = true;
    settings.name = "Other";
    request.command = core::ConfigureTenant{settings};
    for (int round = 0; round < 200; ++round) {
        const std::vector<Answer> answers = world.run_together({request}, {"someone"}, {}, Fault::unavailable);
        ASSERT_FALSE(answers.front());
        for (int look = 0; look < 3; ++look) {
            world.with_store([](engine::Store& store) { EXPECT_EQ(store.tenants()->size(), 2U); });
        }
    }
    world.with_store([](engine::Store& store) { EXPECT_TRUE(store.check()->empty()); });
}

TEST(Simulator, PlansHaveEveryKindOfCommandAndFault) {
    std::set<Does> does;
    std::set<Fault> faults;
    std::set<OpKind> kinds;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        for (const Op& op : plan(seed, 40).ops) {
            kinds.insert(op.kind);
            if (op.kind == OpKind::command) does.insert(op.does);
            if (op.kind == OpKind::round) faults.insert(op.fault);
        }
    }
    EXPECT_EQ(does.size(), does_kinds);
    EXPECT_EQ(faults.size(), fault_kinds);
    EXPECT_EQ(kinds.size(), 8U) << "all but happenings of a cluster";
}

TEST(Cluster, TheSameSeedIsTheSameRun) {
    for (const std::uint64_t seed : {2U, 5U}) {
        const Script script = plan_cluster(seed, steps);
        const RunResult first = run_cluster(script);
        const RunResult second = run_cluster(script);
        EXPECT_EQ(first.problems, std::vector<std::string>{});
        EXPECT_EQ(first.trace_hash, second.trace_hash);
        EXPECT_EQ(first.state_hashes, second.state_hashes);
        EXPECT_GT(first.accepted, steps / 3);
    }
}

TEST(Cluster, PlansHaveEveryHappeningAndFault) {
    std::set<HappeningKind> kinds;
    std::set<std::pair<Call, NetFault>> faults;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        for (const Op& op : plan_cluster(seed, 40).ops) {
            if (op.kind != OpKind::happening) continue;
            kinds.insert(op.happening.kind);
            if (op.happening.kind == HappeningKind::fault) faults.emplace(op.happening.call, op.happening.fault);
        }
    }
    EXPECT_EQ(kinds.size(), happening_kinds);
    EXPECT_EQ(faults.size(), 13U) << "only a commit finds the store full";
}

TEST(Script, OfAClusterIsReadAsItWasWritten) {
    const Script script = plan_cluster(17, 40);
    const auto read = parse_script(text_of(script));
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(*read, script);
    EXPECT_EQ(parse_script("waybill-sim 1 tenants 1\ncut 1\n").error(), "line 2: `cut` is no step of such a script");
}

TEST(Script, IsReadAsItWasWritten) {
    const Script script = plan(17, 40);
    const auto read = parse_script("# a comment\n\n" + text_of(script));
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(*read, script);
}

TEST(Script, SaysWhichLineIsWrong) {
    EXPECT_EQ(parse_script("").error(), "line 1: must be `waybill-sim 1 tenants N`");
    EXPECT_EQ(parse_script("waybill-sim 1 tenants 1\n\nfly 0 1\n").error(), "line 3: `fly` is no step of a script");
    EXPECT_EQ(parse_script("waybill-sim 1 tenants 1\nround soggy\n").error(), "line 2: `round` is no step of a script");
    EXPECT_EQ(parse_script("waybill-sim 1 tenants 1\nship_order 10 f\n").error(),
              "line 2: tenants are numbered from 0 to 9");
}

TEST(Shrink, LeavesOnlyTheLinesThatMatter) {
    const Script script = plan(5, 40);
    // Fails when a check comes somewhere after a jump of the clock.
    const auto fails = [](const Script& one) {
        const auto kind_is = [](OpKind kind) { return [kind](const Op& op) { return op.kind == kind; }; };
        const auto jump = std::find_if(one.ops.begin(), one.ops.end(), kind_is(OpKind::clock));
        return std::any_of(jump, one.ops.end(), kind_is(OpKind::check)) ? Ending::found : Ending::clean;
    };
    const Shrunk shrunk = shrink(script, fails);
    ASSERT_TRUE(shrunk.failed);
    ASSERT_EQ(shrunk.script.ops.size(), 2U);
    EXPECT_EQ(shrunk.script.ops[0].kind, OpKind::clock);
    EXPECT_EQ(shrunk.script.ops[1].kind, OpKind::check);
}

TEST(ModelMoney, RoundsAndSharesAsTheDocumentsSay) {
    EXPECT_EQ(part_of(5, 1, 2), 2);
    EXPECT_EQ(part_of(7, 1, 2), 4);
    EXPECT_EQ(part_of(-5, 1, 2), -2);
    EXPECT_EQ(part_of(-7, 1, 3), -2);
    EXPECT_EQ(shared_out(100, {1, 1, 1}), (std::vector<std::int64_t>{34, 33, 33}));
    EXPECT_EQ(shared_out(5, {0, 0}), (std::vector<std::int64_t>{5, 0}));
}

}  // namespace
}  // namespace waybill::sim
