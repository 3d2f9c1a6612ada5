#include "solve_io/bench_families.hpp"

#include <algorithm>
#include <chrono>

namespace waybill::solve_io {
namespace {

using sourcing::Line;
using sourcing::Node;
using sourcing::Problem;

// SplitMix64: small, seedable, the same everywhere.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15ULL;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
        return mixed ^ (mixed >> 31);
    }
    /// Uniform over [least, most].
    std::int64_t between(std::int64_t least, std::int64_t most) {
        return least + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(most - least + 1));
    }
    bool percent(std::int64_t chance) { return between(1, 100) <= chance; }
    std::int64_t pick(std::initializer_list<std::int64_t> values) {
        return values.begin()[between(0, static_cast<std::int64_t>(values.size()) - 1)];
    }

private:
    std::uint64_t state_;
};

struct Shape {
    std::int64_t lines_least = 1, lines_most = 5;
    std::int64_t quantity_most = 3;
    std::int64_t one_unit_percent = 70;
    std::int64_t stores_least = 25, stores_most = 55;
    std::int64_t centres_least = 1, centres_most = 4;
    std::int64_t vendors_most = 0;
    std::int64_t store_density_least = 8, store_density_most = 40;  ///< percent, drawn for each line
    std::int64_t centre_density = 55;
    std::int64_t store_stock_most = 5;
    std::int64_t unit_capacity_percent = 0;
    std::int64_t unit_capacity_most = 7;
    std::int64_t shipment_capacity_percent = 0;
    std::int64_t shipment_base = 650;
    std::int64_t short_least = 800, short_most = 9'500;
};

// Builds a problem place by place; one pool per entry.
class Maker {
public:
    Maker(Dice& dice, const Shape& shape) : dice_(dice), shape_(shape) {}

    Problem make() {
        problem_.backorder_fixed_cost = dice_.pick({0, 300, 500, 750});
        const std::int64_t lines = dice_.between(shape_.lines_least, shape_.lines_most);
        for (std::int64_t l = 0; l < lines; ++l) add_line();
        const std::int64_t centres = dice_.between(shape_.centres_least, shape_.centres_most);
        const std::int64_t stores = dice_.between(shape_.stores_least, shape_.stores_most);
        const std::int64_t vendors = dice_.between(0, shape_.vendors_most);
        for (std::int64_t n = 0; n < centres; ++n) add_node(Kind::centre);
        for (std::int64_t n = 0; n < stores; ++n) add_node(Kind::store);
        for (std::int64_t n = 0; n < vendors; ++n) add_node(Kind::vendor);
        std::sort(problem_.entries.begin(), problem_.entries.end(),
                  [](const auto& a, const auto& b) { return a.line != b.line ? a.line < b.line : a.node < b.node; });
        return std::move(problem_);
    }

private:
    enum class Kind { centre, store, vendor };

    void add_line() {
        Line line;
        line.quantity = dice_.percent(shape_.one_unit_percent) ? 1 : dice_.between(1, shape_.quantity_most);
        line.unit_weight_g = dice_.between(100, 3'000);
        line.short_cost = dice_.between(shape_.short_least, shape_.short_most);
        problem_.lines.push_back(line);
        base_cost_.push_back(dice_.between(20, 350));
        density_.push_back(dice_.between(shape_.store_density_least, shape_.store_density_most));
    }

    void add_node(Kind kind) {
        Node node;
        const std::int64_t distance = dice_.between(0, 100);
        node.shipment_cost = shape_.shipment_base + distance * 5 + dice_.between(0, 120);
        node.node_cost = dice_.pick({0, 50, 100, 150, 250});
        if (kind == Kind::centre) node.shipment_cost -= shape_.shipment_base / 5;
        if (kind == Kind::centre) node.node_cost = 0;
        if (kind == Kind::vendor) node.shipment_cost = dice_.pick({0, 495, 595});
        if (kind == Kind::vendor) node.node_cost = dice_.pick({0, 250, 500});
        if (kind == Kind::store && dice_.percent(shape_.unit_capacity_percent)) {
            node.capacity_units = dice_.between(1, shape_.unit_capacity_most);
        }
        if (kind == Kind::store && dice_.percent(shape_.shipment_capacity_percent))
            node.capacity_shipments = dice_.between(1, 2);
        const auto n = static_cast<std::uint32_t>(problem_.nodes.size());
        problem_.nodes.push_back(std::move(node));
        for (std::uint32_t l = 0; l < problem_.lines.size(); ++l) {
            const std::int64_t chance = kind == Kind::store ? density_[l] : shape_.centre_density;
            if (!dice_.percent(kind == Kind::vendor ? chance / 2 : chance)) continue;
            const std::int64_t stock =
                kind == Kind::store ? dice_.between(1, shape_.store_stock_most) : dice_.between(3, 60);
            std::int64_t cost = base_cost_[l] + distance * dice_.between(1, 5) + dice_.between(0, 60);
            if (kind == Kind::store && dice_.percent(20)) cost -= dice_.between(50, 450);
            add_entry(l, n, stock, cost);
        }
    }

    void add_entry(std::uint32_t line, std::uint32_t node, std::int64_t stock, std::int64_t cost) {
        const auto pool = static_cast<std::uint32_t>(problem_.pools.size());
        problem_.pools.push_back({.quantity = stock});
        problem_.takes.push_back({.pool = pool, .units = 1});
        problem_.entries.push_back(
            {.line = line, .node = node, .unit_cost = cost, .takes_from = pool, .takes_to = pool + 1});
    }

    Dice& dice_;
    const Shape& shape_;
    Problem problem_;
    std::vector<std::int64_t> base_cost_, density_;
};

void add_rules(Dice& dice, Problem& problem) {
    if (dice.percent(40)) problem.max_shipments = dice.between(1, 4);
    if (dice.percent(25)) problem.ship_complete = true;
    if (dice.percent(15)) problem.allow_line_split = false;
    const bool all_alone = dice.percent(10);
    const bool dear = dice.percent(20);
    for (Line& line : problem.lines) {
        if (dear || dice.percent(15)) line.short_cost.reset();
        if (dice.percent(15)) line.splittable = false;
        if (dice.percent(15)) line.all_or_nothing = true;
        if (all_alone || dice.percent(15)) line.ship_alone = true;
    }
}

void add_tariffs(Dice& dice, Problem& problem) {
    for (Node& node : problem.nodes) {
        if (!dice.percent(85)) continue;
        const std::int64_t scale = dice.between(80, 140);
        node.shipment_cost = dice.between(100, 300);
        for (const auto& [grams, price] : {std::pair<std::int64_t, std::int64_t>{500, 780},
                                           {1'000, 990},
                                           {2'000, 1'270},
                                           {5'000, 1'760},
                                           {10'000, 2'680},
                                           {20'000, 4'370},
                                           {31'500, 6'480}}) {
            node.weight_breaks.push_back({.max_g = grams, .price = price * scale / 100});
        }
    }
}

// Carrier prices by weight up to a pallet.
void add_freight(Dice& dice, Problem& problem) {
    for (Node& node : problem.nodes) {
        if (!dice.percent(60)) continue;
        const std::int64_t scale = dice.between(80, 140);
        node.shipment_cost = dice.between(100, 300);
        for (const auto& [grams, price] : {std::pair<std::int64_t, std::int64_t>{2'000, 700},
                                           {10'000, 1'400},
                                           {31'500, 2'900},
                                           {100'000, 6'000},
                                           {600'000, 14'000}}) {
            node.weight_breaks.push_back({.max_g = grams, .price = price * scale / 100});
        }
    }
}

// Orders as above that have plans: limits a little above what is needed, so that they bind.
void add_binding_rules(Dice& dice, Problem& problem) {
    const std::int64_t kind = dice.between(1, 5);
    if (kind == 1) problem.max_shipments = dice.between(4, 14);
    if (kind == 2) problem.ship_complete = true;
    if (kind == 3) problem.backorder_fixed_cost = dice.between(2, 20) * 1'000;
    for (Line& line : problem.lines) {
        if (kind == 4 && dice.percent(30)) line.ship_alone = true;
        if (dice.percent(10)) line.ship_alone = true;
        if (dice.percent(15)) line.splittable = false;
        if (dice.percent(20)) line.all_or_nothing = true;
        if (dice.percent(10)) line.unit_weight_g = dice.between(1, 40) * 500;
    }
    for (Node& node : problem.nodes) {
        if (dice.percent(20)) node.capacity_shipments = dice.between(1, 3);
        if (kind == 5 && dice.percent(60)) node.capacity_units = dice.between(3, 30);
    }
    // Late units: two days' cost each at a third of the places, a credit at some others.
    const std::int64_t late = dice.between(20, 150);
    for (sourcing::Entry& entry : problem.entries) {
        if (entry.node % 3 == 0) entry.unit_cost += 2 * late;
        if (entry.node % 7 == 1) entry.unit_cost -= dice.between(100, 500);
    }
}

// Every node holds a few of the lines at nearly the same cost: minimum set cover in thin disguise.
Problem make_cover(Dice& dice) {
    Shape shape{.lines_least = 8,
                .lines_most = 10,
                .quantity_most = 2,
                .one_unit_percent = 20,
                .stores_least = 0,
                .stores_most = 0,
                .centres_least = 0,
                .centres_most = 0,
                .short_least = 50'000,
                .short_most = 50'000};
    Problem problem = Maker(dice, shape).make();
    problem.backorder_fixed_cost = 0;
    const std::int64_t nodes = dice.between(60, 140);
    const std::int64_t width = dice.between(2, 4);
    for (std::int64_t n = 0; n < nodes; ++n) {
        problem.nodes.emplace_back().shipment_cost = dice.between(800, 803);
        for (std::uint32_t l = 0; l < problem.lines.size(); ++l) {
            if (dice.between(0, static_cast<std::int64_t>(problem.lines.size()) - 1) >= width) continue;
            const auto pool = static_cast<std::uint32_t>(problem.pools.size());
            problem.pools.push_back({.quantity = dice.between(1, 2)});
            problem.takes.push_back({.pool = pool, .units = 1});
            problem.entries.push_back({.line = l,
                                       .node = static_cast<std::uint32_t>(problem.nodes.size() - 1),
                                       .unit_cost = dice.between(100, 103),
                                       .takes_from = pool,
                                       .takes_to = pool + 1});
        }
    }
    std::sort(problem.entries.begin(), problem.entries.end(),
              [](const auto& a, const auto& b) { return a.line != b.line ? a.line < b.line : a.node < b.node; });
    return problem;
}

constexpr Shape ten_by_1000_shape{.lines_least = 10,
                                  .lines_most = 10,
                                  .stores_least = 985,
                                  .stores_most = 985,
                                  .centres_least = 15,
                                  .centres_most = 15};
constexpr Shape scarce_shape{.lines_least = 2,
                             .lines_most = 6,
                             .quantity_most = 12,
                             .one_unit_percent = 5,
                             .stores_least = 25,
                             .stores_most = 70,
                             .centres_most = 3,
                             .vendors_most = 2,
                             .centre_density = 35,
                             .store_stock_most = 3,
                             .unit_capacity_percent = 50,
                             .unit_capacity_most = 8};
constexpr Shape constrained_shape{.lines_least = 2,
                                  .lines_most = 7,
                                  .quantity_most = 6,
                                  .one_unit_percent = 20,
                                  .stores_most = 58,
                                  .centres_most = 3,
                                  .vendors_most = 2,
                                  .unit_capacity_percent = 40,
                                  .shipment_capacity_percent = 30};
constexpr Shape dropship_shape{.lines_least = 2,
                               .lines_most = 8,
                               .quantity_most = 4,
                               .one_unit_percent = 50,
                               .stores_most = 40,
                               .centres_most = 2,
                               .vendors_most = 9};
constexpr Shape bignet_shape{.lines_least = 3,
                             .lines_most = 10,
                             .quantity_most = 2,
                             .one_unit_percent = 85,
                             .stores_least = 250,
                             .stores_most = 900,
                             .centres_least = 4,
                             .centres_most = 8,
                             .store_density_least = 4,
                             .store_density_most = 30,
                             .unit_capacity_percent = 45,
                             .unit_capacity_most = 6};
constexpr Shape tariff_shape{
    .lines_least = 2, .lines_most = 8, .quantity_most = 3, .one_unit_percent = 50, .unit_capacity_percent = 40};
constexpr Shape adversarial_shape{.lines_least = 4,
                                  .lines_most = 9,
                                  .quantity_most = 3,
                                  .one_unit_percent = 20,
                                  .stores_least = 20,
                                  .stores_most = 60,
                                  .centres_least = 0,
                                  .centres_most = 0,
                                  .store_density_least = 15,
                                  .store_density_most = 30,
                                  .store_stock_most = 3,
                                  .shipment_base = 400,
                                  .short_least = 600,
                                  .short_most = 1'600};
constexpr Shape stress_shape{.lines_least = 11,
                             .lines_most = 14,
                             .quantity_most = 24,
                             .one_unit_percent = 0,
                             .stores_least = 40,
                             .stores_most = 60,
                             .centres_most = 3,
                             .store_density_least = 15,
                             .centre_density = 50,
                             .store_stock_most = 6,
                             .unit_capacity_percent = 40,
                             .unit_capacity_most = 20,
                             .shipment_capacity_percent = 10};
constexpr Shape wholesale_shape{.lines_least = 180,
                                .lines_most = 220,
                                .quantity_most = 48,
                                .one_unit_percent = 0,
                                .stores_least = 24,
                                .stores_most = 24,
                                .centres_least = 6,
                                .centres_most = 6,
                                .store_density_least = 20,
                                .store_density_most = 60,
                                .store_stock_most = 24,
                                .unit_capacity_percent = 30,
                                .unit_capacity_most = 400};

constexpr Shape trade_shape{.lines_least = 20,
                            .lines_most = 100,
                            .quantity_most = 24,
                            .one_unit_percent = 15,
                            .stores_least = 16,
                            .stores_most = 54,
                            .centres_least = 2,
                            .centres_most = 6,
                            .store_density_least = 5,
                            .store_density_most = 50,
                            .store_stock_most = 12,
                            .unit_capacity_percent = 20,
                            .unit_capacity_most = 120};

Shape shape_of(Family family) {
    switch (family) {
        case Family::retail:
            return Shape{};
        case Family::ten_by_1000:
            return ten_by_1000_shape;
        case Family::scarce:
            return scarce_shape;
        case Family::constrained:
            return constrained_shape;
        case Family::dropship:
            return dropship_shape;
        case Family::bignet:
            return bignet_shape;
        case Family::tariff:
            return tariff_shape;
        case Family::adversarial:
            return adversarial_shape;
        case Family::stress:
        case Family::stress_mixed:
        case Family::stress_freight:
            return stress_shape;
        case Family::wholesale:
            return wholesale_shape;
        case Family::trade:
            return trade_shape;
    }
    return {};
}

}  // namespace

std::string_view family_name(Family family) {
    switch (family) {
        case Family::retail:
            return "retail";
        case Family::ten_by_1000:
            return "ten_by_1000";
        case Family::scarce:
            return "scarce";
        case Family::constrained:
            return "constrained";
        case Family::dropship:
            return "dropship";
        case Family::bignet:
            return "bignet";
        case Family::tariff:
            return "tariff";
        case Family::adversarial:
            return "adversarial";
        case Family::stress:
            return "stress";
        case Family::stress_mixed:
            return "stress_mixed";
        case Family::stress_freight:
            return "stress_freight";
        case Family::wholesale:
            return "wholesale";
        case Family::trade:
            return "trade";
    }
    return "";
}

Problem make_problem(Family family, std::uint64_t seed, std::uint64_t number) {
    Dice dice(seed * 1'000'003 + number * 7'919 + static_cast<std::uint64_t>(family) * 104'729);
    if (family == Family::adversarial && dice.percent(60)) return make_cover(dice);
    const Shape shape = shape_of(family);
    Problem problem = Maker(dice, shape).make();
    if (family == Family::constrained || (family == Family::stress && dice.percent(50))) add_rules(dice, problem);
    if (family == Family::stress_mixed || family == Family::stress_freight) add_binding_rules(dice, problem);
    if (family == Family::stress_freight) add_freight(dice, problem);
    if (family == Family::dropship && dice.percent(60)) problem.max_shipments = 4;
    if (family == Family::tariff) add_tariffs(dice, problem);
    if (family == Family::adversarial && dice.percent(30)) {
        for (Line& line : problem.lines) {
            line.all_or_nothing = dice.percent(25);
            line.ship_alone = dice.percent(25);
        }
    }
    return problem;
}

bool is_heavy(Family family) { return family >= Family::stress; }

bool has_covering_node(const Problem& problem) {
    std::vector<std::size_t> covered(problem.nodes.size(), 0);
    std::vector<std::int64_t> units(problem.nodes.size(), 0);
    for (const sourcing::Entry& entry : problem.entries) {
        const std::int64_t wanted = problem.lines[entry.line].quantity;
        if (problem.pools[problem.takes[entry.takes_from].pool].quantity < wanted) continue;
        ++covered[entry.node];
        units[entry.node] += wanted;
    }
    for (std::size_t n = 0; n < covered.size(); ++n) {
        const bool roomy = !problem.nodes[n].capacity_units || *problem.nodes[n].capacity_units >= units[n];
        if (covered[n] == problem.lines.size() && roomy) return true;
    }
    return false;
}

FamilyResult run_family_bench(Family family, std::uint64_t seed, std::size_t count, sourcing::Budget budget) {
    FamilyResult result{.family = family_name(family), .count = count};
    sourcing::Workspace workspace;
    std::vector<std::int64_t> times;
    for (std::size_t i = 0; i < count; ++i) {
        const Problem problem = make_problem(family, seed, i);
        if (!has_covering_node(problem)) ++result.uncovered;
        const auto from = std::chrono::steady_clock::now();
        const sourcing::Plan plan = sourcing::solve(problem, budget, workspace);
        const auto to = std::chrono::steady_clock::now();
        times.push_back(std::chrono::duration_cast<std::chrono::nanoseconds>(to - from).count());
        result.max_work = std::max(result.max_work, plan.work);
        const bool has_plan = plan.status == sourcing::Status::optimal || plan.status == sourcing::Status::feasible;
        if (has_plan && sourcing::price_plan(problem, plan) != plan.cost) ++result.wrong;
        if (plan.status == sourcing::Status::infeasible) ++result.infeasible;
        if (plan.status == sourcing::Status::infeasible || plan.status == sourcing::Status::optimal) {
            ++result.proved;
        } else if (plan.status == sourcing::Status::feasible && plan.cost > 0) {
            result.worst_gap_ppm =
                std::max(result.worst_gap_ppm, (plan.cost - plan.lower_bound) * 1'000'000 / plan.cost);
        }
    }
    std::sort(times.begin(), times.end());
    const auto quantile = [&times](std::size_t percent) {
        return times.empty() ? 0 : times[std::min(times.size() - 1, times.size() * percent / 100)];
    };
    result.p50_ns = quantile(50);
    result.p95_ns = quantile(95);
    result.p99_ns = quantile(99);
    result.max_ns = quantile(100);
    return result;
}

std::vector<FamilyResult> run_solve_bench(std::uint64_t seed, std::size_t count_per_family, sourcing::Budget budget) {
    std::vector<FamilyResult> results;
    for (const Family family : all_families) {
        const std::size_t count = is_heavy(family) ? std::max<std::size_t>(1, count_per_family / 10) : count_per_family;
        results.push_back(run_family_bench(family, seed, count, budget));
    }
    return results;
}

}  // namespace waybill::solve_io
