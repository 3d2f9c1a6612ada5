#include "storage/postgres/postgres_reader.hpp"

#include <algorithm>
#include <utility>

#include "storage/postgres/configuration_rows.hpp"
#include "storage/postgres/exception_rows.hpp"
#include "storage/postgres/fulfillment_rows.hpp"
#include "storage/postgres/log_rows.hpp"
#include "storage/postgres/order_rows.hpp"
#include "storage/postgres/order_search.hpp"
#include "storage/postgres/people_rows.hpp"
#include "storage/postgres/reply_rows.hpp"
#include "storage/postgres/return_rows.hpp"
#include "storage/postgres/session.hpp"
#include "storage/postgres/stock_rows.hpp"

namespace waybill::storage::postgres {

using core::TenantId;
using engine::IoError;
using engine::StoredOrder;

namespace {

/// The first of a list that has at most one.
template <class List>
auto first_of(Result<List, IoError> list) -> Result<std::optional<typename List::value_type>, IoError> {
    if (!list) return fail(std::move(list.error()));
    if (list->empty()) return std::optional<typename List::value_type>();
    return std::optional(std::move(list->front()));
}

/// The same of pairs, whose second it is.
template <class List>
auto second_of(Result<List, IoError> list) -> Result<std::optional<typename List::value_type::second_type>, IoError> {
    if (!list) return fail(std::move(list.error()));
    if (list->empty()) return std::optional<typename List::value_type::second_type>();
    return std::optional(std::move(list->front().second));
}

class PostgresReader final : public engine::Reader {
public:
    explicit PostgresReader(Session session) : session_(std::move(session)) {}

    [[nodiscard]] Answer<Unit> connect() {
        const auto connection = session_.live();
        if (!connection) return fail(connection.error());
        return Unit{};
    }

    Answer<engine::Moment> hold_moment() override {
        if (auto held = session_.hold_moment(); !held) return fail(std::move(held.error()));
        return engine::Moment([this] { session_.end_moment(); });
    }

    Answer<core::Sequence> head(TenantId tenant) override {
        return session_.read([&](Connection& connection) { return read_head(connection, tenant); });
    }

    Answer<engine::Position> position(TenantId tenant) override {
        return session_.read([&](Connection& connection) { return read_position(connection, tenant); });
    }

    Answer<engine::Settled> settled(TenantId tenant) override {
        return session_.read([&](Connection& connection) { return read_settled(connection, tenant); });
    }

    Answer<std::optional<StoredOrder>> order(TenantId tenant, core::OrderId id) override {
        return second_of(session_.read([&](Connection& connection) {
            const ReadScope scope(connection);
            return read_orders(connection, tenant, {id}, engine::Blocks::with);
        }));
    }

    Answer<std::optional<core::OrderId>> order_by_channel(TenantId tenant, core::ChannelIx channel,
                                                          std::string_view channel_order_id) override {
        const std::vector<ChannelOrder> keys{{channel, std::string(channel_order_id)}};
        return second_of(asked([&](Connection& to) { ask_channel_orders(to, tenant, keys); }, channel_orders_of));
    }

    Answer<engine::OrderPage> search_orders(TenantId tenant, const engine::OrderQuery& query,
                                            engine::Blocks blocks) override {
        return session_.read([&](Connection& connection) { return page(connection, tenant, query, blocks); });
    }

    Answer<std::vector<StoredOrder>> scan_orders(TenantId tenant, core::OrderId after, std::uint32_t limit) override {
        auto found = session_.read([&](Connection& connection) {
            const ReadScope scope(connection);
            return postgres::scan_orders(connection, tenant, after, limit);
        });
        if (!found) return fail(std::move(found.error()));
        std::vector<StoredOrder> out;
        for (NamedOrder& order : *found) out.push_back(std::move(order.second));
        return out;
    }

    Answer<std::vector<engine::ExceptionRow>> exceptions(TenantId tenant,
                                                         const engine::ExceptionQuery& query) override {
        return session_.read([&](Connection& connection) { return read_exceptions(connection, tenant, query); });
    }

    Answer<std::vector<engine::FulfillmentRow>> fulfillments(TenantId tenant,
                                                             const engine::FulfillmentQuery& query) override {
        return session_.read([&](Connection& connection) { return read_fulfillments(connection, tenant, query); });
    }

    Answer<std::vector<engine::ReturnRow>> returns(TenantId tenant, const engine::ReturnQuery& query) override {
        return session_.read([&](Connection& connection) { return read_returns(connection, tenant, query); });
    }

    Answer<std::vector<engine::EventRow>> events(TenantId tenant, const engine::EventQuery& query) override {
        return session_.read([&](Connection& connection) { return read_events(connection, tenant, query); });
    }

    Answer<std::vector<engine::MovementRow>> movements(TenantId tenant, const engine::MovementQuery& query) override {
        return session_.read([&](Connection& connection) { return read_movements(connection, tenant, query); });
    }

    Answer<std::vector<engine::LevelRow>> movement_sums(TenantId tenant) override {
        return session_.read([&](Connection& connection) { return read_movement_sums(connection, tenant); });
    }

    Answer<std::optional<std::string>> customer(TenantId tenant, core::CustomerId id) override {
        return second_of(asked([&](Connection& to) { ask_customers(to, tenant, {id}); }, customers_of));
    }

    Answer<std::vector<std::string>> customers(TenantId tenant, core::CustomerId after, std::string_view text,
                                               std::uint32_t limit) override {
        return session_.read(
            [&](Connection& connection) { return scan_customers(connection, tenant, after, text, limit); });
    }

    Answer<std::optional<core::CustomerId>> customer_by_identity(TenantId tenant,
                                                                 const core::CustomerIdentity& identity) override {
        auto found = first_of(asked([&](Connection& to) { ask_identities(to, tenant, {identity}); }, identities_of));
        if (!found) return fail(std::move(found.error()));
        return *found ? std::optional((*found)->customer) : std::nullopt;
    }

    Answer<std::optional<engine::PersonRow>> person(TenantId tenant, core::PersonId id) override {
        auto found = first_of(
            session_.read([&](Connection& connection) { return postgres::scan_persons(connection, tenant, id, 1); }));
        if (found && *found && (*found)->id != id) found->reset();
        return found;
    }

    Answer<std::vector<engine::PersonRow>> scan_persons(TenantId tenant, core::PersonId after,
                                                        std::uint32_t limit) override {
        const core::PersonId from(after.raw() + 1);
        return session_.read(
            [&](Connection& connection) { return postgres::scan_persons(connection, tenant, from, limit); });
    }

    Answer<std::optional<engine::ReplyRow>> reply(TenantId tenant, std::string_view key) override {
        const std::vector<std::string> keys{std::string(key)};
        return first_of(asked([&](Connection& to) { ask_replies(to, tenant, keys); }, replies_of));
    }

    Answer<std::vector<engine::ReplyRow>> scan_replies(TenantId tenant, std::string_view after,
                                                       std::uint32_t limit) override {
        return session_.read(
            [&](Connection& connection) { return postgres::scan_replies(connection, tenant, after, limit); });
    }

    Answer<Unit> configuration(TenantId tenant, engine::ConfigurationSink& sink) override {
        // Not read again when the connection is lost half-way: the sink has the first half.
        auto connection = session_.live();
        if (!connection) return fail(std::move(connection.error()));
        return read_configuration(**connection, tenant, sink);
    }

    Answer<std::optional<TenantId>> tenant_of_key(std::string_view hash) override {
        return session_.read([&](Connection& connection) { return find_tenant_of_key(connection, hash); });
    }

private:
    /// One question, and what `rows_to` makes of its answer.
    template <class Ask, class RowsTo>
    auto asked(const Ask& ask, const RowsTo& rows_to) -> Answer<decltype(rows_to(std::declval<const Rows&>()))> {
        return session_.read([&](Connection& connection) -> Answer<decltype(rows_to(std::declval<const Rows&>()))> {
            ask(connection);
            const auto answers = connection.finish();
            if (!answers) return fail(answers.error());
            return rows_to(answers->front());
        });
    }

    static Answer<engine::OrderPage> page(Connection& connection, TenantId tenant, const engine::OrderQuery& query,
                                          engine::Blocks blocks) {
        const ReadScope scope(connection);
        const auto positions = find_orders(connection, tenant, query);
        if (!positions) return fail(positions.error());
        std::vector<core::OrderId> ids;
        for (const auto& position : *positions) ids.push_back(position.second);
        auto orders = read_orders(connection, tenant, ids, blocks);
        if (!orders) return fail(std::move(orders.error()));
        engine::OrderPage out;
        for (const auto& [placed_at, id] : *positions) {
            const auto at =
                std::lower_bound(orders->begin(), orders->end(), id,
                                 [](const NamedOrder& order, core::OrderId wanted) { return order.first < wanted; });
            if (at != orders->end() && at->first == id) out.hits.push_back({id, placed_at, std::move(at->second)});
        }
        const bool is_full = !positions->empty() && positions->size() == query.limit;
        if (is_full) out.next = positions->back();
        return out;
    }

    Session session_;
};

}  // namespace

Result<std::unique_ptr<engine::Reader>, IoError> open_reader(const std::string& uri, const StoreOptions& options) {
    auto reader = std::make_unique<PostgresReader>(Session(uri, Purpose::read, options));
    if (auto ready = reader->connect(); !ready) return fail(std::move(ready.error()));
    return std::unique_ptr<engine::Reader>(std::move(reader));
}

}  // namespace waybill::storage::postgres
