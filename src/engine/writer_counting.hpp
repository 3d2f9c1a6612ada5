#pragma once
// How the writer's counters are counted, whichever of its files counts.

#include <atomic>
#include <chrono>
#include <cstdint>

namespace waybill::engine {

/// Adds the time of a scope to a counter.
class Stopwatch {
public:
    explicit Stopwatch(std::atomic<std::uint64_t>& total) : total_(total), begin_(std::chrono::steady_clock::now()) {}
    ~Stopwatch() { total_.fetch_add(static_cast<std::uint64_t>(spent().count()), std::memory_order_relaxed); }
    Stopwatch(const Stopwatch&) = delete;
    Stopwatch& operator=(const Stopwatch&) = delete;

    [[nodiscard]] std::chrono::microseconds spent() const {
        return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin_);
    }

private:
    std::atomic<std::uint64_t>& total_;
    std::chrono::steady_clock::time_point begin_;
};

inline void count(std::atomic<std::uint64_t>& counter, std::uint64_t by = 1) {
    counter.fetch_add(by, std::memory_order_relaxed);
}

}  // namespace waybill::engine
