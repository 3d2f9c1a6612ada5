// Random histories and random questions: every store answers as the memory store does.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <filesystem>

#include "conformance/dump.hpp"
#include "conformance/private_postgres.hpp"
#include "conformance/random_history.hpp"
#include "conformance/scratch_folder.hpp"
#include "storage/memory/memory_store.hpp"
#include "storage/postgres/postgres_store.hpp"
#include "storage/sqlite/sqlite_reader.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace waybill::conformance {
namespace {

using core::TenantId;

/// A store that is held against the one in memory.
class Candidate {
public:
    virtual ~Candidate() = default;
    /// Opens it, again as after a restart.
    void open() {
        hasty_reader.reset();
        reader.reset();
        store.reset();
        open_store();
        reader = std::move(store->reader().value());
    }

    std::unique_ptr<engine::Store> store;
    std::unique_ptr<engine::Reader> reader;
    std::unique_ptr<engine::Reader> hasty_reader;  ///< searches stop after one order in vain; not every store has one

private:
    virtual void open_store() = 0;
};

class SqliteCandidate final : public Candidate {
    void open_store() override {
        const std::string path = folder_.file("store.db");
        store = std::move(storage::sqlite::open_sqlite(path, storage::Access::read_write).value());
        hasty_reader = std::move(storage::sqlite::open_reader(path, {.search_rows_max = 1}).value());
    }
    ScratchFolder folder_;
};

class PostgresCandidate final : public Candidate {
    void open_store() override {
        store = std::move(storage::postgres::open_postgres(uri_, storage::Access::read_write).value());
    }
    std::string uri_ = PrivatePostgres::shared().fresh_schema();
};

struct Pair {
    std::unique_ptr<engine::Store> memory = storage::memory::open_memory();
    std::unique_ptr<engine::Reader> memory_reader = std::move(memory->reader().value());
    std::unique_ptr<Candidate> other;

    explicit Pair(std::unique_ptr<Candidate> candidate) : other(std::move(candidate)) { other->open(); }
    void commit(const std::vector<engine::TenantBatch>& batches, bool accepted) {
        const auto in_memory = memory->commit(batches);
        const auto in_other = other->store->commit(batches);
        ASSERT_EQ(in_memory.has_value(), accepted) << (accepted ? in_memory.error().detail : "was taken");
        ASSERT_EQ(in_other.has_value(), accepted) << (accepted ? in_other.error().detail : "was taken");
        if (accepted) return;
        EXPECT_EQ(in_memory.error().kind, engine::IoFailure::conflict) << in_memory.error().detail;
        EXPECT_EQ(in_other.error().kind, engine::IoFailure::conflict) << in_other.error().detail;
    }
};

/// The pages of a search that stops early, one after the other, as one page.
engine::OrderPage joined_pages(engine::Reader& reader, TenantId tenant, engine::OrderQuery query,
                               engine::Blocks blocks) {
    engine::OrderPage all;
    const std::uint32_t limit = query.limit;
    while (true) {
        query.limit = limit - static_cast<std::uint32_t>(all.hits.size());
        auto page = std::move(reader.search_orders(tenant, query, blocks).value());
        std::move(page.hits.begin(), page.hits.end(), std::back_inserter(all.hits));
        const bool moves_on = !page.next || !query.after || *page.next < *query.after;
        EXPECT_TRUE(moves_on) << "a page that comes no further";
        if (!moves_on || !page.next) return all;
        query.after = page.next;
        if (all.hits.size() == limit) {
            all.next = page.next;
            return all;
        }
    }
}

void ask(Pair& stores, RandomHistory& history, TenantId tenant) {
    for (int n = 0; n < 60; ++n) {
        const auto query = history.order_query();
        const auto blocks = history.random().one_in(2) ? engine::Blocks::with : engine::Blocks::without;
        const auto expected = dump(stores.memory_reader->search_orders(tenant, query, blocks));
        ASSERT_EQ(dump(stores.other->reader->search_orders(tenant, query, blocks)), expected) << dump(query);
        if (n % 3 != 0 || !stores.other->hasty_reader) continue;
        ASSERT_EQ(dump(joined_pages(*stores.other->hasty_reader, tenant, query, blocks)), expected) << dump(query);
    }
    for (int n = 0; n < 15; ++n) {
        const auto query = history.event_query();
        ASSERT_EQ(dump(stores.other->reader->events(tenant, query)), dump(stores.memory_reader->events(tenant, query)));
    }
    for (int n = 0; n < 15; ++n) {
        const auto query = history.movement_query();
        ASSERT_EQ(dump(stores.other->reader->movements(tenant, query)),
                  dump(stores.memory_reader->movements(tenant, query)));
    }
    for (int n = 0; n < 15; ++n) {
        const auto query = history.exception_query();
        ASSERT_EQ(dump(stores.other->reader->exceptions(tenant, query)),
                  dump(stores.memory_reader->exceptions(tenant, query)));
    }
    for (int n = 0; n < 30; ++n) {
        const auto query = history.fulfillment_query();
        ASSERT_EQ(dump(stores.other->reader->fulfillments(tenant, query)),
                  dump(stores.memory_reader->fulfillments(tenant, query)));
    }
    for (int n = 0; n < 40; ++n) {
        const auto query = history.return_query();
        ASSERT_EQ(dump(stores.other->reader->returns(tenant, query)),
                  dump(stores.memory_reader->returns(tenant, query)));
    }
    for (int n = 0; n < 10; ++n) {
        const std::string text = history.text();
        ASSERT_EQ(dump(stores.other->reader->customers(tenant, {}, text, 5)),
                  dump(stores.memory_reader->customers(tenant, {}, text, 5)))
            << text;
    }
}

struct Case {
    const char* kind;
    std::uint64_t seed;
};

class Equivalence : public testing::TestWithParam<Case> {};

TEST_P(Equivalence, AnswersAsMemoryDoes) {
    const auto [kind, seed] = GetParam();
    SCOPED_TRACE(fmt::format("{}, seed {}", kind, seed));
    std::unique_ptr<Candidate> candidate;
    if (std::string_view(kind) == "sqlite") {
        candidate = std::make_unique<SqliteCandidate>();
    } else {
        candidate = std::make_unique<PostgresCandidate>();
    }
    Pair stores(std::move(candidate));
    std::vector<RandomHistory> histories;
    for (std::uint32_t tenant = 1; tenant <= 2; ++tenant) histories.emplace_back(TenantId(tenant), seed * 10 + tenant);
    stores.commit({histories[0].founding(), histories[1].founding()}, true);

    Random random(seed);
    for (int round = 0; round < 40 && !testing::Test::HasFatalFailure(); ++round) {
        auto& one = histories[random.below(2)];
        if (random.one_in(5)) {
            stores.commit({one.conflicting_batch()}, false);
        } else if (random.one_in(4)) {
            stores.commit({histories[0].next_batch(), histories[1].next_batch()}, true);
        } else if (random.one_in(6)) {
            // The first batch of two is good; the second must take it down with it.
            RandomHistory untouched = histories[0];
            stores.commit({untouched.next_batch(), histories[1].conflicting_batch()}, false);
        } else {
            stores.commit({one.next_batch()}, true);
        }
        // Indexes are divided by stretches of 8192 sequences: some histories run over several.
        if (seed % 5 == 0 && round % 10 == 5) stores.commit({histories[0].idle_batch(8'100)}, true);
        if (random.one_in(10)) stores.other->open();
    }
    if (testing::Test::HasFatalFailure()) return;
    for (std::uint32_t tenant = 1; tenant <= 3; ++tenant) {
        ASSERT_EQ(dump_tenant(*stores.other->store, *stores.other->reader, TenantId(tenant)),
                  dump_tenant(*stores.memory, *stores.memory_reader, TenantId(tenant)));
        ask(stores, histories[tenant == 2 ? 1 : 0], TenantId(tenant));
    }
    const auto problems = stores.other->store->check();
    ASSERT_TRUE(problems) << problems.error().detail;
    EXPECT_EQ(fmt::format("{}", fmt::join(*problems, "\n")), "");
}

std::vector<Case> cases() {
    std::vector<Case> out;
    for (const char* kind : {"sqlite", "postgres"}) {
        for (std::uint64_t seed = 1; seed <= 40; ++seed) out.push_back({kind, seed});
    }
    return out;
}

INSTANTIATE_TEST_SUITE_P(Seeds, Equivalence, testing::ValuesIn(cases()),
                         [](const auto& param) { return fmt::format("{}_{}", param.param.kind, param.param.seed); });

}  // namespace
}  // namespace waybill::conformance
