#pragma once
// When a request that was not taken is sent again. Pure: chance and clock are the caller's.

#include <chrono>
#include <cstdint>

namespace waybill::delivery {

/// A Retry-After that is longer counts as this.
inline constexpr std::chrono::seconds retry_after_max{2 * 3'600};

/// How long to wait after that many attempts in a row have failed, the last one just now: 5 s, 30 s, 2 min, 10 min,
/// 30 min, 1 h, then 2 h each time, and up to a fifth more as `chance`, any number, has it, so that those who failed
/// together do not come back together. `asked`: Retry-After of the answer, 0: there was none; it is heeded when it is
/// longer.
[[nodiscard]] std::chrono::milliseconds wait_after(std::uint32_t failures, std::uint64_t chance,
                                                   std::chrono::seconds asked = std::chrono::seconds{0});

}  // namespace waybill::delivery
