#pragma once
// What other threads have to tell the dispatcher: that a log it watches grew, and what became of requests and commands.
// Shared with their callbacks, which may come when the dispatcher is gone. Any thread.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "core/ids.hpp"

namespace waybill::delivery {

class DispatchInbox {
public:
    using Steady = std::chrono::steady_clock;
    struct Letters {
        std::set<core::TenantId> grown;
        std::vector<std::function<void()>> done;
        bool is_stopping = false;
    };

    /// Tenants whose commits are of interest. Those of others cost a look-up.
    void watch(std::set<core::TenantId> tenants) {
        const std::lock_guard lock(mutex_);
        watched_ = std::move(tenants);
    }

    /// As Engine::on_commit calls it.
    void told(const std::vector<std::pair<core::TenantId, core::Sequence>>& heads) {
        const std::lock_guard lock(mutex_);
        const bool was_empty = letters_.grown.empty();
        for (const auto& [tenant, head] : heads) {
            if (watched_.contains(tenant)) letters_.grown.insert(tenant);
        }
        if (was_empty && !letters_.grown.empty()) came_.notify_one();
    }

    /// `done` is run by the dispatcher on its thread.
    void post(std::function<void()> done) {
        const std::lock_guard lock(mutex_);
        letters_.done.push_back(std::move(done));
        came_.notify_one();
    }

    void stop() {
        const std::lock_guard lock(mutex_);
        letters_.is_stopping = true;
        came_.notify_one();
    }

    /// Waits for something until `until`, and for growing logs alone until `grown_from` at least: many commits are one
    /// look. `knows_of_stop`: that it stops is no news.
    [[nodiscard]] Letters wait(Steady::time_point until, Steady::time_point grown_from, bool knows_of_stop) {
        std::unique_lock lock(mutex_);
        const auto is_urgent = [&] { return !letters_.done.empty() || (letters_.is_stopping && !knows_of_stop); };
        came_.wait_until(lock, until, [&] { return is_urgent() || !letters_.grown.empty(); });
        if (!letters_.grown.empty()) came_.wait_until(lock, std::min(until, grown_from), is_urgent);
        Letters out = std::exchange(letters_, {});
        letters_.is_stopping = out.is_stopping;
        if (Steady::now() < grown_from) letters_.grown.swap(out.grown);
        return out;
    }

private:
    std::mutex mutex_;
    std::condition_variable came_;
    std::set<core::TenantId> watched_;
    Letters letters_;
};

}  // namespace waybill::delivery
