#include "api/amounts.hpp"

#include <cmath>
#include <numbers>

#include "base/decimal.hpp"
#include "core/limits.hpp"

namespace waybill::api {
namespace {

constexpr double e6 = 1'000'000.0;

void add(FieldErrors& errors, const json::Pointer& at, std::string_view code, std::string detail) {
    if (errors.size() < json::issues_max) errors.push_back({at.text(), std::string(code), std::move(detail)});
}

std::optional<std::int32_t> read_degrees(const boost::json::value& value, double most, const json::Pointer& at,
                                         FieldErrors& errors) {
    double degrees = 0;
    if (value.is_double()) {
        degrees = value.get_double();
    } else if (value.is_int64()) {
        degrees = static_cast<double>(value.get_int64());
    } else {
        add(errors, at, json::rule::type, "must be a number of degrees");
        return std::nullopt;
    }
    if (!(degrees >= -most && degrees <= most)) {
        const std::string bound = std::to_string(static_cast<int>(most));
        add(errors, at, degrees < 0 ? json::rule::minimum : json::rule::maximum,
            "must be from -" + bound + " to " + bound);
        return std::nullopt;
    }
    return static_cast<std::int32_t>(std::lround(degrees * e6));
}

core::GeoPoint point_of(std::int32_t latitude_e6, std::int32_t longitude_e6) {
    constexpr double radians = std::numbers::pi / 180.0;
    const double latitude = latitude_e6 / e6 * radians;
    const double longitude = longitude_e6 / e6 * radians;
    const auto metres = [](double unit) {
        return static_cast<std::int32_t>(std::lround(unit * static_cast<double>(core::earth_radius_m)));
    };
    return {metres(std::cos(latitude) * std::cos(longitude)), metres(std::cos(latitude) * std::sin(longitude)),
            metres(std::sin(latitude))};
}

}  // namespace

std::int64_t AmountReader::minor(const std::string& text, Currency currency, const json::Pointer& at) {
    const auto value = parse_decimal(text, currency.exponent());
    if (!value) {
        add(errors_, at, json::rule::format,
            "must be an amount with at most " + std::to_string(currency.exponent()) + " decimals, such as \"" +
                minor_text(1250, currency) + "\"");
    } else if (*value > core::limits::amount_minor_max || *value < -core::limits::amount_minor_max) {
        add(errors_, at, core::info_of(core::Reject::amount_out_of_range).name, "is larger than Waybill counts");
    } else {
        return *value;
    }
    return 0;
}

std::int64_t AmountReader::minor(const std::optional<std::string>& text, Currency currency, const json::Pointer& at) {
    return text ? minor(*text, currency, at) : 0;
}

std::int64_t AmountReader::micros(const std::string& text, const json::Pointer& at) {
    const auto value = parse_decimal(text, micros_places);
    if (!value) {
        add(errors_, at, json::rule::format, "must be a price with at most 6 decimals, such as \"2.55\"");
    } else if (*value > core::limits::price_micros_max || *value < -core::limits::price_micros_max) {
        add(errors_, at, core::info_of(core::Reject::amount_out_of_range).name, "is larger than Waybill counts");
    } else {
        return *value;
    }
    return 0;
}

std::int64_t AmountReader::micros(const std::optional<std::string>& text, const json::Pointer& at) {
    return text ? micros(*text, at) : 0;
}

std::string minor_text(std::int64_t value, Currency currency) {
    return format_decimal(value, currency.exponent(), currency.exponent());
}

std::string micros_text(std::int64_t value, Currency currency) {
    return format_decimal(value, micros_places, currency.exponent());
}

std::optional<Coordinates> read_coordinates(const std::optional<boost::json::value>& latitude,
                                            const std::optional<boost::json::value>& longitude, const json::Pointer& at,
                                            FieldErrors& errors) {
    if (!latitude && !longitude) return std::nullopt;
    const json::Pointer at_latitude(at, "latitude");
    const json::Pointer at_longitude(at, "longitude");
    if (!latitude || !longitude) {
        add(errors, latitude ? at_longitude : at_latitude, json::rule::required, "is needed with the other coordinate");
        return std::nullopt;
    }
    const auto north = read_degrees(*latitude, 90, at_latitude, errors);
    const auto east = read_degrees(*longitude, 180, at_longitude, errors);
    if (!north || !east) return std::nullopt;
    return Coordinates{*north, *east, point_of(*north, *east)};
}

boost::json::value degrees_value(std::int32_t value_e6) { return value_e6 / e6; }

Coordinates coordinates_of(const core::GeoPoint& point) {
    constexpr double degrees = 180.0 / std::numbers::pi;
    const double flat = std::hypot(static_cast<double>(point.x), static_cast<double>(point.y));
    const double north = std::atan2(static_cast<double>(point.z), flat) * degrees;
    const double east = std::atan2(static_cast<double>(point.y), static_cast<double>(point.x)) * degrees;
    // A point is known to the metre, about 10^-5 degrees: further decimals would only look exact.
    const auto rounded = [](double value) { return static_cast<std::int32_t>(std::lround(value * 1e5)) * 10; };
    return {rounded(north), rounded(east), point};
}

}  // namespace waybill::api
