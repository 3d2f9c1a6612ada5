#include "api/metrics.hpp"

#include <algorithm>

#include "base/decimal.hpp"

namespace waybill::api {
namespace {

constexpr int micros_decimals = 6;

void append_head(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
    out += "# HELP ";
    out += name;
    out += ' ';
    out += help;
    out += "\n# TYPE ";
    out += name;
    out += ' ';
    out += type;
    out += '\n';
}

void append_route_label(std::string& out, std::string_view key) {
    const std::size_t blank = key.find(' ');
    out += "{method=\"";
    out += key.substr(0, blank);
    out += "\",route=\"";
    out += key.substr(blank + 1);
    out += '"';
}

}  // namespace

void append_metric(std::string& out, std::string_view name, std::string_view type, std::string_view help,
                   std::uint64_t value) {
    append_head(out, name, type, help);
    out += name;
    out += ' ';
    out += std::to_string(value);
    out += '\n';
}

void Metrics::record(std::string_view method, std::string_view pattern, int status,
                     std::chrono::steady_clock::duration took) {
    const auto elapsed = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
    const auto micros = static_cast<std::uint64_t>(std::max<std::int64_t>(0, elapsed));
    const auto bucket =
        static_cast<std::size_t>(std::lower_bound(latency_bounds_micros.begin(), latency_bounds_micros.end(), micros) -
                                 latency_bounds_micros.begin());
    std::string key(method);
    key += ' ';
    key += pattern;
    const std::lock_guard lock(mutex_);
    Route& route = routes_[std::move(key)];
    ++route.by_status[status];
    ++route.buckets[bucket];
    ++route.count;
    route.sum_micros += micros;
}

void Metrics::append_to(std::string& out) const {
    const std::lock_guard lock(mutex_);
    append_head(out, "waybill_http_requests_total", "counter", "Requests answered, by route and status.");
    for (const auto& [key, route] : routes_) {
        for (const auto& [status, count] : route.by_status) {
            out += "waybill_http_requests_total";
            append_route_label(out, key);
            out += ",status=\"" + std::to_string(status) + "\"} " + std::to_string(count) + '\n';
        }
    }
    append_head(out, "waybill_http_request_seconds", "histogram", "Time from a request to its answer, by route.");
    for (const auto& [key, route] : routes_) {
        std::uint64_t running = 0;
        for (std::size_t i = 0; i <= latency_bounds_micros.size(); ++i) {
            running += route.buckets[i];
            out += "waybill_http_request_seconds_bucket";
            append_route_label(out, key);
            out += ",le=\"";
            if (i < latency_bounds_micros.size()) {
                append_decimal(out, static_cast<std::int64_t>(latency_bounds_micros[i]), micros_decimals, 1);
            } else {
                out += "+Inf";
            }
            out += "\"} " + std::to_string(running) + '\n';
        }
        out += "waybill_http_request_seconds_sum";
        append_route_label(out, key);
        out += "} ";
        append_decimal(out, static_cast<std::int64_t>(route.sum_micros), micros_decimals, 1);
        out += "\nwaybill_http_request_seconds_count";
        append_route_label(out, key);
        out += "} " + std::to_string(route.count) + '\n';
    }
    append_metric(out, "waybill_bulk_lines_total", "counter", "Lines of bulk requests taken in.", bulk_lines_.load());
}

}  // namespace waybill::api
