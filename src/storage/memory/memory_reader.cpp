#include "storage/memory/memory_reader.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <tuple>

#include "storage/words.hpp"

namespace waybill::storage::memory {

using core::OrderId;
using core::TenantId;
using engine::OrderQuery;
using engine::StoredOrder;

namespace {

bool persons_match(const TenantData& data, const OrderEntry& order, const WordQuery& words) {
    return std::any_of(data.persons.begin(), data.persons.end(), [&](const auto& entry) {
        const engine::PersonRow& person = entry.second.row;
        const bool belongs =
            (person.order.is_set() && person.order == order.row.id) ||
            (person.customer.is_set() && !person.order.is_set() && person.customer == order.row.customer);
        return belongs && words.matches(entry.second.words);
    });
}

bool passes(const TenantData& data, const OrderEntry& order, const OrderQuery& query, const WordQuery& words) {
    const engine::OrderRow& row = order.row;
    const auto is_any_of = [](const auto& list, const auto& value) {
        return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
    };
    if (!is_any_of(query.statuses, row.status)) return false;
    if (query.channel && row.channel != *query.channel) return false;
    if (query.customer && row.customer != *query.customer) return false;
    if (query.item && !order.items.contains(*query.item)) return false;
    if (query.location && !order.locations.contains(*query.location)) return false;
    const bool in_scope = query.scope.empty() ||
                          std::any_of(query.scope.begin(), query.scope.end(),
                                      [&](core::LocationIx location) { return order.locations.contains(location); });
    if (!in_scope) return false;
    if (query.placed_from.is_set() && row.placed_at < query.placed_from) return false;
    if (query.placed_before.is_set() && row.placed_at >= query.placed_before) return false;
    if (query.after && std::pair(row.placed_at, row.id) >= *query.after) return false;
    if (query.text.empty()) return true;
    if (words.is_empty()) return false;
    return words.matches(order.words) || (query.text_in_persons && persons_match(data, order, words));
}

/// What is due at no time comes after all that is.
std::tuple<std::int64_t, core::Sequence, std::string> place_of(Instant due_at, core::Sequence raised_in,
                                                               const std::string& kind) {
    return {due_at.is_set() ? due_at.micros() : INT64_MAX, raised_in, kind};
}

bool passes(const engine::ExceptionRow& row, const engine::ExceptionQuery& query) {
    if (query.is_open && row.is_open != *query.is_open) return false;
    if (query.order && row.order != *query.order) return false;
    if (!query.kind.empty() && row.kind != query.kind) return false;
    if (row.severity < query.least) return false;
    if (query.owner && row.owner != *query.owner) return false;
    const auto place = place_of(row.due_at, row.raised_in, row.kind);
    if (query.due_before.is_set() && std::get<0>(place) >= query.due_before.micros()) return false;
    return !query.after || place > place_of(query.after->due_at, query.after->raised_in, query.after->kind);
}

using FulfillmentPlace = std::tuple<CivilDate, std::int32_t, OrderId, std::uint32_t>;

FulfillmentPlace place_of(const engine::FulfillmentRow& row) { return {row.due, row.priority, row.order, row.number}; }

bool passes(const engine::FulfillmentRow& row, const engine::FulfillmentQuery& query) {
    const auto& places = query.locations;
    if (!places.empty() && std::find(places.begin(), places.end(), row.location) == places.end()) return false;
    if (query.is_open && row.is_open != *query.is_open) return false;
    if (query.status && row.status != *query.status) return false;
    if (query.order && row.order != *query.order) return false;
    if (query.due_until && row.due > *query.due_until) return false;
    if (!query.after) return true;
    return place_of(row) >
           FulfillmentPlace{query.after->due, query.after->priority, query.after->order, query.after->number};
}

using ReturnPlace = std::tuple<Instant, OrderId, std::uint32_t>;

ReturnPlace place_of(const engine::ReturnRow& row) { return {row.requested_at, row.order, row.number}; }

bool passes(const engine::ReturnRow& row, const engine::ReturnQuery& query) {
    const auto& places = query.locations;
    const bool is_there = row.location == core::no_index
                              ? query.with_anywhere
                              : std::find(places.begin(), places.end(), row.location) != places.end();
    if (!is_there && (query.with_anywhere || !places.empty())) return false;
    if (query.is_open && row.is_open != *query.is_open) return false;
    if (query.status && row.status != *query.status) return false;
    if (query.order && row.order != *query.order) return false;
    if (!query.after) return true;
    return place_of(row) > ReturnPlace{query.after->requested_at, query.after->order, query.after->number};
}

/// Values of a map with keys above `after`, made by `take`, until there are `limit` of them.
template <class Map, class Take>
auto scan(const Map& rows, const typename Map::key_type& after, std::uint32_t limit, Take take) {
    std::vector<std::decay_t<decltype(take(rows.begin()->second))>> out;
    for (auto at = rows.upper_bound(after); at != rows.end() && out.size() < limit; ++at) {
        out.push_back(take(at->second));
    }
    return out;
}

class MemoryReader final : public engine::Reader {
public:
    explicit MemoryReader(std::shared_ptr<const SharedRows> state) : state_(std::move(state)) {}

    Answer<engine::Moment> hold_moment() override {
        auto moment = std::make_shared<SharedRows>();
        const std::shared_lock lock(state_->guard);
        moment->tenants = state_->tenants;
        own_ = std::move(moment);
        return engine::Moment([this] { own_.reset(); });
    }

    Answer<core::Sequence> head(TenantId tenant) override { return View(state(), tenant)->head; }
    Answer<engine::Position> position(TenantId tenant) override {
        const View data(state(), tenant);
        return engine::Position{data->head, data->configured};
    }

    Answer<engine::Settled> settled(TenantId tenant) override {
        const View data(state(), tenant);
        return engine::Settled{data->head, data->epoch};
    }

    Answer<std::optional<StoredOrder>> order(TenantId tenant, OrderId id) override {
        const View data(state(), tenant);
        const auto at = data->orders.find(id);
        if (at == data->orders.end()) return std::optional<StoredOrder>();
        return std::optional(stored_order(*data, at->second, engine::Blocks::with));
    }

    Answer<std::optional<OrderId>> order_by_channel(TenantId tenant, core::ChannelIx channel,
                                                    std::string_view channel_order_id) override {
        const View data(state(), tenant);
        return value_of(data->order_by_channel, std::pair(channel, std::string(channel_order_id)));
    }

    Answer<engine::OrderPage> search_orders(TenantId tenant, const OrderQuery& query, engine::Blocks blocks) override {
        const View data(state(), tenant);
        const WordQuery words = word_query(query.text);
        engine::OrderPage out;
        const auto& placed = data->order_by_placed;
        for (auto at = placed.rbegin(); at != placed.rend() && out.hits.size() < query.limit; ++at) {
            const OrderEntry& order = data->orders.at(at->second);
            if (!passes(*data, order, query, words)) continue;
            out.hits.push_back({at->second, at->first, stored_order(*data, order, blocks)});
            if (out.hits.size() == query.limit) out.next = {at->first, at->second};
        }
        return out;
    }

    Answer<std::vector<StoredOrder>> scan_orders(TenantId tenant, OrderId after, std::uint32_t limit) override {
        const View data(state(), tenant);
        return scan(data->orders, after, limit,
                    [&data](const OrderEntry& entry) { return stored_order(*data, entry, engine::Blocks::with); });
    }

    Answer<std::vector<engine::ExceptionRow>> exceptions(TenantId tenant,
                                                         const engine::ExceptionQuery& query) override {
        const View data(state(), tenant);
        std::vector<engine::ExceptionRow> out;
        for (const auto& [key, row] : data->exceptions) {
            if (passes(row, query)) out.push_back(row);
        }
        std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
            return place_of(a.due_at, a.raised_in, a.kind) < place_of(b.due_at, b.raised_in, b.kind);
        });
        if (out.size() > query.limit) out.resize(query.limit);
        return out;
    }

    Answer<std::vector<engine::FulfillmentRow>> fulfillments(TenantId tenant,
                                                             const engine::FulfillmentQuery& query) override {
        const View data(state(), tenant);
        std::vector<engine::FulfillmentRow> out;
        for (const auto& [key, row] : data->fulfillments) {
            if (passes(row, query)) out.push_back(row);
        }
        std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return place_of(a) < place_of(b); });
        if (out.size() > query.limit) out.resize(query.limit);
        return out;
    }

    Answer<std::vector<engine::ReturnRow>> returns(TenantId tenant, const engine::ReturnQuery& query) override {
        const View data(state(), tenant);
        std::vector<engine::ReturnRow> out;
        for (const auto& [key, row] : data->returns) {
            if (passes(row, query)) out.push_back(row);
        }
        std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return place_of(a) < place_of(b); });
        if (out.size() > query.limit) out.resize(query.limit);
        return out;
    }

    Answer<std::vector<engine::EventRow>> events(TenantId tenant, const engine::EventQuery& query) override {
        const View data(state(), tenant);
        std::vector<engine::EventRow> out;
        for (std::size_t at = query.after.raw(); at < data->events.size() && out.size() < query.limit; ++at) {
            const engine::EventRow& event = data->events[at];
            if (query.until.is_set() && event.sequence > query.until) break;
            if (query.aggregate && !(event.aggregate == *query.aggregate)) continue;
            const bool of_kind = query.kinds.empty() || std::find(query.kinds.begin(), query.kinds.end(),
                                                                  event.aggregate.kind) != query.kinds.end();
            if (!of_kind) continue;
            const bool typed = query.types.empty() ||
                               std::find(query.types.begin(), query.types.end(), event.type) != query.types.end();
            if (typed) out.push_back(event);
        }
        return out;
    }

    Answer<std::vector<engine::MovementRow>> movements(TenantId tenant, const engine::MovementQuery& query) override {
        const View data(state(), tenant);
        std::vector<engine::MovementRow> out;
        const auto& all = data->movements;
        for (auto row = all.rbegin(); row != all.rend() && out.size() < query.limit; ++row) {
            const bool too_new =
                query.before.is_set() && std::pair(row->sequence, row->n) >= std::pair(query.before, query.before_n);
            if (too_new || (query.item && row->movement.item != *query.item)) continue;
            if (query.location && row->movement.location != *query.location) continue;
            if (query.order && row->order != *query.order) continue;
            out.push_back(*row);
        }
        return out;
    }

    Answer<std::vector<engine::LevelRow>> movement_sums(TenantId tenant) override {
        const View data(state(), tenant);
        std::map<std::pair<core::ItemIx, core::LocationIx>, core::Level> sums;
        for (const engine::MovementRow& row : data->movements) {
            const core::Movement& moved = row.movement;
            core::Level& level = sums[{moved.item, moved.location}];
            level.location = moved.location;
            level.on_hand += moved.on_hand;
            level.reserved += moved.reserved;
            level.safety += moved.safety;
            level.unsellable += moved.unsellable;
        }
        std::vector<engine::LevelRow> out;
        for (const auto& [key, level] : sums) out.push_back({key.first, level});
        return out;
    }

    Answer<std::optional<std::string>> customer(TenantId tenant, core::CustomerId id) override {
        const View data(state(), tenant);
        const auto at = data->customers.find(id);
        if (at == data->customers.end()) return std::optional<std::string>();
        return std::optional(at->second.doc);
    }

    Answer<std::vector<std::string>> customers(TenantId tenant, core::CustomerId after, std::string_view text,
                                               std::uint32_t limit) override {
        const View data(state(), tenant);
        if (text.empty()) {
            return scan(data->customers, after, limit, [](const engine::CustomerRow& row) { return row.doc; });
        }
        const WordQuery words = word_query(text);
        std::set<core::CustomerId> found;
        for (const auto& [id, person] : data->persons) {
            if (person.row.customer > after && words.matches(person.words)) found.insert(person.row.customer);
        }
        std::vector<std::string> out;
        for (auto id = found.begin(); id != found.end() && out.size() < limit; ++id) {
            const auto at = data->customers.find(*id);
            if (at != data->customers.end()) out.push_back(at->second.doc);
        }
        return out;
    }

    Answer<std::optional<core::CustomerId>> customer_by_identity(TenantId tenant,
                                                                 const core::CustomerIdentity& identity) override {
        const View data(state(), tenant);
        return value_of(data->identities, identity);
    }

    Answer<std::optional<engine::PersonRow>> person(TenantId tenant, core::PersonId id) override {
        const View data(state(), tenant);
        const auto at = data->persons.find(id);
        if (at == data->persons.end()) return std::optional<engine::PersonRow>();
        return std::optional(at->second.row);
    }

    Answer<std::vector<engine::PersonRow>> scan_persons(TenantId tenant, core::PersonId after,
                                                        std::uint32_t limit) override {
        const View data(state(), tenant);
        return scan(data->persons, after, limit, [](const PersonEntry& entry) { return entry.row; });
    }

    Answer<std::optional<engine::ReplyRow>> reply(TenantId tenant, std::string_view key) override {
        const View data(state(), tenant);
        return value_of(data->replies, key);
    }

    Answer<std::vector<engine::ReplyRow>> scan_replies(TenantId tenant, std::string_view after,
                                                       std::uint32_t limit) override {
        const View data(state(), tenant);
        return scan(data->replies, std::string(after), limit, [](const engine::ReplyRow& row) { return row; });
    }

    Answer<Unit> configuration(TenantId tenant, engine::ConfigurationSink& sink) override {
        const View data(state(), tenant);
        hand_over_configuration(*data, sink);
        return Unit{};
    }

    Answer<std::optional<TenantId>> tenant_of_key(std::string_view hash) override {
        constexpr auto keys = static_cast<std::size_t>(engine::DocKind::key);
        const std::string code(hash);
        const std::shared_lock lock(state_->guard);
        for (const auto& [tenant, data] : state_->tenants) {
            if (!data.name.empty() && data.doc_by_code[keys].contains(code)) return std::optional(tenant);
        }
        return std::optional<TenantId>();
    }

private:
    /// A tenant's rows under the shared lock; none at all for a tenant that does not exist.
    class View {
    public:
        View(const SharedRows& state, TenantId tenant) : lock_(state.guard) {
            static const TenantData nothing;
            const auto at = state.tenants.find(tenant);
            data_ = at == state.tenants.end() ? &nothing : &at->second;
        }
        const TenantData* operator->() const { return data_; }
        const TenantData& operator*() const { return *data_; }

    private:
        std::shared_lock<std::shared_mutex> lock_;
        const TenantData* data_;
    };

    template <class Map, class Key>
    static std::optional<typename Map::mapped_type> value_of(const Map& rows, const Key& key) {
        const auto at = rows.find(key);
        if (at == rows.end()) return std::nullopt;
        return at->second;
    }

    [[nodiscard]] const SharedRows& state() const { return own_ ? *own_ : *state_; }

    std::shared_ptr<const SharedRows> state_;
    std::shared_ptr<const SharedRows> own_;  ///< a copy, when a moment is held
};

}  // namespace

std::unique_ptr<engine::Reader> make_reader(std::shared_ptr<const SharedRows> state) {
    return std::make_unique<MemoryReader>(std::move(state));
}

}  // namespace waybill::storage::memory
