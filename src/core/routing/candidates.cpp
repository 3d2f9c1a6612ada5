#include "core/routing/candidates.hpp"

#include <algorithm>

#include "base/checked_math.hpp"
#include "base/mutant.hpp"
#include "core/network/costs.hpp"

namespace waybill::core {
namespace {

/// What breaks ties (docs/domain/costs.md): a step of priority weighs more than any distance within a country.
constexpr std::int64_t priority_micros = 1'000;
constexpr std::int64_t metres_per_micro = 1'000;

constexpr std::int64_t whole_ppm = 1'000'000;

/// What the order itself holds of a day.
struct HeldDay {
    bool counted = false;
    std::int64_t units = 0;
};

HeldDay held_on(LocationIx ix, CivilDate day, const RouteRequest& request) {
    HeldDay out;
    for (const RouteRequest::Held& hold : request.held) {
        if (hold.location != ix || hold.day != day) continue;
        out.counted = true;
        out.units += hold.units;
    }
    return out;
}

/// Measured, or assumed where one end is unknown.
std::int64_t metres_to(const CandidateFacts& facts) {
    if (facts.distance_m >= 0) return facts.distance_m;
    return facts.same_country ? unknown_distance_same_country_m : unknown_distance_abroad_m;
}

std::int64_t share_ppm(std::int64_t used, std::optional<std::int64_t> of) {
    if (!of) return 0;
    if (used >= *of) return whole_ppm;
    return std::max<std::int64_t>(used, 0) * whole_ppm / *of;
}

}  // namespace

std::int64_t distance_to(const RouteRequest& request, const Location& location) {
    if (request.method != FulfillmentMethod::ship || !request.point.is_set() || !location.point.is_set()) return -1;
    return distance_m(request.point, location.point);
}

DayLeft capacity_left(LocationIx ix, const RouteRequest& request, const TenantState& state, const Context& context) {
    const CapacityTerms& terms = state.locations[ix].capacity;
    const CivilDate day = working_day_of(ix, state, context);
    const CapacityDay used = state.capacity.read(ix).on(day);
    const HeldDay held = held_on(ix, day, request);
    DayLeft left;
    if (terms.units_per_day) {
        const std::int64_t more = WAYBILL_MUTANT(capacity_units_overbooked) ? 1 : 0;
        left.units = *terms.units_per_day - used.units + held.units + more;
    }
    const std::int64_t spare = WAYBILL_MUTANT(capacity_orders_overbooked) ? 1 : 0;
    if (terms.orders_per_day && !held.counted) left.orders = *terms.orders_per_day - used.orders + spare;
    return left;
}

std::optional<Ineligible> why_not(LocationIx ix, const RouteRequest& request, const TenantState& state) {
    const Location& location = state.locations[ix];
    if (!location.active && !WAYBILL_MUTANT(inactive_location_used)) return Ineligible::inactive;
    const auto& list = request.policy.locations;
    const bool listed = list.empty() || std::binary_search(list.begin(), list.end(), ix);
    if (!listed && !WAYBILL_MUTANT(channel_places_ignored)) return Ineligible::not_on_channel;
    const bool excluded = std::binary_search(request.excluded.begin(), request.excluded.end(), ix);
    if (excluded && !WAYBILL_MUTANT(exclusion_ignored)) return Ineligible::excluded;
    const RoutingPolicy& policy = request.policy;
    const bool forbidden =
        std::binary_search(policy.forbidden_locations.begin(), policy.forbidden_locations.end(), ix) ||
        std::binary_search(policy.forbidden_kinds.begin(), policy.forbidden_kinds.end(), location.kind);
    if (forbidden && !WAYBILL_MUTANT(forbidden_source_used)) return Ineligible::forbidden_by_rule;
    const bool any_required = !policy.required_kinds.empty() || !policy.required_locations.empty();
    const bool required = !any_required ||
                          std::binary_search(policy.required_locations.begin(), policy.required_locations.end(), ix) ||
                          std::binary_search(policy.required_kinds.begin(), policy.required_kinds.end(), location.kind);
    if (!required && !WAYBILL_MUTANT(required_sources_ignored)) return Ineligible::not_required_by_rule;
    switch (request.method) {
        case FulfillmentMethod::ship:
            if (!location.capabilities.ship) return Ineligible::does_not_ship;
            break;
        case FulfillmentMethod::pickup:
            if (ix != request.pickup_location) return Ineligible::not_the_pickup_location;
            break;
    }
    return std::nullopt;
}

CandidateFinder::CandidateFinder(const RouteRequest& request, const TenantState& state, const Context& context,
                                 std::uint32_t relaxed, bool recorded, RoutingProblem& out)
    : request_(request),
      state_(state),
      context_(context),
      relaxed_(relaxed),
      recorded_(recorded),
      out_(out),
      rates_(request, state),
      node_(state.locations.size(), not_seen) {
    for (const RouteLine& line : request.lines) units_ += line.quantity;
}

CandidateFacts CandidateFinder::facts_of(LocationIx ix) const {
    const Location& location = state_.locations[ix];
    CandidateFacts facts;
    facts.same_country = location.address.country == request_.country;
    facts.distance_m = distance_to(request_, location);
    return facts;
}

std::optional<std::vector<TableZone>> CandidateFinder::services_of(LocationIx ix, const CandidateFacts& facts) {
    const CostTerms& terms = costs_of(state_.locations[ix], state_.tenant());
    // What is collected travels with nobody.
    if (terms.rate_tables.empty() || request_.method == FulfillmentMethod::pickup) return std::vector<TableZone>();
    std::vector<TableZone> services = rates_.services(terms, metres_to(facts));
    if (services.empty()) return std::nullopt;
    return services;
}

std::optional<FilterVerdict> CandidateFinder::refused(LocationIx ix, const CandidateFacts& facts) const {
    if (request_.filters == nullptr) return std::nullopt;
    return request_.filters->refuses(ix, facts, relaxed_);
}

/// Capacity of the day, where it binds: what was recorded, or what is left now.
const RoutingInputs::Capacity* CandidateFinder::capacity_of(LocationIx ix) {
    auto& list = out_.inputs.capacity;
    const auto known = std::find_if(list.begin(), list.end(), [ix](const auto& c) { return c.location == ix; });
    if (known != list.end()) return &*known;
    if (recorded_ || request_.stock != nullptr) return nullptr;
    const CapacityTerms& terms = state_.locations[ix].capacity;
    if (!terms.orders_per_day && !terms.units_per_day) return nullptr;
    const DayLeft day = capacity_left(ix, request_, state_, context_);
    const std::int64_t left = day.orders <= 0 ? 0 : std::clamp(day.units, std::int64_t{0}, units_);
    if (left == units_) return nullptr;
    list.push_back({ix, left});
    return &list.back();
}

/// Without what the order itself holds.
std::int64_t CandidateFinder::workload_ppm(LocationIx ix, CivilDate day) const {
    const CapacityTerms& terms = state_.locations[ix].capacity;
    if (!terms.orders_per_day && !terms.units_per_day) return 0;
    const CapacityDay used = state_.capacity.read(ix).on(day);
    const HeldDay held = held_on(ix, day, request_);
    return std::max(share_ppm(used.units - held.units, terms.units_per_day),
                    share_ppm(used.orders - (held.counted ? 1 : 0), terms.orders_per_day));
}

bool CandidateFinder::examine(LocationIx ix) {
    node_[ix] = not_eligible;
    if (why_not(ix, request_, state_)) return false;
    const CandidateFacts facts = facts_of(ix);
    auto services = services_of(ix, facts);
    if (!services) return false;
    if (!recorded_) {
        if (const auto verdict = refused(ix, facts)) {
            out_.soft_refused = out_.soft_refused || !verdict->hard;
            return false;
        }
    }
    const RoutingInputs::Capacity* capacity = capacity_of(ix);
    if (capacity != nullptr && capacity->units_left == 0) return false;
    Candidate candidate;
    candidate.location = ix;
    candidate.units_left = capacity == nullptr ? -1 : capacity->units_left;
    candidate.capacity_day = working_day_of(ix, state_, context_);
    price(facts, *std::move(services), candidate);
    if (!recorded_) read_standing(candidate);
    node_[ix] = static_cast<std::uint32_t>(out_.candidates.size());
    out_.candidates.push_back(candidate);
    return true;
}

void CandidateFinder::read_standing(Candidate& candidate) const {
    if (request_.strategy == nullptr) return;
    if (request_.strategy->reads(Criterion::workload)) {
        candidate.workload_ppm = workload_ppm(candidate.location, candidate.capacity_day);
    }
    // A trial brings its stock and knows of no capacity.
    if (!request_.strategy->reads(Criterion::capacity_left) || request_.stock != nullptr) return;
    if (!state_.locations[candidate.location].capacity.units_per_day) return;
    candidate.capacity_left = capacity_left(candidate.location, request_, state_, context_).units;
}

void CandidateFinder::price(const CandidateFacts& facts, std::vector<TableZone> services, Candidate& candidate) {
    const Location& location = state_.locations[candidate.location];
    const CostTerms& terms = costs_of(location, state_.tenant());
    if (request_.method == FulfillmentMethod::pickup) {
        candidate.per_unit_micros = terms.per_unit_micros;
        return;
    }
    candidate.distance_m = facts.distance_m;
    const std::int64_t distance = metres_to(facts);
    const ShipmentCosts costs = shipment_costs(terms, distance);
    candidate.shipment_cost_micros = costs.per_shipment_micros;
    candidate.order_cost_micros =
        costs.per_order_micros + location.priority * priority_micros + distance / metres_per_micro;
    candidate.per_unit_micros = costs.per_unit_micros;
    candidate.per_kg_micros = costs.per_kg_micros;
    if (services.empty()) return;
    const std::int64_t late_cost = late_cost_of(request_.strategy);
    if (late_cost > 0) {
        candidate.late_days = keep_least_late(services, candidate.capacity_day, request_.wanted_by);
        const auto late = mul_div(candidate.late_days, late_cost, 1, Rounding::half_even);
        candidate.late_per_unit_micros = late.value_or(INT64_MAX);
    }
    candidate.rates = static_cast<std::uint32_t>(out_.rates.size());
    out_.rates.push_back(cheapest_steps(services));
}

void CandidateFinder::order_candidates() {
    std::sort(out_.candidates.begin(), out_.candidates.end(),
              [](const Candidate& a, const Candidate& b) { return a.location < b.location; });
    for (std::uint32_t n = 0; n < out_.candidates.size(); ++n) node_[out_.candidates[n].location] = n;
}

void CandidateFinder::list_ineligible() {
    for (LocationIx ix = 0; ix < state_.locations.size(); ++ix) {
        if (const auto reason = why_not(ix, request_, state_)) {
            out_.ineligible.push_back({ix, *reason});
            continue;
        }
        if (!services_of(ix, facts_of(ix))) {
            out_.ineligible.push_back({ix, Ineligible::no_rate});
            continue;
        }
        const bool candidate = node_[ix] < not_eligible;
        const auto verdict = candidate ? std::nullopt : refused(ix, facts_of(ix));
        if (verdict) {
            out_.ineligible.push_back({ix, Ineligible::refused_by_filter, verdict->filter});
        } else if (const auto* capacity = capacity_of(ix); capacity != nullptr && capacity->units_left == 0) {
            out_.ineligible.push_back({ix, Ineligible::capacity_full});
        }
    }
}

}  // namespace waybill::core
