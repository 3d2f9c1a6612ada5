// The load phase of a batch: what its commands need to know of the rows that are not in memory.

#include <algorithm>

#include "base/mutant.hpp"
#include "engine/batch.hpp"
#include "engine/codec.hpp"
#include "engine/sort_unique.hpp"

namespace waybill::engine {
namespace {

template <class T>
void append(std::vector<T>& to, std::vector<T>&& from) {
    std::move(from.begin(), from.end(), std::back_inserter(to));
}

/// Copies the rows of `keys` that are in `from`.
template <class Key, class Row>
void take_over(const std::vector<Key>& keys, const std::map<Key, Row>& from, std::map<Key, Row>& to) {
    if (WAYBILL_MUTANT(rows_under_way_forgotten)) return;
    for (const Key& key : keys) {
        if (const auto at = from.find(key); at != from.end()) to[key] = at->second;
    }
}

bool is_empty(const LoadKeys& keys) {
    return keys.orders.empty() && keys.customers.empty() && keys.channel_orders.empty() && keys.identities.empty() &&
           keys.replies.empty();
}

}  // namespace

Result<Unit, IoError> Batch::load(Reader& reader, const Batch* under_way) {
    for (const Job& job : jobs_) {
        if (job.kind == JobKind::create_tenant) continue;
        if (Work* work = work_of(job.submission.tenant)) gather(job.submission, *work);
    }
    for (auto& [id, work] : works_) {
        const core::WorkingSet* made = nullptr;
        if (under_way != nullptr) {
            const auto at = under_way->works_.find(id);
            if (at != under_way->works_.end()) made = &at->second.made;
        }
        if (auto loaded = load_rows(work, made); !loaded) return loaded;
        if (work.erases) {
            if (auto loaded = load_merges(work, reader); !loaded) return loaded;
        }
    }
    return Unit{};
}

void Batch::gather(const Submission& submission, Work& work) {
    core::Needs needs = core::needs_of(submission.command, *work.slot->state);
    append(work.keys.orders, std::move(needs.orders));
    append(work.keys.customers, std::move(needs.customers));
    append(work.keys.channel_orders, std::move(needs.channel_orders));
    append(work.keys.identities, std::move(needs.identities));
    if (submission.idempotency) work.keys.replies.push_back(submission.idempotency->key);
    if (std::holds_alternative<core::ErasePerson>(submission.command)) work.erases = true;
}

Result<Unit, IoError> Batch::load_rows(Work& work, const core::WorkingSet* under_way) {
    if (is_empty(work.keys)) return Unit{};
    if (auto loaded = load_keys(work, work.keys, under_way); !loaded) return loaded;

    // An identity leads to a customer, whom the command needs as well.
    LoadKeys more;
    core::WorkingSet& working = work.slot->state->working;
    for (const auto& [identity, customer] : working.identities) {
        if (working.find_customer(customer) == nullptr) more.customers.push_back(customer);
    }
    if (more.customers.empty()) return Unit{};
    if (auto loaded = load_keys(work, more, under_way); !loaded) return loaded;
    for (const core::CustomerId id : more.customers) {
        if (working.find_customer(id) == nullptr && work.unreadable.empty()) {
            work.unreadable = "customer " + std::to_string(id.raw()) + " of a stored identity is missing";
        }
    }
    return Unit{};
}

Result<Unit, IoError> Batch::load_keys(Work& work, LoadKeys& keys, const core::WorkingSet* under_way) {
    sort_unique(keys.orders);
    sort_unique(keys.customers);
    sort_unique(keys.channel_orders);
    sort_unique(keys.identities);
    sort_unique(keys.replies);
    auto loaded = around_.store->load(work.slot->state->id, keys);
    if (!loaded) return fail(std::move(loaded.error()));
    take(*std::move(loaded), work);
    if (under_way == nullptr) return Unit{};
    // What is under way is newer than what the store has, also of customers that the store found by an identity.
    core::WorkingSet& working = work.slot->state->working;
    std::vector<core::CustomerId> customers = keys.customers;
    for (const auto& [id, customer] : working.customers) customers.push_back(id);
    take_over(keys.orders, under_way->orders, working.orders);
    take_over(customers, under_way->customers, working.customers);
    take_over(keys.channel_orders, under_way->channel_orders, working.channel_orders);
    take_over(keys.identities, under_way->identities, working.identities);
    return Unit{};
}

void Batch::take(Loaded loaded, Work& work) {
    core::WorkingSet& working = work.slot->state->working;
    for (const StoredOrder& stored : loaded.orders) {
        auto order = decode_order(stored);
        if (!order) {
            work.unreadable = "a stored order can not be read: " + order.error();
            continue;
        }
        const core::OrderId id = order->id;
        working.orders[id] = std::make_shared<core::Order>(*std::move(order));
    }
    for (const std::string& doc : loaded.customers) {
        auto customer = decode_doc<core::Customer>(doc);
        if (!customer) {
            work.unreadable = "a stored customer can not be read: " + customer.error();
            continue;
        }
        const core::CustomerId id = customer->id;
        working.customers[id] = *std::move(customer);
    }
    for (auto& [key, order] : loaded.channel_orders) working.channel_orders[std::move(key)] = order;
    for (auto& [identity, customer] : loaded.identities) working.identities[std::move(identity)] = customer;
    for (ReplyRow& reply : loaded.replies) {
        std::string key = reply.key;
        work.replies.emplace(std::move(key), std::move(reply));
    }
}

Result<Unit, IoError> Batch::load_merges(Work& work, Reader& reader) {
    constexpr std::uint32_t page_events = 1'000;
    EventQuery query;
    query.types = {std::string(core::CustomersMerged::type_name)};
    query.kinds = {core::AggregateKind::customer};
    query.limit = page_events;
    while (true) {
        auto rows = reader.events(work.slot->state->id, query);
        if (!rows) return fail(std::move(rows.error()));
        for (const EventRow& row : *rows) {
            const auto event = decode_event(row.type, row.schema_version, row.body);
            if (!event) {
                return fail(
                    IoError{IoFailure::corrupt, "event " + std::to_string(row.sequence.raw()) + ": " + event.error()});
            }
            const auto& merged = std::get<core::CustomersMerged>(*event);
            work.merges.emplace_back(merged.from, merged.into);
        }
        if (rows->size() < page_events) return Unit{};
        query.after = rows->back().sequence;
    }
}

}  // namespace waybill::engine
