#include "core/network/rates.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "core/rules/digits.hpp"
#include "core/rules/postcodes.hpp"

namespace waybill::core {
namespace {

bool in_range(std::string_view entry, std::string_view postcode) {
    const std::size_t digits = entry.find('-');
    return postcode.size() == digits && entry.substr(0, digits) <= postcode && postcode <= entry.substr(digits + 1) &&
           rules::is_number(postcode);
}

/// Ranges come first, the others are ascending.
bool names_postcode(const std::vector<std::string>& entries, const std::string& postcode) {
    const auto others = std::partition_point(
        entries.begin(), entries.end(), [](const std::string& entry) { return entry.find('-') != std::string::npos; });
    for (auto range = entries.begin(); range != others; ++range) {
        if (in_range(*range, postcode)) return true;
    }
    if (std::binary_search(others, entries.end(), postcode)) return true;
    for (std::size_t length = 1; length <= postcode.size(); ++length) {
        if (std::binary_search(others, entries.end(), postcode.substr(0, length) + '*')) return true;
    }
    return false;
}

bool may_serve(const RateZone& zone, std::string_view country, const std::string& postcode) {
    if (!zone.country.empty() && zone.country != country) return false;
    return zone.postcodes.empty() || names_postcode(zone.postcodes, postcode);
}

}  // namespace

std::vector<std::uint32_t> zones_to(const RateTable& table, std::string_view country, const std::string& postcode) {
    std::vector<std::uint32_t> out;
    for (std::uint32_t z = 0; z < table.zones.size(); ++z) {
        if (may_serve(table.zones[z], country, postcode)) out.push_back(z);
    }
    return out;
}

std::vector<RateStep> cheapest_steps(std::span<const TableZone> services) {
    // Between two neighbouring ends of steps no service changes its price.
    std::vector<std::int64_t> ends;
    for (const TableZone& service : services) {
        for (const RateBreak& step : service.prices->weight_breaks) ends.push_back(step.max_g);
    }
    std::sort(ends.begin(), ends.end());
    ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
    std::vector<RateStep> out;
    std::vector<std::size_t> next(services.size(), 0);  // the step of each service that holds this weight
    for (const std::int64_t end : ends) {
        RateStep best{end, INT64_MAX, 0, 0};
        for (std::size_t s = 0; s < services.size(); ++s) {
            const std::vector<RateBreak>& breaks = services[s].prices->weight_breaks;
            while (next[s] < breaks.size() && breaks[next[s]].max_g < end) ++next[s];
            if (next[s] == breaks.size() || breaks[next[s]].price_micros >= best.price_micros) continue;
            best.price_micros = breaks[next[s]].price_micros;
            best.table = services[s].table;
            best.zone = services[s].zone;
        }
        const bool goes_on = !out.empty() && out.back().price_micros == best.price_micros &&
                             out.back().table == best.table && out.back().zone == best.zone;
        if (goes_on) out.pop_back();
        out.push_back(best);
    }
    return out;
}

const RateStep& step_at(std::span<const RateStep> steps, std::int64_t weight_g) {
    const auto at = std::lower_bound(steps.begin(), steps.end(), weight_g,
                                     [](const RateStep& step, std::int64_t weight) { return step.max_g < weight; });
    WAYBILL_ASSERT(at != steps.end());
    return *at;
}

}  // namespace waybill::core
