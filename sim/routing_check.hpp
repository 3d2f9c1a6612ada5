#pragma once
// RoutingCheck: whether a routing decision was allowed, as the model knows the world just before it: eligible places,
// stock that is there, capacity of the day, splits and shipments; and whether it was good, where that is plain to see:
// no unit is short that had a source, the stated cost is that of the plan, no single place would have been cheaper.

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/routing/trace.hpp"
#include "sim/model.hpp"

namespace waybill::sim {

/// Units of one line that want a source, and where the decision found them.
struct RoutedLine {
    std::uint32_t item = 0;
    Takes takes;
    std::int64_t wanted = 0;
    std::map<std::uint32_t, std::int64_t> from;  ///< location: units
    [[nodiscard]] std::int64_t sourced() const;
};

class RoutingCheck {
public:
    /// `order` as it is before the decision.
    RoutingCheck(const Model& model, const OrderModel& order, Instant now)
        : excluded(order.refused_by),
          model_(model),
          order_(order),
          now_(now),
          used_(model.capacity_used()),
          policy_(order.policy) {
        wait_for_all();
    }

    std::set<std::uint32_t> excluded;  ///< also places that gave work of the order back
    bool frees_reserved = false;       ///< what the order holds and nobody works on may be used again
    std::vector<RoutedLine> lines;

    /// Strategies that are tried one after another; empty: the order's own policy decides.
    std::vector<const core::FilteredStrategy*> strategies;

    /// Problems, one line each. `trace`: nullptr when the decision left none.
    [[nodiscard]] std::vector<std::string> findings(const core::RoutingTrace* trace);
    /// Some place could have served everything, and leaving units short could not have been cheaper.
    [[nodiscard]] bool surely_covered();
    /// What becomes of short units when the strategy of this index decided; of none where there are no strategies.
    [[nodiscard]] core::OnShortage on_shortage(std::size_t strategy) const;
    /// Some strategy would have had the order refused.
    [[nodiscard]] bool may_reject() const;

private:
    /// A policy by which all of the order waits for the last unit of it.
    void wait_for_all();
    void decide_by(const core::FilteredStrategy& strategy, std::uint32_t relaxed);
    [[nodiscard]] bool passes_filters(std::uint32_t location) const;
    [[nodiscard]] std::vector<std::string> findings_in_force(const core::RoutingTrace* trace) const;
    [[nodiscard]] bool covered_in_force() const;
    void check_parts(std::vector<std::string>& out) const;
    [[nodiscard]] bool eligible(std::uint32_t location) const;
    [[nodiscard]] std::int64_t available(std::uint32_t item, std::uint32_t location) const;
    [[nodiscard]] std::int64_t room(std::uint32_t location, std::int64_t wanted) const;
    [[nodiscard]] bool has_limit(std::uint32_t location) const;
    void check_places(std::vector<std::string>& out) const;
    void check_stock(std::vector<std::string>& out) const;
    void check_policy(std::vector<std::string>& out) const;
    void check_shortage(std::vector<std::string>& out) const;
    void check_cost(const core::RoutingTrace& trace, std::vector<std::string>& out) const;
    [[nodiscard]] std::int64_t shipments(const std::vector<RoutedLine>& plan) const;
    [[nodiscard]] bool covers_alone(std::uint32_t location, std::vector<RoutedLine>& plan) const;
    /// nullopt: distances or default rates come in, which the model does not know.
    [[nodiscard]] std::optional<std::int64_t> cost_of(const std::vector<RoutedLine>& plan) const;
    [[nodiscard]] std::int64_t weight_of(const RoutedLine& line) const;
    // routing_check_demand.cpp
    [[nodiscard]] std::int64_t weeks_of_supply(std::uint32_t location) const;
    [[nodiscard]] std::int64_t markdown(std::uint32_t location) const;
    void check_first_criterion(const core::RoutingTrace& trace, std::vector<std::string>& out) const;
    // routing_check_rates.cpp
    [[nodiscard]] bool has_rates(std::uint32_t location) const;
    [[nodiscard]] std::vector<core::RateZone> zones_from(std::uint32_t location) const;
    [[nodiscard]] std::int64_t days_late(std::uint32_t location, const core::RateZone& zone) const;
    [[nodiscard]] std::int64_t least_days_late(std::uint32_t location) const;
    [[nodiscard]] std::int64_t late_cost() const;
    [[nodiscard]] std::optional<std::int64_t> freight(std::uint32_t location, std::int64_t weight_g) const;
    /// Weights by place and what travels together.
    [[nodiscard]] std::map<std::pair<std::uint32_t, std::size_t>, std::int64_t> parcels(
        const std::vector<RoutedLine>& plan) const;
    [[nodiscard]] bool carried(const std::vector<RoutedLine>& plan) const;
    [[nodiscard]] std::int64_t clearance(const std::vector<RoutedLine>& plan) const;
    [[nodiscard]] std::int64_t rate_costs(const std::vector<RoutedLine>& plan) const;

    const Model& model_;
    const OrderModel& order_;
    Instant now_;
    std::map<PlaceDay, Model::Use> used_;
    core::RoutingPolicy policy_;                        ///< in force
    const core::FilteredStrategy* strategy_ = nullptr;  ///< in force; nullptr: none
    std::uint32_t relaxed_ = 0;                         ///< soft filters of it that gave way
};

}  // namespace waybill::sim
