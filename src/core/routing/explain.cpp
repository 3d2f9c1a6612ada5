#include "core/routing/explain.hpp"

#include <algorithm>

#include "core/order/line_change.hpp"
#include "core/order/order_input.hpp"
#include "core/routing/candidates.hpp"
#include "core/routing/packed_inputs.hpp"
#include "core/routing/routing_problem.hpp"
#include "core/routing/solve_route.hpp"

namespace waybill::core {
namespace {

using sourcing::Assignment;
using sourcing::Entry;
using sourcing::Plan;
using sourcing::Problem;

/// The most that one entry could give, other lines aside.
std::int64_t entry_units(const Problem& problem, const Entry& entry) {
    std::int64_t units = problem.lines[entry.line].quantity;
    for (std::uint32_t t = entry.takes_from; t < entry.takes_to; ++t) {
        const sourcing::Take& take = problem.takes[t];
        units = std::min(units, problem.pools[take.pool].quantity / take.units);
    }
    return units;
}

/// The problem in which `entry` must give at least one unit: its line loses one unit, which becomes a line of its own
/// that has only this source and may not be short. A line that can not be split keeps only this source instead.
Problem force_entry(const Problem& problem, std::size_t forced) {
    Problem out = problem;
    const Entry entry = problem.entries[forced];
    sourcing::Line& line = out.lines[entry.line];
    const bool whole = !problem.allow_line_split || !line.splittable || line.all_or_nothing || line.ship_alone ||
                       problem.ship_complete || line.quantity == 1;
    if (whole) {
        line.short_cost = problem.ship_complete || line.quantity == 1 || line.all_or_nothing
                              ? std::nullopt
                              : problem.lines[entry.line].short_cost;
        std::erase_if(out.entries, [&](const Entry& e) { return e.line == entry.line && e.node != entry.node; });
        return out;
    }
    line.quantity -= 1;
    sourcing::Line single = line;
    single.quantity = 1;
    single.short_cost.reset();
    if (line.max_nodes) {
        // The place counts once, whether the rest comes from there too or not.
        single.max_nodes.reset();
        single.part_of = entry.line;
    }
    const auto added = static_cast<std::uint32_t>(out.lines.size());
    out.lines.push_back(single);
    Entry only = entry;
    only.line = added;
    out.entries.push_back(only);
    return out;
}

class Explainer {
public:
    Explainer(const RouteRequest& request, RoutingProblem built, const TenantState& state, const Context& context)
        : request_(request), built_(std::move(built)), state_(state), context_(context) {
        if (!built_.ordered) return;
        // What the plan would have been priced at: the same problem, with the same nodes and entries, in money.
        RouteRequest in_money = request;
        in_money.strategy = nullptr;
        in_money.filters = nullptr;
        money_ = build_problem(in_money, built_.inputs, state, context, ListIneligible::no).problem;
    }

    Explanation explain() {
        plan_ = solve_route(request_, built_, state_, context_);
        out_.lines = request_.lines;
        for (const IneligibleLocation& row : built_.ineligible) out_.ineligible.push_back({row, -1, {}});
        out_.trace.status = static_cast<RoutingStatus>(plan_.status);
        out_.trace.method = static_cast<RoutingMethod>(plan_.method);
        out_.trace.cost_micros = plan_.cost - first_shipment_micros(built_, plan_);
        out_.trace.lower_bound_micros = plan_.lower_bound - first_shipment_micros(built_, plan_);
        out_.trace.work = plan_.work;
        out_.trace.work_max = context_.routing_budget.work_max;
        out_.trace.config_sequence = state_.config_sequence;
        out_.trace.excluded = request_.excluded;
        out_.trace.by_score = built_.ordered.has_value();
        out_.trace.coarse = built_.ordered && built_.ordered->coarse;
        add_candidates();
        add_losses();
        add_shipments();
        add_costs();
        std::stable_sort(out_.candidates.begin(), out_.candidates.end(),
                         [](const ExplainedCandidate& a, const ExplainedCandidate& b) {
                             const auto key = [](const ExplainedCandidate& c) {
                                 return c.candidate.distance_m < 0 ? INT64_MAX : c.candidate.distance_m;
                             };
                             return key(a) < key(b);
                         });
        return std::move(out_);
    }

    /// What would make the decision use the places that it did not use.
    void add_contrasts(Explanation& out, std::span<const StrategyChoice> choices, StockKnown known,
                       std::uint64_t work_max) {
        const DecidedRoute decided{request_, built_, plan_, out.trace.relaxed, out.trace.strategy, choices};
        ContrastFinder finder(decided, known, state_, context_, work_max);
        for (ExplainedCandidate& candidate : out.candidates) {
            if (candidate.chosen) continue;
            candidate.contrast = finder.of_candidate(candidate.candidate.location, candidate.loses_by_micros);
        }
        for (ExplainedIneligible& row : out.ineligible) {
            if (row.reason == Ineligible::capacity_full) row.contrast = finder.without_capacity(row.location);
        }
        std::vector<ExplainedIneligible> empty = places_without_stock(out);
        for (ExplainedIneligible& row : empty) row.contrast = finder.without_stock(row.location);
        for (ExplainedCandidate& candidate : out.candidates) {
            finder.add_several(candidate.candidate.location, candidate.contrast);
        }
        for (ExplainedIneligible& row : empty) {
            finder.add_several(row.location, row.contrast);
            if (!row.contrast.empty()) out.ineligible.push_back(std::move(row));
        }
        out.contrast_complete = !finder.cut_short();
    }

private:
    /// The nearest locations that may serve the order and have none of its items.
    [[nodiscard]] std::vector<ExplainedIneligible> places_without_stock(const Explanation& out) const {
        std::vector<char> known(state_.locations.size(), 0);
        for (const ExplainedIneligible& row : out.ineligible) known[row.location] = 1;
        for (const Candidate& candidate : built_.candidates) known[candidate.location] = 1;
        std::vector<ExplainedIneligible> places;
        for (LocationIx ix = 0; ix < known.size(); ++ix) {
            if (known[ix] != 0) continue;
            places.push_back({{ix, Ineligible::no_stock, 0}, distance_to(request_, state_.locations[ix]), {}});
        }
        const auto nearer = [](const ExplainedIneligible& a, const ExplainedIneligible& b) {
            const auto key = [](std::int64_t metres) { return metres < 0 ? INT64_MAX : metres; };
            return key(a.distance_m) < key(b.distance_m);
        };
        std::stable_sort(places.begin(), places.end(), nearer);
        if (places.size() > contrast_places_max) places.resize(contrast_places_max);
        return places;
    }

    [[nodiscard]] std::int64_t chosen_units(const Entry& entry) const {
        const auto key = [](const auto& of) { return std::pair(of.line, of.node); };
        const auto at =
            std::lower_bound(plan_.assignments.begin(), plan_.assignments.end(), entry,
                             [&](const Assignment& one, const Entry& wanted) { return key(one) < key(wanted); });
        return at != plan_.assignments.end() && key(*at) == key(entry) ? at->quantity : 0;
    }

    void add_candidates() {
        for (const Candidate& candidate : built_.candidates) {
            ExplainedCandidate& told = out_.candidates.emplace_back();
            told.candidate = candidate;
            for (const RateStep& step : rates_of(built_, candidate)) told.rates.push_back(told_rate(step));
            if (built_.ordered) add_standings(out_.candidates.size() - 1);
        }
        for (const Entry& entry : priced().entries) {
            ExplainedCandidate& candidate = out_.candidates[entry.node];
            const std::int64_t chosen = chosen_units(entry);
            candidate.supplies.push_back(
                {request_.lines[entry.line].line_no, entry_units(built_.problem, entry), chosen, entry.unit_cost});
            candidate.chosen = candidate.chosen || chosen > 0;
        }
        for (std::size_t l = 0; l < plan_.short_units.size(); ++l) {
            if (plan_.short_units[l] > 0) {
                out_.short_units.emplace_back(request_.lines[l].line_no, plan_.short_units[l]);
            }
        }
    }

    [[nodiscard]] const Problem& priced() const { return built_.ordered ? money_ : built_.problem; }

    void add_standings(std::size_t node) {
        const std::vector<Criterion>& criteria = request_.strategy->criteria;
        for (const OrderedPricing::Level& level : built_.ordered->levels) {
            if (level.kind != OrderedPricing::Kind::ranks) continue;
            for (std::uint32_t c = level.first; c < level.first + level.criteria; ++c) {
                out_.candidates[node].standings.push_back(
                    {criteria[c], criterion_value(criteria[c], built_.candidates[node], state_), level.ranks[node]});
            }
        }
    }

    /// Of a plan that is dearer than the one chosen, or as dear.
    [[nodiscard]] std::optional<ExplainedLoss> loss_in_order(const Problem& forced, const Plan& worse) const {
        const std::vector<std::int64_t> ours = values_of_plan(*built_.ordered, built_.problem, plan_);
        const std::vector<std::int64_t> theirs = values_of_plan(*built_.ordered, forced, worse);
        for (std::size_t v = 0; v < ours.size(); ++v) {
            if (theirs[v] <= ours[v]) continue;
            if (v == 0) return ExplainedLoss{ExplainedLoss::At::short_units, {}, theirs[v] - ours[v]};
            const OrderedPricing::Level& level = built_.ordered->levels[v - 1];
            if (level.criteria == 0) break;
            return ExplainedLoss{ExplainedLoss::At::criterion, request_.strategy->criteria[level.first],
                                 theirs[v] - ours[v]};
        }
        return ExplainedLoss{};
    }

    void add_losses() {
        // Plans whose parts are worth too little would seem to lose by less than those that can be had.
        if (request_.strategy != nullptr && request_.strategy->min_part_value_micros) return mark_chosen();
        std::vector<std::int64_t> least(built_.candidates.size(), INT64_MAX);
        std::uint64_t work = 0;
        for (std::size_t e = 0; e < built_.problem.entries.size(); ++e) {
            const Entry& entry = built_.problem.entries[e];
            ExplainedCandidate& candidate = out_.candidates[entry.node];
            if (candidate.chosen) continue;
            if (work > explain_work_max || entry_units(built_.problem, entry) < 1) continue;
            const Problem problem = force_entry(built_.problem, e);
            const Plan forced = sourcing::solve(problem, context_.routing_budget, *context_.workspace);
            // The problem was copied to be forced: of a large order that costs more than solving it.
            work += forced.work + 1'000 + problem.entries.size();
            // Only a proved answer may be told as "by how much".
            if (forced.status != sourcing::Status::optimal || plan_.status != sourcing::Status::optimal) continue;
            const std::int64_t loss = forced.cost - plan_.cost;
            if (loss >= least[entry.node]) continue;
            least[entry.node] = loss;
            if (built_.ordered) {
                candidate.loses_at = loss_in_order(problem, forced);
            } else {
                candidate.loses_by_micros = loss;
            }
        }
        mark_chosen();
    }

    void mark_chosen() {
        if (built_.ordered) return;
        for (ExplainedCandidate& candidate : out_.candidates) {
            if (candidate.chosen) candidate.loses_by_micros = 0;
        }
    }

    [[nodiscard]] ExplainedRate told_rate(const RateStep& step) const {
        const RateTable& table = state_.rate_tables[step.table];
        const RateZone& zone = table.zones[step.zone];
        return {step.max_g, step.price_micros, table.code, table.carrier, table.service, zone.code, zone.transit_days};
    }

    /// What travels together from one place.
    struct Parcel {
        std::uint32_t node = 0;
        std::int64_t weight_g = 0;  ///< 0 where it is not asked by weight
        std::vector<LineNo> lines;
    };
    [[nodiscard]] std::vector<Parcel> parcels() const {
        std::vector<Parcel> out;
        std::vector<std::size_t> shared(built_.problem.nodes.size(), SIZE_MAX);  // the parcel of each node
        for (const Assignment& assignment : plan_.assignments) {
            const sourcing::Line& line = built_.problem.lines[assignment.line];
            if (line.ship_alone || shared[assignment.node] == SIZE_MAX) {
                if (!line.ship_alone) shared[assignment.node] = out.size();
                out.push_back({assignment.node, 0, {}});
            }
            Parcel& parcel = line.ship_alone ? out.back() : out[shared[assignment.node]];
            // Where nothing is asked by weight it may be more than any number holds.
            const bool is_weighed = built_.candidates[assignment.node].rates != no_index;
            if (is_weighed) parcel.weight_g += line.unit_weight_g * assignment.quantity;
            parcel.lines.push_back(request_.lines[assignment.line].line_no);
        }
        return out;
    }

    void add_shipments() {
        for (Parcel& parcel : parcels()) {
            const auto steps = rates_of(built_, built_.candidates[parcel.node]);
            if (steps.empty()) continue;
            out_.candidates[parcel.node].shipments.push_back(
                {parcel.weight_g, std::move(parcel.lines), told_rate(step_at(steps, parcel.weight_g))});
        }
    }

    void add_costs() {
        ExplainedCost& cost = out_.cost;
        const Problem& problem = priced();
        const std::int64_t penalty = built_.split_penalty_micros;
        std::vector<char> used(problem.nodes.size(), 0);
        std::int64_t shipments = 0;
        for (const Parcel& parcel : parcels()) {
            const Candidate& candidate = built_.candidates[parcel.node];
            cost.shipments_micros += problem.nodes[parcel.node].shipment_cost - penalty;
            const auto steps = rates_of(built_, candidate);
            if (!steps.empty()) cost.shipments_micros += step_at(steps, parcel.weight_g).price_micros;
            if (used[parcel.node] == 0) cost.orders_micros += problem.nodes[parcel.node].node_cost;
            used[parcel.node] = 1;
            ++shipments;
        }
        if (shipments > 1) cost.split_micros = penalty * (shipments - 1);
        for (std::size_t e = 0; e < problem.entries.size(); ++e) {
            const Entry& entry = problem.entries[e];
            const std::int64_t units = chosen_units(entry);
            const EntryTerms terms = built_.terms.empty() ? EntryTerms() : built_.terms[e];
            cost.late_micros += terms.late_micros * units;
            cost.clearance_micros -= terms.credit_micros * units;
            cost.units_micros += (entry.unit_cost - terms.late_micros + terms.credit_micros) * units;
        }
        const std::int64_t sent = cost.shipments_micros + cost.units_micros + cost.late_micros + cost.clearance_micros +
                                  cost.orders_micros + cost.split_micros;
        if (built_.ordered) {
            for (std::size_t l = 0; l < problem.lines.size(); ++l) {
                cost.short_micros += problem.lines[l].short_cost.value_or(0) * plan_.short_units[l];
            }
            if (!out_.short_units.empty()) cost.short_micros += problem.backorder_fixed_cost;
        } else {
            cost.short_micros = plan_.cost - first_shipment_micros(built_, plan_) - sent;
        }
        cost.total_micros = sent + cost.short_micros;
    }

    const RouteRequest& request_;
    RoutingProblem built_;
    const TenantState& state_;
    const Context& context_;
    Problem money_;  // where costs in built_ are those of an ordered strategy
    Plan plan_;
    Explanation out_;
};

}  // namespace

Explanation explain_preview(const RouteRequest& request, const TenantState& state, const Context& context,
                            std::uint32_t strategy, std::span<const StrategyChoice> choices) {
    std::uint32_t relaxed = 0;
    if (request.filters != nullptr && request.filters->soft_filters() > 0) {
        relaxed = route(request, state, context).trace.relaxed;
    }
    RoutingProblem built = build_problem(request, state, context, ListIneligible::yes, relaxed);
    Explainer explainer(request, std::move(built), state, context);
    Explanation out = explainer.explain();
    out.trace.relaxed = relaxed;
    out.trace.strategy = strategy;
    explainer.add_contrasts(out, choices, StockKnown::live, contrast_preview_work_max);
    return out;
}

Explanation explain_recorded(const RouteRequest& request, const RoutingTrace& trace, Instant decided_at,
                             const TenantState& state, const Context& context,
                             std::span<const StrategyChoice> choices) {
    Explanation out;
    out.trace = trace;
    if (trace.status == RoutingStatus::held) {
        out.lines = request.lines;
        return out;
    }
    out.lines = request.lines;
    const auto inputs = unpack_inputs(trace.inputs);
    if (!inputs || trace.inputs.empty()) {
        out.reproduced = false;
        out.reproduced_note = "what was read was too much to keep; the recorded outcome is shown";
        return out;
    }
    Context then = context;
    then.now = decided_at;
    then.working_days = nullptr;
    then.routing_budget.work_max = trace.work_max;
    RoutingProblem built = build_problem(request, *inputs, state, then, ListIneligible::yes, trace.relaxed);
    Explainer explainer(request, std::move(built), state, then);
    out = explainer.explain();
    out.reproduced =
        out.trace.cost_micros == trace.cost_micros && out.trace.status == trace.status && out.trace.work == trace.work;
    if (!out.reproduced) out.reproduced_note = "this version of Waybill decides otherwise; both are given";
    out.trace = trace;
    // Without the strategies that could have decided nothing can be said of what they would have done.
    if (out.reproduced && trace.strategy <= choices.size())
        explainer.add_contrasts(out, choices, StockKnown::recorded, contrast_work_max);
    return out;
}

RouteRequest request_of(const Order& order, const RoutingTrace& trace) {
    Order bare = order;
    for (OrderLine& line : bare.lines) {
        line.allocations.clear();
        line.cancelled = 0;
    }
    RouteRequest request = route_request_of(bare);
    request.excluded = trace.excluded;
    if (trace.lines.empty()) return request;
    request.lines.clear();
    for (std::size_t i = 0; i < trace.lines.size() && i < trace.quantities.size(); ++i) {
        if (const OrderLine* line = find_line(order, trace.lines[i])) {
            request.lines.push_back({line->line_no, line->item, trace.quantities[i], line->takes});
        }
    }
    return request;
}

}  // namespace waybill::core
