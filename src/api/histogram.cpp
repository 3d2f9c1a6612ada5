#include "api/histogram.hpp"

#include <algorithm>

#include "base/decimal.hpp"

namespace waybill::api {
namespace {

constexpr int micros_decimals = 6;

}  // namespace

void Histogram::record(std::chrono::steady_clock::duration took) {
    const auto elapsed = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
    const auto micros = static_cast<std::uint64_t>(std::max<std::int64_t>(0, elapsed));
    const auto bound = std::lower_bound(latency_bounds_micros.begin(), latency_bounds_micros.end(), micros);
    ++buckets_[static_cast<std::size_t>(bound - latency_bounds_micros.begin())];
    ++count_;
    sum_micros_ += micros;
}

void Histogram::append_to(std::string& out, std::string_view name, std::string_view labels) const {
    const auto append_name = [&](std::string_view suffix) {
        out += name;
        out += suffix;
        out += labels;
    };
    std::uint64_t running = 0;
    for (std::size_t i = 0; i <= latency_bounds_micros.size(); ++i) {
        running += buckets_[i];
        append_name("_bucket");
        out += labels.empty() ? "{le=\"" : ",le=\"";
        if (i < latency_bounds_micros.size()) {
            append_decimal(out, static_cast<std::int64_t>(latency_bounds_micros[i]), micros_decimals, 1);
        } else {
            out += "+Inf";
        }
        out += "\"} " + std::to_string(running) + '\n';
    }
    const std::string_view end = labels.empty() ? " " : "} ";
    append_name("_sum");
    out += end;
    append_decimal(out, static_cast<std::int64_t>(sum_micros_), micros_decimals, 1);
    out += '\n';
    append_name("_count");
    out += end;
    out += std::to_string(count_) + '\n';
}

}  // namespace waybill::api
