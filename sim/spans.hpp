#pragma once
// Spans of simulated time, which is counted in microseconds.

#include <cstdint>

namespace waybill::sim {

inline constexpr std::int64_t millisecond = 1'000;
inline constexpr std::int64_t second = 1'000'000;

}  // namespace waybill::sim
