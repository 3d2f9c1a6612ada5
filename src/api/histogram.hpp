#pragma once
// A histogram of durations, as Prometheus reads it. No lock of its own.

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace waybill::api {

/// Upper bounds of the latency histogram, microseconds.
inline constexpr std::array<std::uint64_t, 12> latency_bounds_micros = {
    250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000, 1'000'000, 5'000'000};

class Histogram {
public:
    void record(std::chrono::steady_clock::duration took);
    /// `labels` is empty or `{method="GET",route="/livez"` without its end.
    void append_to(std::string& out, std::string_view name, std::string_view labels) const;

private:
    std::array<std::uint64_t, latency_bounds_micros.size() + 1> buckets_{};
    std::uint64_t sum_micros_ = 0;
    std::uint64_t count_ = 0;
};

}  // namespace waybill::api
