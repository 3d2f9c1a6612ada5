#include "api/router.hpp"

#include "api/resources.hpp"

namespace waybill::api {
namespace {

std::string_view take_segment(std::string_view& path) {
    const std::size_t slash = path.find('/');
    const std::string_view segment = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    return segment;
}

std::vector<Route> collect() {
    std::vector<Route> out;
    for (const auto part : {order_routes(),        order_action_routes(), order_search_routes(),  exception_routes(),
                            fulfillment_routes(),  preview_routes(),      order_rules_routes(),   item_routes(),
                            location_routes(),     channel_routes(),      postcode_area_routes(), rate_table_routes(),
                            rule_set_routes(),     inventory_routes(),    movement_routes(),      feed_routes(),
                            availability_routes(), customer_routes(),     event_routes(),         tenant_routes(),
                            key_routes(),          webhook_routes(),      message_routes(),       settings_routes(),
                            ops_routes(),          reference_routes(),    return_routes(),        demand_routes()}) {
        out.insert(out.end(), part.begin(), part.end());
    }
    return out;
}

}  // namespace

std::span<const Route> routes() {
    static const std::vector<Route> all = collect();
    return all;
}

std::optional<std::vector<std::string>> match_path(std::string_view pattern, std::string_view path) {
    std::vector<std::string> parameters;
    if (!path.starts_with('/')) return std::nullopt;
    pattern.remove_prefix(1);
    path.remove_prefix(1);
    while (!pattern.empty()) {
        if (path.empty()) return std::nullopt;
        const std::string_view want = take_segment(pattern);
        if (want.ends_with("+}")) {
            parameters.emplace_back(path);
            return parameters;
        }
        const std::string_view have = take_segment(path);
        if (want.starts_with('{')) {
            if (have.empty()) return std::nullopt;
            parameters.emplace_back(have);
        } else if (want != have) {
            return std::nullopt;
        }
    }
    if (!path.empty()) return std::nullopt;
    return parameters;
}

Match match_route(std::string_view method, std::string_view path) {
    const std::string_view asked = method == "HEAD" ? "GET" : method;
    Match out;
    for (const Route& route : routes()) {
        auto parameters = match_path(route.pattern, path);
        if (!parameters) continue;
        if (route.method == asked) {
            out.route = &route;
            out.parameters = std::move(*parameters);
            return out;
        }
        if (out.allow.find(route.method) != std::string::npos) continue;
        if (!out.allow.empty()) out.allow += ", ";
        out.allow += route.method;
    }
    return out;
}

}  // namespace waybill::api
