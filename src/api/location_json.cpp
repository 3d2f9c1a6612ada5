#include "api/location_json.hpp"

#include <algorithm>

#include "api/amounts.hpp"
#include "json/read.hpp"

namespace waybill::api {
namespace {

constexpr std::int32_t day_minutes = 24 * 60;

/// "15:00" as minutes after midnight; "24:00" is the end of the day.
std::optional<std::int32_t> parse_cut_off(const std::string& text) {
    if (text == "24:00") return day_minutes;
    if (!json::matches(json::Pattern::hour_minute, text)) return std::nullopt;
    return (text[0] - '0') * 600 + (text[1] - '0') * 60 + (text[3] - '0') * 10 + (text[4] - '0');
}

std::string cut_off_text(std::int32_t minutes) {
    const auto two = [](std::int32_t value) {
        return std::string{static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
    };
    return two(minutes / 60) + ':' + two(minutes % 60);
}

core::OperatingCalendar read_calendar(CalendarJson& input, FieldErrors& errors) {
    core::OperatingCalendar out;
    out.working_days.fill(false);
    for (const Weekday day : input.working_days) out.working_days[static_cast<std::size_t>(day)] = true;
    const auto cut_off = parse_cut_off(input.cut_off);
    if (!cut_off) {
        errors.push_back(
            {"/calendar/cut_off", std::string(json::rule::pattern), "must be a time of day from 00:00 to 24:00"});
    }
    out.cut_off_minute = cut_off.value_or(day_minutes);
    out.closed_days = std::move(input.closed_days);
    std::sort(out.closed_days.begin(), out.closed_days.end());
    out.closed_days.erase(std::unique(out.closed_days.begin(), out.closed_days.end()), out.closed_days.end());
    return out;
}

void check_code(const LocationInput& input, std::string_view path_code, FieldErrors& errors) {
    if (path_code.empty() && !input.code) {
        errors.push_back({"/code", std::string(json::rule::required), "is missing"});
    } else if (!path_code.empty() && input.code && *input.code != path_code) {
        errors.push_back({"/code", std::string(json::rule::one_of), "must be the code of the path, or left out"});
    }
}

}  // namespace

core::LocationKind core_kind(PlaceKind kind) {
    switch (kind) {
        case PlaceKind::dc:
            return core::LocationKind::dc;
        case PlaceKind::store:
            return core::LocationKind::store;
        case PlaceKind::supplier:
            return core::LocationKind::supplier;
        case PlaceKind::third_party:
            return core::LocationKind::third_party;
    }
    return core::LocationKind::dc;
}

PlaceKind place_kind(core::LocationKind kind) {
    switch (kind) {
        case core::LocationKind::dc:
            return PlaceKind::dc;
        case core::LocationKind::store:
            return PlaceKind::store;
        case core::LocationKind::supplier:
            return PlaceKind::supplier;
        case core::LocationKind::third_party:
            return PlaceKind::third_party;
    }
    return PlaceKind::dc;
}

Result<core::PutLocation, Problem> read_location(std::string_view text, std::string_view path_code) {
    auto input = json::read_text<json::Api, LocationInput>(text);
    if (!input) return fail(problem_of(input.error()));
    FieldErrors errors;
    check_code(*input, path_code, errors);
    const json::Pointer root;
    core::PutLocation out;
    core::Location& location = out.location;
    location.calendar = read_calendar(input->calendar, errors);
    if (const auto place = read_coordinates(input->latitude, input->longitude, root, errors)) {
        location.latitude_e6 = place->latitude_e6;
        location.longitude_e6 = place->longitude_e6;
        location.point = place->point;
    }
    if (input->costs) location.costs = read_costs(*input->costs, json::Pointer(root, "costs"), errors);
    if (!errors.empty()) return fail(problem_of(std::move(errors)));

    location.code = path_code.empty() ? std::move(*input->code) : std::string(path_code);
    location.name = std::move(input->name);
    location.kind = core_kind(input->kind);
    AddressJson& address = input->address;
    location.address = {std::move(address.line1),  std::move(address.line2),    std::move(address.city),
                        std::move(address.region), std::move(address.postcode), std::move(address.country)};
    location.zone = std::move(input->zone);
    location.capabilities = {input->capabilities.ship, input->capabilities.pickup, input->capabilities.returns};
    location.capacity = {input->capacity.orders_per_day, input->capacity.units_per_day};
    location.priority = input->priority;
    location.active = input->active;
    location.release = input->release;
    return out;
}

LocationOutput render_location(const core::Location& location, const engine::TenantView& view) {
    LocationOutput out;
    out.code = location.code;
    out.name = location.name;
    out.kind = place_kind(location.kind);
    const core::PlaceAddress& address = location.address;
    out.address = {address.line1, address.line2, address.city, address.region, address.postcode, address.country};
    if (location.point.is_set()) {
        out.latitude = degrees_value(location.latitude_e6);
        out.longitude = degrees_value(location.longitude_e6);
    }
    out.zone = location.zone;
    out.calendar.working_days.clear();
    for (std::size_t day = 0; day < location.calendar.working_days.size(); ++day) {
        if (location.calendar.working_days[day]) out.calendar.working_days.push_back(static_cast<Weekday>(day));
    }
    out.calendar.cut_off = cut_off_text(location.calendar.cut_off_minute);
    out.calendar.closed_days = location.calendar.closed_days;
    out.capabilities = {location.capabilities.ship, location.capabilities.pickup, location.capabilities.returns};
    out.capacity = {location.capacity.orders_per_day, location.capacity.units_per_day};
    if (location.costs) out.costs = render_costs(*location.costs, view.settings().currency);
    out.priority = location.priority;
    out.active = location.active;
    out.release = location.release;
    out.version = location.version;
    return out;
}

}  // namespace waybill::api
