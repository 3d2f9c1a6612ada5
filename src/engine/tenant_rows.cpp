#include "engine/tenant_rows.hpp"

#include <algorithm>

#include "base/mutant.hpp"
#include "core/limits.hpp"
#include "engine/codec.hpp"
#include "engine/sort_unique.hpp"

namespace waybill::engine {
namespace {

template <class Row>
void add_documents(std::vector<DocRow>& out, DocKind kind, const core::Coded<Row>& table) {
    table.rows.each_pending([&](std::uint32_t ix, const Row& row) {
        out.push_back({kind, ix, table.codes.key(ix), encode_doc(row)});
    });
}

/// Calls emit for what is in `now` and not the same in `before`; both ascending by `key`.
template <class Row, class Key, class Emit>
void each_difference(const std::vector<Row>& before, const std::vector<Row>& now, Key&& key, Emit&& emit) {
    auto old = before.begin();
    for (const Row& row : now) {
        while (old != before.end() && key(*old) < key(row)) ++old;
        if (old != before.end() && key(*old) == key(row) && *old == row) continue;
        emit(row);
    }
}

std::uint32_t block_count(const core::Order& order) {
    constexpr std::size_t size = core::limits::order_block_lines;
    return static_cast<std::uint32_t>((order.lines.size() + size - 1) / size);
}

bool block_changed(const core::Order& order, const core::Order& before, std::uint32_t block) {
    if (WAYBILL_MUTANT(second_block_not_written) && block > 0) return false;
    const std::size_t begin = std::size_t{block} * core::limits::order_block_lines;
    const std::size_t end = std::min(begin + core::limits::order_block_lines, order.lines.size());
    for (std::size_t i = begin; i < end; ++i) {
        if (i >= before.lines.size() || !(order.lines[i] == before.lines[i])) return true;
    }
    return false;
}

/// As long as the event that placed it is all that happened to an order, that event is its document.
bool has_document(const core::Order& order) { return order.version > 1; }

void add_document(const core::Order& order, const core::Order* before, OrderRow& row) {
    row.header.reserve(512);
    encode_order_header(row.header, order);
    const bool has_blocks = before != nullptr && has_document(*before);
    for (std::uint32_t block = 0; block < block_count(order); ++block) {
        if (has_blocks && !block_changed(order, *before, block)) continue;
        row.blocks.push_back({block, {}});
        encode_order_block(row.blocks.back().doc, order, block);
    }
}

std::string search_text_of(const core::Order& order) {
    std::string out = order.channel_order_id;
    if (WAYBILL_MUTANT(tags_not_searchable)) return out;
    for (const std::string& tag : order.tags) {
        out += ' ';
        out += tag;
    }
    return out;
}

/// Tags are never taken off.
std::string new_tags(const core::Order& order, const core::Order& before) {
    std::string out;
    if (order.tags.size() == before.tags.size()) return out;
    for (const std::string& tag : order.tags) {
        if (std::binary_search(before.tags.begin(), before.tags.end(), tag)) continue;
        if (!out.empty()) out += ' ';
        out += tag;
    }
    return out;
}

}  // namespace

void TenantRows::happen(const core::Event& event, core::EventStamp stamp, const Cause& cause,
                        core::TenantState& state) {
    EventRow row;
    row.sequence = stamp.sequence;
    row.aggregate = core::aggregate_of(event);
    row.at = stamp.at;
    row.actor = cause.actor;
    row.command = cause.command;
    row.correlation = cause.correlation;
    row.type = core::type_of(event);
    row.body.reserve(1'024);
    encode_event(row.body, event);
    repeat(std::move(row), event, state);
}

void TenantRows::repeat(EventRow row, const core::Event& event, core::TenantState& state) {
    const core::EventStamp stamp{row.sequence, row.at};
    note_touched(event, state);
    std::vector<core::Movement> movements = core::movements_of(event, state);
    values_.follow(row, event, movements, state);
    note_movements(std::move(movements), stamp, row.aggregate);
    row.aggregate_version = version_after(row.aggregate, stamp.sequence, state);
    batch.events.push_back(std::move(row));
}

void TenantRows::note_touched(const core::Event& event, const core::TenantState& state) {
    const core::Aggregate aggregate = core::aggregate_of(event);
    if (aggregate.kind == core::AggregateKind::order) {
        const core::OrderId id(aggregate.id);
        if (orders_.contains(id)) return;
        const auto at = state.working.orders.find(id);
        orders_.emplace(id, at == state.working.orders.end() ? nullptr : at->second);
    } else if (aggregate.kind == core::AggregateKind::customer) {
        customers_.insert(core::CustomerId(aggregate.id));
        if (const auto* merged = std::get_if<core::CustomersMerged>(&event)) customers_.insert(merged->into);
    }
}

void TenantRows::note_movements(std::vector<core::Movement> movements, core::EventStamp stamp,
                                core::Aggregate aggregate) {
    const core::OrderId order(aggregate.kind == core::AggregateKind::order ? aggregate.id : 0);
    std::uint32_t n = 0;
    for (core::Movement& movement : movements) {
        // A count that found what was expected is in the event, not in the ledger.
        if (movement.on_hand == 0 && movement.reserved == 0 && movement.safety == 0 && movement.unsellable == 0)
            continue;
        if (WAYBILL_MUTANT(movement_not_written) && movement.kind == core::MovementKind::release) continue;
        batch.movements.push_back({stamp.sequence, n, stamp.at, std::move(movement), order});
        ++n;
    }
}

void TenantRows::project(const core::TenantState& state) {
    project_documents(state);
    project_levels(state);
    project_capacity(state);
    project_orders(state);
    project_customers(state);
    project_order_values();
}

void TenantRows::project_documents(const core::TenantState& state) {
    state.settings.each_pending([&](std::uint32_t ix, const core::TenantSettings& row) {
        batch.docs.push_back({DocKind::settings, ix, std::string(settings_code), encode_doc(row)});
    });
    add_documents(batch.docs, DocKind::item, state.items);
    add_documents(batch.docs, DocKind::location, state.locations);
    add_documents(batch.docs, DocKind::channel, state.channels);
    add_documents(batch.docs, DocKind::key, state.keys);
    add_documents(batch.docs, DocKind::feed, state.feeds);
    add_documents(batch.docs, DocKind::postcode_area, state.postcode_areas);
    add_documents(batch.docs, DocKind::rule_set, state.rule_sets);
    add_documents(batch.docs, DocKind::rule_activation, state.activations);
    add_documents(batch.docs, DocKind::rate_table, state.rate_tables);
    add_documents(batch.docs, DocKind::webhook, state.webhooks);
    state.webhook_progress.each_pending([&](core::WebhookIx ix, const core::DeliveryProgress& row) {
        if (WAYBILL_MUTANT(progress_not_written) && ix < state.webhook_progress.committed_size()) return;
        batch.docs.push_back({DocKind::webhook_progress, ix, state.webhooks[ix].code, encode_doc(row)});
    });
    add_documents(batch.docs, DocKind::demand, state.demand);
    add_documents(batch.docs, DocKind::message_template, state.message_templates);
    state.message_progress.each_pending([&](std::uint32_t ix, const core::DeliveryProgress& row) {
        batch.docs.push_back({DocKind::message_progress, ix, std::string(mail_code), encode_doc(row)});
    });
}

void TenantRows::project_levels(const core::TenantState& state) {
    static const core::ItemLevels none{};
    state.levels.each_change([&](core::ItemIx item, const core::ItemLevels* before, const core::ItemLevels& now) {
        each_difference((before == nullptr ? none : *before).levels, now.levels,
                        [](const core::Level& level) { return level.location; },
                        [&](const core::Level& level) {
                            const bool lost = WAYBILL_MUTANT(level_row_not_written) && level.location == 1;
                            if (!lost) batch.levels.push_back({item, level});
                        });
    });
}

void TenantRows::project_capacity(const core::TenantState& state) {
    static const core::CapacityBook none{};
    state.capacity.each_change(
        [&](core::LocationIx location, const core::CapacityBook* before, const core::CapacityBook& now) {
            each_difference((before == nullptr ? none : *before).days, now.days,
                            [](const core::CapacityDay& day) { return day.day; },
                            [&](const core::CapacityDay& day) {
                                const bool lost = WAYBILL_MUTANT(capacity_row_not_written) && location == 1;
                                if (!lost) batch.capacity.push_back({location, day});
                            });
        });
}

void TenantRows::project_orders(const core::TenantState& state) {
    for (const auto& [id, before] : orders_) {
        const core::Order* order = state.working.find_order(id);
        WAYBILL_ASSERT(order != nullptr);
        batch.orders.push_back(make_order_row(*order, before.get()));
    }
}

void TenantRows::project_customers(const core::TenantState& state) {
    for (const core::CustomerId id : customers_) {
        const core::Customer* customer = state.working.find_customer(id);
        WAYBILL_ASSERT(customer != nullptr);
        batch.customers.push_back(make_customer_row(*customer));
    }
}

void TenantRows::project_order_values() {
    for (auto& [key, row] : values_.exceptions.take()) batch.exceptions.push_back(std::move(row));
    for (auto& [key, row] : values_.fulfillments.take()) batch.fulfillments.push_back(std::move(row));
    for (auto& [key, row] : values_.returns.take()) batch.returns.push_back(std::move(row));
}

std::uint64_t version_after(core::Aggregate aggregate, core::Sequence sequence, const core::TenantState& state) {
    if (aggregate.kind != core::AggregateKind::order) return sequence.raw();
    const core::Order* order = state.working.find_order(core::OrderId(aggregate.id));
    WAYBILL_ASSERT(order != nullptr);
    return order->version;
}

OrderRow make_order_row(const core::Order& order, const core::Order* before) {
    OrderRow row;
    row.id = order.id;
    row.channel = order.channel;
    row.channel_order_id = order.channel_order_id;
    row.status = order.status();
    row.customer = order.customer;
    row.placed_at = order.placed_at;
    row.updated_at = order.updated_at;
    row.currency = order.currency.code();
    row.total_minor = core::totals_of(order).total;
    row.line_count = static_cast<std::uint32_t>(order.lines.size());
    row.version = order.version;
    row.last_sequence = order.last_sequence;
    row.is_new = before == nullptr;
    if (has_document(order)) add_document(order, before, row);
    for (const core::OrderLine& line : order.lines) {
        if (row.is_new) row.items.push_back(line.item);
    }
    sort_unique(row.items);
    row.locations = core::places_of(order);
    row.search_text = row.is_new ? search_text_of(order) : new_tags(order, *before);
    return row;
}

CustomerRow make_customer_row(const core::Customer& customer) {
    CustomerRow row;
    row.id = customer.id;
    row.identities = customer.identities;
    row.doc = encode_doc(customer);
    row.group = customer.group;
    row.blocked = customer.blocked;
    row.merged_into = customer.merged_into;
    return row;
}

}  // namespace waybill::engine
