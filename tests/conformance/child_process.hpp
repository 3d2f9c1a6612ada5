#pragma once
// ChildProcess: a forked copy of the test that runs one function, for what only another process can do: hold a lock, be
// killed, have less rights.

#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <cstdint>
#include <functional>

#include "base/assert.hpp"

namespace waybill::conformance {

class ChildProcess {
public:
    /// `body` gets the writing end of a pipe; its value is the exit code.
    explicit ChildProcess(const std::function<int(int)>& body) {
        int ends[2] = {-1, -1};
        WAYBILL_ASSERT(::pipe(ends) == 0);
        process_ = ::fork();
        WAYBILL_ASSERT(process_ >= 0);
        if (process_ == 0) {
            ::close(ends[0]);
            ::_exit(body(ends[1]));
        }
        ::close(ends[1]);
        from_child_ = ends[0];
    }
    ~ChildProcess() {
        if (process_ > 0) {
            ::kill(process_, SIGKILL);
            wait();
        }
        ::close(from_child_);
    }
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// The next number that the child wrote, waiting for it; false when it has ended.
    [[nodiscard]] bool read(std::uint64_t& value) const {
        return ::read(from_child_, &value, sizeof value) == static_cast<ssize_t>(sizeof value);
    }
    void kill_hard() {
        ::kill(process_, SIGKILL);
        wait();
    }
    /// The exit code, or -1 when it did not exit by itself.
    int wait() {
        int status = 0;
        ::waitpid(process_, &status, 0);
        process_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

private:
    pid_t process_ = -1;
    int from_child_ = -1;
};

/// For the child: tells the parent a number.
inline void tell(int pipe, std::uint64_t value) {
    WAYBILL_ASSERT(::write(pipe, &value, sizeof value) == static_cast<ssize_t>(sizeof value));
}

}  // namespace waybill::conformance
