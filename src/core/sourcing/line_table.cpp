#include "core/sourcing/line_table.hpp"

#include <algorithm>

#include "core/sourcing/completion.hpp"

namespace waybill::sourcing {
namespace {

// A table step is a few compares in a row that stays in the cache: two of them count as one unit of work.
constexpr std::uint64_t table_steps_per_work = 2;

std::int64_t short_price(const LineTask& task, std::int64_t missing) {
    if (missing == 0) return 0;
    if (!task.may_short || (task.all_or_nothing && missing != task.quantity)) return unreachable;
    return task.short_fixed + task.short_cost * missing;
}

// A way that never runs out: the cheapest start so far is all there is to remember.
void take_endless_way(const Way& way, std::size_t quantity, const std::int64_t* before, std::int64_t* after) {
    std::int64_t lowest = unreachable;
    std::int64_t goods = 0;
    for (std::size_t r = 0; r <= quantity; ++r, goods += way.unit_cost) {
        const std::int64_t here = before[r];
        const std::int64_t taken = lowest == unreachable ? unreachable : lowest + goods + way.fixed;
        after[r] = std::min(here, taken);
        const std::int64_t level = here == unreachable ? unreachable : here - goods;
        lowest = std::min(lowest, level);
    }
}

// Few units: each number of them in turn.
void take_short_way(const Way& way, std::size_t quantity, const std::int64_t* before, std::int64_t* after) {
    std::copy(before, before + quantity + 1, after);
    for (std::int64_t x = 1; x <= way.most; ++x) {
        const std::int64_t cost = way.unit_cost * x + way.fixed;
        for (std::size_t r = static_cast<std::size_t>(x); r <= quantity; ++r) {
            const std::int64_t here = before[r - static_cast<std::size_t>(x)];
            const std::int64_t taken = here == unreachable ? unreachable : here + cost;
            after[r] = std::min(after[r], taken);
        }
    }
}

// The candidates for r are those of r - 1 shifted by one, so that a queue of falling costs gives each minimum in
// constant time.
void take_long_way(const Way& way, std::int64_t quantity, const std::int64_t* before, std::int64_t* after,
                   LineMemory& memory) {
    const std::int64_t least = std::max<std::int64_t>(1, way.least);
    memory.ring.resize(static_cast<std::size_t>(quantity) + 1);
    std::uint32_t* ring = memory.ring.data();
    std::size_t head = 0;
    std::size_t tail = 0;
    const auto level = [&](std::int64_t r) { return before[r] - way.unit_cost * r; };
    for (std::int64_t r = 0; r <= quantity; ++r) {
        after[r] = way.least > 0 ? unreachable : before[r];
        const std::int64_t entering = r - least;
        if (entering >= 0 && before[entering] != unreachable) {
            while (tail > head && level(ring[tail - 1]) >= level(entering)) --tail;
            ring[tail++] = static_cast<std::uint32_t>(entering);
        }
        if (head < tail && ring[head] < r - way.most) ++head;
        if (head < tail) after[r] = std::min(after[r], level(ring[head]) + way.unit_cost * r + way.fixed);
    }
}

// after[r] = the cheapest of before[r] and of before[r - x] and x units this way.
void take_way(const Way& way, std::int64_t quantity, std::span<const std::int64_t> before,
              std::span<std::int64_t> after, LineMemory& memory) {
    constexpr std::int64_t few = 3;
    if (way.least == 0 && way.most >= quantity)
        take_endless_way(way, static_cast<std::size_t>(quantity), before.data(), after.data());
    else if (way.least == 0 && way.most <= few)
        take_short_way(way, static_cast<std::size_t>(quantity), before.data(), after.data());
    else
        take_long_way(way, quantity, before.data(), after.data(), memory);
    memory.work += static_cast<std::uint64_t>(quantity) / table_steps_per_work + 1;
}

std::span<std::int64_t> row_of(std::vector<std::int64_t>& table, std::size_t k, std::int64_t quantity) {
    const auto width = static_cast<std::size_t>(quantity) + 1;
    return std::span(table).subspan(k * width, width);
}

void fill_forward(const LineTask& task, std::span<const Way> ways, LineMemory& memory) {
    memory.forward.resize((ways.size() + 1) * (static_cast<std::size_t>(task.quantity) + 1));
    const auto first = row_of(memory.forward, 0, task.quantity);
    std::fill(first.begin(), first.end(), unreachable);
    first[0] = 0;
    for (std::size_t k = 0; k < ways.size(); ++k) {
        take_way(ways[k], task.quantity, row_of(memory.forward, k, task.quantity),
                 row_of(memory.forward, k + 1, task.quantity), memory);
    }
}

// backward[k][m]: the cheapest way to end when m units are missing before way k.
void fill_backward(const LineTask& task, std::span<const Way> ways, LineMemory& memory) {
    memory.backward.resize((ways.size() + 1) * (static_cast<std::size_t>(task.quantity) + 1));
    const auto last = row_of(memory.backward, ways.size(), task.quantity);
    for (std::int64_t m = 0; m <= task.quantity; ++m) last[static_cast<std::size_t>(m)] = short_price(task, m);
    for (std::size_t k = ways.size(); k-- > 0;) {
        take_way(ways[k], task.quantity, row_of(memory.backward, k + 1, task.quantity),
                 row_of(memory.backward, k, task.quantity), memory);
    }
}

std::int64_t solve_by_table(const LineTask& task, std::span<const Way> ways, LineMemory& memory) {
    fill_forward(task, ways, memory);
    const auto end = row_of(memory.forward, ways.size(), task.quantity);
    std::int64_t best = unreachable;
    std::int64_t served = 0;
    for (std::int64_t r = 0; r <= task.quantity; ++r) {
        const std::int64_t before = end[static_cast<std::size_t>(r)];
        const std::int64_t rest = short_price(task, task.quantity - r);
        if (before == unreachable || rest == unreachable || before + rest >= best) continue;
        best = before + rest;
        served = r;
    }
    if (best == unreachable) return best;
    for (std::size_t k = ways.size(); k-- > 0;) {
        const Way& way = ways[k];
        const auto before = row_of(memory.forward, k, task.quantity);
        const std::int64_t here = row_of(memory.forward, k + 1, task.quantity)[static_cast<std::size_t>(served)];
        if (way.least == 0 && before[static_cast<std::size_t>(served)] == here) continue;
        for (std::int64_t x = std::max<std::int64_t>(1, way.least); x <= std::min(way.most, served); ++x) {
            const std::int64_t left = before[static_cast<std::size_t>(served - x)];
            if (left == unreachable || left + way.unit_cost * x + way.fixed != here) continue;
            memory.units[k] = x;
            served -= x;
            break;
        }
    }
    return best;
}

// What a line that only one way may serve pays for `units` of it.
std::int64_t single_price(const LineTask& task, const Way& way, std::int64_t units) {
    if (units == task.quantity) return way.unit_cost * units + way.fixed;
    if (!task.may_short || task.all_or_nothing) return unreachable;
    return way.unit_cost * units + way.fixed + task.short_fixed + task.short_cost * (task.quantity - units);
}

struct SingleBest {
    std::int64_t cost = unreachable;
    std::int64_t units = 0;
};

// Cost is linear in the units up to the last, so that an end of the range is best.
SingleBest best_of_way(const LineTask& task, const Way& way) {
    SingleBest best;
    for (const std::int64_t units : {way.most, std::max<std::int64_t>(1, way.least), way.most - 1}) {
        if (units < std::max<std::int64_t>(1, way.least) || units > way.most) continue;
        const std::int64_t cost = single_price(task, way, units);
        if (cost < best.cost) best = {cost, units};
    }
    return best;
}

bool is_forced(const Way& way) { return way.least > 0; }

std::int64_t solve_single(const LineTask& task, std::span<const Way> ways, LineMemory& memory) {
    const auto forced = std::count_if(ways.begin(), ways.end(), is_forced);
    memory.work += ways.size();
    if (forced > 1) return unreachable;
    std::int64_t best = forced > 0 ? unreachable : short_price(task, task.quantity);
    std::size_t best_way = ways.size();
    std::int64_t best_units = 0;
    for (std::size_t k = 0; k < ways.size(); ++k) {
        if (forced > 0 && !is_forced(ways[k])) continue;
        const SingleBest here = best_of_way(task, ways[k]);
        if (here.cost >= best) continue;
        best = here.cost;
        best_way = k;
        best_units = here.units;
    }
    if (best_way < ways.size()) memory.units[best_way] = best_units;
    return best;
}

// The fixed cost spread over as many units as there could be, rounded down.
std::int64_t spread_cost(const Way& way) { return way.unit_cost + way.fixed / way.most; }

std::int64_t solve_in_parts(const LineTask& task, std::span<const Way> ways, LineMemory& memory) {
    memory.order.resize(ways.size());
    for (std::uint32_t k = 0; k < ways.size(); ++k) memory.order[k] = k;
    std::sort(memory.order.begin(), memory.order.end(), [&](std::uint32_t a, std::uint32_t b) {
        const std::int64_t left = spread_cost(ways[a]);
        const std::int64_t right = spread_cost(ways[b]);
        return left != right ? left < right : a < b;
    });
    memory.work += 4 * ways.size();
    const std::int64_t missed = task.may_short ? task.short_cost + task.short_fixed / task.quantity : unreachable;
    std::int64_t cost = 0;
    std::int64_t left = task.quantity;
    for (const std::uint32_t k : memory.order) {
        if (left == 0 || spread_cost(ways[k]) >= missed) break;
        const std::int64_t units = std::min(left, ways[k].most);
        memory.units[k] = units;
        cost += spread_cost(ways[k]) * units;
        left -= units;
    }
    if (left == 0) return cost;
    return missed == unreachable ? unreachable : cost + missed * left;
}

std::int64_t above(std::int64_t cost, std::int64_t value) { return cost == unreachable ? unreachable : cost - value; }

void list_single_regrets(const LineTask& task, std::span<const Way> ways, std::int64_t value, std::int64_t limit,
                         std::vector<WayRegret>& regrets, WayRegret& shortage) {
    const bool forced = std::any_of(ways.begin(), ways.end(), is_forced);
    const std::int64_t nothing = forced ? unreachable : short_price(task, task.quantity);
    std::int64_t first = nothing;
    std::int64_t second = unreachable;
    std::size_t winner = ways.size();
    std::int64_t full = unreachable;
    for (std::size_t k = 0; k < ways.size(); ++k) {
        const std::int64_t cost = forced && !is_forced(ways[k]) ? unreachable : best_of_way(task, ways[k]).cost;
        if (ways[k].most == task.quantity && cost != unreachable)
            full = std::min(full, single_price(task, ways[k], task.quantity));
        regrets[k].used = above(cost, value);
        if (cost < first) {
            second = first;
            first = cost;
            winner = k;
        } else {
            second = std::min(second, cost);
        }
    }
    for (std::size_t k = 0; k < ways.size(); ++k) {
        const Way& way = ways[k];
        regrets[k].unused = way.least > 0 ? unreachable : (k == winner ? above(second, value) : 0);
        regrets[k].least = std::max<std::int64_t>(1, way.least);
        regrets[k].most = regrets[k].used > limit ? 0 : way.most;
        if (regrets[k].unused <= limit) regrets[k].least = 0;
    }
    shortage.unused = above(full, value);
    shortage.used = 0;
}

}  // namespace

std::int64_t solve_line(const LineTask& task, std::span<const Way> ways, LineMemory& memory) {
    memory.units.assign(ways.size(), 0);
    if (task.quantity == 0) return 0;
    if (task.single) return solve_single(task, ways, memory);
    return task.has_table() ? solve_by_table(task, ways, memory) : solve_in_parts(task, ways, memory);
}

void list_way_regrets(const LineTask& task, std::span<const Way> ways, std::int64_t value, std::int64_t limit,
                      LineMemory& memory, std::vector<WayRegret>& regrets, WayRegret& shortage) {
    regrets.assign(ways.size(), {});
    shortage = {};
    for (std::size_t k = 0; k < ways.size(); ++k) regrets[k] = {0, 0, ways[k].least, ways[k].most};
    if (task.quantity == 0 || (!task.single && !task.has_table())) return;
    if (task.single) return list_single_regrets(task, ways, value, limit, regrets, shortage);
    fill_backward(task, ways, memory);
    const std::int64_t quantity = task.quantity;
    const auto end = row_of(memory.forward, ways.size(), quantity);
    shortage.unused = above(end[static_cast<std::size_t>(quantity)], value);
    shortage.used = unreachable;
    for (std::int64_t r = 0; r < quantity; ++r) {
        const std::int64_t before = end[static_cast<std::size_t>(r)];
        const std::int64_t rest = short_price(task, quantity - r);
        if (before == unreachable || rest == unreachable) continue;
        shortage.used = std::min(shortage.used, before + rest - value);
    }
    for (std::size_t k = 0; k < ways.size(); ++k) {
        const Way& way = ways[k];
        const auto before = row_of(memory.forward, k, quantity);
        const auto after = row_of(memory.backward, k + 1, quantity);
        WayRegret& regret = regrets[k];
        regret = {unreachable, unreachable, way.most + 1, -1};
        for (std::int64_t x = 0; x <= way.most; x = std::max(x + 1, way.least)) {
            if (x < way.least) continue;
            std::int64_t cheapest = unreachable;
            for (std::int64_t r = 0; r + x <= quantity; ++r) {
                const std::int64_t left = before[static_cast<std::size_t>(r)];
                const std::int64_t rest = after[static_cast<std::size_t>(quantity - r - x)];
                cheapest = std::min(cheapest, left == unreachable || rest == unreachable ? unreachable : left + rest);
            }
            memory.work += static_cast<std::uint64_t>(quantity) / table_steps_per_work;
            if (cheapest == unreachable) continue;
            const std::int64_t more = cheapest + (x > 0 ? way.unit_cost * x + way.fixed : 0) - value;
            if (x == 0)
                regret.unused = more;
            else
                regret.used = std::min(regret.used, more);
            if (more > limit) continue;
            regret.least = std::min(regret.least, x);
            regret.most = x;
        }
    }
}

}  // namespace waybill::sourcing
