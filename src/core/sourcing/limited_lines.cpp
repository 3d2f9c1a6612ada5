#include "core/sourcing/limited_lines.hpp"

#include <algorithm>
#include <bit>
#include <tuple>

namespace waybill::sourcing {
namespace {

constexpr std::uint32_t no_place = UINT32_MAX;
constexpr std::uint32_t no_branch = UINT32_MAX;

/// Regions ever made; each takes 24 bytes. What would need more stays part of the bound.
constexpr std::size_t branches_max = 500'000;
/// Of the budget, what is kept back from the first solve to find a plan that keeps the limits: one part in so many.
constexpr std::uint64_t repair_share = 8;
constexpr int repair_rounds_max = 3;

/// A line that may come from `most` nodes, together with its parts.
struct NodeLimit {
    std::uint32_t line = 0;
    std::uint32_t from = 0;  ///< its places: [from, to), ascending by node
    std::uint32_t to = 0;
    std::int64_t most = 0;
    bool has_parts = false;
};

/// A node that a limited line, or a part of it, could come from.
struct LimitPlace {
    std::uint32_t limit = 0;
    std::uint32_t node = 0;
    std::int64_t units_max = 0;
    std::int64_t unit_cost = 0;
};

enum class Allowance : std::uint8_t {
    open,
    kept,  ///< among the nodes that the line is allowed, whether it uses it or not
    out,
};

/// A region of plans: that of its parent, in which the places of the siblings before it are kept and its own is out.
struct LimitBranch {
    std::int64_t bound = 0;
    std::uint32_t parent = no_branch;
    std::uint32_t first = 0;  ///< of its siblings, which are next to each other
    std::uint32_t place = no_place;
};

bool found_plan(const Plan& plan) { return plan.status == Status::optimal || plan.status == Status::feasible; }

bool stays_whole(const Problem& problem, const Line& line) { return !line.splittable || !problem.allow_line_split; }

/// The units that one entry could give.
std::int64_t entry_units_max(const Problem& problem, const Entry& entry) {
    std::int64_t units = problem.lines[entry.line].quantity;
    const auto& capacity = problem.nodes[entry.node].capacity_units;
    if (capacity) units = std::min(units, std::max<std::int64_t>(0, *capacity));
    for (std::uint32_t t = entry.takes_from; t < entry.takes_to; ++t) {
        const Take& take = problem.takes[t];
        if (take.units < 1) continue;
        units = std::min(units, std::max<std::int64_t>(0, problem.pools[take.pool].quantity) / take.units);
    }
    return units;
}

class LimitSearch {
public:
    LimitSearch(const Problem& problem, std::uint64_t work_max, Workspace& workspace)
        : problem_(problem), work_max_(work_max), workspace_(workspace) {
        list_limits();
        list_places();
        allowed_.assign(places_.size(), Allowance::open);
    }

    Plan run() {
        Plan root = solve_region(work_max_ - work_max_ / repair_share);
        const bool too_large = root.status == Status::unknown && root.lower_bound == INT64_MIN;
        if (too_large || root.status == Status::infeasible || (found_plan(root) && excess_limit(root) == nullptr)) {
            root.work = work_;
            return root;
        }
        branches_.push_back({.bound = root.lower_bound});
        repair(found_plan(root) ? &root : nullptr);
        if (!has_best_) offer_nothing_sent();
        settle(0, root);
        search_regions();
        return answer();
    }

private:
    void list_limits() {
        limit_of_.assign(problem_.lines.size(), no_place);
        std::vector<char> has_parts(problem_.lines.size(), 0);
        for (const Line& line : problem_.lines) {
            if (line.part_of && *line.part_of < has_parts.size()) has_parts[*line.part_of] = 1;
        }
        for (std::uint32_t l = 0; l < problem_.lines.size(); ++l) {
            const Line& line = problem_.lines[l];
            if (line.max_nodes && !line.part_of) add_limit(l, has_parts[l] != 0);
        }
        for (std::uint32_t l = 0; l < problem_.lines.size(); ++l) {
            const auto& whole = problem_.lines[l].part_of;
            if (whole && *whole < problem_.lines.size()) limit_of_[l] = limit_of_[*whole];
        }
    }

    void add_limit(std::uint32_t l, bool has_parts) {
        const Line& line = problem_.lines[l];
        if (!has_parts && stays_whole(problem_, line)) return;
        if (!has_parts && *line.max_nodes <= 1) {
            whole_lines_.push_back(l);  // what the engines know how to do
            return;
        }
        limit_of_[l] = static_cast<std::uint32_t>(limits_.size());
        limits_.push_back({.line = l, .most = *line.max_nodes, .has_parts = has_parts});
    }

    void list_places() {
        for (std::uint32_t e = 0; e < problem_.entries.size(); ++e) {
            const Entry& entry = problem_.entries[e];
            if (limit_of_[entry.line] == no_place) continue;
            places_.push_back({limit_of_[entry.line], entry.node, entry_units_max(problem_, entry), entry.unit_cost});
        }
        const auto key = [](const LimitPlace& place) { return std::pair(place.limit, place.node); };
        std::stable_sort(places_.begin(), places_.end(),
                         [&](const LimitPlace& a, const LimitPlace& b) { return key(a) < key(b); });
        const auto same = [&](const LimitPlace& a, const LimitPlace& b) { return key(a) == key(b); };
        places_.erase(std::unique(places_.begin(), places_.end(), same), places_.end());
        std::uint32_t at = 0;
        for (std::uint32_t limit = 0; limit < limits_.size(); ++limit) {
            limits_[limit].from = at;
            while (at < places_.size() && places_[at].limit == limit) ++at;
            limits_[limit].to = at;
        }
    }

    /// no_place where the line has no limit.
    [[nodiscard]] std::uint32_t place_of(std::uint32_t line, std::uint32_t node) const {
        const std::uint32_t limit = limit_of_[line];
        if (limit == no_place) return no_place;
        const auto from = places_.begin() + limits_[limit].from;
        const auto to = places_.begin() + limits_[limit].to;
        const auto at =
            std::lower_bound(from, to, node, [](const LimitPlace& place, std::uint32_t n) { return place.node < n; });
        return static_cast<std::uint32_t>(at - places_.begin());
    }

    [[nodiscard]] std::uint64_t work_left() const { return work_max_ > work_ ? work_max_ - work_ : 0; }

    /// The most that a line without parts could get from the nodes that it is or may still be allowed.
    [[nodiscard]] std::int64_t reach(const NodeLimit& limit) {
        std::int64_t units = 0;
        std::int64_t more = limit.most;
        ranking_.clear();
        for (std::uint32_t p = limit.from; p < limit.to; ++p) {
            if (allowed_[p] == Allowance::open) ranking_.push_back(p);
            if (allowed_[p] != Allowance::kept) continue;
            units += std::min(places_[p].units_max, problem_.lines[limit.line].quantity - units);
            --more;
        }
        const auto kept = std::min<std::int64_t>(std::max<std::int64_t>(more, 0), std::ssize(ranking_));
        const auto larger = [&](std::uint32_t a, std::uint32_t b) {
            return places_[a].units_max > places_[b].units_max;
        };
        std::nth_element(ranking_.begin(), ranking_.begin() + kept, ranking_.end(), larger);
        for (auto p = ranking_.begin(); p != ranking_.begin() + kept; ++p) {
            units += std::min(places_[*p].units_max, problem_.lines[limit.line].quantity - units);
        }
        return units;
    }

    /// Sets `trial_` to the region of allowed_: entries that are out are dropped, and units beyond the reach of a line
    /// are short for sure, or the line as a whole is. False: it is problem_ as it is.
    bool prepare_region() {
        bool changed = !whole_lines_.empty();
        sure_cost_ = 0;
        sure_short_.assign(problem_.lines.size(), 0);
        for (const NodeLimit& limit : limits_) {
            const Line& line = problem_.lines[limit.line];
            const std::int64_t units = limit.has_parts ? line.quantity : reach(limit);
            const bool any_out = std::find(allowed_.begin() + limit.from, allowed_.begin() + limit.to,
                                           Allowance::out) != allowed_.begin() + limit.to;
            changed = changed || any_out || units < line.quantity;
            if (units < line.quantity) sure_short_[limit.line] = line.quantity - units;
        }
        if (!changed) return false;
        if (trial_.lines.empty()) trial_ = problem_;
        trial_.lines = problem_.lines;
        trial_.backorder_fixed_cost = problem_.backorder_fixed_cost;
        for (const std::uint32_t l : whole_lines_) trial_.lines[l].splittable = false;
        hopeless_.assign(problem_.lines.size(), 0);
        for (const NodeLimit& limit : limits_) set_aside(limit.line);
        trial_.entries.clear();
        for (const Entry& entry : problem_.entries) {
            const std::uint32_t place = place_of(entry.line, entry.node);
            if (hopeless_[entry.line] != 0 || (place != no_place && allowed_[place] == Allowance::out)) continue;
            trial_.entries.push_back(entry);
        }
        return true;
    }

    void set_aside(std::uint32_t l) {
        std::int64_t& units = sure_short_[l];
        if (units == 0) return;
        Line& line = trial_.lines[l];
        const bool may_be_partial = line.short_cost && !line.all_or_nothing && !problem_.ship_complete;
        if (!may_be_partial || units == line.quantity) {
            hopeless_[l] = 1;  // what follows for the order, the engines know
            units = 0;
            return;
        }
        line.quantity -= units;
        sure_cost_ += units * *line.short_cost + trial_.backorder_fixed_cost;
        trial_.backorder_fixed_cost = 0;
    }

    /// The region of allowed_ without its limits. Only plans better than the best one are looked for.
    Plan solve_region(std::uint64_t work_max) {
        const bool changed = prepare_region();
        const std::int64_t below = has_best_ ? best_.cost - sure_cost_ : any_cost;
        Plan plan = solve_free(changed ? trial_ : problem_, work_max, below, workspace_);
        work_ += plan.work + (changed ? problem_.entries.size() + 1 : 0);
        if (plan.status == Status::infeasible || plan.lower_bound == INT64_MIN) return plan;
        plan.lower_bound += sure_cost_;
        if (plan.status == Status::unknown) return plan;
        plan.cost += sure_cost_;
        for (std::size_t l = 0; l < sure_short_.size(); ++l) plan.short_units[l] += sure_short_[l];
        return plan;
    }

    /// The limit that the plan breaks by most, the first of equals; nullptr: it keeps all. Sets sent_ and used_.
    const NodeLimit* excess_limit(const Plan& plan) {
        sent_.assign(places_.size(), 0);
        used_.assign(limits_.size(), 0);
        for (const Assignment& part : plan.assignments) {
            const std::uint32_t place = place_of(part.line, part.node);
            if (place == no_place) continue;
            if (sent_[place] == 0) ++used_[places_[place].limit];
            sent_[place] += part.quantity;
        }
        const NodeLimit* worst = nullptr;
        std::int64_t most = 0;
        for (std::size_t i = 0; i < limits_.size(); ++i) {
            if (used_[i] - limits_[i].most <= most) continue;
            most = used_[i] - limits_[i].most;
            worst = &limits_[i];
        }
        return worst;
    }

    void offer(const Plan& plan) {
        if (has_best_ && plan.cost >= best_.cost) return;
        best_ = plan;
        has_best_ = true;
    }

    /// Leaves the line the nodes that send most in a plan (sent_), then those that could, then the cheaper ones.
    void cut_to_limit(const NodeLimit& limit, bool by_plan) {
        ranking_.clear();
        for (std::uint32_t p = limit.from; p < limit.to; ++p) {
            if (allowed_[p] != Allowance::out) ranking_.push_back(p);
        }
        const auto key = [&](std::uint32_t p) {
            return std::tuple(allowed_[p] != Allowance::kept, by_plan ? -sent_[p] : 0, -places_[p].units_max,
                              places_[p].unit_cost, p);
        };
        std::sort(ranking_.begin(), ranking_.end(), [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
        for (std::size_t i = 0; i < ranking_.size(); ++i) {
            if (static_cast<std::int64_t>(i) >= limit.most) allowed_[ranking_[i]] = Allowance::out;
        }
    }

    /// Looks for a plan that keeps the limits near one that does not, in the region of allowed_; nullptr: near nothing.
    void repair(const Plan* broken) {
        const std::vector<Allowance> before = allowed_;
        Plan plan;
        if (broken != nullptr) plan = *broken;
        for (int round = 1; round <= repair_rounds_max; ++round) {
            static_cast<void>(excess_limit(plan));
            const bool last = broken == nullptr || round == repair_rounds_max || work_left() == 0;
            for (std::size_t i = 0; i < limits_.size(); ++i) {
                if (last || used_[i] > limits_[i].most) cut_to_limit(limits_[i], true);
            }
            plan = solve_region(work_left());
            if (!found_plan(plan)) break;
            if (excess_limit(plan) != nullptr) continue;
            offer(plan);
            break;
        }
        const bool all_served = has_best_ && std::all_of(best_.short_units.begin(), best_.short_units.end(),
                                                         [](std::int64_t units) { return units == 0; });
        if (!has_best_ || (!all_served && work_left() > 0)) {
            // The nodes that send most are not those that could.
            allowed_ = before;
            for (const NodeLimit& limit : limits_) cut_to_limit(limit, false);
            plan = solve_region(work_left());
            if (found_plan(plan)) offer(plan);
        }
        allowed_ = before;
    }

    /// Where every line may be short, sending nothing is a plan.
    void offer_nothing_sent() {
        Plan plan;
        plan.cost = problem_.backorder_fixed_cost;
        for (const Line& line : problem_.lines) {
            if (!line.short_cost) return;
            plan.cost += *line.short_cost * line.quantity;
            plan.short_units.push_back(line.quantity);
        }
        offer(plan);
    }

    static constexpr auto popped_later = [](const std::pair<std::int64_t, std::uint32_t>& a,
                                            const std::pair<std::int64_t, std::uint32_t>& b) { return a > b; };

    void search_regions() {
        std::uint64_t visited = 0;
        while (!open_.empty() && work_left() > 0) {
            std::pop_heap(open_.begin(), open_.end(), popped_later);
            const auto [bound, branch] = open_.back();
            open_.pop_back();
            if (has_best_ && bound >= best_.cost) {
                open_.clear();  // nor does any other region have a better one
                break;
            }
            enter(branch);
            const Plan plan = solve_region(work_left());
            // Good plans come from looking aside in a few regions: the visits numbered by powers of two.
            const bool look_aside = std::has_single_bit(++visited) && work_left() > 0;
            if (look_aside && found_plan(plan) && excess_limit(plan) != nullptr) repair(&plan);
            settle(branch, plan);
        }
    }

    /// Sets allowed_ to what the region says.
    void enter(std::uint32_t branch) {
        allowed_.assign(places_.size(), Allowance::open);
        for (; branches_[branch].parent != no_branch; branch = branches_[branch].parent) {
            allowed_[branches_[branch].place] = Allowance::out;
            for (std::uint32_t s = branches_[branch].first; s < branch; ++s) {
                allowed_[branches_[s].place] = Allowance::kept;
            }
        }
        for (const NodeLimit& limit : limits_) {
            const auto from = allowed_.begin() + limit.from;
            const auto to = allowed_.begin() + limit.to;
            if (std::count(from, to, Allowance::kept) >= limit.most) {
                std::replace(from, to, Allowance::open, Allowance::out);
            }
        }
    }

    /// What the answer for a region says: nothing better is in it, or a better plan is, or it has to be divided.
    void settle(std::uint32_t branch, const Plan& plan) {
        if (plan.status == Status::infeasible) return;
        const std::int64_t bound = std::max(branches_[branch].bound, plan.lower_bound);
        if (!found_plan(plan)) {
            lost_ = std::min(lost_, bound);
            return;
        }
        if (has_best_ && bound >= best_.cost) return;
        const NodeLimit* excess = excess_limit(plan);
        if (excess != nullptr) {
            divide(branch, *excess, bound);
            return;
        }
        offer(plan);
        if (plan.status != Status::optimal) lost_ = std::min(lost_, bound);
    }

    void divide(std::uint32_t branch, const NodeLimit& limit, std::int64_t bound) {
        std::int64_t kept = 0;
        ranking_.clear();
        for (std::uint32_t p = limit.from; p < limit.to; ++p) {
            if (allowed_[p] == Allowance::kept) ++kept;
            if (allowed_[p] == Allowance::open && sent_[p] > 0) ranking_.push_back(p);
        }
        // Those that send most are kept first: the last child has as many of them as may be.
        std::stable_sort(ranking_.begin(), ranking_.end(),
                         [&](std::uint32_t a, std::uint32_t b) { return sent_[a] > sent_[b]; });
        ranking_.resize(static_cast<std::size_t>(limit.most - kept + 1));
        if (branches_.size() + ranking_.size() > branches_max) {
            lost_ = std::min(lost_, bound);
            return;
        }
        const auto first = static_cast<std::uint32_t>(branches_.size());
        for (const std::uint32_t place : ranking_) {
            open_.emplace_back(bound, static_cast<std::uint32_t>(branches_.size()));
            std::push_heap(open_.begin(), open_.end(), popped_later);
            branches_.push_back({.bound = bound, .parent = branch, .first = first, .place = place});
        }
    }

    Plan answer() {
        std::int64_t bound = lost_;
        for (const auto& [least, branch] : open_) bound = std::min(bound, least);
        Plan out = std::move(best_);
        out.work = work_;
        out.method = Method::branch_and_bound;
        if (!has_best_) {
            out.status = bound == any_cost ? Status::infeasible : Status::unknown;
            out.lower_bound = bound == any_cost ? 0 : bound;
            out.short_units.assign(problem_.lines.size(), 0);
            return out;
        }
        out.lower_bound = std::min(out.cost, bound);
        out.status = out.lower_bound == out.cost ? Status::optimal : Status::feasible;
        return out;
    }

    const Problem& problem_;
    std::uint64_t work_max_;
    Workspace& workspace_;
    std::uint64_t work_ = 0;
    std::vector<NodeLimit> limits_;
    std::vector<LimitPlace> places_;          // by limit and node
    std::vector<std::uint32_t> limit_of_;     // by line; no_place: none
    std::vector<std::uint32_t> whole_lines_;  // their limit is one node
    std::vector<Allowance> allowed_;          // by place: the region that is looked at
    Problem trial_;
    std::int64_t sure_cost_ = 0;            // in the region, of sure_short_, which trial_ does not have
    std::vector<std::int64_t> sure_short_;  // by line
    std::vector<char> hopeless_;            // by line
    std::vector<std::int64_t> sent_;        // by place, of the plan looked at last
    std::vector<std::int64_t> used_;        // by limit, places
    std::vector<std::uint32_t> ranking_;    // scratch
    Plan best_;
    bool has_best_ = false;
    std::vector<LimitBranch> branches_;
    std::vector<std::pair<std::int64_t, std::uint32_t>> open_;  // a heap of bound and branch, the least first
    std::int64_t lost_ = any_cost;                              // least bound of the regions given up
};

}  // namespace

bool has_limited_lines(const Problem& problem) {
    const bool could = std::any_of(problem.lines.begin(), problem.lines.end(), [](const Line& line) {
        return line.part_of || (line.max_nodes && *line.max_nodes < line.quantity);
    });
    if (!could) return false;
    std::vector<std::int64_t> nodes(problem.lines.size(), 0);
    for (const Entry& entry : problem.entries) {
        const std::uint32_t whole = problem.lines[entry.line].part_of.value_or(entry.line);
        if (whole < nodes.size()) ++nodes[whole];
    }
    for (std::size_t l = 0; l < nodes.size(); ++l) {
        if (problem.lines[l].max_nodes && *problem.lines[l].max_nodes < nodes[l]) return true;
    }
    return false;
}

Plan solve_limited_lines(const Problem& problem, Budget budget, Workspace& workspace) {
    return LimitSearch(problem, budget.work_max, workspace).run();
}

}  // namespace waybill::sourcing
