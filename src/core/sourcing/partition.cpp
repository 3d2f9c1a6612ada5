// One class, because every step of the search works on the same packed states; the file is long for that reason only.

#include "core/sourcing/partition.hpp"

#include <algorithm>
#include <bit>

#include "core/sourcing/completion.hpp"
#include "core/sourcing/patterns.hpp"

namespace waybill::sourcing {
namespace {

constexpr std::uint8_t no_field = 255;
constexpr int slack_halvings_max = 12;
constexpr std::uint64_t offer_work = 8;  // a look-up in a table beyond the caches, against one step of arithmetic

template <class Key>
PartitionMemory::Labels<Key>& labels_of(PartitionMemory& memory) {
    if constexpr (sizeof(Key) == sizeof(std::uint64_t))
        return memory.narrow;
    else
        return memory.wide;
}

// Where each quantity sits in the packed state. A field holds the quantity and one guard bit above it.
struct Layout {
    unsigned bits = 0;
    unsigned ship_shift = no_field;
    unsigned flag_shift = no_field;  ///< "nothing is short for good so far"
    std::int64_t ships = 0;
};

class Search {
public:
    Search(const PartitionTask& task, const PartitionLimits& limits, PartitionMemory& memory, PartitionAnswer& answer)
        : model_(task.model),
          region_(task.region),
          active_(task.active),
          prices_(task.prices),
          relaxation_(task.relaxation),
          limits_(limits),
          memory_(memory),
          answer_(answer),
          best_(task.target) {}

    void run() {
        answer_.outcome = Outcome::too_big;
        answer_.improved = false;
        answer_.work = 0;
        if (!lay_out()) return;
        prepare_supply(model_, region_, active_, memory_);
        const std::int64_t slack = threshold() - relaxation_.bound;
        for (int halvings = 0; !list_patterns(slack >> halvings); ++halvings) {
            if (limits_.excess == Excess::give_back || halvings == slack_halvings_max ||
                answer_.work > limits_.work_max)
                return;
            truncated_ = true;
        }
        answer_.outcome = truncated_ ? Outcome::too_big : Outcome::complete;
        if (floor_ > threshold()) return;
        tighten();
        if (floor_ > threshold()) return;
        const bool done = layout_.bits <= 64 ? sweep<std::uint64_t>() : sweep<UInt128>();
        if (!done || truncated_) answer_.outcome = Outcome::too_big;
    }

private:
    // Plans cost whole units, so a better one is better by at least one.
    [[nodiscard]] std::int64_t threshold() const { return best_ - (std::int64_t{1} << model_.shift); }

    [[nodiscard]] bool is_stage(std::uint32_t s) const {
        return !(model_.sources[s].plain && region_.sources[s] == Choice::open);
    }

    std::uint8_t add_field(std::int64_t value) {
        const auto shift = layout_.bits;
        layout_.bits += static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(value))) + 1;
        return static_cast<std::uint8_t>(std::min(shift, 254U));
    }

    // Gives a field to everything that the stages can use up. False when that needs more than 128 bits.
    bool lay_out() {
        memory_.field_shift.assign(model_.lines.size(), no_field);
        memory_.field_bits.assign(model_.lines.size(), 0);
        memory_.pool_shift.assign(model_.pools.size(), no_field);
        layout_.ships = model_.shipments_max;
        bool partial = false;
        for (const std::uint32_t s : active_) {
            if (!is_stage(s)) {
                if (layout_.ships != no_limit) --layout_.ships;
                continue;
            }
            for (const Item& item : model_.items_of(model_.sources[s])) {
                const Demand& line = model_.lines[item.line];
                partial = partial || line.partial;
                if (memory_.field_shift[item.line] == no_field) memory_.field_shift[item.line] = add_field(line.demand);
                for (std::uint32_t d = item.pool_from; d < item.pool_to; ++d) {
                    const std::uint32_t pool = model_.draws[d].pool;
                    if (!model_.pools[pool].crosses_sources || memory_.pool_shift[pool] != no_field) continue;
                    memory_.pool_shift[pool] = add_field(model_.pools[pool].quantity);
                }
                if (layout_.bits > 128) return false;
            }
        }
        if (model_.shipments_max != no_limit) layout_.ship_shift = add_field(std::max<std::int64_t>(0, layout_.ships));
        if (partial && model_.backorder_cost != 0 && region_.shortage == Choice::free)
            layout_.flag_shift = add_field(1);
        return layout_.bits <= 128;
    }

    // The patterns that lose at most `slack`: with the distance between bound and threshold these are all that could be
    // part of a better plan. Their exact reduced costs also give a sharper floor.
    bool list_patterns(std::int64_t slack) {
        memory_.patterns.clear();
        memory_.pattern_amounts.clear();
        memory_.stages.clear();
        std::int64_t floor = relaxation_.bound;
        for (const std::uint32_t s : active_) {
            if (!is_stage(s)) continue;
            const bool open = region_.sources[s] == Choice::open;
            const std::int64_t reduced = relaxation_.reduced[s];
            const std::int64_t counted = open ? reduced : std::min<std::int64_t>(0, reduced);
            // Leaving out an open source is allowed here (another region owns those plans, none is worse off).
            if (open && reduced > 0) floor -= reduced;
            if (reduced > slack + counted) continue;
            const auto from = static_cast<std::uint32_t>(memory_.patterns.size());
            if (answer_.work >= limits_.work_max) return false;
            const PatternLimits allowed{.slack = slack + counted,
                                        .shipments_max = layout_.ships,
                                        .shortage = region_.shortage,
                                        .work_max = limits_.work_max - answer_.work,
                                        .patterns_max = limits_.patterns_max};
            if (enumerate_patterns(model_, s, prices_, allowed, memory_, answer_.work) == Enumerated::too_many)
                return false;
            const auto to = static_cast<std::uint32_t>(memory_.patterns.size());
            std::int64_t best = 0;
            for (std::uint32_t p = from; p < to; ++p) best = std::min(best, memory_.patterns[p].reduced);
            floor += best - std::min<std::int64_t>(0, reduced);
            if (from != to) memory_.stages.push_back({s, from, to, best});
        }
        floor_ = floor;
        return true;
    }

    // Drops the patterns that the sharper floor rules out and sorts what is left: cheapest first inside a source, the
    // sources that save most first, because leaving those out soon costs a label its life.
    void tighten() {
        const std::int64_t slack = threshold() - floor_;
        std::int64_t floor = floor_;
        std::size_t kept_stages = 0;
        std::uint32_t kept = 0;
        for (PartitionMemory::Stage stage : memory_.stages) {
            const std::uint32_t from = kept;
            for (std::uint32_t p = stage.from; p < stage.to; ++p) {
                if (memory_.patterns[p].reduced - stage.best > slack) continue;
                memory_.patterns[kept++] = memory_.patterns[p];
            }
            stage.from = from;
            stage.to = kept;
            if (stage.from == stage.to) continue;
            std::sort(memory_.patterns.begin() + from, memory_.patterns.begin() + kept,
                      [](const auto& a, const auto& b) {
                          return a.reduced != b.reduced ? a.reduced < b.reduced : a.amounts < b.amounts;
                      });
            memory_.stages[kept_stages++] = stage;
        }
        memory_.stages.resize(kept_stages);
        memory_.patterns.resize(kept);
        std::sort(memory_.stages.begin(), memory_.stages.end(), [&](const auto& a, const auto& b) {
            const std::int64_t left = memory_.patterns[a.from].reduced;
            const std::int64_t right = memory_.patterns[b.from].reduced;
            return left != right ? left < right : a.source < b.source;
        });
        memory_.suffix.assign(kept_stages + 1, 0);
        for (std::size_t k = kept_stages; k-- > 0;) memory_.suffix[k] = memory_.suffix[k + 1] + memory_.stages[k].best;
        // What of the bound no stage changes: line prices, supply, shortage, the shipment limit.
        base_ = floor - memory_.suffix[0];
    }

    template <class Key>
    [[nodiscard]] Key field(unsigned shift, std::int64_t value) const {
        return static_cast<Key>(static_cast<std::uint64_t>(value)) << shift;
    }

    template <class Key>
    void pack_patterns(std::vector<Key>& uses) {
        uses.clear();
        for (PartitionMemory::Pattern& pattern : memory_.patterns) {
            const Source& source = model_.sources[pattern.source];
            Key use = 0;
            std::int64_t ships = 0;
            bool regular = false;
            for (std::uint32_t i = source.from; i < source.to; ++i) {
                const std::int64_t units = memory_.pattern_amounts[pattern.amounts + (i - source.from)];
                if (units == 0) continue;
                const Item& item = model_.items[i];
                use += field<Key>(memory_.field_shift[item.line], model_.lines[item.line].single ? 1 : units);
                if (i >= source.alone)
                    ++ships;
                else
                    regular = true;
                for (std::uint32_t d = item.pool_from; d < item.pool_to; ++d) {
                    const Draw& draw = model_.draws[d];
                    if (memory_.pool_shift[draw.pool] == no_field) continue;
                    use += field<Key>(memory_.pool_shift[draw.pool], units * draw.units);
                }
            }
            if (layout_.ship_shift != no_field) use += field<Key>(layout_.ship_shift, ships + (regular ? 1 : 0));
            pattern.shape = static_cast<std::uint32_t>(uses.size());
            uses.push_back(use);
        }
    }

    template <class Key>
    [[nodiscard]] Key full_state() const {
        Key key = 0;
        for (std::size_t l = 0; l < model_.lines.size(); ++l) {
            if (memory_.field_shift[l] != no_field) key += field<Key>(memory_.field_shift[l], model_.lines[l].demand);
        }
        for (std::size_t p = 0; p < model_.pools.size(); ++p) {
            if (memory_.pool_shift[p] != no_field) key += field<Key>(memory_.pool_shift[p], model_.pools[p].quantity);
        }
        if (layout_.ship_shift != no_field) key += field<Key>(layout_.ship_shift, layout_.ships);
        if (layout_.flag_shift != no_field) key += field<Key>(layout_.flag_shift, 1);
        return key;
    }

    template <class Key>
    [[nodiscard]] Key guards() const {
        Key guard = 0;
        const auto above = [&](unsigned shift, std::int64_t value) {
            guard |= Key{1} << (shift + static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(value))));
        };
        for (std::size_t l = 0; l < model_.lines.size(); ++l) {
            if (memory_.field_shift[l] != no_field) above(memory_.field_shift[l], model_.lines[l].demand);
        }
        for (std::size_t p = 0; p < model_.pools.size(); ++p) {
            if (memory_.pool_shift[p] != no_field) above(memory_.pool_shift[p], model_.pools[p].quantity);
        }
        if (layout_.ship_shift != no_field) above(layout_.ship_shift, layout_.ships);
        if (layout_.flag_shift != no_field) above(layout_.flag_shift, 1);
        return guard;
    }

    // For each stage, the largest state that the stages from it on, supply and shortage together can still serve.
    template <class Key>
    void list_room(std::vector<Key>& room) {
        const std::size_t stages = memory_.stages.size();
        room.assign(stages + 1, 0);
        std::vector<std::int64_t>& reach = memory_.remaining;
        reach.assign(model_.lines.size(), 0);
        for (std::uint32_t l = 0; l < model_.lines.size(); ++l) {
            const Demand& line = model_.lines[l];
            if (line.can_short && region_.shortage != Choice::closed) reach[l] = line.demand;
            for (std::uint32_t k = memory_.supply_from[l]; k < memory_.supply_from[l + 1]; ++k) {
                reach[l] = std::min(line.demand, reach[l] + (line.single ? 1 : memory_.supply[k].most));
            }
        }
        const Key others = full_state<Key>();
        for (std::size_t k = stages + 1; k-- > 0;) {
            if (k < stages) {
                for (const Item& item : model_.items_of(model_.sources[memory_.stages[k].source])) {
                    const Demand& line = model_.lines[item.line];
                    reach[item.line] = std::min(line.demand, reach[item.line] + (line.single ? 1 : item.most));
                }
            }
            Key key = others;
            for (std::size_t l = 0; l < model_.lines.size(); ++l) {
                if (memory_.field_shift[l] == no_field) continue;
                key -= field<Key>(memory_.field_shift[l], model_.lines[l].demand - reach[l]);
            }
            room[k] = key;
        }
    }

    template <class Key>
    [[nodiscard]] static std::size_t slot_of(Key key, std::size_t mask) {
        auto low = static_cast<std::uint64_t>(key);
        if constexpr (sizeof(Key) > sizeof(std::uint64_t))
            low ^= static_cast<std::uint64_t>(key >> 64) * 0x9E3779B97F4A7C15ULL;
        low *= 0xD6E8FEB86659FD93ULL;
        return static_cast<std::size_t>(low ^ (low >> 32)) & mask;
    }

    template <class Key>
    void rebuild_table(const std::vector<Key>& keys, std::size_t size) {
        memory_.table.assign(size, 0);
        for (std::size_t i = 0; i < keys.size(); ++i) {
            std::size_t slot = slot_of(keys[i], size - 1);
            while (memory_.table[slot] != 0) slot = (slot + 1) & (size - 1);
            memory_.table[slot] = static_cast<std::uint32_t>(i) + 1;
        }
    }

    // Keeps the cheaper of two ways to the same state.
    template <class Key>
    void offer(std::vector<Key>& keys, Key key, std::int64_t value, std::uint32_t before, std::uint32_t pattern) {
        const std::size_t mask = memory_.table.size() - 1;
        std::size_t slot = slot_of(key, mask);
        while (memory_.table[slot] != 0) {
            const std::size_t label = memory_.table[slot] - 1;
            if (keys[label] == key) {
                if (value < memory_.values[label]) {
                    memory_.values[label] = value;
                    memory_.trails[label] = static_cast<std::uint32_t>(memory_.steps.size());
                    memory_.steps.push_back({before, pattern});
                }
                return;
            }
            slot = (slot + 1) & mask;
        }
        keys.push_back(key);
        memory_.values.push_back(value);
        memory_.trails.push_back(static_cast<std::uint32_t>(memory_.steps.size()));
        memory_.steps.push_back({before, pattern});
        memory_.table[slot] = static_cast<std::uint32_t>(keys.size());
        if (keys.size() * 2 > memory_.table.size()) rebuild_table(keys, memory_.table.size() * 2);
    }

    // The value up to which about labels_max labels are kept.
    [[nodiscard]] std::int64_t promising_value() {
        memory_.order = memory_.values;
        const auto middle = memory_.order.begin() + static_cast<std::ptrdiff_t>(limits_.labels_max / 2);
        std::nth_element(memory_.order.begin(), middle, memory_.order.end());
        return *middle;
    }

    // Labels dearer than `most` go, and those that the stages left can no longer complete.
    template <class Key>
    void weed(std::vector<Key>& keys, std::int64_t most, Key room, Key guard) {
        answer_.work += keys.size();
        std::size_t kept = 0;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            if (memory_.values[i] > most || (((room | guard) - keys[i]) & guard) != guard) continue;
            keys[kept] = keys[i];
            memory_.values[kept] = memory_.values[i];
            memory_.trails[kept] = memory_.trails[i];
            ++kept;
        }
        if (kept == keys.size()) return;
        keys.resize(kept);
        memory_.values.resize(kept);
        memory_.trails.resize(kept);
        std::size_t size = 64;
        while (size < kept * 3) size *= 2;
        rebuild_table(keys, size);
    }

    template <class Key>
    bool pass_stage(std::vector<Key>& keys, const std::vector<Key>& uses, std::size_t k, Key room, Key guard) {
        const PartitionMemory::Stage stage = memory_.stages[k];
        const std::size_t labels = keys.size();
        memory_.values_before.assign(memory_.values.begin(), memory_.values.end());
        memory_.trails_before.assign(memory_.trails.begin(), memory_.trails.end());
        const std::int64_t most = threshold() - base_ - memory_.suffix[k + 1];
        const Key flag = layout_.flag_shift == no_field ? Key{0} : field<Key>(layout_.flag_shift, 1);
        for (std::size_t i = 0; i < labels; ++i) {
            if (answer_.work > limits_.work_max) return false;
            if (keys.size() > limits_.labels_max && limits_.excess == Excess::give_back) return false;
            const Key key = keys[i];
            const std::int64_t value = memory_.values_before[i];
            for (std::uint32_t p = stage.from; p < stage.to; ++p) {
                const PartitionMemory::Pattern& pattern = memory_.patterns[p];
                ++answer_.work;
                if (value + pattern.reduced > most) break;
                const Key rest = (key | guard) - uses[p];
                if ((rest & guard) != guard) continue;
                Key next = rest & ~guard;
                if (pattern.leaves_short) next &= ~flag;
                if ((((room | guard) - next) & guard) != guard) continue;
                answer_.work += offer_work;
                offer(keys, next, value + pattern.reduced, memory_.trails_before[i], p);
            }
        }
        return memory_.steps.size() < UINT32_MAX / 2;
    }

    template <class Key>
    bool sweep() {
        PartitionMemory::Labels<Key>& labels = labels_of<Key>(memory_);
        if (layout_.ships < 0) return true;  // more open sources than shipments: no plan here
        pack_patterns(labels.uses);
        list_room(labels.room);
        const Key guard = guards<Key>();
        memory_.steps.clear();
        memory_.steps.push_back({no_index, no_index});
        labels.keys.assign(1, full_state<Key>());
        memory_.values.assign(1, 0);
        memory_.trails.assign(1, 0);
        rebuild_table(labels.keys, 64);
        for (std::size_t k = 0; k <= memory_.stages.size(); ++k) {
            std::int64_t most = threshold() - base_ - memory_.suffix[k];
            if (labels.keys.size() > limits_.labels_max) {
                most = std::min(most, promising_value());
                truncated_ = true;
            }
            weed(labels.keys, most, labels.room[k], guard);
            if (labels.keys.empty()) return true;
            if (k < memory_.stages.size() && !pass_stage(labels.keys, labels.uses, k, labels.room[k + 1], guard))
                return false;
        }
        finish(labels.keys);
        return true;
    }

    template <class Key>
    [[nodiscard]] std::int64_t read(Key key, unsigned shift, std::int64_t most) const {
        const auto bits = static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(most)));
        return static_cast<std::int64_t>(static_cast<std::uint64_t>(key >> shift) & ((std::uint64_t{1} << bits) - 1));
    }

    // Completes every label that is left and keeps the best plan.
    template <class Key>
    void finish(const std::vector<Key>& keys) {
        std::int64_t worth = model_.short_for_sure;
        for (std::size_t l = 0; l < model_.lines.size(); ++l) worth += prices_.line[l] * model_.lines[l].demand;
        // The fixed costs of open plain sources are paid whatever they send.
        std::int64_t fixed = 0;
        for (const std::uint32_t s : active_) {
            if (!is_stage(s)) fixed += model_.sources[s].node_cost + model_.sources[s].shipment_cost;
        }
        for (std::size_t i = 0; i < keys.size(); ++i) {
            answer_.work += model_.lines.size();
            if (memory_.values[i] + base_ > threshold()) continue;
            const bool short_before = decode(keys[i]);
            std::int64_t cost = memory_.values[i] + worth + fixed;
            for (std::size_t l = 0; l < model_.lines.size(); ++l) cost -= prices_.line[l] * memory_.remaining[l];
            // values hold line prices as income and shipment prices as cost; take both back out.
            cost -= worth_served(keys[i]);
            const std::int64_t rest = complete(model_, region_.shortage, short_before, memory_, memory_.remaining);
            if (rest == unreachable || cost + rest > threshold()) continue;
            best_ = cost + rest;
            answer_.improved = true;
            answer_.cost = best_;
            write_plan(memory_.trails[i], short_before);
        }
    }

    template <class Key>
    [[nodiscard]] std::int64_t worth_served(Key key) const {
        if (layout_.ship_shift == no_field) return 0;
        return prices_.shipment * (layout_.ships - read(key, layout_.ship_shift, layout_.ships));
    }

    // Unpacks a state into memory_.remaining; says whether something is short for good.
    template <class Key>
    bool decode(Key key) {
        for (std::size_t l = 0; l < model_.lines.size(); ++l) {
            const std::int64_t demand = model_.lines[l].demand;
            memory_.remaining[l] =
                memory_.field_shift[l] == no_field ? demand : read(key, memory_.field_shift[l], demand);
        }
        return layout_.flag_shift != no_field && read(key, layout_.flag_shift, 1) == 0;
    }

    void write_plan(std::uint32_t trail, bool short_before) {
        answer_.amounts.assign(model_.items.size(), 0);
        for (; memory_.steps[trail].pattern != no_index; trail = memory_.steps[trail].before) {
            const PartitionMemory::Pattern& pattern = memory_.patterns[memory_.steps[trail].pattern];
            const Source& source = model_.sources[pattern.source];
            for (std::uint32_t i = source.from; i < source.to; ++i) {
                answer_.amounts[i] = memory_.pattern_amounts[pattern.amounts + (i - source.from)];
            }
        }
        fill(model_, region_.shortage, short_before, memory_, memory_.remaining, answer_.amounts);
    }

    const Model& model_;
    const Region& region_;
    const std::vector<std::uint32_t>& active_;
    const Prices& prices_;
    const Relaxation& relaxation_;
    const PartitionLimits& limits_;
    PartitionMemory& memory_;
    PartitionAnswer& answer_;
    std::int64_t best_;
    std::int64_t floor_ = 0;
    std::int64_t base_ = 0;
    bool truncated_ = false;
    Layout layout_;
};

}  // namespace

void search_partition(const PartitionTask& task, const PartitionLimits& limits, PartitionMemory& memory,
                      PartitionAnswer& answer) {
    Search(task, limits, memory, answer).run();
}

}  // namespace waybill::sourcing
