#include "core/sourcing/agreement.hpp"

#include <algorithm>

#include "base/checked_math.hpp"
#include "core/sourcing/agreed_chains.hpp"
#include "core/sourcing/completion.hpp"
#include "core/sourcing/dues.hpp"

namespace waybill::sourcing {
namespace {

// Far below chain_far, so that sums over a chain stay reachable.
constexpr std::int64_t price_max = std::int64_t{1} << 46;
constexpr std::size_t prices_max = 20'000;
constexpr std::uint32_t links_max = 1'024;

enum class Side { line, source };

// Gives what each number of units of link k is dearer than `value` to the other side, in so many parts.
void pass_on(Side side, std::int64_t value, std::int64_t lift_max, std::size_t k, AgreementMemory& memory,
             Payments& payments) {
    Chain& chain = memory.chain;
    const Link& link = chain.links[k];
    const auto parts = static_cast<std::int64_t>(chain.links.size() - k);
    std::int64_t* table = payments.table.data() + memory.from[link.item];
    for (std::int64_t x = link.least == 0 ? 0 : link.least; x <= link.most; ++x) {
        const auto slot = static_cast<std::size_t>(x);
        const std::int64_t lift = std::min(lift_max, chain.marginal[slot] - value) / parts;
        const std::int64_t before = table[x];
        table[x] = std::clamp(side == Side::line ? before - lift : before + lift, -price_max, price_max);
        std::int64_t& cost = chain.cost[link.first + slot];
        if (cost < chain_far / 2) cost -= lift;
    }
}

// Passes the differences of the chain at hand along it.
void pass_chain(Side side, std::int64_t value, std::int64_t lift_max, AgreementMemory& memory, Payments& payments) {
    Chain& chain = memory.chain;
    start_chain(chain);
    for (std::size_t k = 0; k < chain.links.size(); ++k) {
        list_marginals(chain, k);
        pass_on(side, value, lift_max, k, memory, payments);
        follow_link(chain, k);
    }
}

std::int64_t fixed_part(const Model& model, const Domain& domain, const Payments& payments) {
    Int128 sum = model.short_for_sure;
    if (domain.region.shortage == Choice::open) sum += model.backorder_cost;
    if (model.shipments_max != no_limit) sum -= static_cast<Int128>(payments.shipment) * model.shipments_max;
    return static_cast<std::int64_t>(std::clamp<Int128>(sum, -(Int128{1} << 60), Int128{1} << 60));
}

std::int64_t sum_up(Int128 sum) {
    return static_cast<std::int64_t>(std::clamp<Int128>(sum, -(Int128{1} << 61), Int128{1} << 61));
}

}  // namespace

bool can_agree(const Model& model) {
    // Without steps of weight payments close the gap with less work.
    if (model.breaks.empty()) return false;
    if (model.cost_cap > line_costs_max) return false;
    std::size_t prices = 0;
    for (std::size_t l = 0; l < model.lines.size(); ++l) {
        if (model.lines[l].quantity > table_units_max || model.line_from[l + 1] - model.line_from[l] > links_max)
            return false;
    }
    for (const Item& item : model.items) prices += static_cast<std::size_t>(item.most) + 1;
    return prices <= prices_max;
}

void price_units(const Model& model, const Domain& domain, AgreementMemory& memory, Payments& payments) {
    memory.from.resize(model.items.size());
    payments.table.clear();
    for (std::uint32_t i = 0; i < model.items.size(); ++i) {
        const Item& item = model.items[i];
        const Source& source = model.sources[item.source];
        memory.from[i] = static_cast<std::uint32_t>(payments.table.size());
        const std::int64_t base = source.shipment_cost + base_freight(model, source, payments.slope[i]);
        const std::int64_t alone =
            i < source.alone ? 0 : std::max<std::int64_t>(0, base) + payments.shipment + payments.berth[item.source];
        const std::int64_t each = payments.rent[item.source] + payments.slope[i] * model.lines[item.line].weight;
        for (std::int64_t x = 0; x <= item.most; ++x) {
            const std::int64_t paid = x == 0 || domain.most[i] < x ? 0 : payments.item[i] + alone + each * x;
            payments.table.push_back(std::clamp(paid, -price_max, price_max));
        }
    }
}

std::int64_t pass_differences(const Model& model, const Domain& domain, std::int64_t lift_max, AgreementMemory& memory,
                              Payments& payments) {
    const AgreementView at{model, domain, payments, memory};
    Int128 bound = fixed_part(model, domain, payments);
    for (std::uint32_t l = 0; l < model.lines.size(); ++l) {
        build_line_chain(at, l, memory.chain);
        const std::int64_t value = solve_chain(memory.chain);
        if (value == chain_far) return unreachable;
        bound += value;
        pass_chain(Side::line, value, lift_max, memory, payments);
    }
    for (std::uint32_t s = 0; s < model.sources.size(); ++s) {
        if (domain.region.sources[s] == Choice::closed) continue;
        build_source_chain(at, s, memory.chain);
        const std::int64_t value = solve_chain(memory.chain);
        if (value == chain_far) return unreachable;
        bound += value;
        pass_chain(Side::source, value, lift_max, memory, payments);
    }
    return sum_up(bound);
}

namespace {

struct Totals {
    Int128 bound = 0;
    Int128 never_short = 0;
    Int128 short_opened = 0;
    bool served = true;
};

// What the end of the line's chain says of shortage, relative to `value`.
void add_shortage(const Chain& chain, const Demand& line, std::int64_t value, std::int64_t paid, Totals& totals) {
    // Of a line that one source serves the chain does not tell apart all and some.
    if (line.single || line.demand == 0) {
        totals.short_opened -= paid;
        return;
    }
    const std::size_t states = chain.price.size();
    const std::int64_t* end = chain.forward.data() + chain.links.size() * states;
    std::int64_t full = chain_far;
    std::int64_t in_part = chain_far;
    for (std::size_t s = 0; s < states; ++s) {
        if (chain.price[s] >= chain_far / 2 || end[s] >= chain_far / 2) continue;
        std::int64_t& least = s + 1 == states ? full : in_part;
        least = std::min(least, end[s] + chain.price[s]);
    }
    totals.never_short += std::min(full, chain_far) - value;
    totals.short_opened += std::min(paid, in_part - value) - paid;
}

void list_line_regrets(const AgreementView& at, AgreementMemory& memory, LineAnswers& answers, Totals& totals) {
    const Model& model = at.model;
    Chain& chain = memory.chain;
    memory.line_regret.assign(at.payments.table.size(), 0);
    answers.amounts.assign(model.items.size(), 0);
    answers.short_units.assign(model.lines.size(), 0);
    answers.value.resize(model.lines.size());
    for (std::uint32_t l = 0; l < model.lines.size(); ++l) {
        const Demand& line = model.lines[l];
        build_line_chain(at, l, chain);
        const std::int64_t value = solve_chain(chain);
        answers.value[l] = value;
        totals.bound += value;
        totals.served = totals.served && value != chain_far;
        if (value == chain_far) continue;
        trace_chain(chain, memory.units);
        std::int64_t left = line.single ? line.quantity : line.demand;
        start_chain(chain);
        for (std::size_t k = 0; k < chain.links.size(); ++k) {
            const std::uint32_t i = chain.links[k].item;
            answers.amounts[i] = memory.units[k];
            left -= memory.units[k];
            list_marginals(chain, k);
            follow_link(chain, k);
            for (std::int64_t x = 0; x <= chain.links[k].most; ++x)
                memory.line_regret[memory.from[i] + static_cast<std::size_t>(x)] =
                    chain.marginal[static_cast<std::size_t>(x)] - value;
        }
        answers.short_units[l] = left;
        add_shortage(chain, line, value, at.payments.shortage[l], totals);
    }
}

// The regrets of one source and its lines together.
void list_source_regrets(std::uint32_t s, std::int64_t value, std::int64_t limit, AgreementMemory& memory,
                         Regrets& out) {
    Chain& chain = memory.chain;
    for (const Link& link : chain.links) {
        for (std::int64_t x = 0; x <= link.most; ++x) {
            std::int64_t& cost = chain.cost[link.first + static_cast<std::size_t>(x)];
            cost = std::min(chain_far, cost + memory.line_regret[memory.from[link.item] + static_cast<std::size_t>(x)]);
        }
    }
    static_cast<void>(solve_chain(chain));
    start_chain(chain);
    for (std::size_t k = 0; k < chain.links.size(); ++k) {
        const Link& link = chain.links[k];
        list_marginals(chain, k);
        follow_link(chain, k);
        const auto regret = [&](std::int64_t x) {
            const std::int64_t cost = chain.marginal[static_cast<std::size_t>(x)];
            return cost >= chain_far / 2 ? unreachable / 2 : cost - value;
        };
        out.unused[link.item] = regret(0);
        out.used[link.item] = unreachable / 2;
        out.least[link.item] = link.most + 1;
        out.most[link.item] = -1;
        for (std::int64_t x = 0; x <= link.most; ++x) {
            if (x > 0) out.used[link.item] = std::min(out.used[link.item], regret(x));
            if (regret(x) > limit) continue;
            out.least[link.item] = std::min(out.least[link.item], x);
            out.most[link.item] = x;
        }
    }
    const std::size_t states = chain.price.size();
    const std::int64_t* end = chain.forward.data() + chain.links.size() * states;
    std::int64_t opened = chain_far;
    for (std::size_t e = 1; e < states; ++e) opened = std::min(opened, end[e] + chain.price[e]);
    const std::int64_t closed = end[0] + chain.price[0];
    out.closed[s] = closed >= chain_far / 2 ? unreachable / 2 : closed - value;
    out.opened[s] = opened >= chain_far / 2 ? unreachable / 2 : opened - value;
}

}  // namespace

void list_agreed_regrets(const Model& model, const Domain& domain, const Payments& payments, std::int64_t target,
                         AgreementMemory& memory, LineAnswers& answers, Regrets& out) {
    const AgreementView at{model, domain, payments, memory};
    const std::uint64_t before = memory.chain.work;
    out.unused.assign(model.items.size(), 0);
    out.used.assign(model.items.size(), unreachable / 2);
    out.least = domain.least;
    out.most.assign(model.items.size(), 0);
    out.opened.assign(model.sources.size(), 0);
    out.closed.assign(model.sources.size(), 0);
    Totals totals{.bound = fixed_part(model, domain, payments)};
    totals.short_opened = domain.region.shortage == Choice::free ? model.backorder_cost : 0;
    list_line_regrets(at, memory, answers, totals);
    std::vector<std::int64_t>& values = memory.source_value;
    values.assign(model.sources.size(), 0);
    for (std::uint32_t s = 0; s < model.sources.size(); ++s) {
        if (domain.region.sources[s] == Choice::closed) continue;
        build_source_chain(at, s, memory.chain);
        values[s] = solve_chain(memory.chain);
        totals.served = totals.served && values[s] != chain_far;
        totals.bound += values[s];
    }
    answers.bound = totals.served ? sum_up(totals.bound) : unreachable;
    if (answers.bound <= target) {
        for (std::uint32_t s = 0; s < model.sources.size(); ++s) {
            if (domain.region.sources[s] == Choice::closed) continue;
            build_source_chain(at, s, memory.chain);
            list_source_regrets(s, values[s], target - answers.bound, memory, out);
        }
        out.shortage_closed = static_cast<std::int64_t>(std::min<Int128>(totals.never_short, unreachable));
        out.shortage_opened = static_cast<std::int64_t>(std::min<Int128>(totals.short_opened, unreachable));
    }
    answers.work += memory.chain.work - before;
}

}  // namespace waybill::sourcing
