#include "delivery/retry_schedule.hpp"

#include <algorithm>
#include <array>

namespace waybill::delivery {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::chrono::seconds, 7> waits{5s, 30s, 2min, 10min, 30min, 1h, 2h};
constexpr std::uint64_t jitter_share = 5;  // one in so many

}  // namespace

std::chrono::milliseconds wait_after(std::uint32_t failures, std::uint64_t chance, std::chrono::seconds asked) {
    const std::size_t at = std::min<std::size_t>(std::max(failures, 1U) - 1U, waits.size() - 1);
    const std::chrono::milliseconds least =
        std::max<std::chrono::milliseconds>(waits[at], std::min(asked, retry_after_max));
    const auto jitter_max = static_cast<std::uint64_t>(least.count()) / jitter_share;
    return least + std::chrono::milliseconds(static_cast<std::int64_t>(chance % (jitter_max + 1)));
}

}  // namespace waybill::delivery
