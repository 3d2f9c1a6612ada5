#include "core/sourcing/small_problems.hpp"

#include <algorithm>

namespace waybill::sourcing::testing {
namespace {

class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ULL + 1) {}

    std::int64_t between(std::int64_t least, std::int64_t most) {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return least + static_cast<std::int64_t>(state_ % static_cast<std::uint64_t>(most - least + 1));
    }
    bool percent(std::int64_t chance) { return between(1, 100) <= chance; }

private:
    std::uint64_t state_;
};

Line small_line(Dice& dice, bool harsh) {
    Line line;
    line.quantity = dice.between(1, 4);
    line.unit_weight_g = dice.between(0, 5) * 100;
    if (!dice.percent(harsh ? 50 : 10)) line.short_cost = dice.between(0, 60);
    line.splittable = dice.percent(75);
    line.all_or_nothing = dice.percent(25);
    line.ship_alone = dice.percent(25);
    return line;
}

Node small_node(Dice& dice) {
    Node node;
    node.shipment_cost = dice.between(0, 30);
    if (dice.percent(50)) node.node_cost = dice.between(0, 20);
    if (dice.percent(30)) node.capacity_units = dice.between(0, 6);
    if (dice.percent(25)) node.capacity_shipments = dice.between(0, 2);
    if (!dice.percent(25)) return node;
    std::int64_t grams = dice.between(0, 600);
    std::int64_t price = dice.between(-3, 10);
    for (std::int64_t b = dice.between(1, 3); b > 0; --b) {
        node.weight_breaks.push_back({.max_g = grams, .price = price});
        grams += dice.between(1, 900);
        price += dice.between(0, 12);
    }
    return node;
}

void add_entry(Dice& dice, Problem& problem, std::uint32_t line, std::uint32_t node) {
    Entry entry{.line = line, .node = node, .unit_cost = dice.between(-12, 40)};
    entry.takes_from = static_cast<std::uint32_t>(problem.takes.size());
    const auto take_new = [&] {
        problem.takes.push_back({.pool = static_cast<std::uint32_t>(problem.pools.size()), .units = 1});
        problem.pools.push_back({.quantity = dice.between(0, 4)});
    };
    const auto take_old = [&] {
        const auto pool =
            static_cast<std::uint32_t>(dice.between(0, static_cast<std::int64_t>(problem.pools.size()) - 1));
        problem.takes.push_back({.pool = pool, .units = dice.between(1, 2)});
    };
    const bool reuse = !problem.pools.empty() && dice.percent(30);
    if (reuse)
        take_old();
    else
        take_new();
    if (dice.percent(15)) take_new();
    if (reuse && dice.percent(20)) take_old();
    entry.takes_to = static_cast<std::uint32_t>(problem.takes.size());
    problem.entries.push_back(entry);
}

class Trial {
public:
    Trial(const Problem& problem, const std::function<void(const Plan&)>& found)
        : problem_(problem), found_(found), left_(problem.pools.size()) {
        for (std::size_t p = 0; p < left_.size(); ++p) left_[p] = problem.pools[p].quantity;
        for (const Line& line : problem.lines) plan_.short_units.push_back(line.quantity);
    }

    void run() { visit(0); }

private:
    [[nodiscard]] bool take(const Entry& entry, std::int64_t units) {
        bool fits = true;
        for (std::uint32_t t = entry.takes_from; t < entry.takes_to; ++t) {
            left_[problem_.takes[t].pool] -= units * problem_.takes[t].units;
            fits = fits && left_[problem_.takes[t].pool] >= 0;
        }
        return fits;
    }

    void visit(std::size_t e) {
        if (e == problem_.entries.size()) {
            const auto cost = price_plan(problem_, plan_);
            if (!cost) return;
            plan_.cost = *cost;
            found_(plan_);
            return;
        }
        visit(e + 1);
        const Entry& entry = problem_.entries[e];
        const std::int64_t most = plan_.short_units[entry.line];
        for (std::int64_t units = 1; units <= most; ++units) {
            const bool fits = take(entry, units);
            if (fits) {
                plan_.assignments.push_back({.line = entry.line, .node = entry.node, .quantity = units});
                plan_.short_units[entry.line] -= units;
                visit(e + 1);
                plan_.short_units[entry.line] += units;
                plan_.assignments.pop_back();
            }
            static_cast<void>(take(entry, -units));
            if (!fits) break;
        }
    }

    const Problem& problem_;
    const std::function<void(const Plan&)>& found_;
    std::vector<std::int64_t> left_;
    Plan plan_;
};

}  // namespace

Problem small_problem(std::uint64_t seed) {
    Dice dice(seed);
    for (int warm_up = 0; warm_up < 5; ++warm_up) static_cast<void>(dice.between(0, 1));
    Problem problem;
    const bool harsh = dice.percent(25);
    const std::int64_t lines = dice.between(1, 4);
    const std::int64_t nodes = dice.between(1, 5);
    for (std::int64_t l = 0; l < lines; ++l) problem.lines.push_back(small_line(dice, harsh));
    for (std::int64_t n = 0; n < nodes; ++n) problem.nodes.push_back(small_node(dice));
    const std::int64_t density = 700 / (lines * nodes + 2);
    for (std::uint32_t l = 0; l < problem.lines.size(); ++l) {
        for (std::uint32_t n = 0; n < problem.nodes.size(); ++n) {
            if (dice.percent(std::min<std::int64_t>(90, density))) add_entry(dice, problem, l, n);
        }
    }
    if (dice.percent(30)) problem.max_shipments = dice.between(0, 4);
    problem.ship_complete = dice.percent(15);
    problem.allow_line_split = dice.percent(85);
    if (dice.percent(50)) problem.backorder_fixed_cost = dice.between(0, 50);
    return problem;
}

Problem small_freight_problem(std::uint64_t seed) {
    Problem problem = small_problem(seed);
    Dice dice(seed + 1'000'000'007);
    for (int warm_up = 0; warm_up < 5; ++warm_up) static_cast<void>(dice.between(0, 1));
    for (Line& line : problem.lines) line.unit_weight_g = dice.between(0, 9) * dice.between(1, 997);
    for (Node& node : problem.nodes) {
        node.weight_breaks.clear();
        if (dice.percent(20)) continue;
        std::int64_t grams = dice.between(1, 6'000);
        std::int64_t price = dice.between(-3, 40);
        for (std::int64_t b = dice.between(1, 4); b > 0; --b) {
            node.weight_breaks.push_back({.max_g = grams, .price = price});
            grams += dice.between(1, 8'000);
            price += dice.between(0, 60);
        }
    }
    return problem;
}

Problem small_limited_problem(std::uint64_t seed) {
    Problem problem = seed % 3 == 0 ? small_freight_problem(seed) : small_problem(seed);
    Dice dice(seed + 2'000'000'011);
    for (int warm_up = 0; warm_up < 5; ++warm_up) static_cast<void>(dice.between(0, 1));
    problem.allow_line_split = problem.allow_line_split || dice.percent(80);
    // So that lines want to be split: dear to leave short, cheap to send, little anywhere.
    const bool want_splits = dice.percent(75);
    if (want_splits) problem.max_shipments.reset();
    for (Node& node : problem.nodes) {
        if (!want_splits) continue;
        node.shipment_cost = dice.between(0, 3);
        node.node_cost = 0;
        if (dice.percent(60)) node.capacity_shipments.reset();
        if (dice.percent(60)) node.weight_breaks.clear();
    }
    for (Pool& pool : problem.pools) {
        if (want_splits) pool.quantity = dice.between(1, 3);
    }
    for (Line& line : problem.lines) {
        line.splittable = line.splittable || dice.percent(80);
        if (dice.percent(60)) line.quantity = dice.between(3, 5);
        if (want_splits && line.short_cost) *line.short_cost += 40;
        if (dice.percent(85)) line.max_nodes = dice.percent(70) ? 2 : dice.between(1, 3);
    }
    Line& last = problem.lines.back();
    const Line& first = problem.lines.front();
    if (problem.lines.size() > 1 && first.max_nodes && dice.percent(30)) {
        last.max_nodes.reset();
        last.part_of = 0;
    }
    return problem;
}

void try_every_plan(const Problem& problem, const std::function<void(const Plan&)>& found) {
    Trial(problem, found).run();
}

std::optional<std::int64_t> optimum_by_trying(const Problem& problem) {
    std::optional<std::int64_t> best;
    try_every_plan(problem, [&best](const Plan& plan) {
        if (!best || plan.cost < *best) best = plan.cost;
    });
    return best;
}

}  // namespace waybill::sourcing::testing
