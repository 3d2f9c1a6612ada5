#include "engine/order_as_of.hpp"

#include <memory>
#include <string>

#include "core/events.hpp"
#include "core/evolve.hpp"
#include "engine/codec.hpp"
#include "engine/order_event_checks.hpp"

namespace waybill::engine {
namespace {

/// Whether an event of a possibly damaged log can follow on the order as it is.
bool follows(const std::shared_ptr<core::Order>& order, const core::Event& event) {
    if (const auto* placed = std::get_if<core::OrderPlaced>(&event)) {
        return order == nullptr && placed_misfit_of(placed->order).empty();
    }
    return order != nullptr && order_misfit_of(event, *order).empty();
}

Unexpected<IoError> corrupt(core::OrderId id, const std::string& what) {
    return fail(IoError{IoFailure::corrupt, "order " + std::to_string(id.raw()) + ": " + what});
}

Result<core::Order, IoError> fold_log(Reader& reader, core::TenantId tenant, core::OrderId id, core::Sequence until) {
    std::shared_ptr<core::Order> order;
    EventQuery query;
    query.until = until;
    query.aggregate = core::Aggregate{core::AggregateKind::order, id.raw()};
    query.limit = page_rows;
    while (true) {
        auto rows = reader.events(tenant, query);
        if (!rows) return fail(std::move(rows.error()));
        for (const EventRow& row : *rows) {
            const auto event = decode_event(row.type, row.schema_version, row.body);
            if (!event) return corrupt(id, "event " + std::to_string(row.sequence.raw()) + ": " + event.error());
            if (!follows(order, *event)) {
                return corrupt(id,
                               "event " + std::to_string(row.sequence.raw()) + " does not follow from those before");
            }
            order = core::evolve_order(*event, {row.sequence, row.at}, order.get());
        }
        if (rows->size() < page_rows) break;
        query.after = rows->back().sequence;
    }
    if (order == nullptr) return corrupt(id, "the log has no such order up to event " + std::to_string(until.raw()));
    return *std::move(order);
}

}  // namespace

Result<core::Order, IoError> order_as_of(Reader& reader, core::TenantId tenant, core::OrderId id,
                                         core::Sequence until) {
    auto stored = reader.order(tenant, id);
    if (!stored) return fail(std::move(stored.error()));
    if (stored->has_value()) {
        auto order = decode_order(**stored);
        if (!order) return corrupt(id, order.error());
        if (order->last_sequence <= until) return *std::move(order);
    }
    return fold_log(reader, tenant, id, until);
}

}  // namespace waybill::engine
