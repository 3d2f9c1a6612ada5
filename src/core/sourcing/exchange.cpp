#include "core/sourcing/exchange.hpp"

#include <algorithm>

#include "core/sourcing/completion.hpp"

namespace waybill::sourcing {
namespace {

using Arc = ExchangeMemory::Arc;

constexpr std::int64_t no_arc = INT64_MAX / 4;
constexpr int cycles_max = 2'000;

// Moves single units between places: the sources in use, one place for what is short, and one for free room, through
// which a source that loses units lets another that has room gain some. A cycle of negative cost saves money.
class UnitMoves {
public:
    UnitMoves(const Model& model, ExchangeMemory& memory, ConstructMemory& construct, const Incumbent& incumbent)
        : model_(model), memory_(memory), construct_(construct) {
        memory_.amounts = incumbent.amounts;
        memory_.missing.assign(model.lines.size(), 0);
        memory_.units.assign(model.sources.size(), 0);
        memory_.used.assign(model.sources.size(), 0);
        for (std::size_t l = 0; l < model.lines.size(); ++l) memory_.missing[l] = model.lines[l].quantity;
        for (std::size_t i = 0; i < model.items.size(); ++i) {
            const std::int64_t sent = memory_.amounts[i];
            memory_.missing[model.items[i].line] -= sent;
            memory_.units[model.items[i].source] += sent;
            if (sent > 0) memory_.used[model.items[i].source] = 1;
        }
    }

    void run(std::uint64_t stop) {
        for (int cycle = 0; cycle < cycles_max && construct_.work < stop; ++cycle) {
            list_arcs();
            if (!find_cycle() || !push()) return;
        }
    }

private:
    [[nodiscard]] std::size_t short_place() const { return model_.sources.size(); }
    [[nodiscard]] std::size_t room_place() const { return model_.sources.size() + 1; }
    [[nodiscard]] std::size_t places() const { return model_.sources.size() + 2; }
    [[nodiscard]] Arc& arc(std::size_t from, std::size_t to) { return memory_.arcs[from * places() + to]; }

    // Only units that no other rule ties to each other move.
    [[nodiscard]] bool is_free(std::uint32_t i) const {
        const Item& item = model_.items[i];
        const Source& source = model_.sources[item.source];
        return memory_.used[item.source] != 0 && i < source.alone && item.pool_from == item.pool_to &&
               source.break_from == source.break_to;
    }

    void offer(std::size_t from, std::size_t to, const Arc& candidate) {
        Arc& best = arc(from, to);
        if (candidate.cost < best.cost) best = candidate;
    }

    void list_arcs() {
        memory_.arcs.assign(places() * places(), Arc{no_arc, no_index, no_index, no_index});
        construct_.work += memory_.arcs.size() / 4;
        for (std::uint32_t l = 0; l < model_.lines.size(); ++l) {
            const Demand& line = model_.lines[l];
            if (line.single || line.all_or_nothing) continue;
            for (std::uint32_t k = model_.line_from[l]; k < model_.line_from[l + 1]; ++k) {
                const std::uint32_t to = model_.line_items[k];
                if (!is_free(to)) continue;
                const Item& gaining = model_.items[to];
                if (line.can_short && memory_.amounts[to] > 0) {
                    offer(gaining.source, short_place(), {line.short_cost - gaining.cost, l, to, no_index});
                }
                if (memory_.amounts[to] == gaining.most) continue;
                if (memory_.missing[l] > 0) {
                    offer(short_place(), gaining.source, {gaining.cost - line.short_cost, l, no_index, to});
                }
                construct_.work += model_.line_from[l + 1] - model_.line_from[l];
                for (std::uint32_t j = model_.line_from[l]; j < model_.line_from[l + 1]; ++j) {
                    const std::uint32_t from = model_.line_items[j];
                    if (from == to || memory_.amounts[from] == 0 || !is_free(from)) continue;
                    offer(model_.items[from].source, gaining.source,
                          {gaining.cost - model_.items[from].cost, l, from, to});
                }
            }
        }
        for (std::size_t s = 0; s < model_.sources.size(); ++s) {
            if (memory_.used[s] == 0) continue;
            if (memory_.units[s] < model_.sources[s].units_max)
                arc(s, room_place()) = {0, no_index, no_index, no_index};
            arc(room_place(), s) = {0, no_index, no_index, no_index};
        }
        arc(short_place(), room_place()) = {0, no_index, no_index, no_index};
        arc(room_place(), short_place()) = {0, no_index, no_index, no_index};
    }

    // Bellman-Ford from everywhere at once; a place that still falls after as many passes as places is on or behind a
    // cycle of negative cost.
    bool find_cycle() {
        const std::size_t count = places();
        memory_.reach.assign(count, 0);
        memory_.before.assign(count, no_index);
        std::size_t fallen = count;
        for (std::size_t pass = 0; pass < count; ++pass) {
            fallen = count;
            construct_.work += count * count / 4;
            for (std::size_t from = 0; from < count; ++from) {
                for (std::size_t to = 0; to < count; ++to) {
                    const Arc& move = arc(from, to);
                    if (move.cost == no_arc || memory_.reach[from] + move.cost >= memory_.reach[to]) continue;
                    memory_.reach[to] = memory_.reach[from] + move.cost;
                    memory_.before[to] = static_cast<std::uint32_t>(from);
                    fallen = to;
                }
            }
            if (fallen == count) return false;
        }
        for (std::size_t step = 0; step < count; ++step) fallen = memory_.before[fallen];
        memory_.cycle.clear();
        std::size_t place = fallen;
        do {
            memory_.cycle.push_back(static_cast<std::uint32_t>(place));
            place = memory_.before[place];
        } while (place != fallen);
        std::reverse(memory_.cycle.begin(), memory_.cycle.end());
        return true;
    }

    // Sends as many units around the cycle as every move on it allows.
    bool push() {
        std::int64_t most = INT64_MAX;
        const std::size_t count = memory_.cycle.size();
        for (std::size_t k = 0; k < count; ++k) {
            const std::size_t from = memory_.cycle[k];
            const std::size_t to = memory_.cycle[(k + 1) % count];
            const Arc& move = arc(from, to);
            if (move.line == no_index) {
                if (to == room_place() && from < model_.sources.size()) {
                    most = std::min(most, model_.sources[from].units_max - memory_.units[from]);
                }
                continue;
            }
            most = std::min(most,
                            move.from_item == no_index ? memory_.missing[move.line] : memory_.amounts[move.from_item]);
            if (move.to_item != no_index) {
                most = std::min(most, model_.items[move.to_item].most - memory_.amounts[move.to_item]);
            }
        }
        if (most < 1 || most == INT64_MAX) return false;
        for (std::size_t k = 0; k < count; ++k) {
            const Arc& move = arc(memory_.cycle[k], memory_.cycle[(k + 1) % count]);
            if (move.line == no_index) continue;
            if (move.from_item == no_index)
                memory_.missing[move.line] -= most;
            else
                shift(move.from_item, -most);
            if (move.to_item == no_index)
                memory_.missing[move.line] += most;
            else
                shift(move.to_item, most);
        }
        return true;
    }

    void shift(std::uint32_t i, std::int64_t units) {
        memory_.amounts[i] += units;
        memory_.units[model_.items[i].source] += units;
    }

    const Model& model_;
    ExchangeMemory& memory_;
    ConstructMemory& construct_;
};

bool move_units(const Model& model, std::uint64_t stop, ExchangeMemory& memory, ConstructMemory& construct,
                Incumbent& incumbent) {
    UnitMoves(model, memory, construct, incumbent).run(stop);
    const std::int64_t cost = price_amounts(model, memory.amounts, construct);
    if (cost >= incumbent.cost) return false;
    incumbent.cost = cost;
    incumbent.amounts = memory.amounts;
    return true;
}

}  // namespace

void improve(const Model& model, const Prices& prices, std::uint64_t work_max, ExchangeMemory& memory,
             ConstructMemory& construct, Incumbent& incumbent) {
    if (incumbent.cost == unreachable || incumbent.all_short) return;
    const std::uint64_t stop = construct.work + work_max;
    move_units(model, stop, memory, construct, incumbent);
    construct.banned.assign(model.sources.size(), 0);
    bool better = true;
    while (better && construct.work < stop) {
        better = false;
        for (std::uint32_t s = 0; s < model.sources.size() && construct.work < stop; ++s) {
            const Source& source = model.sources[s];
            const bool used =
                std::any_of(incumbent.amounts.begin() + source.from, incumbent.amounts.begin() + source.to,
                            [](std::int64_t units) { return units > 0; });
            if (!used) continue;
            construct.banned[s] = 1;
            const bool helped = rebuild_without(model, prices, construct, incumbent);
            construct.banned[s] = 0;
            if (!helped) continue;
            better = true;
            move_units(model, stop, memory, construct, incumbent);
        }
    }
}

}  // namespace waybill::sourcing
