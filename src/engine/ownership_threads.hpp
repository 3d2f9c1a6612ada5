#pragma once
// OwnershipThreads: drives the ownership of a process that serves. One thread beats, several times in each lease and at
// once when something hurries; another one loads what was claimed, however long that takes.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "engine/ownership.hpp"

namespace waybill::engine {

/// Counts from the start of the machine, also while it sleeps, as the clocks of others do.
[[nodiscard]] Ownership::Steady::time_point sleepless_now();

class OwnershipThreads {
public:
    OwnershipThreads() = default;
    ~OwnershipThreads() { stop(); }
    OwnershipThreads(const OwnershipThreads&) = delete;
    OwnershipThreads& operator=(const OwnershipThreads&) = delete;

    /// Joins, and returns when everything that this process should serve is in memory. `ownership` must live until
    /// `stop`. Errors: as Ownership::is_settled; as the store's.
    [[nodiscard]] Result<Unit, IoError> start(Ownership& ownership);
    void stop();

    /// From any thread.
    void hurry();
    void load();

private:
    /// Until the next beat. False: it stops.
    [[nodiscard]] bool wait_for_beat(const Ownership& ownership);
    void load_claimed(Ownership& ownership);

    std::mutex mutex_;
    std::condition_variable wake_;       ///< of the beating thread
    std::condition_variable load_wake_;  ///< of the loading one
    bool hurries_ = false;
    bool loads_ = false;
    bool stops_ = false;
    std::thread beater_;
    std::thread loader_;
};

}  // namespace waybill::engine
