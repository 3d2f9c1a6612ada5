#pragma once
// Routing decisions of the past: what was recorded, and the configuration that they saw.

#include <memory>
#include <optional>
#include <vector>

#include "base/result.hpp"
#include "core/automation/explain_rules.hpp"
#include "core/events.hpp"
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

/// The decision that placed an order. nullopt: there is no such order. Cost: one indexed query.
[[nodiscard]] Result<std::optional<RecordedDecision>, IoError> placing_decision(Reader& reader, core::TenantId tenant,
                                                                                core::OrderId order);

/// A moment of automation that an order has passed, whether any rule fired or not.
struct RecordedMoment {
    core::Moment moment = core::Moment::placed;
    core::Sequence sequence;  ///< of the event that brought it; of `before_release` what rules did, else the release
    Instant at;
    core::Sequence seen;                ///< rules looked at the order as of this event; of `placed`: as it came
    std::uint64_t config_sequence = 0;  ///< that of the decision, where it is on record; else `sequence`
    core::RulesTrace rules;             ///< empty where none fired or failed after the order was placed
    core::OrderMarked did;              ///< likewise
};

/// Of an order, oldest first; none: there is no such order. Cost: reads the order's events.
[[nodiscard]] Result<std::vector<RecordedMoment>, IoError> recorded_moments(Reader& reader, core::TenantId tenant,
                                                                            core::OrderId order);

/// Catalogue, network, channels and settings as they were after event `sequence`; no stock, no demand, no orders.
/// Everything is committed. Cost: folds the tenant's configuration events up to there; keep it when it is asked for
/// again.
[[nodiscard]] Result<std::unique_ptr<core::TenantState>, IoError> configuration_as_of(Reader& reader,
                                                                                      core::TenantId tenant,
                                                                                      std::uint64_t sequence);

}  // namespace waybill::engine
