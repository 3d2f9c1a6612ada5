#include "storage/sqlite/sqlite_reader.hpp"

#include <optional>
#include <utility>

#include "storage/sqlite/configuration_tables.hpp"
#include "storage/sqlite/exception_table.hpp"
#include "storage/sqlite/fulfillment_table.hpp"
#include "storage/sqlite/log_tables.hpp"
#include "storage/sqlite/movement_tables.hpp"
#include "storage/sqlite/order_search.hpp"
#include "storage/sqlite/order_tables.hpp"
#include "storage/sqlite/people_tables.hpp"
#include "storage/sqlite/reply_table.hpp"
#include "storage/sqlite/return_table.hpp"
#include "storage/sqlite/schema.hpp"

namespace waybill::storage::sqlite {

using core::TenantId;
using engine::IoError;
using engine::StoredOrder;

namespace {

class SqliteReader final : public engine::Reader {
public:
    SqliteReader(std::unique_ptr<Connection> connection, const StoreOptions& options)
        : connection_(std::move(connection)),
          log_(*connection_),
          movements_(*connection_),
          orders_(*connection_),
          search_(*connection_, options.search_rows_max),
          exceptions_(*connection_),
          fulfillments_(*connection_),
          returns_(*connection_),
          people_(*connection_),
          replies_(*connection_) {}

    [[nodiscard]] std::optional<IoError> setup_error() { return connection_->take_error(); }

    Answer<engine::Moment> hold_moment() override {
        moment_.emplace(*connection_);
        // The transaction's view begins with the first row that it reads.
        const auto seen = answer(*connection_, read_tenants(*connection_));
        if (!seen) {
            moment_.reset();
            return fail(seen.error());
        }
        return engine::Moment([this] { moment_.reset(); });
    }

    Answer<core::Sequence> head(TenantId tenant) override { return answer(*connection_, log_.head(tenant)); }

    Answer<std::optional<StoredOrder>> order(TenantId tenant, core::OrderId id) override {
        const ReadScope scope(*connection_);
        return answer(*connection_, orders_.find(tenant, id, engine::Blocks::with));
    }

    Answer<std::optional<core::OrderId>> order_by_channel(TenantId tenant, core::ChannelIx channel,
                                                          std::string_view channel_order_id) override {
        return answer(*connection_, orders_.find_by_channel(tenant, channel, channel_order_id));
    }

    Answer<engine::OrderPage> search_orders(TenantId tenant, const engine::OrderQuery& query,
                                            engine::Blocks blocks) override {
        const ReadScope scope(*connection_);
        const FoundOrders found = search_.find(tenant, query);
        engine::OrderPage out{.hits = {}, .next = found.next};
        for (const auto& [placed_at, id] : found.hits) {
            if (auto order = orders_.find(tenant, id, blocks)) out.hits.push_back({id, placed_at, std::move(*order)});
        }
        return answer(*connection_, std::move(out));
    }

    Answer<std::vector<StoredOrder>> scan_orders(TenantId tenant, core::OrderId after, std::uint32_t limit) override {
        const ReadScope scope(*connection_);
        return answer(*connection_, orders_.scan(tenant, after, limit));
    }

    Answer<std::vector<engine::ExceptionRow>> exceptions(TenantId tenant,
                                                         const engine::ExceptionQuery& query) override {
        return answer(*connection_, exceptions_.find(tenant, query));
    }

    Answer<std::vector<engine::FulfillmentRow>> fulfillments(TenantId tenant,
                                                             const engine::FulfillmentQuery& query) override {
        return answer(*connection_, fulfillments_.find(tenant, query));
    }

    Answer<std::vector<engine::ReturnRow>> returns(TenantId tenant, const engine::ReturnQuery& query) override {
        return answer(*connection_, returns_.find(tenant, query));
    }

    Answer<std::vector<engine::EventRow>> events(TenantId tenant, const engine::EventQuery& query) override {
        return answer(*connection_, log_.events(tenant, query));
    }

    Answer<std::vector<engine::MovementRow>> movements(TenantId tenant, const engine::MovementQuery& query) override {
        return answer(*connection_, movements_.find(tenant, query));
    }

    Answer<std::vector<engine::LevelRow>> movement_sums(TenantId tenant) override {
        return answer(*connection_, movements_.sums(tenant));
    }

    Answer<std::optional<std::string>> customer(TenantId tenant, core::CustomerId id) override {
        return answer(*connection_, people_.customer(tenant, id));
    }

    Answer<std::vector<std::string>> customers(TenantId tenant, core::CustomerId after, std::string_view text,
                                               std::uint32_t limit) override {
        return answer(*connection_, people_.customers(tenant, after, text, limit));
    }

    Answer<std::optional<core::CustomerId>> customer_by_identity(TenantId tenant,
                                                                 const core::CustomerIdentity& identity) override {
        return answer(*connection_, people_.by_identity(tenant, identity));
    }

    Answer<std::optional<engine::PersonRow>> person(TenantId tenant, core::PersonId id) override {
        return answer(*connection_, people_.person(tenant, id));
    }

    Answer<std::vector<engine::PersonRow>> scan_persons(TenantId tenant, core::PersonId after,
                                                        std::uint32_t limit) override {
        return answer(*connection_, people_.scan_persons(tenant, after, limit));
    }

    Answer<std::optional<engine::ReplyRow>> reply(TenantId tenant, std::string_view key) override {
        return answer(*connection_, replies_.find(tenant, key));
    }

    Answer<std::vector<engine::ReplyRow>> scan_replies(TenantId tenant, std::string_view after,
                                                       std::uint32_t limit) override {
        return answer(*connection_, replies_.scan(tenant, after, limit));
    }

    Answer<Unit> configuration(TenantId tenant, engine::ConfigurationSink& sink) override {
        const ReadScope scope(*connection_);
        read_configuration(*connection_, tenant, sink);
        // Levels are in the caller's memory now; a page of them here would only be a second copy.
        sqlite3_db_release_memory(connection_->handle());
        return answer(*connection_, Unit{});
    }

    Answer<std::optional<TenantId>> tenant_of_key(std::string_view hash) override {
        return answer(*connection_, find_tenant_of_key(*connection_, hash));
    }

private:
    std::unique_ptr<Connection> connection_;
    LogReader log_;
    MovementReader movements_;
    OrderReader orders_;
    OrderSearch search_;
    ExceptionReader exceptions_;
    FulfillmentReader fulfillments_;
    ReturnReader returns_;
    PeopleReader people_;
    ReplyReader replies_;
    std::optional<ReadScope> moment_;  ///< last: it ends before the connection and its statements
};

}  // namespace

Result<std::unique_ptr<Connection>, IoError> open_for_reading(const std::string& path, const StoreOptions& options) {
    auto connection = Connection::open(path, Connection::Mode::read_only);
    if (!connection) return connection;
    auto ready = prepare_reader(**connection, options);
    if (ready) return connection;
    const bool shared_memory_is_missing =
        ready.error().kind == engine::IoFailure::read_only || ready.error().kind == engine::IoFailure::unavailable;
    if (!shared_memory_is_missing) return fail(std::move(ready.error()));
    // Reading a WAL file needs a `-shm` beside it. Where none can be made nobody writes either, so the file can be read
    // as it lies; but not when a log is left of a process that died, since its last commits would be missed.
    auto log = Connection::open(path + "-wal", Connection::Mode::read_only);
    if (log) return fail(std::move(ready.error()));
    auto still = Connection::open(path, Connection::Mode::read_only_immutable);
    if (!still) return still;
    if (auto second = prepare_reader(**still, options); !second) return fail(std::move(second.error()));
    return still;
}

Result<std::unique_ptr<engine::Reader>, IoError> open_reader(const std::string& path, const StoreOptions& options) {
    auto connection = open_for_reading(path, options);
    if (!connection) return fail(std::move(connection.error()));
    auto reader = std::make_unique<SqliteReader>(std::move(*connection), options);
    if (auto error = reader->setup_error()) return fail(std::move(*error));
    return std::unique_ptr<engine::Reader>(std::move(reader));
}

}  // namespace waybill::storage::sqlite
