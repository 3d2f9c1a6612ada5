// What places sell, and for how much less: whether a strategy that looks at that first took units where it should.

#include <fmt/format.h>
#include <algorithm>

#include "sim/routing_check.hpp"

namespace waybill::sim {
namespace {

/// Units of each item that the order wants.
std::map<std::uint32_t, std::int64_t> wanted_of(const std::vector<RoutedLine>& lines) {
    std::map<std::uint32_t, std::int64_t> out;
    for (const RoutedLine& line : lines) {
        for (const auto& [item, each] : line.takes) out[item] += line.wanted * each;
    }
    return out;
}

}  // namespace

/// Thousandths of weeks; for ever where nothing is sold.
std::int64_t RoutingCheck::weeks_of_supply(std::uint32_t location) const {
    std::int64_t milliunits_there = 0;
    std::int64_t milliunits_a_week = 0;
    for (const auto& [item, wanted] : wanted_of(lines)) {
        milliunits_there += std::max<std::int64_t>(0, available(item, location)) * 1'000;
        const auto sale = model_.demand.find({item, location});
        if (sale != model_.demand.end()) milliunits_a_week += sale->second.weekly_milliunits;
    }
    return milliunits_a_week == 0 ? INT64_MAX : milliunits_there * 1'000 / milliunits_a_week;
}

/// Mean of what the place could send, unit by unit.
std::int64_t RoutingCheck::markdown(std::uint32_t location) const {
    std::int64_t units = 0;
    std::int64_t sum = 0;
    for (const auto& [item, wanted] : wanted_of(lines)) {
        const std::int64_t could = std::min(wanted, std::max<std::int64_t>(0, available(item, location)));
        units += could;
        const auto sale = model_.demand.find({item, location});
        if (sale != model_.demand.end()) sum += could * sale->second.markdown_bp;
    }
    return units == 0 ? 0 : sum / units;
}

/// Where one place could send everything, no unit may come from a place that stands behind it: each such unit could
/// come from that place as well, and the plan would be better by the first criterion.
void RoutingCheck::check_first_criterion(const core::RoutingTrace& trace, std::vector<std::string>& out) const {
    const core::RoutingStrategy& strategy = strategy_->strategy;
    const core::Criterion first = strategy.criteria.front();
    const bool by_weeks = first == core::Criterion::weeks_of_supply;
    if (!by_weeks && first != core::Criterion::markdown) return;
    if (trace.coarse || strategy.min_part_value_micros) return;
    const auto value = [&](std::uint32_t location) {
        return by_weeks ? weeks_of_supply(location) : markdown(location);
    };
    std::vector<RoutedLine> plan;
    for (std::uint32_t better = 0; better < model_.locations.size(); ++better) {
        if (!covers_alone(better, plan)) continue;
        for (const RoutedLine& line : lines) {
            for (const auto& [location, units] : line.from) {
                if (units == 0 || value(location) >= value(better)) continue;
                out.push_back(fmt::format("{} sends units though {} has more {}: {}, not {}",
                                          model_.locations[location].code, model_.locations[better].code,
                                          by_weeks ? "weeks of supply" : "markdown", value(better), value(location)));
            }
        }
    }
}

}  // namespace waybill::sim
