#include "api/forward_metrics.hpp"

#include <string_view>

#include "api/metrics.hpp"

namespace waybill::api {
namespace {

constexpr std::array<std::string_view, forward_results> result_names{
    "answered", "served_here", "no_owner", "outcome_unknown", "overloaded", "cut", "left"};

}  // namespace

void ForwardMetrics::end(What what, ForwardResult result, std::chrono::steady_clock::duration took) {
    --(what == What::request ? requests_ : streams_);
    count(result);
    if (what == What::request) seconds_.record(took);
}

void ForwardMetrics::append_to(std::string& out) const {
    constexpr std::string_view total = "waybill_forwarded_requests_total";
    append_head(out, total, "counter", "Requests and streams handed to other processes, by what became of them.");
    for (std::size_t i = 0; i < forward_results; ++i) {
        out += total;
        out += "{result=\"";
        out += result_names[i];
        out += "\"} " + std::to_string(results_[i]) + '\n';
    }
    append_metric(out, "waybill_forwards_under_way", "gauge", "Requests being forwarded.", requests_);
    append_metric(out, "waybill_forwarded_streams_open", "gauge", "Bulks and event streams being forwarded.", streams_);
    append_metric(out, "waybill_forwards_repeated_total", "counter",
                  "Further attempts, when a tenant was not or no longer served where it was asked for.", repeated_);
    append_head(out, "waybill_forward_seconds", "histogram", "Time that a forwarded request took, waiting included.");
    seconds_.append_to(out, "waybill_forward_seconds", {});
}

}  // namespace waybill::api
