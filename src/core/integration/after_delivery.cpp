#include "core/integration/after_delivery.hpp"

#include <algorithm>

#include "base/mutant.hpp"
#include "core/limits.hpp"

namespace waybill::core {

std::string kept_failure(const std::string& failure) {
    std::size_t bytes = std::min(failure.size(), limits::webhook_failure_bytes_max);
    const auto continues = [&](std::size_t at) { return (static_cast<unsigned char>(failure[at]) & 0xC0U) == 0x80U; };
    while (bytes > 0 && bytes < failure.size() && continues(bytes)) --bytes;
    return failure.substr(0, bytes);
}

DeliveryProgress after_delivery(DeliveryProgress progress, Sequence through, const std::string& failure, Instant now) {
    progress.through = through;
    if (failure.empty()) {
        progress.failing_since = Instant();
    } else if (!progress.failing_since.is_set() || WAYBILL_MUTANT(failing_since_renewed)) {
        progress.failing_since = now;
    }
    progress.failure = kept_failure(failure);
    return progress;
}

}  // namespace waybill::core
