#include "core/sourcing/payments.hpp"

#include <algorithm>

#include "base/checked_math.hpp"
#include "core/sourcing/completion.hpp"
#include "core/sourcing/dues.hpp"

namespace waybill::sourcing {
namespace {

LineTask task_of(const Model& model, const Domain& domain, const Payments& payments, std::uint32_t l) {
    const Demand& line = model.lines[l];
    return {.quantity = line.single ? line.quantity : line.demand,
            .short_cost = line.short_cost,
            .short_fixed = payments.shortage[l],
            .may_short = line.can_short && domain.region.shortage != Choice::closed,
            .all_or_nothing = line.all_or_nothing,
            .single = line.single};
}

void list_ways(const Model& model, const Domain& domain, const Payments& payments, std::uint32_t l,
               PaymentMemory& memory) {
    std::vector<Way>& ways = memory.ways;
    ways.clear();
    for (std::uint32_t k = model.line_from[l]; k < model.line_from[l + 1]; ++k) {
        const std::uint32_t i = model.line_items[k];
        const Item& item = model.items[i];
        if (domain.most[i] < 1 || domain.region.sources[item.source] == Choice::closed) continue;
        const Source& source = model.sources[item.source];
        const std::int64_t freight = base_freight(model, source, payments.slope[i]);
        const std::int64_t alone = i < source.alone ? 0
                                                    : std::max<std::int64_t>(0, source.shipment_cost + freight) +
                                                          payments.shipment + payments.berth[item.source];
        ways.push_back(
            {.unit_cost = item.cost + payments.rent[item.source] + payments.slope[i] * model.lines[item.line].weight,
             .fixed = payments.item[i] + alone,
             .least = domain.least[i],
             .most = domain.most[i],
             .item = i});
    }
}

}  // namespace

void answer_lines(const Model& model, const Domain& domain, const Payments& payments, PaymentMemory& memory,
                  LineAnswers& out) {
    const std::uint64_t before = memory.line.work;
    out.amounts.assign(model.items.size(), 0);
    out.short_units.assign(model.lines.size(), 0);
    out.value.resize(model.lines.size());
    Int128 bound = model.short_for_sure;
    if (domain.region.shortage == Choice::open) bound += model.backorder_cost;
    bool served = true;
    for (std::uint32_t l = 0; l < model.lines.size(); ++l) {
        const LineTask task = task_of(model, domain, payments, l);
        list_ways(model, domain, payments, l, memory);
        out.value[l] = solve_line(task, memory.ways, memory.line);
        served = served && out.value[l] != unreachable;
        bound += out.value[l];
        std::int64_t left = task.quantity;
        for (std::size_t k = 0; k < memory.ways.size(); ++k) {
            out.amounts[memory.ways[k].item] = memory.line.units[k];
            left -= memory.line.units[k];
        }
        out.short_units[l] = left;
    }
    for (std::uint32_t s = 0; s < model.sources.size(); ++s) {
        if (domain.region.sources[s] == Choice::closed) continue;
        const Dues dues = dues_of(model, domain, payments, s);
        bound += balance_of(model, domain, payments, dues, s).share;
    }
    if (model.shipments_max != no_limit) bound -= static_cast<Int128>(payments.shipment) * model.shipments_max;
    out.bound = served ? static_cast<std::int64_t>(std::clamp<Int128>(bound, -(Int128{1} << 61), Int128{1} << 61))
                       : unreachable;
    out.work += memory.line.work - before + model.items.size() + model.sources.size();
}

void list_regrets(const Model& model, const Domain& domain, const Payments& payments, std::int64_t limit,
                  PaymentMemory& memory, LineAnswers& answers, Regrets& out) {
    const std::uint64_t before = memory.line.work;
    out.unused.assign(model.items.size(), 0);
    out.used.assign(model.items.size(), unreachable);
    out.least = domain.least;
    out.most.assign(model.items.size(), 0);
    out.opened.assign(model.sources.size(), 0);
    out.closed.assign(model.sources.size(), 0);
    Int128 never_short = 0;
    Int128 short_opened = domain.region.shortage == Choice::free ? model.backorder_cost : 0;
    for (std::uint32_t l = 0; l < model.lines.size(); ++l) {
        const LineTask task = task_of(model, domain, payments, l);
        list_ways(model, domain, payments, l, memory);
        static_cast<void>(solve_line(task, memory.ways, memory.line));
        WayRegret shortage;
        list_way_regrets(task, memory.ways, answers.value[l], limit, memory.line, memory.way_regrets, shortage);
        for (std::size_t k = 0; k < memory.ways.size(); ++k) {
            const std::uint32_t i = memory.ways[k].item;
            const WayRegret& regret = memory.way_regrets[k];
            out.unused[i] = regret.unused;
            out.used[i] = regret.used;
            out.least[i] = regret.least;
            out.most[i] = regret.most;
        }
        never_short += shortage.unused;
        short_opened += std::min(payments.shortage[l], shortage.used) - payments.shortage[l];
    }
    out.shortage_closed = static_cast<std::int64_t>(std::min<Int128>(never_short, unreachable));
    out.shortage_opened = static_cast<std::int64_t>(std::min<Int128>(short_opened, unreachable));
    for (std::uint32_t s = 0; s < model.sources.size(); ++s) {
        if (domain.region.sources[s] == Choice::closed) continue;
        const Source& source = model.sources[s];
        const Dues dues = dues_of(model, domain, payments, s);
        const Balance balance = balance_of(model, domain, payments, dues, s);
        Int128 closed = dues.certain - balance.share;
        Int128 opened = balance.slack - balance.rent - std::min<std::int64_t>(0, balance.slack - balance.rent);
        for (std::uint32_t i = source.from; i < source.to; ++i) {
            closed += out.unused[i];
            opened += std::min(payments.item[i], out.used[i]);
        }
        // Where several shipments share a node cost, opening it decides none of them: that says nothing for certain.
        if (source.groups() > 1) opened = 0;
        out.closed[s] = static_cast<std::int64_t>(std::min<Int128>(closed, unreachable));
        out.opened[s] = static_cast<std::int64_t>(std::min<Int128>(opened, unreachable));
    }
    answers.work += memory.line.work - before + 2 * model.items.size();
}

void narrow_model(const Model& model, const Domain& domain, Model& narrowed, std::vector<std::uint32_t>& origin) {
    narrowed.lines = model.lines;
    narrowed.sources = model.sources;
    narrowed.breaks = model.breaks;
    narrowed.pools = model.pools;
    narrowed.draws = model.draws;
    narrowed.backorder_cost = model.backorder_cost;
    narrowed.short_for_sure = model.short_for_sure;
    narrowed.surely_short = model.surely_short;
    narrowed.shipments_max = model.shipments_max;
    narrowed.cost_cap = model.cost_cap;
    narrowed.shift = model.shift;
    narrowed.any_short = model.any_short;
    narrowed.items.clear();
    origin.clear();
    for (std::uint32_t s = 0; s < model.sources.size(); ++s) {
        Source& source = narrowed.sources[s];
        const auto first = static_cast<std::uint32_t>(narrowed.items.size());
        std::uint32_t alone = first;
        for (std::uint32_t i = source.from; i < source.to; ++i) {
            if (domain.most[i] < 1 || domain.region.sources[s] == Choice::closed) continue;
            narrowed.items.push_back(model.items[i]);
            narrowed.items.back().most = domain.most[i];
            origin.push_back(i);
            if (i < source.alone) ++alone;
        }
        source.from = first;
        source.alone = alone;
        source.to = static_cast<std::uint32_t>(narrowed.items.size());
    }
    index_lines(narrowed);
}

}  // namespace waybill::sourcing
