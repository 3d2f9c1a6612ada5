#include "storage/sqlite/sqlite_store.hpp"

#include <fmt/format.h>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "storage/batch_checks.hpp"
#include "storage/one_at_a_time.hpp"
#include "storage/sqlite/backup.hpp"
#include "storage/sqlite/configuration_tables.hpp"
#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/exception_table.hpp"
#include "storage/sqlite/file_lock.hpp"
#include "storage/sqlite/fulfillment_table.hpp"
#include "storage/sqlite/log_tables.hpp"
#include "storage/sqlite/movement_tables.hpp"
#include "storage/sqlite/order_tables.hpp"
#include "storage/sqlite/people_tables.hpp"
#include "storage/sqlite/reply_table.hpp"
#include "storage/sqlite/return_table.hpp"
#include "storage/sqlite/schema.hpp"
#include "storage/sqlite/sqlite_reader.hpp"
#include "storage/sqlite/unfinished_tenant.hpp"

namespace waybill::storage::sqlite {

using core::TenantId;
using engine::IoError;
using engine::IoFailure;

namespace {

/// Everything that writes, prepared once.
struct Writers {
    explicit Writers(Connection& connection)
        : log(connection),
          movements(connection),
          configuration(connection),
          orders(connection),
          exceptions(connection),
          fulfillments(connection),
          returns(connection),
          people(connection),
          replies(connection) {}

    LogWriter log;
    MovementWriter movements;
    ConfigurationWriter configuration;
    OrderWriter orders;
    ExceptionWriter exceptions;
    FulfillmentWriter fulfillments;
    ReturnWriter returns;
    PeopleWriter people;
    ReplyWriter replies;
};

/// What the engine's writer asks for before a batch.
struct Readers {
    explicit Readers(Connection& connection) : orders(connection), people(connection), replies(connection) {}

    OrderReader orders;
    PeopleReader people;
    ReplyReader replies;
};

class SqliteStore final : public engine::Store {
public:
    SqliteStore(std::optional<FileLock> lock, std::unique_ptr<Connection> connection, StoreOptions options)
        : lock_(std::move(lock)), connection_(std::move(connection)), options_(options), readers_(*connection_) {
        if (lock_) writers_.emplace(*connection_);
    }

    [[nodiscard]] std::optional<IoError> setup_error() { return connection_->take_error(); }

    [[nodiscard]] std::string_view kind() const override { return "sqlite"; }

    Result<std::vector<engine::TenantHead>, IoError> tenants() override {
        const OneAtATime::Scope alone(connection_use_);
        return answer(*connection_, read_tenants(*connection_));
    }

    Result<engine::Loaded, IoError> load(TenantId tenant, const engine::LoadKeys& keys) override;
    Result<Unit, IoError> commit(const std::vector<engine::TenantBatch>& batches) override;

    Result<Unit, IoError> drop_unfinished(TenantId tenant) override {
        const OneAtATime::Scope alone(connection_use_);
        return sqlite::drop_unfinished(*connection_, tenant);
    }

    Result<std::unique_ptr<engine::Reader>, IoError> reader() override {
        return open_reader(connection_->path(), options_);
    }

    Result<Unit, IoError> backup(const std::string& path,
                                 const std::function<void(std::uint64_t, std::uint64_t)>& progress) override {
        auto source = open_for_reading(connection_->path(), options_);
        if (!source) return fail(std::move(source.error()));
        return copy_store(**source, path, progress);
    }

    Result<std::vector<std::string>, IoError> check() override {
        auto source = open_for_reading(connection_->path(), options_);
        if (!source) return fail(std::move(source.error()));
        return check_store(**source);
    }

    [[nodiscard]] engine::StoreStats stats() const override {
        engine::StoreStats out;
        out.commits = commits_.load(std::memory_order_relaxed);
        out.commit_micros = commit_micros_.load(std::memory_order_relaxed);
        for (const char* suffix : {"", "-wal"}) {
            std::error_code code;
            const auto size = std::filesystem::file_size(connection_->path() + suffix, code);
            if (!code) out.bytes += size;
        }
        return out;
    }

private:
    [[nodiscard]] std::optional<IoError> write(const engine::TenantBatch& batch);
    [[nodiscard]] IoError roll_back(IoError why);

    std::optional<FileLock> lock_;  ///< before the connection: given back after it is closed
    std::unique_ptr<Connection> connection_;
    OneAtATime connection_use_;
    StoreOptions options_;
    Readers readers_;
    std::optional<Writers> writers_;
    std::atomic<std::uint64_t> commits_{0};
    std::atomic<std::uint64_t> commit_micros_{0};
};

Result<engine::Loaded, IoError> SqliteStore::load(TenantId tenant, const engine::LoadKeys& keys) {
    engine::Loaded out;
    const OneAtATime::Scope alone(connection_use_);
    const ReadScope scope(*connection_);
    for (const core::OrderId id : keys.orders) {
        if (auto order = readers_.orders.find(tenant, id, engine::Blocks::with))
            out.orders.push_back(std::move(*order));
    }
    std::set<core::CustomerId> customers(keys.customers.begin(), keys.customers.end());
    for (const auto& key : keys.channel_orders) {
        if (const auto id = readers_.orders.find_by_channel(tenant, key.first, key.second)) {
            out.channel_orders.emplace_back(key, *id);
        }
    }
    for (const core::CustomerIdentity& identity : keys.identities) {
        const auto id = readers_.people.by_identity(tenant, identity);
        if (!id) continue;
        out.identities.emplace_back(identity, *id);
        customers.insert(*id);
    }
    for (const core::CustomerId id : customers) {
        if (auto doc = readers_.people.customer(tenant, id)) out.customers.push_back(std::move(*doc));
    }
    for (const std::string& key : keys.replies) {
        if (auto reply = readers_.replies.find(tenant, key)) out.replies.push_back(std::move(*reply));
    }
    return answer(*connection_, std::move(out));
}

std::optional<IoError> SqliteStore::write(const engine::TenantBatch& batch) {
    if (auto conflict = writers_->log.advance(batch)) return conflict;
    const bool done = !connection_->failed() && writers_->log.write(batch) && writers_->movements.write(batch) &&
                      writers_->configuration.write(batch) && writers_->orders.write(batch) &&
                      writers_->exceptions.write(batch) && writers_->fulfillments.write(batch) &&
                      writers_->returns.write(batch) && writers_->people.write(batch) && writers_->replies.write(batch);
    return done ? std::nullopt : connection_->take_error();
}

IoError SqliteStore::roll_back(IoError why) {
    // Some failures end the transaction by themselves; then there is nothing to take back.
    if (connection_->in_transaction()) connection_->execute("ROLLBACK");
    if (auto second = connection_->take_error()) why.detail += fmt::format("; then: {}", second->detail);
    return why;
}

Result<Unit, IoError> SqliteStore::commit(const std::vector<engine::TenantBatch>& batches) {
    if (!writers_) {
        return fail(IoError{IoFailure::read_only, fmt::format("{}: was opened for reading only", connection_->path())});
    }
    for (const engine::TenantBatch& batch : batches) assert_well_formed(batch);
    const OneAtATime::Scope alone(connection_use_);
    const auto begin = std::chrono::steady_clock::now();
    connection_->execute("BEGIN IMMEDIATE");
    if (auto error = connection_->take_error()) return fail(std::move(*error));
    for (const engine::TenantBatch& batch : batches) {
        if (auto error = write(batch)) return fail(roll_back(std::move(*error)));
    }
    connection_->execute("COMMIT");
    if (auto error = connection_->take_error()) {
        // The log may hold the commit although its sync failed: this process does not see it, the next one may.
        if (error->kind == IoFailure::unavailable) error->kind = IoFailure::outcome_unknown;
        return fail(roll_back(std::move(*error)));
    }
    const auto spent = std::chrono::steady_clock::now() - begin;
    commits_.fetch_add(1, std::memory_order_relaxed);
    commit_micros_.fetch_add(
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(spent).count()),
        std::memory_order_relaxed);
    return Unit{};
}

}  // namespace

namespace {

constexpr std::chrono::milliseconds lock_looked_at_every{50};

/// A file that is to be written, with its lock, up to date.
struct Writable {
    FileLock lock;
    std::unique_ptr<Connection> connection;
    SchemaChange change;
};

Result<Writable, IoError> open_for_writing(const std::string& path, const StoreOptions& options) {
    auto lock = FileLock::take(path + ".lock");
    if (!lock) return fail(std::move(lock.error()));
    auto opened = Connection::open(path, Connection::Mode::create);
    if (!opened) return fail(std::move(opened.error()));
    if (sqlite3_db_readonly((*opened)->handle(), "main") == 1) {
        return fail(IoError{IoFailure::read_only, fmt::format("{}: the file is not writable", path)});
    }
    auto change = prepare_writer(**opened, options);
    if (!change) return fail(std::move(change.error()));
    return Writable{std::move(*lock), std::move(*opened), *change};
}

}  // namespace

Result<std::unique_ptr<engine::Store>, IoError> open_sqlite(const std::string& path, Access access,
                                                            const StoreOptions& options) {
    std::optional<FileLock> lock;
    std::unique_ptr<Connection> connection;
    switch (access) {
        case Access::read_write: {
            auto opened = open_for_writing(path, options);
            if (!opened) return fail(std::move(opened.error()));
            lock = std::move(opened->lock);
            connection = std::move(opened->connection);
            break;
        }
        case Access::read_only: {
            auto opened = open_for_reading(path, options);
            if (!opened) return fail(std::move(opened.error()));
            connection = std::move(*opened);
            break;
        }
    }
    auto store = std::make_unique<SqliteStore>(std::move(lock), std::move(connection), options);
    if (auto error = store->setup_error()) return fail(std::move(*error));
    return std::unique_ptr<engine::Store>(std::move(store));
}

Result<SchemaChange, IoError> migrate_sqlite(const std::string& path, const StoreOptions& options) {
    const auto until = std::chrono::steady_clock::now() + options.patience;
    while (true) {
        auto opened = open_for_writing(path, options);
        if (opened) return opened->change;
        if (opened.error().kind != IoFailure::locked) return fail(std::move(opened.error()));
        // Whoever has the lock brought the file up to date when it opened it, or is doing so.
        const auto current = open_for_reading(path, options);
        const auto known = static_cast<std::int64_t>(migrations().size());
        if (current) return SchemaChange{known, known};
        if (current.error().kind == IoFailure::newer_schema) return fail(current.error());
        if (std::chrono::steady_clock::now() >= until) return fail(std::move(opened.error()));
        std::this_thread::sleep_for(lock_looked_at_every);
    }
}

}  // namespace waybill::storage::sqlite
