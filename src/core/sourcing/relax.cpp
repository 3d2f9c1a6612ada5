#include "core/sourcing/relax.hpp"

#include <algorithm>

#include "base/checked_math.hpp"

namespace waybill::sourcing {
namespace {

struct Gain {
    std::int64_t value = 0;
    std::int64_t units = 0;
    std::int64_t demand = 0;
};

// The best that an item alone can earn with at least one unit.
Gain best_gain(const Model& model, const Item& item, std::int64_t price) {
    const Demand& line = model.lines[item.line];
    if (!line.single) {
        const std::int64_t each = price - item.cost;
        return each > 0 ? Gain{each * item.most, item.most, item.most} : Gain{each, 1, 1};
    }
    const std::int64_t all = price - item_cost(model, item, item.most);
    if (!line.partial) return {all, item.most, 1};
    const std::int64_t one = price - item_cost(model, item, 1);
    return all >= one ? Gain{all, item.most, 1} : Gain{one, 1, 1};
}

std::int64_t div_up(std::int64_t value, std::int64_t by) { return value >= 0 ? (value + by - 1) / by : value / by; }

// Rows of (gain per unit, units) such that the items' gain for any choice is at most that of filling the rows.
void rank_items(const Model& model, std::span<const Item> items, const Prices& prices, Relaxation& out) {
    out.ranked.clear();
    for (const Item& item : items) {
        const Demand& line = model.lines[item.line];
        const std::int64_t price = prices.line[item.line];
        if (!line.single) {
            out.ranked.push_back({price - item.cost, item.most, line.weight, item.line, 1});
            continue;
        }
        const Gain gain = best_gain(model, item, price);
        // Whatever number of units it takes, it earns at most `value`; where only the whole line may go, the gain is
        // spread over its units, otherwise one unit may be enough.
        if (line.partial || gain.value <= 0) {
            out.ranked.push_back({gain.value, 1, line.weight, item.line, 1});
        } else {
            out.ranked.push_back({div_up(gain.value, item.most), item.most, line.weight, item.line, 0});
        }
    }
}

// At most `units_max` units: the best ones. Exact, because every unit takes one place.
std::int64_t fill_units(Relaxation& out, std::int64_t units_max) {
    std::sort(out.ranked.begin(), out.ranked.end(),
              [](const auto& a, const auto& b) { return a.gain != b.gain ? a.gain > b.gain : a.line < b.line; });
    std::int64_t value = 0;
    std::int64_t room = units_max;
    for (const auto& row : out.ranked) {
        if (row.gain <= 0 || room == 0) break;
        const std::int64_t units = std::min(room, row.units);
        value += row.gain * units;
        room -= units;
    }
    return room == units_max && !out.ranked.empty() ? out.ranked.front().gain : value;
}

// Gain less the carrier's price, over the breaks: at each one the weight is filled by gain per gram, the last row in
// part.
std::int64_t fill_weight(const Model& model, const Source& source, Relaxation& out) {
    std::sort(out.ranked.begin(), out.ranked.end(), [](const auto& a, const auto& b) {
        const Int128 left = static_cast<Int128>(a.gain) * b.weight;
        const Int128 right = static_cast<Int128>(b.gain) * a.weight;
        if (a.gain <= 0 || b.gain <= 0) return a.gain != b.gain ? a.gain > b.gain : a.line < b.line;
        return left != right ? left > right : a.line < b.line;
    });
    std::int64_t best = INT64_MIN;
    for (std::uint32_t b = source.break_from; b < source.break_to; ++b) {
        std::int64_t room = model.breaks[b].max_g;
        std::int64_t value = 0;
        bool any = false;
        for (const auto& row : out.ranked) {
            if (row.gain <= 0) break;
            any = true;
            if (row.weight == 0 || row.units <= room / row.weight) {
                value += row.gain * row.units;
                room -= row.weight * row.units;
                continue;
            }
            const Int128 part = (static_cast<Int128>(row.gain) * room + row.weight - 1) / row.weight;
            value += static_cast<std::int64_t>(part);
            break;
        }
        if (!any) {
            value = INT64_MIN / 2;
            for (const auto& row : out.ranked) value = std::max(value, row.gain);
        }
        best = std::max(best, value - model.breaks[b].price);
    }
    return best;
}

std::int64_t least_freight(const Model& model, const Source& source) {
    if (source.break_from == source.break_to) return 0;
    std::int64_t least = INT64_MAX;
    for (std::uint32_t b = source.break_from; b < source.break_to; ++b) least = std::min(least, model.breaks[b].price);
    return least;
}

std::int64_t alone_gain(const Model& model, const Source& source, const Item& item, std::int64_t price) {
    const Gain gain = best_gain(model, item, price);
    if (source.break_from == source.break_to) return gain.value;
    const Demand& line = model.lines[item.line];
    std::int64_t best = INT64_MIN / 2;
    for (std::uint32_t b = source.break_from; b < source.break_to; ++b) {
        std::int64_t units = item.most;
        if (line.weight > 0) units = std::min(units, model.breaks[b].max_g / line.weight);
        if (units < 1) continue;
        const std::int64_t value = line.single ? gain.value : std::max(price - item.cost, (price - item.cost) * units);
        best = std::max(best, value - model.breaks[b].price);
    }
    return best;
}

// The most that a source can earn before its node cost, each shipment paid; the items it would use go to `out.used`.
std::int64_t source_gain(const Model& model, const Source& source, const Prices& prices, Relaxation& out) {
    const std::int64_t shipment = source.shipment_cost + prices.shipment;
    out.group_gains.clear();
    if (source.alone > source.from) {
        const auto regular = std::span(model.items).subspan(source.from, source.alone - source.from);
        rank_items(model, regular, prices, out);
        std::int64_t value = INT64_MAX;
        if (source.break_from != source.break_to) value = fill_weight(model, source, out);
        if (source.units_max != no_limit || source.break_from == source.break_to) {
            // Below breaks only the cheapest price is certain.
            value = std::min(value, fill_units(out, source.units_max) - least_freight(model, source));
        }
        out.group_gains.push_back(value - shipment);
    }
    for (std::uint32_t i = source.alone; i < source.to; ++i) {
        out.group_gains.push_back(alone_gain(model, source, model.items[i], prices.line[model.items[i].line]) -
                                  shipment);
    }
    std::sort(out.group_gains.begin(), out.group_gains.end(), std::greater<>());
    std::int64_t value = out.group_gains.front();
    const auto groups = static_cast<std::int64_t>(out.group_gains.size());
    for (std::int64_t g = 1; g < std::min(groups, source.shipments_max); ++g) {
        const std::int64_t gain = out.group_gains[static_cast<std::size_t>(g)];
        if (gain <= 0) break;
        value += gain;
    }
    if (source.units_max != no_limit && source.to > source.alone) {
        rank_items(model, model.items_of(source), prices, out);
        const std::int64_t least = least_freight(model, source);
        // With one shipment paid for certain and free further ones; only where those can not earn money by themselves.
        if (least >= 0) value = std::min(value, fill_units(out, source.units_max) - shipment - least);
    }
    return value;
}

// What the relaxed answer takes from a source that is used: a guess good enough to say which prices are too low.
void count_use(const Model& model, const Source& source, const Prices& prices, Relaxation& out) {
    std::int64_t room = source.units_max;
    bool regular = false;
    if (room == no_limit) {
        for (std::uint32_t i = source.from; i < source.to; ++i) {
            const Item& item = model.items[i];
            const Gain gain = best_gain(model, item, prices.line[item.line]);
            const std::int64_t paid = i >= source.alone ? source.shipment_cost + prices.shipment : 0;
            if (gain.value <= paid) continue;
            out.used[item.line] += gain.demand;
            if (i >= source.alone)
                ++out.shipments;
            else
                regular = true;
        }
    } else {
        rank_items(model, model.items_of(source), prices, out);
        fill_units(out, source.units_max);
        for (const auto& row : out.ranked) {
            if (row.gain <= 0 || room == 0) break;
            const std::int64_t units = std::min(room, row.units);
            out.used[row.line] += row.demand_per_unit == 1 ? units : 1;
            room -= units;
            regular = true;
        }
    }
    if (regular) ++out.shipments;
}

// The reduced cost of a plain source, and its use when that is negative or paid anyway: the hot path.
std::int64_t plain_reduced(const Model& model, const Source& source, const Prices& prices) {
    std::int64_t value = 0;
    std::int64_t best = INT64_MIN;
    for (const Item& item : model.items_of(source)) {
        const Gain gain = best_gain(model, item, prices.line[item.line]);
        if (gain.value > 0) value += gain.value;
        best = std::max(best, gain.value);
    }
    return source.node_cost + source.shipment_cost + prices.shipment - (best > 0 ? value : best);
}

}  // namespace

std::uint64_t evaluate(const Model& model, const Region& region, const std::vector<std::uint32_t>& active,
                       const Prices& prices, Relaxation& out) {
    out.reduced.resize(model.sources.size());
    out.used.assign(model.lines.size(), 0);
    out.shipments = 0;
    Int128 bound = model.short_for_sure;
    std::uint64_t work = model.lines.size();
    std::int64_t shortage = 0;
    for (std::size_t l = 0; l < model.lines.size(); ++l) {
        const Demand& line = model.lines[l];
        bound += prices.line[l] * line.demand;
        if (line.can_short) shortage += std::max<std::int64_t>(0, prices.line[l] - line.short_price()) * line.demand;
    }
    out.shortage_reduced = model.backorder_cost - shortage;
    const bool short_pays =
        region.shortage == Choice::open || (region.shortage == Choice::free && out.shortage_reduced < 0);
    if (model.any_short && short_pays) {
        bound += out.shortage_reduced;
        for (std::size_t l = 0; l < model.lines.size(); ++l) {
            const Demand& line = model.lines[l];
            if (line.can_short && prices.line[l] > line.short_price()) out.used[l] += line.demand;
        }
    }
    for (const std::uint32_t s : active) {
        const Source& source = model.sources[s];
        work += source.to - source.from;
        std::int64_t reduced = 0;
        if (source.plain) {
            reduced = plain_reduced(model, source, prices);
            // An open source that earns nothing sends nothing and pays its fixed cost all the same.
            if (region.sources[s] == Choice::open) {
                reduced = std::min(reduced, source.node_cost + source.shipment_cost + prices.shipment);
            }
        } else {
            reduced = source.node_cost - source_gain(model, source, prices, out);
        }
        out.reduced[s] = reduced;
        if (region.sources[s] == Choice::open || reduced < 0) {
            bound += reduced;
            count_use(model, source, prices, out);
        }
    }
    if (model.shipments_max != no_limit) bound -= static_cast<Int128>(prices.shipment) * model.shipments_max;
    // Far below every plan the exact depth says nothing; the clamp keeps differences of bounds inside 64 bits.
    out.bound = static_cast<std::int64_t>(std::clamp<Int128>(bound, -(Int128{1} << 62), Int128{1} << 62));
    return work;
}

void raise_prices(const Model& model, const std::vector<std::uint32_t>& active, Prices& prices,
                  std::vector<std::int64_t>& slack) {
    prices.line.assign(model.lines.size(), 0);
    prices.shipment = 0;
    slack.assign(model.sources.size(), -1);
    for (const std::uint32_t s : active) slack[s] = model.sources[s].node_cost + model.sources[s].shipment_cost;
    for (std::size_t l = 0; l < model.lines.size(); ++l) {
        const Demand& line = model.lines[l];
        std::int64_t price = line.can_short ? line.short_price() : INT64_MAX;
        for (std::uint32_t k = model.line_from[l]; k < model.line_from[l + 1]; ++k) {
            const Item& item = model.items[model.line_items[k]];
            if (slack[item.source] < 0) continue;
            const Gain gain = best_gain(model, item, 0);
            const std::int64_t units = line.single ? 1 : item.most;
            const std::int64_t cost = line.single ? -gain.value : item.cost;
            price = std::min(price, cost + slack[item.source] / units);
        }
        if (price == INT64_MAX) price = 0;
        prices.line[l] = price;
        for (std::uint32_t k = model.line_from[l]; k < model.line_from[l + 1]; ++k) {
            const Item& item = model.items[model.line_items[k]];
            if (slack[item.source] < 0) continue;
            slack[item.source] = std::max<std::int64_t>(
                0, slack[item.source] - std::max<std::int64_t>(0, best_gain(model, item, price).value));
        }
    }
}

namespace {

constexpr int idle_max = 12;
constexpr std::int64_t direction_scale = 16;

// A step along the violated demands, bent towards the step before so that it zigzags less; of the length that would
// reach `target` were the bound linear.
void step(const Model& model, const Relaxation& at, std::int64_t distance, int halvings,
          std::vector<std::int64_t>& direction, Prices& prices) {
    const std::size_t lines = model.lines.size();
    const bool limited = model.shipments_max != no_limit;
    Int128 norm = 0;
    for (std::size_t l = 0; l <= lines; ++l) {
        std::int64_t miss = 0;
        if (l < lines)
            miss = model.lines[l].demand - at.used[l];
        else if (limited)
            miss = at.shipments - model.shipments_max;
        direction[l] = miss * direction_scale + direction[l] * 3 / 4;
        if (l == lines && direction[l] < 0 && prices.shipment == 0) direction[l] = 0;
        norm += static_cast<Int128>(direction[l]) * direction[l];
    }
    norm /= direction_scale * direction_scale;
    if (norm == 0) return;
    for (std::size_t l = 0; l < lines; ++l) {
        if (direction[l] == 0) continue;
        const Int128 change = (static_cast<Int128>(distance) * direction[l] / (norm * direction_scale)) >> halvings;
        const Int128 limit = model.cost_cap / std::max<std::int64_t>(1, model.lines[l].demand) + 1;
        prices.line[l] = static_cast<std::int64_t>(std::clamp<Int128>(prices.line[l] + change, -limit, limit));
    }
    if (!limited || direction[lines] == 0) return;
    const Int128 change = (static_cast<Int128>(distance) * direction[lines] / (norm * direction_scale)) >> halvings;
    const Int128 cap = model.cost_cap / (model.shipments_max + 1);
    prices.shipment = static_cast<std::int64_t>(std::clamp<Int128>(prices.shipment + change, 0, cap));
}

}  // namespace

void find_prices(const Model& model, const Region& region, const std::vector<std::uint32_t>& active,
                 const PriceSearch& search, Prices& prices, Relaxation& relaxation, PriceResult& result) {
    result.bound = INT64_MIN;
    result.work = 0;
    result.direction.assign(model.lines.size() + 1, 0);
    int halvings = 0;
    int idle = 0;
    for (int round = 0;; ++round) {
        result.work += evaluate(model, region, active, prices, relaxation);
        if (relaxation.bound > result.bound) {
            result.bound = relaxation.bound;
            result.best = prices;
            idle = 0;
        } else if (++idle >= idle_max) {
            idle = 0;
            ++halvings;
            prices = result.best;
            result.work += evaluate(model, region, active, prices, relaxation);
            result.direction.assign(model.lines.size() + 1, 0);
        }
        if (result.bound >= search.target || round >= search.rounds || halvings > 12 || result.work > search.work_max)
            break;
        step(model, relaxation, std::max<std::int64_t>(1, search.target - relaxation.bound), halvings, result.direction,
             prices);
    }
    prices = result.best;
    result.work += evaluate(model, region, active, prices, relaxation);
}

}  // namespace waybill::sourcing
