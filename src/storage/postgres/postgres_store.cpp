#include "storage/postgres/postgres_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "storage/batch_checks.hpp"
#include "storage/one_at_a_time.hpp"
#include "storage/postgres/configuration_rows.hpp"
#include "storage/postgres/distribution.hpp"
#include "storage/postgres/exception_rows.hpp"
#include "storage/postgres/fulfillment_rows.hpp"
#include "storage/postgres/log_rows.hpp"
#include "storage/postgres/order_rows.hpp"
#include "storage/postgres/people_rows.hpp"
#include "storage/postgres/postgres_leases.hpp"
#include "storage/postgres/postgres_reader.hpp"
#include "storage/postgres/reply_rows.hpp"
#include "storage/postgres/return_rows.hpp"
#include "storage/postgres/schema.hpp"
#include "storage/postgres/session.hpp"
#include "storage/postgres/statistics.hpp"
#include "storage/postgres/stock_rows.hpp"
#include "storage/postgres/store_check.hpp"
#include "storage/postgres/unfinished_tenant.hpp"

namespace waybill::storage::postgres {

using core::TenantId;
using engine::IoError;
using engine::IoFailure;
using engine::TenantBatch;

namespace {

constexpr std::chrono::seconds measured_every{60};
constexpr std::chrono::seconds patience_for_all = std::chrono::hours(24);

void write(BatchStatements& statements, const TenantBatch& batch) {
    write_head(statements, batch);
    write_events(statements, batch);
    write_movements(statements, batch);
    write_configuration(statements, batch);
    write_levels(statements, batch);
    write_capacity(statements, batch);
    write_orders(statements, batch);
    write_exceptions(statements, batch);
    write_fulfillments(statements, batch);
    write_returns(statements, batch);
    write_people(statements, batch);
    write_replies(statements, batch);
}

Purpose purpose_of(Access access) { return access == Access::read_only ? Purpose::read : Purpose::write; }

class PostgresStore final : public engine::Store {
public:
    PostgresStore(std::string uri, Access access, const StoreOptions& options)
        : uri_(std::move(uri)),
          access_(access),
          options_(options),
          session_(uri_, purpose_of(access), options),
          loads_(uri_, purpose_of(access), options) {}

    [[nodiscard]] Result<Unit, IoError> prepare() {
        auto connection = session_.live();
        if (!connection) return fail(std::move(connection.error()));
        if (access_ == Access::read_only) {
            if (auto fits = check_schema(**connection); !fits) return fits;
        } else {
            // On a connection of its own, whose settings are those of long work.
            if (auto done = migrate_postgres(uri_, options_); !done) return fail(std::move(done.error()));
            if (auto may = check_rights(**connection); !may) return may;
        }
        note_server(**connection);
        measure(**connection);
        return Unit{};
    }

    [[nodiscard]] std::string_view kind() const override { return "postgres"; }

    Result<std::vector<engine::TenantHead>, IoError> tenants() override {
        const OneAtATime::Scope alone(session_use_);
        return session_.read([](Connection& connection) { return read_tenants(connection); });
    }

    Result<engine::Loaded, IoError> load(TenantId tenant, const engine::LoadKeys& keys) override {
        const OneAtATime::Scope alone(loads_use_);
        return loads_.read([&](Connection& connection) -> Result<engine::Loaded, IoError> {
            if (auto same = check_server(connection); !same) return fail(std::move(same.error()));
            return load_from(connection, tenant, keys);
        });
    }
    [[nodiscard]] bool loads_beside_commit() const override { return true; }

    Result<Unit, IoError> commit(const std::vector<TenantBatch>& batches) override;

    Result<Unit, IoError> lock_imports() override { return session_.lock_imports(); }

    Result<Unit, IoError> drop_unfinished(TenantId tenant) override {
        const OneAtATime::Scope alone(session_use_);
        auto connection = session_.live();
        if (!connection) return fail(std::move(connection.error()));
        return postgres::drop_unfinished(**connection, tenant);
    }

    Result<std::unique_ptr<engine::Reader>, IoError> reader() override { return open_reader(uri_, options_); }

    Result<std::unique_ptr<engine::Leases>, IoError> leases() override {
        return open_leases(uri_, purpose_of(access_), options_);
    }

    Result<Unit, IoError> backup(const std::string&,
                                 const std::function<void(std::uint64_t, std::uint64_t)>&) override {
        return fail(IoError{IoFailure::read_only,
                            "PostgreSQL's own tools back it up while writes go on: pg_basebackup or pg_dump"});
    }

    Result<std::vector<std::string>, IoError> check() override {
        StoreOptions options = options_;
        options.patience = patience_for_all;
        Session session(uri_, Purpose::read, options);
        auto connection = session.live();
        if (!connection) return fail(std::move(connection.error()));
        return check_store(**connection);
    }

    [[nodiscard]] engine::StoreStats stats() const override {
        return {.commits = commits_.load(std::memory_order_relaxed),
                .commit_micros = commit_micros_.load(std::memory_order_relaxed),
                .bytes = bytes_.load(std::memory_order_relaxed)};
    }

private:
    static Result<engine::Loaded, IoError> load_from(Connection& connection, TenantId tenant,
                                                     const engine::LoadKeys& keys);
    /// What is loaded has to come from where commits go. Errors: unavailable, and the connection is given up.
    Result<Unit, IoError> check_server(Connection& loads);
    void note_server(const Connection& connection);
    /// Everything but the COMMIT. Gives the connection on which the transaction is open.
    Result<Connection*, IoError> write_all(const std::vector<const TenantBatch*>& batches);
    /// The size, when it was not asked for lately. That it can not be told is no failure of what was done before.
    void measure(Connection& connection);

    std::string uri_;
    Access access_;
    StoreOptions options_;
    Session session_;
    OneAtATime session_use_;
    Session loads_;  ///< of its own, so that what the next batch needs is read while one is committed
    OneAtATime loads_use_;
    std::mutex commits_to_mutex_;
    std::string commits_to_;   ///< Connection::server of the last commit
    std::mutex commit_mutex_;  ///< held during a commit
    std::atomic<std::uint64_t> bytes_{0};
    std::chrono::steady_clock::time_point measured_at_;
    std::atomic<std::uint64_t> commits_{0};
    std::atomic<std::uint64_t> commit_micros_{0};
};

Result<engine::Loaded, IoError> PostgresStore::load_from(Connection& connection, TenantId tenant,
                                                         const engine::LoadKeys& keys) {
    engine::Loaded out;
    std::vector<NamedOrder> orders;
    std::map<core::CustomerId, std::string> customers;
    // All is asked in one journey; each answer is read by what was put down with its question.
    std::vector<std::function<void(const Rows&)>> reads;
    if (!keys.orders.empty()) {
        ask_orders(connection, tenant, keys.orders);
        reads.emplace_back([&](const Rows& rows) { orders = orders_of(rows); });
    }
    if (!keys.customers.empty()) {
        ask_customers(connection, tenant, keys.customers);
        reads.emplace_back([&](const Rows& rows) {
            for (NamedDoc& found : customers_of(rows)) customers.insert(std::move(found));
        });
    }
    if (!keys.channel_orders.empty()) {
        ask_channel_orders(connection, tenant, keys.channel_orders);
        reads.emplace_back([&](const Rows& rows) { out.channel_orders = channel_orders_of(rows); });
    }
    if (!keys.identities.empty()) {
        ask_identities(connection, tenant, keys.identities);
        reads.emplace_back([&](const Rows& rows) {
            for (Known& known : identities_of(rows)) {
                if (known.doc) customers.emplace(known.customer, *std::move(known.doc));
                out.identities.emplace_back(std::move(known.identity), known.customer);
            }
        });
    }
    if (!keys.replies.empty()) {
        ask_replies(connection, tenant, keys.replies);
        reads.emplace_back([&](const Rows& rows) { out.replies = replies_of(rows); });
    }
    if (reads.empty()) return out;
    const auto answers = connection.finish();
    if (!answers) return fail(answers.error());
    for (std::size_t at = 0; at < reads.size(); ++at) reads[at]((*answers)[at]);
    if (auto done = add_blocks(connection, tenant, orders); !done) return fail(std::move(done.error()));
    for (NamedOrder& order : orders) out.orders.push_back(std::move(order.second));
    for (auto& [id, doc] : customers) out.customers.push_back(std::move(doc));
    return out;
}

Result<Unit, IoError> PostgresStore::check_server(Connection& loads) {
    const auto is_same = [&] {
        const std::lock_guard lock(commits_to_mutex_);
        return commits_to_.empty() || commits_to_ == loads.server();
    };
    if (is_same()) return Unit{};
    // An address of several servers led to another one since the last commit: then this one may have been overtaken.
    if (const std::unique_lock alone(commit_mutex_, std::try_to_lock); alone.owns_lock()) {
        session_.drop();
        auto session = session_.live();
        if (!session) return fail(std::move(session.error()));
        note_server(**session);
        if (is_same()) return Unit{};
    }
    loads.give_up();
    return fail(IoError{IoFailure::unavailable,
                        fmt::format("{}: reads reach {}, but writes another server", loads.name(), loads.server())});
}

void PostgresStore::note_server(const Connection& connection) {
    const std::lock_guard lock(commits_to_mutex_);
    if (commits_to_ != connection.server()) commits_to_ = connection.server();
}

void PostgresStore::measure(Connection& connection) {
    static const Statement size{
        "SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class WHERE relkind IN ('r', 'p')"
        " AND relnamespace = current_schema()::regnamespace"};
    const auto now = std::chrono::steady_clock::now();
    if (measured_at_.time_since_epoch().count() != 0 && now - measured_at_ < measured_every) return;
    measured_at_ = now;
    const auto rows = connection.run(size, {});
    if (rows) bytes_.store(rows->number(0, 0), std::memory_order_relaxed);
}

Result<Connection*, IoError> PostgresStore::write_all(const std::vector<const TenantBatch*>& batches) {
    for (bool is_second = false;; is_second = true) {
        auto session = session_.live();
        if (!session) return session;
        Connection& connection = **session;
        note_server(connection);
        connection.queue_control("BEGIN");
        BatchStatements statements(connection);
        for (const TenantBatch* batch : batches) write(statements, *batch);
        auto written = statements.finish();
        if (written) return &connection;
        // Nothing asked for a commit: whatever the server does with what it got, it is not kept.
        if (!connection.is_lost()) {
            connection.queue_control("ROLLBACK");
            static_cast<void>(connection.finish());
        } else if (!is_second && !connection.fell_silent()) {
            continue;  // the server was restarted since the last commit, or a firewall forgot the connection
        }
        return fail(std::move(written.error()));
    }
}

Result<Unit, IoError> PostgresStore::commit(const std::vector<TenantBatch>& batches) {
    if (access_ == Access::read_only) return fail(IoError{IoFailure::read_only, "was opened for reading only"});
    std::vector<const TenantBatch*> in_order;
    for (const TenantBatch& batch : batches) {
        assert_well_formed(batch);
        in_order.push_back(&batch);
    }
    const OneAtATime::Scope alone(session_use_);
    const std::lock_guard committing(commit_mutex_);
    // Every process locks the rows of tenants in this order, so none waits for another in a circle.
    std::sort(in_order.begin(), in_order.end(), [](const auto* a, const auto* b) { return a->tenant < b->tenant; });
    const auto begin = std::chrono::steady_clock::now();
    auto connection = write_all(in_order);
    if (!connection) return fail(std::move(connection.error()));
    (*connection)->queue_control("COMMIT");
    if (auto done = (*connection)->finish(); !done) {
        // The question is on its way and the answer is missing: it may have happened.
        return fail(IoError{IoFailure::outcome_unknown, std::move(done.error().detail)});
    }
    const auto spent = std::chrono::steady_clock::now() - begin;
    const std::uint64_t commits = commits_.fetch_add(1, std::memory_order_relaxed) + 1;
    commit_micros_.fetch_add(
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(spent).count()),
        std::memory_order_relaxed);
    measure(**connection);
    analyse_young_tables(**connection, commits);
    return Unit{};
}

}  // namespace

Result<std::unique_ptr<engine::Store>, IoError> open_postgres(const std::string& uri, Access access,
                                                              const StoreOptions& options) {
    StoreOptions used = options;
    // Who only looks (verify, export) reads all there is, and waits for it.
    if (access == Access::read_only) used.patience = std::max(options.patience, patience_for_all);
    auto store = std::make_unique<PostgresStore>(uri, access, used);
    if (auto ready = store->prepare(); !ready) return fail(std::move(ready.error()));
    return std::unique_ptr<engine::Store>(std::move(store));
}

Result<SchemaChange, IoError> migrate_postgres(const std::string& uri, const StoreOptions& options) {
    Session session(uri, Purpose::write, options);
    auto connection = session.live();
    if (!connection) return fail(std::move(connection.error()));
    return migrate(**connection);
}

Result<std::vector<std::string>, IoError> distribute_postgres(const std::string& uri, const StoreOptions& options) {
    Session session(uri, Purpose::write, options);
    auto connection = session.live();
    if (!connection) return fail(std::move(connection.error()));
    return distribute(**connection);
}

}  // namespace waybill::storage::postgres
