#pragma once
// A load generator: keep-alive connections driven by one thread over epoll, each with one request under way. Requests
// are bytes made beforehand and answers are read as far as status and length, so that on the cores that it shares with
// the server it takes as little as it can.
//
// Closed loop: a connection sends its next request when the last one was answered. Open loop: requests are due at a
// fixed rate whatever the server does; a request waits for a free connection, and its latency counts from when it was
// due, so a server that falls behind can not hide it.

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace waybill::bench {

struct Load {
    std::uint16_t port = 0;
    std::size_t connections = 1;
    std::uint64_t requests = 0;
    /// The bytes of request i, from 0, head and body.
    std::function<std::string(std::uint64_t)> make;
    double per_second = 0;   ///< 0: closed loop
    bool keep_each = false;  ///< fills `status_by_request` and `nanos_by_request`
};

struct LoadResult {
    double seconds = 0;
    double client_cpu_seconds = 0;
    std::uint64_t answered = 0;
    std::array<std::uint64_t, 6> by_class{};  ///< answers by the hundreds of their status
    std::uint64_t status_503 = 0;
    std::vector<std::int64_t> good_nanos;  ///< latencies of answers in the two hundreds
    std::vector<std::int64_t> refused_nanos;
    std::vector<std::uint16_t> status_by_request;
    std::vector<std::int64_t> nanos_by_request;
    std::string first_failure;  ///< the first answer outside the two hundreds and 503
};

/// Sends everything and waits for every answer. Errors: one line, such as a connection that the server closed.
[[nodiscard]] Result<LoadResult, std::string> run_load(const Load& load);

[[nodiscard]] std::string get_request(std::string_view target);
[[nodiscard]] std::string post_request(std::string_view target, std::string_view body);

}  // namespace waybill::bench
