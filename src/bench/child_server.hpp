#pragma once
// `waybill serve` as a process of its own: what its CPU time and memory are asked of is the server and nothing else.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace waybill::bench {

class ChildServer {
public:
    /// Starts this program again as `serve` on the store and waits until it listens. Errors: one line.
    [[nodiscard]] static Result<std::unique_ptr<ChildServer>, std::string> start(
        const std::string& store, const std::vector<std::string>& more_arguments = {});
    /// Stops it and waits for its end.
    ~ChildServer();
    ChildServer(const ChildServer&) = delete;
    ChildServer& operator=(const ChildServer&) = delete;

    [[nodiscard]] int pid() const { return pid_; }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    [[nodiscard]] double start_seconds() const { return start_seconds_; }
    /// The counters and gauges without labels of /metrics. Empty when it does not answer.
    [[nodiscard]] std::map<std::string, double> metrics() const;

private:
    ChildServer() = default;
    int pid_ = 0;
    int output_ = -1;
    std::uint16_t port_ = 0;
    double start_seconds_ = 0;
};

}  // namespace waybill::bench
