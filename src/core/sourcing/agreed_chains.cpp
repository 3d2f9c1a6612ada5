#include "core/sourcing/agreed_chains.hpp"

#include <algorithm>

#include "base/checked_math.hpp"

namespace waybill::sourcing {
namespace {

constexpr std::int64_t grains_max = 128;
constexpr std::int64_t loads_max = 640;  ///< of a source that is limited in units and pays by weight
constexpr std::int64_t units_counted_max = 32;

std::int64_t short_price(const Demand& line, const Payments& payments, std::uint32_t l, bool may_short,
                         std::int64_t missing) {
    if (missing == 0) return 0;
    const std::int64_t wanted = line.single ? line.quantity : line.demand;
    if (!may_short || (line.all_or_nothing && missing != wanted)) return chain_far;
    return payments.shortage[l] + line.short_cost * missing;
}

/// How the load of a source is counted: grains of weight for each number of units, where both matter.
struct Scale {
    std::int64_t grain = 0;   ///< grams; 0 where weight is not counted
    std::int64_t grains = 0;  ///< the most that are counted
    std::int64_t units = 0;   ///< the most that are counted; 0 where they are not

    [[nodiscard]] std::int64_t load(std::int64_t units_sent, std::int64_t grams) const {
        return (units > 0 ? units_sent * (grains + 1) : 0) + (grain > 0 ? grams / grain : 0);
    }
    [[nodiscard]] std::int64_t loads() const { return (units + 1) * (grains + 1); }
};

Scale scale_of(const AgreementView& at, const Source& source) {
    Int128 weight = 0;
    std::int64_t units = 0;
    for (std::uint32_t i = source.from; i < source.alone; ++i) {
        weight += static_cast<Int128>(at.domain.most[i]) * at.model.lines[at.model.items[i].line].weight;
        units += at.domain.most[i];
    }
    Scale scale;
    if (source.units_max <= units_counted_max && units > source.units_max) scale.units = source.units_max;
    if (source.break_from == source.break_to || weight <= at.model.breaks[source.break_from].max_g) return scale;
    const std::int64_t last = at.model.breaks[source.break_to - 1].max_g;
    const auto most = static_cast<std::int64_t>(std::min<Int128>(weight, last));
    const std::int64_t grains = std::min(grains_max, loads_max / (scale.units + 1));
    scale.grain = std::max<std::int64_t>(1, (most + grains - 1) / grains);
    scale.grains = most / scale.grain;
    return scale;
}

// The least price of a shipment of so many grains: weights were rounded down, and so are the breaks.
void price_loads(const AgreementView& at, const Source& source, const Scale& scale, std::int64_t base, Chain& chain) {
    for (std::int64_t units = 0; units <= scale.units; ++units) {
        std::uint32_t b = source.break_from;
        for (std::int64_t k = 0; k <= scale.grains; ++k) {
            while (scale.grain > 0 && b + 1 < source.break_to && at.model.breaks[b].max_g / scale.grain < k) ++b;
            chain.price.push_back(base + (b < source.break_to ? at.model.breaks[b].price : 0));
        }
    }
}

}  // namespace

void build_line_chain(const AgreementView& at, std::uint32_t l, Chain& chain) {
    const Model& model = at.model;
    const Demand& line = model.lines[l];
    const std::int64_t wanted = line.single ? line.quantity : line.demand;
    const bool may_short = line.can_short && at.domain.region.shortage != Choice::closed;
    chain.clear();
    for (std::uint32_t k = model.line_from[l]; k < model.line_from[l + 1]; ++k) {
        const std::uint32_t i = model.line_items[k];
        const Item& item = model.items[i];
        if (at.domain.most[i] < 1 || at.domain.region.sources[item.source] == Choice::closed) continue;
        const Link& link =
            chain.add(i, at.domain.least[i], at.domain.most[i], line.single ? LinkKind::once : LinkKind::load);
        for (std::int64_t x = 0; x <= link.most; ++x) {
            const std::size_t slot = link.first + static_cast<std::size_t>(x);
            chain.load[slot] = x;
            chain.cost[slot] = item.cost * x + at.table(i)[x];
            if (!line.single || x == 0 || x == wanted) continue;
            const std::int64_t rest =
                line.all_or_nothing ? chain_far : short_price(line, at.payments, l, may_short, wanted - x);
            chain.cost[slot] = rest == chain_far ? chain_far : chain.cost[slot] + rest;
        }
    }
    chain.price.push_back(short_price(line, at.payments, l, may_short, wanted));
    chain.price.push_back(line.single ? 0 : chain_far);
    for (std::int64_t k = 0; k <= (line.single ? 0 : wanted); ++k)
        chain.price.push_back(line.single ? chain_far : short_price(line, at.payments, l, may_short, wanted - k));
}

void build_source_chain(const AgreementView& at, std::uint32_t s, Chain& chain) {
    const Model& model = at.model;
    const Source& source = model.sources[s];
    const Scale scale = scale_of(at, source);
    const std::int64_t shipment = source.shipment_cost + at.payments.shipment + at.payments.berth[s];
    chain.clear();
    for (std::uint32_t i = source.from; i < source.to; ++i) {
        if (at.domain.most[i] < 1) continue;
        const bool alone = i >= source.alone;
        const std::int64_t weight = model.lines[model.items[i].line].weight;
        const Link& link =
            chain.add(i, at.domain.least[i], at.domain.most[i], alone ? LinkKind::alone : LinkKind::load);
        for (std::int64_t x = 0; x <= link.most; ++x) {
            const std::size_t slot = link.first + static_cast<std::size_t>(x);
            chain.cost[slot] = at.payments.rent[s] * x - at.table(i)[x];
            chain.load[slot] = scale.load(x, weight * x);
            if (!alone || x == 0) continue;
            const std::int64_t carried = freight(model, source, weight * x);
            chain.cost[slot] = carried == no_limit ? chain_far : chain.cost[slot] + shipment + carried;
        }
    }
    std::int64_t used = source.node_cost;
    if (source.units_max != no_limit) used -= at.payments.rent[s] * source.units_max;
    if (source.shipments_max != no_limit) used -= at.payments.berth[s] * source.shipments_max;
    chain.price.push_back(at.domain.region.sources[s] == Choice::open ? chain_far : 0);
    chain.price.push_back(used);
    price_loads(at, source, scale, used + shipment, chain);
}

}  // namespace waybill::sourcing
