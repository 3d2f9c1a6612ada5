#pragma once
// SIGTERM and SIGINT. They are taken off every thread at the beginning and waited for by one, so that what a signal
// does is ordinary code: the first asks for a clean stop, a second ends the process at once.

#include <chrono>
#include <functional>
#include <thread>

namespace waybill::app {

class StopSignals {
public:
    /// REQUIRES: block_stop_signals() came before any other thread was started. `on_stop` gets the signal's name, once,
    /// on a thread of its own.
    explicit StopSignals(std::function<void(const char* signal)> on_stop);
    ~StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

private:
    std::thread waiter_;
};

/// Waits so long for a stop signal, before there are StopSignals. True: one came. REQUIRES: block_stop_signals().
[[nodiscard]] bool stop_asked_within(std::chrono::milliseconds span);

/// Takes the signals off this thread and those that it starts. Called first in main's command.
void block_stop_signals();

}  // namespace waybill::app
