#include "core/sourcing/dues.hpp"

#include <algorithm>

#include "base/checked_math.hpp"

namespace waybill::sourcing {
namespace {

// The steepest line through the end of the first step that stays below the others and does not fall below zero, for
// shipments of items [from, to).
void draw_slope(const Model& model, const Domain& domain, const Source& source, std::uint32_t from, std::uint32_t to,
                std::vector<std::int64_t>& slopes) {
    const WeightBreak& first = model.breaks[source.break_from];
    Int128 heaviest = 0;
    for (std::uint32_t i = from; i < to; ++i)
        heaviest += static_cast<Int128>(domain.most[i]) * model.lines[model.items[i].line].weight;
    std::int64_t slope = 0;
    if (heaviest > first.max_g && first.price > 0) {
        slope = first.price / std::max<std::int64_t>(1, first.max_g);
        for (std::uint32_t b = source.break_from + 1; b < source.break_to; ++b) {
            if (model.breaks[b - 1].max_g >= heaviest) break;
            const Int128 reach = std::min<Int128>(model.breaks[b].max_g, heaviest) - first.max_g;
            const Int128 rise = static_cast<Int128>(model.breaks[b].price - first.price) / reach;
            slope = static_cast<std::int64_t>(std::min<Int128>(slope, rise));
        }
    }
    for (std::uint32_t i = from; i < to; ++i) slopes[i] = slope;
}

bool any_forced(const Domain& domain, std::uint32_t from, std::uint32_t to) {
    for (std::uint32_t i = from; i < to; ++i) {
        if (domain.least[i] > 0) return true;
    }
    return false;
}

}  // namespace

std::int64_t base_freight(const Model& model, const Source& source, std::int64_t slope) {
    if (source.break_from == source.break_to) return 0;
    const WeightBreak& first = model.breaks[source.break_from];
    return first.price - slope * first.max_g;
}

void draw_slopes(const Model& model, const Domain& domain, std::vector<std::int64_t>& slopes) {
    slopes.assign(model.items.size(), 0);
    if (model.breaks.empty()) return;
    for (const Source& source : model.sources) {
        if (source.break_from == source.break_to) continue;
        draw_slope(model, domain, source, source.from, source.alone, slopes);
        for (std::uint32_t i = source.alone; i < source.to; ++i) draw_slope(model, domain, source, i, i + 1, slopes);
    }
}

Dues dues_of(const Model& model, const Domain& domain, const Payments& payments, std::uint32_t s) {
    const Source& source = model.sources[s];
    const bool regular = source.alone > source.from;
    const bool alone = source.to > source.alone;
    const bool open = domain.region.sources[s] == Choice::open;
    // A carrier price below zero is no cost to divide; it lowers the bound for every shipment there could be.
    const std::int64_t shipment = source.shipment_cost + base_freight(model, source, payments.slope[source.from]);
    const std::int64_t rebate = std::min<std::int64_t>(0, shipment);
    const std::int64_t ship = shipment - rebate + payments.shipment + payments.berth[s];
    Dues dues;
    dues.certain = rebate * source.groups();
    dues.accounts[0] = {source.from, source.alone, regular ? ship + source.node_cost : 0};
    dues.accounts[1] = {source.alone, source.to, regular ? 0 : source.node_cost};
    const bool regular_certain = regular && ((open && !alone) || any_forced(domain, source.from, source.alone));
    if (regular_certain) {
        dues.certain += ship + source.node_cost;
        dues.accounts[0].budget = 0;
    } else if (open || any_forced(domain, source.alone, source.to)) {
        dues.certain += source.node_cost;
        dues.accounts[regular ? 0 : 1].budget = regular ? ship : 0;
    }
    return dues;
}

std::int64_t paid(const Payments& payments, const Account& account) {
    std::int64_t sum = 0;
    for (std::uint32_t i = account.from; i < account.to; ++i) sum += payments.item[i];
    return sum;
}

Balance balance_of(const Model& model, const Domain& domain, const Payments& payments, const Dues& dues,
                   std::uint32_t s) {
    Balance balance;
    for (const Account& account : dues.accounts) balance.slack += account.budget - paid(payments, account);
    const Source& source = model.sources[s];
    // Lines alone leave the node cost unpaid, and nothing else.
    const bool mixed = source.alone > source.from && source.to > source.alone;
    if (mixed) balance.slack = std::min(balance.slack, source.node_cost);
    if (source.units_max != no_limit) balance.rent = payments.rent[s] * source.units_max;
    if (source.shipments_max != no_limit) balance.rent += payments.berth[s] * source.shipments_max;
    const bool certain = domain.region.sources[s] == Choice::open || any_forced(domain, source.from, source.to);
    balance.share = dues.certain + (certain ? -balance.rent : std::min<std::int64_t>(0, balance.slack - balance.rent));
    return balance;
}

}  // namespace waybill::sourcing
