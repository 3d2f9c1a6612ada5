#include "core/routing/ordered_pricing.hpp"

#include <algorithm>
#include <numeric>

#include "base/checked_math.hpp"
#include "core/routing/order_demand.hpp"

namespace waybill::core {
namespace {

using Kind = OrderedPricing::Kind;
using PlanLevel = OrderedPricing::Level;

bool is_better_with_more(Criterion criterion) {
    switch (criterion) {
        case Criterion::fewest_shipments:
        case Criterion::distance:
        case Criterion::priority:
        case Criterion::workload:
        case Criterion::supplier_last:
            return false;
        case Criterion::stock_depth:
        case Criterion::capacity_left:
        case Criterion::weeks_of_supply:
        case Criterion::markdown:
            return true;
    }
    WAYBILL_ASSERT(false);
}

/// Where in its ranking a candidate stands by each criterion, the smaller the better.
std::int64_t key_of(Criterion criterion, const Candidate& candidate, const TenantState& state) {
    const std::int64_t value = criterion_value(criterion, candidate, state).value_or(INT64_MAX);
    return is_better_with_more(criterion) ? -value : value;
}

std::vector<std::uint32_t> ranks_of(std::span<const Criterion> criteria, std::span<const Candidate> candidates,
                                    const TenantState& state) {
    // Row by row the keys of one candidate; its own index, which is the order of locations, is the last tie-break.
    const std::size_t width = criteria.size();
    std::vector<std::int64_t> keys;
    keys.reserve(candidates.size() * width);
    for (const Candidate& candidate : candidates) {
        for (const Criterion criterion : criteria) keys.push_back(key_of(criterion, candidate, state));
    }
    std::vector<std::uint32_t> best_first(candidates.size());
    std::iota(best_first.begin(), best_first.end(), 0U);
    std::stable_sort(best_first.begin(), best_first.end(), [&](std::uint32_t a, std::uint32_t b) {
        const auto* row_a = keys.data() + a * width;
        const auto* row_b = keys.data() + b * width;
        return std::lexicographical_compare(row_a, row_a + width, row_b, row_b + width);
    });
    std::vector<std::uint32_t> ranks(candidates.size());
    for (std::uint32_t rank = 0; rank < best_first.size(); ++rank) ranks[best_first[rank]] = rank;
    return ranks;
}

std::vector<PlanLevel> levels_of(const RoutingStrategy& strategy, std::span<const Candidate> candidates,
                                 const TenantState& state) {
    const std::span<const Criterion> criteria = strategy.criteria;
    const auto nodes = static_cast<std::int64_t>(candidates.size());
    std::vector<PlanLevel> levels;
    bool shipments_listed = false;
    for (std::uint32_t first = 0; first < criteria.size();) {
        if (criteria[first] == Criterion::fewest_shipments) {
            levels.push_back({Kind::shipments, first, 1, {}, nodes, 0});
            shipments_listed = true;
            ++first;
            continue;
        }
        std::uint32_t to = first;
        while (to < criteria.size() && criteria[to] != Criterion::fewest_shipments) ++to;
        auto ranks = ranks_of(criteria.subspan(first, to - first), candidates, state);
        levels.push_back({Kind::ranks, first, to - first, std::move(ranks), nodes, 0});
        first = to;
    }
    if (!shipments_listed) levels.push_back({Kind::shipments, 0, 0, {}, nodes, 0});
    levels.push_back({Kind::ranks, 0, 0, ranks_of({}, candidates, state), nodes, 0});
    return levels;
}

/// How large the values of an order can get.
struct Size {
    std::int64_t units = 0;
    std::int64_t lines = 0;
    std::int64_t nodes = 0;
    std::int64_t groups = 1;     ///< shipments that one node can send
    std::int64_t shipments = 0;  ///< that any plan can have
};

Size size_of(const sourcing::Problem& problem) {
    Size size;
    size.lines = static_cast<std::int64_t>(problem.lines.size());
    size.nodes = static_cast<std::int64_t>(problem.nodes.size());
    for (const sourcing::Line& line : problem.lines) {
        size.units += line.quantity;
        if (line.ship_alone) ++size.groups;
    }
    size.shipments = std::min(size.units, size.nodes * size.groups);
    if (problem.max_shipments) size.shipments = std::min(size.shipments, *problem.max_shipments);
    return size;
}

/// The bound that sourcing::fits has for all that could be paid.
constexpr Int128 sum_max = Int128{1} << 61;

/// Weighs the levels from the last to the first; false when the costs would not fit.
bool weigh(const Size& size, OrderedPricing& pricing) {
    Int128 after = 0;
    Int128 shipment_cost = 0;
    for (auto level = pricing.levels.rbegin(); level != pricing.levels.rend(); ++level) {
        const std::int64_t most = level->kind == Kind::shipments ? size.shipments : size.units * (level->buckets - 1);
        level->weight = 0;
        if (level->buckets <= 1 && level->kind == Kind::ranks) continue;
        if (level->buckets == 0 || most <= 0) continue;
        const Int128 weight = after + 1;
        after += weight * most;
        if (after >= sum_max) return false;
        level->weight = static_cast<std::int64_t>(weight);
        if (level->kind == Kind::shipments) shipment_cost += weight;
    }
    pricing.short_weight = static_cast<std::int64_t>(after + 1);
    // What sourcing::fits adds up: no unit costs more than being short, and each node may send all that it can.
    const Int128 reach = (after + 1) * size.units + shipment_cost * size.nodes * size.groups;
    return reach < sum_max && (reach + 1) * (size.lines + 4) <= sum_max;
}

/// Takes something off the least important level that still has something; false when none has.
bool coarsen(OrderedPricing& pricing) {
    for (auto level = pricing.levels.rbegin(); level != pricing.levels.rend(); ++level) {
        const bool whole = level->kind == Kind::shipments || level->criteria == 0;
        if (level->buckets <= (level->kind == Kind::ranks ? 1 : 0)) continue;
        level->buckets = whole ? 0 : (level->buckets + 1) / 2;
        pricing.coarse = pricing.coarse || level->criteria > 0;
        return true;
    }
    return false;
}

std::int64_t bucket_of(const PlanLevel& level, std::uint32_t node) {
    return level.ranks[node] * level.buckets / static_cast<std::int64_t>(level.ranks.size());
}

void set_costs(const OrderedPricing& pricing, sourcing::Problem& problem) {
    std::int64_t shipment_cost = 0;
    std::vector<std::int64_t> unit_costs(problem.nodes.size(), 0);
    for (const PlanLevel& level : pricing.levels) {
        if (level.weight == 0) continue;
        if (level.kind == Kind::shipments) {
            shipment_cost += level.weight;
            continue;
        }
        for (std::uint32_t n = 0; n < unit_costs.size(); ++n) unit_costs[n] += level.weight * bucket_of(level, n);
    }
    for (sourcing::Node& node : problem.nodes) {
        node.shipment_cost = shipment_cost;
        node.node_cost = 0;
        // What no service carries can not be sent, whatever is asked for the rest.
        if (!node.weight_breaks.empty()) node.weight_breaks = {{node.weight_breaks.back().max_g, 0}};
    }
    for (sourcing::Line& line : problem.lines) line.short_cost = pricing.short_weight;
    for (sourcing::Entry& entry : problem.entries) entry.unit_cost = unit_costs[entry.node];
    problem.backorder_fixed_cost = 0;
}

std::int64_t shipments_of(const sourcing::Problem& problem, const sourcing::Plan& plan) {
    std::vector<char> regular(problem.nodes.size(), 0);
    std::int64_t shipments = 0;
    for (const sourcing::Assignment& assignment : plan.assignments) {
        const bool alone = problem.lines[assignment.line].ship_alone;
        if (alone || regular[assignment.node] == 0) ++shipments;
        if (!alone) regular[assignment.node] = 1;
    }
    return shipments;
}

}  // namespace

std::optional<std::int64_t> criterion_value(Criterion criterion, const Candidate& candidate, const TenantState& state) {
    switch (criterion) {
        case Criterion::fewest_shipments:
            break;
        case Criterion::distance:
            if (candidate.distance_m < 0) return std::nullopt;
            return candidate.distance_m;
        case Criterion::priority:
            return state.locations[candidate.location].priority;
        case Criterion::stock_depth:
            return candidate.stock_depth;
        case Criterion::workload:
            return candidate.workload_ppm;
        case Criterion::capacity_left:
            if (candidate.capacity_left < 0) return std::nullopt;
            return candidate.capacity_left;
        case Criterion::supplier_last:
            return state.locations[candidate.location].kind == LocationKind::supplier ? 1 : 0;
        case Criterion::weeks_of_supply:
            return weeks_of_supply(candidate.stock_depth, candidate.weekly_milliunits);
        case Criterion::markdown:
            return candidate.markdown_bp;
    }
    WAYBILL_ASSERT(false);
}

OrderedPricing price_in_order(const RoutingStrategy& strategy, std::span<const Candidate> candidates,
                              const TenantState& state, sourcing::Problem& problem) {
    OrderedPricing pricing;
    pricing.levels = levels_of(strategy, candidates, state);
    const Size size = size_of(problem);
    while (!weigh(size, pricing)) {
        // With nothing left a unit short counts one: that fits whatever an order may hold.
        if (!coarsen(pricing)) break;
    }
    set_costs(pricing, problem);
    return pricing;
}

std::vector<std::int64_t> values_of_plan(const OrderedPricing& pricing, const sourcing::Problem& problem,
                                         const sourcing::Plan& plan) {
    std::vector<std::int64_t> values{
        std::accumulate(plan.short_units.begin(), plan.short_units.end(), std::int64_t{0})};
    for (const OrderedPricing::Level& level : pricing.levels) {
        std::int64_t value = 0;
        if (level.kind == Kind::shipments) {
            value = shipments_of(problem, plan);
        } else {
            for (const sourcing::Assignment& assignment : plan.assignments) {
                value += assignment.quantity * level.ranks[assignment.node];
            }
        }
        values.push_back(value);
    }
    return values;
}

}  // namespace waybill::core
