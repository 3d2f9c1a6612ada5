#include "core/routing/routing_problem.hpp"

#include <algorithm>

#include "base/mutant.hpp"
#include "core/network/working_day.hpp"
#include "core/routing/candidates.hpp"
#include "core/routing/order_demand.hpp"

namespace waybill::core {
namespace {

/// Costs are kept so small that any plan's sum fits in int64. Only absurd configurations are touched by this.
constexpr std::int64_t plan_cost_max = std::int64_t{1} << 60;

struct Demand {
    ItemIx item;
    std::int64_t units;
};

/// Units wanted of every item that has stock of its own, ascending by item.
std::vector<Demand> demands_of(const RouteRequest& request) {
    std::vector<Demand> demands;
    for (const RouteLine& line : request.lines) {
        if (line.takes.empty()) demands.push_back({line.item, line.quantity});
        for (const KitTake& take : line.takes) demands.push_back({take.item, line.quantity * take.quantity});
    }
    std::sort(demands.begin(), demands.end(), [](const Demand& a, const Demand& b) { return a.item < b.item; });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < demands.size(); ++i) {
        if (kept > 0 && demands[kept - 1].item == demands[i].item) {
            demands[kept - 1].units += demands[i].units;
        } else {
            demands[kept++] = demands[i];
        }
    }
    demands.resize(kept);
    return demands;
}

using Freed = RouteRequest::Freed;

std::int64_t units_freed(const Freed& freed) {
    return freed.units * (WAYBILL_MUTANT(freed_stock_counted_twice) ? 2 : 1);
}

/// What any order could have of a level under the request's strategy.
std::int64_t units_of_level(const RouteRequest& request, const Level& level, const TenantState& state) {
    const std::int64_t units = level.sellable() + (WAYBILL_MUTANT(safety_stock_sold) ? std::int64_t{level.safety} : 0);
    if (request.strategy == nullptr || request.strategy->safety_units == 0) return units;
    const bool store = state.locations[level.location].kind == LocationKind::store;
    return units - (store && !WAYBILL_MUTANT(strategy_safety_sold) ? request.strategy->safety_units : 0);
}

bool freed_before(const Freed& a, const Freed& b) {
    return a.item != b.item ? a.item < b.item : a.location < b.location;
}

class ProblemBuilder {
public:
    ProblemBuilder(const RouteRequest& request, const TenantState& state, const Context& context, std::uint32_t relaxed,
                   bool recorded)
        : request_(request), state_(state), finder_(request, state, context, relaxed, recorded, out_) {
        for (const RouteLine& line : request.lines) units_ += line.quantity;
        read_clearance();
        has_terms_ = !clearance_places_.empty() || late_cost_of(request.strategy) > 0;
    }

    void read_live() {
        const bool depth = request_.strategy != nullptr && request_.strategy->reads_depth();
        // Large orders free units in thousands of places, and each level is asked about.
        freed_ = request_.freed;
        std::sort(freed_.begin(), freed_.end(), &freed_before);
        for (const Demand& demand : demands_of(request_)) {
            RoutingInputs::ItemStock stock{demand.item, demand.units, {}};
            const auto take = [&](LocationIx location, std::int64_t units) {
                if (units <= 0 || !finder_.eligible(location)) return;
                stock.places.push_back({location, std::min(units, demand.units)});
                if (depth) finder_.candidate(location).stock_depth += units;
            };
            if (request_.stock != nullptr) {
                for (const RouteRequest::GivenStock& given : *request_.stock) {
                    if (given.item == demand.item) take(given.location, given.units);
                }
            } else {
                for (const Level& level : state_.levels_of(demand.item).levels) {
                    take(level.location, units_at(level, demand.item));
                }
            }
            out_.inputs.items.push_back(std::move(stock));
        }
        std::sort(out_.inputs.capacity.begin(), out_.inputs.capacity.end(),
                  [](const auto& a, const auto& b) { return a.location < b.location; });
        finder_.order_candidates();
        if (request_.strategy == nullptr || !request_.strategy->reads_standings()) return;
        // A trial brings its stock: what is sold of it in earnest, and for how much, is no part of the example.
        if (request_.strategy->reads_demand() && request_.stock == nullptr) read_demand();
        for (const Candidate& candidate : out_.candidates) {
            out_.inputs.standings.push_back({candidate.location, candidate.stock_depth, candidate.workload_ppm,
                                             candidate.capacity_left, candidate.weekly_milliunits,
                                             candidate.markdown_bp});
        }
    }

    void read_recorded(const RoutingInputs& recorded) {
        out_.inputs = recorded;
        for (const RoutingInputs::ItemStock& stock : recorded.items) {
            for (const RoutingInputs::Stock& place : stock.places) {
                if (place.location < state_.locations.size()) (void)finder_.eligible(place.location);
            }
        }
        finder_.order_candidates();
        auto candidate = out_.candidates.begin();
        for (const RoutingInputs::Standing& standing : recorded.standings) {
            while (candidate != out_.candidates.end() && candidate->location < standing.location) ++candidate;
            if (candidate == out_.candidates.end()) break;
            if (candidate->location != standing.location) continue;
            candidate->stock_depth = standing.stock_depth;
            candidate->workload_ppm = standing.workload_ppm;
            candidate->capacity_left = standing.capacity_left;
            candidate->weekly_milliunits = standing.weekly_milliunits;
            candidate->markdown_bp = standing.markdown_bp;
        }
    }

    void list_ineligible() { finder_.list_ineligible(); }

    RoutingProblem build() {
        add_nodes();
        add_lines();
        add_pools_and_entries();
        sourcing::Problem& problem = out_.problem;
        set_policy(policy_under(request_.policy, request_.strategy));
        problem.backorder_fixed_cost = state_.tenant().backorder_fixed_micros;
        if (request_.strategy != nullptr && request_.strategy->is_ordered()) {
            out_.ordered = price_in_order(*request_.strategy, out_.candidates, state_, problem);
        }
        return std::move(out_);
    }

private:
    /// What the order can have of a level: units_to_have, found faster.
    [[nodiscard]] std::int64_t units_at(const Level& level, ItemIx item) const {
        std::int64_t units = units_of_level(request_, level, state_);
        if (freed_.empty()) return units;
        const auto [from, to] =
            std::equal_range(freed_.begin(), freed_.end(), Freed{item, level.location, 0}, &freed_before);
        for (auto freed = from; freed != to; ++freed) units += units_freed(*freed);
        return units;
    }

    /// As demand_at of all candidates, item by item: an order may have many items and a tenant many places.
    void read_demand() {
        const bool reads_rates = request_.strategy->reads(Criterion::weeks_of_supply);
        std::vector<MarkdownMean> markdowns;
        if (request_.strategy->reads(Criterion::markdown)) markdowns.resize(out_.candidates.size());
        for (const RoutingInputs::ItemStock& stock : out_.inputs.items) {
            const ItemDemand* demand = state_.demand_of(stock.item);
            if (demand != nullptr && reads_rates) {
                for (const DemandRate& rate : demand->rates) {
                    if (!finder_.is_candidate(rate.location)) continue;
                    out_.candidates[finder_.node(rate.location)].weekly_milliunits += rate.weekly_milliunits;
                }
            }
            if (markdowns.empty()) continue;
            for (const RoutingInputs::Stock& place : stock.places) {
                const DemandRate* rate = demand == nullptr ? nullptr : demand->find(place.location);
                const std::int64_t units = place.units;
                markdowns[finder_.node(place.location)].add(units, rate == nullptr ? 0 : rate->markdown_bp);
            }
        }
        for (std::size_t n = 0; n < markdowns.size(); ++n) out_.candidates[n].markdown_bp = markdowns[n].value();
    }

    void set_policy(const RoutingPolicy& policy) {
        out_.problem.max_shipments = policy.max_shipments;
        out_.problem.ship_complete = policy.ship_complete && !WAYBILL_MUTANT(ship_complete_ignored);
        out_.problem.allow_line_split = policy.allow_split;
        if (!policy.max_line_shipments || WAYBILL_MUTANT(line_limit_ignored)) return;
        for (sourcing::Line& line : out_.problem.lines) {
            // From one place is what the solver knows without a limit.
            if (*policy.max_line_shipments == 1) line.splittable = false;
            if (*policy.max_line_shipments > 1) line.max_nodes = policy.max_line_shipments;
        }
    }

    [[nodiscard]] bool may_split(const Item& item) const {
        if (request_.strategy == nullptr || WAYBILL_MUTANT(no_split_class_split)) return true;
        const auto& never = request_.strategy->no_split_classes;
        return std::find(never.begin(), never.end(), item.item_class) == never.end();
    }

    void add_nodes() {
        // Of the shipments of a plan one is the first: it is counted with the others, and taken off what is told.
        if (request_.method == FulfillmentMethod::ship) out_.split_penalty_micros = split_penalty_of(request_.strategy);
        for (const Candidate& candidate : out_.candidates) {
            sourcing::Node node;
            node.shipment_cost = WAYBILL_MUTANT(parcel_cost_forgotten) ? 0 : candidate.shipment_cost_micros;
            node.shipment_cost += out_.split_penalty_micros;
            node.node_cost = candidate.order_cost_micros;
            for (const RateStep& step : rates_of(out_, candidate)) {
                // Which service asks it makes no difference to the plan.
                auto& breaks = node.weight_breaks;
                if (!breaks.empty() && breaks.back().price == step.price_micros) breaks.pop_back();
                breaks.push_back({step.max_g, step.price_micros});
            }
            if (candidate.units_left >= 0) node.capacity_units = candidate.units_left;
            out_.problem.nodes.push_back(std::move(node));
        }
    }

    void add_lines() {
        for (const RouteLine& wanted : request_.lines) {
            sourcing::Line line;
            line.quantity = wanted.quantity;
            line.unit_weight_g = weight_of(wanted);
            line.short_cost = std::min(state_.tenant().short_per_unit_micros, per_unit_max());
            line.ship_alone = state_.items[wanted.item].ship_alone && !WAYBILL_MUTANT(ship_alone_ignored);
            line.splittable = may_split(state_.items[wanted.item]);
            out_.problem.lines.push_back(line);
        }
    }

    [[nodiscard]] std::int64_t weight_of(const RouteLine& line) const {
        std::int64_t weight = state_.items[line.item].weight_g;
        if (weight != 0) return weight;
        for (const KitTake& take : line.takes) weight += state_.items[take.item].weight_g * take.quantity;
        return weight;
    }

    void read_clearance() {
        if (request_.strategy == nullptr || request_.strategy->is_ordered()) return;
        for (const ClearanceTerm& term : request_.strategy->clearance) {
            std::vector<LocationIx>& places = clearance_places_.emplace_back();
            for (const std::string& code : term.locations) {
                if (const auto ix = state_.locations.find(code)) places.push_back(*ix);
            }
            std::sort(places.begin(), places.end());
        }
    }

    /// What clearance takes off a unit of the line from the location: the first term that is for both.
    [[nodiscard]] std::int64_t credit_of(const RouteLine& line, LocationIx location) const {
        const std::string& item_class = state_.items[line.item].item_class;
        for (std::size_t t = 0; t < clearance_places_.size(); ++t) {
            const ClearanceTerm& term = request_.strategy->clearance[t];
            const auto& classes = term.item_classes;
            const auto& places = clearance_places_[t];
            const bool of_class =
                classes.empty() || std::find(classes.begin(), classes.end(), item_class) != classes.end();
            const bool here = term.locations.empty() || std::binary_search(places.begin(), places.end(), location);
            if (of_class && here) return term.credit_micros;
        }
        return 0;
    }

    /// Handling and freight by weight.
    [[nodiscard]] std::int64_t unit_cost(const Candidate& candidate, std::int64_t weight_g) const {
        const auto freight = mul_div(candidate.per_kg_micros, weight_g, 1'000, Rounding::half_even);
        // Each part alone is cut first: their sum then fits whatever the freight was.
        const std::int64_t freight_cut = std::min(freight.value_or(per_unit_max()), per_unit_max());
        return std::min(candidate.per_unit_micros + freight_cut, per_unit_max());
    }

    [[nodiscard]] std::int64_t per_unit_max() const { return plan_cost_max / std::max<std::int64_t>(units_, 1); }

    /// `unit_cost` is without them; with them it is cut as without.
    [[nodiscard]] EntryTerms terms_of(const RouteLine& line, const Candidate& candidate, std::int64_t unit_cost) const {
        return {std::min(candidate.late_per_unit_micros, per_unit_max() - unit_cost),
                std::min(credit_of(line, candidate.location), per_unit_max())};
    }

    [[nodiscard]] std::size_t stock_index(ItemIx item) const {
        const auto at =
            std::lower_bound(out_.inputs.items.begin(), out_.inputs.items.end(), item,
                             [](const RoutingInputs::ItemStock& stock, ItemIx key) { return stock.item < key; });
        WAYBILL_ASSERT(at != out_.inputs.items.end() && at->item == item);
        return static_cast<std::size_t>(at - out_.inputs.items.begin());
    }

    void add_pools_and_entries() {
        // Pools of one item are consecutive, in the order of its places.
        std::vector<std::uint32_t> first_pool;
        for (const RoutingInputs::ItemStock& stock : out_.inputs.items) {
            first_pool.push_back(static_cast<std::uint32_t>(out_.problem.pools.size()));
            for (const RoutingInputs::Stock& place : stock.places) {
                out_.problem.pools.push_back({place.units * (WAYBILL_MUTANT(pool_counted_twice) ? 2 : 1)});
            }
        }
        for (std::uint32_t l = 0; l < request_.lines.size(); ++l) {
            const RouteLine& wanted = request_.lines[l];
            const std::int64_t weight = weight_of(wanted);
            const ItemIx lead = wanted.takes.empty() ? wanted.item : wanted.takes.front().item;
            const std::size_t at = stock_index(lead);
            const auto& places = out_.inputs.items[at].places;
            for (std::uint32_t p = 0; p < places.size(); ++p) {
                add_entry(l, wanted.takes, weight, places[p].location, first_pool[at] + p, first_pool);
            }
        }
    }

    void add_entry(std::uint32_t line, const std::vector<KitTake>& kit, std::int64_t weight, LocationIx location,
                   std::uint32_t lead_pool, const std::vector<std::uint32_t>& first_pool) {
        sourcing::Problem& problem = out_.problem;
        const std::uint32_t node = finder_.node(location);
        const auto takes_from = static_cast<std::uint32_t>(problem.takes.size());
        if (kit.empty()) {
            problem.takes.push_back({lead_pool, 1});
        } else {
            for (const KitTake& take : kit) {
                const std::size_t at = stock_index(take.item);
                const auto& places = out_.inputs.items[at].places;
                const auto place = std::lower_bound(
                    places.begin(), places.end(), location,
                    [](const RoutingInputs::Stock& stock, LocationIx key) { return stock.location < key; });
                if (place == places.end() || place->location != location || place->units < take.quantity) {
                    problem.takes.resize(takes_from);
                    return;
                }
                const auto offset = static_cast<std::uint32_t>(place - places.begin());
                problem.takes.push_back({first_pool[at] + offset, take.quantity});
            }
        }
        const Candidate& candidate = out_.candidates[node];
        std::int64_t cost = unit_cost(candidate, weight);
        if (has_terms_) {
            const EntryTerms terms = terms_of(request_.lines[line], candidate, cost);
            out_.terms.push_back(terms);
            cost += terms.late_micros - terms.credit_micros;
        }
        problem.entries.push_back({line, node, cost, takes_from, static_cast<std::uint32_t>(problem.takes.size())});
    }

    const RouteRequest& request_;
    const TenantState& state_;
    RoutingProblem out_;
    CandidateFinder finder_;                                 // fills out_
    std::vector<Freed> freed_;                               // the request's, ascending by item and location
    std::vector<std::vector<LocationIx>> clearance_places_;  // by term of the strategy, ascending
    bool has_terms_ = false;                                 // the strategy counts lateness or clearance
    std::int64_t units_ = 0;
};

}  // namespace

std::int64_t units_to_have(const RouteRequest& request, ItemIx item, const Level& level, const TenantState& state) {
    std::int64_t units = units_of_level(request, level, state);
    for (const Freed& freed : request.freed) {
        if (freed.item == item && freed.location == level.location) units += units_freed(freed);
    }
    return units;
}

CivilDate working_day_of(LocationIx location, const TenantState& state, const Context& context) {
    if (context.working_days != nullptr && location < context.working_days->size()) {
        return (*context.working_days)[location];
    }
    return working_day(context.now, state.locations[location], *context.zones);
}

RoutingProblem build_problem(const RouteRequest& request, const TenantState& state, const Context& context,
                             ListIneligible list, std::uint32_t relaxed) {
    ProblemBuilder builder(request, state, context, relaxed, false);
    builder.read_live();
    if (list == ListIneligible::yes) builder.list_ineligible();
    return builder.build();
}

RoutingProblem build_problem(const RouteRequest& request, const RoutingInputs& recorded, const TenantState& state,
                             const Context& context, ListIneligible list, std::uint32_t relaxed) {
    ProblemBuilder builder(request, state, context, relaxed, true);
    builder.read_recorded(recorded);
    if (list == ListIneligible::yes) builder.list_ineligible();
    return builder.build();
}

}  // namespace waybill::core
