#pragma once
// Places on a sphere, in integers. An adapter turns latitude and longitude into a GeoPoint once, when a place is
// configured or an order arrives; from then on distances are exact integer arithmetic and the same on every machine.

#include <boost/describe.hpp>
#include <cstdint>

namespace waybill::core {

/// Metres from the centre of a sphere of `earth_radius_m`, on its surface. All zero: unknown.
struct GeoPoint {
    std::int32_t x = 0;
    std::int32_t y = 0;
    std::int32_t z = 0;
    [[nodiscard]] bool is_set() const { return x != 0 || y != 0 || z != 0; }
    bool operator==(const GeoPoint&) const = default;
};
BOOST_DESCRIBE_STRUCT(GeoPoint, (), (x, y, z))

inline constexpr std::int64_t earth_radius_m = 6'371'009;

/// Great-circle distance in metres; within 0.1 % up to 10,000 km and never decreasing with the true distance.
/// REQUIRES: both are set. Cost: one integer square root.
[[nodiscard]] std::int64_t distance_m(const GeoPoint& a, const GeoPoint& b);

}  // namespace waybill::core
