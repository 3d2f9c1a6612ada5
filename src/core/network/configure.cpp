#include "core/network/configure.hpp"

#include <algorithm>

#include "core/field_checks.hpp"
#include "core/messages/check_template.hpp"
#include "core/network/working_day.hpp"

namespace waybill::core {
namespace {

void check_rate_tables(const std::vector<std::string>& codes, const TenantState& state, Faults& faults) {
    const std::string pointer = "/costs/rate_tables";
    if (codes.size() > limits::named_rate_tables_max) {
        faults.add(pointer, Reject::invalid_request,
                   "at most " + std::to_string(limits::named_rate_tables_max) + " rate tables");
        return;
    }
    for (std::size_t i = 0; i < codes.size(); ++i) {
        if (!state.rate_tables.find(codes[i])) {
            faults.add(at(pointer, i), Reject::unknown_rate_table, "no rate table has the code " + codes[i]);
        } else if (std::find(codes.begin(), codes.begin() + static_cast<std::ptrdiff_t>(i), codes[i]) !=
                   codes.begin() + static_cast<std::ptrdiff_t>(i)) {
            faults.add(at(pointer, i), Reject::invalid_request, "is named before");
        }
    }
}

void check_costs(const CostTerms& terms, const TenantState& state, Faults& faults) {
    check_rate_tables(terms.rate_tables, state, faults);
    const auto term = [&](std::string pointer, std::int64_t value) {
        check_range(faults, std::move(pointer), value, 0, limits::cost_micros_max);
    };
    term("/costs/per_shipment", terms.per_shipment_micros);
    term("/costs/per_unit", terms.per_unit_micros);
    term("/costs/per_kg", terms.per_kg_micros);
    term("/costs/per_order", terms.per_order_micros);
    const std::string bands = "/costs/distance_bands";
    if (terms.distance_bands.size() > limits::distance_bands_max) {
        faults.add(bands, Reject::invalid_request, "at most " + std::to_string(limits::distance_bands_max) + " bands");
        return;
    }
    for (std::size_t i = 0; i < terms.distance_bands.size(); ++i) {
        const DistanceBand& band = terms.distance_bands[i];
        check_range(faults, at(bands, i, "max_km"), band.max_km, 1, limits::distance_km_max);
        term(at(bands, i, "per_shipment"), band.per_shipment_micros);
        term(at(bands, i, "per_kg"), band.per_kg_micros);
        if (i > 0 && band.max_km <= terms.distance_bands[i - 1].max_km) {
            faults.add(at(bands, i, "max_km"), Reject::invalid_request, "bands must ascend by max_km");
        }
    }
}

void check_calendar(OperatingCalendar& calendar, Faults& faults) {
    check_range(faults, "/calendar/cut_off", calendar.cut_off_minute, 0, 24 * 60);
    const auto& days = calendar.working_days;
    if (std::none_of(days.begin(), days.end(), [](bool works) { return works; })) {
        faults.add("/calendar/working_days", Reject::invalid_request, "must name at least one day");
    }
    if (calendar.closed_days.size() > limits::closed_days_max) {
        faults.add("/calendar/closed_days", Reject::invalid_request,
                   "at most " + std::to_string(limits::closed_days_max) + " days");
    }
    std::sort(calendar.closed_days.begin(), calendar.closed_days.end());
    calendar.closed_days.erase(std::unique(calendar.closed_days.begin(), calendar.closed_days.end()),
                               calendar.closed_days.end());
}

void check_company_prefix(const std::string& prefix, Faults& faults) {
    const bool is_digits = std::all_of(prefix.begin(), prefix.end(), [](char c) { return c >= '0' && c <= '9'; });
    const bool fits =
        prefix.size() >= limits::company_prefix_digits_min && prefix.size() <= limits::company_prefix_digits_max;
    if (prefix.empty() || (is_digits && fits)) return;
    faults.add("/gs1_company_prefix", Reject::invalid_request,
               "must be " + std::to_string(limits::company_prefix_digits_min) + " to " +
                   std::to_string(limits::company_prefix_digits_max) + " digits");
}

void check_return_policy(ReturnPolicy& policy, Faults& faults) {
    check_range(faults, "/returns/window_days", policy.window_days.value_or(1), 1, limits::return_window_days_max);
    if (policy.reasons.size() > limits::return_reasons_max) {
        faults.add("/returns/reasons", Reject::invalid_request,
                   "at most " + std::to_string(limits::return_reasons_max) + " reasons");
        return;
    }
    for (std::size_t r = 0; r < policy.reasons.size(); ++r) {
        check_code(faults, at("/returns/reasons", r), policy.reasons[r], limits::code_bytes_max);
    }
    std::sort(policy.reasons.begin(), policy.reasons.end());
    policy.reasons.erase(std::unique(policy.reasons.begin(), policy.reasons.end()), policy.reasons.end());
}

}  // namespace

Result<Decision, Rejection> decide(const ConfigureTenant& command, const TenantState& state, const Context& context) {
    Faults faults;
    TenantSettings settings = command.settings;
    check_code(faults, "/name", settings.name, limits::name_bytes_max);
    if (!settings.currency.is_set()) {
        faults.add("/currency", Reject::unknown_currency, "must be an ISO 4217 code");
    } else if (state.settings.size() > 0 && state.tenant().currency != settings.currency) {
        faults.add("/currency", Reject::currency_fixed,
                   "is " + std::string(state.tenant().currency.code()) + " for ever");
    }
    if (settings.costs) check_costs(*settings.costs, state, faults);
    check_range(faults, "/short_per_unit", settings.short_per_unit_micros, 0, limits::cost_micros_max);
    check_range(faults, "/backorder_fixed", settings.backorder_fixed_micros, 0, limits::cost_micros_max);
    check_company_prefix(settings.gs1_company_prefix, faults);
    if (faults.any()) return faults.take();
    Decision decision;
    decision.outcome.object = {AggregateKind::tenant, 0};
    if (state.settings.size() > 0) {
        settings.version = state.tenant().version;
        if (settings == state.tenant()) return decision;
    }
    settings.version = context.next.raw();
    decision.events.emplace_back(TenantConfigured{std::move(settings)});
    return decision;
}

Result<Decision, Rejection> decide(const PutLocation& command, const TenantState& state, const Context& context) {
    Faults faults;
    Location location = command.location;
    const auto known = state.locations.find(location.code);
    const LocationIx ix = known.value_or(state.locations.size());
    auto room = check_room(ix, limits::locations_max, "locations");
    if (!known && !room) return fail(std::move(room).error());
    check_code(faults, "/code", location.code, limits::code_bytes_max);
    check_text(faults, "/name", location.name, 0, limits::name_bytes_max);
    check_text(faults, "/address/line1", location.address.line1, 0, limits::name_bytes_max);
    check_text(faults, "/address/line2", location.address.line2, 0, limits::name_bytes_max);
    check_text(faults, "/address/city", location.address.city, 0, limits::name_bytes_max);
    check_text(faults, "/address/region", location.address.region, 0, limits::code_bytes_max);
    check_text(faults, "/address/postcode", location.address.postcode, 0, limits::postcode_bytes_max);
    if (!location.address.country.empty()) check_country(faults, "/address/country", location.address.country);
    check_calendar(location.calendar, faults);
    if (location.costs) check_costs(*location.costs, state, faults);
    check_range(faults, "/priority", location.priority, 0, limits::priority_max);
    const CapacityTerms& capacity = location.capacity;
    check_range(faults, "/capacity/orders_per_day", capacity.orders_per_day.value_or(0), 0, limits::quantity_max);
    check_range(faults, "/capacity/units_per_day", capacity.units_per_day.value_or(0), 0, limits::quantity_max);
    if (find_zone(*context.zones, location.zone) == nullptr) {
        faults.add("/zone", Reject::unknown_zone, "the IANA database has no zone " + location.zone);
    }
    if (faults.any()) return faults.take();
    Decision decision;
    decision.outcome.object = {AggregateKind::location, ix};
    if (known) {
        location.version = state.locations[ix].version;
        if (location == state.locations[ix]) return decision;
    }
    location.version = context.next.raw();
    decision.events.emplace_back(LocationPut{ix, std::move(location)});
    return decision;
}

Result<Decision, Rejection> decide(const PutChannel& command, const TenantState& state, const Context& context) {
    Faults faults;
    Channel channel = command.channel;
    const auto known = state.channels.find(channel.code);
    const ChannelIx ix = known.value_or(state.channels.size());
    auto room = check_room(ix, limits::channels_max, "channels");
    if (!known && !room) return fail(std::move(room).error());
    check_code(faults, "/code", channel.code, limits::code_bytes_max);
    check_text(faults, "/name", channel.name, 0, limits::name_bytes_max);
    check_range(faults, "/routing/max_shipments", channel.routing.max_shipments.value_or(1), 1, limits::shipments_max);
    check_range(faults, "/routing/max_line_shipments", channel.routing.max_line_shipments.value_or(1), 1,
                limits::line_shipments_max);
    check_return_policy(channel.returns, faults);
    if (!channel.locale.empty() && !is_locale(channel.locale)) {
        faults.add("/locale", Reject::invalid_request, "must be a language tag, such as \"en\" or \"de-AT\"");
    }
    channel.routing.locations.clear();
    if (command.locations.size() > limits::locations_max) {
        faults.add("/routing/locations", Reject::invalid_request,
                   "at most " + std::to_string(limits::locations_max) + " locations");
        return faults.take();
    }
    for (std::size_t i = 0; i < command.locations.size(); ++i) {
        const auto location = state.locations.find(command.locations[i]);
        if (!location) {
            faults.add(at("/routing/locations", i), Reject::unknown_location,
                       "no location has the code " + command.locations[i]);
            continue;
        }
        channel.routing.locations.push_back(*location);
    }
    if (faults.any()) return faults.take();
    auto& list = channel.routing.locations;
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
    Decision decision;
    decision.outcome.object = {AggregateKind::channel, ix};
    if (known) {
        channel.version = state.channels[ix].version;
        if (channel == state.channels[ix]) return decision;
    }
    channel.version = context.next.raw();
    decision.events.emplace_back(ChannelPut{ix, std::move(channel)});
    return decision;
}

Result<Decision, Rejection> decide(const PutPostcodeAreas& command, const TenantState& state, const Context&) {
    if (command.areas.size() > limits::feed_rows_max) {
        return reject(Reject::too_many_rows,
                      "at most " + std::to_string(limits::feed_rows_max) + " areas in one message");
    }
    Faults faults;
    PostcodeAreasPut event;
    for (std::size_t i = 0; i < command.areas.size(); ++i) {
        const PostcodeArea& area = command.areas[i];
        check_country(faults, at("/areas", i, "country"), area.country);
        check_text(faults, at("/areas", i, "prefix"), area.prefix, 0, limits::area_prefix_bytes_max);
        if (!area.point.is_set()) faults.add(at("/areas", i), Reject::invalid_request, "needs coordinates");
        const auto known = state.postcode_areas.find(area.country + "/" + area.prefix);
        if (!known || !(state.postcode_areas[*known] == area)) event.areas.push_back(area);
    }
    if (faults.any()) return faults.take();
    Decision decision;
    decision.outcome.object = {AggregateKind::tenant, 0};
    if (!event.areas.empty()) decision.events.emplace_back(std::move(event));
    return decision;
}

}  // namespace waybill::core
