#include "core/sourcing/chain.hpp"

#include <algorithm>

namespace waybill::sourcing {
namespace {

// A table step is an addition and a compare in a row that stays in the cache: eight of them count as one unit of work.
constexpr std::uint64_t chain_steps_per_work = 8;

// Numbers of units with the same load: only the cheapest matters for what follows.
struct Run {
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::size_t load = 0;
    std::int64_t cost = chain_far;
};

template <class Visit>
void for_each_run(const Chain& chain, const Link& link, Visit visit) {
    const std::int64_t* cost = chain.cost.data() + link.first;
    const std::int64_t* load = chain.load.data() + link.first;
    std::int64_t x = std::max<std::int64_t>(1, link.least);
    while (x <= link.most) {
        Run run{.from = x, .load = static_cast<std::size_t>(load[x])};
        while (x <= link.most && (link.kind != LinkKind::load || load[x] == load[run.from])) {
            run.cost = std::min(run.cost, cost[x]);
            ++x;
        }
        run.to = x;
        visit(run);
    }
}

// to[s] = min(to[s], from[s] + cost), the step that all the time goes into.
void relax_row(const std::int64_t* from, std::size_t count, std::int64_t cost, std::int64_t* to) {
    for (std::size_t s = 0; s < count; ++s) to[s] = std::min(to[s], from[s] + cost);
}

void fill_backward(const Chain& chain, const Link& link, const std::int64_t* after, std::int64_t* row) {
    const std::size_t states = chain.price.size();
    std::fill(row, row + states, chain_far);
    if (link.least == 0) relax_row(after, states, chain.cost[link.first], row);
    for_each_run(chain, link, [&](const Run& run) {
        if (link.kind == LinkKind::once) {
            row[0] = std::min(row[0], after[1] + run.cost);
            return;
        }
        const std::size_t load = link.kind == LinkKind::alone ? 0 : run.load;
        const std::size_t first = link.kind == LinkKind::alone ? 1 : load_states + load;
        if (first >= states) return;
        row[0] = std::min(row[0], after[first] + run.cost);
        row[1] = std::min(row[1], after[first] + run.cost);
        if (states > load_states + load)
            relax_row(after + load_states + load, states - load_states - load, run.cost, row + load_states);
    });
}

std::uint64_t steps_of(const Chain& chain, const Link& link) {
    return chain.price.size() * static_cast<std::size_t>(link.kind == LinkKind::load ? link.most - link.least + 1 : 2);
}

}  // namespace

void Chain::clear() {
    links.clear();
    cost.clear();
    load.clear();
    price.clear();
}

Link& Chain::add(std::uint32_t item, std::int64_t least, std::int64_t most, LinkKind kind) {
    const auto first = static_cast<std::uint32_t>(cost.size());
    cost.resize(cost.size() + static_cast<std::size_t>(most) + 1, 0);
    load.resize(cost.size(), 0);
    links.push_back({.item = item, .first = first, .least = least, .most = most, .kind = kind});
    return links.back();
}

std::int64_t solve_chain(Chain& chain) {
    const std::size_t states = chain.price.size();
    chain.backward.resize((chain.links.size() + 1) * states);
    std::copy(chain.price.begin(), chain.price.end(),
              chain.backward.begin() + static_cast<std::ptrdiff_t>(chain.links.size() * states));
    for (std::size_t k = chain.links.size(); k-- > 0;) {
        fill_backward(chain, chain.links[k], chain.backward.data() + (k + 1) * states,
                      chain.backward.data() + k * states);
        chain.work += steps_of(chain, chain.links[k]) / chain_steps_per_work + 1;
    }
    const std::int64_t value = chain.backward.front();
    return value >= chain_far / 2 ? chain_far : value;
}

void start_chain(Chain& chain) {
    chain.forward.resize((chain.links.size() + 1) * chain.price.size());
    std::fill_n(chain.forward.begin(), chain.price.size(), chain_far);
    chain.forward[0] = 0;
}

void follow_link(Chain& chain, std::size_t k) {
    const std::size_t states = chain.price.size();
    const Link& link = chain.links[k];
    const std::int64_t* before = chain.forward.data() + k * states;
    std::int64_t* row = chain.forward.data() + (k + 1) * states;
    std::fill(row, row + states, chain_far);
    if (link.least == 0) relax_row(before, states, chain.cost[link.first], row);
    for_each_run(chain, link, [&](const Run& run) {
        if (link.kind == LinkKind::once) {
            row[1] = std::min(row[1], before[0] + run.cost);
            return;
        }
        const std::size_t load = link.kind == LinkKind::alone ? 0 : run.load;
        const std::size_t first = link.kind == LinkKind::alone ? 1 : load_states + load;
        if (first >= states) return;
        row[first] = std::min(row[first], std::min(before[0], before[1]) + run.cost);
        if (states > load_states + load)
            relax_row(before + load_states, states - load_states - load, run.cost, row + load_states + load);
    });
    chain.work += steps_of(chain, link) / chain_steps_per_work + 1;
}

void list_marginals(Chain& chain, std::size_t k) {
    const std::size_t states = chain.price.size();
    const Link& link = chain.links[k];
    const std::int64_t* before = chain.forward.data() + k * states;
    const std::int64_t* after = chain.backward.data() + (k + 1) * states;
    chain.marginal.assign(static_cast<std::size_t>(link.most) + 1, chain_far);
    if (link.least == 0) {
        std::int64_t least = chain_far;
        for (std::size_t s = 0; s < states; ++s) least = std::min(least, before[s] + after[s]);
        chain.marginal[0] = std::min(chain_far, least + chain.cost[link.first]);
    }
    for_each_run(chain, link, [&](const Run& run) {
        std::int64_t least = chain_far;
        if (link.kind == LinkKind::once) {
            least = before[0] + after[1];
        } else {
            const std::size_t load = link.kind == LinkKind::alone ? 0 : run.load;
            const std::size_t first = link.kind == LinkKind::alone ? 1 : load_states + load;
            if (first >= states) return;
            least = std::min(least, std::min(before[0], before[1]) + after[first]);
            for (std::size_t s = load_states; s + load < states; ++s)
                least = std::min(least, before[s] + after[s + load]);
        }
        for (std::int64_t x = run.from; x < run.to; ++x) {
            const std::int64_t cost = least + chain.cost[link.first + static_cast<std::size_t>(x)];
            chain.marginal[static_cast<std::size_t>(x)] = std::min(chain_far, cost);
        }
    });
    chain.work += steps_of(chain, link) / chain_steps_per_work + 1;
}

void trace_chain(const Chain& chain, std::vector<std::int64_t>& units) {
    const std::size_t states = chain.price.size();
    units.assign(chain.links.size(), 0);
    std::size_t state = 0;
    for (std::size_t k = 0; k < chain.links.size(); ++k) {
        const Link& link = chain.links[k];
        const std::int64_t* after = chain.backward.data() + (k + 1) * states;
        const std::int64_t here = chain.backward[k * states + state];
        for (std::int64_t x = link.least; x <= link.most; ++x) {
            std::size_t next = state;
            const std::size_t at = link.first + static_cast<std::size_t>(x);
            if (x > 0 && link.kind == LinkKind::load)
                next = std::max(state, load_states) + static_cast<std::size_t>(chain.load[at]);
            else if (x > 0 && state < load_states)
                next = 1;
            if (next >= states || (x > 0 && link.kind == LinkKind::once && state != 0)) continue;
            if (after[next] + chain.cost[at] != here) continue;
            units[k] = x;
            state = next;
            break;
        }
    }
}

}  // namespace waybill::sourcing
