#include "core/sourcing/completion.hpp"

#include <algorithm>

namespace waybill::sourcing {
namespace {

using Supply = PartitionMemory::Supply;

std::span<const Supply> supply_of(const PartitionMemory& memory, std::uint32_t line) {
    return std::span(memory.supply)
        .subspan(memory.supply_from[line], memory.supply_from[line + 1] - memory.supply_from[line]);
}

// Takes up to `wanted` units, cheapest first and none dearer than `dearest`; calls sink(supply, units).
template <class Sink>
std::int64_t draw(std::span<const Supply> supply, std::int64_t wanted, std::int64_t dearest, Sink&& sink) {
    for (const Supply& row : supply) {
        if (wanted == 0 || row.cost > dearest) break;
        const std::int64_t units = std::min(wanted, row.most);
        sink(row, units);
        wanted -= units;
    }
    return wanted;
}

// The cheapest way for one node to send a line that may not be split, in full or (partial) not.
struct SingleChoice {
    std::int64_t cost = unreachable;
    std::uint32_t item = no_index;
    std::int64_t units = 0;
};

SingleChoice best_single(const Model& model, const PartitionMemory& memory, std::uint32_t l, Choice shortage) {
    const Demand& line = model.lines[l];
    SingleChoice best;
    const auto offer = [&](const Supply& row, std::int64_t units) {
        const std::int64_t cost = item_cost(model, model.items[row.item], units);
        if (cost < best.cost) best = {cost, row.item, units};
    };
    for (const Supply& row : supply_of(memory, l)) {
        if (row.most == line.quantity) offer(row, row.most);
        if (!line.partial || shortage == Choice::closed) continue;
        offer(row, row.most);
        offer(row, 1);
    }
    return best;
}

}  // namespace

void prepare_supply(const Model& model, const Region& region, const std::vector<std::uint32_t>& active,
                    PartitionMemory& memory) {
    memory.supply.clear();
    memory.supply_from.assign(model.lines.size() + 1, 0);
    bool any = false;
    for (const std::uint32_t s : active) any = any || (model.sources[s].plain && region.sources[s] == Choice::open);
    if (!any) return;
    for (std::uint32_t l = 0; l < model.lines.size(); ++l) {
        const auto from = static_cast<std::ptrdiff_t>(memory.supply.size());
        for (std::uint32_t k = model.line_from[l]; k < model.line_from[l + 1]; ++k) {
            const Item& item = model.items[model.line_items[k]];
            if (!model.sources[item.source].plain || region.sources[item.source] != Choice::open) continue;
            memory.supply.push_back({.cost = item.cost, .most = item.most, .item = model.line_items[k]});
        }
        std::sort(memory.supply.begin() + from, memory.supply.end(), [](const Supply& a, const Supply& b) {
            return a.cost != b.cost ? a.cost < b.cost : a.item < b.item;
        });
        memory.supply_from[l + 1] = static_cast<std::uint32_t>(memory.supply.size());
    }
}

LineCompletion complete_line(const Model& model, const PartitionMemory& memory, std::uint32_t l,
                             std::int64_t remaining) {
    if (remaining == 0) return {0, 0};
    const Demand& line = model.lines[l];
    LineCompletion out;
    if (line.single) {
        out.full = best_single(model, memory, l, Choice::closed).cost;
        out.any = best_single(model, memory, l, Choice::open).cost;
        if (line.can_short) out.any = std::min(out.any, line.short_price());
        return out;
    }
    const auto supply = supply_of(memory, l);
    std::int64_t cost = 0;
    const auto add = [&cost](const Supply& row, std::int64_t units) { cost += row.cost * units; };
    if (draw(supply, remaining, INT64_MAX, add) == 0) out.full = cost;
    out.any = out.full;
    if (!line.can_short) return out;
    if (line.all_or_nothing) {
        if (remaining == line.demand) out.any = std::min(out.any, line.short_cost * remaining);
        return out;
    }
    cost = 0;
    const std::int64_t left = draw(supply, remaining, line.short_cost, add);
    out.any = std::min(out.any, cost + left * line.short_cost);
    return out;
}

std::int64_t complete(const Model& model, Choice shortage, bool short_before, const PartitionMemory& memory,
                      const std::vector<std::int64_t>& remaining) {
    std::int64_t full = 0;
    std::int64_t any = 0;
    for (std::uint32_t l = 0; l < model.lines.size(); ++l) {
        if (remaining[l] == 0) continue;
        const LineCompletion line = complete_line(model, memory, l, remaining[l]);
        full = full == unreachable || line.full == unreachable ? unreachable : full + line.full;
        any = any == unreachable || line.any == unreachable ? unreachable : any + line.any;
    }
    if (shortage == Choice::closed) return full;
    const std::int64_t paid = any == unreachable ? unreachable : any + model.backorder_cost;
    if (short_before || shortage == Choice::open) return paid;
    return std::min(full, paid);
}

void fill(const Model& model, Choice shortage, bool short_before, const PartitionMemory& memory,
          const std::vector<std::int64_t>& remaining, std::vector<std::int64_t>& amounts) {
    const std::int64_t total = complete(model, shortage, short_before, memory, remaining);
    const bool may_short =
        short_before || shortage == Choice::open ||
        (shortage == Choice::free && complete(model, Choice::closed, false, memory, remaining) != total);
    for (std::uint32_t l = 0; l < model.lines.size(); ++l) {
        if (remaining[l] == 0) continue;
        const Demand& line = model.lines[l];
        const LineCompletion choice = complete_line(model, memory, l, remaining[l]);
        const auto supply = supply_of(memory, l);
        const auto add = [&amounts](const Supply& row, std::int64_t units) { amounts[row.item] += units; };
        if (line.single) {
            const SingleChoice best = best_single(model, memory, l, may_short ? Choice::open : Choice::closed);
            const bool stays_short = may_short && line.can_short && line.short_price() <= best.cost;
            if (!stays_short && best.item != no_index) amounts[best.item] += best.units;
        } else if (!may_short || choice.any == choice.full) {
            draw(supply, remaining[l], INT64_MAX, add);
        } else if (!line.all_or_nothing) {
            draw(supply, remaining[l], line.short_cost, add);
        }
    }
}

}  // namespace waybill::sourcing
