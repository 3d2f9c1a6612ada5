// The independent check of a plan. It follows the text of the problem constraint by constraint, shares nothing with
// the solver, and prefers plain loops to speed.

#include <map>
#include <set>
#include <utility>

#include "base/checked_math.hpp"
#include "core/sourcing/problem.hpp"

namespace waybill::sourcing {
namespace {

using Key = std::pair<std::uint32_t, std::uint32_t>;  // (node, group): group 0 is the regular one, line + 1 a lone line

std::optional<std::int64_t> weight_price(const Node& node, Int128 weight) {
    if (node.weight_breaks.empty()) return 0;
    for (const WeightBreak& rate : node.weight_breaks) {
        if (weight <= rate.max_g) return rate.price;
    }
    return std::nullopt;
}

bool within_pools(const Problem& problem, const std::map<Key, std::int64_t>& sent) {
    std::vector<Int128> taken(problem.pools.size(), 0);
    for (const Entry& entry : problem.entries) {
        const auto found = sent.find({entry.line, entry.node});
        if (found == sent.end()) continue;
        for (std::uint32_t t = entry.takes_from; t < entry.takes_to; ++t) {
            taken[problem.takes[t].pool] += static_cast<Int128>(found->second) * problem.takes[t].units;
        }
    }
    for (std::size_t p = 0; p < taken.size(); ++p) {
        if (taken[p] > 0 && taken[p] > problem.pools[p].quantity) return false;
    }
    return true;
}

// Whether the line and its parts come from no more nodes than it says.
bool within_node_limit(const Problem& problem, const std::vector<std::set<std::uint32_t>>& line_nodes, std::size_t l) {
    if (!problem.lines[l].max_nodes) return true;
    std::set<std::uint32_t> nodes = line_nodes[l];
    for (std::size_t part = 0; part < problem.lines.size(); ++part) {
        if (problem.lines[part].part_of == l) nodes.insert(line_nodes[part].begin(), line_nodes[part].end());
    }
    return static_cast<std::int64_t>(nodes.size()) <= *problem.lines[l].max_nodes;
}

// The cost of what is short, or nullopt when the shortage breaks a rule.
std::optional<Int128> shortage_cost(const Problem& problem, const Plan& plan, const std::vector<Int128>& served) {
    if (plan.short_units.size() != problem.lines.size()) return std::nullopt;
    Int128 cost = 0;
    bool any_short = false;
    bool any_served = false;
    for (std::size_t l = 0; l < problem.lines.size(); ++l) {
        const Line& line = problem.lines[l];
        const std::int64_t missing = plan.short_units[l];
        if (missing < 0 || served[l] + missing != line.quantity) return std::nullopt;
        any_served = any_served || served[l] > 0;
        if (missing == 0) continue;
        any_short = true;
        if (!line.short_cost) return std::nullopt;
        if (line.all_or_nothing && missing != line.quantity) return std::nullopt;
        cost += static_cast<Int128>(missing) * *line.short_cost;
    }
    if (problem.ship_complete && any_short && any_served) return std::nullopt;
    return any_short ? cost + problem.backorder_fixed_cost : cost;
}

}  // namespace

std::optional<std::int64_t> price_plan(const Problem& problem, const Plan& plan) {
    std::map<Key, std::int64_t> unit_costs;
    for (const Entry& entry : problem.entries) unit_costs[{entry.line, entry.node}] = entry.unit_cost;

    std::map<Key, std::int64_t> sent;
    std::map<Key, Int128> shipments;  // with their weight
    std::map<std::uint32_t, Int128> node_units;
    std::map<std::uint32_t, std::int64_t> node_shipments;
    std::vector<std::set<std::uint32_t>> line_nodes(problem.lines.size());
    std::vector<Int128> served(problem.lines.size(), 0);
    Int128 cost = 0;
    for (const Assignment& part : plan.assignments) {
        if (part.quantity < 1 || part.line >= problem.lines.size()) return std::nullopt;
        const auto unit_cost = unit_costs.find({part.line, part.node});
        if (unit_cost == unit_costs.end()) return std::nullopt;
        if (!sent.emplace(Key{part.line, part.node}, part.quantity).second) return std::nullopt;
        const Line& line = problem.lines[part.line];
        cost += static_cast<Int128>(part.quantity) * unit_cost->second;
        served[part.line] += part.quantity;
        line_nodes[part.line].insert(part.node);
        node_units[part.node] += part.quantity;
        shipments[{part.node, line.ship_alone ? part.line + 1 : 0}] +=
            static_cast<Int128>(part.quantity) * line.unit_weight_g;
    }
    for (const auto& [key, weight] : shipments) {
        const Node& node = problem.nodes[key.first];
        const auto freight = weight_price(node, weight);
        if (!freight) return std::nullopt;
        cost += node.shipment_cost + *freight;
        ++node_shipments[key.first];
    }
    for (const auto& [n, count] : node_shipments) {
        const Node& node = problem.nodes[n];
        cost += node.node_cost;
        if (node.capacity_shipments && count > *node.capacity_shipments) return std::nullopt;
        if (node.capacity_units && node_units[n] > *node.capacity_units) return std::nullopt;
    }
    if (problem.max_shipments && static_cast<std::int64_t>(shipments.size()) > *problem.max_shipments)
        return std::nullopt;
    for (std::size_t l = 0; l < problem.lines.size(); ++l) {
        const bool single = !problem.lines[l].splittable || !problem.allow_line_split;
        if (single && line_nodes[l].size() > 1) return std::nullopt;
        if (!within_node_limit(problem, line_nodes, l)) return std::nullopt;
    }
    if (!within_pools(problem, sent)) return std::nullopt;
    const auto shortage = shortage_cost(problem, plan, served);
    if (!shortage) return std::nullopt;
    return narrow(cost + *shortage);
}

}  // namespace waybill::sourcing
