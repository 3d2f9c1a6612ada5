#include "core/sourcing/search.hpp"

#include <algorithm>
#include <bit>

#include "core/sourcing/completion.hpp"

namespace waybill::sourcing {
namespace {

// Chosen by measurement over the benchmark families: a short look at the prices is enough for most retail orders, and a
// partition search that fails costs about as much as the price steps that would have made it succeed.
constexpr int first_rounds = 10;
constexpr int second_rounds = 40;
constexpr int root_rounds = 120;
constexpr int node_rounds = 30;
constexpr PartitionLimits first_limits{.patterns_max = 1'000, .labels_max = 2'000, .work_max = 100'000};
constexpr PartitionLimits second_limits{.patterns_max = 5'000, .labels_max = 10'000, .work_max = 1'500'000};
constexpr PartitionLimits root_limits{.patterns_max = 60'000, .labels_max = 60'000, .work_max = 20'000'000};
constexpr PartitionLimits beam_limits{
    .excess = Excess::keep_best, .patterns_max = 6'000, .labels_max = 3'000, .work_max = 10'000'000};
constexpr PartitionLimits last_limits{.patterns_max = 400'000, .labels_max = 1'000'000, .work_max = 200'000'000};
constexpr PartitionLimits node_limits{.patterns_max = 20'000, .labels_max = 20'000, .work_max = 5'000'000};

// Up to here the partition search is quicker than the search by lines.
constexpr std::int64_t partition_states_max = 300'000;

// From here on good plans come from exchange sooner than from dividing.
constexpr std::size_t many_lines = 16;
constexpr std::uint64_t exchange_work_min = 4'000'000;

bool later(const SearchNode& a, const SearchNode& b) {
    return a.bound != b.bound ? a.bound > b.bound : a.sequence < b.sequence;
}

class Tree {
public:
    Tree(const Model& model, std::uint64_t work_max, SearchMemory& memory, Incumbent& incumbent, SearchResult& result)
        : model_(model), work_max_(work_max), memory_(memory), incumbent_(incumbent), result_(result) {}

    void run() {
        memory_.open.clear();
        memory_.construct.work = 0;
        result_ = {};
        lost_ = INT64_MAX;
        if (!root()) {
            while (!memory_.open.empty() && work() < work_max_) {
                std::pop_heap(memory_.open.begin(), memory_.open.end(), later);
                SearchNode node = std::move(memory_.open.back());
                memory_.open.pop_back();
                if (node.bound > threshold()) continue;
                visit(node);
            }
        }
        std::int64_t bound = std::min(lost_, incumbent_.cost);
        for (const SearchNode& node : memory_.open) bound = std::min(bound, node.bound);
        result_.bound = bound;
        result_.work = work();
        result_.complete = bound > threshold();
    }

private:
    // An unproved incumbent can only be beaten by a whole unit of cost.
    [[nodiscard]] std::int64_t threshold() const { return target() - (std::int64_t{1} << model_.shift); }
    [[nodiscard]] std::int64_t target() const {
        return incumbent_.cost == unreachable ? model_.cost_cap + (std::int64_t{2} << model_.shift) : incumbent_.cost;
    }
    [[nodiscard]] std::uint64_t work() const { return work_ + memory_.construct.work; }
    [[nodiscard]] std::uint64_t work_left() const { return work_max_ > work() ? work_max_ - work() : 0; }

    // True when the root settles everything.
    bool root() {
        SearchNode node;
        node.region.sources.assign(model_.sources.size(), Choice::free);
        const bool paid = model_.backorder_cost == 0 || model_.surely_short;
        node.region.shortage = !model_.any_short ? Choice::closed : (paid ? Choice::open : Choice::free);
        list_active(node.region);
        raise_prices(model_, memory_.probe.active, node.prices, memory_.slack);
        construct(model_, node.prices, Worth::shortage, memory_.construct, incumbent_);
        if (model_.lines.size() > many_lines && model_.cost_cap <= line_costs_max) return settle_many_lines(node);
        if (settle(node, first_rounds, first_limits)) return true;
        if (settle(node, second_rounds, second_limits)) return true;
        result_.method = Method::branch_and_bound;
        if (bounded_out(node, root_rounds)) return true;
        const bool few_states = demand_states() <= partition_states_max;
        if (few_states && work_left() > 0 && (explore(node, beam_limits) || explore(node, root_limits))) return true;
        if (model_.cost_cap <= line_costs_max) {
            search_by_lines(node);
            return true;
        }
        if (!few_states && work_left() > 0 && (explore(node, beam_limits) || explore(node, root_limits))) return true;
        improve(model_, node.prices, std::min<std::uint64_t>(work_left() / 8, 20'000'000), memory_.exchange,
                memory_.construct, incumbent_);
        branch(node);
        return false;
    }

    // How many vectors of demand there are for the partition search to tell apart.
    [[nodiscard]] std::int64_t demand_states() const {
        std::int64_t states = 1;
        for (const Demand& line : model_.lines) {
            states *= std::min(line.demand, partition_states_max) + 1;
            if (states > partition_states_max) break;
        }
        return states;
    }

    // Orders with more lines than the partition search could tell apart. Always true: the search by lines is the last.
    bool settle_many_lines(SearchNode& node) {
        result_.method = Method::branch_and_bound;
        if (bounded_out(node, root_rounds)) return true;
        if (work_left() > exchange_work_min) {
            if (explore(node, beam_limits)) return true;
            improve(model_, node.prices, std::min<std::uint64_t>(work_left() / 8, 20'000'000), memory_.exchange,
                    memory_.construct, incumbent_);
        }
        search_by_lines(node);
        return true;
    }

    void search_by_lines(SearchNode& node) {
        fix(node);
        LineSearchResult found;
        search_lines(model_, node.region, node.prices, work_left(), memory_.lines, memory_.probe, memory_.construct,
                     incumbent_, found);
        work_ += found.work;
        node.bound = std::max(node.bound, found.bound);
        if (node.bound <= threshold()) lost_ = std::min(lost_, node.bound);
    }

    void visit(SearchNode& node) {
        list_active(node.region);
        ++visited_;
        // Good plans come from looking far down in a few places: at the visits numbered by powers of two.
        const bool look_far = std::has_single_bit(visited_);
        if (bounded_out(node, node_rounds)) return;
        if (look_far) {
            if (explore(node, beam_limits)) return;
            improve(model_, node.prices, std::min<std::uint64_t>(work_left() / 8, 2'000'000), memory_.exchange,
                    memory_.construct, incumbent_);
        }
        if (!explore(node, node_limits)) branch(node);
    }

    void list_active(const Region& region) {
        memory_.probe.active.clear();
        for (std::uint32_t s = 0; s < region.sources.size(); ++s) {
            if (region.sources[s] != Choice::closed) memory_.probe.active.push_back(s);
        }
    }

    // Bounds the region, fixes what it can, and searches it when small enough. True when nothing in it is left to find.
    bool settle(SearchNode& node, int rounds, const PartitionLimits& limits) {
        return bounded_out(node, rounds) || explore(node, limits);
    }

    // Looks for prices that bound the region. True when they show that nothing better is in it.
    bool bounded_out(SearchNode& node, int rounds) {
        const PriceSearch search{.rounds = rounds, .target = target(), .work_max = work_left()};
        find_prices(model_, node.region, memory_.probe.active, search, node.prices, memory_.probe.relaxation,
                    memory_.probe.prices);
        work_ += memory_.probe.prices.work;
        node.bound = std::max(node.bound, memory_.probe.prices.bound);
        if (node.bound <= threshold())
            construct(model_, node.prices, Worth::rising_prices, memory_.construct, incumbent_);
        return node.bound > threshold();
    }

    // Searches the region at the prices found last. True when nothing in it is left to find.
    bool explore(SearchNode& node, const PartitionLimits& limits) {
        fix(node);
        PartitionLimits allowed = limits;
        allowed.work_max = std::min(limits.work_max, work_left() + 1'000);
        const PartitionTask task{.model = model_,
                                 .region = node.region,
                                 .active = memory_.probe.active,
                                 .prices = node.prices,
                                 .relaxation = memory_.probe.relaxation,
                                 .target = target()};
        search_partition(task, allowed, memory_.probe.partition, memory_.probe.answer);
        work_ += memory_.probe.answer.work;
        if (memory_.probe.answer.improved) {
            incumbent_.amounts = memory_.probe.answer.amounts;
            incumbent_.cost = price_amounts(model_, incumbent_.amounts, memory_.construct);
            incumbent_.all_short = false;
        }
        return memory_.probe.answer.outcome == Outcome::complete || node.bound > threshold();
    }

    // Reduced costs say which sources no better plan uses, and which every better plan does.
    void fix(SearchNode& node) {
        const std::int64_t slack = threshold() - memory_.probe.relaxation.bound;
        std::size_t kept = 0;
        for (const std::uint32_t s : memory_.probe.active) {
            Choice& choice = node.region.sources[s];
            const std::int64_t reduced = memory_.probe.relaxation.reduced[s];
            if (choice == Choice::free && reduced > slack) {
                choice = Choice::closed;
                continue;
            }
            if (choice == Choice::free && -reduced > slack) choice = Choice::open;
            memory_.probe.active[kept++] = s;
        }
        memory_.probe.active.resize(kept);
        if (node.region.shortage != Choice::free) return;
        if (memory_.probe.relaxation.shortage_reduced > slack)
            node.region.shortage = Choice::closed;
        else if (-memory_.probe.relaxation.shortage_reduced > slack)
            node.region.shortage = Choice::open;
    }

    // The source whose use is least decided by the prices, large ones first.
    [[nodiscard]] std::uint32_t undecided(const SearchNode& node) const {
        std::uint32_t best = no_index;
        Int128 best_score = 0;
        for (const std::uint32_t s : memory_.probe.active) {
            if (node.region.sources[s] != Choice::free) continue;
            std::int64_t units = 0;
            for (const Item& item : model_.items_of(model_.sources[s])) units += item.most;
            const std::int64_t reduced = memory_.probe.relaxation.reduced[s];
            const Int128 distance = static_cast<Int128>(reduced < 0 ? -reduced : reduced) + (Int128{1} << model_.shift);
            const Int128 score = distance * 1'000 / (units + 1);
            if (best == no_index || score < best_score) {
                best = s;
                best_score = score;
            }
        }
        return best;
    }

    void push(const SearchNode& parent, std::uint32_t s, Choice choice) {
        SearchNode child = parent;
        const std::int64_t reduced =
            s == no_index ? memory_.probe.relaxation.shortage_reduced : memory_.probe.relaxation.reduced[s];
        const std::int64_t opened = memory_.probe.relaxation.bound + std::max<std::int64_t>(0, reduced);
        const std::int64_t closed = memory_.probe.relaxation.bound - std::min<std::int64_t>(0, reduced);
        child.bound = std::max(child.bound, choice == Choice::open ? opened : closed);
        if (child.bound > threshold()) return;
        child.sequence = ++sequence_;
        if (s == no_index)
            child.region.shortage = choice;
        else
            child.region.sources[s] = choice;
        memory_.open.push_back(std::move(child));
        std::push_heap(memory_.open.begin(), memory_.open.end(), later);
    }

    void branch(SearchNode& node) {
        const std::uint32_t s = undecided(node);
        if (s == no_index && node.region.shortage != Choice::free) {
            // Nothing is left to divide by. What the last, large search can not settle stays part of the bound.
            if (!explore(node, last_limits)) lost_ = std::min(lost_, node.bound);
            return;
        }
        push(node, s, Choice::closed);
        push(node, s, Choice::open);
    }

    const Model& model_;
    std::uint64_t work_max_;
    SearchMemory& memory_;
    Incumbent& incumbent_;
    SearchResult& result_;
    std::uint64_t work_ = 0;
    std::uint64_t sequence_ = 0;
    std::uint64_t visited_ = 0;
    std::int64_t lost_ = INT64_MAX;  ///< least bound of the regions given up
};

}  // namespace

void search(const Model& model, std::uint64_t work_max, SearchMemory& memory, Incumbent& incumbent,
            SearchResult& result) {
    Tree(model, work_max, memory, incumbent, result).run();
}

}  // namespace waybill::sourcing
