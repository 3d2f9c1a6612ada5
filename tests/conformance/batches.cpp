#include "conformance/batches.hpp"

#include <fmt/format.h>
#include <utility>

namespace waybill::conformance {

using core::Sequence;
using engine::OrderRow;
using engine::TenantBatch;

namespace {

constexpr std::int64_t first_second = 1'700'000'000;

Sequence add_order_event(TenantBatch& batch, core::OrderId id) {
    const Sequence sequence(batch.head_before.raw() + batch.events.size() + 1);
    engine::EventRow event;
    event.sequence = sequence;
    event.aggregate = {core::AggregateKind::order, id.is_set() ? id.raw() : sequence.raw()};
    event.at = Instant((first_second + static_cast<std::int64_t>(sequence.raw())) * micros_per_second);
    event.actor = "system";
    event.command = "test";
    event.type = "order_placed";
    event.body = "{}";
    batch.events.push_back(std::move(event));
    return sequence;
}

}  // namespace

TenantBatch empty_batch(core::TenantId tenant, std::uint64_t head) {
    TenantBatch batch;
    batch.tenant = tenant;
    batch.head_before = Sequence(head);
    return batch;
}

TenantBatch founding_batch(core::TenantId tenant, std::string_view name) {
    TenantBatch batch = empty_batch(tenant, 0);
    batch.tenant_name = name;
    return batch;
}

OrderRow& add_order(TenantBatch& batch, std::string channel_order_id) {
    const Sequence sequence = add_order_event(batch, {});
    OrderRow& order = batch.orders.emplace_back();
    order.id = core::OrderId(sequence.raw());
    order.channel_order_id = std::move(channel_order_id);
    order.placed_at = batch.events.back().at;
    order.updated_at = order.placed_at;
    order.currency = "EUR";
    order.line_count = 1;
    order.version = 1;
    order.last_sequence = sequence;
    order.header = fmt::format("{{\"id\":{}}}", order.id.raw());
    order.blocks = {{0, "{\"lines\":[]}"}};
    return order;
}

OrderRow& change_order(TenantBatch& batch, const OrderRow& before) {
    const Sequence sequence = add_order_event(batch, before.id);
    OrderRow& order = batch.orders.emplace_back(before);
    order.is_new = false;
    order.version = before.version + 1;
    order.last_sequence = sequence;
    order.blocks.clear();
    order.items.clear();
    order.search_text.clear();
    return order;
}

}  // namespace waybill::conformance
