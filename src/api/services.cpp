#include "api/services.hpp"

#include <utility>

#include "base/assert.hpp"

namespace waybill::api {

void Completions::run_by(std::function<void(Work)> post) {
    const std::lock_guard lock(mutex_);
    post_ = std::move(post);
}

void Completions::push(Work work) {
    {
        const std::lock_guard lock(mutex_);
        WAYBILL_ASSERT(post_ != nullptr);
        waiting_.push_back(std::move(work));
        if (waiting_.size() > 1) return;  // whoever found it empty has asked for a drain
    }
    post_([this] { drain(); });
}

void Completions::drain() {
    std::vector<Work> work;
    {
        const std::lock_guard lock(mutex_);
        work.swap(waiting_);
    }
    for (Work& piece : work) piece();
}

void retry_later(Services& services, std::weak_ptr<Stalled> stalled) { services.stalled.push_back(std::move(stalled)); }

}  // namespace waybill::api
