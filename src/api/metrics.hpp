#pragma once
// Metrics of the HTTP interface: requests by route and status, and how long they took. Any thread; the lock is held for
// a few additions.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "api/histogram.hpp"

namespace waybill::api {

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
        Histogram seconds;
    };
    mutable std::mutex mutex_;
    std::map<std::string, Route, std::less<>> routes_;  ///< by "GET /v1/orders/{id}"
    std::atomic<std::uint64_t> bulk_lines_{0};
};

/// The HELP and TYPE lines of a metric.
void append_head(std::string& out, std::string_view name, std::string_view type, std::string_view help);
/// One metric with HELP and TYPE lines.
void append_metric(std::string& out, std::string_view name, std::string_view type, std::string_view help,
                   std::uint64_t value);

}  // namespace waybill::api
