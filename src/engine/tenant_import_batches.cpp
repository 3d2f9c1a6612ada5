// The batches of an import: what events did, as rows, and the persons and replies beside them.

#include <algorithm>
#include <utility>

#include "engine/codec.hpp"
#include "engine/event_checks.hpp"
#include "engine/sort_unique.hpp"
#include "engine/tenant_import.hpp"
#include "engine/tenant_rows.hpp"

namespace waybill::engine {
namespace {

/// The orders and customers that an event changes, and not those that it makes.
void add_touched(const core::Event& event, LoadKeys& keys) {
    const core::Aggregate aggregate = core::aggregate_of(event);
    const bool is_placed = std::holds_alternative<core::OrderPlaced>(event);
    if (aggregate.kind == core::AggregateKind::order && !is_placed) keys.orders.emplace_back(aggregate.id);
    if (aggregate.kind == core::AggregateKind::customer) keys.customers.emplace_back(aggregate.id);
    if (const auto* merged = std::get_if<core::CustomersMerged>(&event)) keys.customers.push_back(merged->into);
}

}  // namespace

TenantImport::Step TenantImport::load_touched() {
    LoadKeys keys;
    for (const PendingEvent& pending : pending_) add_touched(pending.event, keys);
    if (!is_begun_ || (keys.orders.empty() && keys.customers.empty())) return Unit{};
    sort_unique(keys.orders);
    sort_unique(keys.customers);
    auto loaded = store_.load(state_->id, keys);
    if (!loaded) return fail(ImportFailure(std::move(loaded.error())));
    for (const StoredOrder& stored : loaded->orders) {
        auto order = decode_order(stored);
        if (!order) return fail(ImportFailure(IoError{IoFailure::corrupt, "a stored order: " + order.error()}));
        const core::OrderId id = order->id;
        state_->working.orders[id] = std::make_shared<core::Order>(*std::move(order));
    }
    for (const std::string& doc : loaded->customers) {
        auto customer = decode_doc<core::Customer>(doc);
        if (!customer)
            return fail(ImportFailure(IoError{IoFailure::corrupt, "a stored customer: " + customer.error()}));
        const core::CustomerId id = customer->id;
        state_->working.customers[id] = *std::move(customer);
    }
    return Unit{};
}

TenantImport::Step TenantImport::flush_events() {
    if (auto loaded = load_touched(); !loaded) return loaded;
    TenantRows rows;
    rows.batch.tenant = state_->id;
    rows.batch.head_before = state_->head;
    rows.batch.begins_import = !is_begun_;
    for (PendingEvent& pending : pending_) {
        const std::string name = "(event " + std::to_string(pending.row.sequence.raw()) + ") ";
        if (pending.row.at < state_->last_instant) {
            return fail(fault_at(pending.line, name + "is older than the one before"));
        }
        if (const std::string misfit = misfit_of(pending.event, *state_); !misfit.empty()) {
            return fail(fault_at(pending.line, name + "can not follow from those before: it names " + misfit));
        }
        const std::uint64_t version = pending.row.aggregate_version;
        rows.repeat(std::move(pending.row), pending.event, *state_);
        if (rows.batch.events.back().aggregate_version != version) {
            return fail(fault_at(pending.line, name + "has the wrong aggregate version"));
        }
    }
    rows.project(*state_);
    if (auto done = commit(std::move(rows.batch)); !done) return done;
    pending_.clear();
    pending_bytes_ = 0;
    return Unit{};
}

TenantImport::Step TenantImport::flush_side() {
    if (side_.persons.empty() && side_.replies.empty()) return Unit{};
    side_.tenant = state_->id;
    side_.head_before = state_->head;
    pending_bytes_ = 0;
    return commit(std::exchange(side_, {}));
}

TenantImport::Step TenantImport::commit(TenantBatch batch) {
    is_begun_ = true;
    const std::vector<TenantBatch> batches{std::move(batch)};
    auto done = store_.commit(batches);
    if (!done && done.error().kind == IoFailure::outcome_unknown) {
        const auto found = is_done(batches.front());
        if (!found) return fail(ImportFailure(found.error()));
        done = *found ? Unit{} : store_.commit(batches);
    }
    if (!done && done.error().kind == IoFailure::conflict) {
        // Nobody else writes to this tenant: the file's events contradict each other.
        return fail(fault("or one just before it can not be stored: " + done.error().detail));
    }
    if (!done) return fail(ImportFailure(std::move(done.error())));
    state_->accept();
    state_->working.clear();
    return Unit{};
}

Result<bool, IoError> TenantImport::is_done(const TenantBatch& batch) {
    auto reader = store_.reader();
    if (!reader) return fail(std::move(reader.error()));
    const auto head = (*reader)->settled(batch.tenant);
    if (!head) return fail(head.error());
    const auto heads = store_.tenants();
    if (!heads) return fail(heads.error());
    if (!batch.ends_import_as.empty()) {
        return std::any_of(heads->begin(), heads->end(), [&](const TenantHead& each) {
            return each.tenant == batch.tenant && each.name == batch.ends_import_as;
        });
    }
    // Persons and replies alone may be written twice.
    return !batch.events.empty() && head->head == batch.events.back().sequence;
}

}  // namespace waybill::engine
