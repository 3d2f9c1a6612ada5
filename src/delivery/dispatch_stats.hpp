#pragma once
// What a dispatcher has sent since it began, and how its receivers are.

#include <cstdint>

namespace waybill::delivery {

struct DispatchStats {
    std::uint64_t taken = 0;
    std::uint64_t failed = 0;
    std::uint64_t events_sent = 0;     ///< that were taken
    std::uint64_t events_waiting = 0;  ///< now, over all receivers that are served here: behind the head of their log
    std::uint64_t failing = 0;
    std::uint64_t paused = 0;
};

}  // namespace waybill::delivery
