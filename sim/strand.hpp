#pragma once
// Strand: a thread that runs only while it is let. Of a world's strands and the world itself exactly one runs at a
// time, so what happens is decided by whoever lets them run, and is the same every time.
//
// Threads: everything by the world's thread, except `wait_until`, which is called on the strand's own.

#include <semaphore.h>
#include <cstdint>
#include <functional>
#include <limits>
#include <thread>

namespace waybill::sim {

inline constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

/// A semaphore that sleeps. (The one of libstdc++ first spins and yields, which takes for ever on a busy machine.)
class Turn {
public:
    Turn() { ::sem_init(&semaphore_, 0, 0); }
    ~Turn() { ::sem_destroy(&semaphore_); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    void give() { ::sem_post(&semaphore_); }
    void await() {
        while (::sem_wait(&semaphore_) != 0) continue;  // A signal came.
    }

private:
    ::sem_t semaphore_;
};

class Strand {
public:
    Strand() : thread_([this] { run(); }) {}
    /// REQUIRES: idle.
    ~Strand();
    Strand(const Strand&) = delete;
    Strand& operator=(const Strand&) = delete;

    [[nodiscard]] bool is_idle() const { return is_idle_; }
    /// Runs the task until it waits or ends. REQUIRES: idle.
    void start(std::function<void()> task);
    /// Lets it go on where it waits, until it waits again or ends. REQUIRES: not idle.
    void resume();
    /// When it wants to go on. Of a strand that waits.
    [[nodiscard]] std::int64_t wakes_at() const { return wakes_at_; }

    /// The strand that this thread is; nullptr: none.
    [[nodiscard]] static Strand* current();
    /// Gives the turn back, and returns when it is let go on.
    void wait_until(std::int64_t at);

private:
    void run();

    Turn go_on_;
    Turn came_back_;
    std::function<void()> task_;
    std::int64_t wakes_at_ = 0;
    bool is_idle_ = true;
    bool ends_ = false;
    std::thread thread_;  // named last: it begins with everything else in place
};

}  // namespace waybill::sim
