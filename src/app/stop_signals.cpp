#include "app/stop_signals.hpp"

#include <pthread.h>
#include <unistd.h>

#include <csignal>

namespace waybill::app {
namespace {

/// What the destructor wakes the waiting thread with.
constexpr int wake_signal = SIGUSR2;

sigset_t waited_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, wake_signal);
    return set;
}

}  // namespace

void block_stop_signals() {
    const sigset_t set = waited_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

bool stop_asked_within(std::chrono::milliseconds span) {
    const sigset_t signals = waited_signals();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(span);
    const timespec wait{seconds.count(), std::chrono::nanoseconds(span - seconds).count()};
    return ::sigtimedwait(&signals, nullptr, &wait) > 0;
}

StopSignals::StopSignals(std::function<void(const char*)> on_stop) {
    waiter_ = std::thread([told = std::move(on_stop)] {
        const sigset_t set = waited_signals();
        for (int stops = 0;;) {
            int got = 0;
            if (sigwait(&set, &got) != 0) continue;
            if (got == wake_signal) return;
            if (++stops > 1) _exit(128 + got);
            told(got == SIGTERM ? "SIGTERM" : "SIGINT");
        }
    });
}

StopSignals::~StopSignals() {
    pthread_kill(waiter_.native_handle(), wake_signal);
    waiter_.join();
}

}  // namespace waybill::app
