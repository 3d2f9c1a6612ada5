#include "storage/memory/tenant_data.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "base/mutant.hpp"
#include "storage/batch_checks.hpp"
#include "storage/words.hpp"

namespace waybill::storage::memory {

using core::CustomerId;
using core::OrderId;
using engine::CustomerRow;
using engine::DocRow;
using engine::IoError;
using engine::IoFailure;
using engine::OrderRow;
using engine::TenantBatch;

namespace {

IoError conflict(std::string detail) { return {IoFailure::conflict, std::move(detail)}; }

std::optional<IoError> doc_conflict(const TenantData& data, const TenantBatch& batch) {
    // Only the kinds that the batch changes are copied, and configuration changes are few.
    std::map<std::size_t, std::pair<std::map<std::string, std::uint32_t>, std::map<std::uint32_t, std::string>>> after;
    for (const DocRow& doc : batch.docs) {
        const auto kind = static_cast<std::size_t>(doc.kind);
        auto& codes = after[kind];
        auto& by_code = codes.first;
        auto& code_of = codes.second;
        const auto holder_of = [&](const std::string& code) -> std::optional<std::uint32_t> {
            if (const auto at = by_code.find(code); at != by_code.end()) return at->second;
            const auto at = data.doc_by_code[kind].find(code);
            if (at == data.doc_by_code[kind].end()) return std::nullopt;
            // A row that the batch has changed before no longer has its old code.
            const auto changed = code_of.find(at->second);
            if (changed != code_of.end() && changed->second != code) return std::nullopt;
            return at->second;
        };
        const auto holder = holder_of(doc.code);
        if (holder && *holder != doc.ix) return conflict(fmt::format("code {} is taken", doc.code));
        if (const auto before = code_of.find(doc.ix); before != code_of.end()) by_code.erase(before->second);
        by_code[doc.code] = doc.ix;
        code_of[doc.ix] = doc.code;
    }
    return std::nullopt;
}

std::optional<IoError> order_conflict(const TenantData& data, const TenantBatch& batch) {
    std::set<OrderId> added;
    std::set<std::pair<core::ChannelIx, std::string>> numbers;
    for (const OrderRow& order : batch.orders) {
        const bool exists = data.orders.contains(order.id) || added.contains(order.id);
        if (!order.is_new) {
            if (!exists) return conflict(fmt::format("order {} does not exist", order.id.raw()));
            continue;
        }
        std::pair<core::ChannelIx, std::string> number{order.channel, order.channel_order_id};
        if (exists || data.order_by_channel.contains(number) || !numbers.insert(std::move(number)).second) {
            return conflict(fmt::format("order {} is there already", order.channel_order_id));
        }
        added.insert(order.id);
    }
    return std::nullopt;
}

std::optional<IoError> identity_conflict(const TenantData& data, const TenantBatch& batch) {
    std::set<CustomerId> changed;
    for (const CustomerRow& row : batch.customers) changed.insert(row.id);
    std::set<core::CustomerIdentity> given;
    for (const CustomerRow& row : batch.customers) {
        for (const core::CustomerIdentity& identity : row.identities) {
            const auto at = data.identities.find(identity);
            const bool taken = at != data.identities.end() && !changed.contains(at->second);
            if (taken || !given.insert(identity).second) {
                return conflict(fmt::format("identity {} belongs to another customer", identity.external_id));
            }
        }
    }
    return std::nullopt;
}

void apply_doc(TenantData& data, const DocRow& doc) {
    const auto kind = static_cast<std::size_t>(doc.kind);
    auto& rows = data.docs[kind];
    if (const auto before = rows.find(doc.ix); before != rows.end()) data.doc_by_code[kind].erase(before->second.code);
    rows[doc.ix] = doc;
    data.doc_by_code[kind][doc.code] = doc.ix;
}

/// Both ascending, each word once.
void add_words(std::vector<std::string>& to, const std::vector<std::string>& more) {
    if (more.empty()) return;
    std::vector<std::string> all;
    std::set_union(to.begin(), to.end(), more.begin(), more.end(), std::back_inserter(all));
    to = std::move(all);
}

void apply_order(TenantData& data, const OrderRow& order) {
    OrderEntry& entry = data.orders[order.id];
    const OrderRow before = entry.row;
    entry.row = order;
    if (order.is_new) {
        data.order_by_channel.emplace(std::pair(order.channel, order.channel_order_id), order.id);
        data.order_by_placed.emplace(order.placed_at, order.id);
    } else {
        // What an order is called and sorted by never changes.
        entry.row.channel = before.channel;
        entry.row.channel_order_id = before.channel_order_id;
        entry.row.placed_at = before.placed_at;
    }
    add_words(entry.words, words_of(order.search_text));
    for (const engine::OrderBlock& block : order.blocks) entry.blocks[block.block] = block.doc;
    entry.items.insert(order.items.begin(), order.items.end());
    entry.locations = {order.locations.begin(), order.locations.end()};
    entry.row.blocks.clear();
    entry.row.items.clear();
    entry.row.locations.clear();
    entry.row.search_text.clear();
}

void apply_customers(TenantData& data, const TenantBatch& batch) {
    for (const CustomerRow& row : batch.customers) {
        const auto before = data.customers.find(row.id);
        if (before == data.customers.end() || WAYBILL_MUTANT(memory_identity_kept)) continue;
        for (const core::CustomerIdentity& identity : before->second.identities) data.identities.erase(identity);
    }
    for (const CustomerRow& row : batch.customers) {
        data.customers[row.id] = row;
        for (const core::CustomerIdentity& identity : row.identities) data.identities.emplace(identity, row.id);
    }
}

void erase_persons(TenantData& data, CustomerId customer) {
    if (!customer.is_set()) return;
    std::erase_if(data.persons, [&](const auto& entry) {
        const engine::PersonRow& person = entry.second.row;
        if (WAYBILL_MUTANT(memory_order_person_kept) && person.order.is_set()) return false;
        if (person.customer == customer) return true;
        const auto order = data.orders.find(person.order);
        return order != data.orders.end() && order->second.row.customer == customer;
    });
}

void apply_replies(TenantData& data, const TenantBatch& batch) {
    for (std::uint32_t n = 0; n < expired_replies_per_commit && !data.replies_by_age.empty(); ++n) {
        const auto oldest = data.replies_by_age.begin();
        if (!batch.replies_expire_before.is_set() || oldest->first >= batch.replies_expire_before) break;
        data.replies.erase(oldest->second);
        data.replies_by_age.erase(oldest);
    }
    for (const engine::ReplyRow& reply : batch.replies) {
        const auto before = data.replies.find(reply.key);
        if (before != data.replies.end()) data.replies_by_age.erase({before->second.at, reply.key});
        data.replies[reply.key] = reply;
        data.replies_by_age.emplace(reply.at, reply.key);
    }
}

}  // namespace

std::optional<IoError> conflict_of(const TenantData& data, const TenantBatch& batch) {
    if (auto found = doc_conflict(data, batch)) return found;
    if (auto found = order_conflict(data, batch)) return found;
    return identity_conflict(data, batch);
}

void apply(TenantData& data, const TenantBatch& batch) {
    data.events.insert(data.events.end(), batch.events.begin(), batch.events.end());
    data.movements.insert(data.movements.end(), batch.movements.begin(), batch.movements.end());
    if (!batch.events.empty()) {
        data.head = batch.events.back().sequence;
        if (batch.configures()) data.configured = data.head;
        data.last_instant = std::max(data.last_instant, batch.events.back().at);
    }
    for (const DocRow& doc : batch.docs) apply_doc(data, doc);
    for (const engine::LevelRow& row : batch.levels) data.levels[{row.item, row.level.location}] = row.level;
    for (const engine::CapacityRow& row : batch.capacity) data.capacity[{row.location, row.day.day}] = row.day;
    for (const OrderRow& order : batch.orders) apply_order(data, order);
    for (const engine::ExceptionRow& row : batch.exceptions) data.exceptions[{row.raised_in, row.kind}] = row;
    for (const engine::FulfillmentRow& row : batch.fulfillments) data.fulfillments[{row.order, row.number}] = row;
    for (const engine::ReturnRow& row : batch.returns) data.returns[{row.order, row.number}] = row;
    apply_customers(data, batch);
    for (const engine::PersonRow& person : batch.persons) {
        data.persons[person.id] = {person, words_of_document(person.doc)};
    }
    for (const CustomerId customer : batch.erased) erase_persons(data, customer);
    apply_replies(data, batch);
}

engine::StoredOrder stored_order(const TenantData& data, const OrderEntry& entry, engine::Blocks blocks) {
    engine::StoredOrder out{entry.row.header, {}, {}};
    if (out.header.empty()) {
        const engine::EventRow& placed = data.events.at(entry.row.id.raw() - 1);
        out.placed = {placed.sequence, placed.at, placed.schema_version, placed.body};
    }
    if (blocks == engine::Blocks::without) return out;
    for (const auto& [block, doc] : entry.blocks) out.blocks.push_back({block, doc});
    return out;
}

void hand_over_configuration(const TenantData& data, engine::ConfigurationSink& sink) {
    for (const auto& rows : data.docs) {
        for (const auto& [ix, doc] : rows) sink.on_doc(doc);
        if (sink.wants() == engine::ConfigurationSink::Wants::settings) return;
    }
    if (sink.wants() != engine::ConfigurationSink::Wants::everything) return;
    for (const auto& [key, level] : data.levels) sink.on_level({key.first, level});
    for (const auto& [key, day] : data.capacity) sink.on_capacity({key.first, day});
}

}  // namespace waybill::storage::memory
