#pragma once
// Money, costs and coordinates between their text and the integers of core. The only place of the API where decimal
// text becomes a number.

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "api/problem.hpp"
#include "base/currency.hpp"
#include "core/network/geography.hpp"
#include "json/issue.hpp"

namespace waybill::api {

/// Reads amounts of one document, collecting faults.
class AmountReader {
public:
    explicit AmountReader(FieldErrors& errors) : errors_(errors) {}

    /// Minor units of `currency`. 0 and a fault when it does not fit or has more decimals than the currency.
    std::int64_t minor(const std::string& text, Currency currency, const json::Pointer& at);
    std::int64_t minor(const std::optional<std::string>& text, Currency currency, const json::Pointer& at);
    /// At 10^-6 of the currency's major unit.
    std::int64_t micros(const std::string& text, const json::Pointer& at);
    std::int64_t micros(const std::optional<std::string>& text, const json::Pointer& at);

private:
    FieldErrors& errors_;
};

[[nodiscard]] std::string minor_text(std::int64_t value, Currency currency);
[[nodiscard]] std::string micros_text(std::int64_t value, Currency currency);

struct Coordinates {
    std::int32_t latitude_e6 = 0;
    std::int32_t longitude_e6 = 0;
    core::GeoPoint point;
};
/// Both or neither must be given, as JSON numbers of degrees. Adds faults below `at`.
[[nodiscard]] std::optional<Coordinates> read_coordinates(const std::optional<boost::json::value>& latitude,
                                                          const std::optional<boost::json::value>& longitude,
                                                          const json::Pointer& at, FieldErrors& errors);
/// Degrees as a JSON number.
[[nodiscard]] boost::json::value degrees_value(std::int32_t e6);
/// The degrees of a point on the sphere, to about a metre.
[[nodiscard]] Coordinates coordinates_of(const core::GeoPoint& point);

}  // namespace waybill::api
