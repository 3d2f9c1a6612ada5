#include "core/network/geography.hpp"

#include <algorithm>

#include "base/checked_math.hpp"

namespace waybill::core {

std::int64_t distance_m(const GeoPoint& a, const GeoPoint& b) {
    WAYBILL_ASSERT(a.is_set() && b.is_set());
    const std::int64_t dx = std::int64_t{a.x} - b.x;
    const std::int64_t dy = std::int64_t{a.y} - b.y;
    const std::int64_t dz = std::int64_t{a.z} - b.z;
    const std::int64_t chord = integer_sqrt(dx * dx + dy * dy + dz * dz);
    // arc = 2R asin(s) with s = chord / 2R, by the series of asin in s at 2^-30: s + s^3/6 + 3s^5/40 + 15s^7/336 + ...
    constexpr std::int64_t one = std::int64_t{1} << 30;
    const std::int64_t s = std::min(one, chord * one / (2 * earth_radius_m));
    const std::int64_t square = (s * s) >> 30;
    std::int64_t term = s;
    std::int64_t sum = s;
    for (std::int64_t k = 1; k <= 12; ++k) {
        // term_k = term_{k-1} * s^2 * (2k-1)^2 / (2k (2k+1))
        term = ((term * square) >> 30) * ((2 * k - 1) * (2 * k - 1)) / (2 * k * (2 * k + 1));
        sum += term;
    }
    return (sum * (2 * earth_radius_m)) >> 30;
}

}  // namespace waybill::core
