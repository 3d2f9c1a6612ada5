#include "core/sourcing/replan.hpp"

#include <algorithm>

#include "core/sourcing/completion.hpp"

namespace waybill::sourcing {
namespace {

class Replanner {
public:
    Replanner(const Model& model, ReplanMemory& memory, ConstructMemory& construct)
        : model_(model), memory_(memory), construct_(construct) {}

    void clear() {
        memory_.amounts.assign(model_.items.size(), 0);
        memory_.loads.assign(model_.sources.size(), {});
        memory_.missing.resize(model_.lines.size());
        for (std::size_t l = 0; l < model_.lines.size(); ++l) memory_.missing[l] = wanted(l);
        memory_.pool_left.resize(model_.pools.size());
        for (std::size_t p = 0; p < model_.pools.size(); ++p) memory_.pool_left[p] = model_.pools[p].quantity;
        shipments_ = 0;
        lines_short_ = 0;
        for (std::size_t l = 0; l < model_.lines.size(); ++l) lines_short_ += wanted(l) > 0 ? 1 : 0;
    }

    void load(const std::vector<std::int64_t>& amounts) {
        clear();
        for (std::uint32_t i = 0; i < amounts.size(); ++i) {
            if (amounts[i] > 0) add(i, amounts[i]);
        }
    }

    // Serves line l anew at what it costs on top of the others (or, for sources not open yet, at `guide`). True when
    // that changed anything.
    bool serve(std::uint32_t l, const Payments* guide) {
        memory_.saved.clear();
        std::int64_t before = 0;
        for (std::uint32_t k = model_.line_from[l]; k < model_.line_from[l + 1]; ++k) {
            const std::int64_t units = memory_.amounts[model_.line_items[k]];
            memory_.saved.push_back(units);
            if (units > 0) add(model_.line_items[k], -units);
        }
        const LineTask task = task_of(l);
        list_ways(l, guide);
        const std::uint64_t work = memory_.line.work;
        const std::int64_t value = solve_line(task, memory_.ways, memory_.line);
        construct_.work += memory_.line.work - work + memory_.saved.size();
        before = guide == nullptr ? price_of(l, task) : unreachable;
        const bool better = value < before && task.quantity <= table_units_max;
        if (!better && guide == nullptr) {
            for (std::uint32_t k = model_.line_from[l]; k < model_.line_from[l + 1]; ++k) {
                const std::int64_t units = memory_.saved[k - model_.line_from[l]];
                if (units > 0) add(model_.line_items[k], units);
            }
            return false;
        }
        std::int64_t room = task.quantity;
        for (std::size_t k = 0; k < memory_.ways.size(); ++k) {
            const std::int64_t units = std::min(room, memory_.line.units[k]);
            if (units < 1 || !may_open(memory_.ways[k].item)) continue;
            add(memory_.ways[k].item, units);
            room -= units;
        }
        return true;
    }

    // Line after line until none finds anything better.
    void settle(std::uint64_t stop) {
        constexpr std::size_t rounds_max = 12;  // freight is only estimated, so that falling for ever is possible
        const std::size_t lines = model_.lines.size();
        std::size_t idle = 0;
        for (std::size_t turn = 0; idle < lines && turn < lines * rounds_max && construct_.work < stop; ++turn) {
            idle = serve(static_cast<std::uint32_t>(turn % lines), nullptr) ? 0 : idle + 1;
        }
    }

    bool keep(Incumbent& incumbent) {
        const std::int64_t cost = price_amounts(model_, memory_.amounts, construct_);
        if (cost >= incumbent.cost) return false;
        incumbent.cost = cost;
        incumbent.amounts = memory_.amounts;
        incumbent.all_short = false;
        return true;
    }

private:
    [[nodiscard]] std::int64_t wanted(std::size_t l) const {
        return model_.lines[l].single ? model_.lines[l].quantity : model_.lines[l].demand;
    }

    [[nodiscard]] LineTask task_of(std::uint32_t l) const {
        const Demand& line = model_.lines[l];
        return {.quantity = wanted(l),
                .short_cost = line.short_cost,
                .short_fixed = lines_short_ > 1 || model_.surely_short ? 0 : model_.backorder_cost,
                .may_short = line.can_short,
                .all_or_nothing = line.all_or_nothing,
                .single = line.single};
    }

    void add(std::uint32_t i, std::int64_t units) {
        const Item& item = model_.items[i];
        ReplanMemory::Load& load = memory_.loads[item.source];
        const std::int64_t groups = load.alone + (load.regular > 0 ? 1 : 0);
        const std::int64_t change = units > 0 ? 1 : -1;
        if (i >= model_.sources[item.source].alone) {
            load.alone += change;
        } else {
            load.regular += change;
            load.weight += units * model_.lines[item.line].weight;
        }
        shipments_ += load.alone + (load.regular > 0 ? 1 : 0) - groups;
        load.units += units;
        memory_.amounts[i] += units;
        const std::int64_t was = memory_.missing[item.line];
        memory_.missing[item.line] -= units;
        lines_short_ += (memory_.missing[item.line] > 0 ? 1 : 0) - (was > 0 ? 1 : 0);
        for (std::uint32_t d = item.pool_from; d < item.pool_to; ++d)
            memory_.pool_left[model_.draws[d].pool] -= units * model_.draws[d].units;
    }

    [[nodiscard]] bool opens(std::uint32_t i) const {
        const Item& item = model_.items[i];
        return i >= model_.sources[item.source].alone || memory_.loads[item.source].regular == 0;
    }

    [[nodiscard]] bool may_open(std::uint32_t i) const {
        if (!opens(i)) return true;
        const Item& item = model_.items[i];
        const ReplanMemory::Load& load = memory_.loads[item.source];
        return shipments_ < model_.shipments_max &&
               load.alone + (load.regular > 0 ? 1 : 0) < model_.sources[item.source].shipments_max;
    }

    [[nodiscard]] std::int64_t most_of(std::uint32_t i) const {
        const Item& item = model_.items[i];
        const Source& source = model_.sources[item.source];
        const ReplanMemory::Load& load = memory_.loads[item.source];
        std::int64_t most = item.most;
        if (source.units_max != no_limit) most = std::min(most, source.units_max - load.units);
        const std::int64_t weight = model_.lines[item.line].weight;
        if (source.break_from != source.break_to && weight > 0) {
            const std::int64_t before = i >= source.alone ? 0 : load.weight;
            most = std::min(most, (model_.breaks[source.break_to - 1].max_g - before) / weight);
        }
        for (std::uint32_t d = item.pool_from; d < item.pool_to; ++d) {
            const Draw& draw = model_.draws[d];
            if (draw.units > 0) most = std::min(most, memory_.pool_left[draw.pool] / draw.units);
        }
        return most;
    }

    // Freight is asked for at the weight of all that could be sent: too much, never too little.
    [[nodiscard]] std::int64_t fixed_of(std::uint32_t i, std::int64_t most, const Payments* guide) const {
        const Item& item = model_.items[i];
        const Source& source = model_.sources[item.source];
        const ReplanMemory::Load& load = memory_.loads[item.source];
        const bool alone = i >= source.alone;
        const std::int64_t weight = most * model_.lines[item.line].weight;
        const std::int64_t before = alone || load.regular == 0 ? 0 : freight(model_, source, load.weight);
        const std::int64_t rise = freight(model_, source, weight + (alone ? 0 : load.weight)) - before;
        if (!opens(i)) return std::max<std::int64_t>(0, rise);
        const std::int64_t node = load.alone + load.regular == 0 ? source.node_cost : 0;
        const std::int64_t asked = source.shipment_cost + node;
        const std::int64_t paid = guide == nullptr ? asked : std::min(asked, guide->item[i]);
        return std::max<std::int64_t>(0, (alone ? asked : paid) + rise);
    }

    void list_ways(std::uint32_t l, const Payments* guide) {
        memory_.ways.clear();
        for (std::uint32_t k = model_.line_from[l]; k < model_.line_from[l + 1]; ++k) {
            const std::uint32_t i = model_.line_items[k];
            if (memory_.banned[model_.items[i].source] != 0) continue;
            const std::int64_t most = most_of(i);
            if (most < 1 || !may_open(i)) continue;
            const std::int64_t rent = guide == nullptr ? 0 : guide->rent[model_.items[i].source];
            memory_.ways.push_back({.unit_cost = model_.items[i].cost + rent,
                                    .fixed = fixed_of(i, most, guide),
                                    .least = 0,
                                    .most = most,
                                    .item = i});
        }
    }

    // What the line paid before, at the same prices; `unreachable` when it could not go on as it was.
    [[nodiscard]] std::int64_t price_of(std::uint32_t l, const LineTask& task) const {
        std::int64_t cost = 0;
        std::int64_t served = 0;
        std::size_t w = 0;
        for (std::uint32_t k = model_.line_from[l]; k < model_.line_from[l + 1]; ++k) {
            const std::int64_t units = memory_.saved[k - model_.line_from[l]];
            if (units == 0) continue;
            while (w < memory_.ways.size() && memory_.ways[w].item != model_.line_items[k]) ++w;
            if (w == memory_.ways.size()) return unreachable;
            cost += memory_.ways[w].unit_cost * units + memory_.ways[w].fixed;
            served += units;
        }
        const std::int64_t missing = task.quantity - served;
        if (missing == 0) return cost;
        if (!task.may_short || (task.all_or_nothing && served > 0)) return unreachable;
        return cost + task.short_fixed + missing * task.short_cost;
    }

    const Model& model_;
    ReplanMemory& memory_;
    ConstructMemory& construct_;
    std::int64_t shipments_ = 0;
    std::int64_t lines_short_ = 0;
};

}  // namespace

void replan(const Model& model, const Domain& domain, const Payments& payments, std::uint64_t work_max,
            ReplanMemory& memory, ConstructMemory& construct, Incumbent& incumbent) {
    const std::uint64_t stop = construct.work + work_max;
    memory.banned.assign(model.sources.size(), 0);
    for (std::size_t s = 0; s < model.sources.size(); ++s)
        memory.banned[s] = domain.region.sources[s] == Choice::closed ? 1 : 0;
    memory.order.resize(model.lines.size());
    for (std::uint32_t l = 0; l < model.lines.size(); ++l) memory.order[l] = l;
    std::sort(memory.order.begin(), memory.order.end(), [&](std::uint32_t a, std::uint32_t b) {
        const std::uint32_t left = model.line_from[a + 1] - model.line_from[a];
        const std::uint32_t right = model.line_from[b + 1] - model.line_from[b];
        return left != right ? left < right : a < b;
    });
    Replanner plan(model, memory, construct);
    plan.clear();
    for (const std::uint32_t l : memory.order) plan.serve(l, &payments);
    plan.settle(stop);
    plan.keep(incumbent);
}

void polish(const Model& model, std::uint64_t work_max, ReplanMemory& memory, ConstructMemory& construct,
            Incumbent& incumbent) {
    if (incumbent.cost == unreachable || incumbent.all_short) return;
    const std::uint64_t stop = construct.work + work_max;
    memory.banned.assign(model.sources.size(), 0);
    Replanner plan(model, memory, construct);
    plan.load(incumbent.amounts);
    plan.settle(stop);
    plan.keep(incumbent);
    std::uint32_t idle = 0;
    const auto sources = static_cast<std::uint32_t>(model.sources.size());
    for (std::uint32_t s = 0; idle < sources && construct.work < stop; s = (s + 1) % sources, ++idle) {
        const Source& source = model.sources[s];
        bool used = false;
        for (std::uint32_t i = source.from; i < source.to; ++i) used = used || incumbent.amounts[i] > 0;
        if (!used) continue;
        plan.load(incumbent.amounts);
        memory.banned[s] = 1;
        plan.settle(stop);
        memory.banned[s] = 0;
        plan.settle(stop);
        if (plan.keep(incumbent)) idle = 0;
    }
}

}  // namespace waybill::sourcing
