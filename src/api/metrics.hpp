#pragma once
// Metrics of the HTTP interface: requests by route and status, and how long they took. Any thread; the lock is held for
// a few additions.

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace waybill::api {

/// Upper bounds of the latency histogram, microseconds.
inline constexpr std::array<std::uint64_t, 12> latency_bounds_micros = {
    250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000, 1'000'000, 5'000'000};

class Metrics {
public:
    void record(std::string_view method, std::string_view pattern, int status,
                std::chrono::steady_clock::duration took);
    void count_bulk_line() { bulk_lines_.fetch_add(1, std::memory_order_relaxed); }
    /// Appends the Prometheus text of these metrics.
    void append_to(std::string& out) const;

private:
    struct Route {
        std::map<int, std::uint64_t> by_status;
        std::array<std::uint64_t, latency_bounds_micros.size() + 1> buckets{};
        std::uint64_t sum_micros = 0;
        std::uint64_t count = 0;
    };
    mutable std::mutex mutex_;
    std::map<std::string, Route, std::less<>> routes_;  ///< by "GET /v1/orders/{id}"
    std::atomic<std::uint64_t> bulk_lines_{0};
};

/// One metric with HELP and TYPE lines.
void append_metric(std::string& out, std::string_view name, std::string_view type, std::string_view help,
                   std::uint64_t value);

}  // namespace waybill::api
