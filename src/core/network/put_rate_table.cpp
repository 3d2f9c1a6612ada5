#include "core/network/put_rate_table.hpp"

#include <algorithm>
#include <set>

#include "core/field_checks.hpp"
#include "core/rules/postcodes.hpp"

namespace waybill::core {
namespace {

bool is_range(const std::string& entry) { return entry.find('-') != std::string::npos; }

/// Makes entries plain and sorts them as lookups want them (core/network/rates.cpp).
void check_postcodes(RateZone& zone, const std::string& pointer, Faults& faults) {
    if (zone.postcodes.empty()) return;
    if (zone.country.empty()) {
        faults.add(pointer + "/country", Reject::invalid_request, "is needed where postcodes are named");
    }
    for (std::size_t p = 0; p < zone.postcodes.size(); ++p) {
        std::string& entry = zone.postcodes[p];
        const std::string here = at(pointer + "/postcodes", p);
        check_text(faults, here, entry, 1, limits::postcode_bytes_max);
        if (auto read = rules::read_postcode_entry(entry)) {
            entry = rules::text_of(*read);
        } else {
            faults.add(here, Reject::invalid_request, read.error());
        }
    }
    auto& list = zone.postcodes;
    std::sort(list.begin(), list.end(), [](const std::string& a, const std::string& b) {
        return is_range(a) != is_range(b) ? is_range(a) : a < b;
    });
    list.erase(std::unique(list.begin(), list.end()), list.end());
}

void check_breaks(const std::vector<RateBreak>& breaks, const std::string& pointer, Faults& faults) {
    if (breaks.empty() || breaks.size() > limits::rate_breaks_max) {
        faults.add(pointer, Reject::invalid_request, "from 1 to " + std::to_string(limits::rate_breaks_max) + " steps");
        return;
    }
    for (std::size_t b = 0; b < breaks.size(); ++b) {
        check_range(faults, at(pointer, b, "max_g"), breaks[b].max_g, 1, limits::rate_weight_g_max);
        check_range(faults, at(pointer, b, "price"), breaks[b].price_micros, 0, limits::cost_micros_max);
        if (b == 0) continue;
        if (breaks[b].max_g <= breaks[b - 1].max_g) {
            faults.add(at(pointer, b, "max_g"), Reject::invalid_request, "steps must ascend by max_g");
        }
        if (breaks[b].price_micros < breaks[b - 1].price_micros) {
            faults.add(at(pointer, b, "price"), Reject::invalid_request, "must not be cheaper than a lighter shipment");
        }
    }
}

void check_zones(std::vector<RateZone>& zones, Faults& faults) {
    if (zones.size() > limits::rate_zones_max) {
        faults.add("/zones", Reject::invalid_request, "at most " + std::to_string(limits::rate_zones_max) + " zones");
        return;
    }
    std::size_t postcodes = 0;
    std::set<std::string_view> codes;
    for (std::size_t z = 0; z < zones.size(); ++z) {
        RateZone& zone = zones[z];
        const std::string pointer = at("/zones", z);
        check_code(faults, pointer + "/code", zone.code, limits::code_bytes_max);
        if (!codes.insert(zone.code).second) {
            faults.add(pointer + "/code", Reject::invalid_request, "is the code of an earlier zone");
        }
        if (!zone.country.empty()) check_country(faults, pointer + "/country", zone.country);
        check_range(faults, pointer + "/max_km", zone.max_km.value_or(1), 1, limits::distance_km_max);
        check_range(faults, pointer + "/transit_days", zone.transit_days.value_or(0), 0, limits::transit_days_max);
        check_breaks(zone.weight_breaks, pointer + "/weight_breaks", faults);
        postcodes += zone.postcodes.size();
        if (postcodes > limits::rate_postcodes_max) {
            faults.add("/zones", Reject::invalid_request,
                       "at most " + std::to_string(limits::rate_postcodes_max) + " entries of postcodes");
            return;
        }
        check_postcodes(zone, pointer, faults);
    }
}

}  // namespace

Result<Decision, Rejection> decide(const PutRateTable& command, const TenantState& state, const Context& context) {
    Faults faults;
    RateTable table = command.table;
    const auto known = state.rate_tables.find(table.code);
    const RateTableIx ix = known.value_or(state.rate_tables.size());
    auto room = check_room(ix, limits::rate_tables_max, "rate tables");
    if (!known && !room) return fail(std::move(room).error());
    check_code(faults, "/code", table.code, limits::code_bytes_max);
    check_text(faults, "/name", table.name, 0, limits::name_bytes_max);
    check_text(faults, "/carrier", table.carrier, 0, limits::name_bytes_max);
    check_text(faults, "/service", table.service, 0, limits::name_bytes_max);
    check_zones(table.zones, faults);
    if (faults.any()) return faults.take();
    Decision decision;
    decision.outcome.object = {AggregateKind::rate_table, ix};
    if (known) {
        table.version = state.rate_tables[ix].version;
        if (table == state.rate_tables[ix]) return decision;
    }
    table.version = context.next.raw();
    decision.events.emplace_back(RateTablePut{ix, std::move(table)});
    return decision;
}

}  // namespace waybill::core
