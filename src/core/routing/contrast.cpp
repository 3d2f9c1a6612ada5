#include "core/routing/contrast.hpp"

#include <algorithm>
#include <numeric>

#include "core/routing/candidates.hpp"
#include "core/routing/order_demand.hpp"
#include "core/routing/solve_route.hpp"

namespace waybill::core {
namespace {

using sourcing::Plan;

/// What running a decision again costs beside its solver: measured, in the solver's units.
constexpr std::uint64_t run_work = 500;
constexpr std::uint64_t entry_work = 10;

/// Plans that pay for different numbers of shipments from one place; more of them than this are not followed.
constexpr int price_steps_max = 16;

std::int64_t units_short(const Plan& plan) {
    return std::accumulate(plan.short_units.begin(), plan.short_units.end(), std::int64_t{0});
}

/// Shipments that the plan has from the node.
std::int64_t shipments_from(std::uint32_t node, const sourcing::Problem& problem, const Plan& plan) {
    std::int64_t alone = 0;
    std::int64_t shared = 0;
    for (const sourcing::Assignment& assignment : plan.assignments) {
        if (assignment.node != node) continue;
        if (problem.lines[assignment.line].ship_alone) {
            ++alone;
        } else {
            shared = 1;
        }
    }
    return alone + shared;
}

std::optional<std::uint32_t> node_of(LocationIx place, const RoutingProblem& built) {
    const auto at =
        std::lower_bound(built.candidates.begin(), built.candidates.end(), place,
                         [](const Candidate& candidate, LocationIx key) { return candidate.location < key; });
    if (at == built.candidates.end() || at->location != place) return std::nullopt;
    return static_cast<std::uint32_t>(at - built.candidates.begin());
}

/// Adds units that can be sold at a place to what was read.
void add_units(RoutingInputs& inputs, std::size_t item, LocationIx place, std::int64_t units) {
    RoutingInputs::ItemStock& stock = inputs.items[item];
    const auto before = [](const auto& row, LocationIx key) { return row.location < key; };
    auto at = std::lower_bound(stock.places.begin(), stock.places.end(), place, before);
    if (at == stock.places.end() || at->location != place) at = stock.places.insert(at, {place, 0});
    at->units = std::min(at->units + units, stock.demand);
}

RoutingInputs::Capacity* capacity_at(LocationIx place, RoutingInputs& inputs) {
    const auto at = std::find_if(inputs.capacity.begin(), inputs.capacity.end(),
                                 [&](const RoutingInputs::Capacity& row) { return row.location == place; });
    return at == inputs.capacity.end() ? nullptr : &*at;
}

}  // namespace

ContrastFinder::ContrastFinder(const DecidedRoute& decided, StockKnown known, const TenantState& state,
                               const Context& context, std::uint64_t work_max)
    : decided_(decided),
      known_(known),
      state_(state),
      context_(context),
      work_max_(work_max),
      short_(units_short(decided.plan)) {
    const auto look_at = [&](const RoutingStrategy* strategy, const LocationFilters* filters) {
        part_values_ = part_values_ || (strategy != nullptr && strategy->min_part_value_micros);
        alone_ = alone_ && (filters == nullptr || filters->soft_filters() == 0);
    };
    look_at(decided.request.strategy, decided.request.filters);
    for (const StrategyChoice& choice : decided.choices) look_at(choice.strategy, choice.filters);
    alone_ = alone_ && decided.choices.size() <= 1 && decided.strategy <= 1;
    first_ = decided.strategy <= 1 && decided.relaxed == 0;
}

bool ContrastFinder::reads(Criterion criterion) const {
    return decided_.request.strategy != nullptr && decided_.request.strategy->reads(criterion);
}

bool ContrastFinder::reads_capacity() const { return reads(Criterion::workload) || reads(Criterion::capacity_left); }

bool ContrastFinder::reads_demand() const {
    return decided_.request.strategy != nullptr && decided_.request.strategy->reads_demand();
}

/// Strategies that read standings have one for each candidate. `inputs` have the units at the place already.
void ContrastFinder::set_standing(LocationIx place, std::int64_t more_units, RoutingInputs& inputs) const {
    if (decided_.request.strategy == nullptr || !decided_.request.strategy->reads_standings()) return;
    const auto before = [](const RoutingInputs::Standing& row, LocationIx key) { return row.location < key; };
    auto at = std::lower_bound(inputs.standings.begin(), inputs.standings.end(), place, before);
    if (at == inputs.standings.end() || at->location != place) {
        at = inputs.standings.insert(at, {place, 0, 0, -1, 0, 0});
    }
    if (decided_.request.strategy->reads_depth()) at->stock_depth += more_units;
    // A recorded decision has the rates of sale of its candidates: more stock does not change them.
    if (!reads_demand() || known_ == StockKnown::recorded) return;
    const OrderDemand demand = demand_at(place, inputs, state_);
    if (reads(Criterion::weeks_of_supply)) at->weekly_milliunits = demand.weekly_milliunits;
    if (reads(Criterion::markdown)) at->markdown_bp = demand.markdown_bp;
}

/// Of so many looks at what a place has: each goes through all that the order gives back.
std::uint64_t ContrastFinder::look_up_work(std::size_t looks) const {
    return looks * (1 + decided_.request.freed.size());
}

bool ContrastFinder::may_spend() {
    cut_short_ = cut_short_ || work_ >= work_max_;
    return !cut_short_;
}

/// Whether this plan, which comes of a change in favour of one place, would be the decision, or another plan that uses
/// the place. The first attempt that leaves nothing short decides whatever others would do. Else: attempts that the
/// change does not concern end as they did, with no fewer units short than the decision (more, if they came before it);
/// one that ends differently uses what was changed, because its plan was there to be had and was not taken before.
/// That does not hold where plans are looked for by the worth of their parts, which is no exact search.
bool ContrastFinder::decides(const Plan& plan) const {
    if (alone_) return true;
    const std::int64_t left = units_short(plan);
    if (first_ && left == 0) return true;
    return !part_values_ && left <= short_;
}

bool ContrastFinder::uses(LocationIx place, const RoutingInputs& inputs) {
    if (!may_spend()) return false;
    const RoutingProblem tried =
        build_problem(decided_.request, inputs, state_, context_, ListIneligible::no, decided_.relaxed);
    const Plan plan = solve_route(decided_.request, tried, state_, context_);
    work_ += plan.work + run_work + entry_work * tried.problem.entries.size();
    const auto node = node_of(place, tried);
    return node && shipments_from(*node, tried.problem, plan) > 0 && decides(plan);
}

/// The smallest number from 1 to `most` that does, given that `most` does: with one fewer it does not. 0: cut short.
template <class Does>
std::int64_t ContrastFinder::smallest(std::int64_t most, Does does) {
    std::int64_t too_few = 0;
    std::int64_t enough = most;
    // One is by far the most frequent answer.
    for (std::int64_t next = 1; enough - too_few > 1; next = too_few + (enough - too_few) / 2) {
        (does(next) ? enough : too_few) = next;
    }
    return cut_short_ ? 0 : enough;
}

/// What the order could have there as the state is.
std::int64_t ContrastFinder::units_now(ItemIx item, LocationIx place) const {
    Level none;
    none.location = place;
    const Level* level = state_.levels_of(item).find(place);
    return units_to_have(decided_.request, item, level == nullptr ? none : *level, state_);
}

/// In the order of the order's lines; items of which the place has all that is wanted are left out.
std::vector<ContrastFinder::Room> ContrastFinder::rooms_at(LocationIx place) const {
    std::vector<Room> out;
    const auto add = [&](ItemIx item) {
        const auto& items = decided_.built.inputs.items;
        const auto stock = std::lower_bound(items.begin(), items.end(), item,
                                            [](const auto& row, ItemIx key) { return row.item < key; });
        WAYBILL_ASSERT(stock != items.end() && stock->item == item);
        for (const Room& known : out) {
            if (known.item == item) return;
        }
        const auto at = std::lower_bound(stock->places.begin(), stock->places.end(), place,
                                         [](const auto& row, LocationIx key) { return row.location < key; });
        const bool some = at != stock->places.end() && at->location == place;
        Room room{item, stock->demand - (some ? at->units : 0), 0};
        if (!some && known_ == StockKnown::live) {
            room.missing = -std::min<std::int64_t>(units_now(item, place), 0);
        }
        if (room.most > 0) out.push_back(room);
    };
    for (const RouteLine& line : decided_.request.lines) {
        if (line.takes.empty()) add(line.item);
        for (const KitTake& take : line.takes) add(take.item);
    }
    return out;
}

bool ContrastFinder::uses_with(LocationIx place, const std::vector<Room>& rooms,
                               const std::vector<std::int64_t>& units) {
    RoutingInputs inputs = decided_.built.inputs;
    std::int64_t more = 0;
    for (std::size_t r = 0; r < rooms.size(); ++r) {
        if (units[r] == 0) continue;
        const auto item = std::find_if(inputs.items.begin(), inputs.items.end(),
                                       [&](const auto& row) { return row.item == rooms[r].item; });
        add_units(inputs, static_cast<std::size_t>(item - inputs.items.begin()), place, units[r]);
        more += units[r];
    }
    if (more > 0) set_standing(place, more, inputs);
    return uses(place, inputs);
}

/// Units by room, of one item; empty: no item alone does it. The item that needs the fewest, the earlier on ties.
std::vector<std::int64_t> ContrastFinder::of_one_item(LocationIx place, const std::vector<Room>& rooms) {
    std::vector<std::int64_t> best;
    std::int64_t least = INT64_MAX;
    for (std::size_t r = 0; r < rooms.size(); ++r) {
        const std::int64_t most = std::min(rooms[r].most, least - 1 - rooms[r].missing);
        if (most < 1) continue;
        std::vector<std::int64_t> units(rooms.size(), 0);
        const auto does = [&](std::int64_t number) {
            units[r] = number;
            return uses_with(place, rooms, units);
        };
        if (!does(most)) continue;
        units[r] = smallest(most, does);
        if (cut_short_) return {};
        least = units[r] + rooms[r].missing;
        best = units;
    }
    return best;
}

/// Units by room, given that all of them together do it: of no item one unit fewer would do.
std::vector<std::int64_t> ContrastFinder::of_several(LocationIx place, const std::vector<Room>& rooms) {
    std::vector<std::int64_t> units;
    for (const Room& room : rooms) units.push_back(room.most);
    for (std::size_t r = 0; r < rooms.size(); ++r) {
        const auto does = [&](std::int64_t number) {
            units[r] = number;
            return uses_with(place, rooms, units);
        };
        units[r] = does(0) ? 0 : smallest(rooms[r].most, does);
        if (cut_short_) return {};
    }
    // Where stock counts as a merit of its own, fewer of one item can make fewer of another do.
    for (bool fewer = true; fewer;) {
        fewer = false;
        for (std::size_t r = 0; r < rooms.size(); ++r) {
            while (units[r] > 0) {
                --units[r];
                if (uses_with(place, rooms, units)) {
                    fewer = true;
                    continue;
                }
                ++units[r];
                break;
            }
            if (cut_short_) return {};
        }
    }
    return units;
}

void ContrastFinder::find_units(LocationIx place, Contrast& out) {
    // The record has what the markdown of a place was, and not how other units would have changed it.
    if (known_ == StockKnown::recorded && reads(Criterion::markdown)) return;
    const std::vector<Room> rooms = rooms_at(place);
    if (rooms.empty()) return;
    std::vector<std::int64_t> all;
    for (const Room& room : rooms) all.push_back(room.most);
    // More stock never makes a place worse, so where all of it does not help, no part of it does. Only what is marked
    // down little can: then a part of it might help that is not looked for.
    if (!uses_with(place, rooms, all)) return;
    tell_units(rooms, of_one_item(place, rooms), out);
    if (out.units.empty() && !cut_short_) takes_several_.push_back(place);
}

void ContrastFinder::tell_units(const std::vector<Room>& rooms, const std::vector<std::int64_t>& units, Contrast& out) {
    for (std::size_t r = 0; r < units.size(); ++r) {
        if (units[r] > 0) out.units.push_back({rooms[r].item, units[r] + rooms[r].missing});
    }
}

void ContrastFinder::add_several(LocationIx place, Contrast& out) {
    const bool wanted = std::find(takes_several_.begin(), takes_several_.end(), place) != takes_several_.end();
    if (!wanted || !may_spend()) return;
    const std::vector<Room> rooms = rooms_at(place);
    tell_units(rooms, of_several(place, rooms), out);
}

/// The cheapest plan with the place costs the least of (fixed part + shipments x price) over all such plans. From a
/// price at which one of them is cheaper than the decision, its own break-even price is the next to look at, until at
/// a break-even nothing is cheaper: below it, and not there, the place is used.
void ContrastFinder::find_price(LocationIx place, std::optional<std::int64_t> loses_by, Contrast& out) {
    const bool in_money = decided_.request.strategy == nullptr || !decided_.request.strategy->is_ordered();
    const bool exact = decided_.plan.status == sourcing::Status::optimal;
    // Not where parts have a least value: plans are not compared by what they cost alone.
    if (!in_money || !exact ||
        (decided_.request.strategy != nullptr && decided_.request.strategy->min_part_value_micros.has_value())) {
        return;
    }
    const auto node = node_of(place, decided_.built);
    WAYBILL_ASSERT(node.has_value());
    // Where the freight has steps by weight a shipment has no one rate.
    if (!decided_.built.problem.nodes[*node].weight_breaks.empty()) return;
    const std::int64_t penalty = decided_.built.split_penalty_micros;
    sourcing::Problem problem = decided_.built.problem;
    const std::int64_t cost = decided_.plan.cost;
    const auto solve_at = [&](std::int64_t price) {
        problem.nodes[*node].shipment_cost = price + penalty;
        Plan plan = sourcing::solve(problem, context_.routing_budget, *context_.workspace);
        work_ += plan.work + run_work;
        return plan;
    };
    std::int64_t price = 0;
    if (loses_by) price = std::max<std::int64_t>(problem.nodes[*node].shipment_cost - penalty - *loses_by, 0);
    for (int step = 0;; ++step) {
        if (!may_spend() || step == price_steps_max) return;
        const Plan plan = solve_at(price);
        if (plan.status != sourcing::Status::optimal) return;
        if (plan.cost >= cost) break;
        const std::int64_t shipments = shipments_from(*node, problem, plan);
        if (shipments == 0) return;
        price += (cost - plan.cost + shipments - 1) / shipments;
    }
    if (price == 0 || !may_spend()) return;
    const Plan below = solve_at(price - 1);
    const bool used = shipments_from(*node, problem, below) > 0;
    if (used && below.cost < cost && decides(below)) out.shipment_under_micros = price;
}

/// The least capacity with which the place is used; 0: none is enough. `inputs` have a row for the place.
std::int64_t ContrastFinder::capacity_that_does(LocationIx place, RoutingInputs& inputs) {
    std::int64_t wanted = 0;
    for (const RouteLine& line : decided_.request.lines) wanted += line.quantity;
    RoutingInputs::Capacity* row = capacity_at(place, inputs);
    const std::int64_t had = row->units_left;
    const auto does = [&](std::int64_t more) {
        row->units_left = had + more;
        return uses(place, inputs);
    };
    const std::int64_t most = wanted - had;
    if (most < 1 || !does(most)) return 0;
    const std::int64_t more = smallest(most, does);
    return cut_short_ ? 0 : had + more;
}

/// Of a candidate whose capacity binds. Not where the strategy looks at the capacity itself: more of it would change
/// what that sees, which is not known here.
void ContrastFinder::find_capacity(LocationIx place, Contrast& out) {
    if (reads_capacity()) return;
    RoutingInputs inputs = decided_.built.inputs;
    const RoutingInputs::Capacity* row = capacity_at(place, inputs);
    if (row == nullptr) return;
    const std::int64_t had = row->units_left;
    const std::int64_t enough = capacity_that_does(place, inputs);
    if (enough > 0) out.capacity_units = enough - had;
}

Contrast ContrastFinder::of_candidate(LocationIx place, std::optional<std::int64_t> loses_by) {
    Contrast out;
    if (!may_spend()) return out;
    find_price(place, loses_by, out);
    find_units(place, out);
    find_capacity(place, out);
    return out;
}

Contrast ContrastFinder::without_stock(LocationIx place) {
    const CapacityTerms& terms = state_.locations[place].capacity;
    const bool limited = terms.orders_per_day || terms.units_per_day;
    // Nobody looked at how full the day of such a place was, unless it is today.
    if (limited && (known_ == StockKnown::recorded || reads_capacity())) return {};
    // Nor at what it sells.
    if (known_ == StockKnown::recorded && reads_demand()) return {};
    Contrast out;
    if (!may_spend()) return out;
    work_ += look_up_work(decided_.request.lines.size() * decided_.request.lines.size());
    find_units(place, out);
    return out;
}

Contrast ContrastFinder::without_capacity(LocationIx place) {
    Contrast out;
    if (known_ == StockKnown::recorded || reads_capacity() || !may_spend()) return out;
    RoutingInputs inputs = decided_.built.inputs;
    if (capacity_at(place, inputs) == nullptr) return out;
    work_ += look_up_work(inputs.items.size());
    std::int64_t depth = 0;
    for (std::size_t i = 0; i < inputs.items.size(); ++i) {
        const std::int64_t units = units_now(inputs.items[i].item, place);
        if (units <= 0) continue;
        add_units(inputs, i, place, units);
        depth += units;
    }
    if (depth == 0) return out;
    set_standing(place, depth, inputs);
    const std::int64_t enough = capacity_that_does(place, inputs);
    if (enough == 0) return out;
    const CapacityTerms& terms = state_.locations[place].capacity;
    const DayLeft left = capacity_left(place, decided_.request, state_, context_);
    if (left.orders <= 0) out.capacity_orders = 1 - left.orders;
    if (terms.units_per_day) out.capacity_units = std::max<std::int64_t>(enough - left.units, 0);
    return out;
}

}  // namespace waybill::core
