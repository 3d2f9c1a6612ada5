#include "engine/ownership_threads.hpp"

#include <ctime>

#include "base/assert.hpp"

namespace waybill::engine {

Ownership::Steady::time_point sleepless_now() {
    // std::chrono::steady_clock stands still while the machine is suspended, and a lease would seem to last.
    std::timespec now{};
    WAYBILL_ASSERT(::clock_gettime(CLOCK_BOOTTIME, &now) == 0);
    return Ownership::Steady::time_point(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

Result<Unit, IoError> OwnershipThreads::start(Ownership& ownership) {
    if (auto joined = ownership.join(); !joined) return joined;
    loader_ = std::thread([this, &ownership] { load_claimed(ownership); });
    while (true) {
        ownership.beat();
        const auto settled = ownership.is_settled();
        if (!settled) return fail(settled.error());
        if (*settled) break;
        static_cast<void>(wait_for_beat(ownership));
    }
    beater_ = std::thread([this, &ownership] {
        while (wait_for_beat(ownership)) ownership.beat();
    });
    return Unit{};
}

void OwnershipThreads::stop() {
    {
        const std::lock_guard lock(mutex_);
        stops_ = true;
    }
    wake_.notify_all();
    load_wake_.notify_all();
    if (beater_.joinable()) beater_.join();
    if (loader_.joinable()) loader_.join();
}

void OwnershipThreads::hurry() {
    {
        const std::lock_guard lock(mutex_);
        hurries_ = true;
    }
    wake_.notify_all();
}

void OwnershipThreads::load() {
    {
        const std::lock_guard lock(mutex_);
        loads_ = true;
    }
    load_wake_.notify_all();
}

bool OwnershipThreads::wait_for_beat(const Ownership& ownership) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, ownership.beat_every(), [this] { return stops_ || hurries_; });
    hurries_ = false;
    return !stops_;
}

void OwnershipThreads::load_claimed(Ownership& ownership) {
    while (true) {
        {
            std::unique_lock lock(mutex_);
            load_wake_.wait(lock, [this] { return stops_ || loads_; });
            if (stops_) return;
            loads_ = false;
        }
        bool goes_on = true;
        while (goes_on) {
            goes_on = ownership.load_next();
            const std::lock_guard lock(mutex_);
            if (stops_) return;
        }
    }
}

}  // namespace waybill::engine
