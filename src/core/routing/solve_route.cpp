#include "core/routing/solve_route.hpp"

#include <algorithm>

#include "base/checked_math.hpp"
#include "base/mutant.hpp"
#include "core/limits.hpp"

namespace waybill::core {
namespace {

using sourcing::Assignment;
using sourcing::Plan;
using sourcing::Problem;

/// What is asked of a plan beyond the problem, in the hope that its parts are worth enough.
struct Cut {
    std::vector<std::uint32_t> forbidden;  ///< nodes, ascending
    bool few_shipments = false;            ///< no more than an order from one location has
    bool complete = false;                 ///< all or nothing
    bool operator==(const Cut&) const = default;
};

/// The parts of a plan, judged.
struct Parts {
    bool hold = true;
    std::uint32_t least = 0;  ///< node of the part that is worth least, the last one of equals
    bool any = false;         ///< something is sent
    bool rest_too_small = false;
};

class PartSearch {
public:
    PartSearch(const RouteRequest& request, const Problem& problem, const TenantState& state, const Context& context)
        : request_(request), problem_(problem), state_(state), context_(context) {
        const RoutingPolicy policy = policy_under(request.policy, request.strategy);
        rest_waits_ = policy.on_shortage == OnShortage::backorder || policy.on_shortage == OnShortage::wait;
    }

    Plan search() {
        std::vector<Cut> seen{{}};
        std::size_t next = 0;
        Plan root;
        Plan best;
        for (; next < seen.size() && next < limits::part_solves_max; ++next) {
            if (work_ >= context_.routing_budget.work_max * limits::routing_budgets_max) break;
            const Cut cut = seen[next];
            Plan plan = sourcing::solve(restricted(cut), context_.routing_budget, *context_.workspace);
            work_ += plan.work;
            const bool found = plan.status == sourcing::Status::optimal || plan.status == sourcing::Status::feasible;
            const Parts parts = found ? judge(plan) : Parts{};
            if (next == 0) {
                if (parts.hold) return plan;
                root = plan;
                best = nothing();
            }
            // A cut only makes plans dearer, so what is no better now will not become so.
            if (!found || plan.cost >= best.cost) continue;
            if (parts.hold) {
                best = std::move(plan);
                continue;
            }
            for (Cut& further : cuts_after(cut, parts)) {
                if (std::find(seen.begin(), seen.end(), further) == seen.end()) seen.push_back(std::move(further));
            }
        }
        best.work = work_;
        best.lower_bound = std::min(root.lower_bound, best.cost);
        best.status = best.lower_bound == best.cost ? sourcing::Status::optimal : sourcing::Status::feasible;
        return best;
    }

private:
    [[nodiscard]] Int128 worth(std::uint32_t line, std::int64_t units) const {
        return static_cast<Int128>(state_.items[request_.lines[line].item].price_micros) * units;
    }

    [[nodiscard]] Parts judge(const Plan& plan) const {
        std::vector<Int128> sent(problem_.nodes.size(), 0);
        std::vector<char> used(problem_.nodes.size(), 0);
        for (const Assignment& assignment : plan.assignments) {
            sent[assignment.node] += worth(assignment.line, assignment.quantity);
            used[assignment.node] = 1;
        }
        Int128 rest = 0;
        bool waits = false;
        for (std::uint32_t l = 0; l < plan.short_units.size(); ++l) {
            if (plan.short_units[l] == 0) continue;
            waits = rest_waits_;
            rest += worth(l, plan.short_units[l]);
        }
        Parts out;
        std::int64_t parts = 0;
        for (std::uint32_t n = 0; n < used.size(); ++n) {
            if (used[n] == 0) continue;
            if (!out.any || sent[n] <= sent[out.least]) out.least = n;
            out.any = true;
            ++parts;
        }
        if (!out.any || parts + (waits ? 1 : 0) < 2) return out;
        const std::int64_t least = *request_.strategy->min_part_value_micros;
        out.rest_too_small = waits && rest < least;
        out.hold = !out.rest_too_small && sent[out.least] >= least;
        return out;
    }

    [[nodiscard]] std::vector<Cut> cuts_after(const Cut& cut, const Parts& parts) const {
        std::vector<Cut> out;
        if (cut == Cut{}) out.push_back({{}, true, false});
        if (parts.rest_too_small && !cut.complete) {
            out.push_back(cut);
            out.back().complete = true;
        }
        if (parts.any) {
            out.push_back(cut);
            auto& forbidden = out.back().forbidden;
            forbidden.insert(std::lower_bound(forbidden.begin(), forbidden.end(), parts.least), parts.least);
        }
        return out;
    }

    [[nodiscard]] Problem restricted(const Cut& cut) const {
        Problem out = problem_;
        std::erase_if(out.entries, [&](const sourcing::Entry& entry) {
            return std::binary_search(cut.forbidden.begin(), cut.forbidden.end(), entry.node);
        });
        if (cut.few_shipments) {
            std::int64_t alone = 0;
            for (const sourcing::Line& line : out.lines) alone += line.ship_alone ? 1 : 0;
            const auto lines = static_cast<std::int64_t>(out.lines.size());
            const std::int64_t from_one = alone + (alone < lines ? 1 : 0);
            out.max_shipments = std::min(out.max_shipments.value_or(from_one), from_one);
        }
        out.ship_complete = out.ship_complete || cut.complete;
        return out;
    }

    /// The plan that sends nothing, which always holds.
    [[nodiscard]] Plan nothing() const {
        Plan plan;
        plan.cost = problem_.backorder_fixed_cost;
        for (const sourcing::Line& line : problem_.lines) {
            plan.cost += line.short_cost.value_or(0) * line.quantity;
            plan.short_units.push_back(line.quantity);
        }
        return plan;
    }

    const RouteRequest& request_;
    const Problem& problem_;
    const TenantState& state_;
    const Context& context_;
    bool rest_waits_ = false;
    std::uint64_t work_ = 0;
};

}  // namespace

Plan solve_route(const RouteRequest& request, const RoutingProblem& built, const TenantState& state,
                 const Context& context) {
    const bool any_value = WAYBILL_MUTANT(part_value_ignored);
    if (request.strategy == nullptr || !request.strategy->min_part_value_micros || any_value) {
        return sourcing::solve(built.problem, context.routing_budget, *context.workspace);
    }
    return PartSearch(request, built.problem, state, context).search();
}

}  // namespace waybill::core
