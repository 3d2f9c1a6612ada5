#pragma once
// What every store checks of a batch before it writes: that the log goes on where it ended, and that the engine keeps
// its side of the port.

#include <fmt/format.h>
#include <optional>

#include "engine/store.hpp"

namespace waybill::storage {

/// Replies deleted by one commit at most, so that no commit is slow because many became old at once.
inline constexpr std::uint32_t expired_replies_per_commit = 1'000;

/// `head`: of the batch's tenant, nothing when there is no such tenant.
[[nodiscard]] inline std::optional<engine::IoError> head_conflict(const engine::TenantBatch& batch,
                                                                  std::optional<core::Sequence> head) {
    if (!head) {
        return engine::IoError{engine::IoFailure::conflict,
                               fmt::format("tenant {} does not exist", batch.tenant.raw())};
    }
    if (*head != batch.head_before) {
        return engine::IoError{engine::IoFailure::conflict,
                               fmt::format("the log of tenant {} ends at {}, not at {}", batch.tenant.raw(),
                                           head->raw(), batch.head_before.raw())};
    }
    return std::nullopt;
}

/// Why the last batch of an import can not name its tenant.
[[nodiscard]] inline std::string name_conflict(const engine::TenantBatch& batch) {
    return fmt::format("tenant {} can not be called {}: it has a name, or another one has this", batch.tenant.raw(),
                       batch.ends_import_as);
}

/// Why a tenant is not dropped.
[[nodiscard]] inline std::string drop_conflict(core::TenantId tenant) {
    return fmt::format("tenant {} has a name: only what an unfinished import left is dropped", tenant.raw());
}

/// What rows need not say because something else does: events come without gaps, instant, order and number of a
/// movement follow from its event, the person of an order has the order's id.
inline void assert_well_formed(const engine::TenantBatch& batch) {
    std::uint64_t next = batch.head_before.raw();
    for (const engine::EventRow& event : batch.events) WAYBILL_ASSERT(event.sequence.raw() == ++next);
    core::Sequence before;
    std::uint32_t n = 0;
    for (const engine::MovementRow& row : batch.movements) {
        WAYBILL_ASSERT(row.sequence > batch.head_before && row.sequence.raw() <= next && row.sequence >= before);
        n = row.sequence == before ? n + 1 : 0;
        before = row.sequence;
        const auto& event = batch.events[row.sequence.raw() - batch.head_before.raw() - 1];
        const bool of_order = event.aggregate.kind == core::AggregateKind::order;
        WAYBILL_ASSERT(row.n == n && row.at == event.at && row.order.raw() == (of_order ? event.aggregate.id : 0));
    }
    for (const engine::PersonRow& row : batch.persons) {
        WAYBILL_ASSERT(!row.order.is_set() || row.order.raw() == row.id.raw());
    }
}

}  // namespace waybill::storage
