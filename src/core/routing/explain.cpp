#include "core/routing/explain.hpp"

#include <algorithm>

#include "core/order/line_change.hpp"
#include "core/order/order_input.hpp"
#include "core/routing/packed_inputs.hpp"
#include "core/routing/routing_problem.hpp"

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
        : request_(request), built_(std::move(built)), state_(state), context_(context) {}

    Explanation explain() {
        plan_ = sourcing::solve(built_.problem, context_.routing_budget, *context_.workspace);
        out_.lines = request_.lines;
        out_.ineligible = built_.ineligible;
        out_.trace.status = static_cast<RoutingStatus>(plan_.status);
        out_.trace.method = static_cast<RoutingMethod>(plan_.method);
        out_.trace.cost_micros = plan_.cost;
        out_.trace.lower_bound_micros = plan_.lower_bound;
        out_.trace.work = plan_.work;
        out_.trace.work_max = context_.routing_budget.work_max;
        out_.trace.config_sequence = state_.config_sequence;
        out_.trace.excluded = request_.excluded;
        add_candidates();
        add_losses();
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

private:
    [[nodiscard]] std::int64_t chosen_units(const Entry& entry) const {
        for (const Assignment& assignment : plan_.assignments) {
            if (assignment.line == entry.line && assignment.node == entry.node) return assignment.quantity;
        }
        return 0;
    }

    void add_candidates() {
        for (const Candidate& candidate : built_.candidates) out_.candidates.push_back({candidate, {}, false, {}});
        for (const Entry& entry : built_.problem.entries) {
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

    void add_losses() {
        std::uint64_t work = 0;
        for (std::size_t e = 0; e < built_.problem.entries.size(); ++e) {
            const Entry& entry = built_.problem.entries[e];
            ExplainedCandidate& candidate = out_.candidates[entry.node];
            if (candidate.chosen) {
                candidate.loses_by_micros = 0;
                continue;
            }
            if (work > explain_work_max || entry_units(built_.problem, entry) < 1) continue;
            const Plan forced =
                sourcing::solve(force_entry(built_.problem, e), context_.routing_budget, *context_.workspace);
            work += forced.work + 1'000;
            // Only a proved answer may be told as "by how much".
            if (forced.status != sourcing::Status::optimal || plan_.status != sourcing::Status::optimal) continue;
            const std::int64_t loss = forced.cost - plan_.cost;
            candidate.loses_by_micros = std::min(candidate.loses_by_micros.value_or(INT64_MAX), loss);
        }
    }

    void add_costs() {
        ExplainedCost& cost = out_.cost;
        const Problem& problem = built_.problem;
        std::vector<std::int64_t> shipments(problem.nodes.size(), 0);
        std::vector<char> regular(problem.nodes.size(), 0);
        for (const Assignment& assignment : plan_.assignments) {
            const bool alone = problem.lines[assignment.line].ship_alone;
            if (alone || regular[assignment.node] == 0) shipments[assignment.node] += 1;
            if (!alone) regular[assignment.node] = 1;
            for (const Entry& entry : problem.entries) {
                if (entry.line == assignment.line && entry.node == assignment.node) {
                    cost.units_micros += entry.unit_cost * assignment.quantity;
                }
            }
        }
        for (std::size_t n = 0; n < shipments.size(); ++n) {
            cost.shipments_micros += shipments[n] * problem.nodes[n].shipment_cost;
            if (shipments[n] > 0) cost.orders_micros += problem.nodes[n].node_cost;
        }
        cost.total_micros = plan_.cost;
        cost.short_micros = plan_.cost - cost.shipments_micros - cost.units_micros - cost.orders_micros;
    }

    const RouteRequest& request_;
    RoutingProblem built_;
    const TenantState& state_;
    const Context& context_;
    Plan plan_;
    Explanation out_;
};

}  // namespace

Explanation explain_preview(const RouteRequest& request, const TenantState& state, const Context& context) {
    RoutingProblem built = build_problem(request, state, context, ListIneligible::yes);
    return Explainer(request, std::move(built), state, context).explain();
}

Explanation explain_recorded(const RouteRequest& request, const RoutingTrace& trace, Instant decided_at,
                             const TenantState& state, const Context& context) {
    Explanation out;
    out.trace = trace;
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
    RoutingProblem built = build_problem(request, *inputs, state, then, ListIneligible::yes);
    out = Explainer(request, std::move(built), state, then).explain();
    out.reproduced =
        out.trace.cost_micros == trace.cost_micros && out.trace.status == trace.status && out.trace.work == trace.work;
    if (!out.reproduced) out.reproduced_note = "this version of Waybill decides otherwise; both are given";
    out.trace = trace;
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
