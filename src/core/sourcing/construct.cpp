#include "core/sourcing/construct.hpp"

#include <algorithm>

#include "core/sourcing/completion.hpp"

namespace waybill::sourcing {
namespace {

constexpr std::uint32_t nobody = no_index;

void keep_if_better(const Model& model, ConstructMemory& memory, Incumbent& incumbent) {
    const std::int64_t cost = price_amounts(model, memory.draft, memory);
    if (cost >= incumbent.cost) return;
    incumbent.cost = cost;
    incumbent.amounts = memory.draft;
    incumbent.all_short = false;
}

// State of a plan under construction. Sources may be served again and again; what is paid once is paid the first time.
class Draft {
public:
    Draft(const Model& model, ConstructMemory& memory)
        : model_(model), memory_(memory), ships_left_(model.shipments_max) {
        memory_.draft.assign(model.items.size(), 0);
        memory_.remaining.resize(model.lines.size());
        for (std::size_t l = 0; l < model.lines.size(); ++l) memory_.remaining[l] = model.lines[l].quantity;
        memory_.pool_left.resize(model.pools.size());
        for (std::size_t p = 0; p < model.pools.size(); ++p) memory_.pool_left[p] = model.pools[p].quantity;
        memory_.served_by.assign(model.lines.size(), nobody);
        memory_.loads.assign(model.sources.size(), {});
    }

    /// Starts from a valid plan, less everything from the sources marked in `memory.banned`.
    void load(const std::vector<std::int64_t>& amounts) {
        for (std::uint32_t i = 0; i < amounts.size(); ++i) {
            const std::uint32_t s = model_.items[i].source;
            if (amounts[i] > 0 && memory_.banned[s] == 0) send(s, i, amounts[i]);
        }
    }

    // What `source` would earn now; with `commit`, sends it. INT64_MIN when it can send nothing.
    template <bool commit>
    std::int64_t serve(std::uint32_t s) {
        const Source& source = model_.sources[s];
        rank(source);
        ConstructMemory::Load load = memory_.loads[s];
        std::int64_t ships = ships_left_;
        std::int64_t value = load.groups == 0 ? -source.node_cost : 0;
        bool any = false;
        for (const ConstructMemory::Choice& choice : memory_.ranked) {
            const Item& item = model_.items[choice.item];
            const Demand& line = model_.lines[item.line];
            const bool alone = choice.item >= source.alone;
            const bool opens = alone ? memory_.draft[choice.item] == 0 : !load.regular;
            if (opens && (ships == 0 || load.groups >= source.shipments_max)) continue;
            const std::int64_t weight = alone ? memory_.draft[choice.item] * line.weight : load.weight;
            const std::int64_t units = units_for(source, choice.item, source.units_max - load.units, weight);
            if (units < 1 || (line.single && !line.partial && units < line.quantity)) continue;
            const std::int64_t before = opens ? 0 : freight(model_, source, weight);
            const std::int64_t rise = freight(model_, source, weight + units * line.weight) - before;
            const std::int64_t gain = choice.gain * units - rise - (opens ? source.shipment_cost : 0);
            if (alone && gain <= 0) continue;
            value += gain;
            load.units += units;
            if (opens) ++load.groups;
            if (opens && ships != no_limit) --ships;
            if (!alone) load.weight = weight + units * line.weight;
            if (!alone) load.regular = true;
            any = true;
            if constexpr (commit) send(s, choice.item, units);
        }
        return any ? value : INT64_MIN;
    }

    // Lines that must come whole or not at all give their units back when some are missing.
    void drop_torn_lines() {
        for (std::uint32_t l = 0; l < model_.lines.size(); ++l) {
            const Demand& line = model_.lines[l];
            if (!line.all_or_nothing || memory_.remaining[l] == 0) continue;
            for (std::uint32_t k = model_.line_from[l]; k < model_.line_from[l + 1]; ++k)
                memory_.draft[model_.line_items[k]] = 0;
        }
    }

private:
    void rank(const Source& source) {
        memory_.ranked.clear();
        for (std::uint32_t i = source.from; i < source.to; ++i) {
            const Item& item = model_.items[i];
            ++memory_.work;
            if (memory_.remaining[item.line] == 0) continue;
            const std::int64_t gain = memory_.worth[item.line] - item.cost;
            if (gain > 0) memory_.ranked.push_back({gain, i});
        }
        if (source.plain) return;
        std::sort(memory_.ranked.begin(), memory_.ranked.end(),
                  [](const auto& a, const auto& b) { return a.gain != b.gain ? a.gain > b.gain : a.item < b.item; });
    }

    [[nodiscard]] std::int64_t units_for(const Source& source, std::uint32_t i, std::int64_t room,
                                         std::int64_t weight) const {
        const Item& item = model_.items[i];
        const Demand& line = model_.lines[item.line];
        if (line.single && memory_.served_by[item.line] != nobody) return 0;
        std::int64_t units = std::min({item.most - memory_.draft[i], room, memory_.remaining[item.line]});
        if (source.break_from != source.break_to && line.weight > 0) {
            units = std::min(units, (model_.breaks[source.break_to - 1].max_g - weight) / line.weight);
        }
        for (std::uint32_t d = item.pool_from; d < item.pool_to; ++d) {
            const Draw& draw = model_.draws[d];
            if (draw.units > 0) units = std::min(units, memory_.pool_left[draw.pool] / draw.units);
        }
        return units;
    }

    void send(std::uint32_t s, std::uint32_t i, std::int64_t units) {
        const Item& item = model_.items[i];
        ConstructMemory::Load& load = memory_.loads[s];
        const bool alone = i >= model_.sources[s].alone;
        const bool opens = alone ? memory_.draft[i] == 0 : !load.regular;
        if (opens) ++load.groups;
        if (opens && ships_left_ != no_limit) --ships_left_;
        if (!alone) load.regular = true;
        if (!alone) load.weight += units * model_.lines[item.line].weight;
        load.units += units;
        memory_.draft[i] += units;
        memory_.remaining[item.line] -= units;
        memory_.served_by[item.line] = s;
        for (std::uint32_t d = item.pool_from; d < item.pool_to; ++d) {
            memory_.pool_left[model_.draws[d].pool] -= units * model_.draws[d].units;
        }
    }

    const Model& model_;
    ConstructMemory& memory_;
    std::int64_t ships_left_;
};

// Takes the best source again and again while one earns anything.
void serve_greedily(const Model& model, Draft& draft, ConstructMemory& memory) {
    constexpr std::int64_t unknown = INT64_MAX;  // earnings only fall as demand is served, so old ones are upper bounds
    memory.source_gain.assign(model.sources.size(), unknown);
    while (true) {
        std::uint32_t best = nobody;
        std::int64_t best_gain = 0;
        for (std::uint32_t s = 0; s < model.sources.size(); ++s) {
            if (memory.banned[s] != 0 || memory.source_gain[s] <= best_gain) continue;
            const std::int64_t gain = draft.serve<false>(s);
            memory.source_gain[s] = gain;
            if (gain > best_gain) {
                best_gain = gain;
                best = s;
            }
        }
        if (best == nobody) return;
        draft.serve<true>(best);
        memory.source_gain[best] = unknown;  // what it has opened is no longer to be paid
    }
}

void set_worth_by_shortage(const Model& model, ConstructMemory& memory) {
    const std::int64_t dear = model.cost_cap / static_cast<std::int64_t>(model.lines.size() + 1);
    for (std::size_t l = 0; l < model.lines.size(); ++l) {
        const Demand& line = model.lines[l];
        const std::int64_t forced = dear / line.quantity + 1;
        // The backorder cost comes on top of the short cost; a share of it is enough to order the sources.
        memory.worth[l] = line.can_short ? line.short_cost + model.backorder_cost / line.quantity : forced;
    }
}

void set_worth(const Model& model, const Prices& prices, std::int64_t raised_percent, ConstructMemory& memory) {
    set_worth_by_shortage(model, memory);
    for (std::size_t l = 0; l < model.lines.size(); ++l) {
        const Demand& line = model.lines[l];
        const std::int64_t price = line.single ? prices.line[l] / line.quantity : prices.line[l];
        const std::int64_t rise = (price < 0 ? -price : price) / 100 * raised_percent;
        memory.worth[l] = std::min(memory.worth[l], price + rise);
    }
}

void serve_by_shortage(const Model& model, Draft& draft, ConstructMemory& memory) {
    set_worth_by_shortage(model, memory);
    serve_greedily(model, draft, memory);
}

void serve_by_rising_prices(const Model& model, const Prices& prices, Draft& draft, ConstructMemory& memory) {
    for (const std::int64_t percent : {0, 3, 7, 15, 30, 60, 120, 300}) {
        set_worth(model, prices, percent, memory);
        serve_greedily(model, draft, memory);
    }
    serve_by_shortage(model, draft, memory);
}

}  // namespace

std::int64_t price_amounts(const Model& model, const std::vector<std::int64_t>& amounts, ConstructMemory& memory) {
    memory.served.assign(model.lines.size(), 0);
    memory.served_by.assign(model.lines.size(), nobody);
    std::vector<std::int64_t>& pools = memory.pool_left;
    pools.resize(model.pools.size());
    for (std::size_t p = 0; p < pools.size(); ++p) pools[p] = model.pools[p].quantity;
    std::int64_t cost = 0;
    std::int64_t shipments = 0;
    memory.work += model.items.size();
    for (std::uint32_t s = 0; s < model.sources.size(); ++s) {
        const Source& source = model.sources[s];
        std::int64_t weight = 0;
        std::int64_t units = 0;
        std::int64_t groups = 0;
        bool regular = false;
        for (std::uint32_t i = source.from; i < source.to; ++i) {
            if (amounts[i] == 0) continue;
            const Item& item = model.items[i];
            const Demand& line = model.lines[item.line];
            if (amounts[i] > item.most) return unreachable;
            if (line.single && memory.served_by[item.line] != nobody) return unreachable;
            memory.served_by[item.line] = s;
            memory.served[item.line] += amounts[i];
            cost += item.cost * amounts[i];
            units += amounts[i];
            for (std::uint32_t d = item.pool_from; d < item.pool_to; ++d) {
                pools[model.draws[d].pool] -= amounts[i] * model.draws[d].units;
                if (pools[model.draws[d].pool] < 0) return unreachable;
            }
            if (i < source.alone) {
                weight += line.weight * amounts[i];
                groups += regular ? 0 : 1;
                regular = true;
                continue;
            }
            ++groups;
            const std::int64_t price = freight(model, source, line.weight * amounts[i]);
            if (price == no_limit) return unreachable;
            cost += price;
        }
        if (groups == 0) continue;
        const std::int64_t price = regular ? freight(model, source, weight) : 0;
        if (price == no_limit || units > source.units_max || groups > source.shipments_max) return unreachable;
        cost += source.node_cost + groups * source.shipment_cost + price;
        shipments += groups;
    }
    if (shipments > model.shipments_max) return unreachable;
    bool any_short = false;
    for (std::size_t l = 0; l < model.lines.size(); ++l) {
        const Demand& line = model.lines[l];
        const std::int64_t missing = line.quantity - memory.served[l];
        if (missing < 0) return unreachable;
        if (missing == 0) continue;
        if (!line.can_short || (line.all_or_nothing && missing != line.quantity)) return unreachable;
        any_short = true;
        cost += line.short_cost * missing;
    }
    return any_short ? cost + model.backorder_cost : cost;
}

void construct(const Model& model, const Prices& prices, Worth worth, ConstructMemory& memory, Incumbent& incumbent) {
    Draft draft(model, memory);
    memory.banned.assign(model.sources.size(), 0);
    memory.worth.assign(model.lines.size(), 0);
    switch (worth) {
        case Worth::shortage:
            serve_by_shortage(model, draft, memory);
            break;
        case Worth::rising_prices:
            serve_by_rising_prices(model, prices, draft, memory);
            break;
    }
    draft.drop_torn_lines();
    keep_if_better(model, memory, incumbent);
}

bool rebuild_without(const Model& model, const Prices& prices, ConstructMemory& memory, Incumbent& incumbent) {
    Draft draft(model, memory);
    memory.worth.resize(model.lines.size());
    draft.load(incumbent.amounts);
    serve_by_rising_prices(model, prices, draft, memory);
    draft.drop_torn_lines();
    const std::int64_t before = incumbent.cost;
    keep_if_better(model, memory, incumbent);
    return incumbent.cost < before;
}

}  // namespace waybill::sourcing
