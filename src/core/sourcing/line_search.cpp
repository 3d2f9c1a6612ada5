#include "core/sourcing/line_search.hpp"

#include <algorithm>
#include <bit>

#include "core/sourcing/completion.hpp"
#include "core/sourcing/division.hpp"

namespace waybill::sourcing {
namespace {

constexpr int payment_rounds_at_root = 150;
constexpr int payment_rounds = 25;
constexpr int payment_idle_max = 8;
constexpr int payment_halvings_max = 5;

/// How long differences are passed on: while a round gains more than this part of the way to the target.
struct Passing {
    int rounds = 0;
    std::int64_t least_part = 0;
};
constexpr Passing first_passing{.rounds = 400, .least_part = 1'000};
constexpr Passing node_passing{.rounds = 12, .least_part = 200};
constexpr int passing_idle_max = 3;
constexpr PartitionLimits leaf_limits{.patterns_max = 20'000, .labels_max = 20'000, .work_max = 3'000'000};
constexpr std::size_t open_items_max = 4'000'000;  ///< items of all parts that wait, about 50 bytes each

bool later_part(const LineSearchNode& a, const LineSearchNode& b) {
    return a.bound != b.bound ? a.bound > b.bound : a.sequence < b.sequence;
}

class LineSearch {
public:
    LineSearch(const Model& model, std::uint64_t work_max, LineSearchMemory& memory, ProbeMemory& probe,
               ConstructMemory& construct, Incumbent& incumbent)
        : model_(model),
          work_max_(work_max),
          memory_(memory),
          probe_(probe),
          construct_(construct),
          incumbent_(incumbent) {}

    void run(const Region& region, const Prices& prices, LineSearchResult& result) {
        agreeing_ = can_agree(model_);
        memory_.open.clear();
        memory_.answers.work = 0;
        construct_before_ = construct_.work;
        LineSearchNode node;
        node.domain.region = region;
        node.domain.least.assign(model_.items.size(), 0);
        node.domain.most.resize(model_.items.size());
        for (std::size_t i = 0; i < model_.items.size(); ++i) node.domain.most[i] = model_.items[i].most;
        pay_by_prices(model_, node.domain, prices, node.payments);
        std::int64_t left = unreachable;
        bool more = dive(std::move(node), payment_rounds_at_root, left);
        while (more && !memory_.open.empty()) {
            LineSearchNode next = take_next();
            if (next.bound > threshold()) continue;
            more = dive(std::move(next), payment_rounds, left);
        }
        result.bound = left;
        for (const LineSearchNode& open : memory_.open) result.bound = std::min(result.bound, open.bound);
        result.work = memory_.answers.work;
    }

private:
    [[nodiscard]] std::int64_t target() const {
        return incumbent_.cost == unreachable ? model_.cost_cap + (std::int64_t{2} << model_.shift) : incumbent_.cost;
    }
    [[nodiscard]] std::int64_t threshold() const { return target() - (std::int64_t{1} << model_.shift); }
    [[nodiscard]] std::uint64_t work_left() const {
        return work_max_ - std::min(work_max_, memory_.answers.work + construct_.work - construct_before_);
    }
    [[nodiscard]] bool spent() const { return work_left() == 0; }

    // The part with the least bound; the newest while too many wait, so that they become fewer.
    LineSearchNode take_next() {
        std::vector<LineSearchNode>& open = memory_.open;
        const std::size_t tables = open.front().payments.table.size() / 6;
        const bool full = open.size() * (model_.items.size() + tables) > open_items_max;
        if (full) {
            const auto newest = std::max_element(open.begin(), open.end(),
                                                 [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
            std::swap(*newest, open.back());
        } else {
            std::pop_heap(open.begin(), open.end(), later_part);
        }
        LineSearchNode next = std::move(open.back());
        open.pop_back();
        if (full) std::make_heap(open.begin(), open.end(), later_part);
        return next;
    }

    // Follows the better half of each division down and leaves the other for later. False when the work is spent:
    // `left` is then the bound of what was being looked at.
    bool dive(LineSearchNode node, int rounds, std::int64_t& left) {
        while (true) {
            if (spent()) {
                left = std::min(left, node.bound);
                return false;
            }
            ++visited_;
            if (settle(node, rounds)) return true;
            if (spent()) {
                left = std::min(left, node.bound);
                return false;
            }
            rounds = payment_rounds;
            LineSearchNode other;
            if (!divide(node, other)) return true;
            if (other.bound <= threshold()) {
                other.sequence = ++sequence_;
                memory_.open.push_back(std::move(other));
                std::push_heap(memory_.open.begin(), memory_.open.end(), later_part);
            }
            if (node.bound > threshold()) return true;
        }
    }

    // Bounds and narrows the part until that says nothing more. True when nothing better is in it.
    bool settle(LineSearchNode& node, int rounds) {
        constexpr int passes_max = 6;
        for (int pass = 0; pass < passes_max; ++pass) {
            bound(node, pass == 0 ? rounds : payment_rounds);
            if (node.bound > threshold()) return true;
            if (pass == 0 && std::has_single_bit(visited_)) look_for_plans(node);
            if (node.bound > threshold()) return true;
            if (spent()) return false;
            const std::int64_t gap = threshold() - memory_.answers.bound;
            if (!agreeing_) {
                list_regrets(model_, node.domain, node.payments, gap, memory_.payments, memory_.answers,
                             memory_.regrets);
            }
            const Narrowed narrowed = narrow(node, gap);
            if (narrowed == Narrowed::empty) return true;
            if (narrowed == Narrowed::little || spent()) return false;
        }
        return false;
    }

    // Where lines and sources agree by the number of units, payments are only how that starts.
    void bound(LineSearchNode& node, int rounds) {
        const bool first = node.payments.table.empty();
        if (!agreeing_ || first) raise(node, rounds);
        if (agreeing_ && node.bound <= threshold() && !spent()) agree(node, first ? first_passing : node_passing);
    }

    // Steps towards better payments; leaves the best ones in the node and the answers at them.
    void raise(LineSearchNode& node, int rounds) {
        fit_payments(model_, node.domain, node.payments);
        memory_.payments.direction.clear();
        std::int64_t best = -unreachable;
        int idle = 0;
        int halvings = 0;
        bool at_best = true;
        for (int round = 0; round <= rounds && !spent(); ++round) {
            answer_lines(model_, node.domain, node.payments, memory_.payments, memory_.answers);
            const std::int64_t bound = memory_.answers.bound;
            at_best = bound > best;
            if (at_best) {
                // Less than a thousandth of the way to the target is as good as nothing.
                idle = bound - best > (target() - bound) / 1'000 ? 0 : idle + 1;
                best = bound;
                memory_.best = node.payments;
                offer_answers();
            } else {
                ++idle;
            }
            node.bound = std::max(node.bound, best);
            if (node.bound > threshold() || bound == unreachable) break;
            if (idle >= payment_idle_max) {
                idle = 0;
                if (++halvings > payment_halvings_max) break;
                node.payments = memory_.best;
                memory_.payments.direction.clear();
                answer_lines(model_, node.domain, node.payments, memory_.payments, memory_.answers);
            }
            move_payments(model_, node.domain, memory_.answers,
                          std::max<std::int64_t>(1, (target() - memory_.answers.bound) >> halvings), memory_.payments,
                          node.payments);
        }
        if (best == -unreachable) memory_.best = node.payments;
        node.payments = memory_.best;
        if (!at_best || best == -unreachable)
            answer_lines(model_, node.domain, node.payments, memory_.payments, memory_.answers);
        node.bound = std::max(node.bound, memory_.answers.bound);
    }

    // Lets lines and sources agree as far as passing on their differences leads, and lists what that rules out.
    void agree(LineSearchNode& node, Passing passing) {
        AgreementMemory& agreement = memory_.agreement;
        fit_payments(model_, node.domain, node.payments);
        if (node.payments.table.empty()) price_units(model_, node.domain, agreement, node.payments);
        const std::uint64_t before = agreement.chain.work;
        std::int64_t best = -unreachable;
        int idle = 0;
        for (int round = 0; round < passing.rounds && idle < passing_idle_max && best <= threshold(); ++round) {
            const std::int64_t lift_max = std::max<std::int64_t>(1, 2 * (target() - std::max(best, -target())));
            const std::int64_t bound = pass_differences(model_, node.domain, lift_max, agreement, node.payments);
            idle = bound - best > (target() - bound) / passing.least_part ? 0 : idle + 1;
            best = std::max(best, bound);
            if (agreement.chain.work - before > work_left()) break;
        }
        memory_.answers.work += agreement.chain.work - before;
        list_agreed_regrets(model_, node.domain, node.payments, threshold(), agreement, memory_.answers,
                            memory_.regrets);
        if (memory_.answers.bound != unreachable) offer_answers();
        node.bound = std::max(node.bound, memory_.answers.bound);
    }

    // What the lines would do is often a plan.
    void offer_answers() {
        const std::int64_t cost = price_amounts(model_, memory_.answers.amounts, construct_);
        if (cost >= incumbent_.cost) return;
        incumbent_.cost = cost;
        incumbent_.amounts = memory_.answers.amounts;
        incumbent_.all_short = false;
    }

    void look_for_plans(const LineSearchNode& node) {
        replan(model_, node.domain, node.payments, work_left() / 4, memory_.replan, construct_, incumbent_);
        polish(model_, work_left() / 8, memory_.replan, construct_, incumbent_);
    }

    enum class Narrowed { little, much, empty };

    // Rules out what would cost more than the gap.
    Narrowed narrow(LineSearchNode& node, std::int64_t gap) {
        Domain& domain = node.domain;
        const Regrets& regrets = memory_.regrets;
        std::size_t changes = 0;
        std::size_t alive = 0;
        for (std::uint32_t s = 0; s < model_.sources.size(); ++s) {
            Choice& choice = domain.region.sources[s];
            if (choice == Choice::closed) continue;
            const Source& source = model_.sources[s];
            if (regrets.opened[s] > gap && regrets.closed[s] > gap) return Narrowed::empty;
            if (choice == Choice::free && regrets.opened[s] > gap) {
                choice = Choice::closed;
                changes += source.to - source.from;
                continue;
            }
            if (choice == Choice::free && regrets.closed[s] > gap) {
                choice = Choice::open;
                ++changes;
            }
            for (std::uint32_t i = source.from; i < source.to; ++i) {
                if (domain.most[i] < 1) continue;
                ++alive;
                if (regrets.most[i] < regrets.least[i]) return Narrowed::empty;
                if (regrets.most[i] == domain.most[i] && regrets.least[i] == domain.least[i]) continue;
                ++changes;
                domain.most[i] = regrets.most[i];
                domain.least[i] = regrets.least[i];
            }
        }
        if (domain.region.shortage == Choice::free) {
            if (regrets.shortage_opened > gap && regrets.shortage_closed > gap) return Narrowed::empty;
            if (regrets.shortage_opened > gap)
                domain.region.shortage = Choice::closed;
            else if (regrets.shortage_closed > gap)
                domain.region.shortage = Choice::open;
        }
        return changes * 10 > alive ? Narrowed::much : Narrowed::little;
    }

    // The partition search over what is left of the part. True when nothing better is in it.
    bool probe(LineSearchNode& node, PartitionLimits limits) {
        const Domain& domain = node.domain;
        const std::uint64_t before = memory_.answers.work;
        narrow_model(model_, domain, memory_.narrowed, memory_.origin);
        Region region = domain.region;
        probe_.active.clear();
        for (std::uint32_t s = 0; s < model_.sources.size(); ++s) {
            const Source& source = memory_.narrowed.sources[s];
            if (source.from == source.to) region.sources[s] = Choice::closed;
            if (region.sources[s] != Choice::closed) probe_.active.push_back(s);
        }
        raise_prices(memory_.narrowed, probe_.active, memory_.probe_prices, memory_.slack);
        const PriceSearch search{.rounds = 60, .target = target(), .work_max = work_left()};
        find_prices(memory_.narrowed, region, probe_.active, search, memory_.probe_prices, probe_.relaxation,
                    probe_.prices);
        memory_.answers.work += probe_.prices.work + model_.items.size();
        node.bound = std::max(node.bound, probe_.prices.bound);
        probe_work_ += memory_.answers.work - before;
        if (node.bound > threshold()) return true;
        limits.work_max = std::min(limits.work_max, work_left() + 1'000);
        const PartitionTask task{.model = memory_.narrowed,
                                 .region = region,
                                 .active = probe_.active,
                                 .prices = memory_.probe_prices,
                                 .relaxation = probe_.relaxation,
                                 .target = target()};
        search_partition(task, limits, probe_.partition, probe_.answer);
        memory_.answers.work += probe_.answer.work;
        probe_work_ += probe_.answer.work;
        if (probe_.answer.improved) {
            incumbent_.amounts.assign(model_.items.size(), 0);
            for (std::size_t i = 0; i < memory_.origin.size(); ++i)
                incumbent_.amounts[memory_.origin[i]] = probe_.answer.amounts[i];
            incumbent_.cost = price_amounts(model_, incumbent_.amounts, construct_);
            incumbent_.all_short = false;
        }
        return probe_.answer.outcome == Outcome::complete;
    }

    [[nodiscard]] DivisionView view(const LineSearchNode& node) const {
        return {model_, node.domain, node.payments, memory_.regrets, memory_.answers};
    }

    // Regrets first. Where the lines agree, what is left is small or overloaded: the partition search may settle it.
    [[nodiscard]] Division choose(LineSearchNode& node, bool& settled) {
        settled = false;
        const std::int64_t gap = threshold() - memory_.answers.bound;
        const Division regret = choose_by_regret(view(node));
        if (regret.exists() && regret.lesser() > gap / 32) return regret;
        if (probe_work_ <= memory_.answers.work / 3) {
            settled = probe(node, leaf_limits);
            if (settled) return {};
        }
        const Division overload = choose_overload(view(node));
        if (overload.exists()) return overload;
        if (regret.exists()) return regret;
        return choose_any(view(node));
    }

    // Divides the part; `node` becomes the half to follow. False when nothing better is in it.
    bool divide(LineSearchNode& node, LineSearchNode& other) {
        const std::int64_t bound = memory_.answers.bound;
        bool settled = false;
        const Division division = choose(node, settled);
        if (settled) return false;
        if (!division.exists()) {
            offer_last(node);
            return false;
        }
        other = node;
        const bool low_first = division.low <= division.high;
        restrict_to(division, low_first ? Half::low : Half::high, node.domain);
        restrict_to(division, low_first ? Half::high : Half::low, other.domain);
        if (division.item != no_index) return true;
        const bool shortage = division.shortage;
        const Regrets& regrets = memory_.regrets;
        const std::int64_t closed = shortage ? regrets.shortage_closed : regrets.closed[division.source];
        const std::int64_t opened = shortage ? regrets.shortage_opened : regrets.opened[division.source];
        const std::int64_t low = bound + std::min(closed, unreachable / 2);
        const std::int64_t high = bound + std::min(opened, unreachable / 2);
        node.bound = std::max(node.bound, low_first ? low : high);
        other.bound = std::max(other.bound, low_first ? high : low);
        return true;
    }

    void offer_last(const LineSearchNode& node) {
        memory_.answers.amounts = node.domain.least;
        for (std::uint32_t i = 0; i < model_.items.size(); ++i) {
            if (node.domain.region.sources[model_.items[i].source] == Choice::closed) memory_.answers.amounts[i] = 0;
        }
        offer_answers();
    }

    const Model& model_;
    std::uint64_t work_max_;
    LineSearchMemory& memory_;
    ProbeMemory& probe_;
    ConstructMemory& construct_;
    Incumbent& incumbent_;
    bool agreeing_ = false;  ///< lines and sources agree by the number of units
    std::uint64_t construct_before_ = 0;
    std::uint64_t probe_work_ = 0;
    std::uint64_t visited_ = 0;
    std::uint64_t sequence_ = 0;
};

}  // namespace

void search_lines(const Model& model, const Region& region, const Prices& prices, std::uint64_t work_max,
                  LineSearchMemory& memory, ProbeMemory& probe, ConstructMemory& construct, Incumbent& incumbent,
                  LineSearchResult& result) {
    LineSearch(model, work_max, memory, probe, construct, incumbent).run(region, prices, result);
}

}  // namespace waybill::sourcing
