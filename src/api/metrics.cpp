#include "api/metrics.hpp"

namespace waybill::api {
namespace {

std::string route_label(std::string_view key) {
    const std::size_t blank = key.find(' ');
    std::string out = "{method=\"";
    out += key.substr(0, blank);
    out += "\",route=\"";
    out += key.substr(blank + 1);
    out += '"';
    return out;
}

}  // namespace

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
    std::string key(method);
    key += ' ';
    key += pattern;
    const std::lock_guard lock(mutex_);
    Route& route = routes_[std::move(key)];
    ++route.by_status[status];
    route.seconds.record(took);
}

void Metrics::append_to(std::string& out) const {
    const std::lock_guard lock(mutex_);
    append_head(out, "waybill_http_requests_total", "counter", "Requests answered, by route and status.");
    for (const auto& [key, route] : routes_) {
        for (const auto& [status, count] : route.by_status) {
            out += "waybill_http_requests_total";
            out += route_label(key);
            out += ",status=\"" + std::to_string(status) + "\"} " + std::to_string(count) + '\n';
        }
    }
    append_head(out, "waybill_http_request_seconds", "histogram", "Time from a request to its answer, by route.");
    for (const auto& [key, route] : routes_) {
        route.seconds.append_to(out, "waybill_http_request_seconds", route_label(key));
    }
    append_metric(out, "waybill_bulk_lines_total", "counter", "Lines of bulk requests taken in.", bulk_lines_.load());
}

}  // namespace waybill::api
