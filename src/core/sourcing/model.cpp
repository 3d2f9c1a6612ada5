#include "core/sourcing/model.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/checked_math.hpp"
#include "core/sourcing/solve.hpp"

namespace waybill::sourcing {
namespace {

bool is_single(const Problem& problem, const Line& line) { return !line.splittable || !problem.allow_line_split; }

bool build_lines(const Problem& problem, Model& model) {
    model.any_short = false;
    for (const Line& line : problem.lines) {
        Demand demand;
        demand.quantity = line.quantity;
        demand.weight = line.unit_weight_g;
        demand.can_short = line.short_cost.has_value() && !problem.ship_complete;
        demand.short_cost = demand.can_short ? *line.short_cost : 0;
        demand.single = is_single(problem, line) && line.quantity > 1;
        demand.demand = demand.single ? 1 : line.quantity;
        demand.all_or_nothing = line.all_or_nothing && line.quantity > 1;
        demand.partial = demand.single && demand.can_short && !demand.all_or_nothing;
        model.any_short = model.any_short || demand.can_short;
        model.lines.push_back(demand);
    }
    return true;
}

// The largest plan cost in either direction, over everything that could be paid; nullopt when it is beyond reach.
std::optional<std::int64_t> cost_reach(const Problem& problem) {
    Int128 reach = problem.backorder_fixed_cost;
    std::vector<std::int64_t> dearest(problem.lines.size(), 0);
    const auto magnitude = [](std::int64_t cost) { return cost == INT64_MIN ? INT64_MAX : (cost < 0 ? -cost : cost); };
    for (std::size_t l = 0; l < problem.lines.size(); ++l) {
        if (problem.lines[l].short_cost) dearest[l] = magnitude(*problem.lines[l].short_cost);
    }
    for (const Entry& entry : problem.entries) {
        dearest[entry.line] = std::max(dearest[entry.line], magnitude(entry.unit_cost));
    }
    std::int64_t alone = 0;
    for (std::size_t l = 0; l < problem.lines.size(); ++l) {
        reach += static_cast<Int128>(dearest[l]) * problem.lines[l].quantity;
        if (problem.lines[l].ship_alone) ++alone;
    }
    for (const Node& node : problem.nodes) {
        Int128 shipment = node.shipment_cost;
        if (!node.weight_breaks.empty()) {
            std::int64_t most = 0;
            for (const WeightBreak& rate : node.weight_breaks) most = std::max(most, magnitude(rate.price));
            shipment += most;
        }
        reach += node.node_cost + shipment * (alone + 1);
    }
    return reach < 0 ? std::nullopt : narrow(reach);
}

constexpr Int128 sum_max = Int128{1} << 61;

Int128 worst_sum(std::int64_t reach, const Problem& problem) {
    return (static_cast<Int128>(reach) + 1) * static_cast<Int128>(problem.lines.size() + 4);
}

// Costs are scaled by as much as leaves every sum that the solver forms inside 62 bits.
bool choose_scale(const Problem& problem, Model& model) {
    constexpr int shift_max = 10;
    constexpr Int128 reach_max = line_costs_max;  // a few digits less leave room for whole tables of costs
    const auto reach = cost_reach(problem);
    if (!reach) return false;
    const Int128 worst = worst_sum(*reach, problem);
    if (worst > sum_max) return false;
    model.shift = 0;
    while (model.shift < shift_max && (worst << (model.shift + 1)) <= sum_max &&
           (static_cast<Int128>(*reach + 1) << (model.shift + 1)) <= reach_max) {
        ++model.shift;
    }
    model.cost_cap = (*reach + 1) << model.shift;
    return true;
}

// How many units of each entry could ever be sent, from its own pools and the limits of its node.
void bound_entries(const Problem& problem, Model& model) {
    model.entry_most.assign(problem.entries.size(), 0);
    const bool no_shipments = problem.max_shipments && *problem.max_shipments <= 0;
    for (std::size_t e = 0; e < problem.entries.size(); ++e) {
        const Entry& entry = problem.entries[e];
        const Node& node = problem.nodes[entry.node];
        const Demand& line = model.lines[entry.line];
        std::int64_t most = no_shipments ? 0 : line.quantity;
        if (node.capacity_shipments && *node.capacity_shipments <= 0) most = 0;
        if (node.capacity_units) most = std::min(most, std::max<std::int64_t>(0, *node.capacity_units));
        if (!node.weight_breaks.empty() && line.weight > 0) {
            most = std::min(most, node.weight_breaks.back().max_g / line.weight);
        }
        for (std::uint32_t t = entry.takes_from; t < entry.takes_to; ++t) {
            std::int64_t units = 0;
            for (std::uint32_t u = entry.takes_from; u < entry.takes_to; ++u) {
                if (problem.takes[u].pool == problem.takes[t].pool) units += problem.takes[u].units;
            }
            if (units > 0)
                most = std::min(most, std::max<std::int64_t>(0, problem.pools[problem.takes[t].pool].quantity) / units);
        }
        if (line.single && !line.partial && most < line.quantity) most = 0;
        model.entry_most[e] = most;
    }
}

// A line that can not be served in full is short by the rest; one that may not be served in part is short altogether,
// or the problem infeasible.
bool settle_hopeless_lines(const Problem& problem, Model& model) {
    std::size_t e = 0;
    for (std::uint32_t l = 0; l < model.lines.size(); ++l) {
        const std::size_t first = e;
        std::int64_t total = 0;
        for (; e < problem.entries.size() && problem.entries[e].line == l; ++e) {
            total = std::min(model.lines[l].quantity, total + model.entry_most[e]);
        }
        const Demand& line = model.lines[l];
        if (total >= line.quantity) continue;
        if (line.can_short && !line.single && !line.all_or_nothing) {
            model.short_for_sure += (line.quantity - total) * line.short_cost;
            model.surely_short = true;
            model.lines[l].demand = total;
            continue;
        }
        const bool needs_all = !line.can_short || (line.all_or_nothing && !line.single);
        if (!line.can_short && !(line.single && total > 0)) return false;
        if (line.can_short && (total == 0 || needs_all)) model.surely_short = true;
        if (needs_all)
            std::fill(model.entry_most.begin() + static_cast<std::ptrdiff_t>(first),
                      model.entry_most.begin() + static_cast<std::ptrdiff_t>(e), 0);
    }
    return true;
}

// Pools that several living entries draw from, and that could run out.
void find_shared_pools(const Problem& problem, Model& model) {
    const std::size_t pools = problem.pools.size();
    model.pool_users.assign(pools, 0);
    model.pool_demand.assign(pools, 0);
    model.pool_node.assign(pools, no_index);
    model.pool_index.assign(pools, no_index);
    constexpr std::uint32_t several_nodes = no_index - 1;
    for (std::size_t e = 0; e < problem.entries.size(); ++e) {
        if (model.entry_most[e] == 0) continue;
        const Entry& entry = problem.entries[e];
        for (std::uint32_t t = entry.takes_from; t < entry.takes_to; ++t) {
            const Take& take = problem.takes[t];
            bool repeated = false;
            for (std::uint32_t u = entry.takes_from; u < t; ++u)
                repeated = repeated || problem.takes[u].pool == take.pool;
            if (!repeated) ++model.pool_users[take.pool];
            const Int128 wanted = static_cast<Int128>(model.entry_most[e]) * take.units + model.pool_demand[take.pool];
            model.pool_demand[take.pool] = narrow(wanted).value_or(INT64_MAX);
            std::uint32_t& node = model.pool_node[take.pool];
            node = node == no_index || node == entry.node ? entry.node : several_nodes;
        }
    }
    for (std::size_t p = 0; p < pools; ++p) {
        if (model.pool_users[p] < 2 || model.pool_demand[p] <= problem.pools[p].quantity) continue;
        model.pool_index[p] = static_cast<std::uint32_t>(model.pools.size());
        model.pools.push_back(
            {.quantity = problem.pools[p].quantity, .crosses_sources = model.pool_node[p] == several_nodes});
    }
}

void add_item(const Problem& problem, Model& model, std::uint32_t e) {
    const Entry& entry = problem.entries[e];
    Item item{.line = entry.line,
              .source = static_cast<std::uint32_t>(model.sources.size()),
              .entry = e,
              .pool_from = static_cast<std::uint32_t>(model.draws.size()),
              .most = model.entry_most[e],
              .cost = entry.unit_cost * (std::int64_t{1} << model.shift)};
    for (std::uint32_t t = entry.takes_from; t < entry.takes_to; ++t) {
        const std::uint32_t pool = model.pool_index[problem.takes[t].pool];
        if (pool == no_index) continue;
        bool merged = false;
        for (std::size_t d = item.pool_from; d < model.draws.size(); ++d) {
            if (model.draws[d].pool != pool) continue;
            model.draws[d].units += problem.takes[t].units;
            merged = true;
        }
        if (!merged) model.draws.push_back({.pool = pool, .units = problem.takes[t].units});
    }
    item.pool_to = static_cast<std::uint32_t>(model.draws.size());
    model.items.push_back(item);
}

// Closes the source whose items were just added from `first` on, the regular ones before `alone`.
void add_source(const Problem& problem, Model& model, std::uint32_t n, std::uint32_t first, std::uint32_t alone) {
    const Node& node = problem.nodes[n];
    Source source{.node = n, .from = first, .alone = alone, .to = static_cast<std::uint32_t>(model.items.size())};
    source.node_cost = node.node_cost << model.shift;
    source.shipment_cost = node.shipment_cost << model.shift;
    std::int64_t units = 0;
    bool pooled = false;
    for (std::uint32_t i = source.from; i < source.to; ++i) {
        units += model.items[i].most;
        pooled = pooled || model.items[i].pool_to > model.items[i].pool_from;
    }
    if (node.capacity_units && *node.capacity_units < units) source.units_max = *node.capacity_units;
    if (node.capacity_shipments && *node.capacity_shipments < source.groups())
        source.shipments_max = *node.capacity_shipments;
    source.break_from = static_cast<std::uint32_t>(model.breaks.size());
    for (const WeightBreak& rate : node.weight_breaks) {
        model.breaks.push_back({.max_g = rate.max_g, .price = rate.price * (std::int64_t{1} << model.shift)});
    }
    source.break_to = static_cast<std::uint32_t>(model.breaks.size());
    source.plain =
        source.groups() == 1 && source.units_max == no_limit && source.break_from == source.break_to && !pooled;
    model.sources.push_back(source);
}

// Groups of a node influence each other through its cost, its capacities and shared pools only.
bool groups_are_independent(const Problem& problem, const Model& model, std::uint32_t n,
                            std::span<const std::uint32_t> entries) {
    const Node& node = problem.nodes[n];
    if (node.node_cost != 0 || node.capacity_units || node.capacity_shipments) return false;
    return std::none_of(entries.begin(), entries.end(), [&](std::uint32_t e) {
        const Entry& entry = problem.entries[e];
        for (std::uint32_t t = entry.takes_from; t < entry.takes_to; ++t) {
            if (model.pool_index[problem.takes[t].pool] != no_index) return true;
        }
        return false;
    });
}

void build_sources(const Problem& problem, Model& model) {
    model.node_from.assign(problem.nodes.size() + 1, 0);
    for (std::size_t e = 0; e < problem.entries.size(); ++e) {
        if (model.entry_most[e] > 0) ++model.node_from[problem.entries[e].node + 1];
    }
    for (std::size_t n = 0; n < problem.nodes.size(); ++n) model.node_from[n + 1] += model.node_from[n];
    model.node_entries.resize(model.node_from.back());
    for (std::size_t e = problem.entries.size(); e-- > 0;) {
        if (model.entry_most[e] > 0)
            model.node_entries[--model.node_from[problem.entries[e].node + 1]] = static_cast<std::uint32_t>(e);
    }
    for (std::uint32_t n = 0; n < problem.nodes.size(); ++n) {
        const std::uint32_t from = model.node_from[n + 1];
        const auto to = n + 2 < model.node_from.size() ? model.node_from[n + 2]
                                                       : static_cast<std::uint32_t>(model.node_entries.size());
        if (from == to) continue;
        const std::span entries = std::span<const std::uint32_t>(model.node_entries).subspan(from, to - from);
        const auto first = static_cast<std::uint32_t>(model.items.size());
        const auto is_alone = [&](std::uint32_t e) { return problem.lines[problem.entries[e].line].ship_alone; };
        for (const std::uint32_t e : entries) {
            if (!is_alone(e)) add_item(problem, model, e);
        }
        const auto regular_to = static_cast<std::uint32_t>(model.items.size());
        if (regular_to - first == entries.size()) {
            add_source(problem, model, n, first, regular_to);
        } else if (groups_are_independent(problem, model, n, entries)) {
            if (regular_to > first) add_source(problem, model, n, first, regular_to);
            for (const std::uint32_t e : entries) {
                if (!is_alone(e)) continue;
                const auto own = static_cast<std::uint32_t>(model.items.size());
                add_item(problem, model, e);
                add_source(problem, model, n, own, own);
            }
        } else {
            for (const std::uint32_t e : entries) {
                if (is_alone(e)) add_item(problem, model, e);
            }
            add_source(problem, model, n, first, regular_to);
        }
    }
}

void bound_shipments(const Problem& problem, Model& model) {
    model.shipments_max = no_limit;
    if (!problem.max_shipments) return;
    std::int64_t groups = 0;
    for (const Source& source : model.sources) groups += source.groups();
    std::int64_t demand = 0;
    for (const Demand& line : model.lines) demand += line.demand;
    if (*problem.max_shipments < std::min(groups, demand)) model.shipments_max = *problem.max_shipments;
}

}  // namespace

void index_lines(Model& model) {
    model.line_from.assign(model.lines.size() + 2, 0);
    for (const Item& item : model.items) ++model.line_from[item.line + 2];
    for (std::size_t l = 2; l < model.line_from.size(); ++l) model.line_from[l] += model.line_from[l - 1];
    model.line_items.resize(model.items.size());
    for (std::uint32_t i = 0; i < model.items.size(); ++i)
        model.line_items[model.line_from[model.items[i].line + 1]++] = i;
    model.line_from.pop_back();
}

bool fits(const Problem& problem) {
    const auto reach = cost_reach(problem);
    return reach && worst_sum(*reach, problem) <= sum_max;
}

Buildable build(const Problem& problem, Model& model) {
    model.lines.clear();
    model.items.clear();
    model.sources.clear();
    model.breaks.clear();
    model.pools.clear();
    model.draws.clear();
    build_lines(problem, model);
    model.short_for_sure = 0;
    model.surely_short = false;
    if (!choose_scale(problem, model)) return Buildable::too_large;
    for (Demand& line : model.lines) line.short_cost *= std::int64_t{1} << model.shift;
    model.backorder_cost = model.any_short ? problem.backorder_fixed_cost << model.shift : 0;
    bound_entries(problem, model);
    if (!settle_hopeless_lines(problem, model)) return Buildable::infeasible;
    find_shared_pools(problem, model);
    build_sources(problem, model);
    index_lines(model);
    bound_shipments(problem, model);
    return Buildable::yes;
}

std::int64_t freight(const Model& model, const Source& source, std::int64_t weight) {
    if (source.break_from == source.break_to) return 0;
    for (std::uint32_t b = source.break_from; b < source.break_to; ++b) {
        if (weight <= model.breaks[b].max_g) return model.breaks[b].price;
    }
    return no_limit;
}

}  // namespace waybill::sourcing
