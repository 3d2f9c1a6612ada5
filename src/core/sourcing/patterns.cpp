#include "core/sourcing/patterns.hpp"

#include <algorithm>

namespace waybill::sourcing {
namespace {

// A walk that finds few patterns in this many steps is cut off: its source is too large to enumerate.
constexpr std::uint64_t walk_work_max = 400'000;

// A depth-first walk over the items of one source; the path is the pattern so far.
class Walk {
public:
    Walk(const Model& model, std::uint32_t s, const Prices& prices, const PatternLimits& limits,
         PartitionMemory& memory)
        : model_(model),
          source_(model.sources[s]),
          index_(s),
          prices_(prices),
          slack_(limits.slack),
          limits_(limits),
          memory_(memory),
          room_(source_.units_max),
          groups_max_(std::min(source_.shipments_max, limits.shipments_max)) {
        const std::size_t count = source_.to - source_.from;
        memory_.amounts.assign(count, 0);
        memory_.suffix_gain.assign(count + 1, 0);
        memory_.pool_left.resize(model.pools.size());
        for (std::uint32_t i = source_.from; i < source_.to; ++i) {
            for (std::uint32_t d = model.items[i].pool_from; d < model.items[i].pool_to; ++d) {
                const std::uint32_t pool = model.draws[d].pool;
                memory_.pool_left[pool] = model.pools[pool].quantity;
            }
        }
        for (std::uint32_t b = source_.break_from; b < source_.break_to; ++b) {
            rebate_ = std::min(rebate_, model.breaks[b].price);
        }
        for (std::size_t k = count; k-- > 0;) {
            const std::int64_t gain = most_gain(k) - (is_alone(k) ? rebate_ : 0);
            memory_.suffix_gain[k] = memory_.suffix_gain[k + 1] + std::max<std::int64_t>(0, gain);
        }
    }

    bool run() {
        visit(0);
        return !overflow_;
    }
    [[nodiscard]] std::uint64_t work() const { return work_; }

private:
    [[nodiscard]] const Item& item(std::size_t k) const { return model_.items[source_.from + k]; }
    [[nodiscard]] bool is_alone(std::size_t k) const { return source_.from + k >= source_.alone; }

    // Price earned less goods, for `units` of item k; shipments are accounted elsewhere.
    [[nodiscard]] std::int64_t gain(std::size_t k, std::int64_t units) const {
        const Item& row = item(k);
        const Demand& line = model_.lines[row.line];
        const std::int64_t served = line.single ? 1 : units;
        return prices_.line[row.line] * served - item_cost(model_, row, units);
    }
    [[nodiscard]] std::int64_t most_gain(std::size_t k) const {
        const Demand& line = model_.lines[item(k).line];
        const std::int64_t most = gain(k, item(k).most);
        return line.single && !line.partial ? most : std::max(most, gain(k, 1));
    }

    [[nodiscard]] std::int64_t room_for(std::size_t k) const {
        const Item& row = item(k);
        std::int64_t units = std::min(row.most, room_);
        for (std::uint32_t d = row.pool_from; d < row.pool_to; ++d) {
            const Draw& draw = model_.draws[d];
            if (draw.units > 0) units = std::min(units, memory_.pool_left[draw.pool] / draw.units);
        }
        return units;
    }

    void take(std::size_t k, std::int64_t units) {
        const Item& row = item(k);
        memory_.amounts[k] += units;
        if (room_ != no_limit) room_ -= units;
        for (std::uint32_t d = row.pool_from; d < row.pool_to; ++d) {
            memory_.pool_left[model_.draws[d].pool] -= units * model_.draws[d].units;
        }
    }

    // The least reduced cost that a completion of the path from item k on can reach.
    [[nodiscard]] std::int64_t floor_at(std::size_t k) const {
        const std::int64_t opening = groups_ == 0 ? source_.node_cost + source_.shipment_cost + prices_.shipment : 0;
        return reduced_ + opening + (regular_ ? regular_freight_ : rebate_) - memory_.suffix_gain[k];
    }

    void visit(std::size_t k) {
        if (++work_ > std::min(walk_work_max, limits_.work_max)) overflow_ = true;
        if (overflow_ || floor_at(k) > slack_) return;
        if (k == source_.to - source_.from) {
            if (groups_ > 0) emit();
            return;
        }
        const std::int64_t most = room_for(k);
        const Demand& line = model_.lines[item(k).line];
        if (most >= 1 && (is_alone(k) || !regular_) && groups_ >= groups_max_) {
            visit(k + 1);
            return;
        }
        if (line.single) {
            const bool partial = line.partial && limits_.shortage != Choice::closed;
            for (std::int64_t units = most; units >= 1; --units) {
                if (units == line.quantity || partial) extend(k, units);
                if (given_up(most)) break;
            }
        } else if (gain(k, 1) > 0) {
            for (std::int64_t units = most; units >= 1; --units) {
                if (!extend(k, units) || given_up(most)) break;
            }
        } else {
            for (std::int64_t units = 1; units <= most; ++units) {
                if (!extend(k, units) || given_up(most)) break;
            }
        }
        visit(k + 1);
    }

    // After an overflow nothing more is listed, but the amounts left are still counted as work, and recorded decisions
    // hold those counts. Only where going through them would take far longer than any budget are they left.
    [[nodiscard]] bool given_up(std::int64_t most) const {
        constexpr std::int64_t counted_max = 1'000'000;
        return overflow_ && most > counted_max;
    }

    // Walks on with `units` of item k. False when no amount beyond this one, in the order that visit() tries them, can
    // lead to a pattern: true of goods alone, so the freight of the weight added is left out of the test.
    bool extend(std::size_t k, std::int64_t units) {
        const std::int64_t before_reduced = reduced_;
        const std::int64_t before_cost = cost_;
        const std::int64_t before_freight = regular_freight_;
        const std::int64_t before_weight = weight_;
        const bool before_regular = regular_;
        const bool before_short = short_;
        const std::int64_t opening = groups_ == 0 ? source_.node_cost : 0;
        const bool new_group = is_alone(k) || !regular_;
        const std::int64_t shipment = new_group ? source_.shipment_cost : 0;
        const Demand& line = model_.lines[item(k).line];
        reduced_ += opening + shipment + (new_group ? prices_.shipment : 0) - gain(k, units);
        cost_ += opening + shipment + item_cost(model_, item(k), units);
        short_ = short_ || (line.single && units < line.quantity);
        groups_ += new_group ? 1 : 0;
        bool fits = true;
        const bool promising = floor_at(k + 1) + (is_alone(k) ? rebate_ : 0) <= slack_;
        if (promising) {
            if (is_alone(k)) {
                const std::int64_t price = freight(model_, source_, line.weight * units);
                fits = price != no_limit;
                if (fits) {
                    reduced_ += price;
                    cost_ += price;
                }
            } else {
                regular_ = true;
                weight_ += line.weight * units;
                regular_freight_ = freight(model_, source_, weight_);
                fits = regular_freight_ != no_limit;
            }
            if (fits) {
                take(k, units);
                visit(k + 1);
                take(k, -units);
            }
        }
        groups_ -= new_group ? 1 : 0;
        reduced_ = before_reduced;
        cost_ = before_cost;
        regular_freight_ = before_freight;
        weight_ = before_weight;
        regular_ = before_regular;
        short_ = before_short;
        return promising;
    }

    void emit() {
        const std::int64_t freight_price = regular_ ? regular_freight_ : 0;
        if (memory_.patterns.size() >= limits_.patterns_max) {
            overflow_ = true;
            return;
        }
        memory_.patterns.push_back({.reduced = reduced_ + freight_price,
                                    .cost = cost_ + freight_price,
                                    .source = index_,
                                    .amounts = static_cast<std::uint32_t>(memory_.pattern_amounts.size()),
                                    .shape = 0,
                                    .leaves_short = short_});
        work_ += memory_.amounts.size();
        memory_.pattern_amounts.insert(memory_.pattern_amounts.end(), memory_.amounts.begin(), memory_.amounts.end());
    }

    const Model& model_;
    const Source& source_;
    std::uint32_t index_;
    const Prices& prices_;
    std::int64_t slack_;
    const PatternLimits& limits_;
    PartitionMemory& memory_;
    std::int64_t room_;
    std::int64_t groups_max_;
    std::int64_t rebate_ = 0;  // the most that a carrier price below zero could give back, as a negative number
    std::int64_t reduced_ = 0;
    std::int64_t cost_ = 0;
    std::int64_t weight_ = 0;
    std::int64_t regular_freight_ = 0;
    std::int64_t groups_ = 0;
    std::uint64_t work_ = 0;
    bool regular_ = false;
    bool short_ = false;
    bool overflow_ = false;
};

}  // namespace

Enumerated enumerate_patterns(const Model& model, std::uint32_t source, const Prices& prices,
                              const PatternLimits& limits, PartitionMemory& memory, std::uint64_t& work) {
    Walk walk(model, source, prices, limits, memory);
    const bool complete = walk.run();
    work += walk.work();
    return complete ? Enumerated::complete : Enumerated::too_many;
}

}  // namespace waybill::sourcing
