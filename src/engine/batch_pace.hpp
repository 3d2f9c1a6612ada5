#pragma once
// BatchPace: when the next batch is taken while one is made durable. As late as it can still be decided before that
// ends: the longer it gathers the more commands share its commit. Learned from the batches before.

#include <algorithm>
#include <chrono>

namespace waybill::engine {

class BatchPace {
public:
    using Micros = std::chrono::microseconds;

    /// A batch was made durable in this time.
    void committed(Micros spent) { learn(commit_, spent, rarely, soon); }
    /// A batch was loaded and decided in this time.
    void decided(Micros spent) { learn(decide_, spent, soon, rarely); }

    /// How long after the beginning of a commit the next batch is taken. Zero as long as nothing is known.
    [[nodiscard]] Micros head_start() const { return std::max(Micros(0), commit_ - decide_); }

private:
    static constexpr int soon = 5;
    static constexpr int rarely = 20;

    /// To be late costs more than to be early: the store waits. So a short commit and a long decision are believed at
    /// once, and the opposite only when it repeats; a commit that the disk held up says nothing about the next.
    static void learn(Micros& usual, Micros spent, int up, int down) {
        const Micros change = std::min(spent, usual == Micros(0) ? spent : 2 * usual) - usual;
        usual += change / (change > Micros(0) ? up : down);
    }

    Micros commit_{0};
    Micros decide_{0};
};

}  // namespace waybill::engine
