#include "core/inventory/feed.hpp"

#include <algorithm>

#include "base/mutant.hpp"
#include "core/limits.hpp"

namespace waybill::core {

bool FeedSource::applied(std::uint64_t sequence) const {
    return sequence <= complete_to || std::binary_search(above.begin(), above.end(), sequence);
}

bool FeedSource::too_old(std::uint64_t sequence) const {
    const std::uint64_t more = WAYBILL_MUTANT(feed_window_off_by_one) ? 1 : 0;
    return sequence + static_cast<std::uint64_t>(limits::feed_window) + more <= newest;
}

void FeedSource::mark_applied(std::uint64_t sequence) {
    above.insert(std::lower_bound(above.begin(), above.end(), sequence), sequence);
    newest = std::max(newest, sequence);
    // What is too old to be taken any more needs no memory: the window's lower edge counts as complete.
    const auto window = static_cast<std::uint64_t>(limits::feed_window);
    if (newest >= window) complete_to = std::max(complete_to, newest - window);
    auto kept = above.begin();
    while (kept != above.end() && *kept <= complete_to + 1) {
        complete_to = std::max(complete_to, *kept);
        ++kept;
    }
    above.erase(above.begin(), kept);
}

}  // namespace waybill::core
