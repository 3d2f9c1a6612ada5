#pragma once
// CandidateFinder: which locations can serve an order at all, whatever their stock, and what sending from them costs.
// Asked for one location at a time, only those that have stock: filters and capacities of others are never looked at.

#include <cstdint>
#include <optional>
#include <vector>

#include "core/routing/rate_finder.hpp"
#include "core/routing/routing_problem.hpp"

namespace waybill::core {

/// Metres from a location to where the order goes; -1: unknown, or a pick-up.
[[nodiscard]] std::int64_t distance_to(const RouteRequest& request, const Location& location);

/// Why a location can not serve the order, as far as configuration and request say.
[[nodiscard]] std::optional<Ineligible> why_not(LocationIx location, const RouteRequest& request,
                                                const TenantState& state);

/// Capacity that an order finds at a location on its working day, what it holds there itself included. Not positive:
/// none.
struct DayLeft {
    std::int64_t units = INT64_MAX;
    std::int64_t orders = INT64_MAX;
};
[[nodiscard]] DayLeft capacity_left(LocationIx location, const RouteRequest& request, const TenantState& state,
                                    const Context& context);

class CandidateFinder {
public:
    /// Candidates and capacities go to `out`. `recorded`: out.inputs say what was read; they are not added to, and the
    /// locations in them passed the filters.
    CandidateFinder(const RouteRequest& request, const TenantState& state, const Context& context,
                    std::uint32_t relaxed, bool recorded, RoutingProblem& out);

    /// True when the location is a candidate; remembers the answer.
    [[nodiscard]] bool eligible(LocationIx location) {
        const std::uint32_t known = node_[location];
        return known < not_eligible || (known == not_seen && examine(location));
    }

    /// REQUIRES: eligible(location). Holds until the next call of eligible.
    [[nodiscard]] Candidate& candidate(LocationIx location) { return out_.candidates[node_[location]]; }

    /// Candidates ascending by location: their places are the nodes of the problem from here on.
    void order_candidates();
    [[nodiscard]] std::uint32_t node(LocationIx location) const { return node_[location]; }
    [[nodiscard]] bool is_candidate(LocationIx location) const { return node_[location] < not_eligible; }

    /// Every location that is no candidate for another reason than stock.
    void list_ineligible();

private:
    static constexpr std::uint32_t not_seen = UINT32_MAX;
    static constexpr std::uint32_t not_eligible = UINT32_MAX - 1;

    [[nodiscard]] bool examine(LocationIx location);
    /// What the location ships with; nullopt: it names rate tables, and none of them serves the destination.
    [[nodiscard]] std::optional<std::vector<TableZone>> services_of(LocationIx location, const CandidateFacts& facts);
    [[nodiscard]] CandidateFacts facts_of(LocationIx location) const;
    [[nodiscard]] std::optional<FilterVerdict> refused(LocationIx location, const CandidateFacts& facts) const;
    const RoutingInputs::Capacity* capacity_of(LocationIx location);
    [[nodiscard]] std::int64_t workload_ppm(LocationIx location, CivilDate day) const;
    void read_standing(Candidate& candidate) const;
    void price(const CandidateFacts& facts, std::vector<TableZone> services, Candidate& candidate);

    const RouteRequest& request_;
    const TenantState& state_;
    const Context& context_;
    std::uint32_t relaxed_;
    bool recorded_;
    RoutingProblem& out_;
    RateFinder rates_;
    std::vector<std::uint32_t> node_;  // by location: node index, not_seen or not_eligible
    std::int64_t units_ = 0;
};

}  // namespace waybill::core
