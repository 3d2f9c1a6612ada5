#pragma once
// What the sending of webhooks came to in this process, for the people who run it (docs/domain/webhooks.md).

#include <cstdint>

namespace waybill::engine {

struct WebhookStats {
    std::uint64_t requests_taken = 0;
    std::uint64_t requests_failed = 0;
    std::uint64_t events_sent = 0;     ///< that were taken
    std::uint64_t events_waiting = 0;  ///< now, over all webhooks that are served here: behind the head of their log
    std::uint64_t webhooks_failing = 0;
    std::uint64_t webhooks_paused = 0;
};

}  // namespace waybill::engine
