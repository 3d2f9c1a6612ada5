#pragma once
// explain: a routing decision in full, derived on demand by running it again from what its trace recorded: every
// candidate, why it was out or by how much it lost, the cost of what was chosen term by term, proof or gap.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/routing/contrast.hpp"
#include "core/routing/route.hpp"

namespace waybill::core {

struct ExplainedSupply {
    LineNo line_no;
    std::int64_t available = 0;  ///< units that the place could give this line, at most what the line wants
    std::int64_t chosen = 0;
    std::int64_t unit_cost_micros = 0;
};

/// What an `ordered` strategy saw of a candidate. Criteria that stand together make one ranking.
struct ExplainedStanding {
    Criterion criterion = Criterion::distance;
    std::optional<std::int64_t> value;  ///< metres, priority, units, millionths, 1 for a supplier; none: unknown
    std::uint32_t rank = 0;             ///< in the ranking that the criterion is part of; 0 is the best
};

/// Where the best plan that uses a candidate is first worse than the one chosen, in an `ordered` strategy.
struct ExplainedLoss {
    enum class At : std::uint8_t { short_units, criterion, tie_break };
    At at = At::tie_break;
    Criterion criterion = Criterion::distance;  ///< the first one of its ranking; of At::criterion
    std::int64_t by = 0;                        ///< units, shipments or ranks more than the plan chosen
};

/// A step of a rate table: what its service asks of a shipment that is no heavier.
struct ExplainedRate {
    std::int64_t max_g = 0;
    std::int64_t price_micros = 0;
    std::string table;
    std::string carrier;
    std::string service;
    std::string zone;
    std::optional<std::int32_t> transit_days;
};

/// A shipment of the plan chosen, of a place that ships with rate tables.
struct ExplainedShipment {
    std::int64_t weight_g = 0;
    std::vector<LineNo> lines;
    ExplainedRate paid;
};

struct ExplainedCandidate {
    Candidate candidate;
    std::vector<ExplainedSupply> supplies;
    std::vector<ExplainedRate> rates;  ///< Candidate::rates as they were called then
    std::vector<ExplainedShipment> shipments;
    bool chosen = false;
    /// How much dearer the best plan is in which this place sends at least one unit. 0 for chosen places and ties;
    /// none: no valid plan uses it, or finding out would take more than explain_work_max, or the strategy is `ordered`.
    std::optional<std::int64_t> loses_by_micros;
    std::vector<ExplainedStanding> standings;  ///< by criterion, `ordered` only
    std::optional<ExplainedLoss> loses_at;     ///< of candidates not chosen, `ordered` only; none: as above
    Contrast contrast;                         ///< of candidates not chosen: what would make the decision use it
};

/// A location that is no candidate.
struct ExplainedIneligible : IneligibleLocation {
    std::int64_t distance_m = -1;  ///< of no_stock, -1: unknown
    Contrast contrast;             ///< of no_stock and capacity_full
};

/// In money, also where the strategy is `ordered`: then what the plan would have been priced at.
struct ExplainedCost {
    std::int64_t shipments_micros = 0;  ///< handling of shipments, and their freight
    std::int64_t units_micros = 0;      ///< handling and freight by weight, without what lateness costs
    std::int64_t late_micros = 0;       ///< units that come late
    std::int64_t clearance_micros = 0;  ///< not positive: credits for stock that is to be sold off
    std::int64_t split_micros = 0;      ///< the penalty of shipments beyond the first
    std::int64_t orders_micros = 0;     ///< order fees and priority
    std::int64_t short_micros = 0;
    std::int64_t total_micros = 0;
};

struct Explanation {
    RoutingTrace trace;      ///< as recorded, or of this run for a preview
    bool reproduced = true;  ///< running it again gave the recorded cost; false: see `reproduced_note`
    const char* reproduced_note = "";
    std::vector<RouteLine> lines;
    std::vector<ExplainedCandidate> candidates;  ///< ascending by distance, unknown last
    /// Ascending by location; then, nearest first, those that have none of the items, as far as their contrast is
    /// known.
    std::vector<ExplainedIneligible> ineligible;
    std::vector<std::pair<LineNo, std::int64_t>> short_units;
    ExplainedCost cost;
    /// False: contrast may be missing, because finding it would take too much work or the decision is not reproduced.
    bool contrast_complete = false;
};

inline constexpr std::uint64_t explain_work_max = 20'000'000;
/// What finding the contrast may take on top. A preview is made where orders are decided, so it may take less.
inline constexpr std::uint64_t contrast_work_max = 10'000'000;
inline constexpr std::uint64_t contrast_preview_work_max = 2'000'000;
/// Locations without any of the items whose contrast is looked for, the nearest ones.
inline constexpr std::size_t contrast_places_max = 20;

/// A preview: what `route` would decide now, explained. Takes nothing. Of several strategies: `route_by_strategies`
/// says which one decides; `strategy`, as RoutingTrace has it, and the request then name it, and `choices` are all.
[[nodiscard]] Explanation explain_preview(const RouteRequest& request, const TenantState& state, const Context& context,
                                          std::uint32_t strategy = 0, std::span<const StrategyChoice> choices = {});

/// A decision of the past. `state` holds the configuration as of trace.config_sequence (stock in it is not looked at;
/// the recorded inputs are), and `request` the strategy and the filters that trace.strategy stands for, of all the
/// `choices` that were there. `decided_at` is the instant of the decision.
[[nodiscard]] Explanation explain_recorded(const RouteRequest& request, const RoutingTrace& trace, Instant decided_at,
                                           const TenantState& state, const Context& context,
                                           std::span<const StrategyChoice> choices = {});

/// The request that led to a recorded decision on this order, for explanations. Its strategy and filters are for the
/// caller to set.
[[nodiscard]] RouteRequest request_of(const Order& order, const RoutingTrace& trace);

}  // namespace waybill::core
