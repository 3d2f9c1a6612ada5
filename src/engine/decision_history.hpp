#pragma once
// Routing decisions of the past: what was recorded, and the configuration that they saw.

#include <memory>
#include <optional>

#include "base/result.hpp"
#include "core/automation/explain_rules.hpp"
#include "core/order/order.hpp"
#include "core/routing/trace.hpp"
#include "core/state.hpp"
#include "engine/store.hpp"

namespace waybill::engine {

struct RecordedDecision {
    core::RoutingTrace trace;
    core::RulesTrace rules;
    core::RulesOf of = core::RulesOf::placing;
    Instant decided_at;
    core::Sequence sequence;  ///< of the event that recorded it
};

/// The latest routing decision of an order: its placing or its last re-route. nullopt: there is no such order.
/// Cost: reads the order's events.
[[nodiscard]] Result<std::optional<RecordedDecision>, IoError> latest_decision(Reader& reader, core::TenantId tenant,
                                                                               core::OrderId order);

/// Catalogue, network, channels and settings as they were after event `sequence`; no stock, no orders. Everything is
/// committed. Cost: folds the tenant's configuration events up to there; keep it when it is asked for again.
[[nodiscard]] Result<std::unique_ptr<core::TenantState>, IoError> configuration_as_of(Reader& reader,
                                                                                      core::TenantId tenant,
                                                                                      std::uint64_t sequence);

}  // namespace waybill::engine
